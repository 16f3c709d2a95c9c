"""The event catalogue: data/events/*.toml, checked at the door and turned into the analysis' own words."""

from __future__ import annotations

import hashlib
import logging
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from analysis.claims.bases import BASES
from analysis.claims.reported import PERCENT, Article, Dossier, ReportedFact, ReportedMove
from analysis.market.errors import EventStudyError, UnknownNameError
from analysis.market.events import Event, TimelineEntry
from analysis.market.prices import Instrument
from data.bundled.calendars import calendar_of
from data.catalogue.files import EVENTS, KEPT, events

PROVED = EVENTS / "SHA256SUMS"
ABOUT = ("summary", "timing", "kind")  # what is written about an event beside its name and time

log = logging.getLogger(__name__)

Tables = Mapping[str, Any]


def dossiers(directory: Path = EVENTS) -> dict[str, Dossier]:
    """Every event whose file can be read, by slug; a broken file is logged and hides no other event."""
    found = {}
    for slug in events(directory):
        try:
            found[slug] = dossier(slug, directory)
        except EventStudyError as error:
            _complain(str(error))
    return found


@lru_cache(KEPT)
def _complain(mistake: str) -> None:
    """Log a mistake once, however often pages ask."""
    log.warning("this event is left out: %s", mistake)


def dossier(slug: str, directory: Path = EVENTS) -> Dossier:
    """Everything written about one event.

    Raises
    ------
    UnknownNameError
        If no file of that name exists.
    DataError
        If the file is broken: one line with file, key, value found and what is allowed.
    """
    known = events(directory)
    if slug not in known:
        raise UnknownNameError("event", slug, known)
    state = known[slug].stat()
    return _as_written(known[slug], state.st_mtime_ns, state.st_size)


@lru_cache(KEPT)
def _as_written(path: Path, changed: int, size: int) -> Dossier:
    """A file's content until it changes: pages ask for it with every request."""
    return read_dossier(path)


def read_dossier(path: Path) -> Dossier:
    """Read and check one catalogue file; the slug is the file's name."""
    return dossier_of(path.stem, path.name, path.read_bytes())


def dossier_of(slug: str, name: str, content: bytes) -> Dossier:
    """Everything that the content of an event file of some name says.

    A bundled file passed every check before it was bundled, which a test proves. pydantic, which checks the
    others, takes longer to import than a study to be computed.

    Raises
    ------
    DataError
        If it is broken: one line with file, key, value found and what is allowed.
    """
    if hashlib.sha256(content).hexdigest() not in proved():
        from data.catalogue.event_file import check

        check(name, content)
    return _dossier(slug, tomllib.loads(content.decode("utf-8-sig")))


@cache
def proved() -> frozenset[str]:
    """SHA-256 of the bundled files, as `python -m data.catalogue.prove` lists them."""
    return frozenset(line.split()[0] for line in PROVED.read_text(encoding="utf-8").splitlines())


def _dossier(slug: str, tables: Tables) -> Dossier:
    timeline = tuple(
        TimelineEntry(**row | {"symbols": tuple(row.get("symbols", ()))})
        for row in tables.get("timeline", ())
    )
    written = {key: value for key, value in tables["event"].items() if key in ABOUT}
    event = {key: value for key, value in tables["event"].items() if key not in ABOUT}
    return Dossier(
        event=Event(slug, **event, timeline=timeline),
        instruments=tuple(_instrument(row) for row in tables["instruments"]),
        articles=tuple(Article(**row) for row in tables.get("articles", ())),
        moves=tuple(_move(row) for row in tables.get("moves", ())),
        facts=tuple(
            ReportedFact(row["name"], tuple(row["by_article"].items())) for row in tables.get("facts", ())
        ),
        **written,
    )


def _instrument(row: dict[str, Any]) -> Instrument:
    return Instrument(**row | {"calendar": row.get("calendar") or calendar_of(row["exchange"])})


def _move(row: dict[str, Any]) -> ReportedMove:
    """The claim with its figure as it was printed; a file calls that `reported`."""
    renamed = {"reported": "printed", "reported_high": "printed_high"}
    columns = {"symbol": None} | {renamed.get(key, key): value for key, value in row.items()}
    return ReportedMove(**columns | {"unit": _unit(row)})


def _unit(row: dict[str, Any]) -> str | None:
    """What a figure counts: the basis tells, and for money the file."""
    units = {"percent": PERCENT, "points": "points", "money": row.get("unit"), "none": None}
    return units[BASES[row["basis"]].figure]
