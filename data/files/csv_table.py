"""A CSV file as people bring it: read as text with its line numbers, and complaints that name them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.market.errors import DataError

MISSING = ("", "null", "nan", "n/a", "-")
HEAD_BYTES = 4096

Problem = tuple[int, str]


def read_cells(
    path: Path, names: Mapping[str, str], needed: Sequence[str], what: str, most_bytes: int
) -> pd.DataFrame:
    """The known columns of a file as text, under our names; missing is NaN, the index is the line.

    Parameters
    ----------
    names : mapping of a column's plain letters to our name
    needed : labels of the columns that must be there
    what, most_bytes : what the file is to hold, and how large that can be

    Raises
    ------
    DataError
        If the file is no such table: one line with file, line, what was found and what is needed.
    """
    text = _text(path, needed, what, most_bytes)
    reader = csv.reader(
        StringIO(text, newline=None), delimiter=separator(text), skipinitialspace=True, strict=True
    )
    try:
        lines = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise DataError(f"{path.name}, line {reader.line_num}: {error}") from None
    header, rows = lines[0][1], {line: row for line, row in lines[1:] if any(row)}
    columns = places(path, header, names, needed)
    for line, row in rows.items():
        if len(row) != len(header):
            raise DataError(f"{path.name}, line {line}: {len(row)} values, but the header has {len(header)}")
    cells = {name: [row[place].strip() for row in rows.values()] for name, place in columns.items()}
    table = pd.DataFrame(cells, index=list(rows), dtype=object)
    return table.mask(table.map(str.lower).isin(MISSING))


def read_head(path: Path, needed: Sequence[str]) -> bytes:
    """The first bytes of a file that may be a table of text, so that noise of any size costs nothing."""
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
    except OSError as error:
        raise DataError(f"{path.name}: cannot be read: {error.strerror}") from None
    if not head.strip():
        columns = " and ".join(needed)
        raise DataError(f"{path.name}: the file is empty; needed: a header with {columns}, and rows")
    if b"\0" in head or len(head.splitlines()[0]) == HEAD_BYTES:
        raise DataError(f"{path.name}: no table of text; needed: a CSV file in UTF-8")
    return head


def _text(path: Path, needed: Sequence[str], what: str, most_bytes: int) -> str:
    head = read_head(path, needed)
    if (size := path.stat().st_size) > most_bytes:
        raise DataError(
            f"{path.name}: {size / 1e6:,.0f} MB is no file of {what}; at most {most_bytes / 1e6:.0f} MB"
        )
    data = head if size <= HEAD_BYTES else path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise DataError(f"{path.name}, line {line}: no UTF-8 text; save the file as CSV in UTF-8") from None


def separator(text: str) -> str:
    """Comma, semicolon or tab: whichever the header has most of."""
    return max(",;\t", key=text.split("\n", 1)[0].count)


def places(
    path: Path, header: Sequence[str], names: Mapping[str, str], needed: Sequence[str]
) -> dict[str, int]:
    """Place of each column that we know; its name may differ in case, spaces and marks."""
    ours = [names.get(plain(column)) for column in header]
    columns = {name: place for place, name in enumerate(ours) if name}
    shown = ", ".join(header)
    found = f"found: {shown if len(shown) <= 80 else shown[:77] + '...'}"
    for label in needed:
        if names[plain(label)] not in columns:
            raise DataError(f"{path.name}, line 1: no column {label}; {found}")
    if len(columns) < sum(name is not None for name in ours):
        raise DataError(f"{path.name}, line 1: a column is there twice; {found}")
    return columns


def plain(label: str) -> str:
    """A column's letters in lower case."""
    return re.sub("[^a-z]", "", label.lower())


def dates_of(cells: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    """The exchange's own date: a time and a zone behind it are left out. What is no date is NaT."""
    day = cells.astype(str).str.extract(r"^(\d{4}-\d{2}-\d{2})(?:[T ].*)?$", expand=False)
    return pd.to_datetime(day, format="%Y-%m-%d", errors="coerce")


def date_problems(label: str, cells: pd.Series[str], dates: pd.Series[pd.Timestamp]) -> Iterator[Problem]:
    """Line and complaint of the first cell that is no date."""
    for line in first(dates.isna()):
        yield line, f"{label} {shown(cells.at[line])} is no date; needed: YYYY-MM-DD"


def number_problems(name: str, column: pd.Series[str]) -> Iterator[Problem]:
    """Line and complaint of the first cell of a bar column that is no number or an impossible one."""
    label = name.replace("_", " ").title()
    numbers = pd.to_numeric(column, errors="coerce").astype(float)
    for line in first(column.notna() & ~np.isfinite(numbers)):
        yield line, f"{label} {shown(column[line])} is no number; needed: digits and a decimal point"
    least, needed = (0.0, "zero or above") if name == "volume" else (np.nextafter(0, 1), "above zero")
    for line in first(numbers < least):
        yield line, f"{label} {column[line]} cannot be; needed: a number {needed}, or nothing"


def first(wrong: pd.Series[bool]) -> list[int]:
    """The first line where something is wrong, if any."""
    return [int(line) for line in wrong.index[wrong][:1]]


def shown(cell: object) -> str:
    """A cell as a complaint quotes it."""
    return repr(cell if isinstance(cell, str) else "")[:40]
