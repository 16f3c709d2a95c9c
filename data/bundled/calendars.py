"""Sessions of exchanges: a bundled table for speed, exchange_calendars for everything else."""

from __future__ import annotations

import datetime as dt
import warnings
from functools import cache

import numpy as np
import pandas as pd

from analysis.market.errors import DataError, UnknownNameError
from analysis.market.events import Dates, Sessions
from data.bundled.manifest import manifest

# Markets that share another market's sessions, under that market's code.
SHARED = {
    "XNAS": "XNYS", "ARCX": "XNYS", "OTCM": "XNYS", "XCME": "CMES",
    "XNSE": "XBOM", "XSHE": "XSHG", "ROCO": "XTAI", "XKOS": "XKRX",
}  # fmt: skip

# A line of a bundled table; all are of one width, so that a table is read in a quarter of a millisecond.
SESSION_LINE = np.dtype([("session", "S10"), ("comma", "S1"), ("close", "S16"), ("end", "S1")])

MARGIN = pd.Timedelta(days=14)  # the library refuses a range without a session


def calendar_of(exchange: str) -> str:
    """The code whose calendar an exchange follows: its own, or that of the market it shares it with."""
    return SHARED.get(exchange, exchange)


def has_sessions(calendar: str) -> bool:
    """Whether there is a calendar of that code."""
    if manifest().entries("sessions").get(calendar) is not None:
        return True
    import exchange_calendars as xcals

    return calendar in xcals.get_calendar_names()


def sessions(mic: str, start: dt.date, end: dt.date) -> Sessions:
    """Sessions of an exchange from `start` to `end`, both included, with closing times in UTC.

    Raises
    ------
    UnknownNameError
        If there is no calendar of that code.
    DataError
        If the calendar does not reach that far.
    """
    if start > end:
        raise DataError(f"{mic}: no sessions from {start} to {end}: the start lies after the end")
    calendar = calendar_of(mic)
    entry = manifest().entries("sessions").get(calendar)
    if entry is not None and entry["first"] <= str(start) and str(end) <= entry["last"]:
        return _between(start, end, mic, *_bundled(calendar))
    return library_sessions(mic, start, end)


def library_sessions(mic: str, start: dt.date, end: dt.date) -> Sessions:
    """The same from exchange_calendars, which takes a second to import."""
    import exchange_calendars as xcals

    around = (pd.Timestamp(start) - MARGIN, pd.Timestamp(end) + MARGIN)
    try:
        with warnings.catch_warnings():  # it still uses what pandas 3 is about to change
            warnings.filterwarnings("ignore", category=pd.errors.Pandas4Warning)
            closes = xcals.get_calendar(calendar_of(mic), *around).closes
    except xcals.errors.InvalidCalendarName:
        raise UnknownNameError("exchange", mic, {*manifest().entries("sessions"), *SHARED}) from None
    except ValueError as error:  # outside the bounds of a calendar
        reason = " ".join(str(error).split())
        raise DataError(f"{mic}: no sessions from {start} to {end}: {reason}") from None
    dates = closes.index.to_numpy().astype("datetime64[D]")
    return _between(start, end, mic, dates, closes.dt.tz_convert(None).to_numpy().astype("datetime64[s]"))


@cache
def _bundled(calendar: str) -> tuple[Dates, Dates]:
    """Sessions and closing times of one bundled table."""
    content = manifest().read("sessions", calendar)
    rows = np.frombuffer(content, SESSION_LINE, offset=content.index(b"\n") + 1)
    return rows["session"].astype("datetime64[D]"), rows["close"].astype("datetime64[s]")


def bundled_calendars() -> dict[str, Dates]:
    """All sessions of each exchange whose table is bundled, 2015 to 2027."""
    return {calendar: _bundled(calendar)[0] for calendar in manifest().entries("sessions")}


def _between(start: dt.date, end: dt.date, mic: str, dates: Dates, closes: Dates) -> Sessions:
    first, last = np.array([start, end], dtype="datetime64[D]")
    inside = (first <= dates) & (dates <= last)
    return Sessions(mic, dates[inside], closes[inside])
