"""Two workers of gunicorn, the leader of which is killed in a refresh: the other one makes it."""

from __future__ import annotations

import datetime as dt
import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from data.bundled.bundle import bundled_market
from data.catalogue.dossiers import dossiers
from data.store.store import Store
from tests.serving import served
from tests.standin import StandIn, listing_of
from tests.waiting import soon


@pytest.mark.chaos
def test_a_leader_that_dies_in_a_refresh_is_replaced_and_the_refresh_is_made(
    tmp_path: Path, yahoo: StandIn
) -> None:
    bundled = bundled_market(dossiers()["deepseek-2025-01-27"].instruments[:1])
    yahoo.listings = {
        symbol: listing_of(bundled.instruments[symbol], history.bars)
        for symbol, history in bundled.histories.items()
    }
    yahoo.delay = 0.3
    file = tmp_path / "prices.db"
    store = Store(f"sqlite:///{file}")
    held = [snapshot.id for snapshot in store.snapshots()]
    with served(file, AFTERSHOCK_REFRESH_EVERY="24h"):
        lock = store.database.lock("refresh")
        assert soon(lambda: any(run.status == "running" and run.done for run in store.runs(1)))
        leader = lock.holder()
        os.kill(int(leader.split()[1]), signal.SIGKILL)
        yahoo.delay = 0.0
        assert soon(lambda: store.database.lock("leader").holder() not in (leader, "another process"))
        assert soon(lambda: store.runs(1)[0].status == "failed")
        assert [snapshot.id for snapshot in store.snapshots()] == held
        _an_hour_passes(file)
        assert soon(lambda: bool(store.runs(1)[0].finished))
    first, second = reversed(store.runs())
    assert "killed or crashed" in first.message
    assert (second.started_by, second.status) == ("schedule", "partly")
    assert [run for run in second.results.values() if run.fresh]
    store.close()


def _an_hour_passes(file: Path) -> None:
    """The failed run lies further back: what brought nothing is tried again after an hour."""
    began = dt.datetime.now(dt.timezone.utc) - dt.timedelta(hours=2)
    with closing(sqlite3.connect(file, timeout=30)) as connection:
        connection.execute("update runs set started = ?", [f"{began:%Y-%m-%dT%H:%M:%SZ}"])
        connection.commit()
