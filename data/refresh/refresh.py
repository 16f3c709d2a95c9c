"""One refresh: lock, fetch, check, write, prune; used by the command, the schedule and the button."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from analysis.market.errors import DataError
from analysis.market.prices import Instrument
from data.refresh.renewal import Archive, Feed, Renewal, renew, yahoo_feed
from data.store.snapshots import Contents
from data.store.store import Store
from data.store.stored import Snapshot

Status = Literal["fresh", "partly", "nothing"]
EXIT_CODES: Mapping[Status, int] = {"fresh": 0, "partly": 3, "nothing": 4}
NO_DATES: Mapping[str, Sequence[dt.date]] = {}
LOCK_SECONDS = 0.5  # a server takes a moment to notice that a holder was killed
Progress = Callable[[int, int, str, str], None]
Clock = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    """This moment, aware."""
    return dt.datetime.now(dt.timezone.utc)


def unwatched(done: int, total: int, symbol: str, sentence: str) -> None:
    """Progress that nobody looks at."""


class RefreshBusyError(DataError):
    """Another refresh of the same store is running; the message says whose."""


@dataclass(frozen=True, slots=True)
class RefreshOutcome:
    """How a refresh ended.

    Parameters
    ----------
    status : str
        ``fresh`` (every symbol), ``partly`` or ``nothing``.
    snapshot : str
        Id of the snapshot now shown: a new one, or the one that was there.
    results : mapping of symbol to str
        What happened to each symbol, in words.
    """

    status: Status
    snapshot: str
    message: str
    results: Mapping[str, str] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """0, 3 or 4: fresh, partly, nothing."""
        return EXIT_CODES[self.status]


def refresh(
    store: Store,
    instruments: Mapping[str, Instrument],
    feed: Feed | None = None,
    *,
    event_dates: Mapping[str, Sequence[dt.date]] = NO_DATES,
    started_by: str = "command",
    progress: Progress = unwatched,
    now: Clock = utc_now,
) -> RefreshOutcome:
    """Fetch every live instrument and write what is sound as a new snapshot.

    `event_dates` are the days of which hourly bars are wanted, by symbol. A symbol that fails, would lose
    sessions or fails a severe check keeps its previous bars.

    Raises
    ------
    RefreshBusyError
        If another process or thread refreshes this store.
    DataError
        If the store cannot be written; what it showed before it still shows.
    """
    if store.database.read_only:
        raise store.database.not_writable()
    lock = store.database.lock("refresh")
    with lock.attempt(LOCK_SECONDS) as mine:
        if not mine:
            raise RefreshBusyError(
                f"a refresh of {store} is already running ({lock.holder()}): wait for its end"
            )
        live = [instrument for instrument in instruments.values() if instrument.live]
        number = store.run_log.start(started_by, len(live), now())

        def report(done: int, renewal: Renewal) -> None:
            store.run_log.progress(number, done, f"{renewal.symbol}: {renewal.sentence}")
            progress(done, len(live), renewal.symbol, renewal.sentence)

        try:
            outcome, renewals = _refresh(store, live, feed or yahoo_feed(), event_dates, report, now)
        except BaseException as error:
            with suppress(DataError):
                store.run_log.finish(number, "failed", str(error) or type(error).__name__, None, {}, now())
            raise
        results = {renewal.symbol: renewal.result for renewal in renewals}
        store.run_log.finish(number, outcome.status, outcome.message, outcome.snapshot, results, now())
        store.prune()
    return outcome


def _refresh(
    store: Store,
    live: Sequence[Instrument],
    feed: Feed,
    event_dates: Mapping[str, Sequence[dt.date]],
    report: Callable[[int, Renewal], None],
    now: Clock,
) -> tuple[RefreshOutcome, Sequence[Renewal]]:
    base = store.latest()
    archive = Archive.of(store, base)
    renewals = []
    for done, instrument in enumerate(live, start=1):
        renewals.append(renew(instrument, archive, feed, event_dates.get(instrument.symbol, ()), now()))
        report(done, renewals[-1])
    fresh = [renewal for renewal in renewals if renewal.series]
    results = {renewal.symbol: renewal.sentence for renewal in renewals}
    if not fresh:
        reason = next(iter(results.values()), "there is none to fetch")
        message = f"no instrument is fresh ({reason}); {base.id} is still shown"
        return RefreshOutcome("nothing", base.id, message, results), renewals
    snapshot = store.write_snapshot(_contents(fresh, len(live), now()), base)
    return _outcome(snapshot, fresh, results), renewals


def _contents(fresh: Sequence[Renewal], total: int, now: dt.datetime) -> Contents:
    return Contents(
        series=[series for renewal in fresh for series in renewal.series],
        origin="refresh",
        library=fresh[0].library,
        complete=len(fresh) == total,
        created=now,
        findings=[finding for renewal in fresh for finding in renewal.findings],
    )


def _outcome(snapshot: Snapshot, fresh: Sequence[Renewal], results: Mapping[str, str]) -> RefreshOutcome:
    where = f"snapshot {snapshot.id}, prices to {snapshot.as_of}"
    if snapshot.complete:
        return RefreshOutcome("fresh", snapshot.id, f"all {len(fresh)} instruments fresh: {where}", results)
    stale = [symbol for symbol in results if symbol not in {renewal.symbol for renewal in fresh}]
    message = f"{len(fresh)} of {len(results)} instruments fresh, not {', '.join(stale)}: {where}"
    return RefreshOutcome("partly", snapshot.id, message, results)
