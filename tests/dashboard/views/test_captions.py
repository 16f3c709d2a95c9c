"""Every chart says under it what it shows, by which method and from which source."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from analysis.market.events import Window
from dashboard.render.compose import composed
from dashboard.render.files import caption_of
from dashboard.views import captions, overview
from dashboard.views.case import Case
from dashboard.views.cautions import Cautions
from dashboard.views.choices import Choices
from dashboard.views.content import Chart, Exhibit
from dashboard.views.pages import PAGES, Page
from data.bundled.bundle import bundled_market
from data.catalogue.dossiers import dossier
from tests.dashboard.newsdesk import made_up_case

METHODS = (
    r"Models?: [^.]+\. Benchmarks?: .+\. Windows in sessions from \d.+: event \[.+\], estimation .+\.",
    r"No model, no benchmark: .+, .*\d{4}",
)


def charts(page: Page, case: Case) -> list[Exhibit]:
    return [one for one in page.view(case).exhibits.values() if isinstance(one.content, Chart)]


def plain(words: str) -> str:
    return words.replace("\u00a0", " ")


def bundled_case() -> Case:
    """The real event on bundled prices, which has every chart."""
    event = dossier("deepseek-2025-01-27")
    return Case(Choices(event.event.slug), event, bundled_market(event.instruments))


@pytest.mark.parametrize("case", [bundled_case(), made_up_case(model="constant_mean")], ids=["real", "mean"])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.TITLE)
def test_every_chart_names_its_method_and_its_source(page: Page, case: Case) -> None:
    for chart in charts(page, case):
        words = plain(caption_of(chart.content))
        assert sum(bool(re.search(method, words)) for method in METHODS) == 1, (chart.content.key, words)
        assert re.search(r"Source: .+; snapshot .+, prices to \d+ \w{3} \d{4}\.$", words), (
            chart.content.key,
            words,
        )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.TITLE)
def test_every_mark_that_a_page_explains_is_explained_in_the_picture(page: Page) -> None:
    for chart in charts(page, bundled_case()):
        subtitle = composed(chart)["layout"]["annotations"][-2]["text"]
        assert all(words in subtitle for _, words in chart.content.marks), chart.content.key


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
    case = Case(case.choices, case.dossier, replace(case.market, histories=histories))
    assert captions.publishers(case, ["AAA"]) == "made up"
    assert captions.publishers(case) == "made up; An index house"
    assert captions.credit(case).publishers == "made up; An index house"


def test_a_model_of_factors_credits_who_publishes_them() -> None:
    assert captions.publishers(made_up_case(), ["AAA"], ["fama_french_3"]) == f"made up; {captions.FACTORS}"


def test_charts_that_draw_some_firms_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captions, "MOST_LINES", 2)
    prices = next(
        chart for chart in charts(overview, made_up_case()) if chart.content.key == "indexed-prices"
    )
    assert isinstance(prices.content, Chart)
    assert "The first 2 of 3 firms are drawn; the table holds all." in prices.content.caption.shows
    assert len(prices.content.panels[0].series) == 2
    assert len(prices.content.table.columns) == 1 + 3


def test_what_decides_the_result_names_its_firm() -> None:
    case = made_up_case()
    vars(case)["cautions"] = Cautions(
        ["one firm-day decides the rank: AAA, on 2025-04-03, makes up 56 % of it"]
    )
    (said,) = captions.cautions(case).lines
    assert "One firm-day decides the rank: Alpha <b>, on 3" in said


def test_remarks_on_prices_name_firms() -> None:
    case = made_up_case()
    vars(case)["cautions"] = Cautions(others=["AAA: the return of day 0 spans 2 sessions and counts whole"])
    assert captions.remarks(case).lines[-1] == (
        "Alpha <b>: the return of day 0 spans 2 sessions and counts whole."
    )
