"""The pages, in the order of the navigation."""

from __future__ import annotations

from typing import Protocol

from dashboard.views import inference, method, overview, prices, reaction, reported, robustness, since
from dashboard.views.case import Case
from dashboard.views.content import View


class Page(Protocol):
    """What a page module offers."""

    PATH: str
    TITLE: str
    CONTROLS: tuple[str, ...]

    def view(self, case: Case) -> View:
        """What the page says."""


PAGES: tuple[Page, ...] = (overview, reaction, inference, robustness, reported, since, prices, method)
BY_PATH: dict[str, Page] = {page.PATH: page for page in PAGES}


def slug(path: str) -> str:
    """Name of a page in addresses, file names and commands."""
    return path.strip("/") or "overview"


BY_NAME: dict[str, Page] = {slug(page.PATH): page for page in PAGES}


def is_live(path: str) -> bool:
    """Whether a page shows the state of the prices, and is made anew each time."""
    return getattr(BY_PATH.get(path), "LIVE", False)
