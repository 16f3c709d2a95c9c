"""The pages, in the order of the navigation, and where each of them is.

A page of an event is a module with a ``view(case)``, registered in `PAGES`; its ``PATH`` stands below the
event's address. One with parts that take seconds has these in ``LATER``, by key, and a ``first(case)``
without them, which is what a browser gets at first. A page that belongs to no event is a module with a
``view(source, asked)``, registered in `OUTSIDE`; `asked` is its query. What stands above such a page, if
anything, is registered in `dashboard.web.forms.FORMS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from dashboard.views import (
    compare,
    gallery,
    inference,
    method,
    overview,
    prices,
    reaction,
    reported,
    robustness,
    said,
    since,
)
from dashboard.views.case import Case
from dashboard.views.choices import Choices, address, query
from dashboard.views.content import View
from dashboard.views.root import rooted
from dashboard.views.source import Collection


class Page(Protocol):
    """What a page module offers."""

    PATH: str
    TITLE: str
    CONTROLS: tuple[str, ...]

    def view(self, case: Case) -> View:
        """What the page says."""


class OutsidePage(Protocol):
    """What the module of a page outside events offers."""

    PATH: str
    TITLE: str
    KEYS: tuple[str, ...]  # of its query

    def view(self, source: Collection, asked: Mapping[str, str]) -> View:
        """What the page says to a query."""


PAGES: tuple[Page, ...] = (overview, reaction, inference, robustness, reported, since, prices, method)
BY_PATH: dict[str, Page] = {page.PATH: page for page in PAGES}
EVERY_EVENT = (method.PATH, prices.PATH)  # their address names no event
OUTSIDE: dict[str, OutsidePage] = {page.PATH: page for page in (gallery, compare, said)}
OUTSIDE_BY_NAME = {"gallery": gallery, "compare": compare, "claims": said}


def outside() -> tuple[Page | OutsidePage, ...]:
    """The pages that belong to no event, in the order of the menu."""
    return (*OUTSIDE.values(), *(BY_PATH[path] for path in EVERY_EVENT))


def slug(path: str) -> str:
    """Name of a page in addresses, file names and commands."""
    return path.strip("/") or "overview"


BY_NAME: dict[str, Page] = {slug(page.PATH): page for page in PAGES}


def is_live(page: Page | OutsidePage) -> bool:
    """Whether a page shows the state of the prices, and is made anew each time."""
    return getattr(page, "LIVE", False)


def place(path: str, choices: Choices, usual: str = "") -> str:
    """Address of a page under some choices; `usual` is the event that needs no naming outside events."""
    if path not in EVERY_EVENT:
        return address(path, choices)
    return rooted(path) + query(choices, **({"event": choices.event} if choices.event != usual else {}))
