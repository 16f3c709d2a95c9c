"""Figures are plain dictionaries that hold what they were given."""

from __future__ import annotations

import datetime as dt
import doctest
import json
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.render import figures, theme
from dashboard.render.figures import Claim, Line, Mark
from dashboard.render.figures import lines as lines_over_dates_module

CLAIMS = (
    Claim("Alpha", "at the close −10 %", -0.10, -0.09, -0.12, -0.01, -0.08, -0.11, -0.05),
    Claim("Beta", "no bars", -0.05, None, None, None, None, None, None),
)
DATES = np.array(["2025-01-24", "2025-01-27", "2025-01-28"], dtype="datetime64[D]")


def panel() -> figures.Figure:
    path = pd.Series([0.0, -0.1, np.nan], index=[-1, 0, 1])
    band = (path - 0.05, path + 0.05)
    return figures.path_panel(path, band, band, theme.series(0), theme.percent_axis(path))


def bars() -> figures.Figure:
    values = pd.Series([0.0, -0.1, 0.02], index=[-1, 0, 1])
    return figures.bar_panel(values, abs(values), theme.series(1), theme.percent_axis(values))


def hours() -> figures.Figure:
    start = pd.date_range("2025-01-27T14:30Z", periods=2, freq="h")
    moves = pd.DataFrame(
        {"open": [-0.1, -0.12], "high": [-0.09, -0.1], "low": [-0.13, -0.14], "close": [-0.12, -0.11]}, start
    )
    reports = [figures.Report(start[0], -0.1, "Alpha"), figures.Report(start[1], None, "Beta")]
    return figures.hours([figures.HourLine("Alpha", moves, theme.series(0))], reports)


def parts() -> figures.Figure:
    split = pd.DataFrame({"alpha": [0.001], "explained": [0.002], "abnormal": [-0.1]}, index=["AAA"])
    return figures.parts_bars(["Alpha"], split)


def lines() -> figures.Figure:
    values = np.array([100.0, 90.0, 92.0])
    drawn = [Line("Alpha", DATES, values, theme.series(0)), Line("Beta", DATES, values, theme.series(1))]
    return figures.lines_over_dates(drawn, [Mark(DATES[1].item(), "event", event=True)])


EVERY = pytest.mark.parametrize(
    "figure",
    [figures.reported_against_measured(CLAIMS), panel(), bars(), parts(), hours(), lines()],
    ids=["claims", "panel", "bars", "parts", "hours", "lines"],
)


def test_doctests_print_what_they_say():
    assert doctest.testmod(lines_over_dates_module).failed == 0


@EVERY
def test_figure_is_plain_json_of_a_fixed_height(figure):
    assert json.loads(json.dumps(figure, allow_nan=False)) == figure
    assert figure["layout"]["height"] > 50


@EVERY
def test_figure_is_accepted_by_plotly(figure):
    import plotly.graph_objects as go

    go.Figure(figure)


@EVERY
def test_every_colour_has_a_dark_twin(figure):
    tokens = {re.sub(r"\D+", " ", theme.colour(name)).strip() for name in theme.COLOURS}
    used = set(re.findall(r"rgba?\((\d+, \d+, \d+)", json.dumps(figure))) - {"0, 0, 0"}
    assert {colour.replace(",", "") for colour in used} <= tokens


def test_claims_chart_draws_what_is_known_and_nothing_else():
    drawn = figures.reported_against_measured(CLAIMS)["data"]
    reported = next(trace for trace in drawn if trace.get("marker", {}).get("symbol") == "diamond-open")
    closes = next(trace for trace in drawn if trace.get("marker", {}).get("symbol") == "circle")
    assert reported["x"] == [-0.10, -0.05]
    assert closes["x"] == [-0.09]


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=12), st.floats(0.1, 10))
def test_spread_labels_never_overlap_and_keep_their_order(places, gap):
    moved = np.array(figures.spread(places, gap))
    order = np.argsort(places, kind="stable")
    assert (np.diff(moved[order]) >= gap * (1 - 1e-9)).all()
    assert np.isclose(moved.mean(), np.mean(places), atol=1e-6)


def test_letters_of_neighbouring_days_do_not_touch():
    days = [dt.date(2025, 1, 28) + dt.timedelta(days=n) for n in (0, 1, 2, 9)]
    marks = [Mark(day, letter) for day, letter in zip(days, "abcd", strict=True)]
    drawn = [Line("Alpha", DATES, np.array([100.0, 90.0, 92.0]), theme.series(0))]
    notes = figures.lines_over_dates(drawn, marks)["layout"]["annotations"]
    assert [one["xshift"] for one in notes if one["text"] in "abcd"] == [0, 3, 6, 0]
