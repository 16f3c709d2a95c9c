"""Every basis of the registry, at least once confirmed or refused, with the reason that a reader sees."""

from __future__ import annotations

import datetime as dt
from typing import Any, get_args

import pytest

from analysis.claims.bases import BASES
from analysis.claims.judgements import VERDICTS
from analysis.claims.proposal import HEDGES, Hedge
from analysis.claims.reported import Basis
from analysis.claims.verdicts import check_moves
from tests.analysis.claims.falling import DAY, check, claim, market, results

# The share FALL opens at -5 %, ranges from -20 % to -3 % and closes at -16.97 %, from a close of 100.
BEFORE = dt.date(2025, 2, 28)
EXAMPLES: list[tuple[str, str | None, dict[str, Any], str, str]] = [
    ("close", "-17", {}, "confirmed", "the close moved -16.97 %"),
    ("close", "-10", {}, "contradicted", "during the session the price did stand there"),
    ("close", "-30", {}, "contradicted", "-30 % allows -30.50 % to -29.50 %"),
    ("close", "-16.96", {}, "contradicted", "-16.96 % allows -16.965 % to -16.955 %"),
    ("close", "-20", {"qualifier": "at_least"}, "contradicted", "at least -20 % allows -20 % and anything"),
    ("close", "-4", {"qualifier": "at_least"}, "confirmed", "the close moved -16.97 %"),
    ("open", "-5", {}, "confirmed", "the session opened at -5.00 %; the close was -16.97 %"),
    ("open", "-8", {}, "seen_intraday", "the price did stand there that day"),
    ("open", "+1", {}, "contradicted", "the session opened at -5.00 %"),
    ("high", "-3", {}, "confirmed", "the high of the session was -3.00 %"),
    ("high", "-4", {"qualifier": "nearly"}, "confirmed", "the high of the session was -3.00 %"),
    ("high", "-6", {}, "seen_intraday", "the high of the session was -3.00 %; the price did stand there"),
    ("high", "+2", {}, "contradicted", "the high of the session was -3.00 %"),
    ("low", "-20", {"qualifier": "up_to"}, "confirmed", "the low of the session was -20.00 %"),
    ("low", "-17", {}, "seen_intraday", "the low of the session was -20.00 %; the price did stand there"),
    ("low", "-25", {}, "contradicted", "the low of the session was -20.00 %"),
    ("low", "-10", {"symbol": "CLOSE"}, "not_checkable", "only closes of Closes only are at hand"),
    ("intraday", "-10", {}, "seen_intraday", "ran from -20.00 % to -3.00 %; the close was -16.97 %"),
    ("late", "-17", {}, "confirmed", "ran from -20.00 % to -3.00 %"),
    ("premarket", "-11", {}, "not_checkable", "the session opened at -5.00 % and closed at -16.97 %"),
    ("premarket", "-11", {"symbol": "CLOSE"}, "not_checkable", "no pre-market bars at hand and closed at"),
    (
        "afterhours",
        "-12",
        {"date": BEFORE},
        "not_checkable",
        "no bars of trading after hours are at hand; the next session, 3 Mar 2025, opened at -5.00 %",
    ),
    ("futures", "-10", {}, "seen_intraday", "pass through it between 15:00 and 21:00 UTC"),
    ("period", "-17", {"period": "day"}, "confirmed", "from the close of 28 Feb 2025 to that of 3 Mar 2025"),
    ("period", "-17", {"period": "month"}, "confirmed", "(month) the price moved -16.97 %"),
    ("period", "-10", {"period": "since 2025-02-28"}, "seen_intraday", "ran from -20.00 % to -3.00 %"),
    ("period", "+4", {"period": "1-day"}, "contradicted", "the price moved -16.97 %"),
    ("period", "-4", {"period": "ytd", "date": dt.date(2025, 2, 27)}, "contradicted", "(ytd) the price"),
    ("period", "-4", {"period": "12-month"}, "not_checkable", "the bars of Falling begin on 2024-12-09"),
    ("period", "-4", {"period": "since the merger"}, "not_checkable", "no close to count"),
    ("period", "-4", {"period": "week", "date": dt.date(2030, 1, 1)}, "not_checkable", "no close to count"),
    ("unknown", "-10", {}, "seen_intraday", "ran from -20.00 % to -3.00 %; the close was -16.97 %"),
    ("unknown", "-17", {}, "confirmed", "the close was -16.97 %"),
    ("unknown", "-2", {"qualifier": "nearly"}, "contradicted", "the close was -16.97 %"),
    ("unknown", "-70", {"symbol": "CLOSE"}, "not_checkable", "only closes of Closes only are at hand"),
    ("points", "-17.0", {"unit": "points"}, "confirmed", "the close moved -17.0 points (-16.97 %)"),
    ("points", "-16.98", {"unit": "points"}, "confirmed", "the close moved -16.97 points (-16.97 %)"),
    ("points", "-16", {"unit": "points"}, "confirmed", "the close moved -17.0 points (-16.97 %)"),
    ("points", "-18", {"unit": "points"}, "seen_intraday", "the close moved -17.0 points (-16.97 %)"),
    ("points", "-12", {"unit": "points"}, "seen_intraday", "the session ran from -20.0 to -3.0 points"),
    ("points", "-25", {"unit": "points"}, "contradicted", "-17.0 points"),
    ("market_value", "-17", {"unit": "billion USD"}, "not_checkable", "the number of shares is not given"),
    (
        "market_value",
        "-17",
        {"unit": "billion USD", "shares_outstanding": 1e9},
        "confirmed",
        "the close moved -17.0 billion USD (-16.97 %)",
    ),
    (
        "market_value",
        "-0.03",
        {"unit": "trillion USD", "shares_outstanding": 1e9},
        "contradicted",
        "the close moved -0.02 trillion USD",
    ),
    (
        "market_value",
        "-17",
        {"unit": "billion EUR", "shares_outstanding": 1e9},
        "not_checkable",
        "bars are in USD",
    ),
    ("level", None, {"weeks": 9}, "confirmed", "the session's low 80.00 stands"),
    ("level", None, {"weeks": 9, "sign": 1}, "contradicted", "the session's high 97.00 stands"),
    ("rank", None, {}, "not_checkable", "among the 2 shares of the region here its fall of 16.97 %"),
    ("superlative", None, {"sign": -1, "period": "since 2025-02-03"}, "confirmed", "no larger fall"),
    (
        "superlative",
        None,
        {"sign": -1, "period": "since 2008"},
        "not_checkable",
        "no larger fall at least since 9 Dec 2024, where the bars begin",
    ),
    ("superlative", None, {"sign": -1, "period": "ever"}, "not_checkable", "at least since 9 Dec 2024"),
    ("superlative", None, {"sign": -1, "period": "1-month"}, "confirmed", "no larger fall"),
    ("superlative", None, {"sign": 1, "period": "month"}, "contradicted", "-16.97 %: no rise at all"),
    (
        "superlative",
        None,
        {"sign": -1, "period": "since the merger"},
        "not_checkable",
        "the claim names no day to look back to",
    ),
    ("none", None, {"symbol": None, "statement": "no figure"}, "no_figure", "no figure"),
]


