"""What can go wrong around a refresh, and that no good snapshot is ever lost."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from analysis.market.errors import DataError
from data.refresh.refresh import refresh
from data.store.series import pack
from data.store.store import Store
from tests.data.prices import SYMBOLS, bars, feed, instruments, level, market
from tests.data.workers import PROCESSES, bundle_of_many, levels, read_until, refresh_to, report_refresh

pytestmark = pytest.mark.slow


@pytest.fixture
def many(url: str) -> Iterator[Store]:
    """A store of more symbols, that other processes refresh and read."""
    with closing(Store(url, bundle_of_many)) as opened:
        yield opened


@pytest.mark.chaos
def test_killed_at_ten_random_points_the_store_is_whole_and_shows_a_good_snapshot(
    many: Store, url: str
) -> None:
    began = time.monotonic()
    assert refresh_to(url, 0.5) == "fresh"
    takes, shown, moments = time.monotonic() - began, {100.0, 0.5}, random.Random(20250127)
    for attempt in range(10):
        child = PROCESSES.Process(target=refresh_to, args=(url, float(attempt)))
        child.start()
        child.join(moments.uniform(0.1, 1.2) * takes)
        child.kill()
        child.join()
        child.close()
        shown.add(float(attempt))
        assert many.snapshots()[-1].id == "bundled-20250130"
        for snapshot in many.snapshots():
            seen = levels(many, snapshot.id)
            assert len(seen) == 1
            assert seen <= shown
    assert refresh_to(url, 77.0) == "fresh"
    assert levels(many) == {77.0}
    assert [run.status for run in many.runs(1)] == ["fresh"]
    if many.database.file:
        with sqlite3.connect(many.database.file) as connection:
            assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
        connection.close()


def test_two_refreshes_at_once_one_works_and_one_says_who(many: Store, url: str) -> None:
    together, answers = PROCESSES.Barrier(2), []
    for number in range(2):
        here, there = PROCESSES.Pipe(duplex=False)
        PROCESSES.Process(target=report_refresh, args=(url, float(number), 0.4, together, there)).start()
        answers.append(here)
    first, second = sorted(answer.recv() for answer in answers)
    assert "is already running (pid " in first
    assert second == "fresh"


def test_eight_readers_see_no_torn_snapshot_during_fifty_refreshes(many: Store, url: str) -> None:
    stop, answers = PROCESSES.Event(), []
    for _ in range(8):
        here, there = PROCESSES.Pipe(duplex=False)
        PROCESSES.Process(target=read_until, args=(url, stop, there)).start()
        answers.append(here)
    statuses = {refresh_to(url, float(number)) for number in range(50)}
    stop.set()
    reads, torn = zip(*(answer.recv() for answer in answers), strict=True)
    print(f"{sum(reads)} reads during 50 refreshes, {sum(torn)} torn")
    assert statuses == {"fresh"}
    assert min(reads) > 0
    assert sum(torn) == 0
    assert levels(many) == {49.0}


def test_a_reader_does_not_wait_for_a_writer(store: Store) -> None:
    with store.database.writing() as connection:
        connection.exec_driver_sql("delete from findings")
        began = time.monotonic()
        assert level(store, "AAA") == 100.0
        assert time.monotonic() - began < 1.0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk takes root")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_a_full_disk_is_one_line_and_loses_nothing(small_disk: Path) -> None:
    store = Store(f"sqlite:///{small_disk}/prices.db", market)
    ballast = small_disk / "ballast"
    _fill(ballast)
    with pytest.raises(DataError, match="the disk is full; nothing was changed"):
        refresh(store, instruments(), feed({symbol: bars(7.0, 5000) for symbol in SYMBOLS}))
    assert [level(store, symbol) for symbol in SYMBOLS] == [100.0] * 3
    ballast.unlink()
    assert (
        refresh(store, instruments(), feed({symbol: bars(7.0, 5000) for symbol in SYMBOLS})).status == "fresh"
    )


def _fill(file: Path) -> None:
    with file.open("wb", buffering=0) as handle:
        try:
            while handle.write(bytes(4096)):
                pass
        except OSError:
            return


def test_a_read_only_store_is_shown_and_says_that_it_cannot_be_written(small_disk: Path) -> None:
    Store(f"sqlite:///{small_disk}/prices.db", market)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    store = Store(f"sqlite:///{small_disk}/prices.db", market)
    assert level(store, "AAA") == 100.0
    with pytest.raises(DataError, match="cannot be written: check the permissions"):
        refresh(store, instruments(), feed({}))
    with pytest.raises(DataError, match="cannot be written: check the permissions"):
        Store(f"sqlite:///{small_disk}/another.db", market)


def test_a_folder_without_permission_is_one_line(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("nothing is forbidden to root")
    tmp_path.chmod(0o500)
    with pytest.raises(DataError, match="cannot be written: check the permissions"):
        Store(f"sqlite:///{tmp_path}/prices.db", market)


@pytest.mark.parametrize("damaged", ["the list of tables", "bars"])
def test_damaged_pages_are_one_line(tmp_path: Path, damaged: str) -> None:
    file = tmp_path / "prices.db"
    Store(f"sqlite:///{file}", market)
    content = bytearray(file.read_bytes())
    place = 100 if damaged == "the list of tables" else content.index(pack(bars(100.0))[1][:64])
    content[place : place + 64] = bytes(64)
    file.write_bytes(content)
    with pytest.raises(DataError, match="damaged"):
        level(Store(f"sqlite:///{file}", market), "AAA")
