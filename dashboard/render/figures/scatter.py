"""The fitted model: a firm's returns against those of its benchmark, or against what is expected."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from dashboard.render import theme
from dashboard.render.figures.base import ALONE, SMALL, Figure, figure, horizontal, part, vertical
from dashboard.render.theme import colour
from dashboard.views.content import Chart, Series
from dashboard.views.words import day, percent


def scatter(chart: Chart) -> Iterator[Figure]:
    """A panel per firm: the sessions of both windows, the fitted line, and day 0; one scale for all."""
    every = [series for panel in chart.panels for series in panel.series if not series.decoration]
    across = theme.percent_axis(chain.from_iterable(series.across for series in every), steps=4, pixels=SMALL)
    upward = theme.percent_axis(chain.from_iterable(series.values for series in every), steps=4)
    for panel in chart.panels:
        yield figure(
            [
                _dots(part(panel, "before"), chart.across, "rule-strong", 4, "circle", 0.5),
                _line(part(panel, "fitted")),
                _dots(part(panel, "event"), chart.across, ALONE.colour, 6, ALONE.symbol, 0.85),
                _dots(part(panel, "zero"), chart.across, "reported", 11, "diamond", 1.0),
            ],
            260,
            margin={"l": 50, "r": 10, "t": 8, "b": 44},
            shapes=[vertical(0, "rule"), horizontal(0, "rule")],
            xaxis={**across, "title": {"text": f"return {chart.across}"}},
            yaxis=upward,
        )


def _line(fitted: Series) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(fitted.across),
        "y": list(fitted.values),
        "line": {"color": colour("ink-soft"), "width": 1},
        "hoverinfo": "skip",
    }


def _dots(drawn: Series, against: str, name: str, size: int, symbol: str, opacity: float) -> dict[str, Any]:
    points = zip(drawn.dates, drawn.values, drawn.across, strict=True)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(drawn.across),
        "y": list(drawn.values),
        "marker": {
            "color": colour(name), "size": size, "symbol": symbol, "opacity": opacity, "line": {"width": 0},
        },
        "hoverinfo": "text",
        "text": [
            f"{day(date)}<br><b>{percent(own)}</b> ({against} {percent(other)})"
            for date, own, other in points
        ],
    }  # fmt: skip
