"""What a reader gives for an event of their own, checked at the door, and the event file that it makes."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analysis.claims.proposal import Hedge, ReadBasis
from analysis.market.errors import EventStudyError
from analysis.market.events import Event, day_zero
from analysis.market.prices import kind_of
from data.bundled.calendars import calendar_of, sessions
from data.catalogue.contradictions import YEARS
from data.catalogue.written import written
from data.own.claimed import LONGEST_QUOTE, move_row
from data.own.instruments import calendar_in, row_of, rows
from data.own.record import FieldError

MOST_FIRMS, MOST_TEXTS, MOST_CLAIMS = 60, 20, 300
BEFORE, AFTER = dt.timedelta(days=10), dt.timedelta(days=21)  # of the news: some session lies between
UNNAMED = "an unnamed outlet"
SURROGATES = re.compile("[\ud800-\udfff]")

Short = Annotated[str, Field(max_length=200)]
Key = Annotated[str, Field(pattern=r"^\S{1,32}$")]


class Given(BaseModel):
    """A part of what a browser sends: no unknown key."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class GivenText(Given):
    outlet: Short = ""
    link: Annotated[str, Field(pattern=r"^(https?://\S{1,500})?$")] = ""


class GivenClaim(Given):
    article: Annotated[int, Field(ge=0, lt=MOST_TEXTS)] = 0
    subject: Short = ""
    symbol: Annotated[str, Field(pattern=r"^\S{0,32}$")] = ""
    sign: Literal[-1, 1] | None = None
    value: Short | None = None
    value_high: Short | None = None
    qualifier: Hedge = "exact"
    basis: ReadBasis = "unknown"
    period: Short = ""
    date: dt.date | None = None
    text: Annotated[str, Field(max_length=20 * LONGEST_QUOTE)] = ""


class Draft(Given):
    """An event as a reader gives it.

    Parameters
    ----------
    date, time, zone : str
        Day of the news, and where it is known the clock time in a zone; without a time the date is day 0.
    symbols : list of str
        The firms to study.
    benchmark : str
        One for all, ``none``, or empty for each share's own.
    """

    name: Annotated[str, Field(max_length=160)]
    slug: Short = ""
    date: Short
    time: Short = ""
    zone: Short = "UTC"
    symbols: Annotated[list[Key], Field(max_length=MOST_FIRMS)]
    benchmark: Annotated[str, Field(pattern=r"^\S{0,32}$")] = ""
    articles: Annotated[list[GivenText], Field(max_length=MOST_TEXTS)] = []
    claims: Annotated[list[GivenClaim], Field(max_length=MOST_CLAIMS)] = []


WORDS = {
    "name": "a name of at most 160 characters",
    "symbols": f"at most {MOST_FIRMS} symbols without spaces",
    "link": "an address that begins with https:// or http://",
    "benchmark": "a symbol without spaces",
    "date": "a date like 2025-01-27",
    "claims": f"at most {MOST_CLAIMS} claims",
    "articles": f"at most {MOST_TEXTS} texts",
}


def draft_of(given: Any) -> Draft:
    """What was sent, as a draft.

    Raises
    ------
    FieldError
        If a field is missing or cannot be one.
    """
    try:
        return Draft.model_validate(_readable(given))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        names = [str(part) for part in first["loc"]]
        last = next((name for name in reversed(names) if name in WORDS), "")
        found = str(first["input"])[:40]
        said = f"needed is {WORDS[last]}" if last else first["msg"].lower()
        if last == "link":
            raise FieldError(".".join(names), f"“{found}” is no link: {said}") from None
        raise FieldError(".".join(names), f"{'.'.join(names) or 'draft'}: found “{found}”; {said}") from None


def _readable(given: Any) -> Any:
    """The same without halves of characters, which no text file can hold."""
    if isinstance(given, str):
        return SURROGATES.sub("\ufffd", given).replace("\0", "")
    if isinstance(given, Mapping):
        return {key: _readable(value) for key, value in given.items()}
    return [_readable(one) for one in given] if isinstance(given, list) else given


def event_of(draft: Draft, today: dt.date) -> Event:
    """When the news was known.

    Raises
    ------
    FieldError
        If the date, the time or the zone is none, or the day lies in the future.
    """
    day = _date(draft.date)
    if day > today:
        raise FieldError("date", f"{day} lies in the future: what the market did is known to {today}")
    if day.year not in YEARS:
        raise FieldError("date", f"{day} is outside of what calendars know: {YEARS[0]} to {YEARS[-1]}")
    if not draft.time:
        return Event("new", draft.name, session=day)
    return Event(
        "new", draft.name, information_time=dt.datetime.combine(day, _time(draft.time), _zone(draft.zone))
    )


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise FieldError("date", f"“{text[:40]}” is no date: write it as 2025-01-27") from None


