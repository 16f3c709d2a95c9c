"""SIGKILL while a snapshot is written: the store is what it was or the new one, exactly, and goes on."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from data.store.schema import FINDINGS, HOLDINGS, SERIES, SNAPSHOTS
from data.store.store import Store
from tests.chaos.killed import COMMIT, COMMITTED, write_and_wait
from tests.data.workers import PROCESSES, bundle_of_many, levels, refresh_to

PATIENCE = 120
TABLES = (SNAPSHOTS, HOLDINGS, FINDINGS, SERIES)

Rows = dict[str, set[Any]]


def until(url: str, level: float, point: int | None) -> list[str]:
    """Let a process write up to a point, and kill it there; what it had done."""
    here, there = PROCESSES.Pipe(duplex=False)
    child = PROCESSES.Process(target=write_and_wait, args=(url, level, point, there))
    child.start()
    assert here.poll(PATIENCE)
    done: list[str] = here.recv()
    if point is not None:
        child.kill()
    child.join()
    return done


def rows(store: Store) -> Rows:
    """Everything that the tables of the prices hold."""
    with store.database.reading() as connection:
        return {table.name: set(map(str, connection.execute(sa.select(table)))) for table in TABLES}


def more(before: Rows, after: Rows) -> dict[str, int]:
    """How many rows came to each table; none may be gone or changed."""
    assert all(before[name] <= after[name] for name in before)
    return {name: len(after[name] - before[name]) for name in before}


def killed_at(url: str, points: Callable[[list[str]], Sequence[int]]) -> list[str]:
    """Kill at points of what a refresh writes; what its last statements were.

    The store is new when the first commit has been made, and not a moment before: there is one.
    """
    with closing(Store(url, bundle_of_many)) as store:
        empty, whole = rows(store), until(url, 1.0, None)
        snapshot, nothing = more(empty, rows(store)), dict.fromkeys(empty, 0)
        last = []
        for number, point in enumerate(points(whole)):
            before, held = rows(store), {each.id: levels(store, each.id) for each in store.snapshots()}
            done = until(url, 10.0 + number, point)
            last.append(done[-1])
            assert done == whole[: point + 1]
            is_new = COMMITTED in done
            assert more(before, rows(store)) == (snapshot if is_new else nothing), done
            assert {each: levels(store, each) for each in held} == held
            assert levels(store) == ({10.0 + number} if is_new else held[next(iter(held))])
            store.close_left_run()
            run = store.runs(1)[0]
            assert (run.status, run.message.split(":")[0]) == ("failed", "ended without a word") or (
                is_new and run.status == "fresh"
            )
            _is_sound(store)
        assert refresh_to(url, 77.0) == "fresh"
        assert levels(store) == {77.0}
    return last


def _is_sound(store: Store) -> None:
    if store.database.file:
        with closing(sqlite3.connect(store.database.file)) as connection:
            assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
            assert connection.execute("pragma foreign_key_check").fetchall() == []


def around_the_commit(whole: list[str]) -> list[int]:
    """In the middle of the transaction, and right before and after its end."""
    commit = whole.index(COMMIT)
    return [commit // 2, commit, commit + 1]


def everywhere(whole: list[str]) -> list[int]:
    """Ten points along all that is written, and around every commit."""
    along = np.rint(np.linspace(0, len(whole) - 1, 10)).astype(int).tolist()
    commits = [place for place, what in enumerate(whole) if what in (COMMIT, COMMITTED)]
    return sorted({*along, *commits})


def test_killed_in_the_middle_and_on_both_sides_of_the_commit(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    file = tmp_path_factory.mktemp("killed") / "prices.db"
    assert killed_at(f"sqlite:///{file}", around_the_commit)[1:] == [COMMIT, COMMITTED]


@pytest.mark.chaos
def test_kills_along_all_that_is_written_and_around_every_commit(url: str) -> None:
    last = killed_at(url, everywhere)
    print(f"{len(last)} kills:", last)
    assert len(last) >= 10
