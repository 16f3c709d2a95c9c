"""Live prices: the store, its refreshes and their schedule in one place, for commands, pages and monitors."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from analysis.claims.reported import Dossier
from analysis.market.errors import DataError, EventStudyError, UnknownNameError
from analysis.market.events import Event, day_zero
from analysis.market.prices import Instrument
from data.bundled.calendars import sessions
from data.catalogue import dossiers as catalogue
from data.quality.checks import Finding
from data.refresh.feeds import feed_of, has_hours
from data.refresh.refresh import Clock, Progress, RefreshOutcome, refresh, unwatched, utc_now
from data.refresh.schedule import EXCHANGE, Schedule, Scheduler
from data.store.runs import REMEMBERED_RUNS, Run, open_reasons
from data.store.store import Store
from data.store.stored import Holding, Snapshot

SHOWN_RUNS = 20
OLD = dt.timedelta(days=4)  # longer than a weekend with a holiday


@dataclass(frozen=True, eq=False, slots=True)
class Status:
    """How things stand with the prices.

    Parameters
    ----------
    hourly_days_left : mapping of event slug to int
        Days until the source stops to serve the hourly bars of the event's day; empty where it has no hours.
    reasons : mapping of symbol to str
        Why its bars are not fresh, until they are.
    notice : str or None
        What every page has to say: the last refresh failed in part or wholly, or is long ago.
    """

    store: str
    snapshot: Snapshot
    holdings: tuple[Holding, ...]
    findings: tuple[Finding, ...]
    runs: tuple[Run, ...]
    next_run: dt.datetime | None
    hourly_days_left: Mapping[str, int]
    reasons: Mapping[str, str]
    notice: str | None


class Live:
    """A store with the refreshes that keep it fresh.

    Parameters
    ----------
    every : str
        See `Schedule.parse`; nothing is scheduled before `start`.
    dossier : callable
        Gives the event of a slug or id.
    own : callable
        Gives the events of readers whose prices are kept fresh too.
    """

    def __init__(
        self,
        store: Store,
        every: str = "off",
        now: Clock = utc_now,
        *,
        dossier: Callable[[str], Dossier] = catalogue.dossier,
        own: Callable[[], Iterable[Dossier]] = tuple,
    ) -> None:
        self.store, self._now, self._dossier, self._own = store, now, dossier, own
        self._scheduler = Scheduler(
            store, Schedule.parse(every), lambda: self.refresh(started_by="schedule"), now
        )

    def start(self) -> None:
        """Make refreshes when they are due, in the background."""
        self._scheduler.start()

    def refresh(
        self,
        slugs: Iterable[str] | None = None,
        started_by: str = "command",
        progress: Progress = unwatched,
        accepted: Iterable[str] = (),
        only: Collection[str] = (),
    ) -> RefreshOutcome:
        """Refresh the instruments of some events, by default of all; see `data.refresh.refresh.refresh`.

        `only` narrows them to some symbols. The bars of `accepted` symbols are taken although a check
        objects; UnknownNameError if there is none.
        """
        named = [self._dossier(slug) for slug in slugs or ()]
        dossiers = named or [*catalogue.dossiers().values(), *self._own()]
        instruments: dict[str, Instrument] = {}
        for item in (item for dossier in dossiers for item in dossier.instruments):
            if not only or item.symbol in only:
                instruments.setdefault(item.symbol, item)  # as the catalogue has it, where it does
        for symbol in accepted:
            if symbol not in instruments:
                raise UnknownNameError("symbol", symbol, instruments)
        return refresh(
            self.store,
            instruments,
            feed_of(accepted=accepted),
            event_dates=_dates(dossiers),
            started_by=started_by,
            progress=progress,
            now=self._now,
        )

    def refresh_now(self, slugs: Iterable[str] | None = None, only: Collection[str] = ()) -> None:
        """Begin a refresh in the background; `status` tells how it goes, also of one begun elsewhere."""

        def work() -> None:
            with suppress(EventStudyError):  # it stands in the runs, or another refresh is running
                self.refresh(slugs, started_by="button", only=only)

        threading.Thread(target=work, name="refresh", daemon=True).start()

    def status(self, snapshot_id: str | None = None) -> Status:
        """How things stand with a snapshot, by default the newest."""
        self.store.close_left_run()
        snapshot, runs = self.store.snapshot(snapshot_id), self.store.runs(REMEMBERED_RUNS)
        return Status(
            store=str(self.store),
            snapshot=snapshot,
            holdings=self.store.holdings(snapshot),
            findings=self.store.findings(snapshot),
            runs=runs[:SHOWN_RUNS],
            next_run=self._scheduler.next_run(),
            hourly_days_left=_hourly_days_left(self._now().date()) if has_hours() else {},
            reasons=open_reasons(runs),
            notice=_notice(runs, self._now()),
        )

    def notice(self) -> str | None:
        """What every page has to say about the state of the prices; None if all is well."""
        return _notice(self.store.runs(3), self._now())


def _dates(dossiers: Iterable[Dossier]) -> dict[str, list[dt.date]]:
    """Days 0 of the events of each symbol."""
    dates: dict[str, set[dt.date]] = {}
    for dossier in dossiers:
        for instrument in dossier.instruments:
            dates.setdefault(instrument.symbol, set()).add(_day(dossier.event))
    return {symbol: sorted(days) for symbol, days in dates.items()}


def _day(event: Event) -> dt.date:
    """Day 0 in New York; the day of the news where its calendar does not reach."""
    if event.session is not None:
        return event.session
    known = event.known_on
    try:
        around = sessions(EXCHANGE, known - dt.timedelta(days=7), known + dt.timedelta(days=14))
    except DataError:
        return known
    day: dt.date = around.dates[day_zero(event, around)].item()
    return day


def _hourly_days_left(today: dt.date) -> dict[str, int]:
    from data.yahoo import hourly_days_left

    return {
        slug: hourly_days_left(_day(dossier.event), today) for slug, dossier in catalogue.dossiers().items()
    }


def _notice(runs: Iterable[Run], now: dt.datetime) -> str | None:
    last = next((run for run in runs if run.finished), None)
    if last is None or last.finished is None:
        return None
    when = f"{last.finished.day} {last.finished:%b %Y, %H:%M} UTC"
    if last.status == "partly":
        return f"The refresh of {when} was not complete: {last.message}."
    if last.status != "fresh":
        return f"The refresh of {when} brought nothing: prices are as they were."
    return f"Prices were last refreshed on {when}." if now - last.finished > OLD else None
