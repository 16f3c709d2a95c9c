"""One CSV file of daily bars, as people bring it: read as text, checked, then turned into numbers."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.errors import DataError
from analysis.market import BAR_COLUMNS

NAMES = {"date": "date", "session": "date", "adjclose": "adj_close"} | {name: name for name in BAR_COLUMNS}
MISSING = ("", "null", "nan", "n/a", "-")
MOST_BYTES = 5_000_000  # sixty years of daily bars have one million
HEAD_BYTES = 4096

Problem = tuple[int, str]


def read_bars(path: Path) -> pd.DataFrame:
    """Columns of one file that are bars, indexed by date in order, as floats; missing is NaN.

    A date and an adjusted close are needed; the separator is a comma, a semicolon or a tab.

    Raises
    ------
    DataError
        If the file is no such table: one line with file, line, value found and what is needed.
    """
    cells = _cells(path)
    for line, problem in _problems(cells):
        raise DataError(f"{path.name}, line {line}: {problem}")
    table = cells.drop(columns="date").astype(float)
    table.index = pd.DatetimeIndex(_dates(cells), name="session")
    return table.sort_index()


def _text(path: Path) -> str:
    """The file as text; head and size are looked at first, so that noise of any size costs nothing."""
    try:
        with path.open("rb") as stream:
            head, rest = stream.read(HEAD_BYTES), stream.read(MOST_BYTES)
    except OSError as error:
        raise DataError(f"{path.name}: cannot be read: {error.strerror}") from None
    if not head.strip():
        raise DataError(f"{path.name}: the file is empty; needed: a header with Date and Adj Close, and bars")
    if b"\0" in head or len(head.splitlines()[0]) == HEAD_BYTES:
        raise DataError(f"{path.name}: no table of text; needed: a CSV file in UTF-8")
    if len(rest) == MOST_BYTES:
        size = f"{path.stat().st_size / 1e6:,.0f} MB"
        raise DataError(f"{path.name}: {size} is no file of daily bars; at most {MOST_BYTES / 1e6:.0f} MB")
    try:
        return (head + rest).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise DataError(f"{path.name}, line {line}: no UTF-8 text; save the file as CSV in UTF-8") from None


def _cells(path: Path) -> pd.DataFrame:
    """The table as text, its columns under our names; the index is the line in the file."""
    text = _text(path)
    separator = max(",;\t", key=text.split("\n", 1)[0].count)
    reader = csv.reader(StringIO(text), delimiter=separator, skipinitialspace=True, strict=True)
    try:
        lines = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise DataError(f"{path.name}, line {reader.line_num}: {error}") from None
    header, rows = lines[0][1], {line: row for line, row in lines[1:] if any(row)}
    columns = _columns(path, header)
    for line, row in rows.items():
        if len(row) != len(header):
            raise DataError(f"{path.name}, line {line}: {len(row)} values, but the header has {len(header)}")
    cells = {name: [row[place].strip() for row in rows.values()] for name, place in columns.items()}
    table = pd.DataFrame(cells, index=list(rows), dtype=object)
    return table.mask(table.map(str.lower).isin(MISSING))


def _columns(path: Path, header: list[str]) -> dict[str, int]:
    """Place of each column that we know; its name may differ in case, spaces and marks."""
    names = [NAMES.get(re.sub("[^a-z]", "", column.lower())) for column in header]
    columns = {name: place for place, name in enumerate(names) if name}
    shown = ", ".join(header)
    found = f"found: {shown if len(shown) <= 80 else shown[:77] + '...'}"
    if "date" not in columns:
        raise DataError(f"{path.name}, line 1: no column Date; {found}")
    if "adj_close" not in columns:
        raise DataError(f"{path.name}, line 1: no column Adj Close; {found}")
    if len(columns) < sum(name is not None for name in names):
        raise DataError(f"{path.name}, line 1: a column is there twice; {found}")
    return columns


def _dates(cells: pd.DataFrame) -> pd.Series[pd.Timestamp]:
    """The exchange's own date: a time and a zone behind it are left out."""
    day = cells["date"].astype(str).str.extract(r"^(\d{4}-\d{2}-\d{2})(?:[T ].*)?$", expand=False)
    return pd.to_datetime(day, format="%Y-%m-%d", errors="coerce")


def _problems(cells: pd.DataFrame) -> Iterator[Problem]:
    """Line and complaint of the first broken cell of each kind."""
    if cells.empty:
        yield 1, "no bar below the header"
        return
    dates = _dates(cells)
    for line in _first(dates.isna()):
        yield line, f"Date {_shown(cells.at[line, 'date'])} is no date; needed: YYYY-MM-DD"
    for line in _first(dates.duplicated()):
        before = dates.index[dates == dates[line]][0]
        yield line, f"Date {dates[line]:%Y-%m-%d} is there twice, first on line {before}; keep one of them"
    for name in cells.columns.drop("date"):
        yield from _number_problems(name, cells[name])


def _number_problems(name: str, column: pd.Series[str]) -> Iterator[Problem]:
    label = name.replace("_", " ").title()
    numbers = pd.to_numeric(column, errors="coerce").astype(float)
    for line in _first(column.notna() & ~np.isfinite(numbers)):
        yield line, f"{label} {_shown(column[line])} is no number; needed: digits and a decimal point"
    least, needed = (0.0, "zero or above") if name == "volume" else (np.nextafter(0, 1), "above zero")
    for line in _first(numbers < least):
        yield line, f"{label} {column[line]} cannot be; needed: a number {needed}, or nothing"


def _first(wrong: pd.Series[bool]) -> list[int]:
    return [int(line) for line in wrong.index[wrong][:1]]


def _shown(cell: object) -> str:
    return repr(cell if isinstance(cell, str) else "")[:40]
