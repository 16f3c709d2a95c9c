"""Tables that a screen reader can walk and a phone can show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component


def aria(**values: str) -> dict[str, Any]:
    """Attributes for assistive technology: ``aria(label="Pages")`` gives ``aria-label``."""
    return {f"aria-{name}": value for name, value in values.items()}


Cell = str | Component | list[Any]


def table(
    caption: str,
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    numeric: Sequence[int] = (),
    identifier: str | None = None,
    stacked: bool = False,
) -> Component:
    """A table with a caption and scoped headers, in a frame that has room for what belongs to it.

    Parameters
    ----------
    rows : sequence of rows
        The first cell of a row is its header.
    numeric : sequence of int
        Columns that hold numbers: aligned right, in tabular figures.
    stacked : bool
        On a phone each row becomes a card; other tables scroll sideways inside their frame.
    """
    options: dict[str, Any] = {"id": identifier} if identifier else {}
    framed: dict[str, Any] = {"id": f"{identifier}-frame"} if identifier else {}
    inside = content(caption, header, rows, numeric)
    if stacked:
        return html.Div(html.Table(inside, className="table stacked", **options), className="frame", **framed)
    shown = html.Table(inside, className="table", **options)
    sideways = html.Div(shown, className="scroll", tabIndex=0, role="region", **aria(label=caption))
    return html.Div(sideways, className="frame", **framed)


def content(
    caption: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], numeric: Sequence[int] = ()
) -> list[Component]:
    """Caption, head and body of a table, for one that is kept fresh while it is shown."""
    head = html.Thead(
        html.Tr([html.Th(text, scope="col", className=_kind(i, numeric)) for i, text in enumerate(header)])
    )
    first = html.Th(scope="row", className=_kind(0, numeric))
    others = [_empty(column, header, numeric) for column in range(1, len(header))]
    lines = [[_filled(*pair) for pair in zip((first, *others), row, strict=True)] for row in rows]
    return [html.Caption(html.Span(caption)), head, html.Tbody([html.Tr(line) for line in lines])]


def _empty(column: int, header: Sequence[str], numeric: Sequence[int]) -> Component:
    label: dict[str, Any] = {"data-label": header[column]}
    return html.Td(className=_kind(column, numeric), **label)


def _filled(empty: Component, content: Cell) -> Component:
    """A cell like another: making one from its properties takes Dash ten times as long."""
    cell: Component = object.__new__(type(empty))
    vars(cell).update(vars(empty), children=content)
    return cell


def _kind(column: int, numeric: Sequence[int]) -> str:
    return "number" if column in numeric else ""
