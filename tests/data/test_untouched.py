"""Bundled prices are read from their files exactly as long as the store would give the same."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from data.catalogue import dossier
from data.store import Store
from data.untouched import untouched_market
from tests.data.prices import market as other_prices

INSTRUMENTS = dossier("deepseek-2025-01-27").instruments


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AFTERSHOCK_DATABASE_URL", f"sqlite:///{tmp_path}/prices.db")
    return tmp_path / "prices.db"


def test_the_market_is_the_one_that_a_new_store_gives(file: Path) -> None:
    early = untouched_market(INSTRUMENTS)
    assert not file.exists()
    with closing(Store()) as store:
        stored = store.market({item.symbol: item for item in INSTRUMENTS})
    late = untouched_market(INSTRUMENTS)
    for market in (early, late):
        assert market is not None
        assert str(market.provenance) == str(stored.provenance)
        assert set(market.histories) == set(stored.histories)
        for symbol in ("NVDA", "RSP", "ASML.AS"):
            bars = market.histories[symbol].bars[list(stored.histories[symbol].bars)]
            pd.testing.assert_frame_equal(
                bars,
                stored.histories[symbol].bars,
                check_names=False,
                check_index_type=False,
                check_freq=False,
            )


def test_a_named_snapshot_is_the_bundled_one_or_the_store_s(file: Path) -> None:
    market = untouched_market(INSTRUMENTS)
    assert market is not None
    assert untouched_market(INSTRUMENTS, market.provenance.snapshot) is not None
    assert untouched_market(INSTRUMENTS, "20260101.2") is None


def test_a_store_with_anything_newer_is_asked_itself(file: Path) -> None:
    with closing(Store()):
        pass
    assert untouched_market(INSTRUMENTS) is not None
    with closing(Store(bundle=other_prices)):  # another release's prices
        pass
    assert untouched_market(INSTRUMENTS) is None


@pytest.mark.parametrize("content", [b"", b"not a database" * 100])
def test_a_file_that_is_no_store_is_left_to_the_store(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert untouched_market(INSTRUMENTS) is None


@pytest.mark.parametrize(
    "url", ["postgresql://user@host/name", "sqlite://", "sqlite:///:memory:", "nonsense"]
)
def test_other_addresses_are_left_to_the_store(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERSHOCK_DATABASE_URL", url)
    assert untouched_market(INSTRUMENTS) is None
