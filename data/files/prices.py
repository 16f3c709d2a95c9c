"""Price files of any vendor: one file or a folder of them becomes one `Bars`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.market.bars import Bars
from analysis.market.errors import DataError
from data.files.assembly import bars_from
from data.files.found import File, files_of
from data.files.headers import Meaning, meaning
from data.files.layouts import DateOrder
from data.files.parquet_table import MOST_ROWS, ParquetTable, too_many
from data.files.rows import Rows, Table, joined, rows_of
from data.files.text_folder import read_texts
from data.files.text_table import TextTable
from data.files.workbook_table import sheets_of


@dataclass(frozen=True, eq=False)
class PriceFiles:
    """What price files hold.

    Parameters
    ----------
    bars : Bars
    assumptions : tuple of str
        What had to be assumed, a sentence each.
    unread : mapping of symbol to reason
        Symbols that are left out: file, line, what is wrong, what is needed.
    source : str
    retrieved : date
        Day of the newest file.
    """

    bars: Bars
    assumptions: tuple[str, ...]
    unread: Mapping[str, str]
    source: str
    retrieved: dt.date


def read_prices(
    path: Path, wanted: Collection[str] | None = None, dates: DateOrder | None = None
) -> PriceFiles:
    """Bars of the symbols that are wanted; of all, if None.

    Raises
    ------
    DataError
        If the path holds no prices that can be read, or none of the symbols: one line.
    """
    read = read_files(files_of(path), path, wanted, dates)
    if read.bars.symbols:
        return read
    if read.unread:
        raise DataError(next(iter(read.unread.values())))
    raise DataError(f"{path}: no prices of {_listed(wanted)}; needed: a column, a row or a file per symbol")


def _listed(wanted: Collection[str] | None) -> str:
    names = sorted(wanted or ())
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "") or "any symbol"


def read_files(
    files: Sequence[File],
    path: Path,
    wanted: Collection[str] | None,
    dates: DateOrder | None,
    groups: Sequence[int] | None = None,
) -> PriceFiles:
    """Bars of some files of a path; `groups` are row groups of the only file.

    Raises
    ------
    DataError
        If the only file is broken.
    """
    names = None if wanted is None else frozenset(wanted)
    unread: dict[str, str] = {}
    parts = [*_read_all(files, names, dates, unread, groups)]
    bars, broken = bars_from(joined(parts))
    said = dict.fromkeys(sentence for part in parts for sentence in part.said)
    newest = max(file.path.stat().st_mtime for file in files)
    return PriceFiles(
        bars, tuple(sorted(said)), unread | broken, f"prices in {path}", dt.date.fromtimestamp(newest)
    )


def _read_all(
    files: Sequence[File],
    wanted: frozenset[str] | None,
    dates: DateOrder | None,
    unread: dict[str, str],
    groups: Sequence[int] | None,
) -> Iterator[Rows]:
    """Rows of each file; a broken one among several is told in `unread`."""
    texts = [file for file in files if file.kind == "text"]
    if len(texts) > 1:
        yield from read_texts(texts, wanted, dates, unread)
    total = 0
    for file in files if len(texts) < 2 else [file for file in files if file.kind != "text"]:
        try:
            for table in _tables(file, groups):
                total += table.size if isinstance(table, ParquetTable) else 0
                if total > MOST_ROWS:
                    raise too_many(str(file.path.name), total)
                if (rows := table_rows(table, wanted, dates)) is not None:
                    yield rows
        except DataError as error:
            if len(files) == 1 or total > MOST_ROWS:
                raise
            if wanted is None or file.name in wanted:
                unread[file.name] = str(error)


def _tables(file: File, groups: Sequence[int] | None) -> Sequence[Table]:
    if file.kind == "workbook":
        return sheets_of(file.path, file.name)
    if file.kind == "parquet":
        return (ParquetTable(file.path, file.name, groups),)
    return (TextTable(file.path, file.name),)


def table_rows(table: Table, wanted: frozenset[str] | None, dates: DateOrder | None) -> Rows | None:
    """Rows of one table."""
    means: Meaning = meaning(table.header, table.sample, table.name, table.where)
    return rows_of(table, means, wanted, dates)
