"""A Parquet file as a table: its columns are read when it is known which ones hold what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.market.errors import DataError
from data.files.found import checked
from data.files.text_table import Kind

MOST_ROWS = 50_000_000
MOST_CELLS = 8 * MOST_ROWS  # a row of bars has as many; a wide table has few rows and many columns
PIECE_ROWS = 5_000_000  # more are filtered row group by row group
ROWS_HINT = "cut it into files by symbol, or keep fewer rows"


class ParquetTable:
    """A Parquet file, or some of its row groups."""

    separator = ""
    columnar = True

    def __init__(self, path: Path, name: str, groups: Sequence[int] | None = None) -> None:
        from pyarrow import ArrowException, parquet

        self.where, self.name, self.path, self.groups = path.name, name, path, groups
        try:
            self._file = parquet.ParquetFile(checked(path), memory_map=True)
        except (ArrowException, OSError, ValueError) as error:
            raise unreadable(path, error) from None
        self.schema = self._file.schema_arrow
        self.header = (tuple(self.schema.names),)
        self.sample = tuple("2000-01-01" if _moment(field.type) else "" for field in self.schema)
        if any(_maybe_date(field.type) for field in self.schema):
            self.sample = self._sample()

    def _sample(self) -> tuple[str, ...]:
        """The first row as text; columns that cannot be dates are not looked at."""
        from pyarrow import ArrowException

        near = _first_ones(self.header[0])
        names = [field.name for field in self.schema if _maybe_date(field.type) and field.name in near]
        try:
            batch = next(self._file.iter_batches(1, columns=names), None)
        except (ArrowException, OSError, ValueError) as error:
            raise unreadable(self.path, error) from None
        row = {} if batch is None or not batch.num_rows else batch.to_pylist()[0]
        return tuple(
            sample or str(row.get(name, "") if row.get(name) is not None else "")
            for sample, name in zip(self.sample, self.schema.names, strict=True)
        )

    @property
    def size(self) -> int:
        """Rows, as the file says of itself."""
        about = self._file.metadata
        return (
            sum(about.row_group(k).num_rows for k in self.groups)
            if self.groups is not None
            else about.num_rows
        )

    def columns(self, kinds: Mapping[int, Kind]) -> list[Any]:
        """Columns in order of `kinds`."""
        import pyarrow
        from pyarrow import parquet

        if self.size > MOST_ROWS:
            raise too_many(self.where, self.size)
        if (cells := self.size * len(kinds)) > MOST_CELLS:
            raise DataError(f"{self.where}: unpacks to {cells:,} values; at most {MOST_CELLS:,}: {ROWS_HINT}")
        names = [self.header[0][k] for k in kinds]
        coded = [name for name, k in zip(names, kinds, strict=True) if kinds[k] != "number"]
        coded = [name for name in coded if _text_like(self.schema.field(name).type)]
        try:
            file = (
                parquet.ParquetFile(self.path, read_dictionary=coded, memory_map=True)
                if coded
                else self._file
            )
            groups = range(file.num_row_groups) if self.groups is None else self.groups
            table = file.read_row_groups(list(groups), columns=names)
        except (pyarrow.ArrowException, OSError, ValueError) as error:
            raise unreadable(self.path, error) from None
        place = {name: k for k, name in enumerate(table.column_names)}
        return [table.column(place[name]) for name in names]

    def pieces(self) -> Iterator[ParquetTable]:
        """The table, or each of its row groups where it is large."""
        groups = range(self._file.num_row_groups) if self.groups is None else self.groups
        if self.size <= PIECE_ROWS or len(groups) < 2:
            yield self
            return
        for group in groups:
            piece = copy(self)
            piece.groups = (group,)
            yield piece

    def ranges(self, place: int) -> Iterator[tuple[int, int, Any, Any]]:
        """Each row group: its number, its rows, and the least and the largest value of a column, if known."""
        for group in range(self._file.num_row_groups):
            about = self._file.metadata.row_group(group)
            held = about.column(place).statistics if about.num_columns == len(self.schema) else None
            low = high = None
            if held is not None and held.has_min_max and not held.null_count:
                low, high = held.min, held.max
            yield group, about.num_rows, low, high

    def line(self, row: int) -> str:
        """Where a row of the data stands."""
        for first, size in self._spans():
            if row < size:
                return f"{self.where}, row {first + row + 1}"
            row -= size
        return self.where

    def numbers(self) -> npt.NDArray[np.int64]:
        """Number of each row in the file, from 1."""
        spans = [np.arange(first, first + size) for first, size in self._spans()]
        return np.concatenate([np.empty(0, np.int64), *spans]) + 1

    def _spans(self) -> list[tuple[int, int]]:
        """Rows before each row group, and rows in it."""
        about = self._file.metadata
        sizes = [about.row_group(k).num_rows for k in range(about.num_row_groups)]
        before = np.cumsum([0, *sizes]).tolist()
        return [(before[k], sizes[k]) for k in (range(len(sizes)) if self.groups is None else self.groups)]


def unreadable(path: Path, error: Exception) -> DataError:
    """What a reader is told of a file that is no Parquet, or a broken one."""
    return DataError(f"{path.name}: cannot be read as Parquet: {(str(error).splitlines() or [''])[0]}")


def too_many(where: str, rows: int) -> DataError:
    """What a reader is told of more rows than fit into memory."""
    return DataError(f"{where}: unpacks to {rows:,} rows; at most {MOST_ROWS:,}: {ROWS_HINT}")


def _first_ones(names: Sequence[str]) -> set[str]:
    """Names among which dates are looked for: of very wide tables the first and the last are enough."""
    return set(names if len(names) <= 100 else [*names[:3], *names[-3:]])


def _moment(kind: Any) -> bool:
    from pyarrow import types

    return bool(types.is_date(kind) or types.is_timestamp(kind))


def _text_like(kind: Any) -> bool:
    from pyarrow import types

    return bool(types.is_string(kind) or types.is_large_string(kind))


def _maybe_date(kind: Any) -> bool:
    from pyarrow import types

    return bool(_text_like(kind) or types.is_integer(kind) or types.is_dictionary(kind))
