"""The market that the store would give, without the database library that the store is made with.

Most commands read one market and leave. Importing that library takes longer than a study.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from analysis.market.prices import Instrument, Market
from data.bundled.bundle import bundled_market, origin
from data.store.place import database_url, reading, sqlite_file
from data.store.series import unpack
from data.store.stored import Holding, holding_of, market_of, snapshot_of

VERSION = 2  # of the tables that are read here (data/store/schema.py)

NAMED_OR_NEWEST = """
    select * from snapshots
    where id = coalesce(:id, id) and :version = (select version from schema_version)
        and exists (select * from snapshots where origin = :bundled)
    order by number desc limit 1
"""
HELD = """
    select kind, symbol, series, source, retrieved, currency, timezone, first, last, rows, payload
    from holdings left join series on sha256 = series where snapshot = ? order by kind, symbol
"""


def direct_market(instruments: Iterable[Instrument], snapshot_id: str | None = None) -> Market | None:
    """The market of a snapshot, by default the newest; None where only the store can tell.

    That is so for another database than SQLite, a snapshot that is not there, tables of another version or
    none, and bundled prices that have yet to enter the store. Without a store the bundled prices are the
    newest.
    """
    bundled, file = _bundled(instruments), sqlite_file(database_url())
    if snapshot_id == bundled.provenance.snapshot:
        return bundled
    if file is None:
        return None
    if not file.exists():
        return None if snapshot_id else bundled
    try:
        with reading(file) as connection:
            return _market(connection, snapshot_id, bundled)
    except sqlite3.Error:
        return None


def _market(connection: sqlite3.Connection, snapshot_id: str | None, bundled: Market) -> Market | None:
    connection.execute("begin")  # one state of the store
    usual = bundled.provenance.snapshot
    asked = {"id": snapshot_id, "version": VERSION, "bundled": usual}
    row = connection.execute(NAMED_OR_NEWEST, asked).fetchone()
    if row is None or row["id"] == usual:
        return row and bundled
    snapshot = snapshot_of(dict(row))
    rows = [dict(row) for row in connection.execute(HELD, [snapshot.number])]
    payloads = {row["series"]: row.pop("payload") or b"" for row in rows}

    def frame(holding: Holding) -> pd.DataFrame:
        return unpack(holding.series, payloads[holding.series], str(holding))

    return market_of(bundled.instruments, snapshot, map(holding_of, rows), frame, bundled.factors)


def _bundled(instruments: Iterable[Instrument]) -> Market:
    """The bundled prices, named as the store names them."""
    market = bundled_market(instruments)
    source = "; ".join(sorted(market.provenance.source.split("; ")))
    return replace(
        market, provenance=replace(market.provenance, snapshot=origin(market.provenance), source=source)
    )
