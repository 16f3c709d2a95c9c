"""Several workers of a web server on one store: one refresh, one leader, and an heir."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from data.store.store import Store
from tests.serving import served
from tests.standin.server import StandIn
from tests.waiting import soon


@pytest.fixture
def store(tmp_path: Path, stored: Callable[[Path], str]) -> Store:
    return Store(stored(tmp_path / "prices.db"))


@pytest.fixture
def workers(tmp_path: Path, store: Store, yahoo: StandIn) -> Iterator[None]:
    """Three workers that refresh from a stand-in as soon as they start."""
    with served(tmp_path / "prices.db", workers=3, AFTERSHOCK_REFRESH_EVERY="24h"):
        yield


@pytest.mark.slow
@pytest.mark.usefixtures("workers")
def test_one_worker_refreshes_and_another_takes_over_when_it_is_killed(store: Store) -> None:
    lock = store.database.lock("leader")
    assert soon(lambda: any(run.finished for run in store.runs()))
    leader = lock.holder()
    os.kill(int(leader.split()[1]), signal.SIGKILL)
    assert soon(lambda: lock.holder() != leader)
    assert [run.started_by for run in store.runs()] == ["schedule"]
