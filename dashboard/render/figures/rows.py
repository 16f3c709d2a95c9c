"""Charts of rows: whom a row is about and what is said of it, and its marks on one axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.render.figures.base import Figure, extent, figure, horizontal, note, top_axis, vertical
from dashboard.render.theme import colour
from dashboard.views.content import Chart, Row, Series
from dashboard.views.words import interval, percent


def framed(
    chart: Chart,
    traces: Sequence[dict[str, Any]],
    height: int,
    above: float,
    under: float | None = None,
    shapes: Sequence[dict[str, Any]] = (),
    **layout: Any,
) -> Figure:
    """The frame of a chart of rows, `height` pixels each; `above` and `under` place the words of a row."""
    rows = range(len(chart.rows))
    usual = {"xaxis": top_axis(extent(chart.panels[0].series))}
    return figure(
        traces,
        height * len(rows) + 36,
        margin={"l": 1, "r": 1, "t": 28, "b": 8},
        shapes=[vertical(0), *shapes, *(horizontal(-row - 0.5, "rule") for row in rows[:-1])],
        annotations=[words for row in rows for words in _words(row, chart.rows[row], above, under)],
        yaxis={"range": [-len(rows) + 0.45, 0.6], "visible": False},
        **usual | layout,
    )


def _words(place: int, row: Row, above: float, under: float | None) -> list[dict[str, Any]]:
    """Whom a row is about, and what is said of it: so far under that, or at the other end of the line."""
    place_in: dict[str, Any] = {"bgcolor": colour("paper"), "xref": "paper", "yanchor": "middle"}
    y = -place + above
    label = note(f"<b>{row.label}</b>", 0, y, "ink", 13, xshift=-2, **place_in)
    if under is not None:
        return [label, note(row.detail, 0, y - under, "ink-soft", 12, xshift=-2, **place_in)]
    return [label, note(row.detail, 1, y, "ink-soft", 12, **place_in | {"xanchor": "right"})]


def intervals(drawn: Series, shift: float) -> dict[str, Any]:
    """The interval of each row, as one trace."""
    x: list[float | None] = []
    y: list[float | None] = []
    for row, low, high in zip(drawn.at, drawn.low, drawn.high, strict=True):
        if low is not None:
            x += [low, high, None]
            y += [-row + shift, -row + shift, None]
    line = {"color": colour("abnormal"), "width": 2}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip"}


def points(
    chart: Chart, drawn: Series, shift: float, look: tuple[str, str, int], word: str, ends: bool = False
) -> dict[str, Any]:
    """A mark per row that has a value; `look` is its symbol, colour and size, `ends` tells its interval."""
    symbol, name, size = look
    known = [(k, row) for k, row in enumerate(drawn.at) if drawn.values[k] is not None]
    told = [f" (95 %: {interval(drawn.low[k], drawn.high[k])})" if ends else "" for k, _ in known]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [drawn.values[k] for k, _ in known],
        "y": [-row + shift for _, row in known],
        "marker": {
            "symbol": symbol, "size": size, "color": colour(name), "opacity": 1,
            "line": {"color": colour("paper"), "width": 1.5},
        },
        "hoverinfo": "text",
        "text": [
            f"<b>{chart.rows[row].label}</b><br>{word} {percent(drawn.values[k])}{end}"
            for (k, row), end in zip(known, told, strict=True)
        ],
    }  # fmt: skip
