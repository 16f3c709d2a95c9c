"""Prices of many firms for a list of events: a folder of CSV files, or one long CSV or Parquet file.

The long form has a row per firm and date: symbol, date, adj_close, and optionally close, volume and
the other columns of a bar. Only the symbols that are asked for are kept.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.many.lists import ListedEvent
from analysis.market.bars import BAR_COLUMNS
from analysis.market.errors import DataError
from analysis.market.events import Sessions
from analysis.market.prices import Instrument, Market, PriceHistory, Provenance
from data.files import csv_file
from data.files.csv_prices import bars_of, files_in
from data.files.csv_table import (
    MISSING,
    Problem,
    date_problems,
    dates_of,
    first,
    number_problems,
    places,
    read_head,
    separator,
)

NAMES = csv_file.NAMES | {"symbol": "symbol", "ticker": "symbol"}
NEEDED = ("symbol", "date", "adj_close")
PARQUET = (".parquet", ".pq")


@dataclass(frozen=True, slots=True)
class PanelPrices:
    """A market for a list of events, and the symbols whose prices could not be read, with the reason."""

    market: Market
    unread: Mapping[str, str]


def read_panel(path: Path, events: Sequence[ListedEvent], benchmark: str | None = None) -> PanelPrices:
    """Market of the firms and benchmarks that a list of events names.

    `benchmark` is that of events which name none. The dates of its benchmark are the sessions of a
    firm; a firm with several follows the first one listed.

    Raises
    ------
    DataError
        If the prices or those of `benchmark` cannot be read: one line with file, line and what is needed.
    """
    benchmark_of: dict[str, str] = {}
    for event in events:
        if chosen := event.benchmark or benchmark:
            benchmark_of.setdefault(event.symbol, chosen)
    benchmarks = {event.benchmark for event in events if event.benchmark} | (
        {benchmark} if benchmark else set()
    )
    wanted = {event.symbol for event in events} | benchmarks
    unread: dict[str, str] = {}
    tables = _folder(path, wanted, unread) if path.is_dir() else _long_file(path, wanted)
    if benchmark and benchmark not in tables:
        raise DataError(unread.get(benchmark, f"{path}: no prices of the benchmark {benchmark}"))
    if not tables:
        raise DataError(f"{path}: no prices of any symbol in the list of events")
    return PanelPrices(_market(path, tables, benchmarks, benchmark_of), unread)


def _market(
    path: Path,
    tables: Mapping[str, pd.DataFrame],
    benchmarks: Collection[str],
    benchmark_of: Mapping[str, str],
) -> Market:
    source, retrieved = f"prices in {path}", dt.date.fromtimestamp(path.stat().st_mtime)
    histories = {s: PriceHistory.of(s, bars_of(table), source, retrieved) for s, table in tables.items()}
    followed = {s: s if s in benchmarks else benchmark_of.get(s, s) for s in tables}
    calendars = {s: other if other in tables else s for s, other in followed.items()}
    return Market(
        {s: Instrument(s, s, calendars[s], "", benchmark=benchmark_of.get(s)) for s in tables},
        histories,
        {s: Sessions(s, histories[s].dates) for s in set(calendars.values())},
        Provenance(path.name, source, retrieved, max(h.dates[-1] for h in histories.values()).item()),
    )


def _folder(path: Path, wanted: Collection[str], unread: dict[str, str]) -> dict[str, pd.DataFrame]:
    files = files_in(path)
    tables = {}
    for symbol in sorted(wanted & files.keys()):
        try:
            tables[symbol] = csv_file.read_bars(files[symbol])
        except DataError as error:
            unread[symbol] = str(error)
    return tables


def _long_file(path: Path, wanted: Collection[str]) -> dict[str, pd.DataFrame]:
    """Bars by symbol from one long file."""
    rows = _parquet_rows(path, wanted) if path.suffix.lower() in PARQUET else _csv_rows(path)
    rows = rows[rows["symbol"].isin(wanted)]
    dates = _dates(rows["date"])
    for line, problem in _problems(rows, dates):
        raise DataError(f"{path.name}, line {line}: {problem}")
    numbers = [name for name in BAR_COLUMNS if name in rows]
    table = rows[numbers].apply(pd.to_numeric).astype(float).assign(symbol=rows["symbol"], date=dates)
    table = table.sort_values(["symbol", "date"]).set_index("date").rename_axis("session")
    return {str(symbol): bars[numbers] for symbol, bars in table.groupby("symbol", sort=False)}


def _csv_rows(path: Path) -> pd.DataFrame:
    """Known columns of a CSV file, the index being the line.

    Read as numbers; where that fails, as text, so that the broken cell can be named.
    """
    from pyarrow import ArrowInvalid

    head = read_head(path, NEEDED).decode("utf-8-sig", errors="replace")
    mark = separator(head)
    header = next(csv.reader([head.splitlines()[0]], delimiter=mark))
    columns = {header[place]: name for name, place in places(path, header, NAMES, NEEDED).items()}
    try:
        return _arrow_rows(path, mark, columns, as_numbers=True)
    except ArrowInvalid:
        try:
            return _arrow_rows(path, mark, columns, as_numbers=False)
        except ArrowInvalid as error:
            raise DataError(f"{path.name}: {str(error).splitlines()[0]}") from None


def _arrow_rows(path: Path, mark: str, columns: Mapping[str, str], as_numbers: bool) -> pd.DataFrame:
    import pyarrow
    from pyarrow import csv as arrow

    numbers = pyarrow.float64() if as_numbers else pyarrow.string()
    types = {given: numbers if name in BAR_COLUMNS else pyarrow.string() for given, name in columns.items()}
    missing = {word for known in MISSING for word in (known, known.upper(), known.title(), "NaN")}
    convert = arrow.ConvertOptions(
        column_types=types,
        include_columns=list(columns),
        null_values=sorted(missing),
        strings_can_be_null=not as_numbers,
    )
    table = arrow.read_csv(
        path, parse_options=arrow.ParseOptions(delimiter=mark), convert_options=convert
    ).rename_columns(list(columns.values()))
    rows: pd.DataFrame = table.to_pandas()
    return rows.set_axis(pd.Index(_lines(path, len(rows))))


def _lines(path: Path, rows: int) -> range | list[int]:
    """Line of each row, empty lines being no rows."""
    with path.open("rb") as stream:
        lines = sum(1 for _ in stream)
    if lines == rows + 1:
        return range(2, rows + 2)
    with path.open("rb") as stream:
        return [number for number, line in enumerate(stream, 1) if line.strip()][1:]


def _parquet_rows(path: Path, wanted: Collection[str]) -> pd.DataFrame:
    """Known columns of a Parquet file; the index is the row, counted from 1."""
    from pyarrow import ArrowException, parquet

    try:
        header = parquet.read_schema(path).names
        columns = {header[place]: name for name, place in places(path, header, NAMES, NEEDED).items()}
        rows = pd.read_parquet(path, columns=list(columns)).rename(columns=columns)
    except (ArrowException, OSError) as error:
        raise DataError(f"{path.name}: cannot be read as Parquet: {str(error).splitlines()[0]}") from None
    return rows.reset_index(drop=True).set_axis(range(1, len(rows) + 1))


def _dates(column: pd.Series[Any]) -> pd.Series[pd.Timestamp]:
    """Dates of a column of text or of timestamps; each distinct value is read once."""
    codes, known = pd.factorize(column)
    dates = dates_of(pd.Series(known).astype(str)).to_numpy()
    return pd.Series(dates[codes], index=column.index)


def _problems(rows: pd.DataFrame, dates: pd.Series[pd.Timestamp]) -> Iterator[Problem]:
    """Line and complaint of the first broken cell of each kind."""
    yield from date_problems("date", rows["date"].astype(str), dates)
    days = pd.DataFrame({"symbol": rows["symbol"], "date": dates})
    for line in first(days.duplicated()):
        symbol, day = days.loc[line]
        yield line, f"{symbol} has {day:%Y-%m-%d} twice; keep one of them"
    for name in rows.columns.intersection(list(BAR_COLUMNS)):
        yield from number_problems(name, rows[name])
