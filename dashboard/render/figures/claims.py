"""Reported figures against what prices did: a row per claim, or per instrument and session."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import count
from typing import Any

from dashboard.render.figures.base import Figure, extent, part
from dashboard.render.figures.rows import framed, intervals, points
from dashboard.render.theme import colour
from dashboard.views.content import Chart, Series
from dashboard.views.words import percent

CLAIM, CLOSE = 82, 50  # pixels per claim, on a screen and on paper
ON, BELOW, UNDER = -0.02, -0.12, -0.33  # where in a row its marks stand
STEP = 13  # pixels from one figure to another below it
FAR = 40  # pixels from which a mark is told of
BESIDE = 0.042  # of the axis: figures nearer than that stand below each other


def claims(chart: Chart) -> Iterator[Figure]:
    """A row per claim: the day's range, the close, the reported figure, the abnormal return."""
    yield framed(chart, _claims(chart), CLAIM, 0.38, 0.2, hoverdistance=FAR)


def close_claims(chart: Chart) -> Iterator[Figure]:
    """The same for paper, whose width has room for what is said at the other end of the line."""
    yield framed(chart, _claims(chart), CLOSE, 0.33, hoverdistance=FAR)


def _claims(chart: Chart) -> list[dict[str, Any]]:
    (panel,) = chart.panels
    abnormal, reported = part(panel, "abnormal"), part(panel, "reported")
    return [
        *_ranges(part(panel, "range"), BELOW),
        intervals(abnormal, UNDER),
        points(chart, abnormal, UNDER, ("square", "abnormal", 8), "abnormal return"),
        points(chart, part(panel, "close"), BELOW, ("circle", "ink", 10), "close"),
        _diamonds(chart, reported, 13, "reported", 2.5, [BELOW] * len(reported.at)),
    ]


def spread(chart: Chart, beside: float = BESIDE) -> Iterator[Figure]:
    """A row per instrument and session: reported figures over the session's range and close."""
    (panel,) = chart.panels
    levels = _levels(chart, beside)
    height = 44 + STEP * max((level for found in levels.values() for level in found), default=0)
    shifts = {role: [ON - STEP * level / height for level in found] for role, found in levels.items()}
    traces = [
        *_ranges(part(panel, "range"), ON),
        points(chart, part(panel, "close"), ON, ("circle", "ink", 10), "close"),
        _diamonds(chart, part(panel, "outlet"), 9, "purple", 1.75, shifts["outlet"]),
        _diamonds(chart, part(panel, "reported"), 11, "reported", 2.5, shifts["reported"]),
    ]
    yield framed(chart, traces, height, 0.33, hoverdistance=FAR)


def close_spread(chart: Chart) -> Iterator[Figure]:
    """The same for paper, where fewer figures lie so near that one stands below the other."""
    return spread(chart, BESIDE / 3)


def _levels(chart: Chart, beside: float) -> dict[str, list[int]]:
    """How many steps below its bar each figure stands, so that no two overlap."""
    (panel,) = chart.panels
    every = [value for value in extent(panel.series) if value is not None]
    near = beside * (max([0.0, *every]) - min([0.0, *every]))
    levels = {role: [0] * len(part(panel, role).at) for role in ("reported", "outlet")}
    marks = sorted(
        (row, -(value or 0.0), role, place)
        for role in levels
        for place, (row, value) in enumerate(zip(part(panel, role).at, part(panel, role).values, strict=True))
    )
    ends: dict[tuple[int, int], float] = {}
    for row, place, role, position in marks:
        level = next(n for n in count() if place - ends.get((row, n), -math.inf) >= near)
        ends[row, level], levels[role][position] = place, level
    return levels


def _ranges(drawn: Series, shift: float) -> Iterator[dict[str, Any]]:
    for row, low, high in zip(drawn.at, drawn.low, drawn.high, strict=True):
        if low is not None:
            yield {
                "type": "scatter",
                "mode": "lines",
                "x": [low, high],
                "y": [-row + shift] * 2,
                "line": {"color": colour("range"), "width": 5},
                "hoverinfo": "text",
                "text": [f"day's low {percent(low)}", f"day's high {percent(high)}"],
            }


def _diamonds(
    chart: Chart, drawn: Series, size: int, name: str, width: float, shifts: list[float]
) -> dict[str, Any]:
    """Reported figures, as they were printed, with who said it and what prices say."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(drawn.values),
        "y": [-row + shift for row, shift in zip(drawn.at, shifts, strict=True)],
        "marker": {
            "symbol": "diamond-open",
            "size": size,
            "color": colour(name),
            "line": {"color": colour(name), "width": width},
        },
        "hoverinfo": "text",
        "text": [_said(chart, drawn, place) for place in range(len(drawn.at))],
    }


def _said(chart: Chart, drawn: Series, place: int) -> str:
    time = drawn.times[place]
    at = f", {time:%H:%M} UTC" if time else ""
    said = f"<b>{chart.rows[drawn.at[place]].label}</b> {drawn.labels[place]}"
    return f"{said}<br>{drawn.sources[place]}{at}<br>{drawn.verdicts[place]}"
