"""What the stand-in serves: listings, made up or real, as the JSON of Yahoo's chart answer."""

from __future__ import annotations

import datetime as dt
import functools
import math
import warnings
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from analysis.market.prices import Instrument

EXCHANGES = {  # suffix of the symbol -> market identifier code, currency, time zone, local opening hour
    "": ("XNYS", "USD", "America/New_York", 9.5),
    "DE": ("XETR", "EUR", "Europe/Berlin", 9.0),
    "AS": ("XAMS", "EUR", "Europe/Amsterdam", 9.0),
    "PA": ("XPAR", "EUR", "Europe/Paris", 9.0),
    "MI": ("XMIL", "EUR", "Europe/Rome", 9.0),
    "T": ("XTKS", "JPY", "Asia/Tokyo", 9.0),
}


@dataclass(frozen=True, eq=False)
class Listing:
    """One symbol: daily bars by naive date (open high low close adj_close volume), hourly bars by UTC hour.

    `splits` holds (date, numerator, denominator) as announced, in Yahoo's order; a share has no `gains`.
    """

    symbol: str
    bars: pd.DataFrame
    currency: str = "USD"
    timezone: str = "America/New_York"
    opens: float = 9.5
    dividends: Mapping[dt.date, float] = field(default_factory=dict)
    splits: tuple[tuple[dt.date, float, float], ...] = ()
    hourly: pd.DataFrame | None = None
    gains: Mapping[dt.date, float] = field(default_factory=dict)

    def stamp(self, date: dt.date) -> int:
        """The opening of a session in seconds since 1970, which is how Yahoo dates a daily bar."""
        midnight = dt.datetime.combine(date, dt.time(), tzinfo=ZoneInfo(self.timezone))
        return int((midnight + dt.timedelta(hours=self.opens)).timestamp())


def place(symbol: str) -> tuple[str, str, str, float]:
    """Exchange, currency, time zone and opening hour that a symbol's suffix stands for."""
    return EXCHANGES[symbol.partition(".")[2]]


@functools.cache
def sessions_between(exchange: str, first: str, last: str) -> pd.DatetimeIndex:
    """Sessions of an exchange by its calendar, naive midnights."""
    import exchange_calendars

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pd.errors.Pandas4Warning)  # raised inside exchange_calendars
        return exchange_calendars.get_calendar(exchange, start=first, end=last).sessions


def made_up_listing(
    symbol: str,
    first: str = "2024-10-01",
    last: str = "2025-03-31",
    dividends: Mapping[str, float] | None = None,
) -> Listing:
    """A random walk that is the same every time, adjusted for its dividends as Yahoo does it."""
    exchange, currency, timezone, opens = place(symbol)
    dates = sessions_between(exchange, first, last)
    draw = np.random.default_rng(zlib.crc32(symbol.encode()))
    close = 100 * np.exp(np.cumsum(draw.normal(0, 0.015, len(dates))))
    begin = np.concatenate([[close[0]], close[:-1]]) * np.exp(draw.normal(0, 0.004, len(dates)))
    paid = {dt.date.fromisoformat(day): amount for day, amount in (dividends or {}).items()}
    bars = pd.DataFrame(
        {
            "open": begin,
            "high": np.maximum(begin, close) * 1.006,
            "low": np.minimum(begin, close) * 0.994,
            "close": close,
            "adj_close": close * dividend_factor(dates, close, paid),
            "volume": draw.integers(1_000_000, 9_000_000, len(dates)).astype(float),
        },
        index=dates,
    )
    return Listing(symbol, bars, currency, timezone, opens, paid, hourly=made_up_hours(bars, timezone, opens))


def dividend_factor(dates: pd.DatetimeIndex, close: Any, paid: Mapping[dt.date, float]) -> Any:
    """What multiplies a close to give the adjusted close: 1 - D/P of every later dividend, shape (T,)."""
    factor = np.ones(len(dates))
    for day, amount in paid.items():
        ex = dates.get_loc(pd.Timestamp(day))
        factor[:ex] *= 1 - amount / close[ex - 1]
    return factor


def made_up_hours(bars: pd.DataFrame, timezone: str, opens: float) -> pd.DataFrame:
    """Bars of every hour from five before the opening to ten after it, straight from open to close."""
    first = (bars.index.tz_localize(timezone) + pd.Timedelta(hours=opens - 5)).tz_convert("UTC")
    index = pd.DatetimeIndex(
        np.sort(np.concatenate([first + pd.Timedelta(hours=k) for k in range(16)])), tz="UTC"
    )
    level = np.linspace(bars["open"], bars["close"], 16, axis=1).ravel()
    return pd.DataFrame(
        {"open": level, "high": level * 1.001, "low": level * 0.999, "close": level, "volume": 1000.0},
        index=index,
    )


