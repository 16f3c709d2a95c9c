"""Where the store is, and which prices are the newest there: asked before any heavy library is imported."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

from data.bundled.manifest import manifest

DEFAULT_FILE = Path(__file__).resolve().parents[2] / "var" / "aftershock.db"
SQLITE = "sqlite:///"

NEWEST = """
    select id from snapshots where exists (select * from snapshots where origin = :bundled)
    order by number desc limit 1
"""
OWN = "select id, slug, version from own_events where deleted is null order by changed desc, id"


def database_url() -> str:
    """Where the store is: the environment's ``AFTERSHOCK_DATABASE_URL``, else a file in ``var/``."""
    return os.environ.get("AFTERSHOCK_DATABASE_URL") or f"{SQLITE}{DEFAULT_FILE}"


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite database; None for any other."""
    file = Path(url.removeprefix(SQLITE))
    return file if url.startswith(SQLITE) and file.name not in ("", ":memory:") else None


def reading(file: Path) -> closing[sqlite3.Connection]:
    """A connection that can only read a store, its rows by name; a ``with`` closes it."""
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    return closing(connection)


def findings_folder() -> Path:
    """Where findings about events are kept: beside the store if that is a file, a folder for each store."""
    file = sqlite_file(database_url())
    name = file.name if file else sha256(database_url().encode()).hexdigest()[:16]
    return (file or DEFAULT_FILE).parent / "findings" / name


def direct_rows(query: str, parameters: Mapping[str, object]) -> list[dict[str, Any]] | None:
    """Rows of the store; None where only the store can tell, as in `data.store.direct`."""
    file = sqlite_file(database_url())
    if file is None:
        return None
    if not file.exists():
        return []
    try:
        with reading(file) as connection:
            return [dict(row) for row in connection.execute(query, parameters)]
    except sqlite3.Error:
        return None


def newest_snapshot() -> str | None:
    """The id of the newest prices; None where only the store can tell."""
    file = sqlite_file(database_url())
    if file is not None and not file.exists():
        return bundled_id()
    rows = direct_rows(NEWEST, {"bundled": bundled_id()})
    return str(rows[0]["id"]) if rows else None


def own_versions() -> dict[str, int] | None:
    """Own events by id, the last changed first, each with its version; None where only the store can tell."""
    rows = direct_rows(OWN, {})
    return None if rows is None else {row["id"]: row["version"] for row in rows}


def own_names() -> list[tuple[str, str]] | None:
    """What makers call their own events, with the ids, in the same order; None as above."""
    rows = direct_rows(OWN, {})
    return None if rows is None else [(row["slug"], row["id"]) for row in rows]


def bundled_id() -> str:
    """The id of the bundled prices as a snapshot: another one for every release that bundles others."""
    content = manifest().content
    return f"{content['name']}-{content['compiled_on'].replace('-', '')}"


def stamp(moment: dt.datetime) -> str:
    """A moment as the text the database keeps: UTC, to the second."""
    return moment.astimezone(dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
