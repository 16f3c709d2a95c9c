"""The store keeps what it is given, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from analysis.market.errors import DataError, UnknownNameError
from data.store import schema
from data.store.database import Database
from data.store.series import pack, unpack
from data.store.store import Store, restore
from tests.data.prices import NOW, bars, contents, daily, instruments, market


class TestSeries:
    def test_numbers_come_back_as_they_were(self) -> None:
        frame = bars()
        frame.iloc[3, 2] = np.nan
        pd.testing.assert_frame_equal(unpack(*pack(frame), "AAA"), frame, check_freq=False)

    def test_hours_keep_their_zone(self) -> None:
        hours = pd.date_range("2025-01-27T14:30", periods=7, freq="h", tz="UTC").as_unit("s")
        frame = pd.DataFrame({"close": np.arange(7.0)}, index=hours)
        pd.testing.assert_frame_equal(unpack(*pack(frame), "AAA"), frame, check_freq=False)

    def test_same_numbers_have_the_same_name_and_others_another(self) -> None:
        assert pack(bars(100.0))[0] == pack(bars(100.0))[0] != pack(bars(100.01))[0]

    def test_a_changed_byte_is_noticed(self) -> None:
        sha256, payload = pack(bars())
        for place in (0, len(payload) // 2, len(payload) - 1):
            damaged = bytearray(payload)
            damaged[place] ^= 1
            with pytest.raises(DataError, match="AAA: the stored bars are damaged"):
                unpack(sha256, bytes(damaged), "AAA")


class TestFirstUse:
    def test_the_store_starts_with_the_bundled_prices(self, store: Store) -> None:
        assert [snapshot.id for snapshot in store.snapshots()] == ["bundled-20250130"]
        held = store.market(instruments())
        assert set(held.histories) == {"AAA", "BBB", "CCC"}
        pd.testing.assert_frame_equal(held.histories["AAA"].bars, bars(), check_freq=False, check_names=False)
        assert held.provenance.as_of == dt.date(2025, 1, 29)

    def test_opening_again_changes_nothing(self, store: Store, url: str) -> None:
        with closing(Store(url, market)) as again:
            assert again.snapshots() == store.snapshots()

    def test_a_later_release_brings_its_new_symbols(self, store: Store, url: str) -> None:
        live = store.write_snapshot(contents(daily("AAA", bars(7.0))), store.latest())
        with closing(Store(url, lambda: market("AAA", "BBB", "NEW", snapshot="bundled-again", level=50.0))):
            held = store.market(instruments("AAA", "BBB", "NEW")).histories
        assert store.latest().number == live.number + 1
        assert {symbol: held[symbol].bars["close"].iloc[-1] for symbol in held} == {
            "AAA": 7,
            "BBB": 50,
            "NEW": 50,
        }


class TestSnapshots:
    def test_a_new_snapshot_takes_over_what_it_does_not_replace(self, store: Store) -> None:
        new = store.write_snapshot(contents(daily("AAA", bars(7.0))), store.latest())
        closes = {s: h.bars["close"].iloc[0] for s, h in store.market(instruments()).histories.items()}
        assert store.latest() == new
        assert closes == {"AAA": 7.0, "BBB": 100.0, "CCC": 100.0}

    def test_an_earlier_snapshot_can_be_shown(self, store: Store) -> None:
        store.write_snapshot(contents(daily("AAA", bars(7.0))), store.latest())
        before = store.market(instruments(), "bundled-20250130")
        assert before.histories["AAA"].bars["close"].iloc[0] == 100.0
        assert before.provenance.snapshot == "bundled-20250130"

    def test_an_unknown_snapshot_lists_the_known(self, store: Store) -> None:
        with pytest.raises(UnknownNameError, match=r"unknown snapshot 'bundled-9'.*bundled-20250130"):
            store.market(instruments(), "bundled-9")

    def test_unchanged_bars_are_kept_once(self, store: Store) -> None:
        for level in (7.0, 8.0):
            store.write_snapshot(contents(daily("AAA", bars(level))), store.latest())
        with store.database.reading() as connection:
            assert connection.scalar(sa.select(sa.func.count()).select_from(schema.SERIES)) == 3

    def test_a_clock_set_back_does_not_hide_the_newest(self, store: Store) -> None:
        first = store.write_snapshot(contents(daily("AAA", bars(7.0))), store.latest())
        past = contents(daily("AAA", bars(8.0)), created=NOW - dt.timedelta(days=900))
        assert store.latest() == first
        assert store.write_snapshot(past, first) == store.latest()

    def test_a_failure_half_way_leaves_nothing_behind(self, store: Store) -> None:
        before = store.snapshots()
        with pytest.raises(ValueError, match="could not convert"):
            store.write_snapshot(
                contents(daily("AAA", bars(7.0)), daily("BBB", bars().assign(close="x"))), before[0]
            )
        assert store.snapshots() == before
        with store.database.reading() as connection:
            assert connection.scalar(sa.select(sa.func.count()).select_from(schema.SERIES)) == 1

    def test_the_market_of_a_snapshot_is_built_once(self, store: Store) -> None:
        assert store.market(instruments()) is store.market(instruments())


class TestPrune:
    def test_the_newest_the_bundled_each_month_and_the_last_complete_stay(self, store: Store) -> None:
        for month, complete in ((1, False), (2, True), (2, False), (3, False), (3, False)):
            when = NOW.replace(month=month)
            store.write_snapshot(
                contents(daily("AAA", bars(month)), complete=complete, created=when), store.latest()
            )
        assert set(store.prune(kept=1)) == {"20250303.5"}
        assert {s.id for s in store.snapshots()} == {
            "bundled-20250130",
            "20250103.2",
            "20250203.3",
            "20250203.4",
            "20250303.6",
        }

    def test_the_last_good_one_survives_any_rule(self, store: Store) -> None:
        newest = store.write_snapshot(contents(daily("AAA", bars(7.0))), store.latest())
        store.prune(kept=0)
        assert store.latest() == newest
        assert store.market(instruments()).histories["AAA"].bars["close"].iloc[0] == 7.0

    def test_pruned_bars_leave_the_database(self, store: Store) -> None:
        for level in range(5):
            store.write_snapshot(contents(daily("AAA", bars(level))), store.latest())
        store.prune(kept=1)
        with store.database.reading() as connection:
            assert connection.scalar(sa.select(sa.func.count()).select_from(schema.SERIES)) == 2


class TestSchema:
    def test_an_older_database_is_brought_up_to_date(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def add_note(connection: sa.Connection) -> None:
            connection.execute(sa.text("alter table snapshots add column note text"))

        with store.database.writing() as connection:
            schema.migrate(connection, (*schema.MIGRATIONS, add_note))
            assert "note" in {column["name"] for column in sa.inspect(connection).get_columns("snapshots")}
            assert schema.schema_version(connection) == 2 + len(schema.MIGRATIONS)

    def test_a_newer_database_is_refused(self, store: Store, url: str) -> None:
        with store.database.writing() as connection:
            connection.execute(sa.update(schema.SCHEMA_VERSION).values(version=99))
        with pytest.raises(DataError, match="schema version 99, this program knows 2: update the program"):
            Store(url, market)


class TestAddresses:
    @pytest.mark.parametrize("url", ["mysql://root@host/prices", "sqlite://", "no address"])
    def test_an_address_that_cannot_be_used_is_one_line(self, url: str) -> None:
        with pytest.raises(DataError, match=r"AFTERSHOCK_DATABASE_URL.*use sqlite:////absolute/path"):
            Database(url)

    def test_a_folder_is_no_file(self, tmp_path: Path) -> None:
        for folder in (tmp_path, Path("/")):
            with pytest.raises(DataError, match=f"names the folder {folder}: name a file in it, such as"):
                Database(f"sqlite:///{folder}")

    def test_a_folder_that_cannot_be_made_is_one_line(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(DataError, match=r"the folder .*/file cannot be made .*; name another place in"):
            Database(f"sqlite:///{tmp_path}/file/prices.db")

    def test_a_server_that_does_not_answer_is_one_line(self) -> None:
        with pytest.raises(
            DataError, match=r"store postgresql\+psycopg://me:\*\*\*@127.0.0.1:9/none: connection"
        ):
            Store("postgresql://me:secret@127.0.0.1:9/none", market)


def test_a_damaged_file_is_one_line_and_restored_only_when_asked(tmp_path: Path) -> None:
    file = tmp_path / "prices.db"
    Store(f"sqlite:///{file}", market)
    file.write_bytes(b"no database" * 500)
    with pytest.raises(DataError, match=r"the file is damaged; `python app.py status --restore`"):
        Store(f"sqlite:///{file}", market)
    restored, aside = restore(f"sqlite:///{file}", market)
    assert aside.read_bytes().startswith(b"no database")
    assert restored.latest().id == "bundled-20250130"


def test_a_damaged_page_is_noticed_on_reading(tmp_path: Path) -> None:
    file = tmp_path / "prices.db"
    store = Store(f"sqlite:///{file}", market)
    with sqlite3.connect(file) as connection:
        connection.execute("update series set payload = zeroblob(length(payload))")
    connection.close()
    with pytest.raises(DataError, match=r"AAA \(daily bars\): the stored bars are damaged"):
        store.market(instruments()).histories["AAA"]
