"""What a page shows that a reader may take away: its charts and tables, read from the page itself.

Nothing is registered twice. A chart made by `blocks.chart_block` and a table made by
`tables.table` become exhibits because they stand on the page; numbers keep their raw values in
`theme.Quantity`, so an export holds exactly what is shown, unrounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.render import theme
from dashboard.render.figures import Figure
from dashboard.render.theme import Quantity


@dataclass(frozen=True, eq=False, slots=True)
class Column:
    """A column of raw values; `unit` is empty for text."""

    name: str
    unit: str
    values: tuple[Any, ...]

    @property
    def header(self) -> str:
        """Name and unit, as an exported table prints them."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name


@dataclass(frozen=True, eq=False, slots=True)
class Panel:
    """One drawn figure of a chart; `title` and `result` are empty for a chart of one figure."""

    figure: Figure
    title: str = ""
    result: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Exhibit:
    """A chart with its caption and data, or a table alone (no panels).

    `marks` explains the marks of a chart: (kind of glyph, what it stands for).
    """

    key: str
    title: str
    caption: str
    panels: tuple[Panel, ...]
    columns: tuple[Column, ...]
    marks: tuple[tuple[str, str], ...] = ()

    @property
    def is_chart(self) -> bool:
        """Whether there is something drawn."""
        return bool(self.panels)


def exhibits(body: Sequence[Component]) -> dict[str, Exhibit]:
    """The exhibits of a page by key, in the order of the page."""
    found: dict[str, Exhibit] = {}
    for heading, component in standing(body):
        exhibit = _chart(component, heading) if is_chart(component) else _table(component, heading)
        found.setdefault(exhibit.key, exhibit)
    return found


def standing(content: Any, heading: str = "") -> Iterator[tuple[str, Component]]:
    """The charts, and the frames of tables with a key, that stand on a page, each with its heading."""
    if isinstance(content, (list, tuple)):
        for part in content:
            yield from standing(part, heading)
    elif isinstance(content, Component):
        if is_chart(content) or _is_keyed_frame(content):
            yield heading, content
            return
        if isinstance(content, html.Section):
            heading = words(_first(content, html.H2)) or heading
        yield from standing(getattr(content, "children", None), heading)


def is_chart(component: Any) -> bool:
    """Whether a component is a figure with something drawn in it."""
    return isinstance(component, html.Figure) and _first(component, dcc.Graph) is not None


def charts(body: Sequence[Component]) -> Iterator[Component]:
    """The charts of a page."""
    return (part for part in descendants(list(body)) if is_chart(part))


def key_of(component: Component) -> str:
    """Key of an exhibit's component: the id of its graph or of its table."""
    if is_chart(component):
        return str(_prop(_first(component, dcc.Graph), "id")).removesuffix("-0")
    return str(_prop(_first(component, html.Table), "id"))


def caption_of(component: Component) -> str:
    """The words under a chart, or above a table."""
    return words(_first(component, html.Figcaption if is_chart(component) else html.Caption))


def data_of(component: Component) -> Component | None:
    """The place of the table behind a chart: inside what a reader may open; None for a table alone."""
    place: Component | None = _first(_first(component, html.Details), html.Div)
    return place


def graphs(component: Any) -> list[dcc.Graph]:
    """Graphs inside a component, in order."""
    return [found for found in descendants(component) if isinstance(found, dcc.Graph)]


def descendants(component: Any) -> Iterator[Component]:
    """A component and everything inside it, in the order of the page."""
    waiting = [component]
    while waiting:
        part = waiting.pop()
        if isinstance(part, (list, tuple)):
            waiting.extend(reversed(part))
        elif not isinstance(part, str) and isinstance(part, Component):
            yield part
            waiting.append(getattr(part, "children", None))


def words(content: Any) -> str:
    """The text inside a component, blocks apart by a space."""
    return " ".join(" ".join(_strings(content)).split(" ")).replace(" ,", ",").strip()


