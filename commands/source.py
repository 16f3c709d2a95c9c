"""What pages and commands need from outside, brought by the data package."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.claims.reported import Dossier
    from analysis.market.prices import Market
    from data.refresh.live import Live, Status
    from data.store.store import Store

DEFAULT_EVENT = "deepseek-2025-01-27"
FRESH = 1.0  # seconds for which the newest snapshot is taken to be the newest


class Source:
    """Events, prices and their state.

    Parameters
    ----------
    refresh_every : str
        When the serving process fetches prices; see `data.refresh.schedule.Schedule`.
    """

    def __init__(self, refresh_every: str = "off") -> None:
        self.refresh_every = refresh_every
        self._newest: dict[str, tuple[float, Market]] = {}

    def events(self) -> Iterable[str]:
        """Slugs of the events that can be read, the default first."""
        from data.catalogue import dossiers as catalogue

        return sorted(catalogue.dossiers(), key=lambda slug: slug != DEFAULT_EVENT)

    def dossier(self, slug: str) -> Dossier:
        """What was written about an event."""
        from data.catalogue import dossiers as catalogue

        return catalogue.dossier(slug)

    def snapshots(self) -> Iterable[str]:
        """Names of the price snapshots that can be shown, newest first."""
        return [snapshot.id for snapshot in self.store.snapshots()]

    def market(self, slug: str, snapshot: str | None = None) -> Market:
        """Prices around an event, as the newest snapshot has them or a named one.

        Which snapshot is the newest is asked once a second: a page asks several times for one click.
        """
        if snapshot:
            return self._market(slug, snapshot)
        asked, market = self._newest.get(slug, (-FRESH, None))
        if market is None or time.monotonic() - asked >= FRESH:
            market = self._market(slug, None)
            self._newest[slug] = time.monotonic(), market
        return market

    def _market(self, slug: str, snapshot: str | None) -> Market:
        instruments = {instrument.symbol: instrument for instrument in self.dossier(slug).instruments}
        if "store" not in vars(self):  # who only looks at prices need not open it
            from data.store.direct import direct_market

            if market := direct_market(instruments.values(), snapshot):
                return market
        return self.store.market(instruments, snapshot)

    @cached_property
    def store(self) -> Store:
        """The price store; made from the bundled prices when there is none."""
        from data.store.store import Store

        return Store()

    @cached_property
    def live(self) -> Live:
        """The store with its refreshes; none is scheduled before it starts."""
        from data.refresh.live import Live

        return Live(self.store, self.refresh_every)

    def status(self, snapshot: str | None = None) -> Status:
        """How things stand with a snapshot, its refreshes and what the checks found."""
        return self.live.status(snapshot)

    def notice(self) -> str | None:
        """What every page has to say about the state of the prices."""
        return self.live.notice()

    def refresh_now(self) -> None:
        """Begin a refresh in the background."""
        self.live.refresh_now()

    def ready(self) -> tuple[bool, str]:
        """Whether prices can be read."""
        from data.refresh import health

        return health.ready(lambda: self.store)
