"""Price files of any vendor: one file or a folder of them becomes one `Bars`."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.market.bars import Bars
from analysis.market.errors import DataError, some_of, to_be_told
from data.files.assembly import bars_from
from data.files.found import File, files_of, modified
from data.files.headers import meaning
from data.files.layouts import DateOrder, called
from data.files.parquet_table import MOST_ROWS, ParquetTable, too_many
from data.files.rows import Rows, add_rows, joined
from data.files.table_rows import Table, rows_of
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
    unread: Mapping[str, DataError]
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
    read = read_pieces([(file, None) for file in files_of(path)], path, wanted, dates)
    if read.bars.symbols:
        return read
    known = sorted(set(wanted or ()) & read.unread.keys()) or [*read.unread]
    if known:
        raise read.unread[known[0]]
    held = read_prices(path, None, dates).bars.symbols if wanted is not None else ()
    found = f"it has {some_of(held)}" if held else "needed: a column, a row or a file per symbol"
    raise DataError(f"{path}: no prices of {some_of(wanted or ()) or 'any symbol'}; {found}")


def read_pieces(
    pieces: Sequence[tuple[File, Sequence[int] | None]],
    path: Path,
    wanted: Collection[str] | None,
    dates: DateOrder | None,
) -> PriceFiles:
    """Bars of some files of a path, and of those row groups that are named.

    Raises
    ------
    DataError
        If the only file is broken.
    """
    names = None if wanted is None else frozenset(wanted)
    unread: dict[str, DataError] = {}
    parts = [*_read_all(pieces, names, dates, unread)] if names is None or names else []
    bars, broken = bars_from(joined(parts))
    unread.update((name, DataError(why)) for name, why in broken.items() if names is None or name in names)
    said = dict.fromkeys(sentence for part in parts for sentence in part.said)
    newest = max(modified(file.path) for file, _ in pieces)
    return PriceFiles(bars, tuple(sorted(said)), unread, f"prices in {path}", dt.date.fromtimestamp(newest))


def _read_all(
    pieces: Sequence[tuple[File, Sequence[int] | None]],
    wanted: frozenset[str] | None,
    dates: DateOrder | None,
    unread: dict[str, DataError],
) -> Iterator[Rows]:
    """Rows of each file; a broken one among several is told in `unread`."""
    texts = [file for file, _ in pieces if file.kind == "text"]
    if len(pieces) > 1:
        yield from read_texts(texts, wanted, dates, unread)
    counts: Counter[str] = Counter()
    for file, groups in pieces:
        if file.kind == "text" and len(pieces) > 1:
            continue
        try:
            for rows in _rows(file, groups, wanted, dates, unread):
                add_rows(counts, rows.names, rows.codes, file.path.name)
                yield rows
        except DataError as error:
            if len(pieces) == 1:
                raise
            unread[called(file.name, wanted)] = to_be_told(error)
        if (total := counts.total()) > MOST_ROWS:
            raise too_many(file.path.name if len(pieces) == 1 else str(file.path.parent), total)


def _rows(
    file: File,
    groups: Sequence[int] | None,
    wanted: frozenset[str] | None,
    dates: DateOrder | None,
    unread: dict[str, DataError],
) -> Iterator[Rows]:
    """Rows of the tables in a file, or of some of its row groups; a broken sheet leaves the others."""
    broken: dict[str, DataError] = {}
    found = 0
    for table in _tables(file, groups, wanted):
        try:
            means = meaning(table.header, table.sample, table.name, table.where)
            rows = rows_of(table, means, wanted, dates)
        except DataError as error:
            broken[table.name] = to_be_told(error)
            continue
        found += 1
        if rows is not None:
            yield rows
    if broken and not found:
        raise next(iter(broken.values()))
    unread.update(broken)


def _tables(file: File, groups: Sequence[int] | None, wanted: frozenset[str] | None) -> Iterable[Table]:
    if file.kind == "workbook":
        return sheets_of(file.path, file.name)
    if file.kind == "parquet":
        table = ParquetTable(file.path, file.name, groups)
        return (table,) if wanted is None else table.pieces()
    return (TextTable(file.path, file.name),)
