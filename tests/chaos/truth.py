"""What made-up shares were really traded at, and what a source without a fault says of them."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.market.prices import Instrument
from data.bundled.calendars import sessions
from tests.chaos.second import Answer

SYMBOLS = {
    "ALFA": "XNYS",
    "BRAVO": "XNYS",
    "DELTA": "XNYS",
    "ECHO.DE": "XETR",
    "FOX.DE": "XETR",
    "GOLF.T": "XTKS",
}
CURRENCIES = {"XNYS": "USD", "XETR": "EUR", "XTKS": "JPY"}
INSTRUMENTS = {
    symbol: Instrument(symbol, symbol.title(), exchange, CURRENCIES[exchange])
    for symbol, exchange in SYMBOLS.items()
}
FIRST = dt.date(2025, 1, 2)
PRICES = ["open", "high", "low", "close", "adj_close"]


@dataclass(frozen=True, eq=False)
class Truth:
    """What was traded, and what was paid and split on which day (shares of 2 for 1, 10 for 1 ...)."""

    symbol: str
    traded: pd.DataFrame
    dividends: Mapping[dt.date, float]
    splits: Mapping[dt.date, float]

    def before(self, day: dt.date) -> pd.Timestamp:
        """The last session before a day."""
        return self.traded.index[self.traded.index < pd.Timestamp(day)][-1]

    def on(self, day: dt.date) -> Answer:
        """What a source without a fault says on the evening of a day."""
        bars = self.traded.loc[: pd.Timestamp(day)].copy()
        shares = np.ones(len(bars))
        for ex, ratio in self.splits.items():
            if ex <= day:
                shares[bars.index < pd.Timestamp(ex)] *= ratio
        bars[PRICES[:4]] = bars[PRICES[:4]].div(shares, axis=0)
        bars["volume"] = np.rint(bars["volume"] * shares)
        paid = {ex: amount / shares[bars.index.get_loc(pd.Timestamp(ex))]
                for ex, amount in self.dividends.items() if ex <= day}  # fmt: skip
        bars["adj_close"] = bars["close"] * _adjustment(bars["close"], paid)
        return Answer(
            self.symbol, bars, paid, {ex: (ratio, 1) for ex, ratio in self.splits.items() if ex <= day}
        )


def _adjustment(close: pd.Series[float], paid: Mapping[dt.date, float]) -> np.ndarray:
    factor = np.ones(len(close))
    for ex, amount in paid.items():
        place = close.index.get_loc(pd.Timestamp(ex))
        factor[:place] *= 1 - amount / close.iloc[place - 1]
    return factor


def truth(
    symbol: str,
    last: dt.date,
    dividends: Mapping[dt.date, float],
    splits: Mapping[dt.date, float],
    news: Mapping[dt.date, float] | None = None,
) -> Truth:
    """A random walk, the same for a symbol every time, that falls by every split and dividend."""
    days = sessions(SYMBOLS[symbol], FIRST, last).dates.astype("datetime64[D]")
    draw = np.random.default_rng(zlib.crc32(symbol.encode()))
    move = np.clip(draw.normal(0, 0.012, len(days)), -0.03, 0.03)
    for day, size in (news or {}).items():
        move[days == np.datetime64(day)] = size
    level = 200 * np.exp(np.cumsum(move))
    for ex, ratio in splits.items():
        level[days >= np.datetime64(ex)] /= ratio
    for ex, share in dividends.items():
        level[days >= np.datetime64(ex)] *= 1 - share
    begin = level * np.exp(draw.normal(0, 0.003, len(days)))
    traded = pd.DataFrame(
        {
            "open": begin, "high": np.maximum(begin, level) * 1.006, "low": np.minimum(begin, level) * 0.994,
            "close": level, "volume": np.rint(draw.uniform(4e6, 6e6, len(days))),
        },
        index=pd.DatetimeIndex(days),
    )  # fmt: skip
    before = {ex: traded["close"].iloc[traded.index.get_loc(pd.Timestamp(ex)) - 1] for ex in dividends}
    return Truth(symbol, traded, {ex: share * before[ex] for ex, share in dividends.items()}, splits)
