"""Snapshots in the database: what they are, and how one is read, written and pruned.

Every function works inside the caller's transaction.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa

from analysis.market.errors import DataError, UnknownNameError
from data.quality.checks import Finding
from data.store.place import stamp
from data.store.schema import FINDINGS, HOLDINGS, SERIES, SNAPSHOTS
from data.store.series import pack, unpack
from data.store.stored import Holding, Snapshot, holding_of, snapshot_of


@dataclass(frozen=True, eq=False, slots=True)
class Series:
    """Numbers of one symbol on their way into a snapshot; `kind` as in `Holding`."""

    kind: str
    symbol: str
    frame: pd.DataFrame
    source: str
    retrieved: dt.date
    currency: str = ""
    timezone: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes into a new snapshot besides what it takes over from the one before."""

    series: Sequence[Series]
    origin: str
    library: str
    complete: bool
    created: dt.datetime
    findings: Sequence[Finding] = ()


def snapshots(connection: sa.Connection) -> tuple[Snapshot, ...]:
    """All snapshots, newest first: by number, so that a clock set back changes nothing."""
    rows = connection.execute(sa.select(SNAPSHOTS).order_by(SNAPSHOTS.c.number.desc())).mappings()
    return tuple(snapshot_of(row) for row in rows)


def latest(connection: sa.Connection) -> Snapshot | None:
    """The newest snapshot, or None in an empty store."""
    query = sa.select(SNAPSHOTS).order_by(SNAPSHOTS.c.number.desc()).limit(1)
    row = connection.execute(query).mappings().first()
    return snapshot_of(row) if row else None


def find(connection: sa.Connection, snapshot_id: str) -> Snapshot:
    """The snapshot of that id; UnknownNameError lists the known ones."""
    row = connection.execute(sa.select(SNAPSHOTS).where(SNAPSHOTS.c.id == snapshot_id)).mappings().first()
    if row is None:
        raise UnknownNameError("snapshot", snapshot_id, connection.scalars(sa.select(SNAPSHOTS.c.id)))
    return snapshot_of(row)


def holdings(connection: sa.Connection, snapshot: Snapshot | None) -> tuple[Holding, ...]:
    """What a snapshot holds, by kind and symbol; nothing for None."""
    columns = [column for column in HOLDINGS.c if column.name != "snapshot"]
    query = sa.select(*columns).where(HOLDINGS.c.snapshot == (snapshot.number if snapshot else None))
    rows = connection.execute(query.order_by(HOLDINGS.c.kind, HOLDINGS.c.symbol)).mappings()
    return tuple(map(holding_of, rows))


def frame(connection: sa.Connection, holding: Holding) -> pd.DataFrame:
    """The numbers of a holding, checked against their SHA-256."""
    payload = connection.scalar(sa.select(SERIES.c.payload).where(SERIES.c.sha256 == holding.series))
    if payload is None:
        raise DataError(f"{holding}: their snapshot was pruned meanwhile; load the page again")
    return unpack(holding.series, payload, str(holding))


def insert(connection: sa.Connection, base: Snapshot | None, new: Contents) -> Snapshot:
    """Write a snapshot: all that `base` holds, with the series of `new` in their place or beside."""
    held = {(holding.kind, holding.symbol): holding for holding in holdings(connection, base)}
    held |= {(series.kind, series.symbol): _put(connection, series) for series in new.series}
    ends = [holding.last for holding in held.values() if holding.kind == "daily"]
    if not ends:
        raise DataError("a snapshot without daily bars is not written")
    number = (connection.scalar(sa.select(sa.func.max(SNAPSHOTS.c.number))) or 0) + 1
    row = {
        "number": number,
        "id": f"{new.created:%Y%m%d}.{number}" if base else new.origin,
        "created": stamp(new.created),
        "origin": new.origin,
        "source": _sources(held.values()),
        "library": new.library,
        "sha256": _fingerprint(held.values()),
        "as_of": max(ends).isoformat(),
        "complete": new.complete,
    }
    connection.execute(sa.insert(SNAPSHOTS), row)
    connection.execute(sa.insert(HOLDINGS), [_row(number, holding) for holding in held.values()])
    renewed = {series.symbol for series in new.series}
    kept = [finding for finding in findings(connection, base) if finding.symbol not in renewed]
    if rows := [_finding_row(number, finding) for finding in (*kept, *new.findings)]:
        connection.execute(sa.insert(FINDINGS), rows)
    return snapshot_of(row)


def findings(connection: sa.Connection, snapshot: Snapshot | None) -> tuple[Finding, ...]:
    """What the checks found in the bars of a snapshot, by symbol."""
    number = snapshot.number if snapshot else None
    query = sa.select(FINDINGS).where(FINDINGS.c.snapshot == number)
    rows = connection.execute(query.order_by(FINDINGS.c.symbol, FINDINGS.c.number)).mappings()
    return tuple(_finding(row) for row in rows)


def delete(connection: sa.Connection, numbers: Collection[int]) -> None:
    """Remove snapshots, and the series that no other snapshot holds."""
    for table, column in ((FINDINGS, FINDINGS.c.snapshot), (HOLDINGS, HOLDINGS.c.snapshot)):
        connection.execute(sa.delete(table).where(column.in_(numbers)))
    connection.execute(sa.delete(SNAPSHOTS).where(SNAPSHOTS.c.number.in_(numbers)))
    connection.execute(sa.delete(SERIES).where(SERIES.c.sha256.not_in(sa.select(HOLDINGS.c.series))))


def _put(connection: sa.Connection, series: Series) -> Holding:
    sha256, payload = pack(series.frame)
    known = connection.scalar(sa.select(sa.exists().where(SERIES.c.sha256 == sha256)))
    if not known:
        connection.execute(sa.insert(SERIES).values(sha256=sha256, payload=payload))
    days = pd.DatetimeIndex(series.frame.index).date
    return Holding(
        series.kind, series.symbol, sha256, series.source, series.retrieved, series.currency,
        series.timezone, days[0], days[-1], len(days),
    )  # fmt: skip


def _fingerprint(held: Iterable[Holding]) -> str:
    lines = sorted(f"{holding.kind} {holding.symbol} {holding.series}" for holding in held)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _sources(held: Iterable[Holding]) -> str:
    """Each source once: bundled bars name several in one text."""
    return "; ".join(sorted({source for holding in held for source in holding.source.split("; ")}))


def _row(number: int, holding: Holding) -> dict[str, Any]:
    dates = {name: getattr(holding, name).isoformat() for name in ("retrieved", "first", "last")}
    return {"snapshot": number, **asdict(holding), **dates}


def _finding_row(number: int, finding: Finding) -> dict[str, Any]:
    sessions = [session.isoformat() for session in finding.sessions]
    return {**asdict(finding), "snapshot": number, "sessions": sessions}


def _finding(row: Any) -> Finding:
    sessions = tuple(map(dt.date.fromisoformat, row["sessions"] or ()))
    return Finding(row["symbol"], row["check"], row["severity"], row["sentence"], sessions)
