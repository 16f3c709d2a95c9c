"""What a command is about: events, firms and prices, from the catalogue or from the user's own files.

Whatever is wrong with the user's files is the user's to mend, and is raised as a DesignError.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from analysis.market.errors import DataError, DesignError
from commands.source import DEFAULT_EVENT

if TYPE_CHECKING:
    from analysis.market.events import Event
    from analysis.market.prices import Market
    from commands.source import Source
    from data.files.market import FileMarket
    from data.files.prices import PriceFiles
    from data.quality.caution import Caution

DateOrder = Literal["dmy", "mdy"]


@dataclass(frozen=True, slots=True)
class PricePath:
    """Price files of the user's own, and how they are read."""

    path: Path
    benchmark: str
    accepted: frozenset[str] = frozenset()
    dates: DateOrder | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Subject:
    """An event, its firms and their prices; what was left out before, and what must be said of the prices."""

    event: Event
    firms: Sequence[str]
    market: Market
    unread: Mapping[str, str]
    cautions: Sequence[Caution] = ()
    assumptions: Sequence[str] = ()


def of_catalogue(
    source: Source, slug: str | None, snapshot: str | None, symbols: Sequence[str] | None
) -> Subject:
    """An event of the catalogue."""
    dossier = source.dossier(slug or DEFAULT_EVENT)
    market = source.market(dossier.event.slug, snapshot)
    return Subject(dossier.event, symbols or dossier.firms, market, {})


def of_files(prices: PricePath, day: dt.date, symbols: Sequence[str] | None) -> Subject:
    """A date and the firms of price files."""
    from analysis.market.events import Event

    read = _market(prices, symbols)
    held = set(read.market.histories) - {prices.benchmark}
    firms = [symbol for symbol in symbols or sorted(held) if symbol not in read.unread]
    event = Event(prices.path.name, f"Prices of {prices.path}", session=day)
    if not firms:
        raise DesignError(_no_firm(prices, read.unread))
    return Subject(event, firms, read.market, read.unread, read.cautions, read.assumptions)


def _no_firm(prices: PricePath, unread: Mapping[str, str]) -> str:
    if unread:
        return f"no firm is left in {prices.path}: {next(iter(unread.values()))}"
    return f"{prices.path}: no firm beside the benchmark {prices.benchmark}"


def _market(prices: PricePath, symbols: Sequence[str] | None) -> FileMarket:
    from analysis.market.errors import UnknownNameError
    from data.files.market import Reading, file_market
    from data.files.prices import read_prices

    wanted = None if symbols is None else {*symbols, prices.benchmark}
    with mendable():
        files = read_prices(prices.path, wanted, prices.dates)
        missing = [s for s in (prices.benchmark, *(symbols or ())) if s not in _names(files)]
        if missing:
            every = files if wanted is None else read_prices(prices.path, None, prices.dates)
            raise UnknownNameError("symbol", missing[0], sorted(_names(every)))
        if prices.benchmark in files.unread:
            raise DesignError(files.unread[prices.benchmark])
        own = prices.benchmark
        return file_market(files, Reading(prices.path, (own,), prices.accepted, default=own))


def _names(files: PriceFiles) -> set[str]:
    return {*files.bars.symbols, *files.unread}


def shares(source: Source, slug: str | None, prices: PricePath | None) -> tuple[Market, Sequence[str]]:
    """A market and the shares to draw from: of an event's catalogue file, or of price files."""
    if prices is not None:
        market = _market(prices, None).market
        return market, [symbol for symbol in market.histories if symbol != prices.benchmark]
    dossier = source.dossier(slug or DEFAULT_EVENT)
    if not dossier.shares:
        raise DesignError(f"{dossier.event.slug}: no instrument has a region; shares to draw from need one")
    return source.market(dossier.event.slug), dossier.shares


@contextmanager
def mendable() -> Iterator[None]:
    """Whatever is wrong with a file is the user's to mend."""
    try:
        yield
    except DataError as error:
        raise DesignError(str(error)) from None
