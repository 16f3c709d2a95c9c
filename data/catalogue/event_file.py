"""What an event file may hold: its tables and keys, and what is said of one that is wrong."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from analysis.claims.proposal import Hedge
from analysis.claims.reported import Basis
from analysis.market.errors import DataError
from data.catalogue.contradictions import contradictions

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
    qualifier: Hedge = "exact"
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


def check(name: str, content: bytes) -> None:
    """Check an event file.

    Raises
    ------
    DataError
        If it is broken: one line with file, key, value found and what is allowed.
    """
    try:
        file = EventFile.model_validate(tomllib.loads(content.decode("utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{name}: not valid TOML: {error}") from None
    except ValidationError as error:
        raise DataError(f"{name}: {_first_problem(error)}") from None
    for key, found, allowed in contradictions(file):
        raise DataError(f"{name}: {key}: found {_shown(found)}; allowed: {allowed}")


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
