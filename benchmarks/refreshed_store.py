"""A store as refreshes leave it: its newest prices are no longer those of the project."""

from __future__ import annotations

import datetime as dt
import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path

from data.store.snapshots import Contents, Series
from data.store.store import Store


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory()


@cache
def refreshed_store() -> str:
    """Address of a store whose newest snapshot holds daily bars of every instrument as if they were fetched.

    It is gone when the process ends.
    """
    url = f"sqlite:///{Path(_folder().name) / 'prices.db'}"
    now = dt.datetime.now(dt.timezone.utc)
    with closing(Store(url)) as store:
        base = store.latest()
        fetched = [
            Series("daily", held.symbol, 1.01 * store.frame(held), "Yahoo Finance", now.date())
            for held in store.holdings(base)
            if held.kind == "daily"
        ]
        store.write_snapshot(Contents(fetched, "refresh", "yfinance", True, now), base)
    return url
