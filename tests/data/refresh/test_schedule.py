"""Refreshes happen when they are due, once, in one process among many."""

from __future__ import annotations

import datetime as dt
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.market.errors import DataError, DesignError
from data.refresh.health import alive, ready
from data.refresh.refresh import RefreshOutcome
from data.refresh.schedule import Schedule, Scheduler
from data.store.runs import Run
from data.store.store import Store
from tests.data.prices import market
from tests.waiting import soon

UTC = dt.timezone.utc
FRIDAY = dt.datetime(2025, 1, 24, 12, tzinfo=UTC)
HOUR = dt.timedelta(hours=1)


def run(started: dt.datetime, status: str = "fresh") -> Run:
    return Run(1, "schedule", started, started, status, 1, 1, "", None, {})


class TestWhen:
    def test_after_the_close_on_days_that_new_york_trades(self) -> None:
        after = Schedule.parse("close").next_after
        friday = after(FRIDAY)
        assert friday == dt.datetime(2025, 1, 24, 22, 30, tzinfo=UTC)
        assert after(friday) == dt.datetime(2025, 1, 27, 22, 30, tzinfo=UTC)

    def test_a_half_day_and_a_holiday_are_known(self) -> None:
        after = Schedule.parse("close").next_after
        assert after(dt.datetime(2025, 7, 3, 12, tzinfo=UTC)) == dt.datetime(2025, 7, 3, 18, 30, tzinfo=UTC)
        assert after(dt.datetime(2025, 7, 4, 12, tzinfo=UTC)) == dt.datetime(2025, 7, 7, 21, 30, tzinfo=UTC)

    def test_an_interval_counts_from_the_last_run(self) -> None:
        assert Schedule.parse("24h").due(run(FRIDAY), FRIDAY + HOUR) == FRIDAY + 24 * HOUR

    def test_off_is_never(self) -> None:
        assert Schedule.parse("off").due(None, FRIDAY) is None

    @pytest.mark.parametrize("text", ["", "daily", "0h", "1m", "-3h", "2.5h", "h", "3w", "99999d"])
    def test_nonsense_is_refused_in_one_line(self, text: str) -> None:
        with pytest.raises(DesignError, match="use close, off, or at least 5m"):
            Schedule.parse(text)

    def test_a_store_that_was_never_refreshed_is_due_at_once(self) -> None:
        assert Schedule.parse("close").due(None, FRIDAY) == FRIDAY

    def test_a_run_that_brought_nothing_is_tried_again_after_an_hour(self) -> None:
        for status in ("nothing", "failed", "running"):
            assert Schedule.parse("24h").due(run(FRIDAY, status), FRIDAY) == FRIDAY + HOUR

    def test_a_clock_set_back_does_not_stop_the_refreshes(self) -> None:
        future = run(FRIDAY + 9000 * HOUR)
        assert Schedule.parse("24h").due(future, FRIDAY) == FRIDAY + 24 * HOUR


class Ledger:
    """Counts refreshes and notes them in the store, as a real one does."""

    def __init__(self, store: Store, now: dt.datetime) -> None:
        self.store, self.now, self.count = store, now, 0

    def refresh(self) -> RefreshOutcome:
        number = self.store.run_log.start("schedule", 1, self.now)
        self.store.run_log.finish(number, "fresh", "", None, {}, self.now)
        self.count += 1
        return RefreshOutcome("fresh", "", "")


