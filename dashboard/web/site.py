"""From an address to a page: parse the query, make the case, say what the page says, and keep that."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from analysis.market.errors import EventStudyError
from analysis.study.design import StudyDesign
from dashboard.render.html import tag
from dashboard.views.case import Case, Studies
from dashboard.views.choices import Choices, design
from dashboard.views.content import Chart, Exhibit, Table, View
from dashboard.views.pages import BY_PATH, is_live
from dashboard.views.source import DataSource
from dashboard.views.words import sentence
from dashboard.web import controls, downloads, state
from dashboard.web.components import Writer, finished, message
from dashboard.web.kept import Kept, Packed

log = logging.getLogger(__name__)

KEPT_PAGES = 128
KEPT_VIEWS = 16  # for who takes something away from the page just seen; others are said anew
KEPT_CASES = 32
KEPT_STUDIES = 12


@dataclass(frozen=True, slots=True)
class Answer:
    """What is shown for an address."""

    title: str
    body: list[Component]
    case: Case
    status: int = 200
    headline: str = ""


class Site:
    """The pages over one source of data.

    Pages are kept as they are written, per page, choices and snapshot, at most `KEPT_PAGES`; of what they
    say the last `KEPT_VIEWS`.
    """

    def __init__(self, source: DataSource) -> None:
        self.source, self.usual = source, state.default_event(source)
        self._view = Packed(self._make_view, KEPT_VIEWS)
        self._pages = Packed(self._make_page, KEPT_PAGES)
        self._case = Kept(self._make_case, KEPT_CASES)
        self._studies = Kept(self._make_studies, KEPT_STUDIES)

    def answer(self, pathname: str, search: str) -> Answer:
        """The page at an address; a friendly message where there is none, or where it cannot be made."""
        choices, ignored = state.parse(search, self.source)
        case = self.case(choices)
        if pathname not in BY_PATH:
            return Answer("Page not found", _not_found(pathname), case, 404)
        title = BY_PATH[pathname].TITLE
        adjusted = message("Your choices were adjusted" if ignored else "", *ignored, identifier="notice")
        try:
            headline, body = self._page(pathname, choices)
        except EventStudyError as error:
            bar = controls.bar(case, BY_PATH[pathname].CONTROLS, pathname)
            return Answer(title, [adjusted, *_impossible(str(error), bar)], case)
        except Exception:
            log.exception("page %s%s failed", pathname, search)
            return Answer(title, _failed(), case, 500)
        return Answer(title, [adjusted, *body], case, headline=headline)

    def view(self, path: str, choices: Choices) -> View:
        """What a page says."""
        snapshot = self.case(choices).market.provenance.snapshot
        make = self._make_view if is_live(path) else self._view
        return make(path, choices, snapshot)

    def body(self, path: str, choices: Choices) -> list[Component]:
        """The parts of a page, with links to take its charts and tables away."""
        return self._page(path, choices)[1]

    def _page(self, path: str, choices: Choices) -> tuple[str, list[Component]]:
        """Headline and parts of a page."""
        snapshot = self.case(choices).market.provenance.snapshot
        make = self._make_page if is_live(path) else self._pages
        return make(path, choices, snapshot)

    def newest(self) -> str:
        """The snapshot that pages show if none is named."""
        return self.source.market(self.usual).provenance.snapshot

    def case(self, choices: Choices) -> Case:
        """The case of some choices, on the snapshot that is newest now or the one they name."""
        market = self.source.market(choices.event, choices.snapshot or None)
        return self._case(choices, market.provenance.snapshot)

    def _make_case(self, choices: Choices, snapshot: str) -> Case:
        market = self.source.market(choices.event, choices.snapshot or None)
        dossier = self.source.dossier(choices.event)
        shared = self._studies(design(choices, dossier), choices.event, choices.snapshot, snapshot)
        return Case(choices, dossier, market, self.source, shared)

    def _make_studies(self, design: StudyDesign, event: str, asked: str, snapshot: str) -> Studies:
        return Studies(design, self.source.dossier(event), self.source.market(event, asked or None))

    def _make_view(self, path: str, choices: Choices, snapshot: str) -> View:
        return BY_PATH[path].view(self._case(choices, snapshot))

    def _make_page(self, path: str, choices: Choices, snapshot: str) -> tuple[str, list[Component]]:
        case, view = self._case(choices, snapshot), self.view(path, choices)

        def take(heading: str, content: Chart | Table) -> str:
            exhibit = Exhibit(heading, content)
            return downloads.links(exhibit, view, path, choices.event, case.dossier.event.name)

        writer = Writer(take, lambda key: downloads.table_address(path, key), self.usual)
        return view.title, writer.page(view, controls.bar(case, BY_PATH[path].CONTROLS, path))


def _not_found(pathname: str) -> list[Component]:
    return [
        html.H1("There is no such page"),
        message(f"Nothing is kept at {pathname[:80]}.", "The address may be mistyped, or the page renamed."),
        finished(tag("p", tag("a", "Go to the overview", href="/"))),
    ]


def _impossible(reason: str, bar: Component) -> list[Component]:
    """Why the data do not allow a view, under the choices that can be changed."""
    return [
        html.Div([html.H1("This combination cannot be computed")], className="finding"),
        bar,
        message(
            "The data do not allow it",
            sentence(reason),
            "Choose other firms, windows or another model above, or press Reset.",
            kind="warning",
        ),
    ]


def _failed() -> list[Component]:
    return [
        html.H1("Something went wrong"),
        message("This view could not be made; the server's log says why.", kind="warning"),
        finished(tag("p", tag("a", "Show the default view", href="/"))),
    ]