def _is_keyed_frame(component: Any) -> bool:
    if not isinstance(component, html.Div) or getattr(component, "className", None) != "frame":
        return False
    table = _first(component, html.Table)
    return table is not None and getattr(table, "id", None) is not None


def _chart(component: Component, heading: str) -> Exhibit:
    table = _first(component, html.Table)
    columns = _columns(table) if table is not None else ()
    return Exhibit(
        key_of(component),
        heading,
        caption_of(component),
        tuple(_panels(component)),
        columns,
        _marks(component),
    )


def _marks(component: Component) -> tuple[tuple[str, str], ...]:
    """Entries of a chart's key: ``<ul class="key">`` with a glyph and its words each."""
    keys = [c for c in descendants(component) if isinstance(c, html.Ul) and _prop(c, "className") == "key"]
    items = [item for key in keys for item in _prop(key, "children")]
    entries = [_prop(item, "children") for item in items]
    return tuple((str(_prop(glyph, "className")).split()[-1], words(text)) for glyph, *text in entries)


def _panels(component: Component) -> Iterator[Panel]:
    framed = [part for part in descendants(component) if getattr(part, "className", None) == "panel"]
    if not framed:
        yield from (Panel(_prop(graph, "figure")) for graph in graphs(component))
    for part in framed:
        result = words(_first(part, html.P))
        yield Panel(_prop(graphs(part)[0], "figure"), words(_first(part, html.H3)), result)


def _table(component: Component, heading: str) -> Exhibit:
    table = _first(component, html.Table)
    return Exhibit(key_of(component), heading, caption_of(component), (), _columns(table))


def _columns(table: Any) -> tuple[Column, ...]:
    rows = [row.children for row in descendants(_first(table, html.Tbody)) if isinstance(row, html.Tr)]
    header = [words(cell) for cell in descendants(_first(table, html.Thead)) if isinstance(cell, html.Th)]
    cells = [[cell.children for cell in row] for row in rows]
    return tuple(c for i, name in enumerate(header) for c in _column(name, [row[i] for row in cells]))


def _column(name: str, cells: Sequence[Any]) -> Iterator[Column]:
    """One column of a page as columns of raw values: several where a cell holds several numbers.

    A letter beside a number (``p``) is left out; words make the column text.
    """
    quantities = [[s for s in _strings(cell) if isinstance(s, Quantity)] for cell in cells]
    beside = {" ".join(s for s in _strings(cell) if not isinstance(s, Quantity)).strip() for cell in cells}
    if any(len(said) > 1 for said in beside) or not any(quantities):
        texts = [words(cell) for cell in cells]
        yield Column(name, "", tuple("" if text == theme.DASH else text for text in texts))
        return
    raw = [[(value, q.unit) for q in found for value in q.values] for found in quantities]
    units = [unit for _, unit in max(raw, key=len)]
    for k, (label, unit) in enumerate(zip(_labels(name, units), units, strict=True)):
        yield Column(label, unit, tuple(row[k][0] if k < len(row) else None for row in raw))


def _labels(name: str, units: Sequence[str]) -> Iterator[str]:
    """Names of the numbers in a cell: the value, its interval, its p value."""
    bounds = len(units) - (len(units) > 1 and units[-1] == "probability")
    parts = {1: [""], 2: [", low", ", high"], 3: ["", ", low", ", high"]}
    ends = parts.get(bounds, [f", {k}" for k in range(1, bounds + 1)])
    yield from (name + end for end in (*ends, ", p")[: len(units)])


def _prop(component: Any, name: str) -> Any:
    return getattr(component, name, None)


def _first(component: Any, kind: type) -> Any:
    return next((found for found in descendants(component) if isinstance(found, kind)), None)


def _strings(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, (int, float)):
        yield str(content)
    elif isinstance(content, (list, tuple)):
        for part in content:
            yield from _strings(part)
    elif isinstance(content, Component) and _prop(content, "aria-hidden") is None:
        yield from _strings(getattr(content, "children", None))
