"""From an address to a page: read the choices, make the case, say what the page says, and keep that."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from urllib.parse import parse_qsl, urlencode

from dash import html
from dash.development.base_component import Component

from analysis.market.errors import EventStudyError, LaterError, NothingToStudyError, UnknownNameError
from analysis.study.design import StudyDesign
from dashboard.render.html import tag
from dashboard.views import captions, pages
from dashboard.views.case import Case, Studies
from dashboard.views.choices import Choices, address, design
from dashboard.views.content import Section, View
from dashboard.views.pages import BY_PATH, OUTSIDE, is_live
from dashboard.views.root import rooted
from dashboard.views.source import Collection
from dashboard.web import controls, downloads, forms, state
from dashboard.web.addresses import place
from dashboard.web.components import Writer, finished, message
from dashboard.web.kept import Kept, Packed

log = logging.getLogger(__name__)

KEPT_PAGES = 128
KEPT_OUTSIDE = 16
KEPT_CASES = 8  # each holds what was found for its design, which is larger than any page
KEPT_STUDIES = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """What is shown for an address; `case` is that of the default event where the address names none."""

    title: str
    body: list[Component]
    case: Case
    status: int = 200
    headline: str = ""


class Site:
    """The pages over one source of data.

    Pages are kept as they are written, per page, choices and snapshot, at most `KEPT_PAGES`, and as many of
    what they say, which every load asks for its head. `framed`: whether others may frame a chart.
    """

    def __init__(self, source: Collection, framed: bool = True) -> None:
        self.source, self.usual, self._framed = source, state.default_event(source), framed
        self._view = Packed(self._make_view, KEPT_PAGES)
        self._part = Packed(self._make_part, KEPT_PAGES)
        self._pages = Packed(self._make_page, KEPT_PAGES)
        self._outside_view = Packed(self._make_outside_view, KEPT_OUTSIDE)
        self._outside = Packed(self._make_outside, KEPT_OUTSIDE)
        self._case = Kept(self._make_case, KEPT_CASES)
        self._studies = Kept(self._make_studies, KEPT_STUDIES)

    def problem(self, pathname: str) -> str:
        """Why there is no page at an address, in a sentence; empty where there is one."""
        if (found := place(pathname)) is None:
            return f"Nothing is kept at {pathname[:80]}: the address may be mistyped, or the page renamed."
        try:
            self.source.dossier(found.event or self.usual)
        except UnknownNameError:
            return f"There is no event “{found.event[:40]}”."
        except LaterError:
            raise
        except EventStudyError as error:
            return f"The event “{found.event[:40]}” cannot be shown: {error}"
        return ""

    def answer(self, pathname: str, search: str) -> Answer:
        """The page at an address; a friendly message where there is none, or where it cannot be made."""
        found, problem = place(pathname), self.problem(pathname)
        if found is None or problem:
            case = self.case(Choices(self.usual))
            return Answer("Page not found", _not_found(problem, case.events), case, 404)
        if page := found.outside:
            case = self.case(Choices(self.usual))
            return self._answer(
                page.TITLE, (), lambda: self._outside_page(found.path, search), case, html.Div
            )
        choices, ignored = state.parse(search, self.source, found.event)
        case, known = self.case(choices), BY_PATH[found.path]
        bar = partial(controls.bar, case, known.CONTROLS, found.path)
        return self._answer(known.TITLE, ignored, lambda: self._page(found.path, choices), case, bar)

    def _answer(
        self,
        title: str,
        ignored: Sequence[str],
        make: Callable[[], tuple[str, list[Component]]],
        case: Case,
        bar: Callable[[], Component],
    ) -> Answer:
        """Headline and parts that are made, or why they cannot be, under the choices that can be changed."""
        adjusted = message("Your choices were adjusted" if ignored else "", *ignored, identifier="notice")
        try:
            headline, body = make()
        except LaterError:
            raise
        except EventStudyError as error:
            return Answer(title, [adjusted, *_impossible(error, case, bar())], case)
        except Exception:
            log.exception("page %s of %s failed", title, case.choices)
            return Answer(title, _failed(), case, 500)
        return Answer(title, [adjusted, *body], case, headline=headline)

    def view(self, path: str, choices: Choices) -> View:
        """What a page says at first; parts that are marked as later stand in `part`."""
        snapshot = self.state(choices)
        make = self._make_view if is_live(BY_PATH[path]) else self._view
        return make(path, choices, snapshot)

    def part(self, path: str, choices: Choices, key: str) -> Section:
        """What comes after a page."""
        return self._part(path, choices, self.state(choices), key)

    def whole(self, path: str, choices: Choices) -> View:
        """All that a page says."""
        view = self.view(path, choices)
        parts = (self.part(path, choices, one.key) if one.later else one for one in view.sections)
        return replace(view, sections=tuple(parts))

    def view_outside(self, path: str, search: str) -> View:
        """What a page outside events says to a query."""
        make = self._make_outside_view if is_live(OUTSIDE[path]) else self._outside_view
        return make(path, search, self.source.state())

    def choices(self, event: str, search: str) -> Choices:
        """The choices of a query; UnknownNameError if there is no such event."""
        self.source.dossier(event)
        return state.parse(search, self.source, event)[0]

    def address(self, path: str, choices: Choices) -> str:
        """Where a page is under some choices."""
        return pages.place(path, choices, self.usual)

    def body(self, path: str, choices: Choices) -> list[Component]:
        """The parts of a page, with links to take its charts and tables away."""
        return self._page(path, choices)[1]

    def _page(self, path: str, choices: Choices) -> tuple[str, list[Component]]:
        """Headline and parts of a page."""
        snapshot = self.state(choices)
        make = self._make_page if is_live(BY_PATH[path]) else self._pages
        return make(path, choices, snapshot)

    def _outside_page(self, path: str, search: str) -> tuple[str, list[Component]]:
        make = self._make_outside if is_live(OUTSIDE[path]) else self._outside
        return make(path, search, self.source.state())

    def newest(self) -> str:
        """The snapshot that pages show if none is named."""
        return self.source.market(self.usual).provenance.snapshot

    def case(self, choices: Choices) -> Case:
        """The case of some choices, on the snapshot that is newest now or the one they name."""
        return self._case(choices, self.state(choices))

    def state(self, choices: Choices) -> str:
        """What a page of some choices depends on besides: the snapshot, and the state of the event."""
        market = self.source.market(choices.event, choices.snapshot or None)
        return f"{market.provenance.snapshot} {self.source.edition(choices.event)}".rstrip()

    def _make_case(self, choices: Choices, snapshot: str) -> Case:
        dossier = self.source.dossier(choices.event)
        shared = self._studies(design(choices, dossier), choices.event, choices.snapshot, snapshot)
        return Case(choices, dossier, shared.market, self.source, shared)

    def _make_studies(self, design: StudyDesign, event: str, asked: str, snapshot: str) -> Studies:
        return Studies(design, self.source.dossier(event), self.source.market(event, asked or None))

    def _make_view(self, path: str, choices: Choices, snapshot: str) -> View:
        page = BY_PATH[path]
        first: Callable[[Case], View] = getattr(page, "first", page.view)
        return first(self._case(choices, snapshot))

    def _make_part(self, path: str, choices: Choices, snapshot: str, key: str) -> Section:
        parts: dict[str, Callable[[Case], Section]] = getattr(BY_PATH[path], "LATER", {})
        if key not in parts:
            raise UnknownNameError("part", key, parts)
        return parts[key](self._case(choices, snapshot))

    def _make_page(self, path: str, choices: Choices, snapshot: str) -> tuple[str, list[Component]]:
        case, view = self._case(choices, snapshot), self.view(path, choices)
        here = downloads.of_event(path, choices.event, case.dossier.event.name, self._framed)
        writer = Writer(here.links(view), here.table, partial(self.address, path))
        return view.title, writer.page(view, controls.bar(case, BY_PATH[path].CONTROLS, path))

    def _make_outside_view(self, path: str, search: str, state: str) -> View:
        return OUTSIDE[path].view(self.source, asked_of(search))

    def _make_outside(self, path: str, search: str, state: str) -> tuple[str, list[Component]]:
        view, here = self.view_outside(path, search), downloads.outside(path)
        form = forms.FORMS.get(path)
        above = form(self.source, asked_of(search)) if form else html.Div(id="controls")
        writer = Writer(here.links(view), here.table, lambda other: address("/", other))
        return view.title, writer.page(view, above)


def asked_of(search: str) -> dict[str, str]:
    """A query as a page outside events gets it; what is too long is none."""
    if len(search) > state.LONGEST_QUERY or search.count("&") >= state.MOST_FIELDS:
        return {}
    return dict(parse_qsl(search.lstrip("?")))


def known(path: str, search: str) -> str:
    """What a page outside events reads of a query, as it would be written."""
    asked = asked_of(search)
    return urlencode({key: asked[key] for key in OUTSIDE[path].KEYS if asked.get(key)}, safe=",")


def _not_found(problem: str, events: Iterable[tuple[str, str]]) -> list[Component]:
    links = (tag("li", tag("a", escape(name), href=address("/", Choices(event)))) for event, name in events)
    return [
        html.H1("There is no such page"),
        message("Not found", problem),
        finished(tag("p", "These events can be shown:") + tag("ul", *links), className="prose"),
    ]


def _impossible(error: EventStudyError, case: Case, bar: Component) -> list[Component]:
    """Why the data do not allow a view, and what would work, under the choices that can be changed."""
    told = [case.sentence(str(error))]
    way = ["Choose other firms, windows or another model above, or press Reset."]
    if isinstance(error, NothingToStudyError) and not any(map(case.market.has_bars, error.reasons)):
        told, way = [*captions.unstudied(case).lines], []
    return [
        html.Div(
            [html.H1("This combination cannot be computed" if way else "Nothing can be measured yet")],
            className="finding",
        ),
        bar,
        message("The data do not allow it", *told, *way, kind="warning"),
    ]


def _failed() -> list[Component]:
    return [
        html.H1("Something went wrong"),
        message("This view could not be made; the server's log says why.", kind="warning"),
        finished(tag("p", tag("a", "Show the default view", href=rooted("/")))),
    ]
