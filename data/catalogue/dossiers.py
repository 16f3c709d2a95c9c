"""The event catalogue: data/events/*.toml, checked at the door and turned into the analysis' own words."""

from __future__ import annotations

import hashlib
import logging
import os
import pickle
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from analysis.claims import reported
from analysis.claims.reported import Article, Dossier, ReportedFact, ReportedMove
from analysis.market.errors import EventStudyError, UnknownNameError
from analysis.market.events import Event, TimelineEntry
from analysis.market.prices import Instrument
from data.bundled.calendars import calendar_of

EVENTS = Path(__file__).parents[1] / "events"
CLAIMS = Path(reported.__file__).parent
CHECKERS = (
    *(Path(__file__).parent / name for name in ("event_file.py", "contradictions.py")),
    *(CLAIMS / f"{m}.py" for m in ("bases", "periods", "reported")),
)
KEPT = 1024  # files: more than a catalogue has, so that pages never read one twice
ABOUT = ("summary", "timing", "kind")  # what is written about an event beside its name and time

log = logging.getLogger(__name__)

Tables = Mapping[str, Any]


def events(directory: Path = EVENTS) -> dict[str, Path]:
    """Catalogue files by slug, in order of their names."""
    return {path.stem: path for path in sorted(directory.glob("*.toml"))}


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
    return _dossier(path.stem, _checked(path))


def _checked(path: Path) -> Tables:
    """The tables of a file that passed every check.

    They are kept beside it, as Python keeps what it compiled: pydantic takes longer to import than a
    study to be computed. The file is checked again when it or the checks have changed.
    """
    content = path.read_bytes()
    key = hashlib.sha256(b"".join([content, *(path.read_bytes() for path in CHECKERS)])).hexdigest()
    kept = path.parent / "__pycache__" / f"{path.stem}.checked"
    with suppress(Exception):  # whatever is wrong with it, it is made again
        made_of, tables = pickle.loads(kept.read_bytes())
        if made_of == key:
            return dict(tables)
    from data.catalogue.event_file import checked

    tables = checked(path.name, content)
    with suppress(OSError):  # where nothing can be written, the file is checked every time
        _keep(kept, pickle.dumps((key, tables)))
    return tables


def _keep(file: Path, content: bytes) -> None:
    """Write a file that others may be reading or writing now."""
    file.parent.mkdir(exist_ok=True)
    own = file.with_suffix(f".{os.getpid()}")
    own.write_bytes(content)
    own.replace(file)


def _dossier(slug: str, tables: Tables) -> Dossier:
    timeline = tuple(TimelineEntry(**row | {"symbols": tuple(row["symbols"])}) for row in tables["timeline"])
    written = {key: tables["event"][key] for key in ABOUT}
    event = {key: value for key, value in tables["event"].items() if key not in ABOUT}
    return Dossier(
        event=Event(slug, **event, timeline=timeline),
        instruments=tuple(_instrument(row) for row in tables["instruments"]),
        articles=tuple(Article(**row) for row in tables["articles"]),
        moves=tuple(_move(row) for row in tables["moves"]),
        facts=tuple(ReportedFact(row["name"], tuple(row["by_article"].items())) for row in tables["facts"]),
        **written,
    )


def _instrument(row: dict[str, Any]) -> Instrument:
    return Instrument(**row | {"calendar": row["calendar"] or calendar_of(row["exchange"])})


def _move(row: dict[str, Any]) -> ReportedMove:
    """The claim with its figure as it was printed; a file calls that `reported`."""
    renamed = {"reported": "printed", "reported_high": "printed_high"}
    return ReportedMove(**{renamed.get(key, key): value for key, value in row.items()})
