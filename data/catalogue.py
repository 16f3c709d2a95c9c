"""The event catalogue: data/events/*.toml, checked at the door and turned into the analysis' own words."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from analysis.errors import DataError, UnknownNameError
from analysis.event import Event, TimelineEntry
from analysis.market import Instrument
from analysis.reported import Article, Basis, Dossier, Qualifier, ReportedFact, ReportedMove
from data.calendars import calendar_of

EVENTS = Path(__file__).parent / "events"
WITHOUT_FIGURE = ("level", "rank", "none")  # bases of a claim that prints no percentage
NUMBER_WORDS = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "date_type": "a date like 2025-01-27",
    "list_type": "a list [...]",
    "tuple_type": "a list [...]",
    "dict_type": "a table {...}",
    "model_type": "a table {...}",
    "string_too_short": "text that is not empty",
    "timezone_aware": "a time with its zone, like 2025-01-27T09:41:00Z",
    "datetime_type": "a time with its zone, like 2025-01-27T09:41:00Z",
}
PATTERN_WORDS = {
    "reported": 'a percentage as printed, with its sign, in quotes: "-11.5"',
    "exchange": "a market identifier code, e.g. XNAS",
    "calendar": "a market identifier code, e.g. XNYS",
    "currency": "a currency code, e.g. USD",
}

Text = Annotated[str, Field(min_length=1)]
ExchangeCode = Annotated[str, Field(pattern=r"^[A-Z0-9]{4,5}$")]


class Row(BaseModel):
    """A table of the file: no unknown key, no silent conversion."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class EventRow(Row):
    name: Text
    information_time: AwareDatetime | None = None
    session: dt.date | None = None


class TimelineRow(Row):
    date: dt.date
    label: Text
    kind: Literal["event", "context", "confounder"] = "context"
    symbols: list[str] = []


class InstrumentRow(Row):
    symbol: Text
    name: Text
    exchange: ExchangeCode
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    group: Literal["articles", "wider", "benchmark", "reported"]
    sector: str = ""
    benchmark: str | None = None
    stand_in: str | None = None
    calendar: ExchangeCode | None = None
    region: Literal["US", "Europe"] | None = None
    live: bool = True
    note: str = ""


class ArticleRow(Row):
    id: Text
    publisher: Text
    title: Text
    date: Text
    summary: Text


class MoveRow(Row):
    id: Text
    source: Text
    featured: bool
    date: dt.date
    basis: Basis
    symbol: str | None = None
    qualifier: Qualifier = "exact"
    reported: Annotated[str, Field(pattern=r"^[+-]\d+(\.\d+)?$")] | None = None
    time: AwareDatetime | None = None
    statement: str = ""
    weeks: Annotated[int, Field(gt=0)] | None = None
    note: str = ""


class FactRow(Row):
    name: Text
    by_article: dict[str, Text]


class EventFile(Row):
    event: EventRow
    instruments: list[InstrumentRow]
    articles: list[ArticleRow] = []
    moves: list[MoveRow] = []
    facts: list[FactRow] = []
    timeline: list[TimelineRow] = []


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
    return read_dossier(known[slug])


def read_dossier(path: Path) -> Dossier:
    """Read and check one catalogue file; the slug is the file's name."""
    try:
        content = EventFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path.name}: not valid TOML: {error}") from None
    except ValidationError as error:
        raise DataError(f"{path.name}: {_first_problem(error)}") from None
    for key, found, allowed in _contradictions(content):
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
    kind = problem["type"]
    if kind == "literal_error":
        return str(problem["ctx"]["expected"])
    if kind == "string_pattern_mismatch" or problem["loc"][-1] in ("reported", "currency"):
        return PATTERN_WORDS[problem["loc"][-1]]
    return NUMBER_WORDS.get(kind, str(problem["msg"]))


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


Problem = tuple[str, object, str]


def _contradictions(content: EventFile) -> Iterator[Problem]:
    """Rows that are well formed one by one and cannot be true together."""
    event = content.event
    if (event.information_time is None) == (event.session is None):
        found = "neither" if event.session is None else "both"
        yield "event", found, "either information_time or session"
    yield from _duplicates("instruments", "symbol", [row.symbol for row in content.instruments])
    yield from _duplicates("articles", "id", [row.id for row in content.articles])
    yield from _duplicates("moves", "id", [row.id for row in content.moves])
    yield from _unknown_symbols(content)
    yield from _unknown_articles(content)
    for i, move in enumerate(content.moves):
        yield from _unclear_move(f"moves[{i}]", move)


def _duplicates(table: str, key: str, values: Sequence[str]) -> Iterator[Problem]:
    for i, value in enumerate(values):
        if value in values[:i]:
            yield (
                f"{table}[{i}].{key}",
                value,
                f"each {key} once; {table}[{values.index(value)}] has it already",
            )


def _unknown_symbols(content: EventFile) -> Iterator[Problem]:
    symbols = {row.symbol for row in content.instruments}
    named: list[tuple[str, str | None]] = []
    for i, row in enumerate(content.instruments):
        named += [
            (f"instruments[{i}].benchmark", row.benchmark),
            (f"instruments[{i}].stand_in", row.stand_in),
        ]
    named += [(f"moves[{i}].symbol", move.symbol) for i, move in enumerate(content.moves)]
    for i, entry in enumerate(content.timeline):
        named += [(f"timeline[{i}].symbols[{j}]", symbol) for j, symbol in enumerate(entry.symbols)]
    for key, symbol in named:
        if symbol is not None and symbol not in symbols:
            yield key, symbol, f"a symbol of [instruments]: {', '.join(sorted(symbols))}"


def _unknown_articles(content: EventFile) -> Iterator[Problem]:
    known = [row.id for row in content.articles]
    named = [(f"moves[{i}].source", move.source) for i, move in enumerate(content.moves) if move.featured]
    for i, fact in enumerate(content.facts):
        named += [(f"facts[{i}].by_article.{article}", article) for article in fact.by_article]
    for key, article in named:
        if article not in known:
            yield key, article, f"an id of [articles]: {', '.join(known)}"


def _unclear_move(key: str, move: MoveRow) -> Iterator[Problem]:
    """A claim needs what its basis is checked with."""
    if move.basis in WITHOUT_FIGURE:
        if move.reported is not None:
            yield f"{key}.reported", move.reported, f"no figure where basis is {move.basis!r}"
        if not move.statement:
            yield f"{key}.statement", move.statement, f"the claim in words, as basis is {move.basis!r}"
    elif move.reported is None:
        yield f"{key}.reported", None, f"a percentage as printed, as basis is {move.basis!r}"
    if move.symbol is None and move.basis != "none":
        yield f"{key}.symbol", None, f"a symbol of [instruments], as basis is {move.basis!r}"
    if (move.weeks is None) == (move.basis == "level"):
        yield f"{key}.weeks", move.weeks, "the span of the low in weeks, for basis 'level' alone"
    if move.time is not None and move.time.astimezone(dt.timezone.utc).date() != move.date:
        yield f"{key}.time", move.time, f"a time on {move.date} (UTC)"


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
