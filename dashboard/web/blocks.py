"""The pieces that pages are made of: sections, charts with caption and data table, messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.render import theme
from dashboard.render.figures import Figure
from dashboard.views import captions
from dashboard.views.case import Case
from dashboard.web import state
from dashboard.web.tables import aria

Content = str | Component | Sequence[Any]


def section(identifier: str, title: str, *content: Any) -> Component:
    """A part of a page, with a heading that a link can point to; on paper it keeps to its first chart."""
    parts = [html.H2(title, id=f"{identifier}-title"), *content]
    chart = next((i for i, part in enumerate(parts) if _drawn(part)), -1)
    kept = [html.Div(parts[: chart + 1], className="keep")] if chart >= 0 else []
    return html.Section([*kept, *parts[chart + 1 :]], id=identifier, **aria(labelledby=f"{identifier}-title"))


def _drawn(part: Any) -> bool:
    return any(isinstance(one, html.Figure) for one in (part, getattr(part, "children", None)))


def finding(case: Case, title: str, words: str) -> Component:
    """The head of a page: the event, what was found in one sentence, and what to make of it."""
    return html.Div(
        [
            html.P(case.dossier.event.name, className="eyebrow", id="event-name"),
            html.H1(title, id="finding-title"),
            html.P(words, className="dek", id="finding-dek"),
        ],
        className="finding",
        id="finding",
    )


def plot(identifier: str, figure: Figure, **named: str) -> Component:
    """A drawn figure in a frame of its final height; `named` (label or labelledby) is for screen readers."""
    height = figure["layout"]["height"]
    graph = dcc.Graph(
        id=identifier, figure=figure, config=theme.CONFIG, responsive=True, style={"height": f"{height}px"}
    )
    frame: dict[str, Any] = {"role": "img", "style": {"height": f"{height}px"}, **aria(**named)}
    return html.Div(graph, id=f"{identifier}-plot", className="plot", **frame)


def chart_block(
    identifier: str,
    figures: Figure | Sequence[tuple[str, str, Figure]],
    summary: str,
    caption: Content,
    table: Component,
    key: Component | None = None,
) -> Component:
    """A chart, or named small multiples, over its caption and the data behind it.

    Parameters
    ----------
    identifier : str
        Stable name: the id of the graph, and of files made from it.
    figures : figure, or sequence of (title, what it comes to, figure)
    summary : str
        What the chart shows, in a sentence, for those who cannot see it.
    caption : content
        What it shows, by which method, from which source: see `dashboard.views.captions`.
    table : Component
        The same numbers as a table.
    key : Component, optional
        How to read the marks, above the chart.
    """
    if isinstance(figures, dict):
        drawn: Component = plot(identifier, figures, label=summary)
    else:
        drawn = html.Div(
            [_panel(f"{identifier}-{i}", *panel) for i, panel in enumerate(figures)],
            className="multiples",
            id=f"{identifier}-panels",
        )
    words = html.Figcaption(caption, id=f"{identifier}-caption")
    data = html.Details([html.Summary("Data table"), html.Div(table, id=f"{identifier}-data")])
    parts = [part for part in (key, drawn, words, data) if part is not None]
    return html.Figure(parts, className="chart", id=f"{identifier}-chart")


def others(case: Case, most: int = captions.MOST_PANELS) -> Component:
    """That only the first firms are drawn, with a link that draws the others; empty where all are."""
    hidden = set(case.study.symbols[most:])
    rest = tuple(s for s in case.design.symbols if case.market.traded(s) in hidden)
    words: list[Any] = []
    if rest:
        usual = case.events[0][0] if case.events else ""
        address = state.query(replace(case.view, symbols=rest), usual)
        words = [captions.few(case, most), " ", dcc.Link(f"Draw the other {len(rest)}", href=address)]
    return html.P(words, className="dek", id="others")


def key(*entries: tuple[str, str]) -> Component:
    """How to read the marks of a chart: glyph and word."""
    return html.Ul(
        [
            html.Li([html.Span(className=f"glyph {glyph}", **aria(hidden="true")), word])
            for glyph, word in entries
        ],
        className="key",
    )


def _panel(identifier: str, title: str, result: str, figure: Figure) -> Component:
    words = [
        html.H3(title, id=f"{identifier}-title"),
        html.P(result, className="soft small", id=f"{identifier}-result"),
    ]
    drawn = plot(identifier, figure, labelledby=f"{identifier}-title {identifier}-result")
    return html.Div([*words, drawn], className="panel")


def badge(icon: str, word: str, tone: str) -> Component:
    """A verdict: an icon and its word, so that colour is never alone."""
    return html.Span(
        [html.Span(icon, className="icon", **aria(hidden="true")), word], className=f"badge {tone}"
    )


def message(title: str, *lines: Content, kind: str = "note") -> Component:
    """A plain message: what is the matter and what to do next."""
    return html.Div(
        [html.P(html.Strong(title)), *(html.P(line) for line in lines)], className=f"message {kind}"
    )


def ignored(sentences: Sequence[str]) -> Component:
    """What a link asked for that could not be shown, as a message; empty if all was fine."""
    return html.Div([message("This link was adjusted", *sentences)] if sentences else [], id="notice")
