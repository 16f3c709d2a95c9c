"""Rows of an event file for symbols: from bundled events, the directory, or the ending of the symbol."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from analysis.claims.directory import Listing, folded, suffix_of
from analysis.market.prices import Instrument, kind_of
from data.bundled.calendars import calendar_of, has_sessions
from data.catalogue.dossiers import dossiers
from data.own.record import FieldError
from data.symbols import Exchange, directory, exchange_of, exchanges, has_calendar

Row = dict[str, Any]

US = "US"
EUROPE = (
    "UK", "Germany", "France", "Netherlands", "Belgium", "Portugal", "Ireland", "Italy", "Spain",
    "Switzerland", "Austria", "Sweden", "Finland", "Denmark", "Norway", "Poland", "Greece",
)  # fmt: skip
SECTORS = {"index": "Index", "fund": "Fund", "future": "Future"}
NO_CURRENCY = "XXX"  # as ISO 4217 has it
OWN_BENCHMARK = ""  # each share's own
NO_BENCHMARK = "none"
OF_ITS_EVENT = (
    "closing",
    "live",
    "benchmark",
    "contaminated",
)  # of the event that an instrument is bundled with


@lru_cache(1)
def bundled() -> dict[str, Instrument]:
    """Instruments of the bundled events, by symbol."""
    return {item.symbol: item for dossier in dossiers().values() for item in dossier.instruments}


MOST_LEARNED = 1_000
_learned: dict[str, str] = {}  # names by symbol that a search of the source brought, while this process runs


def learn(symbol: str, name: str) -> bool:
    """Remember a name for a symbol that nobody here knows; False where its exchange has no calendar."""
    try:
        row_of(symbol, "articles")
    except FieldError:
        return False
    while len(_learned) >= MOST_LEARNED:
        _learned.pop(next(iter(_learned)))
    _learned[symbol] = name
    return True


def known(symbol: str) -> bool:
    """Whether the directory, a bundled event or a search names a symbol."""
    return symbol in bundled() or symbol in directory().by_symbol or symbol in _learned


def nearest(symbol: str) -> tuple[str, ...]:
    """Symbols that a mistyped one may have meant."""
    named = directory().named(symbol)
    if named is not None and named.symbol:
        return (named.symbol,)
    close = get_close_matches(symbol.upper(), [*directory().by_symbol], n=8, cutoff=0.7)
    return tuple(sorted(close, key=lambda one: one not in bundled())[:3])


def name_of(symbol: str) -> str:
    """What an instrument is called; the symbol itself where nobody knows it."""
    return bundled()[symbol].name if symbol in bundled() else _name(symbol, directory().by_symbol.get(symbol))


def benchmarks_of(symbol: str) -> tuple[str, ...]:
    """Indices and funds that close when an instrument does, the best first."""
    own = bundled().get(symbol)
    first = (own.benchmark,) if own and own.benchmark else ()
    listing = directory().by_symbol.get(symbol)
    listed = listing.benchmarks if listing and listing.symbol == symbol else ()
    at = exchange_of(symbol)
    found = (*first, *(listed or (at.benchmarks if at else ())))
    return tuple(dict.fromkeys(one for one in found if one != symbol))


def row_of(symbol: str, group: str) -> Row:
    """One row of ``instruments``, without a benchmark.

    Raises
    ------
    FieldError
        If no exchange is known for the ending of the symbol.
    """
    if symbol in bundled():
        given = {
            key: value for key, value in asdict(bundled()[symbol]).items() if value not in (None, "", False)
        }
        given = {key: value for key, value in given.items() if key not in OF_ITS_EVENT}
        return {**given, "group": group, **({} if bundled()[symbol].live else {"live": False})}
    listing = directory().by_symbol.get(symbol)
    place = _place(symbol, listing)
    kind = SECTORS.get(listing.kind if listing else kind_of(symbol, ""), "")
    region = US if place.place == US else "Europe" if place.place in EUROPE else None
    row = {
        "symbol": symbol,
        "name": _name(symbol, listing),
        "exchange": place.exchange,
        "currency": place.currency or NO_CURRENCY,
        "group": group,
        "sector": kind or (listing.sector.split(",")[0].capitalize() if listing else ""),
        "region": region,
    }
    return {key: value for key, value in row.items() if value not in (None, "")}


def calendar_in(row: Row) -> str:
    """Whose sessions the instrument of a row has."""
    calendar: str = row.get("calendar") or row["exchange"]
    return calendar


def _name(symbol: str, listing: Listing | None) -> str:
    if listing is None:
        return _learned.get(symbol, symbol)
    elsewhere = listing.symbol is not None and listing.symbol != symbol
    at = exchange_of(symbol) if elsewhere else None
    return f"{listing.name} ({at.place})" if at else listing.name


def _place(symbol: str, listing: Listing | None) -> Exchange:
    """Where a symbol trades; an index and a future trade where their place is."""
    at = exchange_of(symbol)
    if at is None and (symbol.startswith("^") or "=" in symbol):
        places = [one for one in exchanges().values() if listing and one.place == listing.place]
        at = places[0] if places else exchanges()[""]
    if at is None:
        ending = suffix_of(symbol)
        raise FieldError("symbols", f"{symbol}: no exchange is known for the ending {ending}; known: "
                         f"{' '.join(sorted(filter(None, exchanges())))}")  # fmt: skip
    if not has_sessions(calendar_of(at.exchange)):
        raise FieldError("symbols", f"{symbol}: no calendar is known for its exchange ({at.exchange})")
    return at


def rows(
    firms: Sequence[str], claimed: Collection[str], benchmark: str, priced: Collection[str]
) -> Iterator[Row]:
    """Rows of an event: its firms, what claims name besides, and what they are measured against.

    Parameters
    ----------
    benchmark : str
        A symbol for all firms, ``none``, or empty for each share's own: the first that has prices.
    priced : collection of str
        Symbols that have prices.
    """
    others = [symbol for symbol in dict.fromkeys(claimed) if symbol not in firms]
    against = {symbol: _against(symbol, benchmark, priced) for symbol in (*firms, *others)}
    made = {symbol: row_of(symbol, "articles") for symbol in firms}
    made |= {symbol: row_of(symbol, "reported") for symbol in others}
    for symbol in [*made]:
        if stand_in := made[symbol].get("stand_in"):
            made.setdefault(stand_in, row_of(stand_in, "reported"))
    for chosen in filter(None, dict.fromkeys(against.values())):
        made.setdefault(chosen, row_of(chosen, "benchmark"))
    for symbol, row in made.items():
        measured = against.get(symbol)
        yield {**row, "benchmark": measured} if measured and measured != symbol else row


def _against(symbol: str, benchmark: str, priced: Collection[str]) -> str | None:
    if benchmark == NO_BENCHMARK:
        return None
    if benchmark != OWN_BENCHMARK:
        return benchmark
    own = benchmarks_of(symbol)
    return next((one for one in own if one in priced), own[0] if own else None)


def found(text: str, priced: Collection[str] = (), most: int = 8) -> list[str]:
    """Symbols whose ticker or name begins with a text, those with prices first.

    >>> found("nvid")[:1]
    ['NVDA']
    """
    asked = folded(text)
    if not asked:
        return []
    ranked: dict[str, tuple[int, bool, int]] = {}
    for place, (symbol, names) in enumerate(_names()):
        if (rank := _rank(names, asked)) is not None:
            ranked[symbol] = min(ranked.get(symbol, (9, True, 0)), (rank, symbol not in priced, place))
    return sorted(ranked, key=lambda symbol: ranked[symbol])[:most]


@lru_cache(1)
def _names() -> list[tuple[str, tuple[str, ...]]]:
    """Each symbol with all that it is called, folded."""
    listed = [
        (one.symbol, (one.symbol, *one.elsewhere, one.name, *one.other_names))
        for one in directory().listings if one.symbol and has_calendar(one)
    ]  # fmt: skip
    own = [(symbol, (symbol, item.name)) for symbol, item in bundled().items()]
    return [(symbol, tuple(map(folded, names))) for symbol, names in (*listed, *own)]


def _rank(names: Sequence[str], asked: str) -> int | None:
    """0 for the ticker or name itself, 1 for the beginning of one, 2 for a word of the name; else None."""
    if asked in names:
        return 0
    if any(name.startswith(asked) for name in names):
        return 1
    return 2 if len(asked) > 2 and any(f" {asked}" in name for name in names) else None


def peers(symbols: Sequence[str], priced: Collection[str], most: int = 6) -> list[str]:
    """Firms of the same sector that have prices: first those on the same exchanges."""
    sectors = {bundled()[symbol].sector for symbol in symbols if symbol in bundled()} - set(SECTORS.values())
    endings = {suffix_of(symbol) for symbol in symbols}
    same = [item for item in bundled().values() if item.sector and item.sector in sectors]
    free = [item.symbol for item in same if item.symbol not in symbols and item.symbol in priced]
    return sorted(free, key=lambda symbol: suffix_of(symbol) not in endings)[:most]
