"""Prices of very many firms in shards: groups of files that one worker reads at a time.

A folder of Parquet files (long tables; partitions by any column) or of CSV files, one per symbol.
How it is cut into blocks depends on the files alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.market.errors import DataError
from data.files import csv_file
from data.files.csv_prices import files_in
from data.files.csv_table import places
from data.files.long_table import matrix
from data.files.price_panel import NAMES, NEEDED, PARQUET

Floats = npt.NDArray[np.float64]
Dates = npt.NDArray[np.datetime64]
Names = Sequence[str] | npt.NDArray[np.str_]
BLOCK_BYTES = 2_000_000  # what is in memory at once, and added up


@dataclass(frozen=True, slots=True)
class Files:
    """Files that make one block, below the folder they came from."""

    folder: Path
    paths: tuple[Path, ...]

    @property
    def name(self) -> str:
        """The first file, and how many follow."""
        more = f" and {len(self.paths) - 1} more" if len(self.paths) > 1 else ""
        return f"{self.paths[0].name}{more}"


def cut(path: Path) -> tuple[Files, ...]:
    """Blocks of a folder or of a single Parquet file.

    Raises
    ------
    DataError
        If there is no such folder, or nothing to read in it.
    """
    if path.is_file():
        return (Files(path.parent, (path,)),)
    found = sorted(p for p in path.rglob("*") if p.suffix.lower() in PARQUET)
    paths = found or sorted(files_in(path).values())
    return tuple(Files(path, group) for group in _groups(paths))


def _groups(paths: Sequence[Path]) -> Iterator[tuple[Path, ...]]:
    group: list[Path] = []
    size = 0
    for path in paths:
        group.append(path)
        size += path.stat().st_size
        if size >= BLOCK_BYTES:
            yield tuple(group)
            group, size = [], 0
    if group:
        yield tuple(group)


def benchmark_prices(shards: Sequence[Files], symbol: str) -> tuple[Dates, Floats]:
    """Sessions and adjusted closes of the benchmark, wherever it is.

    Raises
    ------
    DataError
        If no shard has it.
    """
    for shard in shards:
        rows = _rows(shard, [symbol])
        if len(rows):
            found = matrix(rows["symbol"], rows["date"], rows["adj_close"])
            known = np.isfinite(found.values[0])
            return found.dates[known], found.values[0, known]
    raise DataError(f"{shards[0].folder}: no prices of the benchmark {symbol}")


def prices_on(shard: Files, symbols: Names, sessions: Dates) -> tuple[tuple[str, ...], Floats]:
    """Symbols of a shard among those asked for (sorted), and their prices on the sessions, (N, T)."""
    rows = _rows(shard, symbols)
    if rows.empty:
        return (), np.empty((0, len(sessions)))
    try:
        found = matrix(rows["symbol"], rows["date"], rows["adj_close"])
    except DataError as error:
        raise DataError(f"{shard.name}: {error}") from None
    if not (np.isnan(found.values) | (found.values > 0)).all():
        row = int(np.argmax((found.values <= 0).any(axis=1)))
        raise DataError(f"{shard.name}: {found.symbols[row]} has an adjusted close that is not positive")
    place = np.searchsorted(found.dates, sessions).clip(0, len(found.dates) - 1)
    here = found.dates[place] == sessions
    return tuple(found.symbols), np.where(here, found.values[:, place], np.nan)


def _rows(shard: Files, symbols: Names) -> pd.DataFrame:
    """Rows (symbol, date, adj_close) of some symbols."""
    if shard.paths[0].suffix.lower() not in PARQUET:
        return _csv_rows(shard, set(symbols))
    import pyarrow
    from pyarrow import compute, dataset

    try:
        source = dataset.dataset([str(path) for path in shard.paths], format="parquet", partitioning="hive")
        names = source.schema.names
        given = {name: names[place] for name, place in places(shard.paths[0], names, NAMES, NEEDED).items()}
        wanted = compute.field(given["symbol"]).isin(pyarrow.array(symbols, pyarrow.string()))
        columns: Any = {name: compute.field(given[name]) for name in NEEDED}
        table = source.to_table(columns=columns, filter=wanted, use_threads=False)
    except (pyarrow.ArrowException, OSError) as error:
        raise DataError(f"{shard.name}: cannot be read as Parquet: {str(error).splitlines()[0]}") from None
    rows: pd.DataFrame = table.to_pandas(use_threads=False, date_as_object=False)
    return rows.assign(date=pd.to_datetime(rows["date"])).dropna(subset=["date"])


def _csv_rows(shard: Files, symbols: set[str]) -> pd.DataFrame:
    tables = [
        csv_file.read_bars(path)["adj_close"].rename_axis("date").reset_index().assign(symbol=path.stem)
        for path in shard.paths
        if path.stem in symbols
    ]
    return pd.concat(tables) if tables else pd.DataFrame(columns=["symbol", "date", "adj_close"])
