"""The record of refreshes: started, how far, how it ended; seen by every process while it runs."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from data.store.database import Database
from data.store.schema import RUNS
from data.store.snapshots import stamp

KEPT_RUNS = 500
NOTE_SECONDS = 0.5
NEVER = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)  # began a run whose record does not say when


@dataclass(frozen=True, slots=True)
class Run:
    """One refresh: `status` is ``running``, ``fresh``, ``partly``, ``nothing`` or ``failed``.

    `results` says in words what happened to each symbol; `done` of `total` symbols were tried.
    """

    number: int
    started_by: str
    started: dt.datetime
    finished: dt.datetime | None
    status: str
    done: int
    total: int
    message: str
    snapshot: str | None
    results: Mapping[str, str]


class RunLog:
    """Writes down one refresh after another; use it while holding the refresh lock."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._noted = -NOTE_SECONDS

    def start(self, started_by: str, total: int, now: dt.datetime) -> int:
        """Open a run and return its number."""
        self.close_left()
        values = {"started_by": started_by, "started": stamp(now), "status": "running", "total": total}
        with self._database.writing() as connection:
            query = sa.insert(RUNS).values(**values, done=0, message="", results={}).returning(RUNS.c.number)
            number: int = connection.execute(query).scalar_one()
            connection.execute(sa.delete(RUNS).where(RUNS.c.number <= number - KEPT_RUNS))
        return number

    def close_left(self) -> None:
        """Mark runs that a killed process left open."""
        left = sa.update(RUNS).where(RUNS.c.status == "running")
        with self._database.writing() as connection:
            connection.execute(
                left.values(status="failed", message="ended without a word: killed or crashed")
            )

    def progress(self, number: int, done: int, message: str) -> None:
        """Note how many symbols were tried and what happened to the last: at most twice a second."""
        now = time.monotonic()
        if now - self._noted >= NOTE_SECONDS:
            self._update(number, done=done, message=message)
            self._noted = now

    def finish(
        self, number: int, status: str, message: str, snapshot: str | None, results: Mapping[str, str],
        now: dt.datetime,
    ) -> None:  # fmt: skip
        """Close a run."""
        self._update(
            number,
            done=len(results),
            status=status,
            message=message,
            snapshot=snapshot,
            results=dict(results),
            finished=stamp(now),
        )

    def _update(self, number: int, **values: object) -> None:
        with self._database.writing() as connection:
            connection.execute(sa.update(RUNS).where(RUNS.c.number == number).values(**values))


def runs(connection: sa.Connection, limit: int) -> tuple[Run, ...]:
    """The last runs, newest first."""
    rows = connection.execute(sa.select(RUNS).order_by(RUNS.c.number.desc()).limit(limit)).mappings()
    return tuple(map(_run, rows))


def _run(row: Any) -> Run:
    """The run that a row describes; where it is damaged, that is what its message says."""
    results = row["results"]
    damaged = {} if isinstance(results, dict) else {"results": {}, "message": "its record is damaged"}
    moments = {"started": _moment(row["started"]) or NEVER, "finished": _moment(row["finished"])}
    return Run(**{**row, **moments, **damaged})


def _moment(text: str | None) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
