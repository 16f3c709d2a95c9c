"""SIGKILL inside the transaction that writes a snapshot: nothing is lost or torn, and the next one works."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing

import numpy as np
import pytest

from data.store.store import Store
from tests.chaos.killed import COMMIT, write_and_wait
from tests.data.workers import PROCESSES, bundle_of_many, levels, refresh_to

PATIENCE = 120


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


def killed_at(url: str, points: Sequence[float]) -> set[str]:
    """Kill at points of the transaction, 0 its first bars and 1 its commit; what the last statements were."""
    with closing(Store(url, bundle_of_many)) as store:
        whole = until(url, 1.0, None)
        assert whole[-1] == COMMIT
        before, last = {each.id: levels(store, each.id) for each in store.snapshots()}, set()
        for number, point in enumerate(np.rint(np.array(points) * (len(whole) - 1)).astype(int).tolist()):
            done = until(url, 10.0 + number, point)
            last.add(done[-1])
            assert done == whole[: point + 1]
            assert {each.id: levels(store, each.id) for each in store.snapshots()} == before
            store.close_left_run()
            assert (store.runs(1)[0].status, store.runs(1)[0].message.split(":")[0]) == (
                "failed",
                "ended without a word",
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


def test_killed_before_the_commit_and_in_the_middle(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("killed") / "prices.db"
    assert COMMIT in killed_at(f"sqlite:///{file}", (0.5, 1.0))


@pytest.mark.chaos
def test_ten_kills_along_the_transaction(url: str) -> None:
    last = killed_at(url, np.linspace(0, 1, 10).tolist())
    assert {"INSERT INTO series", "INSERT INTO holdings", COMMIT} <= last
