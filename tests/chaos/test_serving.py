"""The store fails in every way under a serving gunicorn: 503 in words, and well again without a restart."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from data.store.store import Store
from tests.serving import ask, served
from tests.waiting import soon

PAGES = ("/", "/data", "/e/deepseek-2025-01-27/", "/e/deepseek-2025-01-27/reaction", "/compare")


def _newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("update schema_version set version = 99")
        connection.commit()


def _without_tables(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("drop table snapshots")
        connection.commit()


def _a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _cut(file: Path) -> None:
    os.truncate(file, 5000)


FAULTS: Mapping[str, Callable[[Path], object]] = {
    "truncated": _cut,
    "emptied": lambda file: os.truncate(file, 0),
    "deleted": lambda file: file.unlink(),
    "replaced": lambda file: file.write_bytes(b"no database" * 1000),
    "newer": _newer,
    "without tables": _without_tables,
    "a folder": _a_folder,
}


@pytest.mark.chaos
def test_pages_say_so_and_come_back(tmp_path: Path) -> None:
    file, whole = tmp_path / "store" / "prices.db", tmp_path / "whole.db"
    file.parent.mkdir()
    with closing(Store(f"sqlite:///{file}")) as store, closing(sqlite3.connect(file)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
        assert store.latest()
    shutil.copy(file, whole)
    with served(file, AFTERSHOCK_REFRESH_EVERY="off") as address:
        assert soon(lambda: all(ask(address + page)[0] == 200 for page in PAGES))
        for name, spoil in FAULTS.items():
            _clear(file.parent, ("-wal", "-shm"))
            spoil(file)
            _all_fail_in_words(address, name, str(tmp_path))
            _clear(file.parent, ("", "-wal", "-shm"))
            shutil.copy(whole, file)
            assert soon(lambda: all(ask(address + page)[0] == 200 for page in PAGES)), name
    log = file.with_name("server.log").read_text()
    assert log.count("Booting worker") == 2
    assert "Traceback" not in log


def _clear(folder: Path, suffixes: tuple[str, ...]) -> None:
    for suffix in suffixes:
        path = folder / f"prices.db{suffix}"
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)


def _all_fail_in_words(address: str, name: str, private: str) -> None:
    """Every page is a 503 with a sentence for people, from both workers; the process is alive."""
    assert soon(lambda: ask(address + PAGES[0])[0] == 503), name
    time.sleep(1.5)  # what is asked once a second is asked anew
    for page in PAGES * 3:
        status, text = ask(address + page)
        assert status == 503, (name, page, status)
        assert private not in text
        assert "Traceback" not in text
    assert ask(f"{address}/health", 10)[0] == 200
    assert ask(f"{address}/ready")[0] == 503
