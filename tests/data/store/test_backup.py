"""A backup is one state of the store, whatever is written meanwhile; restoring loses nothing."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from analysis.market.errors import DataError, StoreError
from data.store.backup import backup, restore
from data.store.database import Database
from data.store.store import Store
from tests.data.prices import bars, contents, daily, market

FIRST_EDITION = Path(__file__).parent / "first_edition.db"
WRITES = """
import sys, time, sqlite3
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("begin immediate")
connection.execute("delete from holdings")
connection.execute("delete from snapshots")
print("inside", flush=True)
time.sleep(600)
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/prices.db"


@pytest.fixture
def store(url: str) -> Store:
    """A store with two snapshots and an own event."""
    store = Store(url, market)
    store.write_snapshot(contents(daily("AAA", bars(7.0))), store.latest())
    with store.database.writing() as connection:
        connection.exec_driver_sql(
            "insert into own_events (id, slug, name, text, version, created, changed, secret)"
            " values ('own-1', 'mine', 'Mine', '', 1, '', '', '')"
        )
    return store


def held(file: Path) -> tuple[int, int, int]:
    with closing(sqlite3.connect(file)) as connection:
        tables = ("snapshots", "holdings", "own_events")
        counts = [connection.execute(f"select count(*) from {table}").fetchone()[0] for table in tables]
    return counts[0], counts[1], counts[2]


def test_a_backup_while_somebody_writes_and_is_killed_is_the_state_before(
    store: Store, url: str, tmp_path: Path
) -> None:
    whole, file = held(tmp_path / "prices.db"), tmp_path / "prices.db"
    writer = subprocess.Popen([sys.executable, "-c", WRITES, str(file)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout
    with writer.stdout as said:
        assert said.readline() == "inside\n"
        assert backup(tmp_path / "during.db", url) == 2
        writer.kill()
        writer.wait()
    backup(tmp_path / "after.db", url)
    assert held(tmp_path / "during.db") == held(tmp_path / "after.db") == whole == (2, 6, 1)


def test_a_backup_comes_back_with_own_events_and_what_was_there_is_kept(
    store: Store, url: str, tmp_path: Path
) -> None:
    backup(tmp_path / "copy.db", url)
    store.write_snapshot(contents(daily("AAA", bars(9.0))), store.latest())
    kept = restore(tmp_path / "copy.db", url)
    assert kept is not None
    assert held(kept)[0] >= 3
    assert store.latest().number >= 2  # one that was open reads on
    assert held(tmp_path / "prices.db")[2] == 1


def test_a_backup_is_one_file_and_reading_it_leaves_nothing_beside_it(
    store: Store, url: str, tmp_path: Path
) -> None:
    out = tmp_path / "kept" / "backup.db"
    out.parent.mkdir()
    backup(out, url)
    restore(out, url)
    assert list(out.parent.iterdir()) == [out]


def test_a_damaged_store_is_replaced_and_kept(store: Store, url: str, tmp_path: Path) -> None:
    backup(tmp_path / "copy.db", url)
    (tmp_path / "prices.db").write_bytes(b"no database" * 500)
    kept = restore(tmp_path / "copy.db", url)
    assert kept is not None
    assert kept.read_bytes().startswith(b"no database")
    assert Store(url).latest()


def test_what_was_kept_is_never_written_over(store: Store, url: str, tmp_path: Path) -> None:
    backup(tmp_path / "copy.db", url)
    first, second = restore(tmp_path / "copy.db", url), restore(tmp_path / "copy.db", url)
    assert first is not None
    first.unlink()
    assert restore(tmp_path / "copy.db", url) not in (first, second)


def test_bars_that_are_not_what_was_written_make_no_backup_and_no_store(
    store: Store, url: str, tmp_path: Path
) -> None:
    backup(tmp_path / "copy.db", url)
    with closing(sqlite3.connect(tmp_path / "copy.db")) as connection, connection:
        connection.execute("update series set payload = x'00' where rowid = 1")
    with pytest.raises(DataError, match=r"copy\.db is damaged"):
        restore(tmp_path / "copy.db", url)
    with pytest.raises(DataError, match=r"copy\.db is damaged"):
        backup(tmp_path / "again.db", f"sqlite:///{tmp_path / 'copy.db'}")
    assert not list(tmp_path.glob("again*"))


@pytest.mark.parametrize("content", [b"", b"no database" * 500])
def test_what_is_no_backup_changes_nothing(store: Store, url: str, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.db").write_bytes(content)
    before = held(tmp_path / "prices.db")
    with pytest.raises(DataError, match=r"bad\.db"):
        restore(tmp_path / "bad.db", url)
    with pytest.raises(DataError, match="there is no such file"):
        restore(tmp_path / "none.db", url)
    assert held(tmp_path / "prices.db") == before


def test_a_file_that_is_there_is_not_written_over(store: Store, url: str, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("mine")
    with pytest.raises(DataError, match="name a new file"):
        backup(tmp_path / "copy.db", url)
    assert (tmp_path / "copy.db").read_text() == "mine"


def test_nothing_is_restored_under_a_refresh(store: Store, url: str, tmp_path: Path) -> None:
    backup(tmp_path / "copy.db", url)
    with Database(url).lock("refresh").attempt(), pytest.raises(StoreError, match="a refresh is running"):
        restore(tmp_path / "copy.db", url)


def test_a_store_of_the_first_edition_is_brought_up_to_date(url: str, tmp_path: Path) -> None:
    file = Path(shutil.copy(FIRST_EDITION, tmp_path / "old.db"))
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("select id, sha256 from snapshots order by number").fetchall()
    restore(file, url)
    with closing(Store(url)) as opened:
        known = {snapshot.id: snapshot.sha256 for snapshot in opened.snapshots()}
        assert rows
        assert dict(rows).items() <= known.items()
        first = opened.snapshot(rows[0][0])
        assert all(len(opened.frame(one)) == one.rows for one in opened.holdings(first))


@pytest.mark.postgres
def test_postgresql_is_left_to_its_own_tools(postgres: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="pg_restore"):
        restore(tmp_path / "copy.db", postgres)
