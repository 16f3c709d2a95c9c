"""What a reader is told while they make an event, and how it is kept: plain data in and out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from analysis.claims.article import checked as readable
from analysis.claims.extraction import read_claims
from analysis.market.events import Event
from data.own import instruments
from data.own.archive import archived, opened
from data.own.claimed import LONGEST_QUOTE, period_of
from data.own.draft import MOST_CLAIMS, Draft, GivenClaim, draft_of, event_of, lacking, plain, text_of
from data.own.kept import OwnEvents
from data.own.prices import Read, read_dropped
from data.own.record import ID, FieldError, OwnEvent, OwnPrices, Priced, checked
from data.own.redraft import redraft
from data.own.told import Answer, Span, days_of, news_of, out_of_reach, prices_said, spans_given, too_short
from data.store.store import Store
from data.store.stored import Snapshot
from data.symbols import directory, exchange_of, with_instruments

UNKNOWN = "nobody here knows it; is it written as Yahoo writes it?"


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

        `problems` maps fields to sentences; nothing is raised for them. Where prices are not at hand, `own`
        of the draft says from when to when they are.
        """
        given = dict(given)
        spans = {**self.priced, **spans_given(given.pop("own", None)), **_spans(own or {})}
        problems: dict[str, str] = {}
        try:
            draft = _begun(given)
        except FieldError as error:
            nothing: Answer = {"firms": [], "peers": [], "days": [], "news": [], "short": ""}
            return nothing | {"problems": {error.field: str(error)}}
        event = self._event(draft, problems) if draft.date else None
        problems.update(self._refusals(draft, event, spans))
        firms = [self._firm(symbol, draft, event, spans, problems) for symbol in draft.symbols]
        return {
            "firms": firms,
            "peers": [self._offered(s) for s in instruments.peers(draft.symbols, self.priced)],
            "days": list(days_of(draft.symbols, event, problems)) if event else [],
            "news": list(news_of(event, draft.symbols)) if event else [],
            "short": too_short(event, draft.symbols, spans) if event and "date" not in problems else "",
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
        claims = [
            {
                "subject": one.subject, "symbol": one.symbol or "", "sign": one.sign, "value": one.value,
                "value_high": one.value_high, "qualifier": one.qualifier, "basis": one.basis,
                "period": period_of(one.basis, one.period, one.text, week),
                "date": one.date.isoformat() if one.date else None, "text": one.text[:LONGEST_QUOTE],
                "start": one.start, "end": one.end, "why": one.why,
            }
            for one in found
        ]  # fmt: skip
        return [{**claim, "lacks": self._lacks(claim)} for claim in claims]

    def lacks(self, claims: Sequence[Any]) -> list[str]:
        """What each claim lacks to be held against prices, in a sentence; empty if nothing."""
        return [self._lacks(claim) for claim in claims[:MOST_CLAIMS]]

    def _lacks(self, claim: Any) -> str:
        given = {name: value for name, value in claim.items() if name in GivenClaim.model_fields}
        try:
            return lacking(draft_of({"name": "", "date": "", "symbols": [], "claims": [given]}).claims[0])
        except FieldError as error:
            return str(error)

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

    def dropped(
        self, files: Mapping[str, bytes], accepted: Collection[str] = (), dates: str | None = None
    ) -> Read:
        """Prices of files, by name and content; DataError where they cannot be used."""
        return read_dropped(files, accepted, dates)

    def opened(self, slug: str, content: bytes) -> tuple[OwnEvent, str]:
        """A new event from what `archive` or `text` gave; DataError where it is none."""
        text, read = opened(content)
        return self.own.create(slug, text, read.prices)

    def slug_of(self, file: str) -> str:
        """A short name from the name of a file; one that is called by an id says that it is an event."""
        slug = plain(file.rpartition(".")[0] or file)
        return f"event-{slug[4:]}" if ID.fullmatch(slug) else slug

    def archive(self, identifier: str) -> bytes:
        """An event with the prices that belong to it, as one file."""
        return archived(self.own.get(identifier).text, self.own.prices(identifier))

    def draft(self, identifier: str) -> Answer:
        """An event to be changed, with its version and what prices came with it."""
        event = self.own.get(identifier)
        return {"draft": redraft(event.text), "version": event.version, "own": self.own.priced(identifier)}

    def missing(self, identifier: str, claimed: bool = True) -> list[str]:
        """Symbols of an event without prices here to its day, which the live source may have.

        Without `claimed`, those that its own firms need: what a claim alone names keeps nobody waiting.
        """
        own, dossier = self.own.priced(identifier), self.own.get(identifier).dossier
        needed = {*dossier.firms, *(i.benchmark for i in dossier.instruments if i.symbol in dossier.firms)}

        def held(symbol: str) -> bool:
            here = self.priced.get(symbol)
            return symbol in own or (here is not None and here.last >= dossier.event.known_on)

        return [
            item.symbol
            for item in dossier.instruments
            if item.live and not held(item.symbol) and (claimed or item.symbol in needed)
        ]

    def try_out(self, given: Any) -> None:
        """Raise what `keep` would raise for a draft, and keep nothing."""
        self._made(given, {})

    def _made(self, given: Any, own: Priced) -> tuple[str, str, Priced]:
        draft, spans = draft_of(given), {**self.priced, **_spans(own)}
        slug, text = text_of(draft, spans, self.today())
        for name, wrong in self._refusals(draft, event_of(draft, self.today()), spans):
            raise FieldError(name, wrong)
        listed = {item.symbol for item in checked(slug, text).instruments}
        return slug, text, {symbol: prices for symbol, prices in own.items() if symbol in listed}

    def _event(self, draft: Draft, problems: dict[str, str]) -> Event | None:
        try:
            return event_of(draft, self.today())
        except FieldError as error:
            problems[error.field] = str(error)
            return None

    def _refusals(
        self, draft: Draft, event: Event | None, spans: Mapping[str, Span]
    ) -> Iterator[tuple[str, str]]:
        """Fields of a draft that prices and names forbid, with what is wrong of each."""
        if event and (wrong := out_of_reach(event, draft.symbols, spans)):
            yield "date", wrong
        if wrong := self._unknown_benchmark(draft.benchmark, spans):
            yield "benchmark", wrong

    def _unknown_benchmark(self, symbol: str, spans: Collection[str]) -> str:
        """What is wrong with a benchmark that neither prices nor names are known of; empty if nothing."""
        chosen = symbol in (instruments.OWN_BENCHMARK, instruments.NO_BENCHMARK)
        if chosen or symbol in spans or instruments.known(symbol):
            return ""
        if any(one == symbol and instruments.learn(one, name) for one, name in self.search(symbol)):
            return ""
        near = [f"{one} ({instruments.name_of(one)})" for one in instruments.nearest(symbol)]
        meant = f"did you mean {' or '.join(near)}? " if near else ""
        return (
            f"unknown benchmark “{symbol}”: {meant}Name one as Yahoo writes it or one of your price files, "
            "write none, or leave it out for each share's own"
        )

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
        said = prices_said(symbol, row, event, spans)
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
