"""Figures are plain dictionaries that hold what they were given."""

from __future__ import annotations

import datetime as dt
import doctest
import json
import re
from dataclasses import replace
from functools import cache
from itertools import chain, combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dashboard.render import theme
from dashboard.render.compose import CLOSE, close
from dashboard.render.figures import DRAWINGS, Figure, drawn, labels
from dashboard.render.figures.base import band
from dashboard.render.figures.histograms import _bars
from dashboard.views.content import Caption, Chart, Credit, Mark, Panel, Row, Series
from dashboard.views.cover import cover
from dashboard.views.pages import OUTSIDE, PAGES
from dashboard.views.tables import Table
from tests.dashboard.newsdesk import SLUG, SeveralEvents, made_up_case

CAPTION = Caption("", "", Credit("nobody", "none", dt.date(2025, 1, 1)))
DATES = (dt.date(2025, 1, 24), dt.date(2025, 1, 27), dt.date(2025, 1, 28))
START = dt.datetime(2025, 1, 27, 14, 30, tzinfo=dt.timezone.utc)
LINE = Series("Index", "line", DATES, (100.0, 90.0, 92.0), of="Alpha (one)", unit="index", look=0)


def chart(kind: str, *series: Series, **more) -> Chart:
    return Chart("key", kind, "summary", (Panel(series),), CAPTION, Table("t", ()), **more)


def hours() -> Chart:
    line = Series("Move", "line", (START,), (-0.12,), (-0.13,), (-0.09,), of="Alpha")
    told = {"whom": (("A", "Alpha"), ("B", "Beta")), "labels": ("−10 %", "first"), "sources": ("a", "b")}
    reports = Series("Reported", "reported", (START, START), (-0.1, None), **told)
    return chart("hours", line, reports, dates=(Mark(START, "a"),))


def claims() -> Chart:
    return chart(
        "claims",
        Series("Range", "range", (0, 1), low=(-0.12, None), high=(-0.01, None)),
        Series("Close", "close", (0, 1), (-0.09, None)),
        Series("Abnormal", "abnormal", (0, 1), (-0.08, None), (-0.11, None), (-0.05, None)),
        Series(
            "Reported",
            "reported",
            (0, 1),
            (-0.10, -0.05),
            sources=("The Outlet", "Another"),
            times=(START, None),
            labels=("nearly −10 %", "−5 %"),
            verdicts=("Confirmed", "Cannot be checked"),
        ),
        rows=(Row("Alpha", "at the close"), Row("Beta", "no bars")),
    )


@cache
def every() -> dict[str, tuple[Figure, ...]]:
    """The figures of every chart of every page, and of those that the made-up event has not."""
    case = made_up_case()
    shown = (one.content for page in PAGES for one in page.view(case).exhibits.values())
    several = (page.view(SeveralEvents(), {}) for page in OUTSIDE.values())
    shown = chain(shown, (one.content for view in several for one in view.exhibits.values()))
    charts = [*(content for content in shown if isinstance(content, Chart)), hours(), claims()]
    charts += [cover(page.view(case)).content for page in PAGES]
    charts += [close(one) for one in charts if one.kind in CLOSE]
    return {f"{one.key} {one.kind}": drawn(one) for one in charts}


def test_doctests_print_what_they_say():
    assert doctest.testmod(labels).failed == 0


def test_every_kind_of_drawing_is_used():
    assert {name.split()[1] for name in every()} == set(DRAWINGS)


def test_a_figure_is_plain_json_of_a_fixed_height():
    for figure in (figure for figures in every().values() for figure in figures):
        assert json.loads(json.dumps(figure, allow_nan=False)) == figure
        assert figure["layout"]["height"] > 50


def test_figures_are_accepted_by_plotly():
    import plotly.graph_objects as go

    for figures in every().values():
        go.Figure(figures[0])


def test_every_colour_has_a_dark_twin():
    tokens = {re.sub(r"\D+", " ", theme.colour(name)).strip() for name in theme.COLOURS}
    used = set(re.findall(r"rgba?\((\d+, \d+, \d+)", json.dumps(every()))) - {"0, 0, 0"}
    assert {colour.replace(",", "") for colour in used} <= tokens


def test_claims_chart_draws_what_is_known_and_nothing_else():
    traces = drawn(claims())[0]["data"]
    reported = next(trace for trace in traces if trace.get("marker", {}).get("symbol") == "diamond-open")
    closes = next(trace for trace in traces if trace.get("marker", {}).get("symbol") == "circle")
    assert "nearly −10 %<br>The Outlet, 14:30 UTC<br>Confirmed" in reported["text"][0]
    assert reported["x"] == [-0.10, -0.05]
    assert closes["x"] == [-0.09]


def histogram(*draws: float) -> Figure:
    days = tuple(dt.date(2020, 1, 1) + dt.timedelta(days=n) for n in range(len(draws)))
    event = Series("Event", "event", (DATES[1],), (-0.2,))
    return drawn(chart("histograms", Series("Draws", "draws", days, draws), event))[0]


def test_histogram_counts_every_date_and_marks_the_event():
    figure = histogram(*np.linspace(-0.05, 0.05, 101).tolist())
    assert sum(figure["data"][0]["y"]) == 101
    assert figure["layout"]["shapes"][0]["x0"] == -0.2
    assert figure["layout"]["xaxis"]["range"][0] < -0.2