def _time(text: str) -> dt.time:
    found = re.fullmatch(r"([01]?\d|2[0-3])[:.]([0-5]\d)(?::([0-5]\d))?", text)
    if found is None:
        raise FieldError("time", f"“{text[:40]}” is no time of day: write it as 08:15")
    return dt.time(int(found[1]), int(found[2]), int(found[3] or 0))


def _zone(text: str) -> dt.tzinfo:
    try:
        return dt.timezone.utc if text.upper() in ("", "UTC", "GMT", "Z") else ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise FieldError(
            "zone", f"“{text[:40]}” is no time zone: write UTC, or a name like Europe/Paris"
        ) from None


def day_zero_of(event: Event, exchange: str) -> dt.date:
    """Day 0 on an exchange.

    Raises
    ------
    EventStudyError
        If its calendar does not reach there.
    """
    around = sessions(calendar_of(exchange), event.known_on - BEFORE, event.known_on + AFTER)
    day: dt.date = around.dates[day_zero(event, around)].item()
    return day


def text_of(draft: Draft, priced: Collection[str], today: dt.date) -> tuple[str, str]:
    """The short name and the event file of a draft.

    Parameters
    ----------
    priced : collection of str
        Symbols that have prices: of two benchmarks the one with prices is taken.

    Raises
    ------
    FieldError
        If something is missing or wrong, with the field.
    """
    if not draft.name:
        raise FieldError("name", "how is the event called?")
    firms = tuple(dict.fromkeys(draft.symbols))
    if not any(not symbol.startswith("^") for symbol in firms):
        raise FieldError("symbols", "name at least one share or fund; an index alone is no firm to study")
    for place, claim in enumerate(draft.claims):
        if claim.article >= len(draft.articles):
            raise FieldError(f"claims.{place}.article", f"claim {place + 1}: there is no such text")
    event = event_of(draft, today)
    claimed = [claim.symbol for claim in draft.claims if claim.symbol]
    instruments = list(rows(firms, claimed, draft.benchmark, priced))
    kinds = {row["symbol"]: kind_of(row["symbol"], row.get("sector", "")) for row in instruments}
    exchange = {row["symbol"]: calendar_in(row) for row in instruments}
    day = {symbol: _day(event, code) for symbol, code in exchange.items()}
    moves = [
        move_row(
            place, claim.model_dump(), f"a{claim.article + 1}", kinds, day.get(claim.symbol, event.known_on)
        )
        for place, claim in enumerate(draft.claims)
    ]
    when = {"information_time": event.information_time, "session": event.session}
    tables = {
        "instruments": instruments,
        "moves": [*moves, *_silent(draft, day[firms[0]])],
        "articles": [_article(place, text) for place, text in enumerate(draft.articles)],
        "event": {"name": draft.name, **when},
    }
    return draft.slug or slug_of(draft.name, event.known_on), written(tables)


def lacking(claim: GivenClaim) -> str:
    """What keeps a claim from being held against prices, in a sentence; empty if nothing does."""
    try:
        row = row_of(claim.symbol, "reported") if claim.symbol else {}
        kinds = {claim.symbol: kind_of(claim.symbol, row.get("sector", ""))}
        move_row(0, claim.model_dump(), "a1", kinds, dt.date.min)
    except FieldError as error:
        return str(error).removeprefix("claim 1: ")
    return ""


def _day(event: Event, exchange: str) -> dt.date:
    try:
        return day_zero_of(event, exchange)
    except EventStudyError:
        return event.known_on


def _article(place: int, text: GivenText) -> dict[str, str]:
    return {
        "id": f"a{place + 1}",
        "publisher": text.outlet or UNNAMED,
        "title": f"Text {place + 1}",
        "date": "not given",
        "summary": "Read by its claims; the text itself is not kept.",
        "link": text.link,
    }


def _silent(draft: Draft, day: dt.date) -> Sequence[dict[str, Any]]:
    """A row for each text without a claim, so that it is not dropped silently."""
    speaking = {claim.article for claim in draft.claims}
    return [
        {"id": f"a{place + 1}", "source": f"a{place + 1}", "featured": True, "date": day, "basis": "none",
         "statement": "no figure reported"}
        for place in range(len(draft.articles)) if place not in speaking
    ]  # fmt: skip


def slug_of(name: str, day: dt.date) -> str:
    """A short name for the command line.

    >>> slug_of("Société Générale: trading losses!", dt.date(2008, 1, 24))
    'societe-generale-trading-losses-2008-01-24'
    """
    return f"{plain(name)}-{day}"


def plain(name: str) -> str:
    """The letters and digits of a name, as a short name may have them."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", letters))[:48].strip("-") or "event"
