"""From an address to a page: parse the query, make the case, render, and keep what was rendered."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from analysis.market.errors import EventStudyError
from analysis.study.design import StudyDesign
from dashboard.render import theme
from dashboard.render.markup import frozen
from dashboard.views import BY_PATH
from dashboard.views.case import Case, Studies
from dashboard.views.source import DataSource
from dashboard.web import blocks, controls, downloads, state
from dashboard.web.kept import Kept, Packed
from dashboard.web.state import View

log = logging.getLogger(__name__)

KEPT_PAGES = 128
KEPT_CASES = 32
KEPT_STUDIES = 16


@dataclass(frozen=True, slots=True)
class Answer:
    """What is shown for an address."""

    title: str
    body: list[Component]
    case: Case
    status: int = 200


class Site:
    """The pages over one source of data. Pages are kept per (page, view, snapshot), at most `KEPT_PAGES`."""

    def __init__(self, source: DataSource) -> None:
        self.source, self.usual = source, state.default_event(source)
        self._body = Packed(self._render, KEPT_PAGES)
        self._case = Kept(self._make_case, KEPT_CASES)
        self._studies = Kept(self._make_studies, KEPT_STUDIES)

    def answer(self, pathname: str, search: str) -> Answer:
        """The page at an address; a friendly message where there is none, or where it cannot be made."""
        view, ignored = state.parse(search, self.source)
        case = self.case(view)
        if pathname not in BY_PATH:
            return Answer("Page not found", _not_found(pathname), case, 404)
        title = BY_PATH[pathname].TITLE
        try:
            body = self._page(pathname, case)
        except EventStudyError as error:
            bar = controls.bar(case, BY_PATH[pathname].CONTROLS, pathname)
            return Answer(title, [blocks.ignored(ignored), *_impossible(str(error), bar)], case)
        except Exception:
            log.exception("page %s%s failed", pathname, search)
            return Answer(title, _failed(), case, 500)
        return Answer(title, [blocks.ignored(ignored), *body], case)

    def body(self, path: str, view: View) -> list[Component]:
        """The parts of a page for a view, with links to take its charts and tables away."""
        return self._page(path, self.case(view))

    def _page(self, path: str, case: Case) -> list[Component]:
        snapshot = case.market.provenance.snapshot
        make = self._render if self.is_live(path) else self._body
        return make(path, case.view, snapshot)

    def is_live(self, path: str) -> bool:
        """Whether a page shows the state of the prices, and is made anew each time."""
        return getattr(BY_PATH.get(path), "LIVE", False)

    def newest(self) -> str:
        """The snapshot that pages show if none is named."""
        return self.source.market(self.usual).provenance.snapshot

    def case(self, view: View) -> Case:
        """The case of a view, on the snapshot that is newest now or the one it names."""
        market = self.source.market(view.event, view.snapshot or None)
        return self._case(view, market.provenance.snapshot)

    def _make_case(self, view: View, snapshot: str) -> Case:
        market = self.source.market(view.event, view.snapshot or None)
        dossier = self.source.dossier(view.event)
        shared = self._studies(state.design(view, dossier), view.event, view.snapshot, snapshot)
        return Case(view, dossier, market, self.source, shared)

    def _make_studies(self, design: StudyDesign, event: str, asked: str, snapshot: str) -> Studies:
        return Studies(design, self.source.dossier(event), self.source.market(event, asked or None))

    def _render(self, pathname: str, view: View, snapshot: str) -> list[Component]:
        page, case = BY_PATH[pathname], self._case(view, snapshot)
        heading, *parts = page.layout(case)
        body = [heading, controls.bar(case, page.CONTROLS, pathname), *parts]
        linked = downloads.with_links(body, pathname, case)
        return linked if self.is_live(pathname) else frozen(linked)


def _not_found(pathname: str) -> list[Component]:
    link: Any = html.A("Go to the overview", href="/")
    return [
        html.H1("There is no such page"),
        blocks.message(
            f"Nothing is kept at {pathname[:80]}.", "The address may be mistyped, or the page renamed.", link
        ),
    ]


def _impossible(reason: str, bar: Component) -> list[Component]:
    """Why the data do not allow a view, under the choices that can be changed."""
    return [
        html.Div([html.H1("This combination cannot be computed")], className="finding"),
        bar,
        html.Div(
            [
                blocks.message(
                    "The data do not allow it",
                    theme.sentence(reason),
                    "Choose other firms, windows or another model above, or press Reset.",
                    kind="warning",
                )
            ]
        ),
    ]


def _failed() -> list[Component]:
    link: Any = html.A("Show the default view", href="/")
    return [
        html.H1("Something went wrong"),
        blocks.message("This view could not be made; the server's log says why.", link, kind="warning"),
    ]