class TestScheduler:
    def test_missed_runs_are_made_up_once(self, store: Store) -> None:
        ledger = Ledger(store, FRIDAY - 300 * HOUR)
        ledger.refresh()
        ledger.now = FRIDAY
        scheduler = Scheduler(store, Schedule.parse("24h"), ledger.refresh, lambda: ledger.now)
        for _ in range(5):
            scheduler.tick()
        scheduler.stop()
        assert ledger.count == 2

    def test_one_of_many_leads_and_another_takes_over(self, store: Store) -> None:
        ledger = Ledger(store, FRIDAY)
        many = [Scheduler(store, Schedule.parse("24h"), ledger.refresh, lambda: ledger.now) for _ in range(4)]
        for scheduler in many:
            scheduler.tick()
        assert [scheduler.leads for scheduler in many] == [True, False, False, False]
        many[0].stop()
        many[2].tick()
        assert [scheduler.leads for scheduler in many] == [False, False, True, False]
        assert ledger.count == 1
        many[2].stop()

    def test_a_run_whose_process_is_gone_is_marked(self, store: Store) -> None:
        store.run_log.start("command", 1, FRIDAY)
        scheduler = Scheduler(store, Schedule.parse("24h"), Ledger(store, FRIDAY).refresh, lambda: FRIDAY)
        scheduler.tick()
        scheduler.stop()
        assert store.runs()[0].status == "failed"

    def test_every_worker_knows_the_next_run(self, store: Store) -> None:
        ledger = Ledger(store, FRIDAY)
        ledger.refresh()
        follower = Scheduler(store, Schedule.parse("close"), ledger.refresh, lambda: FRIDAY + HOUR)
        assert follower.next_run() == dt.datetime(2025, 1, 24, 22, 30, tzinfo=UTC)

    def test_a_refresh_that_cannot_even_start_is_logged_and_not_repeated_at_once(
        self, store: Store, caplog: pytest.LogCaptureFixture
    ) -> None:
        def broken() -> RefreshOutcome:
            raise DataError("the disk is full")

        scheduler = Scheduler(store, Schedule.parse("24h"), broken, lambda: FRIDAY)
        for _ in range(3):
            scheduler.tick()
        scheduler.stop()
        assert [record.getMessage() for record in caplog.records] == ["scheduled refresh: the disk is full"]

    def test_it_works_by_itself_and_stops(self, store: Store) -> None:
        ledger = Ledger(store, FRIDAY)
        scheduler = Scheduler(store, Schedule.parse("24h"), ledger.refresh, lambda: ledger.now)
        scheduler.start(heartbeat=0.05)
        assert soon(lambda: ledger.count)
        scheduler.stop()
        assert ledger.count == 1


WORKER = """
import sys, time
from data.refresh.refresh import RefreshOutcome
from data.refresh.schedule import Schedule, Scheduler
from data.store.store import Store
from tests.data.prices import market
from tests.waiting import soon
store = Store(sys.argv[1], market)
scheduler = Scheduler(store, Schedule.parse("off"), lambda: RefreshOutcome("fresh", "", ""))
while True:
    was = scheduler.leads
    scheduler.tick()
    if scheduler.leads and not was:
        print("leads", flush=True)
    time.sleep(0.05)
"""


@pytest.mark.slow
def test_another_process_takes_over_when_the_leader_is_killed(store: Store, url: str) -> None:
    command = [sys.executable, "-c", WORKER, url]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as first,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as second,
    ):
        workers = {process.stdout.fileno(): process for process in (first, second) if process.stdout}
        try:
            leader = workers.pop(_readable(workers))
            assert not _readable(workers, 0.5)
            leader.send_signal(signal.SIGKILL)
            assert _readable(workers)
        finally:
            for process in (first, second):
                process.kill()


def _readable(workers: dict[int, subprocess.Popen[str]], seconds: float = 300.0) -> int:
    """File number of a worker that says that it leads; 0 if none does in time."""
    ready_now, _, _ = select.select(list(workers), [], [], seconds)
    return int(ready_now[0]) if ready_now else 0


class TestHealth:
    def test_alive_is_alive(self) -> None:
        assert alive() == (True, "alive")

    def test_ready_names_the_snapshot(self, store: Store) -> None:
        assert ready(lambda: store) == (True, "snapshot bundled-20250130, prices to 2025-01-29")

    def test_not_ready_tells_strangers_no_path_and_the_log_why(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        (tmp_path / "prices.db").write_bytes(b"no database" * 500)
        fine, why = ready(lambda: Store(f"sqlite:///{tmp_path}/prices.db", market))
        assert not fine
        assert str(tmp_path) not in why
        assert "the file is damaged" in caplog.text

    def test_prices_that_are_too_old_are_not_ready(self, store: Store) -> None:
        five = dt.timedelta(days=5)
        assert ready(lambda: store, five, dt.date(2025, 2, 3))[0]
        fine, why = ready(lambda: store, five, dt.date(2025, 2, 4))
        assert not fine
        assert why.endswith("6 days old, and allowed are 5")
