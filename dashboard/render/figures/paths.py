"""Small panels: paths and bars in event time, areas over dates."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from dashboard.render import theme
from dashboard.render.figures.base import ALONE, Figure, band, extent, figure, horizontal, part, vertical
from dashboard.render.theme import colour
from dashboard.views.content import Chart, Series
from dashboard.views.words import day, interval, multiple, number, percent


def paths(chart: Chart) -> Iterator[Figure]:
    """A path in event time with its two bands, a line at day 0 and its last value; one scale for all."""
    drawn = [part(panel, "path") for panel in chart.panels]
    axis = theme.percent_axis(extent(drawn), steps=4)
    for panel, path in zip(chart.panels, drawn, strict=True):
        bands = [band(part(panel, "band"), ALONE.colour, 0.09), band(path, ALONE.colour)]
        yield _panel([*bands, _path(path), _end_dot(path)], path.at, axis)


def bars(chart: Chart) -> Iterator[Figure]:
    """A bar per event time over the band that normal sessions keep to; one scale for all."""
    drawn = [part(panel, "bars") for panel in chart.panels]
    axis = theme.percent_axis(extent(drawn), steps=4)
    for series in drawn:
        yield _bars(series, series, axis, percent)


def multiples(chart: Chart) -> Iterator[Figure]:
    """The same for multiples of what is usual, drawn as logarithms: half as far as twice."""
    drawn = [part(panel, "bars") for panel in chart.panels]
    logs = [replace(s, values=_logs(s.values), low=_logs(s.low), high=_logs(s.high)) for s in drawn]
    axis = theme.multiple_axis(extent(logs))
    for series, log in zip(drawn, logs, strict=True):
        yield _bars(series, log, axis, multiple)


def areas(chart: Chart) -> Iterator[Figure]:
    """The area between zero and the values, over dates to the last of all panels; one scale for all."""
    drawn = [part(panel, "area") for panel in chart.panels]
    axis = theme.percent_axis(extent(drawn), steps=4)
    last = max(series.at[-1] for series in drawn)
    for series in drawn:
        yield figure(
            [_area(series)],
            200,
            margin={"l": 46, "r": 10, "t": 8, "b": 40},
            hovermode="x",
            shapes=[horizontal(0)],
            xaxis={
                "type": "date",
                "nticks": 4,
                "tickformat": "%b\n%Y",
                "range": [str(series.at[0]), str(last)],
            },
            yaxis=axis,
        )


def _logs(values: Sequence[float | None]) -> tuple[float | None, ...]:
    return tuple(None if v is None else math.log(v) if v > 0 else None for v in values)


def _path(path: Series) -> dict[str, Any]:
    points = zip(path.at, path.values, path.low, path.high, strict=True)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(path.at),
        "y": list(path.values),
        "line": {"color": colour(ALONE.colour), "width": 2.25},
        "hoverinfo": "text",
        "text": [
            f"<b>{percent(value)}</b> (95 %: {interval(low, high)})<br>session {number(t, 0, True)}"
            for t, value, low, high in points
        ],
    }


def _bars(told: Series, drawn: Series, axis: dict[str, Any], write: Callable[[Any], str]) -> Figure:
    """Bars of what is `drawn`, with tooltips of what is `told`."""
    points = zip(told.at, told.values, told.low, told.high, strict=True)
    bars = {
        "type": "bar",
        "x": list(drawn.at),
        "y": list(drawn.values),
        "width": 0.62,
        "marker": {
            "color": colour(ALONE.colour),
            "opacity": [1.0 if t == 0 else 0.6 for t in drawn.at],
            "line": {"width": 0},
        },
        "hoverinfo": "text",
        "hovertext": [
            f"<b>{write(value)}</b> (normal within {write(low)} to {write(high)})"
            f"<br>session {number(t, 0, True)}"
            for t, value, low, high in points
        ],
    }
    return _panel([band(drawn, "slate", 0.14), bars], drawn.at, axis)


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
            "ticktext": [number(t, 0, signed=True) for t in marked],
            "title": {"text": "sessions from day 0"},
        },
        yaxis=axis,
    )


def _end_dot(path: Series) -> dict[str, Any]:
    """A dot at the last known value."""
    known = [(at, value) for at, value in zip(path.at, path.values, strict=True) if value is not None][-1:]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [at for at, _ in known],
        "y": [value for _, value in known],
        "marker": {"color": colour(ALONE.colour), "size": 7, "symbol": ALONE.symbol},
        "hoverinfo": "skip",
    }


def _area(drawn: Series) -> dict[str, Any]:
    points = zip(drawn.at, drawn.values, strict=True)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [str(date) for date in drawn.at],
        "y": list(drawn.values),
        "fill": "tozeroy",
        "fillcolor": colour(ALONE.colour, 0.2),
        "line": {"color": colour(ALONE.colour), "width": 1.25},
        "hoverinfo": "text",
        "text": [f"<b>{percent(value)}</b><br>{day(date)}" for date, value in points],
    }
