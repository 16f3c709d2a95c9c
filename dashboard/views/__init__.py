"""The pages, in the order of the navigation.

A page is a module with four things:

``PATH``        its address, e.g. ``"/reaction"``
``TITLE``       its name in the navigation and in the window's title
``CONTROLS``    keys of `dashboard.web.controls.CONTROLS` that are shown above it
``layout``      a function from a `Case` (event, prices, study) to the page's parts

and it joins by one line in `PAGES`. It is a plain function of the address: controls write the
query string, the query string makes the `Case`, the page is rendered from it. So links, back and
forward work by themselves, and pages are cached. A page needs callbacks of its own only for
what is no choice of a view.

Numbers come from ``case.study`` and its like, never from a page.
"""

from __future__ import annotations

from typing import Protocol

from dash.development.base_component import Component

from dashboard.views import inference, method, overview, prices, reaction, reported, robustness, since
from dashboard.views.case import Case


class Page(Protocol):
    """What a page module offers."""

    PATH: str
    TITLE: str
    CONTROLS: tuple[str, ...]

    def layout(self, case: Case) -> list[Component]:
        """The parts of the page."""


PAGES: tuple[Page, ...] = (overview, reaction, inference, robustness, reported, since, prices, method)
BY_PATH: dict[str, Page] = {page.PATH: page for page in PAGES}
