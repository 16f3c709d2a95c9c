"""Tables of the store, and the steps that bring an older database to today's form.

A *series* is one frame of numbers, kept once under its SHA-256. A *holding* says that a snapshot
holds a series as the daily bars, hourly bars or actions (dividends, splits) of a symbol.
*Own events* are those that readers made; their own prices belong to one event alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sqlalchemy as sa
from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, LargeBinary, String, Text

from analysis.market.errors import StoreError

METADATA = sa.MetaData()

SERIES = sa.Table(
    "series",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("payload", LargeBinary, nullable=False),
)
SNAPSHOTS = sa.Table(
    "snapshots",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("created", String(20), nullable=False),
    Column("origin", String(64), nullable=False),
    Column("source", Text, nullable=False),
    Column("library", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("as_of", String(10), nullable=False),
    Column("complete", Boolean, nullable=False),
    sqlite_autoincrement=True,  # a number is never given twice, even after pruning
)
HOLDINGS = sa.Table(
    "holdings",
    METADATA,
    Column("snapshot", ForeignKey("snapshots.number", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("symbol", String(32), primary_key=True),
    Column("series", ForeignKey("series.sha256"), nullable=False, index=True),
    Column("source", Text, nullable=False),
    Column("retrieved", String(10), nullable=False),
    Column("currency", String(8), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("first", String(10), nullable=False),
    Column("last", String(10), nullable=False),
    Column("rows", Integer, nullable=False),
)
FINDINGS = sa.Table(
    "findings",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("snapshot", ForeignKey("snapshots.number", ondelete="CASCADE"), nullable=False, index=True),
    Column("symbol", String(32), nullable=False),
    Column("check", String(64), nullable=False),
    Column("severity", String(16), nullable=False),
    Column("sentence", Text, nullable=False),
    Column("sessions", JSON, nullable=False),
)
RUNS = sa.Table(
    "runs",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("started_by", String(64), nullable=False),
    Column("started", String(20), nullable=False),
    Column("finished", String(20)),
    Column("status", String(16), nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("message", Text, nullable=False),
    Column("snapshot", String(64)),
    Column("results", JSON, nullable=False),
)
OWN_EVENTS = sa.Table(
    "own_events",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("slug", String(64), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created", String(20), nullable=False),
    Column("changed", String(20), nullable=False),
    Column("deleted", String(20)),
    Column("secret", String(64), nullable=False),
)
OWN_PRICES = sa.Table(
    "own_prices",
    METADATA,
    Column("event", ForeignKey("own_events.id", ondelete="CASCADE"), primary_key=True),
    Column("symbol", String(40), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("source", Text, nullable=False),
    Column("retrieved", String(10), nullable=False),
    Column("said", Text, nullable=False),
)
SCHEMA_VERSION = sa.Table("schema_version", METADATA, Column("version", Integer, nullable=False))


Migration = Callable[[sa.Connection], None]


def _add_own_events(connection: sa.Connection) -> None:
    METADATA.create_all(connection, (OWN_EVENTS, OWN_PRICES))


MIGRATIONS: tuple[Migration, ...] = (_add_own_events,)
"""Step k brings a database of version k + 1 to k + 2. Append; never edit a released step."""

VERSION = 1 + len(MIGRATIONS)


def schema_version(connection: sa.Connection) -> int:
    """Version of the database; 0 when it is empty."""
    if not sa.inspect(connection).has_table(SCHEMA_VERSION.name):
        return 0
    return connection.scalar(sa.select(SCHEMA_VERSION.c.version)) or 0


def is_current(connection: sa.Connection) -> bool:
    """Whether no migration is due; a newer database than the program is `migrate`'s to refuse."""
    return schema_version(connection) == VERSION


def same(connection: sa.Connection) -> None:
    """StoreError if another store than the one that was opened stands here now, in another form."""
    version = connection.scalar(sa.select(SCHEMA_VERSION.c.version))
    if version != VERSION:
        done = "update the program" if (version or 0) > VERSION else "restart, which brings it up to date"
        raise StoreError(f"the store has schema version {version} now, this program uses {VERSION}: {done}")


def migrate(connection: sa.Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring the database to the newest version, within the caller's transaction.

    Raises
    ------
    StoreError
        If the database was written by a newer version of the program.
    """
    version, newest = schema_version(connection), 1 + len(migrations)
    if version > newest:
        raise StoreError(
            f"the store has schema version {version}, this program knows {newest}: update the program"
        )
    if version == 0:
        METADATA.create_all(connection)
    else:
        for step in migrations[version - 1 :]:
            step(connection)
    connection.execute(sa.delete(SCHEMA_VERSION))
    connection.execute(sa.insert(SCHEMA_VERSION).values(version=newest))
