"""Small panels: paths and bars in event time, areas over dates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.render import theme
from dashboard.render.figures.base import Band, Figure, band, figure, horizontal, numbers, vertical
from dashboard.render.theme import colour, percent


def path_panel(
    path: pd.Series[float],
    pointwise: Band,
    simultaneous: Band,
    look: theme.Series,
    axis: dict[str, Any],
) -> Figure:
    """One small panel: a path in event time with its two bands, a line at day 0 and its last value."""
    times = [int(t) for t in path.index]
    hover = [
        f"<b>{percent(value)}</b> (95 %: {theme.interval(low, high)})<br>session {theme.number(t, 0, True)}"
        for t, value, low, high in zip(times, path, *pointwise, strict=True)
    ]
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": times,
        "y": numbers(path),
        "line": {"color": colour(look.colour), "width": 2.25},
        "hoverinfo": "text",
        "text": hover,
    }
    bands = [band(times, *simultaneous, look.colour, 0.09), band(times, *pointwise, look.colour, 0.16)]
    return _panel([*bands, line, _end_dot(path, look)], times, axis)


def bar_panel(
    values: pd.Series[float],
    half: pd.Series[float],
    look: theme.Series,
    axis: dict[str, Any],
    write: Callable[[Any], str] = percent,
) -> Figure:
    """One small panel: a bar per event time over the band that normal sessions keep to."""
    times = [int(t) for t in values.index]
    hover = [
        f"<b>{write(value)}</b> (normal within {write(-reach)} to {write(reach)})"
        f"<br>session {theme.number(t, 0, True)}"
        for t, value, reach in zip(times, values, half, strict=True)
    ]
    opacity = [1.0 if t == 0 else 0.6 for t in times]
    bars = {
        "type": "bar",
        "x": times,
        "y": numbers(values),
        "width": 0.62,
        "marker": {"color": colour(look.colour), "opacity": opacity, "line": {"width": 0}},
        "hoverinfo": "text",
        "hovertext": hover,
    }
    return _panel([band(times, -half, half, "slate", 0.14), bars], times, axis)


def _panel(traces: Sequence[dict[str, Any]], times: Sequence[int], axis: dict[str, Any]) -> Figure:
    span = max(times[-1] - times[0], 1)
    marked = sorted({times[0], 0, times[-1]})
    return figure(
        traces,
        236,
        margin={"l": 46, "r": 10, "t": 8, "b": 44},
        hovermode="x",
        shapes=[vertical(-0.5, "reported", "4px,3px"), horizontal(0)],
        xaxis={
            "range": [times[0] - 0.04 * span - 0.4, times[-1] + 0.04 * span + 0.4],
            "tickvals": marked,
            "ticktext": [theme.number(t, 0, signed=True) for t in marked],
            "title": {"text": "sessions from day 0"},
        },
        yaxis=axis,
    )


def _end_dot(path: pd.Series[float], look: theme.Series) -> dict[str, Any]:
    """The marker that tells firms apart beside their colour, at the last known value."""
    values = path.to_numpy()
    last = np.flatnonzero(np.isfinite(values))[-1:]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": path.index[last].tolist(),
        "y": values[last].tolist(),
        "marker": {"color": colour(look.colour), "size": 7, "symbol": look.symbol},
        "hoverinfo": "skip",
    }


def area_panel(
    dates: npt.NDArray[np.datetime64],
    values: npt.NDArray[np.float64],
    look: theme.Series,
    axis: dict[str, Any],
    last: np.datetime64,
) -> Figure:
    """One small panel over dates up to `last`: the area between zero and the values."""
    area = {
        "type": "scatter",
        "mode": "lines",
        "x": [str(date) for date in dates],
        "y": numbers(values),
        "fill": "tozeroy",
        "fillcolor": colour(look.colour, 0.2),
        "line": {"color": colour(look.colour), "width": 1.25},
        "hoverinfo": "text",
        "text": [
            f"<b>{percent(value)}</b><br>{theme.day(date)}" for date, value in zip(dates, values, strict=True)
        ],
    }
    return figure(
        [area],
        200,
        margin={"l": 46, "r": 10, "t": 8, "b": 40},
        hovermode="x",
        shapes=[horizontal(0)],
        xaxis={
            "type": "date",
            "nticks": 4,
            "tickformat": "%b\n%Y",
            "range": [str(dates[0]), str(last)],
        },
        yaxis=axis,
    )
