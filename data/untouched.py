"""The bundled prices from their files, for as long as the store holds nothing else.

Most commands read one market and leave. Importing the database library for that takes longer than a study.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from analysis.market import Instrument, Market
from data.bundle import bundled_market, origin

DEFAULT_FILE = Path(__file__).resolve().parent.parent / "var" / "aftershock.db"
SQLITE = "sqlite:///"


def database_url() -> str:
    """Where the store is: the environment's ``AFTERSHOCK_DATABASE_URL``, else a file in ``var/``."""
    return os.environ.get("AFTERSHOCK_DATABASE_URL") or f"{SQLITE}{DEFAULT_FILE}"


def untouched_market(instruments: Iterable[Instrument], snapshot_id: str | None = None) -> Market | None:
    """The market that the store would give, if that is the bundled prices; None if only the store can tell.

    They are the newest where no store was made yet, or none of its snapshots came after theirs.
    """
    market = bundled_market(instruments)
    source = "; ".join(sorted(market.provenance.source.split("; ")))
    provenance = replace(market.provenance, snapshot=origin(market.provenance), source=source)
    newest = snapshot_id or _newest(database_url(), provenance.snapshot)
    return replace(market, provenance=provenance) if newest == provenance.snapshot else None


def _newest(url: str, bundled: str) -> str | None:
    """Id of the newest snapshot, `bundled` where there is none yet; None where only the store can tell."""
    file = Path(url.removeprefix(SQLITE))
    if not url.startswith(SQLITE) or not file.name or file.name == ":memory:":
        return None
    if not file.exists():
        return bundled
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            (newest,) = connection.execute("select id from snapshots order by number desc limit 1").fetchone()
            return str(newest)
    except (sqlite3.Error, TypeError):
        return None
