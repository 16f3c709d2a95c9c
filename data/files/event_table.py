"""Very many events as columns: a Parquet table of symbol and event_date, or the CSV list of fewer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.many.lists import ListedEvent
from analysis.market.errors import DataError
from data.files.csv_table import places
from data.files.event_list import NAMES, read_events
from data.files.price_panel import PARQUET

NEEDED = ("symbol", "event_date")


@dataclass(frozen=True, eq=False, slots=True)
class EventTable:
    """E events of U symbols.

    Parameters
    ----------
    symbols : array of str, shape (U,)
        Sorted.
    symbol : array of int, shape (E,)
        Which of them.
    dates : array of datetime64[D], shape (E,)
    benchmarks : tuple of str
        All that events name.
    """

    symbols: npt.NDArray[np.str_]
    symbol: npt.NDArray[np.int64]
    dates: npt.NDArray[np.datetime64]
    benchmarks: tuple[str, ...]


def event_table(events: Sequence[ListedEvent]) -> EventTable:
    """Columns of a list of events."""
    symbols, symbol = np.unique([event.symbol for event in events], return_inverse=True)
    dates = np.array([event.date for event in events], dtype="datetime64[D]")
    return EventTable(symbols, symbol, dates, tuple({e.benchmark for e in events if e.benchmark}))


def read_event_table(path: Path) -> EventTable:
    """Events of a CSV list or of a Parquet table with the same columns.

    Raises
    ------
    DataError
        If it is no such table, or an event lacks its symbol or date.
    """
    if path.suffix.lower() not in PARQUET:
        return event_table(read_events(path))
    import pyarrow
    from pyarrow import compute, parquet

    try:
        names = parquet.read_schema(path).names
        given = {name: names[place] for name, place in places(path, names, NAMES, NEEDED).items()}
        wanted = [given[name] for name in ("symbol", "date", "benchmark") if name in given]
        rows: Any = parquet.read_table(path, columns=wanted).combine_chunks()
        date = compute.cast(rows[given["date"]], pyarrow.date32())
        coded = compute.dictionary_encode(compute.cast(rows[given["symbol"]], pyarrow.string()))
    except (pyarrow.ArrowException, OSError) as error:
        raise DataError(f"{path.name}: cannot be read as Parquet: {str(error).splitlines()[0]}") from None
    if not len(rows):
        raise DataError(f"{path.name}: no event in it")
    if missing := next((name for name, cells in (("symbol", coded), ("date", date)) if cells.null_count), ""):
        raise DataError(f"{path.name}: an event has no {missing}")
    found = coded.combine_chunks()
    symbols, place = np.unique(
        found.dictionary.to_numpy(zero_copy_only=False).astype(str), return_inverse=True
    )
    named = compute.unique(rows[given["benchmark"]]).to_pylist() if "benchmark" in given else []
    return EventTable(
        symbols,
        place[found.indices.to_numpy()],
        date.to_numpy().astype("datetime64[D]"),
        tuple(name for name in named if name),
    )
