"""The fitted model: a firm's returns against those of its benchmark."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dashboard.render import theme
from dashboard.render.figures.base import Figure, figure, horizontal, numbers, vertical
from dashboard.render.theme import colour, percent


def scatter_panel(
    days: pd.DataFrame, look: theme.Series, across: dict[str, Any], upward: dict[str, Any]
) -> Figure:
    """One small panel: the sessions of both windows, the fitted line, and day 0.

    `days` is `analysis.study.regression.fitted_scatter`: event_time x [session, window, benchmark_return,
    return, expected_return].
    """
    before, event = days[days["window"] == "estimation"], days[days["window"] == "event"]
    ends = days.sort_values("benchmark_return").iloc[[0, -1]]
    fitted = {
        "type": "scatter",
        "mode": "lines",
        "x": numbers(ends["benchmark_return"]),
        "y": numbers(ends["expected_return"]),
        "line": {"color": colour("ink-soft"), "width": 1},
        "hoverinfo": "skip",
    }
    return figure(
        [
            _dots(before, "rule-strong", 4, "circle", 0.5),
            fitted,
            _dots(event[event.index != 0], look.colour, 6, look.symbol, 0.85),
            _dots(event[event.index == 0], "reported", 11, "diamond", 1.0),
        ],
        260,
        margin={"l": 50, "r": 10, "t": 8, "b": 44},
        shapes=[vertical(0, "rule"), horizontal(0, "rule")],
        xaxis={**across, "title": {"text": "return of the benchmark"}},
        yaxis=upward,
    )


def _dots(days: pd.DataFrame, name: str, size: int, symbol: str, opacity: float) -> dict[str, Any]:
    marker = {"color": colour(name), "size": size, "symbol": symbol, "opacity": opacity, "line": {"width": 0}}
    dates = days["session"].to_numpy()
    return {
        "type": "scatter",
        "mode": "markers",
        "x": numbers(days["benchmark_return"]),
        "y": numbers(days["return"]),
        "marker": marker,
        "hoverinfo": "text",
        "text": [
            f"{theme.day(day)}<br><b>{percent(own)}</b> (benchmark {percent(other)})"
            for day, own, other in zip(dates, days["return"], days["benchmark_return"], strict=True)
        ],
    }
