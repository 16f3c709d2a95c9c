"""What an event file may hold: its tables and keys, what cannot be true together, and what is said then."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from analysis.claims.reported import Basis, Qualifier
from analysis.market.errors import DataError
from data.bundled.calendars import calendar_of, has_sessions

YEARS = range(1900, 2101)  # calendars count days within them
WITHOUT_FIGURE = ("level", "rank", "none")  # bases of a claim that prints no percentage

Text = Annotated[str, Field(min_length=1)]
Key = Annotated[str, Field(pattern=r"^\S{1,40}$")]
Percent = Annotated[str, Field(pattern=r"^[+-]\d+(\.\d+)?$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
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
    symbol: Key
    name: Text
    exchange: ExchangeCode
    currency: Currency
    group: Literal["articles", "wider", "benchmark", "reported"]
    sector: str = ""
    benchmark: str | None = None
    stand_in: str | None = None
    calendar: ExchangeCode | None = None
    region: Literal["US", "Europe"] | None = None
    live: bool = True
    contaminated: bool = False
    equal_members: Annotated[int, Field(gt=1)] | None = None
    note: str = ""


class ArticleRow(Row):
    id: Key
    publisher: Text
    title: Text
    date: Text
    summary: Text


class MoveRow(Row):
    id: Key
    source: Text
    featured: bool
    date: dt.date
    basis: Basis
    symbol: str | None = None
    qualifier: Qualifier = "exact"
    reported: Percent | None = None
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


def checked(name: str, content: bytes) -> dict[str, Any]:
    """The tables of an event file as plain values, every key filled in.

    Raises
    ------
    DataError
        If the file is broken: one line with file, key, value found and what is allowed.
    """
    try:
        file = EventFile.model_validate(tomllib.loads(content.decode("utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{name}: not valid TOML: {error}") from None
    except ValidationError as error:
        raise DataError(f"{name}: {_first_problem(error)}") from None
    for key, found, allowed in contradictions(file):
        raise DataError(f"{name}: {key}: found {_shown(found)}; allowed: {allowed}")
    return file.model_dump()


Problem = tuple[str, object, str]


def contradictions(content: EventFile) -> Iterator[Problem]:
    """Rows that are well formed one by one and cannot be true together."""
    event = content.event
    if (event.information_time is None) == (event.session is None):
        found = "neither" if event.session is None else "both"
        yield "event", found, "either information_time or session"
    news = event.information_time or event.session
    if news is not None and news.year not in YEARS:
        yield "event", str(news), f"a day from {YEARS[0]} to {YEARS[-1]}"
    if not any(row.group == "articles" for row in content.instruments):
        yield "instruments", "no firm", "at least one with group 'articles': the firms to study"
    yield from _duplicates("instruments", "symbol", [row.symbol for row in content.instruments])
    yield from _duplicates("articles", "id", [row.id for row in content.articles])
    yield from _duplicates("moves", "id", [row.id for row in content.moves])
    yield from _unknown_symbols(content)
    yield from _unknown_exchanges(content)
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


def _unknown_exchanges(content: EventFile) -> Iterator[Problem]:
    for i, row in enumerate(content.instruments):
        key, code = ("calendar", row.calendar) if row.calendar else ("exchange", row.exchange)
        if not has_sessions(calendar_of(code)):
            yield (
                f"instruments[{i}].{key}",
                code,
                "a code with a calendar, as XNYS or XLON; where the exchange has none, "
                "calendar names another's",
            )


def _unknown_articles(content: EventFile) -> Iterator[Problem]:
    known = [row.id for row in content.articles]
    named = [(f"moves[{i}].source", move.source) for i, move in enumerate(content.moves) if move.featured]
    for i, fact in enumerate(content.facts):
        named += [(f"facts[{i}].by_article.{article}", article) for article in fact.by_article]
    for key, article in named:
        if article not in known:
            yield key, article, f"an id of [articles]: {', '.join(known) or 'there is none yet'}"


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
