"""The event catalogue: data/events/*.toml, checked at the door and turned into the analysis' own words."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from analysis.errors import DataError, UnknownNameError
from analysis.event import Event, TimelineEntry
from analysis.market import Instrument
from analysis.reported import Article, Dossier, ReportedFact, ReportedMove
from data.calendars import calendar_of
from data.event_file import EventFile, InstrumentRow, MoveRow, contradictions

EVENTS = Path(__file__).parent / "events"
KEPT = 16
# What is allowed, in words: by the key, else by the kind of mistake that pydantic names.
KEY_WORDS = {
    "symbol": "a symbol without spaces, e.g. NVDA",
    "id": "a short key without spaces",
    "reported": 'a percentage as printed, with its sign, in quotes: "-11.5"',
    "exchange": "a market identifier code, e.g. XNAS",
    "calendar": "a market identifier code, e.g. XNYS",
    "currency": "a currency code, e.g. USD",
    "time": "a time with its zone, like 2025-01-27T09:41:00Z",
    "information_time": "a time with its zone, like 2025-01-26T20:00:00Z",
    "weeks": "a whole number above zero",
}
TYPE_WORDS = {
    "string_type": "text in quotes",
    "string_too_short": "text that is not empty",
    "bool_type": "true or false",
    "date_type": "a date like 2025-01-27",
    "list_type": "a list [...]",
    "dict_type": "a table {...}",
    "model_type": "a table {...}",
}


def events(directory: Path = EVENTS) -> dict[str, Path]:
    """Catalogue files by slug, in order of their names."""
    return {path.stem: path for path in sorted(directory.glob("*.toml"))}


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
    try:
        content = EventFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path.name}: not valid TOML: {error}") from None
    except ValidationError as error:
        raise DataError(f"{path.name}: {_first_problem(error)}") from None
    for key, found, allowed in contradictions(content):
        raise DataError(f"{path.name}: {key}: found {_shown(found)}; allowed: {allowed}")
    return _dossier(path.stem, content)


def _first_problem(error: ValidationError) -> str:
    problems = error.errors(include_url=False)
    first = problems[0]
    key = _dotted(first["loc"])
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    if first["type"] == "missing":
        return f"{key}: missing; this key is required{more}"
    if first["type"] == "extra_forbidden":
        return f"{key}: unknown key; allowed: {', '.join(_keys_at(first['loc'][:-1]))}{more}"
    return f"{key}: found {_shown(first['input'])}; allowed: {_allowed(first)}{more}"


def _allowed(problem: Any) -> str:
    if problem["type"] == "literal_error":
        return str(problem["ctx"]["expected"])
    by_type = TYPE_WORDS.get(problem["type"], problem["msg"])
    return str(KEY_WORDS.get(problem["loc"][-1], by_type))


def _keys_at(loc: Sequence[int | str]) -> list[str]:
    """Keys allowed in the table at a place of the file."""
    model: Any = EventFile
    for part in loc:
        if isinstance(part, str):
            annotation = model.model_fields[part].annotation
            model = annotation.__args__[0] if hasattr(annotation, "__args__") else annotation
    return list(model.model_fields)


def _dotted(loc: Sequence[int | str]) -> str:
    """``("moves", 3, "basis")`` as ``moves[3].basis``."""
    out = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)
    return out.lstrip(".")


def _shown(value: object) -> str:
    text = str(value) if isinstance(value, dt.date) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _dossier(slug: str, content: EventFile) -> Dossier:
    timeline = tuple(
        TimelineEntry(row.date, row.label, row.kind, tuple(row.symbols)) for row in content.timeline
    )
    return Dossier(
        event=Event(slug, **content.event.model_dump(), timeline=timeline),
        instruments=tuple(_instrument(row) for row in content.instruments),
        articles=tuple(Article(**row.model_dump()) for row in content.articles),
        moves=tuple(_move(row) for row in content.moves),
        facts=tuple(ReportedFact(row.name, tuple(row.by_article.items())) for row in content.facts),
    )


def _instrument(row: InstrumentRow) -> Instrument:
    fields = row.model_dump()
    return Instrument(**fields | {"calendar": row.calendar or calendar_of(row.exchange)})


def _move(row: MoveRow) -> ReportedMove:
    """The claim with its percentage as a decimal; how many decimals were printed is data too."""
    if row.reported is None:
        return ReportedMove(**row.model_dump())
    printed = Decimal(row.reported)
    places = -int(printed.as_tuple().exponent)
    return ReportedMove(**row.model_dump() | {"reported": float(printed / 100), "decimals": places})
