"""A night in which clocks go back and forth: as many refreshes as sessions, or as days."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from data.refresh.refresh import RefreshOutcome
from data.refresh.schedule import Schedule, Scheduler
from data.store.store import Store
from tests.data.prices import market

UTC = dt.timezone.utc
NIGHTS = {  # a Friday before clocks change in the zone, and what is due on the four days from then
    "America/New_York": (dt.datetime(2025, 10, 31, 12, 30, tzinfo=UTC), ["10-31 21:30", "11-03 22:30"]),
    "Europe/Berlin": (dt.datetime(2025, 10, 24, 12, 30, tzinfo=UTC), ["10-24 21:30", "10-27 21:30"]),
    "Australia/Lord_Howe": (dt.datetime(2025, 10, 3, 12, 30, tzinfo=UTC), ["10-03 21:30", "10-06 21:30"]),
    "Africa/Casablanca": (dt.datetime(2025, 2, 21, 12, 30, tzinfo=UTC), ["02-21 22:30", "02-24 22:30"]),
}


SHORT = ("America/New_York", "Europe/Berlin")
ZONES = [zone if zone in SHORT else pytest.param(zone, marks=pytest.mark.chaos) for zone in NIGHTS]


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A time zone that this computer is in."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def nights(folder: Path, every: str, first: dt.datetime) -> list[dt.datetime]:
    """When a worker refreshes that looks at the clock every hour, for four days."""
    made, now = [], first
    with closing(Store(f"sqlite:///{folder}/prices.db", market)) as store:

        def refresh() -> RefreshOutcome:
            number = store.run_log.start("schedule", 1, now)
            store.run_log.finish(number, "fresh", "", None, {}, now)
            made.append(now)
            return RefreshOutcome("fresh", "", "")

        refresh()
        scheduler = Scheduler(store, Schedule.parse(every), refresh, lambda: now)
        while now < first + dt.timedelta(days=4):
            scheduler.tick()
            now += dt.timedelta(hours=1)
        scheduler.stop()
    return made[1:]


def test_after_every_close_there_is_one_refresh(tmp_path: Path, zone: str) -> None:
    first, due = NIGHTS[zone]
    assert [f"{moment:%m-%d %H:%M}" for moment in nights(tmp_path, "close", first)] == due


@pytest.mark.chaos
def test_every_24_hours_are_24_hours(tmp_path: Path, zone: str) -> None:
    first, _ = NIGHTS[zone]
    assert nights(tmp_path, "24h", first) == [first + dt.timedelta(days=day) for day in (1, 2, 3)]
