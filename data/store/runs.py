"""The record of refreshes: started, how far, how it ended; seen by every process while it runs."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import sqlalchemy as sa

from data.store.database import Database
from data.store.place import stamp
from data.store.schema import RUNS

KEPT_RUNS = 500
REMEMBERED_RUNS = 100  # a symbol that none of them asked for is no longer wanted
NOTE_SECONDS = 0.5
NEVER = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)  # began a run whose record does not say when
KEPT_BARS = ("kept the previous bars", "no bars")  # how sentences of earlier versions begin


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a symbol in a refresh.

    Parameters
    ----------
    answer : str
        What names an answer that was refused; empty if there was none.
    days : sequence of str
        On which the source has given that answer, ISO.
    changes : sequence of (session, field, old, new)
        What taken bars have otherwise than the snapshot before; `new` is None where the session is gone.
    notice : str
        What stands open although bars were taken.
    """

    sentence: str
    fresh: bool = True
    answer: str = ""
    days: Sequence[str] = ()
    changes: Sequence[tuple[str, str, float, float | None]] = ()
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One refresh: `status` is ``running``, ``fresh``, ``partly``, ``nothing`` or ``failed``.

    `results` says what happened to each symbol; `done` of `total` symbols were tried.
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
    results: Mapping[str, Result]


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
        self, number: int, status: str, message: str, snapshot: str | None,
        results: Mapping[str, Result],
        now: dt.datetime,
    ) -> None:  # fmt: skip
        """Close a run."""
        self._update(
            number,
            done=len(results),
            status=status,
            message=message,
            snapshot=snapshot,
            results={symbol: asdict(result) for symbol, result in results.items()},
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
    try:
        read: dict[str, Any] = {"results": {symbol: _result(said) for symbol, said in row["results"].items()}}
    except (AttributeError, TypeError):
        read = {"results": {}, "message": "its record is damaged"}
    moments = {"started": _moment(row["started"]) or NEVER, "finished": _moment(row["finished"])}
    return Run(**{**row, **moments, **read})


def _result(said: str | Mapping[str, Any]) -> Result:
    """A result as its run has it; earlier versions kept the sentence alone."""
    return Result(said, not said.startswith(KEPT_BARS)) if isinstance(said, str) else Result(**said)


def last_results(newest_first: Sequence[Run]) -> dict[str, Result]:
    """The last result of each symbol; one that could not be fetched leaves what was refused before."""
    last: dict[str, Result] = {}
    for run in reversed(newest_first):
        for symbol, result in run.results.items():
            before = last.get(symbol)
            if before and not result.fresh and not result.answer:
                result = replace(result, answer=before.answer, days=before.days)
            last[symbol] = result
    return last


def open_reasons(newest_first: Sequence[Run]) -> dict[str, str]:
    """Why symbols are not all fresh, by symbol, until a refresh takes their bars and has nothing to add."""
    reasons = {
        symbol: last.notice if last.fresh else last.sentence
        for symbol, last in last_results(newest_first).items()
    }
    return {symbol: reason for symbol, reason in reasons.items() if reason}


def _moment(text: str | None) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
