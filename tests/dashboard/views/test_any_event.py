"""Texts and headlines fit every event: without claims, with wrong ones, over two days, with firms missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analysis.models.normal_returns import NORMAL_RETURNS
from commands.show import case_of
from commands.source import DEFAULT_EVENT, Source
from dashboard.views import compare, overview, pages, reported, robustness
from dashboard.views.case import Case
from dashboard.views.tables import Table
from dashboard.web.controls import bar
from tests.dashboard.newsdesk import text, told

DRAFT: dict[str, Any] = {"name": "An event", "date": "2025-01-27", "time": "08:15"}
WRONG = {"sign": 1, "value": "30", "basis": "close", "text": "rose 30%"}


@pytest.fixture
def source(tmp_path: Path, stored: Callable[[Path], str], monkeypatch: pytest.MonkeyPatch) -> Source:
    monkeypatch.setenv("AFTERSHOCK_DATABASE_URL", stored(tmp_path / "own.db"))
    return Source()


def case(source: Source, *symbols: str, **given: Any) -> Case:
    event, _ = source.desk.keep(DRAFT | {"symbols": list(symbols)} | given)
    return case_of(source, event.id, None)


def headline(one: Case) -> str:
    return overview.finding(one)[0].replace("\u00a0", " ")


def test_without_claims_the_firm_that_moved_most_leads_and_the_missing_are_named(source: Source) -> None:
    one = case(source, "6857.T", "NVDA", "RY.TO")
    assert headline(one) == "NVIDIA fell 17.0 % on 27 Jan 2025"
    said = told(overview.view(one))
    assert "Left out Royal Bank of Canada (RY.TO): no prices." in said
    assert [mark.date.day for mark in overview.price_chart(one).dates if mark.event] == [27, 28]
    assert "What to do: fetch prices with Refresh on the page Data" in said
    assert reported.finding(one)[0] == "No claim about prices is kept for this event"


def test_where_every_claim_is_wrong_the_headline_says_so(source: Source) -> None:
    claims = [WRONG | {"symbol": symbol} for symbol in ("AMD", "NVDA")]
    one = case(source, "MU", "AMD", "NVDA", articles=[{"outlet": "A"}], claims=claims)
    assert one.leading == "AMD"
    assert headline(one) == "AMD rose 30 %, said A; it closed 6.4 % lower"
    assert reported.finding(one)[0].startswith("0 of 2 claims")
    alone = case(source, "MU", articles=[{"outlet": "A"}], claims=[WRONG | {"symbol": "MU"}])
    assert reported.finding(alone)[0] == "The one claim about prices is not confirmed as printed"


def test_a_text_without_a_figure_is_no_claim_that_failed(source: Source) -> None:
    view = reported.view(case(source, "NVDA", articles=[{"outlet": "A"}]))
    assert (view.title, view.words) == ("No text makes a claim about prices", "")
    assert [section.title for section in view.sections] == ["Claim by claim", "What the verdicts mean"]
    assert "1 text without a figure" in told(view)
    assert "0 claims" not in told(view)


def test_without_prices_overview_says_of_which_firm_and_what_to_do(source: Source) -> None:
    one = case(source, "RY.TO", "KO", articles=[{"outlet": "A"}])
    view = overview.view(one)
    assert view.title == "No prices of Royal Bank of Canada and Coca-Cola yet"
    assert view.caution.lines[0].startswith("Royal Bank of Canada (RY.TO), Coca-Cola (KO): no prices")
    assert f"python app.py refresh {one.choices.event}" in view.caution.lines[1]
    assert reported.view(one).caution == view.caution


def test_with_too_little_history_claims_are_held_against_prices_all_the_same(source: Source) -> None:
    fallen = {"sign": -1, "symbol": "NVDA", "value": "1.9", "basis": "close", "text": "fell 1.9%"}
    first = {"symbol": "NVDA", "date": "2015-01-02"}
    one = case(
        source, "NVDA", date="2015-03-03", time="", articles=[{"outlet": "A"}],
        claims=[fallen, WRONG | {"symbol": "AMD"}, WRONG | first],
    )  # fmt: skip
    view = overview.view(one)
    assert view.title == "No abnormal return of NVIDIA can be measured"
    assert "no window of 120 fits" in view.caution.lines[0]
    early, wrong, begun = one.studies.checks
    assert early.measured.close == pytest.approx(22.18 / 22.60 - 1)
    assert (early.verdict, wrong.verdict, begun.verdict) == ("confirmed", "contradicted", "not_checkable")
    assert early.measured.abnormal_return is None
    assert begun.reason == "2 Jan 2015 is the first bar of NVIDIA, and there is no close before it"
    assert "1 confirmed" in told(reported.view(one))


@pytest.mark.parametrize("symbols", [("NVDA",), ("6857.T", "NVDA", "ASML.AS")])
def test_every_page_speaks_of_this_event_alone_and_no_table_is_empty(
    source: Source, symbols: tuple[str, ...]
) -> None:
    one = case(source, *symbols, articles=[{"outlet": "A"}])
    for page in pages.PAGES:
        view = page.view(one)
        if page.PATH not in pages.EVERY_EVENT:
            assert "DeepSeek" not in told(view), page.TITLE
            assert "five firms" not in told(view), page.TITLE
            if len(symbols) == 1:
                for plural in (
                    "the other firms",
                    "the group most",
                    "those of the group",
                    "there are 1",
                    "1 firms",
                ):
                    assert plural not in told(view), page.TITLE
        tables = [block for section in view.sections for block in section.blocks if isinstance(block, Table)]
        assert all(table.columns[0].values for table in tables), page.TITLE


@pytest.mark.parametrize("after", [0, 1])
def test_an_event_of_the_last_days_has_every_page_and_they_say_where_its_windows_end(
    source: Source, after: int
) -> None:
    last = source.market(DEFAULT_EVENT).histories["NVDA"].dates[-1 - after]
    claim = WRONG | {"symbol": "NVDA"}
    one = case(source, "NVDA", "AMD", date=str(last), articles=[{"outlet": "A"}], claims=[claim])
    for page in pages.PAGES:
        view = page.view(one)
        if page.CONTROLS:
            bar(one, page.CONTROLS, page.PATH)
        if page.PATH not in pages.EVERY_EVENT:
            assert told(view).count(one.study.shortening) >= 1, page.TITLE
    assert [check.verdict for check in one.studies.checks] == ["contradicted"]
    menu = text(bar(one, ("window", "car"), "/"))
    assert menu.count(f"(the event window ends at {'+1' if after else '0'})") == 4 - 2 * after
    assert "[−10, +10] (" in menu
    assert f"[−20, +20] ({after} session" in menu
    assert [window.end for window in robustness.choices(one).windows] == [0]
    beside = told(compare.view(source, {"events": f"{one.choices.event},{DEFAULT_EVENT}"}))
    assert one.study.shortening in beside
    assert "of 2 events the mean abnormal return on day 0" in beside


def test_without_a_benchmark_robustness_varies_the_models_that_need_none(source: Source) -> None:
    one = case(source, "NVDA", benchmark="none")
    assert one.design.model == "constant_mean"
    assert "specifications" in told(robustness.view(one))
    assert all("benchmark" not in NORMAL_RETURNS[key].needs for key in robustness.choices(one).models)