def made_up_listings(symbols: Iterable[str], **options: Any) -> dict[str, Listing]:
    """Made-up listings by symbol."""
    return {symbol: made_up_listing(symbol, **options) for symbol in symbols}


def listing_of(instrument: Instrument, bars: pd.DataFrame) -> Listing:
    """A listing that serves an instrument's own bars."""
    _, _, timezone, opens = place(instrument.symbol)
    return Listing(instrument.symbol, bars, instrument.currency, timezone, opens)


# --- the answer -------------------------------------------------------------------------------------------


def chart(listing: Listing, interval: str, start: float, end: float) -> dict[str, Any]:
    """The body of /v8/finance/chart for bars that open in [start, end), in seconds since 1970."""
    if interval == "1d":
        stamps = np.array([listing.stamp(day.date()) for day in listing.bars.index])
        bars = listing.bars
    else:
        hourly = listing.hourly if listing.hourly is not None else listing.bars.iloc[:0]
        bars, stamps = hourly, hourly.index.as_unit("s").asi8 if len(hourly) else np.array([], dtype=int)
    inside = (stamps >= start) & (stamps < end)
    result: dict[str, Any] = {"meta": meta(listing, interval), "indicators": {"quote": [{}]}}
    if inside.any():
        result["timestamp"] = stamps[inside].tolist()
        result["indicators"] = indicators(bars[inside])
    if events := announced(listing, start, end):
        result["events"] = events
    return {"chart": {"result": [result], "error": None}}


def meta(listing: Listing, interval: str) -> dict[str, Any]:
    """What Yahoo says about the listing itself."""
    return {
        "currency": listing.currency,
        "symbol": listing.symbol,
        "exchangeName": "STD",
        "instrumentType": "MUTUALFUND" if listing.gains else "EQUITY",
        "exchangeTimezoneName": listing.timezone,
        "timezone": listing.timezone,
        "regularMarketPrice": 1.0,
        "priceHint": 2,
        "dataGranularity": interval,
        "validRanges": ["1d", "5d", "1mo", "1y", "max"],
    }


def indicators(bars: pd.DataFrame) -> dict[str, Any]:
    """Bars as Yahoo's columns, missing values as null."""
    quote = {name: numbers(bars[name]) for name in ("open", "high", "low", "close", "volume")}
    adjusted = [{"adjclose": numbers(bars["adj_close"])}] if "adj_close" in bars else None
    return {"quote": [quote]} | ({"adjclose": adjusted} if adjusted else {})


def numbers(column: pd.Series) -> list[float | None]:
    """Values for JSON, which knows no NaN."""
    return [None if math.isnan(value) else value for value in column.to_list()]


def announced(listing: Listing, start: float, end: float) -> dict[str, Any]:
    """Dividends and splits of the period, keyed as Yahoo does."""
    paid = {listing.stamp(day): amount for day, amount in listing.dividends.items()}
    dividends = {str(at): {"amount": a, "date": at} for at, a in paid.items() if start <= at < end}
    splits = {
        str(listing.stamp(day) + k): {"date": listing.stamp(day) + k, "numerator": up, "denominator": down}
        for k, (day, up, down) in enumerate(listing.splits)
        if start <= listing.stamp(day) < end
    }
    gains = {
        str(listing.stamp(day)): {"amount": amount, "date": listing.stamp(day)}
        for day, amount in listing.gains.items()
        if start <= listing.stamp(day) < end
    }
    every = {"dividends": dividends, "splits": splits, "capitalGains": gains}
    return {name: rows for name, rows in every.items() if rows}


# --- data that are wrong ----------------------------------------------------------------------------------


def null_bars(listing: Listing) -> Listing:
    """The third bar from the end holds nothing."""
    bars = listing.bars.copy()
    bars.iloc[-3] = np.nan
    return replace(listing, bars=bars)


def stale_bars(listing: Listing) -> Listing:
    """The third bar from the end is a flat copy of the day before, without volume."""
    bars = listing.bars.copy()
    bars.iloc[-3, :4] = bars["close"].iloc[-4]
    bars.iloc[-3, 4:] = bars["adj_close"].iloc[-4], 0.0
    return replace(listing, bars=bars)


def split_twice(listing: Listing) -> Listing:
    """One split of 10 for 1, announced twice on the same day."""
    day = listing.bars.index[len(listing.bars) // 2].date()
    return replace(listing, splits=((day, 10, 1), (day, 10, 1)))


TAMPERED: Mapping[str, Callable[[Listing], Listing]] = {
    "null_bars": null_bars,
    "stale_bars": stale_bars,
    "wrong_currency": lambda listing: replace(listing, currency="GBp"),
    "split_twice": split_twice,
    "other_symbol": lambda listing: replace(listing, symbol="OTHER"),
}
