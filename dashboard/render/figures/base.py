"""What every figure is made of: its frame, lines, words and bands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from dashboard.render import theme
from dashboard.render.theme import colour

Figure = dict[str, Any]
Band = tuple["pd.Series[float]", "pd.Series[float]"]


def figure(traces: Sequence[dict[str, Any]], height: int, **layout: Any) -> Figure:
    """A figure in the project's look."""
    return {"data": list(traces), "layout": theme.layout(height, **layout)}


def vertical(x: Any, name: str = "zero", dash: str = "solid", width: float = 1) -> dict[str, Any]:
    """A line through the whole height of a chart at `x`."""
    line = {"color": colour(name), "width": width, "dash": dash}
    return {
        "type": "line",
        "x0": x,
        "x1": x,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": line,
        "layer": "below",
    }


def horizontal(y: float, name: str = "zero", dash: str = "solid") -> dict[str, Any]:
    """A line through the whole width of a chart at `y`."""
    line = {"color": colour(name), "width": 1, "dash": dash}
    return {
        "type": "line",
        "y0": y,
        "y1": y,
        "x0": 0,
        "x1": 1,
        "xref": "paper",
        "line": line,
        "layer": "below",
    }


def note(text: str, x: Any, y: Any, name: str = "ink-soft", size: int = 12, **place: Any) -> dict[str, Any]:
    """Words inside a chart, left-aligned at a point unless `place` says otherwise."""
    font = {"size": size, "color": colour(name)}
    base = {"text": text, "x": x, "y": y, "showarrow": False, "xanchor": "left", "font": font}
    return {**base, **place}


def band(
    x: Sequence[Any], low: Iterable[float], high: Iterable[float], name: str, alpha: float = 0.16
) -> dict[str, Any]:
    """A trace that shades the area between `low` and `high`, where both are known."""
    edges = [edge for edge in zip(x, low, high, strict=True) if np.isfinite(edge[1:]).all()]
    around = [(at, float(lower)) for at, lower, _ in edges]
    around += [(at, float(upper)) for at, _, upper in reversed(edges)]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [at for at, _ in around],
        "y": [level for _, level in around],
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": colour(name, alpha),
        "hoverinfo": "skip",
    }


def numbers(values: Iterable[float]) -> list[float | None]:
    """Plain floats; None where there is none."""
    found = np.asarray(values if hasattr(values, "__array__") else list(values), dtype=float)
    known = np.isfinite(found)
    plain: list[float | None] = found.tolist()
    return plain if known.all() else [v if k else None for v, k in zip(plain, known, strict=True)]


def top_axis(values: Iterable[float | None]) -> dict[str, Any]:
    """An axis in percent above rows."""
    axis = theme.percent_axis(values, steps=6)
    return {**axis, "side": "top", "showline": False, "ticks": "", "showgrid": True}