@pytest.mark.parametrize(("basis", "printed", "more", "verdict", "reason"), EXAMPLES)
def test_a_claim_is_held_against_what_it_speaks_of(
    basis: str, printed: str | None, more: dict[str, Any], verdict: str, reason: str
) -> None:
    checked = check(claim(basis, printed, **more))
    assert checked.verdict == verdict
    assert reason in checked.reason


def test_every_basis_has_an_example_and_every_verdict_one_too() -> None:
    assert {example[0] for example in EXAMPLES} == set(BASES) == set(get_args(Basis))
    assert {example[3] for example in EXAMPLES} == set(VERDICTS)
    assert set(HEDGES) == set(get_args(Hedge))


def test_every_basis_has_words_and_an_icon_of_its_own() -> None:
    assert all(entry.key == key and entry.explanation for key, entry in BASES.items())
    assert len({entry.icon for entry in BASES.values()}) == len(BASES)
    assert len({entry.label for entry in BASES.values()}) == len(BASES)


def test_no_figure_inside_the_days_range_is_said_to_be_contradicted_but_at_the_close() -> None:
    for basis in ("open", "high", "low", "intraday", "late", "unknown"):
        for percent in range(-20, -2):
            assert check(claim(basis, f"{percent:+d}")).verdict in ("confirmed", "seen_intraday")


