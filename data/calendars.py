"""Sessions of exchanges: a bundled table for speed, exchange_calendars for everything else."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.errors import UnknownNameError
from analysis.event import Sessions

SESSIONS = Path(__file__).parent / "reference" / "sessions.csv"

# Markets that share another market's sessions, under that market's code.
SHARED = {"XNAS": "XNYS", "ARCX": "XNYS", "OTCM": "XNYS", "XCME": "CMES"}


def calendar_of(exchange: str) -> str:
    """The code whose calendar an exchange follows: its own, or that of the market it shares it with."""
    return SHARED.get(exchange, exchange)


def sessions(mic: str, start: dt.date, end: dt.date) -> Sessions:
    """Sessions of an exchange from `start` to `end`, both included, with closing times in UTC.

    Raises
    ------
    UnknownNameError
        If there is no calendar of that code.
    """
    name = calendar_of(mic)
    table = _bundled().get(name)
    first, last = np.datetime64(start, "D"), np.datetime64(end, "D")
    if table is None or first < table.dates[0] or last > table.dates[-1]:
        table = _from_library(name, start, end)
    inside = slice(*np.searchsorted(table.dates, [first, last + 1]))
    assert table.closes is not None
    return Sessions(mic, table.dates[inside], table.closes[inside])


@cache
def _bundled() -> dict[str, Sessions]:
    """The bundled table: one row per session, exchange and closing time (UTC)."""
    if not SESSIONS.exists():
        return {}
    table = pd.read_csv(SESSIONS, dtype=str)
    closes = table["close"].to_numpy(dtype="datetime64[s]")
    dates = table["session"].to_numpy(dtype="datetime64[D]")
    out = {}
    for exchange, rows in table.groupby("exchange").indices.items():
        out[str(exchange)] = Sessions(str(exchange), dates[rows], closes[rows])
    return out


def _from_library(name: str, start: dt.date, end: dt.date) -> Sessions:
    import exchange_calendars as xcals

    try:
        calendar = xcals.get_calendar(name, start=pd.Timestamp(start), end=pd.Timestamp(end))
    except xcals.errors.InvalidCalendarName:
        raise UnknownNameError("exchange", name, set(_bundled()) | set(SHARED)) from None
    dates = calendar.sessions.to_numpy().astype("datetime64[D]")
    closes = calendar.closes.dt.tz_localize(None).to_numpy().astype("datetime64[s]")
    return Sessions(name, dates, closes)
