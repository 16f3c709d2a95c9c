"""What the pages need from outside; `app.py` brings it from the data package, tests bring fakes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from analysis.claims.reported import Dossier
from analysis.market.prices import Market
from analysis.study.study import StudyResults
from dashboard.views.cautions import Cautions


class Snapshot(Protocol):
    """One state of all prices."""

    @property
    def id(self) -> str: ...
    @property
    def created(self) -> dt.datetime: ...
    @property
    def origin(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def library(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def as_of(self) -> dt.date: ...
    @property
    def complete(self) -> bool: ...


class Holding(Protocol):
    """What a snapshot holds of one symbol; `kind` is ``daily``, ``hourly`` or ``actions``."""

    @property
    def kind(self) -> str: ...
    @property
    def symbol(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def retrieved(self) -> dt.date: ...
    @property
    def first(self) -> dt.date: ...
    @property
    def last(self) -> dt.date: ...
    @property
    def rows(self) -> int: ...


class Finding(Protocol):
    """One thing that a quality check found."""

    @property
    def symbol(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def sentence(self) -> str: ...
    @property
    def sessions(self) -> tuple[dt.date, ...]: ...


class Run(Protocol):
    """One refresh: ``running``, ``fresh``, ``partly``, ``nothing`` or ``failed``."""

    @property
    def started_by(self) -> str: ...
    @property
    def started(self) -> dt.datetime: ...
    @property
    def finished(self) -> dt.datetime | None: ...
    @property
    def status(self) -> str: ...
    @property
    def done(self) -> int: ...
    @property
    def total(self) -> int: ...
    @property
    def message(self) -> str: ...


class PriceStatus(Protocol):
    """How things stand with the prices: what is shown, how it was checked and refreshed."""

    @property
    def snapshot(self) -> Snapshot: ...
    @property
    def holdings(self) -> Sequence[Holding]: ...
    @property
    def findings(self) -> Sequence[Finding]: ...
    @property
    def runs(self) -> Sequence[Run]: ...
    @property
    def next_run(self) -> dt.datetime | None: ...
    @property
    def hourly_days_left(self) -> Mapping[str, int]: ...
    @property
    def reasons(self) -> Mapping[str, str]: ...


class DataSource(Protocol):
    """Events, what was written about them, and the prices around them."""

    def events(self) -> Iterable[str]:
        """Slugs of the known events, the default first."""

    def dossier(self, slug: str) -> Dossier:
        """The dossier of an event; UnknownNameError if there is none."""

    def edition(self, slug: str) -> str:
        """Which state of an event is shown, where it can be changed; empty where it cannot."""

    def snapshots(self) -> Iterable[str]:
        """Names of the price snapshots that can be shown, newest first."""

    def news(self, slug: str) -> Sequence[str]:
        """Which headline and verdicts of an event new prices have changed, a sentence each."""

    def market(self, slug: str, snapshot: str | None = None) -> Market:
        """Prices for an event, from the newest snapshot or a named one."""

    def cautions(self, slug: str, study: StudyResults) -> Cautions:
        """What must be said of the prices of an event before a study of them is relied on."""

    def status(self, snapshot: str | None = None) -> PriceStatus:
        """How things stand with the newest snapshot or a named one."""

    def notice(self) -> str | None:
        """What every page has to say about the state of the prices; None if all is well."""

    def refresh_now(self) -> None:
        """Begin a refresh in the background; `status` tells how it goes."""

    def ready(self) -> tuple[bool, str]:
        """Whether prices can be read, and one sentence about it."""


class Collection(DataSource, Protocol):
    """A data source with what pages over many events need besides."""

    def listed(self) -> Iterable[str]:
        """Slugs of all events, the default first, those too that turn out not to be readable."""

    def origin(self, slug: str) -> str:
        """``bundled``, or ``own`` for an event of a reader."""

    def deleted_events(self, identifiers: Iterable[str] = ()) -> Sequence[tuple[Any, dt.datetime]]:
        """Own events that can be brought back, each with the moment until when."""

    def state(self) -> str:
        """What changes whenever an event that is listed does, or the newest prices do."""

    def found(self, slug: str, find: Callable[[str | None], str]) -> str:
        """What `find` says of an event, kept until its file, the prices or the program change.

        `find` is given what was found on the prices before, where nothing but the prices has changed.
        """

    def found_by_now(self, slug: str, find: Callable[[str | None], str]) -> tuple[str, bool]:
        """The same without waiting: what is at hand, perhaps nothing, and whether it is of these prices."""


class OwnSource(Collection, Protocol):
    """A source in which readers can keep events of their own."""

    @property
    def desk(self) -> Any:
        """What answers while an event is made, and keeps it: plain data in and out."""

    @property
    def own(self) -> Any:
        """Own events, to be read, changed, copied and deleted."""

    def own_events(self) -> Sequence[Any]:
        """Own events that may be listed, the last changed first."""

    def own_of(self, identifiers: Iterable[str]) -> Sequence[Any]:
        """The own events of some ids."""

    def own_count(self) -> int:
        """How many own events are kept."""

    def fetch(self, identifier: str) -> None:
        """Begin to fetch the prices that an own event lacks in the background."""
