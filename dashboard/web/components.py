"""Views as Dash components: what is operated or drawn is a component, the rest finished HTML.

Dash asks every component of a page after every change whether it is concerned. A page has hundreds of
cells and options that never change by themselves, so they are sent as text, the attribute ``data-html`` of
their element, which `assets/page.js` puts into place. Parts that may change carry an id.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.render import html as written
from dashboard.render import theme
from dashboard.render.figures import Figure, drawn
from dashboard.render.terms import Glossed, Write
from dashboard.views.choices import Choices
from dashboard.views.content import Block, Chart, Message, Note, Progress, Section, View
from dashboard.views.tables import Table

PULSE = 1500  # milliseconds between looks at a refresh

Take = Callable[[str, Chart | Table], str]  # what stands under a chart or table under a heading


def aria(**values: str) -> dict[str, Any]:
    """Attributes for assistive technology: ``aria(label="Pages")`` gives ``aria-label``."""
    return {f"aria-{name}": value for name, value in values.items()}


def finished(content: str, kind: type[Component] = html.Div, **attributes: Any) -> Component:
    """An element whose inside is finished HTML."""
    given: dict[str, Any] = {"data-html": content, **attributes}
    return kind(**given)


def message(title: str, *lines: str, kind: str = "note", identifier: str | None = None) -> Component:
    """A plain message: what is the matter and what to do next; empty without a title."""
    options: dict[str, Any] = {"id": identifier} if identifier else {}
    return finished(written.inside(Message(title, lines, kind)), **options)


class Writer:
    """Writes the blocks of a page as components.

    Parameters
    ----------
    take : callable
        The links under a chart or table with a key.
    table : callable
        Address of the table behind a chart, or of a later part, by its key.
    address : callable
        Address of the page under other choices.
    """

    def __init__(self, take: Take, table: Callable[[str], str], address: Callable[[Choices], str]) -> None:
        self._take, self._table, self._address = take, table, address

    def page(self, view: View, bar: Component) -> list[Component]:
        """A page under its finding and its choices."""
        about: dict[str, Any] = {"id": "finding" if view.event else "page-finding"}
        first = Glossed("finding")
        head = finished(written.finding(view, first), className="finding", **about)
        lead = [self.block(block, view.title, first) for block in view.lead]
        return [
            self.block(view.caution, "", Glossed("caution")),
            head,
            bar,
            *lead,
            *_contents(view),
            *(self.section(section) for section in view.sections),
        ]

    def section(self, given: Section) -> Component:
        """A part of a page, with a heading that a link can point to; on paper it keeps to its first chart."""
        if not given.blocks:
            return html.Div(id=given.key)
        heading = html.H2(given.title, id=f"{given.key}-title")
        write = Glossed(given.key)
        if given.later:
            told = "".join(written.element(block, given.title) for block in given.blocks)
            fetched: dict[str, Any] = {"data-table": self._table(given.key)}
            place = finished(told, id=f"{given.key}-later", **fetched)
            return html.Section([heading, place], id=given.key, **aria(labelledby=f"{given.key}-title"))
        parts = [heading, *(self.block(block, given.title, write) for block in given.blocks)]
        kept = written.together(given)
        held = [html.Div(parts[:kept], className="keep")] if kept else []
        inside = [*held, *parts[kept:]]
        return html.Section(inside, id=given.key, **aria(labelledby=f"{given.key}-title"))

    def block(self, block: Block, heading: str, write: Write) -> Component:
        """One block; charts and links are components, all else is finished."""
        match block:
            case Chart():
                return self.chart(block, heading, write)
            case Note():
                return self.note(block, write)
            case Progress(about=""):
                return refresh_panel(block)
            case Progress():
                return permutation_panel(block)
            case Table():
                return self.table(block, heading, write)
        name, kind = written.ELEMENTS.get(type(block), ("div", None))
        options: dict[str, Any] = {"className": kind} if kind else {}
        if key := getattr(block, "key", ""):
            options["id"] = key
        return finished(written.inside(block, write), html.Ul if name == "ul" else html.Div, **options)

    def table(self, given: Table, heading: str, write: Write) -> Component:
        """A table, and what takes it away, each in a place of its own: a live table is written anew."""
        place, take = f"{given.key}-table", f"{given.key}-take"
        inside = [
            finished(written.table(given, write), id=place),
            finished(self._take(heading, given), id=take),
        ]
        return html.Div(inside, className="frame", id=f"{given.key}-frame")

    def note(self, given: Note, write: Write) -> Component:
        """A paragraph, with a link to other choices where it has one."""
        look = written.NOTES.get(given.style, given.style)
        options: dict[str, Any] = {"className": look} if look else {}
        if given.key:
            options["id"] = given.key
        if given.link is None:
            return finished(written.inside(given, write), html.P, **options)
        link = dcc.Link(given.link.words, href=self._address(given.link.choices))
        return html.P([finished(written.inside(given, write), html.Span), " ", link], **options)

    def chart(self, given: Chart, heading: str, write: Write) -> Component:
        """A chart, or named small multiples, over its caption and the data behind it."""
        place: dict[str, Any] = {"data-table": self._table(given.key)}
        parts = [
            *([finished(written.key(given.marks, write), html.Ul, className="key")] if given.marks else []),
            _drawings(given),
            finished(written.caption(given.caption, write), html.Figcaption, id=f"{given.key}-caption"),
            # thousands of cells that few look at would slow every choice: fetched when it is opened
            html.Details([html.Summary("Data table"), html.Div(id=f"{given.key}-data", **place)]),
            finished(self._take(heading, given), id=f"{given.key}-take"),
        ]
        return html.Figure(parts, className="chart", id=f"{given.key}-chart")


def _contents(view: View) -> list[Component]:
    """Jumps to the parts of a page that has several."""
    parts = [section for section in view.sections if section.blocks]
    if len(parts) < 3:
        return []
    jumps = (written.tag("a", escape(part.title), href=f"#{part.key}") for part in parts)
    inside = written.tag("span", "On this page") + "".join(jumps)
    return [finished(inside, html.Nav, className="toc", id="contents", **aria(label="On this page"))]


def _drawings(chart: Chart) -> Component:
    figures = drawn(chart)
    if not chart.panels[0].title:
        return plot(chart.key, figures[0], label=chart.summary)
    panels = [
        _panel(f"{chart.key}-{i}", panel.title, panel.result, figure)
        for i, (panel, figure) in enumerate(zip(chart.panels, figures, strict=True))
    ]
    return html.Div(panels, className="multiples", id=f"{chart.key}-panels")


def _panel(identifier: str, title: str, result: str, figure: Figure) -> Component:
    words = [
        html.H3(title, id=f"{identifier}-title"),
        html.P(result, className="soft small", id=f"{identifier}-result"),
    ]
    graph = plot(identifier, figure, labelledby=f"{identifier}-title {identifier}-result")
    return html.Div([*words, graph], className="panel")


def plot(identifier: str, figure: Figure, **named: str) -> Component:
    """A drawn figure in a frame of its final height; `named` (label or labelledby) is for screen readers."""
    height = figure["layout"]["height"]
    graph = dcc.Graph(
        id=identifier, figure=figure, config=theme.CONFIG, responsive=True, style={"height": f"{height}px"}
    )
    frame: dict[str, Any] = {"role": "img", "style": {"height": f"{height}px"}, **aria(**named)}
    return html.Div(graph, id=f"{identifier}-plot", className="plot", **frame)


def refresh_panel(progress: Progress) -> Component:
    """The button, and how far a refresh is, which the server keeps fresh."""
    button = html.Button("Refresh now", id="refresh-now", type="button", className="quiet")
    told = (
        html.Span(id=f"refresh-{part}", role="status", className="soft small") for part in ("answer", "ended")
    )
    return html.Div(
        [
            html.Div([button, *told], className="actions"),
            finished(written.inside(progress), id=progress.key),
            dcc.Interval(id="refresh-pulse", interval=PULSE),
        ]
    )


def permutation_panel(progress: Progress) -> Component:
    """The button for a test, and how far that is; begun anew for another curve."""
    start = html.Button(
        "Compare with earlier dates", id="permutation-start", type="button", className="quiet"
    )
    inside = [
        html.P([start]),
        finished(written.inside(progress), id="permutation-answer", **aria(live="polite")),
        dcc.Interval(id="permutation-pulse", interval=PULSE, disabled=True),
    ]
    return html.Div(html.Div(inside, id=f"permutation-of-{progress.about}"), id="permutation-panel")


def graphs(content: Any) -> list[dcc.Graph]:
    """The graphs inside components, in order."""
    if isinstance(content, dcc.Graph):
        return [content]
    if isinstance(content, (list, tuple)):
        return [graph for part in content for graph in graphs(part)]
    return graphs(content.children) if hasattr(content, "children") else []
