"""What an event file may hold: its tables and keys, what cannot be true together, and what is said then."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from analysis.claims.bases import BASES
from analysis.claims.periods import understood
from analysis.claims.reported import PERCENT, Basis, Qualifier
from analysis.market.errors import DataError
from analysis.market.prices import kind_of
from data.bundled.calendars import calendar_of, has_sessions

YEARS = range(1900, 2101)  # calendars count days within them
SPANNING = ("period", "superlative")  # bases that need a period
PERIODS = (
    "week, month, quarter, ytd, year, N-day, N-week, N-month, N-year, since 2020-03-16 (or a year), ever"
)

Text = Annotated[str, Field(min_length=1)]
Key = Annotated[str, Field(pattern=r"^\S{1,40}$")]
Percent = Annotated[str, Field(pattern=r"^[+-]\d+(\.\d+)?$")]
Money = Annotated[str, Field(pattern=r"^(million|billion|trillion) [A-Z]{3}$")]
Link = Annotated[str, Field(pattern=r"^(https?://\S+)?$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
ExchangeCode = Annotated[str, Field(pattern=r"^[A-Z0-9]{4,5}$")]


class Row(BaseModel):
    """A table of the file: no unknown key, no silent conversion."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class EventRow(Row):
    name: Text
    information_time: AwareDatetime | None = None
    session: dt.date | None = None
    summary: str = ""
    timing: str = ""
    kind: Literal["technology", "results", "accounts", "deal", "policy", "market", ""] = ""


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
    link: Link = ""


class MoveRow(Row):
    id: Key
    source: Text
    featured: bool
    date: dt.date
    basis: Basis
    symbol: str | None = None
    qualifier: Qualifier = "exact"
    reported: Percent | None = None
    reported_high: Percent | None = None
    unit: Money | None = None
    time: AwareDatetime | None = None
    statement: str = ""
    weeks: Annotated[int, Field(gt=0)] | None = None
    period: str | None = None
    sign: Literal[-1, 1] | None = None
    shares_outstanding: Annotated[int, Field(gt=0)] | None = None
    note: str = ""
    link: Link = ""


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
    "reported_high": 'the far end of a range as printed, with its sign, in quotes: "-5"',
    "unit": 'money as "billion USD"; points and percentages need no unit',
    "sign": "-1 (a fall) or 1 (a rise)",
    "shares_outstanding": "a whole number above zero",
    "link": "an address that begins with https:// or http://",
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
    tables = file.model_dump()
    for move in tables["moves"]:
        move["unit"] = _unit(move)
    return tables


def _unit(move: dict[str, Any]) -> str | None:
    """What a figure counts: the basis tells, and for money the file."""
    units: dict[str, str | None] = {
        "percent": PERCENT,
        "points": "points",
        "money": move["unit"],
        "none": None,
    }
    return units[BASES[move["basis"]].figure]


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
    yield from _wrong_bases(content)


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
    basis, of = BASES[move.basis], f"as basis is {move.basis!r}"
    if basis.figure == "none":
        if move.reported is not None:
            yield f"{key}.reported", move.reported, f"no figure where basis is {move.basis!r}"
        if not move.statement:
            yield f"{key}.statement", move.statement, f"the claim in words, {of}"
    elif move.reported is None:
        yield f"{key}.reported", None, f"a percentage as printed, {of}"
    if move.symbol is None and move.basis != "none":
        yield f"{key}.symbol", None, f"a symbol of [instruments], {of}"
    if (move.weeks is None) == (move.basis == "level"):
        yield f"{key}.weeks", move.weeks, "the span of the low in weeks, for basis 'level' alone"
    if (move.unit is None) == (basis.figure == "money"):
        yield f"{key}.unit", move.unit, "money as 'billion USD', for basis 'market_value' alone"
    if move.shares_outstanding is not None and basis.figure != "money":
        yield f"{key}.shares_outstanding", move.shares_outstanding, "shares for basis 'market_value' alone"
    if move.reported_high is not None and (move.reported or "+")[0] != move.reported_high[0]:
        yield (
            f"{key}.reported_high",
            move.reported_high,
            "the far end of a range, with the sign of `reported`",
        )
    yield from _unclear_span(key, move)
    if move.time is not None and move.time.astimezone(dt.timezone.utc).date() != move.date:
        yield f"{key}.time", move.time, f"a time on {move.date} (UTC)"


def _unclear_span(key: str, move: MoveRow) -> Iterator[Problem]:
    """Periods, and the direction of a record."""
    if (move.period is None) == (move.basis in SPANNING):
        yield f"{key}.period", move.period, f"for bases 'period' and 'superlative' alone: {PERIODS}"
    if move.period is not None and not understood(move.period):
        yield f"{key}.period", move.period, PERIODS
    if (move.sign is None) == (move.basis == "superlative"):
        yield (
            f"{key}.sign",
            move.sign,
            "-1 (the largest fall) or 1 (the largest rise), for 'superlative' alone",
        )


def _wrong_bases(content: EventFile) -> Iterator[Problem]:
    """A basis that cannot be said of an instrument of that kind: no future trades under a share's symbol."""
    kinds = {row.symbol: kind_of(row.symbol, row.sector) for row in content.instruments}
    for i, move in enumerate(content.moves):
        reason = BASES[move.basis].refused.get(kinds.get(move.symbol or "", ""))
        if reason is not None:
            kind = kinds[move.symbol or ""]
            yield f"moves[{i}].basis", move.basis, f"another basis for the {kind} {move.symbol}: {reason}"


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
