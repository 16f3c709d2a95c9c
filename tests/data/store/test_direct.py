"""Prices are read without the database library exactly as the store would give them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from analysis.market.errors import DataError
from analysis.market.prices import Market
from data.catalogue.dossiers import dossier
from data.quality.checks import Finding
from data.refresh.refresh import refresh
from data.store import schema
from data.store.direct import VERSION, direct_market
from data.store.store import Store
from tests.data.prices import bars, feed
from tests.data.prices import market as other_prices

ROOT = Path(__file__).parents[3]
EVENT = dt.date(2025, 1, 27)
INSTRUMENTS = dossier("deepseek-2025-01-27").instruments
KNOWN = {item.symbol: item for item in INSTRUMENTS}
STAND_IN = next(item for item in INSTRUMENTS if item.stand_in)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AFTERSHOCK_DATABASE_URL", f"sqlite:///{tmp_path}/prices.db")
    return tmp_path / "prices.db"


@pytest.fixture
def refreshed(file: Path) -> Iterator[Store]:
    """Two refreshes: fresh bars, hours and a stand-in's own bars; one series kept back, one accepted."""
    fresh = {symbol: bars(7.0, 1100, "2022-01-03") for symbol in ("NVDA", STAND_IN.symbol, "MU")}
    severe = [Finding(symbol, "jump", "severe", f"{symbol} jumped", ()) for symbol in ("MU", "AVGO")]
    hours = bars(8.0, 7).set_axis(pd.date_range(EVENT, periods=7, freq="h", tz="UTC"))[["close"]]
    first = dataclasses.replace(feed(fresh, severe[0]), hourly=lambda symbol, start, end: hours)
    second = dataclasses.replace(
        feed({"NVDA": bars(9.0, 1101, "2022-01-03"), "AVGO": bars(7.0)}, severe[1]),
        accepted=frozenset({"AVGO"}),
    )
    with closing(Store()) as store:
        for source in (first, second):
            assert (
                refresh(store, KNOWN, source, event_dates={symbol: [EVENT] for symbol in KNOWN}).status
                == "partly"
            )
        yield store


def assert_same(one: Market | None, other: Market) -> None:
    """The same market, to the last bit of every bar."""
    assert one is not None
    assert (one.instruments, one.provenance) == (other.instruments, other.provenance)
    assert set(one.histories) == set(other.histories)
    assert set(one.factors) == set(other.factors)
    for symbol, history in other.histories.items():
        assert one.traded(symbol) == other.traded(symbol)
        given = one.histories[symbol]
        assert (given.symbol, given.source, given.retrieved) == (symbol, history.source, history.retrieved)
        pd.testing.assert_frame_equal(given.bars, history.bars)
    assert set(one.hourly) == set(other.hourly)
    for symbol, hours in other.hourly.items():
        pd.testing.assert_frame_equal(one.hourly[symbol], hours)
    assert set(one.sessions) == set(other.sessions)
    assert all((one.sessions[mic].dates == other.sessions[mic].dates).all() for mic in other.sessions)


def test_the_market_is_the_one_that_a_new_store_gives(file: Path) -> None:
    early = direct_market(INSTRUMENTS)
    assert not file.exists()
    with closing(Store()) as store:
        stored = store.market(KNOWN)
    late = direct_market(INSTRUMENTS)
    for market in (early, late):
        assert market is not None
        assert str(market.provenance) == str(stored.provenance)
        assert set(market.histories) == set(stored.histories)
        for symbol in ("NVDA", "RSP", "ASML.AS"):
            given = market.histories[symbol].bars[list(stored.histories[symbol].bars)]
            pd.testing.assert_frame_equal(
                given,
                stored.histories[symbol].bars,
                check_names=False,
                check_index_type=False,
                check_freq=False,
            )


def test_after_refreshes_every_snapshot_is_the_one_of_the_store(refreshed: Store) -> None:
    newest, before, _ = refreshed.snapshots()
    for name in (None, newest.id, before.id):
        assert_same(direct_market(INSTRUMENTS, name), refreshed.market(KNOWN, name))
    few = {item.symbol: item for item in INSTRUMENTS[:3]}
    assert_same(direct_market(few.values()), refreshed.market(few))


def test_no_database_library_is_imported_for_it(refreshed: Store) -> None:
    code = (
        "import sys; from commands.source import Source, DEFAULT_EVENT;"
        "market = Source().market(DEFAULT_EVENT); market.histories['NVDA'];"
        "print(market.provenance.snapshot, 'sqlalchemy' in sys.modules)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == [refreshed.latest().id, "False"]


def test_a_named_snapshot_is_the_bundled_one_or_the_store_s(file: Path) -> None:
    market = direct_market(INSTRUMENTS)
    assert market is not None
    assert direct_market(INSTRUMENTS, market.provenance.snapshot) is not None
    assert direct_market(INSTRUMENTS, "20260101.2") is None
    with closing(Store()):
        pass
    assert direct_market(INSTRUMENTS, "20260101.2") is None


def test_damaged_bars_are_the_same_one_line(refreshed: Store) -> None:
    with refreshed.database.writing() as connection:
        connection.execute(sa.update(schema.SERIES).values(payload=b"damaged"))
    said = []
    for market in (direct_market(INSTRUMENTS), refreshed.market(KNOWN)):
        assert market is not None
        with pytest.raises(DataError) as error:
            market.histories["NVDA"]
        said.append(str(error.value))
    assert said[0] == said[1]


def test_bundled_prices_enter_through_the_store(file: Path) -> None:
    """A store that another release made: this one's prices are not in it yet."""
    with closing(Store(bundle=other_prices)):
        pass
    assert direct_market(INSTRUMENTS) is None


def test_tables_of_another_version_are_left_to_the_store(refreshed: Store) -> None:
    assert 1 + len(schema.MIGRATIONS) == VERSION
    with refreshed.database.writing() as connection:
        connection.execute(sa.update(schema.SCHEMA_VERSION).values(version=VERSION + 1))
    assert direct_market(INSTRUMENTS) is None


@pytest.mark.parametrize("content", [b"", b"not a database" * 100])
def test_a_file_that_is_no_store_is_left_to_the_store(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert direct_market(INSTRUMENTS) is None


@pytest.mark.parametrize(
    "url", ["postgresql://user@host/name", "sqlite://", "sqlite:///:memory:", "nonsense"]
)
def test_other_addresses_are_left_to_the_store(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERSHOCK_DATABASE_URL", url)
    assert direct_market(INSTRUMENTS) is None
