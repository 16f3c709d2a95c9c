"""What a reader is told while they make an event, and how it is kept: plain data in and out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from analysis.claims.article import checked as readable
from analysis.claims.extraction import read_claims
from analysis.market.errors import EventStudyError
from analysis.market.events import Event
from data.bundled.calendars import sessions
from data.catalogue.dossiers import dossiers
from data.own import instruments
from data.own.archive import archived, opened
from data.own.claimed import LONGEST_QUOTE, period_of
from data.own.draft import Draft, day_zero_of, draft_of, event_of, plain, text_of
from data.own.kept import OwnEvents
from data.own.prices import Read, read_dropped
from data.own.record import FieldError, OwnEvent, OwnPrices, Priced, checked
from data.own.redraft import redraft
from data.store.store import Store
from data.store.stored import Snapshot
from data.symbols import directory, exchange_of, with_instruments

Answer = dict[str, Any]

NEARBY = dt.timedelta(days=14)  # of the news: about the ten sessions of an event window
NEEDED, LEAST = 260, 130  # sessions before day 0: of the usual estimation window, and of the shortest
UNKNOWN = "nobody here knows it; is it written as Yahoo writes it?"


@dataclass(frozen=True, slots=True)
class Span:
    """First and last bar of a symbol, and whose it is."""

    first: dt.date
    last: dt.date
    own: bool = False


@dataclass(frozen=True)
class Desk:
    """Answers on a draft; it keeps nothing but what `keep` and `change` are given.

    Parameters
    ----------
    priced : mapping of symbol to Span
        Prices at hand, without those that a reader brings.
    search : callable
        Symbols and names that the source of prices finds for a text that nobody here knows.
    """

    own: OwnEvents
    priced: Mapping[str, Span]
    today: Callable[[], dt.date] = field(default=lambda: dt.datetime.now(dt.timezone.utc).date())
    search: Callable[[str], Sequence[tuple[str, str]]] = field(default=lambda text: ())

    @classmethod
    def of(
        cls,
        own: OwnEvents,
        store: Store,
        search: Callable[[str], Sequence[tuple[str, str]]] = lambda text: (),
    ) -> Desk:
        """A desk at a store, with the prices of its newest snapshot."""
        return cls(own, _priced(store, store.latest()), search=search)

    def found(self, text: str) -> list[Answer]:
        """Instruments whose ticker or name begins with a text; where there is none, what the source finds."""
        text = text[:60].strip()
        here = instruments.found(text, self.priced)
        if not here and len(text) > 1:
            here = [symbol for symbol, name in self.search(text) if instruments.learn(symbol, name)]
        return [self._offered(symbol) for symbol in here]

    def look(self, given: Any, own: Priced | None = None) -> Answer:
        """What there is to say of firms and time while they are typed: a half-finished draft will do.

        `problems` maps fields to sentences; nothing is raised for them.
        """
        spans = {**self.priced, **_spans(own or {})}
        problems: dict[str, str] = {}
        try:
            draft = _begun(given)
        except FieldError as error:
            return {"firms": [], "peers": [], "days": [], "news": [], "problems": {error.field: str(error)}}
        event = self._event(draft, problems) if draft.date else None
        firms = [self._firm(symbol, draft, event, spans, problems) for symbol in draft.symbols]
        return {
            "firms": firms,
            "peers": [self._offered(s) for s in instruments.peers(draft.symbols, self.priced)],
            "days": list(_days(draft.symbols, event, problems)) if event else [],
            "news": list(_news(event, draft.symbols)) if event else [],
            "problems": problems,
        }

    def read(self, text: str, given: Any) -> list[Answer]:
        """The claims of a text, each as a draft has it, with its characters and why it was read so.

        Raises
        ------
        DataError
            If the text is empty, too long or not in English.
        """
        draft = _begun(given)
        event = self._event(draft, {}) if draft.date else None
        known = [instruments.bundled()[s] for s in draft.symbols if s in instruments.bundled()]
        week = event.known_on if event else None
        found = read_claims(readable(text), with_instruments(known, directory()), None, week)
        return [
            {
                "subject": one.subject, "symbol": one.symbol or "", "sign": one.sign, "value": one.value,
                "value_high": one.value_high, "qualifier": one.qualifier, "basis": one.basis,
                "period": period_of(one.basis, one.period, one.text, week),
                "date": one.date.isoformat() if one.date else None, "text": one.text[:LONGEST_QUOTE],
                "start": one.start, "end": one.end, "why": one.why,
            }
            for one in found
        ]  # fmt: skip

    def keep(self, given: Any, own: Priced | None = None) -> tuple[OwnEvent, str]:
        """A new event; gives it with the secret that allows to change it.

        Raises
        ------
        FieldError, DataError
            If it cannot be kept: one line, with the field where it is one field's fault.
        """
        slug, text, used = self._made(given, own or {})
        return self.own.create(slug, text, used)

    def change(
        self, identifier: str, secret: str | None, version: int, given: Any, own: Priced | None = None
    ) -> OwnEvent:
        """The event with another draft in its place; its prices stay unless others are given."""
        before = own if own is not None else self.own.prices(identifier)
        _, text, used = self._made(given, before)
        return self.own.change(identifier, secret, version, text, used if own is not None else None)

    def dropped(self, files: Mapping[str, bytes]) -> Read:
        """Prices of files, by name and content; DataError where they cannot be used."""
        return read_dropped(files)

    def opened(self, slug: str, content: bytes) -> tuple[OwnEvent, str]:
        """A new event from what `archive` or `text` gave; DataError where it is none."""
        text, read = opened(content)
        return self.own.create(slug, text, read.prices)

    def slug_of(self, file: str) -> str:
        """A short name from the name of a file."""
        return plain(file.rpartition(".")[0] or file)

    def archive(self, identifier: str) -> bytes:
        """An event with the prices that belong to it, as one file."""
        return archived(self.own.get(identifier).text, self.own.prices(identifier))

    def draft(self, identifier: str) -> Answer:
        """An event to be changed, with its version and what prices came with it."""
        event = self.own.get(identifier)
        return {"draft": redraft(event.text), "version": event.version, "own": self.own.priced(identifier)}

    def missing(self, identifier: str) -> list[str]:
        """Symbols of an event that have no prices here, and that the live source may have."""
        held = {*self.priced, *self.own.priced(identifier)}
        listed = self.own.get(identifier).dossier.instruments
        return [item.symbol for item in listed if item.live and item.symbol not in held]

    def try_out(self, given: Any) -> None:
        """Raise what `keep` would raise for a draft, and keep nothing."""
        self._made(given, {})

    def _made(self, given: Any, own: Priced) -> tuple[str, str, Priced]:
        slug, text = text_of(draft_of(given), {*self.priced, *own}, self.today())
        listed = {item.symbol for item in checked(slug, text).instruments}
        return slug, text, {symbol: prices for symbol, prices in own.items() if symbol in listed}

    def _event(self, draft: Draft, problems: dict[str, str]) -> Event | None:
        try:
            return event_of(draft, self.today())
        except FieldError as error:
            problems[error.field] = str(error)
            return None

    def _offered(self, symbol: str) -> Answer:
        at = exchange_of(symbol)
        return {
            "symbol": symbol, "name": instruments.name_of(symbol),
            "place": at.place if at else "", "priced": symbol in self.priced,
        }  # fmt: skip

    def _firm(
        self,
        symbol: str,
        draft: Draft,
        event: Event | None,
        spans: Mapping[str, Span],
        problems: dict[str, str],
    ) -> Answer:
        answer: Answer = {
            "symbol": symbol,
            "known": symbol in spans or instruments.known(symbol),
            "nearest": [],
        }
        try:
            row = next(
                r for r in instruments.rows([symbol], (), draft.benchmark, spans) if r["symbol"] == symbol
            )
        except FieldError as error:
            problems["symbols"] = str(error)
            return answer | {"name": symbol, "benchmark": "", "prices": ""}
        said = _prices_said(symbol, row, event, spans)
        if not answer["known"]:
            answer["nearest"] = [self._offered(one) for one in instruments.nearest(symbol)]
            said = UNKNOWN
        benchmark = row.get("benchmark", "")
        return answer | {
            "name": row["name"], "benchmark": benchmark,
            "benchmark_name": instruments.name_of(benchmark) if benchmark else "none",
            "prices": said, "missing": symbol not in spans,
        }  # fmt: skip


def _begun(given: Mapping[str, Any]) -> Draft:
    """A draft of which nothing need be there yet."""
    return draft_of({"name": "", "date": "", "symbols": [], **given})


@lru_cache(1)
def _priced(store: Store, snapshot: Snapshot) -> dict[str, Span]:
    """The spans of a snapshot, which never change: each letter that is typed asks for them."""
    held = store.holdings(snapshot)
    return {one.symbol: Span(one.first, one.last) for one in held if one.kind == "daily"}


def _spans(own: Priced) -> dict[str, Span]:
    def of(prices: OwnPrices) -> Span:
        dates = prices.history.dates
        return Span(dates[0].item(), dates[-1].item(), True)

    return {symbol: of(prices) for symbol, prices in own.items()}


def _prices_said(symbol: str, row: Answer, event: Event | None, spans: Mapping[str, Span]) -> str:
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
    calendar = row.get("calendar") or row["exchange"]
    try:
        zero = day_zero_of(event, calendar)
        if not span.first <= zero <= span.last:
            return f"{said}: day 0 ({day(zero)}) lies outside"
        before = len(sessions(calendar, span.first, zero).dates) - 1
    except EventStudyError:
        return said
    if before >= NEEDED:
        return f"{said}: the 250 sessions before day 0 are there"
    if before >= LEAST:
        return f"{said}: {before} sessions before day 0, so the estimation window is shortened"
    return f"{said}: only {before} sessions before day 0; {LEAST} are needed"


def _days(symbols: Sequence[str], event: Event, problems: dict[str, str]) -> Iterator[Answer]:
    """Day 0 per exchange, and where the day of the news was no session."""
    seen: set[str] = set()
    for symbol in symbols:
        try:
            row = instruments.row_of(symbol, "articles")
            exchange = row.get("calendar") or row["exchange"]
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


def _news(event: Event, symbols: Sequence[str]) -> Iterator[Answer]:
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


def day(date: dt.date) -> str:
    """A date as people read it: 27 Jan 2025."""
    return f"{date.day} {date:%b %Y}"
