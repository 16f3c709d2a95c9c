"""A refresh with the real yfinance and the real store: failures keep their bars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from analysis.market.prices import Market
from data.bundled.bundle import bundled_market
from data.catalogue.dossiers import dossier
from data.refresh.refresh import RefreshOutcome, refresh
from data.refresh.renewal import yahoo_feed
from data.store.store import Store
from data.yahoo import FetchPolicy
from tests.standin import StandIn, listing_of

SYMBOLS = ("NVDA", "AAPL", "VST", "SAP.DE", "ASML.AS", "6857.T")
NOW = dt.datetime(2026, 1, 3, 12, tzinfo=dt.timezone.utc)  # a Saturday; the bundled bars end on Wednesday

Refresh = Callable[[], RefreshOutcome]


@pytest.fixture(scope="module")
def market() -> Market:
    instruments = {i.symbol: i for i in dossier("deepseek-2025-01-27").instruments}
    return bundled_market([instruments[symbol] for symbol in SYMBOLS])


@pytest.fixture
def store(market: Market, tmp_path: Path) -> Iterator[Store]:
    with closing(Store(f"sqlite:///{tmp_path}/prices.db", lambda: market)) as opened:
        yield opened


@pytest.fixture
def refreshed(yahoo: StandIn, market: Market, store: Store, tmp_path: Path) -> Refresh:
    """Refresh the bundled bars from a stand-in that serves the same ones."""
    yahoo.listings = {
        symbol: listing_of(market.instruments[symbol], history.bars)
        for symbol, history in market.histories.items()
    }
    policy = FetchPolicy(pause=0, jitter=0, attempts=2, backoff=0, timeout=1, cache=tmp_path / "yfinance")
    return lambda: refresh(store, market.instruments, yahoo_feed(policy), now=lambda: NOW)


def test_what_fails_keeps_its_bars_and_the_next_refresh_is_whole(
    yahoo: StandIn, store: Store, market: Market, refreshed: Refresh
) -> None:
    faults = {
        "NVDA": ("server_error", "Yahoo's server failed"),
        "AAPL": ("wrong_currency", "The currency is GBp; expected was USD"),
        "VST": ("null_bars", "would be lost: 29 Dec 2025; 1 bar came empty, stale"),
        "SAP.DE": ("stale_bars", "would be lost: 23 Dec 2025; 1 bar came empty, stale"),
    }
    for symbol, (fault, _) in faults.items():
        yahoo.fail(fault, symbol=symbol)
    outcome = refreshed()
    assert outcome.status == "partly"
    for symbol, (_, reason) in faults.items():
        assert outcome.results[symbol].startswith("kept the previous bars")
        assert reason in outcome.results[symbol]
    held = store.market(market.instruments, outcome.snapshot)
    for symbol in SYMBOLS:
        assert held.histories[symbol].bars["close"].equals(market.histories[symbol].bars["close"])
    yahoo.heal()
    assert refreshed().status == "fresh"


def test_a_refresh_without_a_network_changes_nothing_and_the_next_is_whole(
    yahoo: StandIn, store: Store, refreshed: Refresh
) -> None:
    before = store.latest().id
    with yahoo.unplugged():
        outcome = refreshed()
    assert (outcome.status, outcome.snapshot, store.latest().id) == ("nothing", before, before)
    assert sum("not asked for" in sentence for sentence in outcome.results.values()) == len(SYMBOLS) - 3
    assert refreshed().status == "fresh"
