"""An own event by its id or short name, and its market; the database library is left out where that works."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analysis.market.events import Sessions
from analysis.market.prices import Market, PriceHistory, Provenance
from data.bundled.calendars import sessions
from data.bundled.manifest import Lazy
from data.own.record import ID, KEPT_FOR, OWN_SOURCE, OwnEvent, Priced, own_of, prices_of
from data.store.place import direct_rows, stamp

if TYPE_CHECKING:
    from data.store.store import Store

EVENT = "select * from own_events where id = :key and deleted is null"
NAMED = "select * from own_events where slug = :key and deleted is null order by changed desc, id limit 1"
EVERY = "select * from own_events where deleted is null order by changed desc, id"
DELETED = "select * from own_events where deleted >= :key order by deleted desc, id"
PRICES = "select * from own_prices where event = :key order by symbol"


Opened = Callable[[], "Store"]


def own_event(key: str, store: Opened) -> OwnEvent | None:
    """The event of an id; None if there is none, or it was deleted. `store` opens the store where it must."""
    found = _rows(EVENT, key, store) if ID.fullmatch(key) else []
    return own_of(found[0]) if found else None


def named(slug: str, store: Opened) -> OwnEvent | None:
    """The event that its maker calls so: for who owns the database, as a short name can be guessed."""
    return next(map(own_of, _rows(NAMED, slug, store)), None)


def own_events(store: Opened) -> tuple[OwnEvent, ...]:
    """All own events, the last changed first: for who owns the database."""
    return tuple(map(own_of, _rows(EVERY, "", store)))


def deleted(store: Opened, now: dt.datetime) -> tuple[tuple[OwnEvent, dt.datetime], ...]:
    """Events that can be brought back, the last deleted first, each with the moment until when."""
    events = map(own_of, _rows(DELETED, stamp(now - KEPT_FOR), store))
    return tuple((event, event.deleted + KEPT_FOR) for event in events if event.deleted)


def own_prices(event: OwnEvent, store: Opened) -> Priced:
    """The bars that came with an event, by symbol."""
    return dict(map(prices_of, _rows(PRICES, event.id, store)))


def market_with(base: Market, own: Priced) -> Market:
    """A market in which an event's own bars stand in the place of others, for this event alone."""
    if not own:
        return base
    used = sorted({*base.histories} | set(own))

    def history(symbol: str) -> PriceHistory:
        return own[symbol].history if symbol in own else base.histories[symbol]

    first, last = _span(base, own)

    def calendar(mic: str) -> Sessions:
        return sessions(mic, first, last)

    return replace(
        base,
        histories=Lazy(used, history),
        sessions=Lazy(base.sessions, calendar),
        provenance=_provenance(base, own),
        hourly={symbol: bars for symbol, bars in base.hourly.items() if symbol not in own},
    )


def _span(base: Market, own: Priced) -> tuple[dt.date, dt.date]:
    """First and last day of all bars."""
    ends = [(one.history.dates[0].item(), one.history.dates[-1].item()) for one in own.values()]
    if set(base.histories) - set(own):
        grids = [base.sessions[mic].dates for mic in base.sessions]
        ends += [(dates[0].item(), dates[-1].item()) for dates in grids if len(dates)]
    return min(first for first, _ in ends), max(last for _, last in ends)


def _provenance(base: Market, own: Priced) -> Provenance:
    """Where bars come from: the reader's are named first, with their symbols."""
    named = f"{OWN_SOURCE} of {', '.join(sorted(own))}"
    others = set(base.histories) - set(own)
    newest = max(one.history.retrieved for one in own.values())
    _, last = _span(base, own)
    return Provenance(
        base.provenance.snapshot,
        f"{named}; {base.provenance.source}" if others else named,
        max(base.provenance.retrieved, newest) if others else newest,
        last,
    )


def _rows(query: str, key: str, store: Opened) -> list[dict[str, Any]]:
    found = direct_rows(query, {"key": key})
    if found is not None:
        return found
    import sqlalchemy as sa

    with store().database.reading() as connection:
        return [dict(row) for row in connection.execute(sa.text(query), {"key": key}).mappings()]
