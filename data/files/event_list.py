"""A list of events as people bring it: a CSV file of symbol, event_date[, benchmark, group]."""

from __future__ import annotations

from pathlib import Path

from analysis.many.lists import ListedEvent
from analysis.market.errors import DataError
from data.files.csv_table import date_problems, dates_of, first, read_cells

NAMES = {
    "symbol": "symbol",
    "ticker": "symbol",
    "eventdate": "date",
    "date": "date",
    "benchmark": "benchmark",
    "group": "group",
}
MOST_BYTES = 100_000_000  # two million events


def read_events(path: Path) -> tuple[ListedEvent, ...]:
    """Events of a file in its order, each with its line.

    Raises
    ------
    DataError
        If the file is no such list: one line with file, line, value found and what is needed.
    """
    cells = read_cells(path, NAMES, ("symbol", "event_date"), "events", MOST_BYTES)
    if cells.empty:
        raise DataError(f"{path.name}, line 1: no event below the header")
    dates = dates_of(cells["date"])
    for line, problem in date_problems("event_date", cells["date"], dates):
        raise DataError(f"{path.name}, line {line}: {problem}")
    for line in first(cells["symbol"].isna()):
        raise DataError(f"{path.name}, line {line}: no symbol")
    columns = cells.reindex(columns=["symbol", "benchmark", "group"]).astype(object)
    known = columns.where(columns.notna(), None)
    rows = zip(known.itertuples(index=False, name=None), dates.dt.date, cells.index, strict=True)
    return tuple(
        ListedEvent(symbol, date, benchmark, group, int(line))
        for (symbol, benchmark, group), date, line in rows
    )
