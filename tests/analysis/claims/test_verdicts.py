"""The rules of docs/decisions/verdicts.md, one by one, on a market in which one share falls."""

from __future__ import annotations

import datetime as dt

import pytest

from analysis.claims.measured import MeasuredMoves, session_moves
from analysis.claims.rules import consistent_moves
from analysis.claims.verdicts import check_moves
from tests.analysis.claims.falling import DAY, check, claim, market, results, sessions


@pytest.mark.parametrize(
    ("qualifier", "printed", "low", "high"),
    [
        ("exact", "-11.5", -0.1155, -0.1145),
        ("exact", "-2.20", -0.02205, -0.02195),
        ("about", "-11", -0.12, -0.10),
        ("nearly", "-17", -0.17, -0.16),
        ("over", "-3", -0.04, -0.03),
        ("nearly", "+5", 0.04, 0.05),
        ("over", "+5", 0.05, 0.06),
        ("up_to", "-9", -0.095, -0.085),
        ("at_least", "-9", -float("inf"), -0.09),
        ("at_least", "+9", 0.09, float("inf")),
    ],
)
def test_each_qualifier_allows_its_own_interval(
    qualifier: str, printed: str, low: float, high: float
) -> None:
    assert consistent_moves(claim("close", printed, qualifier)) == pytest.approx((low, high))


def test_a_range_allows_all_between_its_rounded_ends() -> None:
    assert consistent_moves(claim("close", "-4", printed_high="-5")) == pytest.approx((-0.055, -0.035))


@pytest.mark.parametrize(
    ("printed", "qualifier", "verdict"),
    [
        ("-17", "nearly", "confirmed"),
        ("-17", "over", "contradicted"),
        ("-17", "exact", "confirmed"),
        ("-16.97", "exact", "confirmed"),
        ("-16.86", "exact", "contradicted"),
        ("-16", "about", "confirmed"),
        ("-15", "about", "contradicted"),
        ("+17", "exact", "contradicted"),
    ],
)
def test_close_is_compared_at_the_printed_precision(printed: str, qualifier: str, verdict: str) -> None:
    assert check(claim("close", printed, qualifier)).verdict == verdict


@pytest.mark.parametrize(
    ("printed", "verdict"),
    [("-10", "seen_intraday"), ("-17", "confirmed"), ("-21", "contradicted"), ("-2", "contradicted")],
)
def test_intraday_claim_is_held_against_the_days_range_and_names_the_close(
    printed: str, verdict: str
) -> None:
    checked = check(claim("intraday", printed))
    assert checked.verdict == verdict
    assert "-20.00 % to -3.00 %; the close was -16.97 %" in checked.reason


def test_over_counts_only_moves_that_go_further() -> None:
    assert check(claim("intraday", "-19", "over")).verdict == "seen_intraday"
    assert check(claim("intraday", "-20", "over")).verdict == "seen_intraday"
    assert check(claim("intraday", "-21", "over")).verdict == "contradicted"


def test_claim_with_a_time_is_held_against_its_hour() -> None:
    at = dt.datetime(2025, 3, 3, 15, 30, tzinfo=dt.timezone.utc)
    assert check(claim("intraday", "-10", time=at)).verdict == "seen_intraday"
    outside_the_hour = check(claim("intraday", "-6", time=at))
    assert outside_the_hour.verdict == "contradicted"
    assert "the hour from 15:00 UTC" in outside_the_hour.reason


def test_futures_claim_names_the_hours_that_pass_through_it() -> None:
    checked = check(claim("futures", "-10"))
    assert checked.verdict == "seen_intraday"
    assert "between 15:00 and 21:00 UTC" in checked.reason


def test_premarket_without_bars_cannot_be_checked_and_says_where_it_opened() -> None:
    checked = check(claim("premarket", "-11"))
    assert checked.verdict == "not_checkable"
    assert checked.reason.startswith("it names no hour to look at; the session opened at -5.00 %")
    timed = check(claim("premarket", "-11", time=dt.datetime(2025, 3, 3, 23, tzinfo=dt.timezone.utc)))
    assert timed.reason.startswith("no pre-market bars at hand")


def test_level_is_computed_from_the_lows_before() -> None:
    low = check(claim("level", weeks=9))
    assert low.verdict == "confirmed"
    assert "% below the lowest of the 9 weeks before" in low.reason
    rising = market(low=200.0)
    assert check_moves([claim("level", weeks=9)], rising, results(rising))[0].verdict == "contradicted"


def test_rank_cannot_be_checked_but_ranks_what_is_at_hand() -> None:
    checked = check(claim("rank"))
    assert checked.verdict == "not_checkable"
    assert "among the 2 shares" in checked.reason
    assert checked.reason.endswith("its fall of 16.97 % at the close ranks 1")


def test_stand_in_never_decides_a_claim() -> None:
    checked = check(claim("close", "-10", symbol="AWAY"))
    assert checked.verdict == "not_checkable"
    assert checked.measured.symbol == "CLOSE"
    assert checked.measured.close == pytest.approx(-0.10, abs=0.03)


def test_closes_alone_cannot_decide_an_intraday_claim() -> None:
    assert check(claim("intraday", "-10", symbol="CLOSE")).verdict == "not_checkable"


def test_instrument_without_a_source_and_article_without_a_figure_keep_their_rows() -> None:
    assert check(claim("intraday", "-6", symbol="NONE")).verdict == "not_checkable"
    assert check(claim("none", symbol=None)).verdict == "no_figure"


def test_day_without_a_bar_cannot_be_checked() -> None:
    sunday = check(claim("close", "-10", date=dt.date(2025, 3, 2)))
    assert sunday.verdict == "not_checkable"
    assert sunday.reason == "Sunday, 2 Mar 2025, is no session of the exchange of Falling"
    assert check(claim("close", "-10", date=dt.date(2030, 3, 4))).reason == "no bar of Falling on 2030-03-04"


def test_measured_moves_and_abnormal_return_stand_beside_the_claim() -> None:
    measured = check(claim("close", "-17")).measured
    assert (measured.open, measured.low, measured.high) == pytest.approx((-0.05, -0.20, -0.03))
    assert measured.ci_low is not None
    assert measured.abnormal_return is not None
    assert measured.ci_high is not None
    assert measured.ci_low < measured.abnormal_return < measured.ci_high < -0.1


def test_moves_use_the_previous_close_as_traded_not_the_adjusted_one() -> None:
    prices = market()
    prices.histories["FALL"].bars["adj_close"] /= 2
    assert session_moves(prices, "FALL", DAY).close == pytest.approx(-0.1697)


def test_the_first_session_of_all_has_no_previous_close() -> None:
    first = sessions().dates[0].item()
    assert session_moves(market(), "FALL", first) == MeasuredMoves("FALL")
