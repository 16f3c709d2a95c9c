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
    body = html.Tbody([html.Tr(_row(row, header, numeric)) for row in rows])
    return [html.Caption(html.Span(caption)), head, body]


def _row(row: Sequence[Cell], header: Sequence[str], numeric: Sequence[int]) -> list[Component]:
    first, *rest = row
    cells: list[Component] = [html.Th(first, scope="row", className=_kind(0, numeric))]
    for column, cell in enumerate(rest, start=1):
        label: dict[str, Any] = {"data-label": header[column]}
        cells.append(html.Td(cell, className=_kind(column, numeric), **label))
    return cells


def _kind(column: int, numeric: Sequence[int]) -> str:
    return "number" if column in numeric else ""
