"""Dates and times of events: with a zone, on a clock without one, or a date alone."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from data.files.cells import texts
from data.files.columns import Flags, filled, text_column
from data.files.days import NO_DAY, Days, days_of
from data.files.layouts import DateOrder

Moments = npt.NDArray[np.datetime64]

NO_MOMENT = np.datetime64("NaT", "s")
_TIME = re.compile(
    r"(?:(?P<date>.*?)[T ]+)??(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?(?![A-Za-z]))?\s*(?P<zone>Z|[+-]\d\d:?\d\d|[A-Za-z]+(?:/[A-Za-z_/+-]+)?)?"
)
_SHORT = {"z": "UTC", "et": "America/New_York", "ct": "America/Chicago", "pt": "America/Los_Angeles"}


@dataclass(frozen=True)
class Written:
    """A cell of a time: its date as text, seconds after midnight, and the zone, each if there is one."""

    date: str
    seconds: int | None = None
    zone: str = ""


@lru_cache(maxsize=100_000)
def written(cell: str) -> Written | None:
    """What a cell says; None if it has a time that cannot be."""
    text = cell.strip()
    found = _TIME.fullmatch(text)
    if not found:
        return Written(text)
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    if half := found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    zone = found["zone"] or ""
    if hour > 23 or minute > 59 or second > 59 or not known_zone(zone):
        return None
    return Written(found["date"] or "", hour * 3600 + minute * 60 + second, zone)


@lru_cache(maxsize=1000)
def known_zone(zone: str) -> bool:
    """Whether a zone can be told: an offset, or a name of the IANA list."""
    return not zone or zone[0] in "+-" or _zone(zone) is not None


@lru_cache(maxsize=1000)
def _zone(name: str) -> dt.tzinfo | None:
    try:
        return ZoneInfo(_SHORT.get(name.lower(), name))
    except (KeyError, ValueError, OSError):
        return None


def utc_seconds(day: int, seconds: int, zone: str) -> int:
    """Seconds since 1970 in UTC of a time on a day (since 1970) in a zone."""
    local = day * 86_400 + seconds
    if zone[0] in "+-":
        digits = zone[1:].replace(":", "")
        offset = int(digits[:2]) * 3600 + int(digits[2:]) * 60
        return local + (offset if zone[0] == "-" else -offset)
    moment = dt.datetime(1970, 1, 1) + dt.timedelta(seconds=local)
    return int(moment.replace(tzinfo=_zone(zone)).timestamp())


def times_of(
    column: Any, where: str, order: DateOrder | None, days: Days | None = None
) -> tuple[Days, Moments, Moments, Flags]:
    """Days since 1970, times in UTC, times without a zone, and cells that are neither date nor time.

    Parameters
    ----------
    days : array of int, optional
        Day of each row, for cells that hold a time alone.
    """
    from pyarrow import types

    if types.is_timestamp(column.type):
        return _of_moments(column)
    if types.is_date(column.type):
        found = days_of(column, where, order, None)
        nothing = np.full(len(column), NO_MOMENT)
        return found.days, nothing, nothing, np.zeros(len(column), bool)
    return _of_texts(column, where, order, days)


def _of_moments(column: Any) -> tuple[Days, Moments, Moments, Flags]:
    """Of a typed column: midnight is a date alone."""
    import pyarrow
    from pyarrow import compute

    zoned = column.type.tz
    seconds = pyarrow.timestamp("s", zoned)
    instants = filled(compute.cast(column, seconds, safe=False), "int64", np.int64, int(NO_DAY) * 86_400)
    local = instants
    if zoned and zoned not in ("UTC", "Etc/UTC", "+00:00"):
        wall = compute.cast(compute.local_timestamp(column), pyarrow.timestamp("s"), safe=False)
        local = filled(wall, "int64", np.int64, int(NO_DAY) * 86_400)
    days = local // 86_400
    timed = (local != days * 86_400) & (days != NO_DAY)
    nothing = np.full(len(days), NO_MOMENT)
    moments = np.where(timed, instants.astype("datetime64[s]"), NO_MOMENT) if timed.any() else nothing
    wrong = np.zeros(len(days), bool)
    return (days, moments, nothing, wrong) if zoned else (days, nothing, moments, wrong)


def _of_texts(
    column: Any, where: str, order: DateOrder | None, days: Days | None
) -> tuple[Days, Moments, Moments, Flags]:
    """Of cells of text; each distinct cell is read once, or once for each day that it goes with."""
    codes, cells = texts(column)
    read = [written(cell) for cell in cells]
    said = [one.date if one else "" for one in read]
    own = days_of(text_column([date or None for date in said]), where, order, None).days
    bad = np.array([one is None or (bool(one.date) and own[k] == NO_DAY) for k, one in enumerate(read)], bool)
    dated = np.append(own, NO_DAY)[codes]
    if days is not None:
        dated = np.where(dated == NO_DAY, days, dated)
    zoned, local = np.full(len(codes), NO_MOMENT), np.full(len(codes), NO_MOMENT)
    seconds = np.array([_seconds(one) for one in read] + [-1], np.int64)[codes]
    timed = (seconds >= 0) & (dated != NO_DAY)
    zones = np.array([bool(one and one.zone) for one in read] + [False])[codes]
    clocked = np.flatnonzero(timed & ~zones)
    local[clocked] = (dated[clocked] * 86_400 + seconds[clocked]).astype("datetime64[s]")
    rows = np.flatnonzero(timed & zones)
    pairs, which = np.unique(codes[rows] * 2**32 + dated[rows] + 2**31, return_inverse=True)
    zoned[rows] = np.array([_instant(read, int(pair)) for pair in pairs], "datetime64[s]")[which]
    return dated, zoned, local, np.append(bad, False)[codes]


def _seconds(cell: Written | None) -> int:
    """Seconds after midnight; -1 where there is no time, as midnight behind a date is none."""
    if cell is None or cell.seconds is None or (cell.seconds == 0 and cell.date):
        return -1
    return cell.seconds


def _instant(read: Sequence[Written | None], pair: int) -> int:
    """Seconds in UTC of a pair of cell and day, packed into one number."""
    one = read[pair >> 32]
    assert one is not None
    assert one.seconds is not None
    return utc_seconds((pair & (2**32 - 1)) - 2**31, one.seconds, one.zone)
