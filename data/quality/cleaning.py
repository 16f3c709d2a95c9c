"""Which daily bars can be used: stale, empty, impossible, unfinished, or on a day without trading."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.market.events import Dates, Sessions

Flags = npt.NDArray[np.bool_]

PRICES = ["open", "high", "low", "close", "adj_close"]
POSSIBLE = (1e-6, 1e9)  # prices in any currency
OUTSIDE_RANGE = 1e-3  # of the price: below this, quotes of one bar disagree by rounding
SETTLING = np.timedelta64(30, "m")  # closing auctions end, and Yahoo's quotes lag, after the close
EARLIEST_TOMORROW = dt.timedelta(hours=14)  # somewhere on earth it is already the next day


def dates_of(bars: pd.DataFrame) -> Dates:
    """Sessions of bars, datetime64[D]."""
    return bars.index.to_numpy().astype("datetime64[D]")


def null(bars: pd.DataFrame) -> Flags:
    """Rows without a close or an adjusted close."""
    return bars[["close", "adj_close"]].isna().any(axis=1).to_numpy()


def stale(bars: pd.DataFrame) -> Flags:
    """Flat bars without volume: a copy of the day before where trading is not known.

    A series that mostly looks like that (an index published at the close), or that never reports a volume
    (an index too), says nothing by it.
    """
    volume = bars["volume"].to_numpy()
    quotes = bars[["open", "high", "low"]].to_numpy()
    close = bars["close"].to_numpy()[:, None]
    flat = (quotes == close).all(axis=1) & (volume == 0)
    telling = 2 * flat.sum() <= len(flat) and (volume > 0).any()
    return flat if telling else np.zeros(len(bars), dtype=bool)


def impossible(bars: pd.DataFrame) -> Flags:
    """Prices that no share has, a high below the low, an open or close outside them."""
    prices = bars[PRICES].to_numpy()
    high, low = bars["high"].to_numpy(), bars["low"].to_numpy()
    slack = OUTSIDE_RANGE * np.abs(bars["close"].to_numpy())
    wrong = ((prices < POSSIBLE[0]) | (prices > POSSIBLE[1])).any(axis=1)
    with np.errstate(invalid="ignore"):  # infinite prices, which are impossible already
        wrong |= high < low - slack
        for inside in (bars["open"].to_numpy(), bars["close"].to_numpy()):
            wrong |= (inside > high + slack) | (inside < low - slack)
    return np.asarray(wrong)


def closed(bars: pd.DataFrame, sessions: Sessions) -> Flags:
    """Rows on days on which the exchange was closed, as far as its calendar is known."""
    dates = dates_of(bars)
    if not len(sessions.dates):
        return np.zeros(len(bars), dtype=bool)
    known = (dates >= sessions.dates[0]) & (dates <= sessions.dates[-1])
    return np.asarray(known & ~np.isin(dates, sessions.dates))


def future(bars: pd.DataFrame, now: dt.datetime) -> Flags:
    """Rows of days that have begun nowhere on earth."""
    return np.asarray(dates_of(bars) > np.datetime64((_utc(now) + EARLIEST_TOMORROW).date(), "D"))


def unfinished(bars: pd.DataFrame, sessions: Sessions, now: dt.datetime) -> Flags:
    """Rows of sessions that had not been over for half an hour (without closing times: for a day)."""
    dates = dates_of(bars)
    ends = (dates + 1).astype("datetime64[s]")
    if sessions.closes is not None and len(sessions.dates):
        place = np.minimum(np.searchsorted(sessions.dates, dates), len(sessions.dates) - 1)
        ends = np.where(sessions.dates[place] == dates, sessions.closes[place].astype("datetime64[s]"), ends)
    return np.asarray(ends + SETTLING > np.datetime64(_utc(now).replace(tzinfo=None), "s"))


def _utc(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.timezone.utc)


def clean(bars: pd.DataFrame, sessions: Sessions, now: dt.datetime | None = None) -> pd.DataFrame:
    """Bars of finished sessions; those that cannot be used are rows of NaN.

    Parameters
    ----------
    bars : DataFrame
        Indexed by session, columns ``BAR_COLUMNS``.
    now : datetime, optional
        Aware; without it every session counts as finished.
    """
    keep = ~closed(bars, sessions)
    if now is not None:
        keep &= ~unfinished(bars, sessions, now)
    kept = bars[keep].astype(float)
    kept[stale(kept) | impossible(kept) | null(kept)] = np.nan
    return kept
