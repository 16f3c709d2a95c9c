"""Where fresh bars come from: Yahoo, or a folder of files that something else fills."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.market.bars import BAR_COLUMNS
from analysis.market.errors import DataError, to_be_told
from data.refresh.renewal import Feed, examine, yahoo_feed

if TYPE_CHECKING:
    from data.files.prices import PriceFiles
    from data.yahoo import Fetched

SETTING, BESIDE, FOLDER = "AFTERSHOCK_FEED", "AFTERSHOCK_FEED_BESIDE", "folder:"


def feed_of(environ: Mapping[str, str] = os.environ, accepted: Iterable[str] = ()) -> Feed:
    """The feed that AFTERSHOCK_FEED names, beside it the one of AFTERSHOCK_FEED_BESIDE, if any.

    ``yahoo`` (the default of the first) or ``folder:PATH``; else DataError.
    """
    beside = _named(BESIDE, environ[BESIDE]) if environ.get(BESIDE) else None
    feed = _named(SETTING, environ.get(SETTING) or "yahoo")
    return replace(feed, accepted=frozenset(accepted), beside=beside)


def search(text: str) -> list[tuple[str, str]]:
    """Symbols and names that Yahoo finds for a text; none where prices come from elsewhere."""
    if not _yahoo():
        return []
    from data.yahoo.search import search

    return search(text)


def has_hours() -> bool:
    """Whether the source of prices has hourly bars: files have none."""
    return _yahoo()


def _yahoo() -> bool:
    return (os.environ.get(SETTING) or "yahoo") == "yahoo"


def _named(setting: str, value: str) -> Feed:
    if value == "yahoo":
        return yahoo_feed()
    if value.startswith(FOLDER) and value != FOLDER:
        return folder_feed(Path(value.removeprefix(FOLDER)))
    raise DataError(f"{setting}={value!r} is no source; allowed: yahoo, {FOLDER}PATH")


def folder_feed(folder: Path) -> Feed:
    """Daily bars from files of any layout of `data.files`, read once; such files hold no hours."""
    from data.files.prices import read_prices

    files = cache(lambda: read_prices(folder))
    return Feed(
        lambda symbol, start: _fetched(files(), symbol, start),
        None,
        examine,
        source=f"files of {folder.name}",
    )


def _fetched(files: PriceFiles, symbol: str, start: dt.date) -> Fetched:
    from data.yahoo import Fetched

    if symbol not in files.bars.symbols:
        if unread := files.unread.get(symbol):
            raise to_be_told(unread)  # every refresh raises it anew
        raise DataError(f"{symbol}: {files.source} hold none of its bars")
    place = files.bars.symbols.index(symbol)
    rows = slice(*files.bars.starts[place : place + 2].tolist())
    dates = files.bars.dates[rows]
    columns = {name: values[rows] for name, values in files.bars.columns.items()}
    columns.setdefault("close", columns["adj_close"])
    bars = pd.DataFrame(
        {name: columns.get(name, np.full(len(dates), np.nan)) for name in BAR_COLUMNS},
        pd.DatetimeIndex(dates).as_unit("us").rename("date"),
    ).loc[str(start) :]
    if bars.empty:
        raise DataError(f"{symbol}: {files.source} hold no bars since {start}")
    none: pd.Series[float] = pd.Series([], pd.DatetimeIndex([]), dtype=float).astype(float)
    read = dt.datetime.combine(files.retrieved, dt.time(), dt.timezone.utc)
    return Fetched(symbol, bars, none, none, "", "", "files", read, tells_actions=False)
