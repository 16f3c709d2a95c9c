"""The rules of docs/decisions/verdicts.md, one by one, on a three-session market."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from analysis.claims.reported import ReportedMove
from analysis.claims.verdicts import (
    RULES,
    VERDICTS,
    MeasuredMoves,
    MoveCheck,
    check_moves,
    consistent_moves,
    session_moves,
)
from analysis.market.events import Event, Sessions, Window
from analysis.market.prices import Instrument, Market, PriceHistory, Provenance
from analysis.study.study import StudyDesign, StudyResults, event_study
from tests.analysis.markets import with_bars

DAY = dt.date(2025, 3, 3)
N = 60


def sessions() -> Sessions:
    dates = np.busday_offset("2025-03-03", np.arange(-N, 3))
    return Sessions("XTST", dates, dates.astype("datetime64[s]") + np.timedelta64(21, "h"))


def history(symbol: str, seed: int, event_bar: dict[str, float] | None = None) -> PriceHistory:
    dates = sessions().dates
    close = 100 * np.cumprod(1 + np.random.default_rng(seed).normal(0, 0.01, len(dates)))
    close[N - 1] = 100.0
    bars = pd.DataFrame(
        dict.fromkeys(("open", "high", "low", "close", "adj_close"), close), index=pd.DatetimeIndex(dates)
    )
    bars["volume"] = 1000.0
    bars["low"] *= 0.999
    for column, price in (event_bar or {}).items():
        bars.loc[pd.Timestamp(DAY), column] = price
    if event_bar:
        bars.loc[pd.Timestamp(DAY), "adj_close"] = event_bar["close"]
    return PriceHistory.of(symbol, bars, "made up", DAY)


def market() -> Market:
    """FALL opens 95, ranges 80 to 97 and closes 83.03 after 100; CLOSE has closes alone."""
    fall = history("FALL", 1, {"open": 95.0, "high": 97.0, "low": 80.0, "close": 83.03})
    closes = history("CLOSE", 2, {"close": 90.0})
    closes = with_bars(closes, closes.bars.assign(**dict.fromkeys(("open", "high", "low", "volume"), np.nan)))
    instruments = [
        Instrument("FALL", "Falling", "XTST", "USD", "articles", "MKT", region="US"),
        Instrument("CLOSE", "Closes only", "XTST", "EUR", "wider", "MKT", region="US"),
        Instrument("AWAY", "No bars", "XTST", "USD", "articles", "MKT", stand_in="CLOSE"),
        Instrument("NONE", "No source", "XTST", "USD"),
        Instrument("MKT", "Benchmark", "XTST", "USD", "benchmark"),
    ]
    hours = pd.date_range("2025-02-28 20:00", "2025-03-03 20:00", freq="h", tz="UTC")
    hourly = pd.DataFrame({"open": 100.0, "high": 100.0, "low": 100.0, "close": 100.0}, index=hours)
    hourly.loc[
        hourly.index >= pd.Timestamp("2025-03-03 15:00", tz="UTC"), ["open", "high", "low", "close"]
    ] = (
        90.0,
        91.0,
        88.0,
        89.0,
    )
    histories = {h.symbol: h for h in (fall, closes, history("MKT", 3))}
    provenance = Provenance("test", "made up", DAY, DAY)
    named = {i.symbol: i for i in instruments}
    return Market(named, histories, {"XTST": sessions()}, provenance, hourly={"FALL": hourly})


def results(of: Market) -> StudyResults:
    event = Event("test", "Test", session=DAY)
    return event_study(
        StudyDesign(event, ("FALL",), None, "market_model", Window(-2, 2), Window(-50, -3)), of
    )


def claim(
    basis: str, reported: float | None = None, qualifier: str = "exact", **more: object
) -> ReportedMove:
    fields = {"symbol": "FALL", "decimals": 0} | more
    return ReportedMove(
        "1", "paper", True, date=DAY, basis=basis, qualifier=qualifier, reported=reported, **fields
    )  # type: ignore[arg-type]


def check(move: ReportedMove) -> MoveCheck:
    prices = market()
    return check_moves([move], prices, results(prices))[0]


@pytest.mark.parametrize(
    ("qualifier", "figure", "decimals", "low", "high"),
    [
        ("exact", -0.115, 1, -0.1155, -0.1145),
        ("about", -0.11, 0, -0.12, -0.10),
        ("nearly", -0.17, 0, -0.17, -0.16),
        ("over", -0.03, 0, -0.04, -0.03),
        ("nearly", 0.05, 0, 0.04, 0.05),
        ("over", 0.05, 0, 0.05, 0.06),
    ],
)
def test_each_qualifier_allows_its_own_interval(
    qualifier: str, figure: float, decimals: int, low: float, high: float
) -> None:
    assert consistent_moves(claim("close", figure, qualifier, decimals=decimals)) == pytest.approx(
        (low, high)
    )


@pytest.mark.parametrize(
    ("reported", "qualifier", "decimals", "verdict"),
    [
        (-0.17, "nearly", 0, "confirmed"),
        (-0.17, "over", 0, "contradicted"),
        (-0.17, "exact", 0, "confirmed"),
        (-0.1697, "exact", 2, "confirmed"),
        (-0.1686, "exact", 2, "contradicted"),
        (-0.16, "about", 0, "confirmed"),
        (-0.15, "about", 0, "contradicted"),
        (0.17, "exact", 0, "contradicted"),
    ],
)
def test_close_is_compared_at_the_printed_precision(
    reported: float, qualifier: str, decimals: int, verdict: str
) -> None:
    assert check(claim("close", reported, qualifier, decimals=decimals)).verdict == verdict


@pytest.mark.parametrize(
    ("reported", "verdict"),
    [(-0.10, "seen_intraday"), (-0.17, "confirmed"), (-0.21, "contradicted"), (-0.02, "contradicted")],
)
def test_intraday_claim_is_held_against_the_days_range_and_names_the_close(
    reported: float, verdict: str
) -> None:
    checked = check(claim("intraday", reported))
    assert checked.verdict == verdict
    assert "-20.00 % to -3.00 %; the close was -16.97 %" in checked.reason


def test_over_counts_only_moves_that_go_further() -> None:
    assert check(claim("intraday", -0.19, "over")).verdict == "seen_intraday"
    assert check(claim("intraday", -0.20, "over")).verdict == "seen_intraday"
    assert check(claim("intraday", -0.21, "over")).verdict == "contradicted"


def test_claim_with_a_time_is_held_against_its_hour() -> None:
    at = dt.datetime(2025, 3, 3, 15, 30, tzinfo=dt.timezone.utc)
    assert check(claim("intraday", -0.10, time=at)).verdict == "seen_intraday"
    outside_the_hour = check(claim("intraday", -0.06, time=at))
    assert outside_the_hour.verdict == "contradicted"
    assert "the hour from 15:00 UTC" in outside_the_hour.reason


def test_futures_claim_names_the_hours_that_pass_through_it() -> None:
    checked = check(claim("futures", -0.10))
    assert checked.verdict == "seen_intraday"
    assert "between 15:00 and 21:00 UTC" in checked.reason


def test_low_is_compared_with_the_low_alone() -> None:
    assert check(claim("low", -0.20)).verdict == "confirmed"
    assert check(claim("low", -0.17)).verdict == "contradicted"


def test_premarket_without_bars_cannot_be_checked_and_says_where_it_opened() -> None:
    checked = check(claim("premarket", -0.11))
    assert checked.verdict == "not_checkable"
    assert checked.reason.startswith("it names no hour to look at; the session opened at -5.00 %")
    timed = check(claim("premarket", -0.11, time=dt.datetime(2025, 3, 3, 23, tzinfo=dt.timezone.utc)))
    assert timed.reason.startswith("no pre-market bars at hand")


def test_level_is_computed_from_the_lows_before() -> None:
    assert check(claim("level", weeks=9)).verdict == "confirmed"
    rising = market()
    rising.histories["FALL"].bars.loc[pd.Timestamp(DAY), "low"] = 200.0
    assert check_moves([claim("level", weeks=9)], rising, results(rising))[0].verdict == "contradicted"


def test_rank_cannot_be_checked_but_ranks_what_is_at_hand() -> None:
    checked = check(claim("rank"))
    assert checked.verdict == "not_checkable"
    assert "among the 2 shares" in checked.reason
    assert checked.reason.endswith("ranks 1")


def test_stand_in_never_decides_a_claim() -> None:
    checked = check(claim("close", -0.10, symbol="AWAY"))
    assert checked.verdict == "not_checkable"
    assert checked.measured.symbol == "CLOSE"
    assert checked.measured.close == pytest.approx(-0.10, abs=0.03)


def test_closes_alone_cannot_decide_an_intraday_claim() -> None:
    assert check(claim("intraday", -0.10, symbol="CLOSE")).verdict == "not_checkable"


def test_instrument_without_a_source_and_article_without_a_figure_keep_their_rows() -> None:
    assert check(claim("intraday", -0.058, symbol="NONE")).verdict == "not_checkable"
    assert check(claim("none", symbol=None)).verdict == "no_figure"


def test_day_without_a_bar_cannot_be_checked() -> None:
    sunday = claim("close", -0.1)
    moved = ReportedMove("1", "paper", True, "FALL", dt.date(2025, 3, 2), "close", reported=sunday.reported)
    assert check(moved).verdict == "not_checkable"


def test_measured_moves_and_abnormal_return_stand_beside_the_claim() -> None:
    measured = check(claim("close", -0.17)).measured
    assert (measured.open, measured.low, measured.high) == pytest.approx((-0.05, -0.20, -0.03))
    assert measured.ci_low is not None
    assert measured.abnormal_return is not None
    assert measured.ci_high is not None
    assert measured.ci_low < measured.abnormal_return < measured.ci_high < -0.1


def test_moves_use_the_previous_close_as_traded_not_the_adjusted_one() -> None:
    prices = market()
    prices.histories["FALL"].bars["adj_close"] /= 2
    assert session_moves(prices, "FALL", DAY).close == pytest.approx(-0.1697)


def test_every_rule_gives_a_known_verdict() -> None:
    for basis in RULES:
        figure = None if basis in ("level", "rank") else -0.10
        assert check(claim(basis, figure, weeks=9)).verdict in VERDICTS


def test_the_first_session_of_all_has_no_previous_close() -> None:
    first = sessions().dates[0].item()
    assert session_moves(market(), "FALL", first) == MeasuredMoves("FALL")
