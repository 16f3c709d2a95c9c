"""Events of a reader's own, as pages and commands ask for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from analysis.market.errors import DataError

if TYPE_CHECKING:
    from analysis.claims.reported import Dossier
    from data.own.desk import Desk
    from data.own.kept import OwnEvents
    from data.own.record import OwnEvent
    from data.quality.caution import Caution
    from data.store.store import Store

MOST_REFRESHED = 200  # symbols of own events in a scheduled refresh, where others make them


class OwnEventSource:
    """Own events in a store.

    Parameters
    ----------
    private : bool
        False where others read the pages: then an own event is known by its id alone.
    """

    private = True

    @cached_property
    def store(self) -> Store:
        """The price store; made from the bundled prices when there is none."""
        from data.store.store import Store

        return Store()

    if TYPE_CHECKING:

        def dossier(self, slug: str) -> Dossier:
            """What was written about an event."""

    def own_event(self, key: str) -> OwnEvent | None:
        """The own event of an id, or of a short name where that is no secret; None if there is none."""
        from data.catalogue import files

        if key in files.events():
            return None
        from data.own import found

        own = found.own_event(key, self._opened)
        return own or (found.named(key, self._opened) if self.private else None)

    def own_events(self) -> Sequence[OwnEvent]:
        """Own events to be listed, the last changed first: all of a private source, none of another."""
        from data.own import found

        return found.own_events(self._opened) if self.private else ()

    def own_of(self, identifiers: Iterable[str]) -> Sequence[OwnEvent]:
        """The own events of some ids, as far as there are such."""
        from data.own import found

        return [event for one in identifiers if (event := found.own_event(one, self._opened))]

    def deleted_events(self, identifiers: Iterable[str] = ()) -> Sequence[tuple[OwnEvent, dt.datetime]]:
        """Own events that can be brought back, each with the moment until when: all of a private source.

        Of another, those of the ids that somebody knows.
        """
        from data.own import found

        known = {*identifiers}
        every = found.deleted(self._opened, dt.datetime.now(dt.timezone.utc)) if self.private or known else ()
        return [(one, until) for one, until in every if self.private or one.id in known]

    def own_count(self) -> int:
        """How many own events are kept."""
        return self.own.count()

    def edition(self, slug: str) -> str:
        """Which state of an own event is shown; empty for an event of the catalogue."""
        own = self.own_event(slug)
        return str(own.version) if own else ""

    @cached_property
    def own(self) -> OwnEvents:
        """Own events, to be made and changed."""
        from data.own.kept import OwnEvents

        return OwnEvents(self.store.database)

    @property
    def desk(self) -> Desk:
        """Answers for who makes an event, on the newest prices."""
        from data.own.desk import Desk
        from data.refresh.feeds import search

        return Desk.of(self.own, self.store, search)

    def _opened(self) -> Store:
        return self.store

    def own_cautions(self, slug: str) -> Sequence[Caution]:
        """What is odd about the prices that a reader brought with an event."""
        if (own := self.own_event(slug)) is None:
            return ()
        from data.own.found import own_prices

        return [caution for prices in own_prices(own, self._opened).values() for caution in prices.cautions]

    def fetched(self, slug: str) -> Dossier:
        """An event for a refresh: what came with an own one as prices of its reader is never fetched."""
        own = self.own_event(slug)
        return self._without_own_prices(own) if own else self.dossier(slug)

    def _without_own_prices(self, event: OwnEvent) -> Dossier:
        brought, dossier = set(self.own.priced(event.id)), event.dossier
        return replace(dossier, instruments=tuple(i for i in dossier.instruments if i.symbol not in brought))

    def _refreshed(self) -> list[Dossier]:
        """Own events that a scheduled refresh includes: where others make them, up to so many symbols.

        The last changed come first; one that this program cannot read keeps no other from being fresh.
        """
        out: list[Dossier] = []
        symbols: set[str] = set()
        for event in self.own.listed():
            with suppress(DataError):
                dossier = self._without_own_prices(event)
                more = symbols | {item.symbol for item in dossier.instruments}
                if self.private or len(more) <= MOST_REFRESHED:
                    symbols = more
                    out.append(dossier)
        return out
