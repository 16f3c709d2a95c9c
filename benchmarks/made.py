"""The data of the benchmark, made from a seed: prices in two forms, and lists of events.

    python -m benchmarks.made FOLDER              a panel of 2,000 firms and its lists of events
    python -m benchmarks.made FOLDER --large      ten million events of 20,000 firms, ten years

A process of its own makes them: the one that measures stays small, because the peak memory of a process
starts at that of the one which started it.
"""

from __future__ import annotations

import datetime as dt
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv, parquet

SEED, BENCHMARK = 20250127, "MKT"
FIRMS, SESSIONS = 2000, 1260
EVENTS = (10_000, 100_000)
LARGE_FIRMS, LARGE_SESSIONS, LARGE_EVENTS = 20_000, 2520, 500  # events of each firm
FIRMS_IN_A_FILE = 100
BEFORE, AFTER = 261, 10  # sessions that an event needs: estimation window, event window, a first return
BARS = ("Date", "Open", "High", "Low", "Close", "Adj Close", "Volume")


def sessions(count: int) -> np.ndarray:
    """Weekdays from 2015 on."""
    return np.busday_offset("2015-01-01", np.arange(count), roll="forward").astype("datetime64[D]")


def prices(firms: int, market: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Adjusted closes (N, T) of firms that follow the market."""
    noise = 0.015 * random.standard_t(5, (firms, len(market)))
    returns = noise + random.uniform(0.5, 1.5, (firms, 1)) * market
    return np.round(100 * np.cumprod(1 + np.clip(returns, -0.3, 0.3), axis=1), 6)


def symbols(first: int, count: int) -> list[str]:
    """Names of firms."""
    return [f"S{i:05d}" for i in range(first, first + count)]


def write_panel(path: Path, names: list[str], levels: np.ndarray) -> None:
    """A long table, firm by firm."""
    days = sessions(levels.shape[1])
    table = {
        "symbol": np.repeat(names, len(days)),
        "date": np.tile(days, len(names)),
        "adj_close": levels.ravel(),
    }
    parquet.write_table(pa.table(table), path)


def write_events(path: Path, count: int, random: np.random.Generator) -> None:
    """Events of random firms on random days, no two the same, in a random order."""
    days = sessions(SESSIONS)[BEFORE:-AFTER]
    firm, day = np.divmod(random.choice(FIRMS * len(days), count, replace=False), len(days))
    table = pa.table({"symbol": np.array(symbols(0, FIRMS))[firm], "event_date": days[day]})
    csv.write_csv(table, path, csv.WriteOptions(quoting_style="none"))


def write_files(folder: Path, names: list[str], levels: np.ndarray, random: np.random.Generator) -> None:
    """A CSV file of daily bars for each firm, as Yahoo's pages gave them."""
    folder.mkdir()
    plain = csv.WriteOptions(include_header=False, quoting_style="none")
    for name, close in zip(names, np.round(levels, 4), strict=True):
        columns = [close, np.round(1.01 * close, 4), np.round(0.99 * close, 4), close, close]
        volume = random.integers(100_000, 10_000_000, len(close))
        with (folder / f"{name}.csv").open("wb") as file:
            file.write((",".join(BARS) + "\n").encode())
            csv.write_csv(pa.table([sessions(len(close)), *columns, volume], names=BARS), file, plain)


def make(folder: Path) -> None:
    """Panel, events, CSV files and a store after a refresh."""
    random = np.random.default_rng(SEED)
    market = random.normal(0.0004, 0.01, SESSIONS)
    levels = np.vstack([prices(FIRMS, market, random), np.round(100 * np.cumprod(1 + market), 6)])
    names = [*symbols(0, FIRMS), BENCHMARK]
    write_panel(folder / "panel.parquet", names, levels)
    for count in EVENTS:
        write_events(folder / f"events-{count}.csv", count, random)
    write_files(folder / "files", names, levels, random)
    write_refreshed(folder)


def write_refreshed(folder: Path) -> None:
    """A store as refreshes leave it: its newest bars of every instrument are as if they were fetched."""
    from data.store.snapshots import Contents, Series
    from data.store.store import Store

    now = dt.datetime.now(dt.timezone.utc)
    with closing(Store(f"sqlite:///{folder / 'refreshed.db'}")) as store:
        base = store.latest()
        fetched = [
            Series("daily", held.symbol, 1.01 * store.frame(held), "Yahoo Finance", now.date())
            for held in store.holdings(base)
            if held.kind == "daily"
        ]
        store.write_snapshot(Contents(fetched, "refresh", "yfinance", True, now), base)


def make_large(folder: Path) -> None:
    """A folder of Parquet files, and a Parquet table of events."""
    random = np.random.default_rng(SEED)
    market = random.normal(0.0004, 0.01, LARGE_SESSIONS)
    (folder / "large").mkdir()
    write_panel(folder / "large" / "market.parquet", [BENCHMARK], 100 * np.cumprod(1 + market)[None])
    days, listed = sessions(LARGE_SESSIONS)[BEFORE:-AFTER], []
    for first in range(0, LARGE_FIRMS, FIRMS_IN_A_FILE):
        names = symbols(first, FIRMS_IN_A_FILE)
        write_panel(folder / "large" / f"{names[0]}.parquet", names, prices(FIRMS_IN_A_FILE, market, random))
        chosen = np.concatenate([random.choice(days, LARGE_EVENTS, replace=False) for _ in names])
        listed.append(pa.table({"symbol": np.repeat(names, LARGE_EVENTS), "event_date": chosen}))
    parquet.write_table(pa.concat_tables(listed), folder / "events-large.parquet")


if __name__ == "__main__":
    (make_large if "--large" in sys.argv else make)(Path(sys.argv[1]))
