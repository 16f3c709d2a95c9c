"""The catalogue's instruments from the real yfinance, asking a stand-in on this machine, into a store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from data.bundled.bundle import histories
from data.catalogue.dossiers import dossier, dossiers
from data.refresh.live import Live
from data.store.comparison import compare
from data.store.store import Store
from tests.data.prices import market
from tests.standin.listings import listing_of, made_up_listing
from tests.standin.server import StandIn

SLUG = "deepseek-2025-01-27"
NOW = dt.datetime(2026, 1, 2, 12, tzinfo=dt.timezone.utc)


@pytest.fixture
def live(
    tmp_path: Path, stored: Callable[[Path], str], yahoo: StandIn, monkeypatch: pytest.MonkeyPatch
) -> Live:
    """The bundled prices, and a source that publishes the same, and those that are not bundled."""
    for name, value in {"PAUSE": "0", "JITTER": "0", "BACKOFF": "0", "ATTEMPTS": "1"}.items():
        monkeypatch.setenv(f"AFTERSHOCK_FETCH_{name}", value)
    bundled = histories()
    for item in (item for event in dossiers().values() for item in event.instruments):
        known = item.symbol in bundled
        yahoo.listings[item.symbol] = (
            listing_of(item, bundled[item.symbol].bars)
            if known
            else made_up_listing(item.symbol, "2022-01-03", "2025-12-31")
        )
    return Live(Store(stored(tmp_path / "prices.db")), now=lambda: NOW)


@pytest.mark.slow
class TestAllInstruments:
    def test_a_normal_run_is_fresh_and_changes_no_price(self, live: Live) -> None:
        before = live.store.latest()
        outcome = live.refresh()
        assert outcome.status == "fresh", outcome.message
        status = live.status()
        assert status.snapshot.id == outcome.snapshot
        assert status.notice is None
        changed = {change.symbol for change in compare(live.store, before, status.snapshot)}
        assert "ASM.AS" in changed
        assert not changed & {"NVDA", "ASML.AS", "ENR.DE", "SU.PA", "^IXIC", "SPY", "STOXX600-NR"}

    def test_without_a_network_the_bundled_prices_stay_and_every_page_says_so(
        self, live: Live, yahoo: StandIn
    ) -> None:
        with yahoo.unplugged():
            assert live.refresh().status == "nothing"
        status = live.status()
        assert status.snapshot.origin == status.snapshot.id
        assert "Yahoo could not be reached" in status.runs[0].message
        assert "brought nothing: prices are as they were" in str(status.notice)


class TestStatus:
    def test_the_days_that_hourly_bars_can_still_be_had(self, live: Live) -> None:
        assert live.status().hourly_days_left[SLUG] == (dt.date(2027, 1, 27) - NOW.date()).days

    def test_files_have_no_hours(self, live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AFTERSHOCK_FEED", "folder:/somewhere")
        assert live.status().hourly_days_left == {}

    def test_news_beyond_the_calendar_counts_from_its_own_day(
        self, live: Live, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        then = dt.datetime(1950, 8, 5, 8, tzinfo=dt.timezone.utc)
        known = dossier(SLUG)
        old = replace(known, event=replace(known.event, information_time=then))
        monkeypatch.setattr("data.catalogue.dossiers.dossiers", lambda: {"old": old})
        assert live.status().hourly_days_left == {"old": 0}

    def test_nothing_to_say_before_the_first_refresh(self, live: Live) -> None:
        assert live.notice() is None

    @pytest.mark.parametrize(
        ("status", "days", "said"),
        [
            ("fresh", 1, None),
            ("fresh", 9, "Prices were last refreshed on 24 Dec 2025"),
            ("partly", 1, "was not complete: 3 of 4"),
            ("failed", 1, "brought nothing: prices are as they were"),
        ],
    )
    def test_what_every_page_says(self, tmp_path: Path, status: str, days: int, said: str | None) -> None:
        store = Store(f"sqlite:///{tmp_path}/prices.db", market)
        then = NOW - dt.timedelta(days=days)
        store.run_log.finish(store.run_log.start("command", 4, then), status, "3 of 4", None, {}, then)
        notice = Live(store, now=lambda: NOW).notice()
        assert notice is said is None or said in str(notice)
