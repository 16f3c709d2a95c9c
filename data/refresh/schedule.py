"""Refreshes in the serving process: one leader among all workers, and no run missed or made twice."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from analysis.market.errors import DesignError, EventStudyError
from data.refresh.refresh import Clock, RefreshBusyError, RefreshOutcome, utc_now
from data.store.runs import Run
from data.store.store import Store

LOG = logging.getLogger("aftershock")

EXCHANGE = "XNYS"
SETTLING = dt.timedelta(minutes=90)
RETRY = dt.timedelta(hours=1)
HEARTBEAT = 15.0
FIRST_HEARTBEAT = 5.0  # the first page comes before the first refresh
LONGEST = 4  # digits of an interval
UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class Schedule:
    """When refreshes are due: ``close`` (after every New York session), an interval, or ``off``."""

    every: dt.timedelta | None
    after_close: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """A schedule from ``close``, ``off``, or a number with m, h or d (``24h``).

        Raises
        ------
        DesignError
            If the text is none of these, or the interval is under five minutes.
        """
        if text in ("close", "off"):
            return cls(None, text == "close")
        number, unit = text[:-1], UNITS.get(text[-1:])
        known = unit and number.isdecimal() and len(number) <= LONGEST
        every = dt.timedelta(**{unit: int(number)}) if unit and known else dt.timedelta(0)
        if every < dt.timedelta(minutes=5):
            raise DesignError(f"refresh every {text!r}: use close, off, or at least 5m, as 30m, 24h, 7d")
        return cls(every)

    @property
    def off(self) -> bool:
        """Whether nothing is ever due."""
        return self.every is None and not self.after_close

    def next_after(self, moment: dt.datetime) -> dt.datetime | None:
        """The first due time after a moment; None when the schedule is off."""
        if self.after_close:
            return _after_close(moment)
        return moment + self.every if self.every else None

    def due(self, last: Run | None, now: dt.datetime) -> dt.datetime | None:
        """When the next refresh is due after the last one; a time already past means at once.

        However many were missed, one is due. A run that brought nothing is tried again after an
        hour. A run that seems to lie in the future (the clock was set back) counts as just made.
        """
        if self.off or last is None:
            return None if self.off else now
        started = min(last.started, now)
        following = self.next_after(started)
        if last.status in ("fresh", "partly") or following is None:
            return following
        return min(following, started + RETRY)


def _after_close(moment: dt.datetime) -> dt.datetime:
    from data.bundled.calendars import sessions

    around = (moment - dt.timedelta(days=4)).date(), (moment + dt.timedelta(days=10)).date()
    closes = sessions(EXCHANGE, *around).closes
    assert closes is not None
    settled: list[dt.datetime] = [at.replace(tzinfo=dt.timezone.utc) + SETTLING for at in closes.tolist()]
    return next(at for at in settled if at > moment)


class Scheduler:
    """Runs refreshes when they are due, in the one worker that holds the leader's lock.

    Every worker has one; those that do not lead ask again at each heartbeat, so that one of them
    takes over within seconds of the leader's death.

    Parameters
    ----------
    refresh : callable
        Makes one refresh.
    """

    def __init__(
        self, store: Store, schedule: Schedule, refresh: Callable[[], RefreshOutcome], now: Clock = utc_now
    ) -> None:
        self._store, self._schedule, self._refresh, self._now = store, schedule, refresh, now
        self._lock = store.database.lock("leader")
        self._not_before: dt.datetime | None = None
        self._timer: Any = None
        self.leads = False

    def start(self, heartbeat: float = HEARTBEAT) -> None:
        """Begin to watch, without delay for the caller; no thread when nothing will ever be due."""
        if self._schedule.off or self._store.database.read_only:
            return
        from apscheduler.executors.debug import DebugExecutor
        from apscheduler.schedulers.background import BackgroundScheduler

        # In the timer's own daemon thread: no two at once, and the process never waits for one to end.
        first = utc_now() + dt.timedelta(seconds=min(heartbeat, FIRST_HEARTBEAT))
        self._timer = BackgroundScheduler(executors={"default": DebugExecutor()}, timezone=dt.timezone.utc)
        self._timer.add_job(
            self.tick,
            "interval",
            seconds=heartbeat,
            next_run_time=first,
            coalesce=True,
            misfire_grace_time=None,  # a heartbeat late, after a refresh or a sleep, is as good as any
        )
        self._timer.start()

    def stop(self) -> None:
        """End the watch and leave the lead to another worker."""
        if self._timer is not None:
            self._timer.shutdown(wait=False)
            self._timer = None
        self._lock.release()
        self.leads = False

    def next_run(self) -> dt.datetime | None:
        """When the next refresh is due; the same answer in every worker. None when off."""
        if self._store.database.read_only:
            return None
        last = self._store.runs(1)
        return self._schedule.due(last[0] if last else None, self._now())

    def tick(self) -> RefreshOutcome | None:
        """Lead if nobody does, and refresh if it is time; what goes wrong is logged in one line."""
        try:
            self.leads = self._lock.held() or self._lock.acquire()
            return self._refresh_if_due() if self.leads else None
        except RefreshBusyError:
            return None
        except EventStudyError as error:
            LOG.error("scheduled refresh: %s", error)
            return None

    def _refresh_if_due(self) -> RefreshOutcome | None:
        due, now = self.next_run(), self._now()
        self._store.close_left_run()
        if due is None or due > now or (self._not_before is not None and now < self._not_before):
            return None
        self._not_before = now + RETRY  # a store that cannot even note the run is not asked every few seconds
        outcome = self._refresh()
        self._not_before = None
        LOG.info("scheduled refresh: %s", outcome.message)
        return outcome
