"""Price files in blocks: what is read at a time, where all is larger than memory.

Blocks follow from the files alone, and a symbol is in one block. Its rows may stand in several files or row
groups (a file per year): those are in one block, or are read once for each block of some of their symbols.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from analysis.market.errors import DataError
from data.files.cells import texts
from data.files.found import File, checked, files_of, size_of
from data.files.headers import meaning
from data.files.layouts import DateOrder
from data.files.parquet_table import ParquetTable
from data.files.prices import PriceFiles, read_pieces
from data.files.rows import add_rows
from data.files.text_folder import plan_of
from data.files.text_table import HEAD_BYTES, TextTable, utf8

BLOCK_ROWS = 400_000  # in memory at once, and added up
SPLIT_ROWS = 4_000_000  # of what hangs together: more is read some symbols at a time
ROW_BYTES = 80  # of a line of text
PACKED_BYTES = 20  # of a row in Parquet

Piece = tuple[File, tuple[int, ...] | None]


@dataclass(frozen=True)
class Block:
    """Files of a path that are read together, and which row groups (all, if None).

    `symbols` are those of the block, where its files hold others too.
    """

    path: Path
    pieces: tuple[Piece, ...]
    symbols: frozenset[str] | None = None

    @property
    def name(self) -> str:
        """The first file, and how many follow."""
        more = f" and {len(self.pieces) - 1} more" if len(self.pieces) > 1 else ""
        return f"{self.pieces[0][0].path.name}{more}"


@dataclass(frozen=True)
class _Unit:
    """Pieces that hang together through a symbol: from `low` to `high` in the order of the column."""

    pieces: tuple[Piece, ...]
    rows: int
    low: Any = None
    high: Any = None


def blocks(path: Path) -> tuple[Block, ...]:
    """Blocks of a file or of a folder.

    Raises
    ------
    DataError
        If there is nothing to read.
    """
    files = files_of(path)
    parquet = [file for file in files if file.kind == "parquet"]
    out: list[Block] = []
    group: list[_Unit] = []
    rows = 0
    broken: list[_Unit] = []
    others = [file for file in files if file.kind != "parquet"]
    for unit in [*_together(_row_groups(parquet, broken)), *broken, *_others(others)]:
        if unit.rows > SPLIT_ROWS and unit.low is not None:
            out += _split(path, unit)
            continue
        if group and rows + unit.rows > BLOCK_ROWS:
            out.append(_block(path, group))
            group, rows = [], 0
        group.append(unit)
        rows += unit.rows
    return tuple([*out, _block(path, group)] if group else out)


def read_block(
    block: Block, wanted: Collection[str] | None = None, dates: DateOrder | None = None
) -> PriceFiles:
    """Bars of a block; none, if it has no symbol that is wanted.

    Raises
    ------
    DataError
        If the block is a single file, and broken.
    """
    names = None if wanted is None else frozenset(wanted)
    if block.symbols is not None:
        names = block.symbols if names is None else names & block.symbols
    return read_pieces(block.pieces, block.path, names, dates)


def _block(path: Path, units: Sequence[_Unit]) -> Block:
    """One block of some units; row groups of a file are named together."""
    groups: dict[File, set[int] | None] = {}
    for file, chosen in (piece for unit in units for piece in unit.pieces):
        before = groups.setdefault(file, set() if chosen is not None else None)
        if before is not None and chosen is not None:
            before.update(chosen)
    return Block(
        path, tuple((file, None if some is None else tuple(sorted(some))) for file, some in groups.items())
    )


def _others(files: Sequence[File]) -> Iterator[_Unit]:
    """Files of text of one instrument each are units; those of many, and workbooks, are one together."""
    many: list[File] = []
    for file in files:
        if file.kind == "text" and _single(file):
            yield _Unit(((file, None),), size_of(file.path) // ROW_BYTES)
        else:
            many.append(file)
    if many:
        rows = sum(size_of(file.path) // ROW_BYTES for file in many)
        yield _Unit(tuple((file, None) for file in many), rows)


def _single(file: File) -> bool:
    try:
        with checked(file.path).open("rb") as stream:
            head = utf8(stream.read(HEAD_BYTES), file.path)
        if plan_of(head, file):
            return True
        table = TextTable(file.path, file.name, head)
        return meaning(table.header, table.sample, file.name, table.where).single
    except (OSError, DataError):
        return True  # what is wrong is said when it is read


def _row_groups(files: Iterable[File], broken: list[_Unit]) -> Iterator[_Unit]:
    """Row groups, with the first and the last symbol that the file says is in them."""
    for file in files:
        if file.name != file.path.stem:  # the folder names the symbol: no need to look
            yield _Unit(((file, None),), size_of(file.path) // PACKED_BYTES, file.name, file.name)
            continue
        try:
            table = ParquetTable(file.path, file.name)
            means = meaning(table.header, table.sample, file.name, table.where)
        except DataError:
            broken.append(_Unit(((file, None),), 0))
            continue
        if means.symbol is None:
            names = sorted(part.symbol or file.name for part in means.parts)
            yield _Unit(((file, None),), table.size, names[0], names[-1])
            continue
        for group, rows, low, high in table.ranges(means.symbol):
            yield _Unit(((file, (group,)),), rows, low, high)


def _together(units: Iterable[_Unit]) -> Iterator[_Unit]:
    """Units whose ranges of symbols overlap become one; all do, if one of them does not know its range."""
    held = list(units)
    if len({type(unit.low) for unit in held}) > 1 or any(unit.low is None for unit in held):
        yield _Unit(tuple(piece for unit in held for piece in unit.pieces), sum(unit.rows for unit in held))
        return
    held.sort(key=lambda unit: (unit.low, unit.high))
    run: _Unit | None = None
    for unit in held:
        if run is not None and unit.low > run.high:
            yield run
            run = None
        run = (
            unit
            if run is None
            else _Unit(run.pieces + unit.pieces, run.rows + unit.rows, run.low, max(run.high, unit.high))
        )
    if run is not None:
        yield run


def _split(path: Path, unit: _Unit) -> Iterator[Block]:
    """Blocks of some symbols each, of files that hang together."""
    counts: Counter[str] = Counter()
    for file, groups in unit.pieces:
        table = ParquetTable(file.path, file.name, groups)
        means = meaning(table.header, table.sample, file.name, table.where)
        if means.symbol is None:
            counts.update({part.symbol or file.name: table.size for part in means.parts})
            continue
        for piece in table.pieces():
            codes, names = texts(piece.columns({means.symbol: "text"})[0])
            add_rows(counts, names, codes, file.path.name)
    for first, last in pairwise(_cuts(counts)):
        chosen = frozenset(sorted(counts)[first:last])
        yield Block(path, _block(path, [unit]).pieces, chosen)


def _cuts(counts: Counter[str]) -> list[int]:
    """Where the symbols, in order, are cut into blocks."""
    cuts, rows = [0], 0
    for place, name in enumerate(sorted(counts)):
        if rows and rows + counts[name] > BLOCK_ROWS:
            cuts.append(place)
            rows = 0
        rows += counts[name]
    return [*cuts, len(counts)]
