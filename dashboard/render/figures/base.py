"""What every figure is made of: its frame, lines, words and bands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from dashboard.render import theme
from dashboard.render.theme import colour
from dashboard.views.content import Panel, Series

Figure = dict[str, Any]

PHONE = 320  # pixels of a chart where it is narrowest
SMALL = 110  # and of the axis of a small panel there
ALONE = theme.LOOKS[0]  # in small multiples a title tells the firm, so one look is enough


def figure(traces: Sequence[dict[str, Any]], height: int, **layout: Any) -> Figure:
    """A figure in the project's look."""
    return {"data": list(traces), "layout": theme.layout(height, **layout)}


def part(panel: Panel, role: str) -> Series:
    """The series of a panel that has a role in the drawing."""
    return next(series for series in panel.series if series.role == role)


def vertical(x: Any, name: str = "zero", dash: str = "solid", width: float = 1) -> dict[str, Any]:
    """A line through the whole height of a chart at `x`."""
    line = {"color": colour(name), "width": width, "dash": dash}
    ends = {"x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper"}
    return {"type": "line", **ends, "line": line, "layer": "below"}


def extent(drawn: Iterable[Series]) -> Iterator[float | None]:
    """Every level that some series reach, their ends too."""
    return (level for series in drawn for level in (*series.values, *series.low, *series.high))


def horizontal(y: float, name: str = "zero") -> dict[str, Any]:
    """A line through the whole width of a chart at `y`."""
    line = {"color": colour(name), "width": 1, "dash": "solid"}
    ends = {"y0": y, "y1": y, "x0": 0, "x1": 1, "xref": "paper"}
    return {"type": "line", **ends, "line": line, "layer": "below"}


def note(text: str, x: Any, y: Any, name: str = "ink-soft", size: int = 12, **place: Any) -> dict[str, Any]:
    """Words inside a chart, left-aligned at a point unless `place` says otherwise."""
    font = {"size": size, "color": colour(name)}
    base = {"text": text, "x": x, "y": y, "showarrow": False, "xanchor": "left", "font": font}
    # an editor who changes the words of a drawing finds them anchored where they stand
    return {**base, "align": place.get("xanchor", "left"), **place}


def band(drawn: Series, name: str, alpha: float = 0.16) -> dict[str, Any]:
    """A trace that shades the area between the low and the high ends, where both are known.

    Its edge can be seen where the shade is too faint to be (a contrast of 3 to 1).
    """
    ends = zip(drawn.at, drawn.low, drawn.high, strict=True)
    edges = [edge for edge in ends if edge[1] is not None and edge[2] is not None]
    around = [(at, low) for at, low, _ in edges] + [(at, high) for at, _, high in reversed(edges)]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [at for at, _ in around],
        "y": [level for _, level in around],
        "line": {"color": colour("range"), "width": 1},
        "fill": "toself",
        "fillcolor": colour(name, alpha),
        "hoverinfo": "skip",
    }


def top_axis(values: Iterable[float | None]) -> dict[str, Any]:
    """An axis in percent above rows."""
    axis = theme.percent_axis(values, steps=6, pixels=PHONE)
    return {**axis, "side": "top", "showline": False, "ticks": "", "showgrid": True}
