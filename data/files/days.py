"""Dates of a price file: the exchange's own day, however it was written."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from analysis.market.errors import DataError, UndecidedError
from data.files.cells import is_text, texts
from data.files.columns import Flags, filled
from data.files.layouts import DateOrder

Days = npt.NDArray[np.int64]
NO_DAY = np.int64(-(2**40))
EPOCH = dt.date(1970, 1, 1).toordinal()
NEXT_DAY = (
    "dates in UTC: bars stamped at the local midnight before are of the next day, when the exchange traded"
)

_MONTHS = {
    name: number + 1
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    )
}
_ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+(\d{1,2}):(\d\d)\S*?\s*(Z|UTC|[+-]\d\d:?\d\d)?)?"
)
_BARE = re.compile(r"((?:1[89]|2[01])\d\d)(\d\d)(\d\d)(?:\.0)?")
_MARKED = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?:[T ]+\d{1,2}:\d\d.*)?")
_WORDED = re.compile(r"(?:(\d{1,2})[- ]?([a-z]{3})[a-z]*|([a-z]{3})[a-z]*\.? (\d{1,2}))[-, ]*(\d{4}|\d{2})")


class Reading(NamedTuple):
    """A date as written: a `day` since 1970, or two numbers of which either may be the month.

    `late`: stamped in UTC at noon or later, so that east of Greenwich it may be the next day.
    """

    day: int = int(NO_DAY)
    first: int = 0
    second: int = 0
    year: int = 0
    late: bool = False
    mark: str = ""


@dataclass(frozen=True, eq=False)
class Dates:
    """Days since 1970 of each row (`NO_DAY` where missing), which cells are no dates, and what is told."""

    days: Days
    wrong: Flags | None = None
    said: tuple[str, ...] = ()


def _day(year: int, month: int, day: int) -> int:
    try:
        return dt.date(year, month, day).toordinal() - EPOCH
    except ValueError:
        return int(NO_DAY)


@lru_cache(maxsize=100_000)
def reading(cell: str) -> Reading:
    """What a cell says; a `Reading` of nothing if it is no date."""
    text = cell.strip()
    if found := _ISO.fullmatch(text):
        utc = found[6] in ("Z", "UTC", "+00:00", "+0000") and int(found[4] or 0) >= 12
        return Reading(_day(int(found[1]), int(found[2]), int(found[3])), late=utc)
    if found := _BARE.fullmatch(text):
        return Reading(_day(int(found[1]), int(found[2]), int(found[3])))
    if found := _MARKED.fullmatch(text):
        return Reading(first=int(found[1]), second=int(found[3]), year=_year(found[4]), mark=found[2])
    if found := _WORDED.fullmatch(text.lower()):
        month = _MONTHS.get(found[2] or found[3], 0)
        return Reading(_day(_year(found[5]), month, int(found[1] or found[4])))
    return Reading()


def _year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < 70 else 1900)


def looks_like_date(cell: str) -> bool:
    """Whether a cell can be a date."""
    found = reading(cell)
    return found.year > 0 or found.day != NO_DAY


def days_of(column: Any, where: str, asked: DateOrder | None, usual: DateOrder | None) -> Dates:
    """Days of a column of text, dates, moments or whole numbers such as 20240131.

    Parameters
    ----------
    asked : order of day and month that the user names
    usual : that of the layout, where a file does not decide

    Raises
    ------
    UndecidedError
        If the order is neither asked for nor decided by the file.
    DataError
        If the file contradicts itself.
    """
    from pyarrow import types

    kind = column.type
    if types.is_dictionary(kind) or is_text(column) or types.is_integer(kind) or types.is_floating(kind):
        codes, cells = texts(column)
        return _of_texts(codes, cells, where, asked, usual)
    if types.is_date(kind) or types.is_timestamp(kind):
        return _of_moments(column)
    return Dates(np.full(len(column), NO_DAY), np.ones(len(column), bool))


def _of_texts(
    codes: npt.NDArray[np.int64],
    cells: Sequence[str],
    where: str,
    asked: DateOrder | None,
    usual: DateOrder | None,
) -> Dates:
    found = [reading(cell) for cell in cells]
    order = _order(found, cells, where, asked, usual)
    days = np.array([*(_resolved(one, order) for one in found), NO_DAY], np.int64)
    late = np.array([one.late for one in found], bool)
    shift = _is_eve(days[:-1][late])
    if shift:
        days[:-1][late] += 1
    wrong = days[:-1] == NO_DAY
    flags = wrong[codes] & (codes >= 0) if wrong.any() else None
    return Dates(days[codes], flags, (NEXT_DAY,) if shift else ())


def _resolved(found: Reading, order: DateOrder) -> int:
    if not found.year:
        return found.day
    day, month = (found.first, found.second) if order == "dmy" else (found.second, found.first)
    return _day(found.year, month, day)


def _order(
    found: Iterable[Reading],
    cells: Sequence[str],
    where: str,
    asked: DateOrder | None,
    usual: DateOrder | None,
) -> DateOrder:
    marked = [(one, cell) for one, cell in zip(found, cells, strict=True) if one.year]
    seen: dict[DateOrder, str] = {}
    for one, cell in marked:
        if one.first > 12 or one.second > 12:
            seen.setdefault("dmy" if one.first > 12 else "mdy", cell)
    if len(seen) == 2:
        raise DataError(
            f"{where}: {seen['dmy']} has the day first and {seen['mdy']} the month; write all dates alike, "
            "best as YYYY-MM-DD"
        )
    if seen:
        (order,) = seen
        if asked and asked != order:
            raise DataError(
                f"{where}: {seen[order]} is no date in the order {asked}, which was asked for; it is {order}"
            )
        return order
    if asked or usual or not marked:
        return asked or usual or "dmy"
    if all(one.mark == "." or one.first == one.second for one, _ in marked):
        return "dmy"  # dates with points have the day first wherever they are written
    raise UndecidedError(f"{where}: no date tells the day from the month in {marked[0][1]}", "dates")


def _is_eve(days: Days) -> bool:
    """Whether days are those before sessions: Sundays among them, and no Friday."""
    weekday = (days[days != NO_DAY] + 3) % 7  # 1970-01-01 was a Thursday; Monday is 0
    return len(weekday) >= 5 and bool((weekday == 6).any()) and not (weekday == 4).any()


def _of_moments(column: Any) -> Dates:
    """Days of dates and moments; of moments with a zone those on its own clocks."""
    import pyarrow
    from pyarrow import compute, types

    local, utc = column, False
    if types.is_timestamp(column.type) and column.type.tz:
        utc = column.type.tz in ("UTC", "+00:00", "Etc/UTC", "GMT")
        local = compute.local_timestamp(column)
    days = filled(compute.cast(local, pyarrow.date32(), safe=False), "int32", np.int64, int(NO_DAY))
    if not utc:
        return Dates(days)
    hours = filled(compute.hour(local), "int64", np.int64, 0)
    late = hours >= 12
    shift = _is_eve(np.unique(days[late]))
    return Dates(days + late if shift else days, None, (NEXT_DAY,) if shift else ())
