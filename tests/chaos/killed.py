"""A refresh that waits at a point inside its write transaction until somebody kills it."""

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

COMMIT = "commit"


def write_and_wait(url: str, level: float, point: int | None, here: Connection) -> None:
    """Refresh all symbols to one level, and wait after statement `point` of the transaction that writes it.

    The transaction begins to count with its first bars. Tells what was done before it waits: the statements'
    first words, the last of them ``commit``. Without a point it does not wait.
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
            if done:
                stop(COMMIT)
                if point is None:
                    here.send(done[: done.index(COMMIT) + 1])

        refresh(store, instruments(*MANY), feed({symbol: bars(level, SESSIONS + 200) for symbol in MANY}))
