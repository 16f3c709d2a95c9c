"""One CSV file of daily bars, as people bring it: checked as text, then turned into numbers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from analysis.market.bars import BAR_COLUMNS
from analysis.market.errors import DataError
from data.files.csv_table import Problem, date_problems, dates_of, first, number_problems, read_cells

NAMES = {"date": "date", "session": "date", "adjclose": "adj_close"} | {name: name for name in BAR_COLUMNS}
MOST_BYTES = 5_000_000  # sixty years of daily bars have one million


def read_bars(path: Path) -> pd.DataFrame:
    """Columns of one file that are bars, indexed by date in order, as floats; missing is NaN.

    A date and an adjusted close are needed; the separator is a comma, a semicolon or a tab.

    Raises
    ------
    DataError
        If the file is no such table: one line with file, line, value found and what is needed.
    """
    cells = read_cells(path, NAMES, ("Date", "Adj Close"), "daily bars", MOST_BYTES)
    for line, problem in _problems(cells):
        raise DataError(f"{path.name}, line {line}: {problem}")
    table = cells.drop(columns="date").astype(float)
    table.index = pd.DatetimeIndex(dates_of(cells["date"]), name="session")
    return table.sort_index()


def _problems(cells: pd.DataFrame) -> Iterator[Problem]:
    """Line and complaint of the first broken cell of each kind."""
    if cells.empty:
        yield 1, "no bar below the header"
        return
    dates = dates_of(cells["date"])
    yield from date_problems("Date", cells["date"], dates)
    for line in first(dates.duplicated()):
        before = dates.index[dates == dates[line]][0]
        yield line, f"Date {dates[line]:%Y-%m-%d} is there twice, first on line {before}; keep one of them"
    for name in cells.columns.drop("date"):
        yield from number_problems(name, cells[name])
