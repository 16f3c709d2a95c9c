"""Reported figures against what prices did: a row per claim, or per instrument and session."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from dashboard.render.figures.base import Figure, figure, horizontal, note, part, top_axis, vertical
from dashboard.render.theme import colour
from dashboard.views.content import Chart, Row, Series
from dashboard.views.words import percent

ON, UNDER = -0.02, -0.27  # where in a row its marks stand


def claims(chart: Chart) -> Iterator[Figure]:
    """A row per claim: the day's range, the close, the reported figure, the abnormal return."""
    (panel,) = chart.panels
    abnormal = part(panel, "abnormal")
    traces = [
        *_ranges(part(panel, "range")),
        _intervals(abnormal),
        _points(chart, abnormal, "abnormal return", UNDER, "square", "abnormal", 8),
        _points(chart, part(panel, "close"), "close", ON, "circle", "ink", 10),
        _points(chart, part(panel, "reported"), "reported", ON, "diamond-open", "reported", 13, 2.5),
    ]
    yield _rows(chart, traces, 62)


def spread(chart: Chart) -> Iterator[Figure]:
    """A row per instrument and session: reported figures over the session's range and close."""
    (panel,) = chart.panels
    traces = [
        *_ranges(part(panel, "range")),
        _points(chart, part(panel, "close"), "close", ON, "circle", "ink", 10),
        _diamonds(chart, part(panel, "outlet"), 9, "purple", 1.75),
        _diamonds(chart, part(panel, "reported"), 13, "reported", 2.5),
    ]
    yield _rows(chart, traces, 48)


def _rows(chart: Chart, traces: list[dict[str, Any]], height: int) -> Figure:
    """The frame of a chart of rows, `height` pixels each."""
    series = chart.panels[0].series
    everything = chain.from_iterable((*s.values, *s.low, *s.high) for s in series)
    rows = range(len(chart.rows))
    return figure(
        traces,
        height=height * len(rows) + 36,
        margin={"l": 1, "r": 1, "t": 28, "b": 8},
        shapes=[vertical(0), *(horizontal(-row - 0.5, "rule") for row in rows[:-1])],
        annotations=[label for row in rows for label in _words(row, chart.rows[row])],
        xaxis=top_axis(everything),
        yaxis={"range": [-len(rows) + 0.45, 0.6], "visible": False},
    )


def _words(place: int, row: Row) -> list[dict[str, Any]]:
    y, hidden = -place + 0.33, {"bgcolor": colour("paper")}
    return [
        note(f"<b>{row.label}</b>", 0, y, "ink", 13, xref="paper", yanchor="middle", xshift=-2, **hidden),
        note(row.detail, 1, y, "ink-soft", 11, xref="paper", yanchor="middle", xanchor="right", **hidden),
    ]


def _ranges(drawn: Series) -> Iterator[dict[str, Any]]:
    for row, low, high in zip(drawn.at, drawn.low, drawn.high, strict=True):
        if low is not None:
            yield {
                "type": "scatter",
                "mode": "lines",
                "x": [low, high],
                "y": [-row + ON] * 2,
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
    width: float = 1.5,
) -> dict[str, Any]:
    known = [(row, value) for row, value in zip(drawn.at, drawn.values, strict=True) if value is not None]
    outline = colour(name) if symbol.endswith("open") else colour("paper")
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [value for _, value in known],
        "y": [-row + shift for row, _ in known],
        "marker": {
            "symbol": symbol, "size": size, "color": colour(name), "opacity": 1,
            "line": {"color": outline, "width": width},
        },
        "hoverinfo": "text",
        "text": [f"<b>{chart.rows[row].label}</b><br>{word} {percent(value)}" for row, value in known],
    }  # fmt: skip


def _diamonds(chart: Chart, drawn: Series, size: int, name: str, width: float) -> dict[str, Any]:
    points = zip(drawn.at, drawn.values, drawn.sources, drawn.times, strict=True)
    told = [
        f"<b>{chart.rows[row].label}</b><br>{source}{f', {time:%H:%M} UTC' if time else ''}: {percent(value)}"
        for row, value, source, time in points
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(drawn.values),
        "y": [-row + ON for row in drawn.at],
        "marker": {
            "symbol": "diamond-open",
            "size": size,
            "color": colour(name),
            "line": {"color": colour(name), "width": width},
        },
        "hoverinfo": "text",
        "text": told,
    }
