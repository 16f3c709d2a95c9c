"""Prices from a folder of CSV files in Yahoo's columns, one file per symbol: ``NVDA.csv``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.market.bars import BAR_COLUMNS
from analysis.market.errors import DataError, UnknownNameError
from analysis.market.events import Sessions
from analysis.market.prices import Instrument, Market, PriceHistory, Provenance, stale_bars
from data.files.csv_file import read_bars


@dataclass(frozen=True, slots=True)
class CsvPrices:
    """What a folder gave: a market, and the symbols that it could not take, with the reason."""

    market: Market
    excluded: Mapping[str, str]


def csv_market(directory: Path, benchmark: str, symbols: Sequence[str] | None = None) -> CsvPrices:
    """Market of a folder of CSV files.

    Sessions are the dates of the benchmark's file. Firms are `symbols`, or every other file; a
    firm whose file is broken is excluded with the reason.

    Raises
    ------
    UnknownNameError
        If a symbol or the benchmark has no file.
    DataError
        If the folder holds no prices, the benchmark's file is broken, or every firm's is.
    """
    files = files_in(directory)
    firms = [symbol for symbol in files if symbol != benchmark] if symbols is None else list(symbols)
    for symbol in (benchmark, *firms):
        if symbol not in files:
            raise UnknownNameError("symbol", symbol, files)
    tables = {benchmark: read_bars(files[benchmark])}
    excluded: dict[str, str] = {}
    for symbol in firms:
        try:
            tables[symbol] = read_bars(files[symbol])
        except DataError as error:
            excluded[symbol] = str(error)
    if len(tables) == 1 and not excluded:
        raise DataError(f"{directory}: no firm beside the benchmark {benchmark}; needed: one file per firm")
    if len(tables) == 1:
        raise DataError(f"no firm is left in {directory}: {next(iter(excluded.values()))}")
    retrieved = dt.date.fromtimestamp(max(files[symbol].stat().st_mtime for symbol in tables))
    return CsvPrices(_market(directory, benchmark, tables, retrieved), excluded)


def files_in(directory: Path) -> dict[str, Path]:
    """CSV files of a folder by symbol."""
    if not directory.is_dir():
        raise DataError(f"{directory}: no such folder of prices")
    files = {path.stem: path for path in sorted(directory.iterdir()) if _is_csv(path)}
    if not files:
        raise DataError(f"{directory}: no CSV file; needed: one per symbol, such as NVDA.csv")
    return files


def _is_csv(path: Path) -> bool:
    return path.suffix.lower() == ".csv" and path.is_file()


def _market(
    directory: Path, benchmark: str, tables: Mapping[str, pd.DataFrame], retrieved: dt.date
) -> Market:
    dates = tables[benchmark].index.to_numpy().astype("datetime64[D]")
    source = f"CSV files in {directory}"
    return Market(
        instruments={symbol: _instrument(symbol, benchmark) for symbol in tables},
        histories={
            symbol: PriceHistory.of(symbol, bars_of(table), source, retrieved)
            for symbol, table in tables.items()
        },
        sessions={benchmark: Sessions(benchmark, dates)},
        provenance=Provenance(directory.name, source, retrieved, as_of=dates[-1].item()),
    )


def _instrument(symbol: str, benchmark: str) -> Instrument:
    """The benchmark's dates are the sessions, so it stands for the exchange too."""
    group = "benchmark" if symbol == benchmark else "articles"
    return Instrument(symbol, symbol, benchmark, "", group, benchmark)


def bars_of(table: pd.DataFrame) -> pd.DataFrame:
    """All bar columns, where the adjusted close stands for a close that is not there; no stale bars."""
    bars = table.reindex(columns=list(BAR_COLUMNS))
    if "close" not in table:
        bars["close"] = bars["adj_close"]
    return bars[~stale_bars(bars)]