def test_a_close_at_the_edge_is_printed_so_that_it_does_not_look_allowed() -> None:
    """Apple closed -9.2456 % on 3 April 2025 and was said to have fallen 9.3 %."""
    fall = market(close=100 * (1 - 0.092456))
    (checked,) = check_moves([claim("close", "-9.3")], fall, results(fall))
    assert checked.verdict == "contradicted"
    assert checked.reason.startswith("the close moved -9.246 %; -9.3 % allows -9.35 % to -9.25 %")


def test_an_earlier_larger_fall_contradicts_a_record() -> None:
    small = check(claim("superlative", None, sign=-1, period="ever", date=dt.date(2025, 2, 27)))
    assert small.verdict == "contradicted"
    assert "as large was" in small.reason or "no fall at all" in small.reason


@pytest.mark.parametrize(
    ("period", "hour", "verdict"),
    [
        ("1-month", None, "seen_intraday"),
        ("1-month", 16, "seen_intraday"),
        ("1-month", 22, "contradicted"),
        ("since 2008", None, "not_checkable"),
    ],
)
def test_a_record_that_the_close_gave_back_was_seen_during_the_day(
    period: str, hour: int | None, verdict: str
) -> None:
    """It falls 20 % and closes unchanged; only who wrote after the close must have known."""
    prices = market(close=100.0)
    time = None if hour is None else dt.datetime(2025, 3, 3, hour, tzinfo=dt.timezone.utc)
    fallen = claim("superlative", None, sign=-1, period=period, time=time)
    (checked,) = check_moves([fallen], prices, results(prices))
    assert checked.verdict == verdict
    assert checked.reason.startswith("the close moved +0.00 %: no fall at all")
    assert ("during the session it had moved -20.00 %" in checked.reason) is (verdict != "contradicted")


def test_a_high_is_held_against_the_highs() -> None:
    high = market(high=200.0)
    (checked,) = check_moves([claim("level", weeks=9, sign=1)], high, results(high))
    assert checked.verdict == "confirmed"
    assert "% above the highest of the 9 weeks before" in checked.reason


def test_after_hours_shows_the_next_session_and_a_period_its_own_base() -> None:
    evening = check(claim("afterhours", "-12", date=BEFORE)).measured
    assert (evening.session, evening.close) == (DAY, pytest.approx(-0.1697))
    assert evening.abnormal_return is not None
    five = check(claim("period", "-12", period="5-day")).measured
    assert (five.base, five.session, five.abnormal_return) == (dt.date(2025, 2, 24), DAY, None)


@pytest.mark.parametrize(
    ("fields", "figure"),
    [
        ({"printed": "-17", "qualifier": "nearly"}, "nearly -17 %"),
        ({"printed": "+2.20"}, "+2.20 %"),
        ({"printed": "-4", "printed_high": "-5", "qualifier": "about"}, "about -4 to -5 %"),
        ({"printed": "-199", "unit": "points"}, "-199 points"),
        ({"printed": "-593", "unit": "billion USD", "qualifier": "up_to"}, "up to -593 billion USD"),
        ({"printed": None}, None),
    ],
)
def test_a_figure_is_told_as_it_was_printed(fields: dict[str, Any], figure: str | None) -> None:
    move = claim("unknown", **fields)
    assert move.figure == figure
    assert (move.reported is None) == (move.printed is None or move.unit != "percent")
