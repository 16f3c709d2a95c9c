"""Every chart says under it what it shows, by which method and from which source."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest

from analysis.market.events import Window
from dashboard.render.exhibits import Exhibit, exhibits
from dashboard.render.pictures import composed
from dashboard.views import PAGES, Page, captions, overview
from dashboard.views.case import Case
from dashboard.web.state import View
from data.bundled.bundle import bundled_market
from data.catalogue.dossiers import dossier
from tests.dashboard.newsdesk import made_up_case

METHODS = (
    r"Models?: [^.]+\. Benchmarks?: .+\. Windows in sessions from \d.+: event \[.+\], estimation .+\.",
    r"No model, no benchmark: .+, .*\d{4}",
)


def charts(page: Page, case: Case) -> list[Exhibit]:
    return [exhibit for exhibit in exhibits(page.layout(case)).values() if exhibit.is_chart]


def plain(words: str) -> str:
    return words.replace("\u00a0", " ")


def bundled_case() -> Case:
    """The real event on bundled prices, which has every chart."""
    event = dossier("deepseek-2025-01-27")
    return Case(View(event.event.slug), event, bundled_market(event.instruments))


@pytest.mark.parametrize("case", [bundled_case(), made_up_case(model="constant_mean")], ids=["real", "mean"])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.TITLE)
def test_every_chart_names_its_method_and_its_source(page: Page, case: Case) -> None:
    for chart in charts(page, case):
        words = plain(chart.caption)
        assert sum(bool(re.search(method, words)) for method in METHODS) == 1, (chart.key, words)
        assert re.search(r"Source: .+; snapshot .+, prices to \d+ \w{3} \d{4}\.$", words), (chart.key, words)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.TITLE)
def test_every_mark_that_a_page_explains_is_explained_in_the_picture(page: Page) -> None:
    for chart in charts(page, bundled_case()):
        subtitle = composed(chart)["layout"]["annotations"][-2]["text"]
        assert all(words in subtitle for _, words in chart.marks), chart.key


def test_a_model_is_named_with_its_benchmark_and_windows() -> None:
    words = plain(captions.modelled(made_up_case(benchmark="OTHER", event_window=Window(-5, 5))))
    assert words.startswith("Model: Market model. Benchmark: Another market. Windows in sessions from ")
    assert "event [−5, +5], estimation [−260, −11]." in words


def test_a_model_without_a_benchmark_names_none() -> None:
    assert "Benchmark: none." in captions.modelled(made_up_case(model="constant_mean"))


def test_sources_are_those_of_the_series_shown() -> None:
    case = made_up_case()
    histories = dict(case.market.histories)
    histories["MKT"] = replace(histories["MKT"], source="An index house")
    case = Case(case.view, case.dossier, replace(case.market, histories=histories))
    assert captions.publishers(case, ["AAA"]) == "made up"
    assert captions.publishers(case) == "made up; An index house"
    assert captions.credited(captions.source(case)) == "made up; An index house"


def test_a_model_of_factors_credits_who_publishes_them() -> None:
    assert captions.publishers(made_up_case(), ["AAA"], ["fama_french_3"]) == f"made up; {captions.FACTORS}"


@pytest.mark.parametrize(
    ("window", "words"),
    [
        (Window(0, 0), "on day 0"),
        (Window(2, 2), "on session +2"),
        (Window(-1, 1), "over sessions −1 to +1"),
    ],
)
def test_a_window_reads_as_people_say_it(window: Window, words: str) -> None:
    assert captions.span(window) == words


def test_a_period_of_one_day_is_that_day() -> None:
    day = dt.date(2025, 1, 27)
    assert plain(captions.period([day])) == "27 Jan 2025"
    assert plain(captions.period([day, day + dt.timedelta(days=1)])) == "27 Jan 2025 to 28 Jan 2025"


def test_charts_that_draw_some_firms_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captions, "MOST_LINES", 2)
    prices = next(chart for chart in charts(overview, made_up_case()) if chart.key == "indexed-prices")
    assert "The first 2 of 3 firms are drawn; the table holds all." in prices.caption
    assert len(prices.panels[0].figure["data"]) == 2
    assert len(prices.columns) == 1 + 3


def test_a_name_at_the_end_of_a_line_has_no_brackets() -> None:
    assert captions.short("TSMC (New York receipt)*") == "TSMC*"
