"""What the pages need from outside; `app.py` brings it from the data package, tests bring fakes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from analysis.market import Market
from analysis.reported import Dossier


class DataSource(Protocol):
    """Events, what was written about them, and the prices around them."""

    def events(self) -> Iterable[str]:
        """Slugs of the known events, the default first."""

    def dossier(self, slug: str) -> Dossier:
        """The dossier of an event; UnknownNameError if there is none."""

    def snapshots(self) -> Iterable[str]:
        """Names of the price snapshots that can be shown, newest first."""

    def market(self, slug: str, snapshot: str | None = None) -> Market:
        """Prices for an event, from the newest snapshot or a named one."""
