"""Every event of the catalogue can be read and studied, and each claim has a verdict with a reason."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from analysis.claims.bases import BASES
from analysis.claims.judgements import VERDICTS
from analysis.claims.reported import Dossier
from analysis.claims.verdicts import MoveCheck, check_moves
from analysis.market.prices import Market
from analysis.study.study import StudyDesign, StudyResults, event_study
from data.bundled.bundle import bundled_market
from data.catalogue import dossiers as catalogue

FIRST = "deepseek-2025-01-27"
EVENTS = sorted(catalogue.events())
FURTHER = [slug for slug in EVENTS if slug != FIRST]


@cache
def market(slug: str) -> Market:
    return bundled_market(catalogue.dossier(slug).instruments)


@cache
def study(slug: str) -> StudyResults:
    dossier = catalogue.dossier(slug)
    return event_study(StudyDesign(dossier.event, dossier.firms), market(slug))


@cache
def checks(slug: str) -> dict[str, MoveCheck]:
    dossier = catalogue.dossier(slug)
    results = event_study(StudyDesign(dossier.event, dossier.claimed), market(slug))
    return {check.reported.id: check for check in check_moves(dossier.moves, market(slug), results)}


def verdict(slug: str, wanted: Callable[[MoveCheck], bool]) -> str:
    (found,) = [check.verdict for check in checks(slug).values() if wanted(check)]
    return found


def test_there_are_seventeen_events() -> None:
    assert len(EVENTS) == 17
    assert FIRST in EVENTS


@pytest.mark.parametrize("slug", FURTHER)
def test_an_event_says_what_it_was_and_how_its_time_is_known(slug: str) -> None:
    dossier = catalogue.dossier(slug)
    assert dossier.summary.endswith(".")
    assert dossier.timing.endswith(".")
    assert dossier.kind
    kinds = [entry.kind for entry in dossier.event.timeline]
    assert kinds.count("event") == 1
    assert kinds.count("confounder") >= 2


@pytest.mark.parametrize("slug", FURTHER)
def test_an_event_has_claims_of_several_outlets_with_their_links(slug: str) -> None:
    dossier = catalogue.dossier(slug)
    assert len(dossier.moves) >= 4
    assert len({move.source for move in dossier.moves}) >= 2
    assert all(article.link for article in dossier.articles)
    assert {article.id for article in dossier.articles} == {m.source for m in dossier.moves if m.featured}
    assert all(move.link for move in dossier.moves if not move.featured)


@pytest.mark.parametrize("slug", EVENTS)
def test_day_zero_is_the_day_of_the_timeline(slug: str) -> None:
    (day,) = [entry.date for entry in catalogue.dossier(slug).event.timeline if entry.kind == "event"]
    assert set(study(slug).event_sessions.values()) <= {day}


@pytest.mark.parametrize("slug", EVENTS)
def test_every_firm_is_studied_over_the_default_windows(slug: str) -> None:
    results = study(slug)
    firms = catalogue.dossier(slug).firms
    shown = {market(slug).traded(symbol) for symbol in firms}
    assert set(results.symbols) == shown
    assert results.abnormal_returns.loc[0].notna().all()


@pytest.mark.parametrize("slug", EVENTS)
def test_every_claim_has_a_verdict_and_a_reason(slug: str) -> None:
    for check in checks(slug).values():
        assert check.verdict in VERDICTS
        assert check.reason
        if BASES[check.reported.basis].figure != "none":
            assert check.reported.printed is not None


@pytest.mark.parametrize("slug", EVENTS)
def test_no_verdict_contradicts_the_prices_beside_it(slug: str) -> None:
    """A figure of a session was met where its verdict says so, and nowhere in the day where it is denied."""
    for check in checks(slug).values():
        move, day = check.reported, check.measured
        if move.reported is None or move.basis == "period" or check.verdict == "not_checkable":
            continue
        assert day.low is not None
        assert day.high is not None
        assert day.close is not None
        reach = 0.5 * 10 ** -(move.decimals + 2) + 1e-12  # of what was printed
        met = day.low - reach <= move.reported <= day.high + reach
        closed = abs(move.reported - day.close) <= reach
        if check.verdict == "contradicted":
            assert not (closed if move.basis == "close" else day.low <= move.reported <= day.high)
        else:
            assert closed if move.basis == "close" else met


def test_microsofts_nearly_three_percent_was_seen_during_the_day() -> None:
    def microsoft(check: MoveCheck) -> bool:
        return check.reported.symbol == "MSFT" and check.reported.qualifier == "nearly"

    assert verdict("google-bard-2023-02-08", microsoft) == "seen_intraday"


def test_a_figure_below_the_low_of_the_day_stays_in_and_is_contradicted() -> None:
    assert verdict("chip-curbs-2024-07-17", lambda check: check.reported.printed == "-8.40") == "contradicted"


def test_one_fall_with_two_histories_keeps_both() -> None:
    spans = {move.period for move in catalogue.dossier("asml-guidance-2024-10-15").moves if move.period}
    assert {"since 1998", "20-year", "since 2008"} <= spans


def test_dossiers_of_all_events_are_kept_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    known: list[Dossier] = list(catalogue.dossiers().values())
    monkeypatch.setattr(catalogue, "read_dossier", lambda path: pytest.fail(f"{path} is read again"))
    assert list(catalogue.dossiers().values()) == known
