"""Who is called what: the directory that a reader of texts is given."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Kind = Literal["share", "index", "future", "fund"]
LONGEST_NAME = 9  # words


@dataclass(frozen=True, slots=True)
class Listing:
    """One instrument under the names that texts use.

    Parameters
    ----------
    symbol : str, optional
        As Yahoo writes it; None for an index that it does not publish.
    other_names : tuple of str
        Usual other names, whose capitals make no difference; the symbol is none of them.
    sector : str
        What the firm does, in words that a description can be held against.
    elsewhere : tuple of str
        Symbols of other listings of the same firm (New York receipts, second homes).
    exchange, currency : str
        Market identifier code (ISO 10383) and currency of the listing; empty where unknown.
    benchmarks : tuple of str
        Indices or funds that close when the instrument does, the best first.
    """

    symbol: str | None
    name: str
    other_names: tuple[str, ...] = ()
    kind: Kind = "share"
    sector: str = ""
    elsewhere: tuple[str, ...] = ()
    place: str = ""
    exchange: str = ""
    currency: str = ""
    benchmarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Directory:
    """Listings by name and by symbol; of two with one name the first counts."""

    listings: tuple[Listing, ...]
    words_of_exchanges: Mapping[str, tuple[str, ...]]

    @cached_property
    def by_name(self) -> dict[str, Listing]:
        """Listings by folded name."""
        found: dict[str, Listing] = {}
        for listing in self.listings:
            for name in (listing.name, *listing.other_names):
                found.setdefault(folded(name), listing)
        return found

    @cached_property
    def by_symbol(self) -> dict[str, Listing]:
        """Listings by symbol, those elsewhere included."""
        found = {listing.symbol: listing for listing in reversed(self.listings) if listing.symbol}
        for listing in self.listings:
            for symbol in listing.elsewhere:
                found.setdefault(symbol, listing)
        return found

    def named(self, name: str) -> Listing | None:
        """The listing of that name, however it is capitalised or accented."""
        return self.by_name.get(folded(name))

    @cached_property
    def uncapitalised(self) -> frozenset[str]:
        """First words of names that are printed without a capital: argenx, "all share"."""
        names = (name for one in self.listings for name in (one.name, *one.other_names))
        return frozenset(name.split()[0] for name in names if name[:1].islower())

    @cached_property
    def places(self) -> dict[str, str]:
        """Countries by the city of their exchange, without capitals."""
        found = {one.place.lower(): one.place for one in self.listings if one.place}
        for one in self.listings:
            if (
                one.kind == "share"
                and one.symbol
                and (words := self.words_of_exchanges.get(suffix_of(one.symbol)))
            ):
                found.setdefault(words[0].lower(), one.place)
        return found

    @cached_property
    def _indices(self) -> list[Listing]:
        return [one for one in self.listings if one.kind == "index"]

    def index_of(self, place: str) -> Listing | None:
        """The first index of a place, which "Taiwan's benchmark" means."""
        return next((one for one in self._indices if one.place == place), None) or next(
            (one for one in self._indices if place in one.name.split()), None
        )


def folded(name: str) -> str:
    """A name without capitals, accents and extra blanks.

    >>> folded("Nestlé"), folded("Société  Générale"), folded("Ørsted")
    ('nestle', 'societe generale', 'orsted')
    """
    if not name.isascii():
        plain = unicodedata.normalize("NFKD", name.replace("ø", "o").replace("Ø", "O").replace("\u2019", "'"))
        name = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(name.lower().replace(" & ", " and ").split())


def suffix_of(symbol: str) -> str:
    """The part of Yahoo's symbol that names the exchange, "" for the United States.

    >>> suffix_of("ASML.AS"), suffix_of("BRK-B"), suffix_of("^GSPC")
    ('.AS', '', '')
    """
    return "" if symbol.startswith("^") or "." not in symbol else "." + symbol.rpartition(".")[2]


def directory_of(
    listings: Iterable[Listing], words: Mapping[str, tuple[str, ...]] | None = None
) -> Directory:
    """A directory of these listings."""
    return Directory(tuple(listings), words or {})
