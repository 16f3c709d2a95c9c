"""Which fetched bars can be used: the rules for any bars, and no session that is not over."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.market.bars import BAR_COLUMNS, Bars
from analysis.market.events import Dates, Sessions
from data.quality.rules import closed as closed_rows
from data.quality.rules import unusable

Flags = npt.NDArray[np.bool_]

SETTLING = np.timedelta64(30, "m")  # closing auctions end, and Yahoo's quotes lag, after the close
EARLIEST_TOMORROW = dt.timedelta(hours=14)  # somewhere on earth it is already the next day


def dates_of(bars: pd.DataFrame) -> Dates:
    """Sessions of bars, datetime64[D]."""
    return bars.index.to_numpy().astype("datetime64[D]")


def as_bars(bars: pd.DataFrame) -> Bars:
    """A frame of one symbol as columns, which the rules read."""
    columns = {name: bars[name].to_numpy(dtype=float) for name in BAR_COLUMNS}
    return Bars(("",), np.array([0, len(bars)]), dates_of(bars), columns)


def closed(bars: pd.DataFrame, sessions: Sessions) -> Flags:
    """Rows on days on which the exchange was closed, as far as its calendar is known."""
    flags = np.zeros(len(bars), dtype=bool)
    flags[closed_rows(as_bars(bars), sessions)] = True
    return flags


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
    kept.iloc[unusable(as_bars(kept)).rows] = np.nan
    return kept
