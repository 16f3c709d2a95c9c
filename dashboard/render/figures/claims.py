"""Reported figures against what prices did: a row per claim, or per instrument and session."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import count
from typing import Any

from dashboard.render.figures.base import Figure, extent, figure, horizontal, note, part, top_axis, vertical
from dashboard.render.theme import colour
from dashboard.views.content import Chart, Row, Series
from dashboard.views.words import percent

CLAIM, CLOSE = 82, 50  # pixels per claim, on a screen and on paper
ON, BELOW, UNDER = -0.02, -0.12, -0.33  # where in a row its marks stand
STEP = 13  # pixels from one figure to another below it
BESIDE = 0.042  # of the axis: figures nearer than that stand below each other


def claims(chart: Chart) -> Iterator[Figure]:
    """A row per claim: the day's range, the close, the reported figure, the abnormal return."""
    (panel,) = chart.panels
    abnormal, reported = part(panel, "abnormal"), part(panel, "reported")
    traces = [
        *_ranges(part(panel, "range"), BELOW),
        _intervals(abnormal),
        _points(chart, abnormal, "abnormal return", UNDER, "square", "abnormal", 8),
        _points(chart, part(panel, "close"), "close", BELOW, "circle", "ink", 10),
        _diamonds(chart, reported, 13, "reported", 2.5, [BELOW] * len(reported.at)),
    ]
    yield _rows(chart, traces, CLAIM, under=True)


def close_claims(chart: Chart) -> Iterator[Figure]:
    """The same for paper, whose width has room for what is said at the other end of the line."""
    (drawn,) = claims(chart)
    rows = len(chart.rows)
    words = [label for row in range(rows) for label in _words(row, chart.rows[row], under=False)]
    yield {**drawn, "layout": {**drawn["layout"], "height": CLOSE * rows + 36, "annotations": words}}


def spread(chart: Chart, beside: float = BESIDE) -> Iterator[Figure]:
    """A row per instrument and session: reported figures over the session's range and close."""
    (panel,) = chart.panels
    levels = _levels(chart, beside)
    height = 44 + STEP * max((level for found in levels.values() for level in found), default=0)
    shifts = {role: [ON - STEP * level / height for level in found] for role, found in levels.items()}
    traces = [
        *_ranges(part(panel, "range"), ON),
        _points(chart, part(panel, "close"), "close", ON, "circle", "ink", 10),
        _diamonds(chart, part(panel, "outlet"), 9, "purple", 1.75, shifts["outlet"]),
        _diamonds(chart, part(panel, "reported"), 11, "reported", 2.5, shifts["reported"]),
    ]
    yield _rows(chart, traces, height)


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


def _rows(chart: Chart, traces: list[dict[str, Any]], height: int, under: bool = False) -> Figure:
    """The frame of a chart of rows, `height` pixels each."""
    rows = range(len(chart.rows))
    return figure(
        traces,
        height=height * len(rows) + 36,
        margin={"l": 1, "r": 1, "t": 28, "b": 8},
        hoverdistance=40,
        shapes=[vertical(0), *(horizontal(-row - 0.5, "rule") for row in rows[:-1])],
        annotations=[label for row in rows for label in _words(row, chart.rows[row], under)],
        xaxis=top_axis(extent(chart.panels[0].series)),
        yaxis={"range": [-len(rows) + 0.45, 0.6], "visible": False},
    )


def _words(place: int, row: Row, under: bool) -> list[dict[str, Any]]:
    """Whom a row is about, and what is said of it: under that, or at the other end of the line."""
    place_in = {"bgcolor": colour("paper"), "xref": "paper", "yanchor": "middle"}
    y = -place + (0.38 if under else 0.33)
    label = note(f"<b>{row.label}</b>", 0, y, "ink", 13, xshift=-2, **place_in)
    if under:
        return [label, note(row.detail, 0, y - 0.2, "ink-soft", 12, xshift=-2, **place_in)]
    return [label, note(row.detail, 1, y, "ink-soft", 12, **place_in | {"xanchor": "right"})]


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


def _intervals(drawn: Series) -> dict[str, Any]:
    x: list[float | None] = []
    y: list[float | None] = []
    for row, low, high in zip(drawn.at, drawn.low, drawn.high, strict=True):
        if low is not None:
            x += [low, high, None]
            y += [-row + UNDER, -row + UNDER, None]
    line = {"color": colour("abnormal"), "width": 2}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip"}


def _points(
    chart: Chart,
    drawn: Series,
    word: str,
    shift: float,
    symbol: str,
    name: str,
    size: int,
) -> dict[str, Any]:
    known = [(row, value) for row, value in zip(drawn.at, drawn.values, strict=True) if value is not None]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [value for _, value in known],
        "y": [-row + shift for row, _ in known],
        "marker": {
            "symbol": symbol, "size": size, "color": colour(name), "opacity": 1,
            "line": {"color": colour("paper"), "width": 1.5},
        },
        "hoverinfo": "text",
        "text": [f"<b>{chart.rows[row].label}</b><br>{word} {percent(value)}" for row, value in known],
    }  # fmt: skip


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
