"""A refresh that waits at a point of what it writes until somebody kills it."""

from __future__ import annotations

import threading
from contextlib import closing
from multiprocessing.connection import Connection
from typing import Any

import sqlalchemy as sa

from data.refresh.refresh import refresh
from data.store.store import Store
from tests.data.prices import SESSIONS, bars, feed, instruments
from tests.data.workers import MANY, bundle_of_many

COMMIT, COMMITTED = "commit", "committed"  # before and after


def write_and_wait(url: str, level: float, point: int | None, here: Connection) -> None:
    """Refresh all symbols to one level, and wait at a point of what is written from the first bars on.

    Points are after each statement, before each commit and after it. Tells what was done before it waits, by
    the statements' first words; without a point it does not wait, and tells all.
    """
    with closing(Store(url, bundle_of_many)) as store:
        done: list[str] = []

        def stop(what: str) -> None:
            if done or what == "INSERT INTO series":
                done.append(what)
                if len(done) - 1 == point:
                    here.send(done)
                    threading.Event().wait()

        engine = store.database._engine

        @sa.event.listens_for(engine, "after_cursor_execute")
        def executed(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            stop(" ".join(statement.split()[:3]))

        @sa.event.listens_for(engine, "commit")
        def committing(connection: Any) -> None:
            stop(COMMIT)

        @sa.event.listens_for(engine, "checkin")
        def given_back(*connection: Any) -> None:
            if done[-1:] == [COMMIT]:
                stop(COMMITTED)

        series = {symbol: bars(level, SESSIONS + 200) for symbol in MANY}
        for number, symbol in enumerate(MANY):
            series[symbol]["volume"] += number  # no two are one series
        refresh(store, instruments(*MANY), feed(series))
        if point is None:
            here.send(done)
