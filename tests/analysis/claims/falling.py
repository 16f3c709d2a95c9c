"""A market of sixty sessions in which one share falls, and claims about it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from analysis.claims.reported import ReportedMove
from analysis.claims.verdicts import MoveCheck, check_moves
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


def market(**changed: float) -> Market:
    """FALL opens 95, ranges 80 to 97 and closes 83.03 after 100, unless changed; CLOSE has closes alone."""
    fall = history("FALL", 1, {"open": 95.0, "high": 97.0, "low": 80.0, "close": 83.03} | changed)
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


def claim(basis: str, printed: str | None = None, qualifier: str = "exact", **more: object) -> ReportedMove:
    fields = {
        "symbol": "FALL",
        "date": DAY,
        "basis": basis,
        "qualifier": qualifier,
        "printed": printed,
    } | more
    return ReportedMove("1", "paper", True, **fields)  # type: ignore[arg-type]


def check(move: ReportedMove) -> MoveCheck:
    prices = market()
    return check_moves([move], prices, results(prices))[0]
