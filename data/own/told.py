"""What is said of firms and a day while an event is made: prices at hand, day 0, other news."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.market.errors import EventStudyError
from analysis.market.events import Event
from data.bundled.calendars import sessions
from data.catalogue.dossiers import dossiers
from data.own import instruments
from data.own.draft import day_zero_of
from data.own.record import FieldError
from data.quality.words import day
from data.symbols import exchange_of

Answer = dict[str, Any]

NEARBY = dt.timedelta(days=14)  # of the news: about the ten sessions of an event window
NEEDED, LEAST = 260, 130  # sessions before day 0: of the usual estimation window, and of the shortest


@dataclass(frozen=True, slots=True)
class Span:
    """First and last bar of a symbol, and whose it is."""

    first: dt.date
    last: dt.date
    own: bool = False


def spans_given(ends: Any) -> dict[str, Span]:
    """Spans of a reader's own prices as the browser tells them: symbol to first and last day."""
    out = {}
    for symbol, days in ends.items() if isinstance(ends, Mapping) else ():
        try:
            first, last = map(dt.date.fromisoformat, days)
        except (TypeError, ValueError):
            continue
        out[symbol] = Span(first, last, True)
    return out


def out_of_reach(event: Event, symbols: Iterable[str], spans: Mapping[str, Span]) -> str:
    """What is wrong with a day on which no firm has prices; empty if it is not so.

    A firm without prices may get some, and prices that end too early newer ones: nothing is said then.
    """
    held = [spans[symbol] for symbol in symbols if symbol in spans]
    if not held or len(held) < len({*symbols}):
        return ""
    first, last = min(span.first for span in held), max(span.last for span in held)
    whose = "your prices" if any(span.own for span in held) else "prices here"
    if event.known_on < first:
        return f"{day(event.known_on)} lies before the first bar: {whose} begin on {day(first)}"
    if event.known_on > last and all(span.own for span in held):
        return f"{day(event.known_on)} lies after the last bar: {whose} end on {day(last)}"
    return ""


def too_short(event: Event, symbols: Iterable[str], spans: Mapping[str, Span]) -> str:
    """That no firm has enough sessions before day 0, and from which day on; empty where one may have."""
    firsts = []
    for symbol in symbols:
        try:
            calendar = instruments.calendar_in(instruments.row_of(symbol, "articles"))
            dates = sessions(calendar, spans[symbol].first, spans[symbol].last).dates[LEAST:]
            if len(dates) and dates[0] <= day_zero_of(event, calendar):
                return ""
        except (KeyError, EventStudyError):
            return ""
        firsts += dates[:1].tolist()
    if not symbols:
        return ""
    later = f", {day(min(firsts))} or later," if firsts else ""
    return (
        f"No firm has the {LEAST} sessions before day 0 that measuring it needs: what was reported is held "
        f"against prices, and no more is said. Another day{later} or another firm would do."
    )


def prices_said(symbol: str, row: Answer, event: Event | None, spans: Mapping[str, Span]) -> str:
    """What prices of a firm are at hand, and whether they reach far enough before day 0."""
    if symbol not in spans:
        stand_in = row.get("stand_in", "")
        return (
            f"shown through {stand_in}" if stand_in in spans else "no prices here yet; they will be fetched"
        )
    span = spans[symbol]
    said = f"{'your ' if span.own else ''}prices from {day(span.first)} to {day(span.last)}"
    if event is None:
        return said
    calendar = instruments.calendar_in(row)
    try:
        zero = day_zero_of(event, calendar)
        if not span.first <= zero <= span.last:
            newer = "; newer ones will be fetched" if zero > span.last and not span.own else ""
            return f"{said}: day 0 ({day(zero)}) lies outside{newer}"
        before = len(sessions(calendar, span.first, zero).dates) - 1
    except EventStudyError:
        return said
    if before >= NEEDED:
        return f"{said}: the 250 sessions before day 0 are there"
    if before >= LEAST:
        return f"{said}: {before} sessions before day 0, so the estimation window is shortened"
    return f"{said}: only {before} sessions before day 0; {LEAST} are needed"


def days_of(symbols: Sequence[str], event: Event, problems: dict[str, str]) -> Iterator[Answer]:
    """Day 0 per exchange, and where the day of the news was no session."""
    seen: set[str] = set()
    for symbol in symbols:
        try:
            exchange = instruments.calendar_in(instruments.row_of(symbol, "articles"))
            if exchange in seen:
                continue
            seen.add(exchange)
            zero = day_zero_of(event, exchange)
        except FieldError:
            continue  # said beside the firm
        except EventStudyError as error:
            problems.setdefault("date", str(error))
            continue
        closed = not len(sessions(exchange, event.known_on, event.known_on).dates)
        words = _town(symbol) or exchange
        yield {
            "place": words, "day": day(zero),
            "closed": f"{words} was closed on {day(event.known_on)}" if closed else "",
        }  # fmt: skip


def _town(symbol: str) -> str:
    """Where an exchange is, as people say it."""
    at = exchange_of(symbol)
    if at is None:
        return ""
    return "New York" if at.place == instruments.US else (*at.words, at.place)[0]


def news_of(event: Event, symbols: Sequence[str]) -> Iterator[Answer]:
    """Other news of these days that the bundled events name: of the whole market, or of these firms."""
    told: dict[tuple[dt.date, str], None] = {}
    for dossier in dossiers().values():
        told[dossier.event.known_on, dossier.event.name] = None
        for entry in dossier.event.timeline:
            if entry.kind == "confounder" and (not entry.symbols or set(entry.symbols) & {*symbols}):
                told[entry.date, entry.label] = None
    for date, label in sorted(told):
        if abs(date - event.known_on) <= NEARBY:
            yield {"day": day(date), "label": label}
