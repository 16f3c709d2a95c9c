"""What a command is about: events, firms and prices, from the catalogue or from the user's own files.

Whatever is wrong with the user's files is the user's to mend, and is raised as a DesignError.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.market.errors import DataError, DesignError
from commands.source import DEFAULT_EVENT

if TYPE_CHECKING:
    from analysis.many.lists import ListedEvent
    from analysis.market.events import Event
    from analysis.market.prices import Market
    from commands.source import Source

Subject = tuple["Event", Sequence[str], "Market", Mapping[str, str]]
Listed = tuple[Sequence["ListedEvent"], "Market", Mapping[str, str]]


def of_one(
    source: Source,
    slug: str | None,
    event_date: dt.datetime | None,
    snapshot: str | None,
    prices: Path | None,
    benchmark: str | None,
    symbols: Sequence[str] | None,
) -> Subject:
    """Event, firms, market and what could not be read: of the catalogue, or of a folder of price files."""
    if prices is None:
        if event_date is not None:
            raise DesignError("--event-date goes with --prices; an event of the catalogue has its own")
        dossier = source.dossier(slug or DEFAULT_EVENT)
        return dossier.event, symbols or dossier.firms, source.market(dossier.event.slug, snapshot), {}
    if snapshot is not None:
        raise DesignError("--snapshot chooses among stored prices: not with --prices")
    if slug is not None or benchmark is None or event_date is None:
        raise DesignError("--prices needs --benchmark and --event-date, and no EVENT")
    return _of_files(prices, benchmark, event_date.date(), symbols)


def _of_files(folder: Path, benchmark: str, day: dt.date, symbols: Sequence[str] | None) -> Subject:
    from analysis.market.events import Event
    from data.files.csv_prices import csv_market

    with _mendable():
        files = csv_market(folder, benchmark, symbols)
    named = symbols or [symbol for symbol in files.market.instruments if symbol != benchmark]
    firms = [symbol for symbol in named if symbol not in files.excluded]
    return Event(folder.name, f"Prices of {folder}", session=day), firms, files.market, files.excluded


def of_list(source: Source, events: Path, prices: Path | None, benchmark: str | None) -> Listed:
    """The events of a list, a market from price files or the catalogue, and what could not be read."""
    from data.files.event_list import read_events
    from data.files.price_panel import read_panel

    with _mendable():
        listed = read_events(events)
        files = None if prices is None else read_panel(prices, listed, benchmark)
    listed = tuple(replace(event, benchmark=event.benchmark or benchmark) for event in listed)
    if files is None:
        return listed, source.market(DEFAULT_EVENT), {}
    return listed, files.market, files.unread


def shares(
    source: Source, slug: str | None, prices: Path | None, benchmark: str | None
) -> tuple[Market, Sequence[str]]:
    """A market and the shares to draw from: of an event's catalogue file, or of a folder."""
    from data.files.csv_prices import csv_market

    if prices is None:
        if benchmark is not None:
            raise DesignError("--benchmark goes with --prices; shares of the catalogue have their own")
        dossier = source.dossier(slug or DEFAULT_EVENT)
        if not dossier.shares:
            raise DesignError(
                f"{dossier.event.slug}: no instrument has a region; shares to draw from need one"
            )
        return source.market(dossier.event.slug), dossier.shares
    if slug is not None or benchmark is None:
        raise DesignError("--prices needs --benchmark, and no EVENT")
    with _mendable():
        market = csv_market(prices, benchmark).market
    return market, [symbol for symbol in market.instruments if symbol != benchmark]


@contextmanager
def _mendable() -> Iterator[None]:
    try:
        yield
    except DataError as error:
        raise DesignError(str(error)) from None