def test_histogram_without_dates_still_draws():
    assert sum(histogram()["data"][0]["y"]) == 0


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=12), st.floats(0.1, 10))
def test_spread_labels_never_overlap_and_keep_their_order(places, gap):
    moved = np.array(labels.spread(places, gap))
    order = np.argsort(places, kind="stable")
    assert (np.diff(moved[order]) >= gap * (1 - 1e-9)).all()
    assert np.isclose(moved.mean(), np.mean(places), atol=1e-6)


def test_a_bar_of_one_date_says_so():
    told = _bars(np.array([1, 2]), np.array([0.0, 0.1, 0.2]))["hovertext"]
    assert [one.split("<br>")[0] for one in told] == ["1 date", "2 dates"]


def test_letters_of_neighbouring_days_do_not_touch():
    days = [dt.date(2025, 1, 28) + dt.timedelta(days=n) for n in (0, 1, 2, 9)]
    marks = tuple(Mark(day, letter) for day, letter in zip(days, "abcd", strict=True))
    notes = drawn(chart("lines", LINE, dates=marks))[0]["layout"]["annotations"]
    assert [one["xshift"] for one in notes if one["text"] in "abcd"] == [0, 3, 6, 0]


def test_small_histograms_share_their_axes():
    figures = every()["placebo-firms histograms"]
    for name in ("xaxis", "yaxis"):
        assert len({json.dumps(figure["layout"][name]["range"]) for figure in figures}) == 1


def test_the_box_that_lines_share_has_their_date():
    """Plotly titles it by the first point, and only if that shows its x."""
    (figure,) = drawn(chart("lines", LINE))
    assert figure["layout"]["hovermode"] == "x unified"
    assert [trace["hoverinfo"] for trace in figure["data"]] == ["x+text"]


def test_a_line_that_ends_early_has_its_name_where_it_ends():
    short = replace(LINE, of="Beta", at=DATES[:2], values=(100.0, 95.0))
    notes = {one["text"]: one for one in drawn(chart("lines", LINE, short))[0]["layout"]["annotations"]}
    assert notes["<b>Beta</b>"]["x"] == str(DATES[1])
    assert notes["<b>Beta</b>"]["y"] == 95.0
    assert notes["<b>Alpha</b>"]["xref"] == "paper"


def test_figures_that_were_printed_alike_stand_below_each_other():
    told = {"sources": ("a", "b"), "times": (None, None), "labels": ("", ""), "verdicts": ("", "")}
    figure = drawn(
        chart(
            "spread",
            Series("Range", "range", (0,), low=(-0.2,), high=(0.0,)),
            Series("Close", "close", (0,), (-0.1,)),
            Series("Outlets", "outlet", (0, 0), (-0.17, -0.05), **told),
            Series("Articles", "reported", (0, 0), (-0.17, -0.169), **told),
            rows=(Row("Alpha"),),
        )
    )[0]
    places = [
        (x, y)
        for trace in figure["data"]
        if trace.get("marker", {}).get("symbol") == "diamond-open"
        for x, y in zip(trace["x"], trace["y"], strict=True)
    ]
    height = figure["layout"]["height"] - 36
    for one, other in combinations(places, 2):
        assert abs(one[0] - other[0]) >= 0.042 * 0.2 or abs(one[1] - other[1]) * height >= 12


def test_a_specification_says_all_its_choices_and_leads_to_its_study():
    trace = every()["specification-curve curve"][0]["data"][0]
    assert all(name in trace["text"][0] for name in ("Benchmark: ", "Model: ", "Estimation sessions: "))
    links = [link for link in trace["customdata"] if link]
    assert links
    assert all(link.startswith(f"/e/{SLUG}/reaction") for link in links)


def test_letters_of_reports_at_one_time_stand_above_each_other():
    times = [START + dt.timedelta(minutes=n) for n in (0, 20, 40, 300)]
    reports = Series("Reported", "reported", ())
    marks = tuple(Mark(time, letter) for time, letter in zip(times, "abcd", strict=True))
    line = Series("Move", "line", (START,), (-0.12,), (-0.13,), (-0.09,), of="Alpha")
    notes = drawn(chart("hours", line, reports, dates=marks))[0]["layout"]["annotations"]
    assert [(one["text"], one["yshift"]) for one in notes] == [("a", 0), ("b", 13), ("c", 26), ("d", 0)]


def test_a_band_has_an_edge_that_stands_out_from_the_paper():
    shade = Series("Band", "band", (0, 1), low=(-0.1, -0.1), high=(0.1, 0.1))
    assert band(shade, "slate")["line"] == {"color": theme.colour("range"), "width": 1}


def test_parts_of_a_move_have_their_numbers_on_the_bars_where_they_fit():
    ((figure,),) = [figures for name, figures in every().items() if name.endswith(" parts")]
    assert figure["layout"]["uniformtext"] == {"mode": "hide", "minsize": 12}
    for bars in figure["data"]:
        assert [float(text.replace("−", "-")) for text in bars["text"]] == [
            round(100 * value, 1) for value in bars["x"]
        ]
