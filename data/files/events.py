"""A list of events as columns: a CSV file, a workbook or a Parquet table of symbol and event_date.

Optional columns are event_time, benchmark and group; all others are kept as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.market.errors import DataError
from data.files.cells import decimal_mark, is_text, numbers, texts
from data.files.columns import Flags, text_column
from data.files.days import NO_DAY
from data.files.found import File, checked
from data.files.headers import shown_labels
from data.files.layouts import EVENTS, DateOrder, plain
from data.files.moments import Moments, times_of
from data.files.parquet_table import MOST_ROWS, ParquetTable
from data.files.text_table import Kind, TextTable
from data.files.workbook_table import SheetTable, sheets_of

Ints = npt.NDArray[np.int64]
Dates = npt.NDArray[np.datetime64]

MOST_EVENTS = 2_000_000  # of a CSV file or a workbook
MOST_BYTES = 1_000_000_000
KINDS: Mapping[str, Kind] = {"symbol": "text", "date": "date", "benchmark": "text", "group": "text"}
EventFile = TextTable | SheetTable | ParquetTable


@dataclass(frozen=True, eq=False, slots=True)
class Coded:
    """Texts of E rows: `names` ascending, each once, and which of them a row has (-1: none)."""

    names: tuple[str, ...]
    codes: Ints

    def of(self, rows: Ints | slice) -> Coded:
        """The texts of some rows."""
        return Coded(self.names, self.codes[rows])


@dataclass(frozen=True, eq=False, slots=True)
class EventTable:
    """E events in the order of their file.

    Parameters
    ----------
    symbol : Coded
    dates : array of datetime64[D], shape (E,)
        As written, in whatever zone the file has.
    times : array of datetime64[s], shape (E,)
        In UTC, of events whose time has a zone; NaT for others.
    clock_times : array of datetime64[s], shape (E,)
        Of events whose time has no zone, to be read in that of the exchange; NaT for others. Midnight is no
        time: programs write it behind dates.
    benchmark, group : Coded
    lines : array of int, shape (E,)
        Line or row in the file.
    extra : mapping of column to array or Coded
        The other columns: numbers (NaN where missing) or texts.
    """

    symbol: Coded
    dates: Dates
    times: Moments
    clock_times: Moments
    benchmark: Coded
    group: Coded
    lines: Ints
    extra: Mapping[str, npt.NDArray[np.float64] | Coded]

    def __len__(self) -> int:
        return len(self.dates)


def read_event_table(path: Path, dates: DateOrder | None = None) -> EventTable:
    """Events of a file in its order.

    Raises
    ------
    DataError
        If it is no such list: one line with file, line, value found and what is needed.
    """
    table = _opened(path)
    places = _places(table)
    others = [k for k, label in enumerate(table.header[-1]) if label and k not in places.values()]
    kinds: dict[int, Kind] = {place: KINDS.get(role, "text") for role, place in places.items()}
    kinds |= dict.fromkeys(others, "text")
    read = dict(zip(kinds, table.columns(kinds), strict=True))
    column = {role: read[place] for role, place in places.items()}
    symbol = _coded(column["symbol"])
    days, times, clock, wrong = _when(table, column, dates)
    rows = _events(table, symbol, days, wrong, column)
    blank = Coded((), np.full(len(days), -1))
    extra = {table.header[-1][k]: _extra(read[k], table.separator) for k in others}
    return EventTable(
        symbol.of(rows),
        days[rows].astype("datetime64[D]"),
        times[rows],
        clock[rows],
        _coded(column["benchmark"]).of(rows) if "benchmark" in column else blank.of(rows),
        _coded(column["group"]).of(rows) if "group" in column else blank.of(rows),
        table.numbers()[rows],
        {name: held.of(rows) if isinstance(held, Coded) else held[rows] for name, held in extra.items()},
    )


def _opened(path: Path) -> EventFile:
    """A table whose size is known to be bearable."""
    kind = File(checked(path), path.stem).kind
    if kind == "text":
        return _text(path)
    if kind == "parquet":
        listed = ParquetTable(path, path.stem)
        _bounded(path, listed.size, MOST_ROWS, "cut the list in two")
        return listed
    sheet = sheets_of(path, path.stem)[0]
    _bounded(path, len(sheet.rows), MOST_EVENTS, "save the list as Parquet")
    return sheet


def _bounded(path: Path, size: int, most: int, hint: str) -> None:
    if size > most:
        raise DataError(f"{path.name}: {size:,} events; at most {most:,}: {hint}")
    if not size:
        raise DataError(f"{path.name}: no event below the header")


def _text(path: Path) -> TextTable:
    """A list as text; how many lines it has is counted before they are parsed."""
    if (size := path.stat().st_size) > MOST_BYTES:
        raise DataError(
            f"{path.name}: {size / 1e6:,.0f} MB is no list of events; at most {MOST_BYTES / 1e6:,.0f} MB and "
            f"{MOST_EVENTS:,} events: save the list as Parquet"
        )
    table = TextTable(path, path.stem)
    events = table.data.count(b"\n") + (not table.data.endswith(b"\n")) - table.form.skipped
    if not table.header:
        raise DataError(f"{path.name}, line 1: holds data; needed: a header with symbol and event_date")
    _bounded(path, max(events, 0), MOST_EVENTS, "save the list as Parquet")
    return table


def _places(table: EventFile) -> dict[str, int]:
    """Place of each column that is known."""
    labels = table.header[-1]
    found = [plain(label) for label in labels]
    places = {}
    for role, known in EVENTS.items():
        if label := next((label for label in known if label in found), ""):
            if found.count(label) > 1:
                raise DataError(
                    f"{table.where}: a column {labels[found.index(label)]} is there twice; keep one"
                )
            places[role] = found.index(label)
    for role, needed in (("symbol", "symbol"), ("date", "event_date")):
        if role not in places and not (role == "date" and "time" in places):
            raise DataError(f"{table.where}: no column {needed}; found: {shown_labels(labels)}")
    return places


def _coded(column: Any) -> Coded:
    """Texts in order, each once."""
    codes, names = texts(column)
    ordered = sorted(names)
    if ordered == list(names):
        return Coded(names, codes)
    place = {name: k for k, name in enumerate(ordered)}
    return Coded(tuple(ordered), np.array([*(place[name] for name in names), -1], np.int64)[codes])


def _when(
    table: EventFile, column: Mapping[str, Any], order: DateOrder | None
) -> tuple[Ints, Moments, Moments, Flags]:
    """Dates, times in UTC, times without a zone, and which dates are none."""
    first = column.get("date", column.get("time"))
    days, times, clock, wrong = times_of(first, table.where, order)
    if "date" in column and "time" in column:
        _, zoned, local, odd = times_of(column["time"], table.where, order, days)
        if odd.any():
            needed = "16:30, with a zone such as -05:00 or America/New_York if known"
            _refuse(table, int(np.argmax(odd)), column["time"], "event_time", needed)
        has = ~(np.isnat(zoned) & np.isnat(local))
        times, clock = np.where(has, zoned, times), np.where(has, local, clock)
    return days, times, clock, wrong


def _events(
    table: EventFile, symbol: Coded, days: Ints, wrong: Flags, column: Mapping[str, Any]
) -> Ints | slice:
    """Rows that are events: those with neither symbol nor date are blank.

    Raises
    ------
    DataError
        If a row lacks one of the two, or there is no event.
    """
    undated, unnamed = (days == NO_DAY) | wrong, symbol.codes < 0
    if not undated.any() and not unnamed.any():
        return slice(None)
    blank = undated & unnamed & ~wrong
    if (lacking := unnamed & ~blank).any():
        raise DataError(f"{table.line(int(np.argmax(lacking)))}: no symbol")
    if (bad := undated & ~blank).any():
        label = "event_date" if "date" in column else "event_time"
        needed = "YYYY-MM-DD, and a time such as 16:30-05:00 if known"
        _refuse(table, int(np.argmax(bad)), column.get("date", column.get("time")), label, needed)
    if blank.all():
        raise DataError(f"{table.where}: no event below the header")
    return np.flatnonzero(~blank)


def _refuse(table: EventFile, row: int, column: Any, label: str, needed: str) -> None:
    cell = column[row].as_py()
    shown = repr("" if cell is None else str(cell))[:40]
    what = "date" if label == "event_date" else "time"
    raise DataError(f"{table.line(row)}: {label} {shown} is no {what}; needed: {needed}")


def _extra(column: Any, separator: str) -> npt.NDArray[np.float64] | Coded:
    """Numbers if all cells are; else texts."""
    if is_text(column):
        codes, names = texts(column)
        try:
            cells = text_column(names)
            values, wrong = numbers(cells, decimal_mark([cells], separator))
        except ValueError:
            return _coded(column)
        if wrong is None and len(names):
            return np.append(values, np.nan)[codes]
        return _coded(column)
    values, wrong = numbers(column)
    return _coded(column) if wrong is not None else values
