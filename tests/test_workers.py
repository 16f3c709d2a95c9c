"""Several workers of a web server on one store: one refresh, one leader, and an heir."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from data.store.store import Store
from tests.standin.server import StandIn

ROOT = Path(__file__).parents[1]
PATIENCE = 300.0  # a busy machine takes minutes to start three workers


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path}/prices.db")


@pytest.fixture
def workers(tmp_path: Path, store: Store, yahoo: StandIn) -> Iterator[None]:
    """Three workers that refresh from a stand-in as soon as they start."""
    settings = {
        "AFTERSHOCK_DATABASE_URL": f"sqlite:///{store}",
        "AFTERSHOCK_REFRESH_EVERY": "24h",
        "AFTERSHOCK_FETCH_PAUSE": "0",
        "AFTERSHOCK_FETCH_JITTER": "0",
        "AFTERSHOCK_FETCH_ATTEMPTS": "1",
        "AFTERSHOCK_FETCH_CACHE": str(tmp_path),
    }
    command = ["gunicorn", "--workers", "3", "--bind", "127.0.0.1:0", "--no-control-socket", "app:server"]
    with subprocess.Popen(
        [sys.executable, "-m", *command], cwd=ROOT, env=os.environ | settings, stderr=subprocess.DEVNULL
    ) as server:
        try:
            yield
        finally:
            server.terminate()


def soon(condition: Callable[[], bool]) -> bool:
    """Whether something becomes true within `PATIENCE` seconds."""
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


@pytest.mark.slow
@pytest.mark.usefixtures("workers")
def test_one_worker_refreshes_and_another_takes_over_when_it_is_killed(store: Store) -> None:
    lock = store.database.lock("leader")
    assert soon(lambda: any(run.finished for run in store.runs()))
    leader = lock.holder()
    os.kill(int(leader.split()[1]), signal.SIGKILL)
    assert soon(lambda: lock.holder() != leader)
    assert [run.started_by for run in store.runs()] == ["schedule"]
