"""The sheets of an Excel workbook as tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.market.errors import DataError
from data.files.found import checked
from data.files.headers import FIELDS, HEAD_ROWS, header_rows, unnamed
from data.files.layouts import plain
from data.files.text_table import Kind

MOST_BYTES = 500_000_000  # of the XML in it
OLE, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"

Cells = Sequence[object]
Numbered = tuple[int, tuple[object, ...]]


@dataclass(frozen=True, eq=False)
class SheetTable:
    """A sheet: its leading rows are the header, the others data."""

    where: str
    name: str
    title: str
    header: tuple[tuple[str, ...], ...]
    sample: tuple[str, ...]
    rows: Sequence[Cells]
    places: Sequence[int]
    separator: str = ""
    columnar: bool = False

    def columns(self, kinds: Mapping[int, Kind]) -> list[Any]:
        """Columns in order of `kinds`, as numbers or text.

        Raises
        ------
        DataError
            If a column of data has no name.
        """
        _unmerged(self.where, self.header, self.rows)
        return [_column([row[k] for row in self.rows]) for k in kinds]

    def line(self, row: int) -> str:
        """Where a row of the data stands."""
        return f"{self.where}, row {self.places[row]}"

    def numbers(self) -> npt.NDArray[np.int64]:
        """Row of the sheet that each row of the data stands in."""
        return np.array(self.places, np.int64)


def sheets_of(path: Path, name: str) -> tuple[SheetTable, ...]:
    """The sheets of a workbook that are not empty.

    Raises
    ------
    DataError
        If it cannot be read, has a password, is too large, or holds nothing.
    """
    import openpyxl

    _openable(path)
    try:
        _bounded(path)
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        sheets = [(sheet.title, _filled(sheet.iter_rows(values_only=True))) for sheet in book.worksheets]
        book.close()
    except DataError:
        raise
    except Exception as error:  # a broken archive or broken XML fails in too many ways to list
        reason = str(error).splitlines() or [type(error).__name__]
        raise DataError(f"{path.name}: cannot be read as an Excel workbook: {reason[0]}") from None
    full = [(title, rows) for title, rows in sheets if rows]
    if not full:
        titles = ", ".join(title for title, _ in sheets)
        raise DataError(f"{path.name}: sheet {titles} is empty; needed: a header and rows")
    if len(full) > 1 and all(FIELDS.get(plain(title)) for title, _ in full):
        return (_sheet(path, name, f"{full[0][0]} and others", _side_by_side(path, full)),)
    return tuple(_sheet(path, name if len(full) == 1 else title, title, rows) for title, rows in full)


def _side_by_side(path: Path, sheets: Sequence[tuple[str, list[Numbered]]]) -> list[Numbered]:
    """Sheets of one field each (Close, Volume), with a column per symbol, as one sheet."""
    first = sheets[0][1]
    what: list[object] = ["Sheet"]
    for title, rows in sheets:
        if [row[0] for _, row in rows] != [row[0] for _, row in first]:
            raise DataError(
                f"{path.name}: sheets {sheets[0][0]} and {title} have other dates; give them the same"
            )
        what += [title] * (len(rows[0][1]) - 1)
    joined = [
        (k, sum((rows[place][1][1:] for _, rows in sheets), row[:1])) for place, (k, row) in enumerate(first)
    ]
    return [(0, tuple(what)), *joined]


def _openable(path: Path) -> None:
    """Refuse what is no workbook of the new kind, by its first bytes."""
    try:
        with checked(path).open("rb") as stream:
            head = stream.read(4)
            rest = stream.read(2_000_000) if head == OLE else b""
    except OSError as error:
        raise DataError(f"{path.name}: cannot be read: {error.strerror}") from None
    if "EncryptedPackage".encode("utf-16-le") in rest:
        raise DataError(f"{path.name}: the workbook has a password; save it without one")
    if head == OLE:
        raise DataError(f"{path.name}: a workbook of the old kind (.xls); save it as .xlsx or CSV")
    if head != ZIP:
        raise DataError(f"{path.name}: no Excel workbook; save it as .xlsx or CSV")


def _bounded(path: Path) -> None:
    """Refuse a workbook that would not fit into memory."""
    import zipfile

    with zipfile.ZipFile(path) as parts:
        size = sum(part.file_size for part in parts.infolist())
    if size > MOST_BYTES:
        raise DataError(
            f"{path.name}: unpacks to {size / 1e9:.1f} GB; at most {MOST_BYTES / 1e9:.1f} GB: "
            "save it as Parquet"
        )


def _filled(rows: Any) -> list[Numbered]:
    """Rows that hold something, with their numbers, as far as the last cell in use."""
    kept = [(k, tuple(row)) for k, row in enumerate(rows, 1) if any(cell not in (None, "") for cell in row)]
    if not kept:
        return []
    used = [
        k
        for k in range(max(len(row) for _, row in kept))
        if any(k < len(r) and r[k] not in (None, "") for _, r in kept)
    ]
    first, last = used[0], used[-1] + 1
    return [(k, (row + (None,) * (last - len(row)))[first:last]) for k, row in kept]


def _sheet(path: Path, name: str, title: str, rows: list[Numbered]) -> SheetTable:
    shown = [tuple(_shown(cell) for cell in row) for _, row in rows[:HEAD_ROWS]]
    headers = header_rows(shown)
    return SheetTable(
        f"{path.name}, sheet {title}",
        name,
        title,
        tuple(shown[:headers]),
        shown[headers] if headers < len(shown) else (),
        [row for _, row in rows[headers:]],
        [k for k, _ in rows[headers:]],
    )


def _unmerged(where: str, header: Sequence[Sequence[str]], data: Sequence[Cells]) -> None:
    """A column of data below no name is what a merged cell leaves; the first one may hold the dates."""
    for k in range(1, len(header[-1])):
        if not any(row[k] for row in header) and any(row[k] is not None for row in data[:100]):
            raise unnamed(where, k)


def _shown(cell: object) -> str:
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ") if cell.time() != dt.time() else cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, bool):
        return str(cell).upper()  # a ticker that Excel took for a truth value
    return "" if cell is None else str(cell).strip()


def _column(cells: list[object]) -> Any:
    """An array of numbers if all cells are, else of text."""
    import pyarrow

    if all(cell is None or (isinstance(cell, int | float) and not isinstance(cell, bool)) for cell in cells):
        return pyarrow.array(cells, pyarrow.float64())
    return pyarrow.array([None if cell is None else _shown(cell) for cell in cells], pyarrow.string())
