"""What pages and commands need from outside, brought by the data package."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache, cached_property, lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar

from analysis.market.errors import UnknownNameError
from commands.findings import Found, program
from commands.own_source import OwnEventSource

if TYPE_CHECKING:
    from analysis.claims.reported import Dossier
    from analysis.market.prices import Instrument, Market
    from analysis.study.study import StudyResults
    from dashboard.views.cautions import Cautions
    from data.own.record import OwnEvent
    from data.refresh.live import Live, Status

DEFAULT_EVENT = "deepseek-2025-01-27"
MOST_ASKED, MOST_OWN = 10, 16  # a market holds the bars that were read of it
FRESH = 1.0  # seconds for which the newest snapshot is taken to be the newest

Known = TypeVar("Known")


class Source(OwnEventSource):
    """Events, prices and their state.

    Parameters
    ----------
    refresh_every : str
        When the serving process fetches prices; see `data.refresh.schedule.Schedule`.
    patient : bool
        Whether who asks for many events waits until all are found; pages do not.
    """

    patient = True

    def __init__(self, refresh_every: str = "off") -> None:
        self.refresh_every = refresh_every
        self.oldest: dt.timedelta | None = None  # prices with which the server still counts as ready
        self._with_own_prices = lru_cache(MOST_OWN)(self._put_own_prices)
        self._with_pool = lru_cache(MOST_OWN)(self._put_pool)  # returns of a market are kept with it
        self._found = Found()
        self._asked: dict[str, tuple[float, object]] = {}

    def events(self) -> Iterable[str]:
        """Slugs of the events that can be read, the default first."""
        from data.catalogue import dossiers as catalogue

        return sorted(catalogue.dossiers(), key=lambda slug: slug != DEFAULT_EVENT)

    def listed(self) -> Iterable[str]:
        """Own events that may be listed, then those of the catalogue, readable or not, the default first."""
        return self._written

    def origin(self, slug: str) -> str:
        """``bundled`` or ``own``."""
        from data.catalogue import files

        return "bundled" if slug in files.events() else "own"

    def found(self, slug: str, find: Callable[[str | None], str]) -> str:
        """What `find` says of an event, kept until its file, the prices or the program change.

        `find` is given what was found on the prices before, where nothing but the prices has changed.
        """
        return self._found.text(slug, self._event(slug), self._newest, find)

    def found_by_now(self, slug: str, find: Callable[[str | None], str]) -> tuple[str, bool]:
        """The same, of a `patient` source; of another what is at hand, and whether that is of these prices.

        What is not is found in the background; empty where nothing is at hand.
        """
        if self.patient:
            return self.found(slug, find), True
        return self._found.by_now(slug, self._event(slug), self._newest, lambda: self.found(slug, find))

    def changed(self, slug: str) -> list[dict[str, str]]:
        """Which headline and verdicts of an event new prices have changed; none before it was looked at."""
        return list(self.in_brief(slug)["changed"]) if self._found.known(slug) else []

    def news(self, slug: str) -> tuple[str, ...]:
        """The same, a sentence each."""
        return tuple(self.in_brief(slug)["news"]) if self._found.known(slug) else ()

    def in_brief(self, slug: str) -> dict[str, Any]:
        """An event in brief, as it was kept: what needs no computation needs no library for it."""

        def find(before: str | None) -> str:
            from dashboard.views.brief import measured

            return measured(self, slug, before).as_text()

        known: dict[str, Any] = json.loads(self.found(slug, find))
        return known

    def state(self) -> str:
        """What changes whenever an event that is listed does, or the newest prices do."""
        known = (*map(self._event, self.listed()), self._newest, program(), str(self._found.made))
        return sha256(" ".join(known).encode()).hexdigest()

    def _event(self, slug: str) -> str:
        """What changes when an event does: of a file, or the version of one that its reader alone knows."""
        written = self._written.get(slug)
        if written is None and (own := self.own_event(slug)):
            written = f"version-{own.version}"
        if written is None:
            raise UnknownNameError("event", slug, self._written)
        return written

    @property
    def _newest(self) -> str:
        return self._briefly("newest", self._newest_id)

    @property
    def _written(self) -> dict[str, str]:
        """What changes when an event of the list does, by its slug or id."""
        return self._briefly("written", self._ask_written)

    def _ask_written(self) -> dict[str, str]:
        from data.catalogue import files
        from data.store.place import own_versions

        self._look_at_store()
        own = own_versions() if self.private else {}
        if own is None:
            own = {one.id: one.version for one in self.own_events()}
        known = sorted(files.events().items(), key=lambda item: item[0] != DEFAULT_EVENT)
        return {
            **{key: f"version-{version}" for key, version in own.items()},
            **{slug: files.fingerprint(path) for slug, path in known},
        }

    def _newest_id(self) -> str:
        from data.store.place import newest_snapshot

        self._look_at_store()
        return newest_snapshot() or self.market(DEFAULT_EVENT).provenance.snapshot

    def _look_at_store(self) -> None:
        """StoreError if the store that was opened fails: a missing file is no new store then."""
        if "store" in vars(self):
            self.store.latest()

    def _briefly(self, name: str, ask: Callable[[], Known]) -> Known:
        """What the store says, asked once a second: a page, or one over many events, asks several times."""
        asked, known = self._asked.pop(name, (-FRESH, None))
        if time.monotonic() - asked >= FRESH:
            known = ask()
            asked = time.monotonic()
        self._asked[name] = asked, known
        for oldest in [*self._asked][:-MOST_ASKED]:
            self._asked.pop(oldest, None)
        return known  # type: ignore[return-value]

    def dossier(self, slug: str) -> Dossier:
        """What was written about an event of the catalogue, or one of a reader's own."""
        from data.catalogue import dossiers as catalogue
        from data.catalogue import files

        if own := self.own_event(slug):
            return own.dossier
        try:
            return catalogue.dossier(slug)
        except UnknownNameError:
            mine = [event.slug for event in self.own_events()]
            raise UnknownNameError("event", slug, [*files.events(), *mine]) from None

    def snapshots(self) -> Iterable[str]:
        """Names of the price snapshots that can be shown, newest first."""
        return [snapshot.id for snapshot in self.store.snapshots()]

    def market(self, slug: str, snapshot: str | None = None) -> Market:
        """Prices around an event, as the newest snapshot has them or a named one.

        Which snapshot is the newest is asked once a second: a page asks several times for one click.
        """
        own = self.own_event(slug)
        if snapshot:
            return self._market(slug, own, snapshot)
        key = f"{own.id} {own.version}" if own else slug
        return self._briefly(f"market {key}", lambda: self._market(slug, own, None))

    def _market(self, slug: str, own: OwnEvent | None, snapshot: str | None) -> Market:
        dossier = own.dossier if own else self.dossier(slug)
        market = self._stored({item.symbol: item for item in dossier.instruments}, snapshot)
        return self._with_pool(self._with_own_prices(own, market) if own else market, slug, snapshot)

    def _put_pool(self, market: Market, slug: str, snapshot: str | None) -> Market:
        """The market with a way to the shares beside those of its event, for a model that takes donors."""

        def pool() -> Market:
            from data.own.donors import donor_instruments

            return self._stored(donor_instruments(self.dossier(slug)), snapshot)

        return replace(market, pool=cache(pool))

    def _put_own_prices(self, own: OwnEvent, market: Market) -> Market:
        from data.own.found import market_with, own_prices

        return market_with(market, own_prices(own, self._opened))

    def _stored(self, instruments: Mapping[str, Instrument], snapshot: str | None) -> Market:
        if "store" not in vars(self):  # who only looks at prices need not open it
            from data.store.direct import direct_market

            if market := direct_market(instruments.values(), snapshot):
                return market
        return self.store.market(instruments, snapshot)

    def market_of(self, symbols: Iterable[str], snapshot: str | None = None) -> Market:
        """The market of instruments, whichever events name them, without those of an unknown exchange."""
        from analysis.market.prices import Instrument
        from data.own.instruments import row_of
        from data.own.record import FieldError

        known = {}
        for symbol in symbols:
            with suppress(FieldError):
                known[symbol] = Instrument(**row_of(symbol, "benchmark"))
        return self._stored(known, snapshot)

    @cached_property
    def live(self) -> Live:
        """The store with its refreshes; none is scheduled before it starts."""
        from data.refresh.live import Live

        return Live(self.store, self.refresh_every, dossier=self.fetched, own=self._refreshed)

    def fetch(self, identifier: str) -> None:
        """Begin to fetch the prices that an event lacks in the background; `status` tells how it goes.

        Those of its firms come first: nobody waits for what a claim alone names.
        """
        desk = self.desk
        if missing := desk.missing(identifier, claimed=False) or desk.missing(identifier):
            self.live.refresh_now([identifier], missing)

    def cautions(self, slug: str, study: StudyResults) -> Cautions:
        """What is odd about a reader's own prices; what was found about a snapshot stands on its own page."""
        from commands.cautioned import cautioned, spans_of
        from dashboard.views.cautions import Cautions

        return Cautions(*cautioned(spans_of(study), self.own_cautions(slug), ()))

    def status(self, snapshot: str | None = None) -> Status:
        """How things stand with a snapshot, its refreshes and what checks found; strangers see no paths."""
        status = self.live.status(snapshot)
        if self.private:
            return status
        from data.refresh import health

        return replace(
            status,
            reasons={symbol: health.public(reason) for symbol, reason in status.reasons.items()},
            runs=tuple(replace(run, message=health.public(run.message)) for run in status.runs),
        )

    def notice(self) -> str | None:
        """What every page has to say about the state of the prices."""
        return self.live.notice()

    def refresh_now(self) -> None:
        """Begin a refresh in the background."""
        self.live.refresh_now()

    def ready(self) -> tuple[bool, str]:
        """Whether prices can be read."""
        from data.refresh import health

        return health.ready(lambda: self.store, self.oldest)
