"""A database that stops to answer is an error in good time, and is used again when it answers."""

from __future__ import annotations

import itertools
import os
import signal
import time
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from analysis.market.errors import StoreError
from data.store.patience import Bounded
from data.store.store import Store
from tests.data.prices import market

STAT = Path("/proc/self/stat")
_numbers = itertools.count(1)


def test_an_empty_file_is_not_made_a_store(tmp_path: Path) -> None:
    file = tmp_path / "prices.db"
    file.touch()
    with pytest.raises(StoreError, match="the file is empty; restore a backup"):
        Store(f"sqlite:///{file}", market)
    assert file.stat().st_size == 0


def test_a_store_that_is_gone_is_not_made_anew_under_its_user(tmp_path: Path) -> None:
    file = tmp_path / "prices.db"
    store = Store(f"sqlite:///{file}", market)
    for path in tmp_path.iterdir():
        path.unlink()
    with pytest.raises(StoreError, match="the file is gone"):
        store.latest()
    assert not file.exists()


def test_a_store_that_is_emptied_stays_empty_under_its_user_and_is_refused_after_it(tmp_path: Path) -> None:
    file = tmp_path / "prices.db"
    store = Store(f"sqlite:///{file}", market)
    for path in tmp_path.glob("prices.db-*"):
        path.unlink()
    file.write_bytes(b"")
    for again in (store.latest, lambda: Store(f"sqlite:///{file}", market)):
        with pytest.raises(StoreError, match="the file is empty; restore a backup"):
            again()
    assert file.stat().st_size == 0


@pytest.fixture
def postgresql(postgres: str) -> str:
    """Address of a database that nobody used before."""
    name = f"faults{next(_numbers)}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"create database {name}")
    return postgres.replace("/postgres?", f"/{name}?")


@pytest.mark.postgres
@pytest.mark.skipif(not STAT.exists(), reason="finds the processes of the server in /proc")
def test_a_frozen_server_is_an_error_in_good_time(postgresql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Bounded, "limit", 0.5)
    monkeypatch.setattr("data.store.database.ANSWER_SECONDS", 2.0)
    with closing(Store(postgresql, market)) as store:
        with store.database.reading() as connection:
            backend = connection.scalar(sa.text("select pg_backend_pid()"))
        processes = (backend, _parent(backend))
        began = time.monotonic()
        try:
            _tell(processes, signal.SIGSTOP)
            with pytest.raises(
                StoreError, match="no answer within"
            ):  # of the open connection: no new one is tried
                store.latest()
            assert time.monotonic() - began < 60  # for ever otherwise
        finally:
            _tell(processes, signal.SIGCONT)
        assert store.latest().id == "bundled-20250130"


@pytest.mark.postgres
def test_a_statement_that_takes_too_long_is_ended(postgresql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.store.database.ANSWER_SECONDS", 0.5)
    with closing(Store(postgresql, market)) as store:
        with pytest.raises(StoreError, match="statement timeout"), store.database.reading() as connection:
            connection.execute(sa.text("select pg_sleep(60)"))
        assert store.latest().id == "bundled-20250130"


def _parent(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def _tell(processes: tuple[int, ...], what: signal.Signals) -> None:
    for process in processes:
        os.kill(process, what)
