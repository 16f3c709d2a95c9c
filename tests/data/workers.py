"""What the processes of the fault tests do; started from a server that has imported everything."""

from __future__ import annotations

import dataclasses
import datetime as dt
import multiprocessing as mp
import time
from contextlib import closing
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier, Event

from analysis.market.errors import EventStudyError
from analysis.market.prices import Market
from data.refresh.refresh import refresh
from data.store.store import Store
from data.yahoo import Fetched
from tests.data.prices import SESSIONS, bars, feed, instruments, market

PROCESSES = mp.get_context("forkserver")
PROCESSES.set_forkserver_preload([__name__])

MANY = tuple(f"S{number:02d}" for number in range(6))


def bundle_of_many() -> Market:
    return market(*MANY)


def levels(store: Store, snapshot: str | None = None) -> set[float]:
    """The levels that one reader sees at one time; a sound snapshot has one."""
    held = store.market(instruments(*MANY), snapshot).histories
    return {float(history.bars["close"].iloc[0]) for history in held.values()}


def refresh_to(url: str, level: float, pause: float = 0.0) -> str:
    """Refresh every symbol to one level, `pause` seconds each; the status, or the error's words."""
    source = feed({symbol: bars(level, SESSIONS + 200) for symbol in MANY})

    def slowly(symbol: str, start: dt.date) -> Fetched:
        time.sleep(pause)
        return source.daily(symbol, start)

    try:
        with closing(Store(url, bundle_of_many)) as store:
            return refresh(store, instruments(*MANY), dataclasses.replace(source, daily=slowly)).status
    except EventStudyError as error:
        return str(error)


def report_refresh(url: str, level: float, pause: float, together: Barrier, answer: Connection) -> None:
    """Refresh at the same moment as the others, and tell how it went."""
    together.wait()
    answer.send(refresh_to(url, level, pause))


def read_until(url: str, stop: Event, answer: Connection) -> None:
    """Read the newest snapshot again and again; tell how often, and how often it was torn."""
    store, reads, torn = Store(url, bundle_of_many), 0, 0
    while not stop.is_set():
        reads, torn = reads + 1, torn + (len(levels(store)) != 1)
        time.sleep(0.05)
    answer.send((reads, torn))
