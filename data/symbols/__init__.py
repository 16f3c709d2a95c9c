"""The directory of instruments: who is called what, where it is listed, which benchmark closes with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.claims.directory import Directory, Listing, directory_of, folded, suffix_of

if TYPE_CHECKING:
    from analysis.market.prices import Instrument

HERE = Path(__file__).parent
# Exchanges that no calendar is known for: their shares are read in texts, but cannot be studied.
WITHOUT_SESSIONS = frozenset({"XDFM", "DSMD", "XKUW", "XCAI"})


@dataclass(frozen=True, slots=True)
class Exchange:
    """Where symbols with a suffix of Yahoo's are listed; `benchmarks` close with it, the best first."""

    suffix: str
    exchange: str
    currency: str
    benchmarks: tuple[str, ...]
    place: str
    words: tuple[str, ...]


@lru_cache(1)
def exchanges() -> dict[str, Exchange]:
    """Exchanges by Yahoo's suffix, "" for the United States."""
    rows = (line for line in _rows("exchanges.csv"))
    return {
        suffix: Exchange(suffix, exchange, currency, tuple(benchmarks.split()), place, _parts(words))
        for suffix, exchange, currency, benchmarks, place, words in rows
    }


@lru_cache(1)
def directory() -> Directory:
    """Every instrument that is known without a network; a name belongs to the first list that has it."""
    return directory_of((*_indices(), *_shares("shares.csv"), *_shares("members.csv")), _words())


def with_instruments(instruments: Iterable[Instrument], known: Directory | None = None) -> Directory:
    """The directory with instruments of an event or of the store, under names that no other has."""
    base = known or directory()
    new = (i for i in instruments if i.symbol not in base.by_symbol and folded(i.name) not in base.by_name)
    return directory_of((*base.listings, *(_listing(i) for i in new)), base.words_of_exchanges)


def _listing(instrument: Instrument) -> Listing:
    benchmarks = (instrument.benchmark,) if instrument.benchmark else ()
    return Listing(
        instrument.symbol,
        instrument.name,
        sector=instrument.sector.lower(),
        exchange=instrument.exchange,
        currency=instrument.currency,
        benchmarks=benchmarks,
    )


def exchange_of(symbol: str) -> Exchange | None:
    """The exchange of a symbol by its suffix; None where that is unknown, and for indices and futures."""
    return None if symbol.startswith("^") or "=" in symbol else exchanges().get(suffix_of(symbol))


def has_calendar(listing: Listing) -> bool:
    """Whether the sessions of a listing's exchange are known, so that it can be studied."""
    places = {one.place for one in exchanges().values() if one.exchange in WITHOUT_SESSIONS}
    at = exchange_of(listing.symbol or "")
    return listing.place not in places and (at is None or at.exchange not in WITHOUT_SESSIONS)


def _indices() -> Iterator[Listing]:
    for symbol, name, others, kind, place in _rows("indices.csv"):
        yield Listing(symbol or None, name, _parts(others), kind, place=place)  # type: ignore[arg-type]  # a test reads all


def _shares(file: str) -> Iterator[Listing]:
    places = exchanges()
    for symbol, name, others, sector, elsewhere in _rows(file):
        at = places.get(suffix_of(symbol))
        home = (at.place, at.exchange, at.currency, at.benchmarks) if at else ("", "", "", ())
        yield Listing(symbol, name, _parts(others), "share", sector, _parts(elsewhere), *home)


def _words() -> dict[str, tuple[str, ...]]:
    return {suffix: exchange.words for suffix, exchange in exchanges().items()}


def _parts(text: str) -> tuple[str, ...]:
    return tuple(text.split(";")) if text else ()


def _rows(file: str) -> Iterator[list[str]]:
    lines = (HERE / file).read_text(encoding="utf-8").splitlines()
    return (line.split("|") for line in lines[1:])
