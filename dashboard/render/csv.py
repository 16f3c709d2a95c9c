"""Columns as CSV."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Sequence

from dashboard.views.tables import DATE, PLAIN, Badge, Column, Interval, Number, To, Value

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
SIGNED = re.compile(r"[-+][0-9]+(\.[0-9]+)?")
DIGITS = 10  # significant ones: more would be noise of the arithmetic


def as_csv(columns: Sequence[Column]) -> bytes:
    """A file of UTF-8 with a mark that spreadsheets understand."""
    return text(columns, "\r\n").encode("utf-8-sig")


def text(columns: Sequence[Column], end: str = "\n") -> str:
    """Raw numbers of at most `DIGITS` digits, ISO dates; what is missing is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=end)
    flat = [one for column in columns for one in column.flat]
    writer.writerow([safe(header(column)) for column in flat])
    writer.writerows(zip(*([cell(value) for value in column.values] for column in flat), strict=True))
    return out.getvalue()


def header(column: Column) -> str:
    """Name and unit of a column, as a file has them; a date has none."""
    return f"{column.name} [{column.unit}]" if column.unit not in (PLAIN, DATE) else column.name


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe stands before a leading = + - @.

    A number with a sign, as articles print it, stays one.
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) and not SIGNED.fullmatch(text) else text


def plain(value: Value) -> float | str | dt.date | None:
    """A value as files hold it: a number, a text, a date or nothing."""
    match value:
        case Number(inner):
            return plain(inner)
        case Badge(word) | To(word):
            return word
        case Interval():
            raise TypeError("an interval is two columns of a file")
        case float():
            return float(f"{value:.{DIGITS}g}")
    return value


def cell(value: Value) -> str | float:
    """A value as a file of text holds it; what is missing is empty."""
    found = plain(value)
    if isinstance(found, dt.date):  # a time too: ISO
        return found.isoformat()
    if isinstance(found, float):
        return f"{found:.{DIGITS}g}"  # a count without a point
    return "" if found is None else safe(found) if isinstance(found, str) else found
