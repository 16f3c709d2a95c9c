"""The price store: immutable snapshots of bars, with their findings and the runs that made them."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from analysis.market.bars import BAR_COLUMNS
from analysis.market.errors import StoreError
from analysis.market.prices import Instrument, Market
from data.bundled.bundle import bundled_market, histories, origin
from data.bundled.calendars import sessions
from data.quality.checks import Finding, check_bars
from data.store import schema, snapshots
from data.store.database import Database
from data.store.place import reading
from data.store.runs import Run, RunLog, runs
from data.store.snapshots import Contents, Series
from data.store.stored import Holding, Snapshot, market_of

Instruments = Mapping[str, Instrument]

KEPT_SNAPSHOTS = 30
KEPT_MARKETS = 8
CREATE_SECONDS = 60.0
PRUNE_RULE = (
    f"kept are the newest {KEPT_SNAPSHOTS} snapshots, the newest of every month, all that took in bundled "
    "prices, and always the newest complete one"
)


class Store:
    """Snapshots of prices in a database, made on first use from the bundled prices.

    Parameters
    ----------
    url : str, optional
        See `Database`.
    bundle : callable, optional
        Gives the bundled prices as a Market. They enter the store once; what a later release
        bundles besides enters it as a snapshot of its own.

    Raises
    ------
    DataError
        From every method: one line when the database is damaged, full, locked or too new (`StoreError`).
    """

    def __init__(self, url: str | None = None, bundle: Callable[[], Market] | None = None) -> None:
        self.database = Database(url)
        self.run_log = RunLog(self.database)
        self._bundle = lru_cache(maxsize=1)(bundle or _bundled)
        self._market = lru_cache(maxsize=KEPT_MARKETS)(self._build_market)
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise
        self.database.check = schema.same

    def __str__(self) -> str:
        return str(self.database)

    def close(self) -> None:
        """Give back all connections; the next use opens new ones."""
        self.database.close()

    def snapshots(self) -> tuple[Snapshot, ...]:
        """All snapshots, newest first."""
        with self.database.reading() as connection:
            return snapshots.snapshots(connection)

    def latest(self) -> Snapshot:
        """The newest snapshot."""
        with self.database.reading() as connection:
            newest = snapshots.latest(connection)
        if newest is None:
            raise StoreError(f"store {self}: holds no snapshot; `python app.py status --restore` makes one")
        return newest

    def snapshot(self, snapshot_id: str | None = None) -> Snapshot:
        """The snapshot of that id, by default the newest; UnknownNameError if there is none."""
        if snapshot_id is None:
            return self.latest()
        with self.database.reading() as connection:
            return snapshots.find(connection, snapshot_id)

    def holdings(self, snapshot: Snapshot) -> tuple[Holding, ...]:
        """What a snapshot holds, by kind and symbol."""
        with self.database.reading() as connection:
            return snapshots.holdings(connection, snapshot)

    def findings(self, snapshot: Snapshot) -> tuple[Finding, ...]:
        """What the quality checks found in the bars of a snapshot, by symbol."""
        with self.database.reading() as connection:
            return snapshots.findings(connection, snapshot)

    def frame(self, holding: Holding) -> pd.DataFrame:
        """The numbers of a holding, checked against their SHA-256."""
        with self.database.reading() as connection:
            return snapshots.frame(connection, holding)

    def market(self, instruments: Instruments, snapshot_id: str | None = None) -> Market:
        """The market as a snapshot has it, by default the newest; bars are read when first used."""
        return self._market(tuple(instruments.values()), self.snapshot(snapshot_id))

    def runs(self, limit: int = 20) -> tuple[Run, ...]:
        """The last refreshes, newest first; the first may still be running."""
        with self.database.reading() as connection:
            return runs(connection, limit)

    def close_left_run(self) -> None:
        """Mark a run as failed whose process is gone: nobody holds the lock that it held."""
        last = self.runs(1)
        if last and last[0].status == "running" and not self.database.read_only:
            with self.database.lock("refresh").attempt() as free:
                if free:
                    self.run_log.close_left()

    def write_snapshot(self, new: Contents, base: Snapshot | None = None) -> Snapshot:
        """Add a snapshot that holds all of `base`, with the series of `new` in place or beside.

        It becomes visible as a whole, or not at all.
        """
        with self.database.writing() as connection:
            return snapshots.insert(connection, base, new)

    def prune(self, kept: int = KEPT_SNAPSHOTS) -> tuple[str, ...]:
        """Remove old snapshots by `PRUNE_RULE` and return their ids."""
        with self.database.writing() as connection:
            every = snapshots.snapshots(connection)
            spared = _spared(every, kept)
            gone = [snapshot for snapshot in every if snapshot.number not in spared]
            if gone:
                snapshots.delete(connection, [snapshot.number for snapshot in gone])
        return tuple(snapshot.id for snapshot in gone)

    def _prepare(self) -> None:
        if self._up_to_date():
            return
        if self.database.read_only:
            raise self.database.not_writable()
        with self.database.lock("create").attempt(CREATE_SECONDS) as mine:
            if not mine:
                raise StoreError(f"store {self}: another process has been making it for a minute; try again")
            self.database.make_file()
            with self.database.writing() as connection:
                schema.migrate(connection)
                if not self._has_bundle(connection):
                    self._take_in_bundle(connection)
                    self._bundle.cache_clear()  # with every bar that was read

    def _up_to_date(self) -> bool:
        if self.database.empty:
            return False
        with self.database.reading() as connection:
            current = schema.is_current(connection)
            return current and (self.database.read_only or self._has_bundle(connection))

    def _has_bundle(self, connection: sa.Connection) -> bool:
        known = sa.exists().where(schema.SNAPSHOTS.c.origin == origin(self._bundle().provenance))
        return bool(connection.scalar(sa.select(known)))

    def _take_in_bundle(self, connection: sa.Connection) -> None:
        base = snapshots.latest(connection)
        held = {(held.kind, held.symbol): held for held in snapshots.holdings(connection, base)}
        bundled = _bundled_series(self._bundle())
        fresh = [series for series in bundled if _replaces(series, held.get((series.kind, series.symbol)))]
        now = dt.datetime.now(dt.timezone.utc)
        new = Contents(
            fresh, origin(self._bundle().provenance), "bundled", True, now, _bundle_findings(fresh)
        )
        snapshots.insert(connection, base, new)

    def _build_market(self, instruments: Sequence[Instrument], snapshot: Snapshot) -> Market:
        known = {instrument.symbol: instrument for instrument in instruments}
        return market_of(known, snapshot, self.holdings(snapshot), self.frame, self._bundle().factors)


def restore(url: str | None = None, bundle: Callable[[], Market] | None = None) -> tuple[Store, Path]:
    """Start anew from the bundled prices; gives the new store and where the old file was moved.

    Own events come along as far as the old file can be read.
    """
    aside = Database(url).set_aside()
    store = Store(url, bundle)
    with suppress(sqlite3.Error):
        _bring_own_events(aside, store)
    return store, aside


def _bring_own_events(aside: Path, store: Store) -> None:
    with reading(aside) as old:
        for table in (schema.OWN_EVENTS, schema.OWN_PRICES):
            if rows := [dict(row) for row in old.execute(f"select * from {table.name}")]:
                with store.database.writing() as connection:
                    connection.execute(sa.insert(table), rows)


def _bundled() -> Market:
    return replace(bundled_market(()), histories=histories())


def _bundled_series(market: Market) -> Iterator[Series]:
    for symbol, history in market.histories.items():
        yield Series("daily", symbol, history.bars[list(BAR_COLUMNS)], history.source, history.retrieved)
    for symbol, bars in market.hourly.items():
        yield Series("hourly", symbol, bars, market.provenance.source, market.provenance.retrieved)


def _bundle_findings(bundled: Sequence[Series]) -> list[Finding]:
    """What the checks say about bundled bars of the catalogue's instruments."""
    from data.catalogue.dossiers import dossiers

    known = {item.symbol: item for dossier in dossiers().values() for item in dossier.instruments}
    found: list[Finding] = []
    for series in bundled:
        if series.kind == "daily" and series.symbol in known:
            first, last = series.frame.index[0].date(), series.frame.index[-1].date()
            calendar = sessions(known[series.symbol].sessions_of, first, last)
            found += check_bars(series.symbol, series.frame, calendar)
    return found


def _replaces(series: Series, held: Holding | None) -> bool:
    """Whether bundled bars take the place of what is held: never that of fetched or longer bars."""
    if held is None:
        return True
    return held.source == series.source and series.frame.index[-1].date() >= held.last


def _spared(newest_first: Sequence[Snapshot], kept: int) -> set[int]:
    """Numbers of the snapshots that `PRUNE_RULE` keeps."""
    spared = {snapshot.number for snapshot in newest_first[: max(kept, 1)]}
    spared |= {snapshot.number for snapshot in newest_first if snapshot.origin != "refresh"}
    months = {f"{snapshot.created:%Y-%m}": snapshot.number for snapshot in reversed(newest_first)}
    complete = [snapshot.number for snapshot in newest_first if snapshot.complete]
    return spared | set(months.values()) | set(complete[:1])
