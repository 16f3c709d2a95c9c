"""The hours of a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from dashboard.render import theme
from dashboard.render.figures.base import Figure, figure, horizontal, note, part, vertical
from dashboard.render.theme import colour
from dashboard.views.content import Chart, Mark, Series
from dashboard.views.words import interval, percent

HALF = dt.timedelta(minutes=30)
MINUTE = "%Y-%m-%d %H:%M"
APART = dt.timedelta(minutes=55)  # between letters on a line: ten pixels on a phone
STEP = 13  # pixels between lines of letters


def hours(chart: Chart) -> Iterator[Figure]:
    """Bars from low to high and a line along the closes of the hours; reports by their time."""
    (panel,) = chart.panels
    reports = part(panel, "reported")
    lines = [series for series in panel.series if series.role == "line"]
    told = [
        (f"{time:{MINUTE}}", value, f"{name} {label}", source)
        for time, value, (_, name), label, source in zip(
            reports.at, reports.values, reports.whom, reports.labels, reports.sources, strict=True
        )
        if value is not None
    ]
    everything = [v for line in lines for v in (*line.low, *line.high)]
    axis = theme.percent_axis([*everything, *(value for _, value, _, _ in told)])
    levels = _levels([mark.date for mark in chart.dates])
    # on paper of its own, so that no report line strikes the words through
    paper = colour("paper")
    beside: dict[str, Any] = {"xanchor": "right", "xshift": -10, "yanchor": "middle", "bgcolor": paper}
    start = min(line.at[0] for line in lines) - HALF
    end = max(line.at[-1] for line in lines) + 3 * HALF
    yield figure(
        [*(trace for line in lines for trace in _hours(line)), _diamonds(told)],
        400,
        margin={"l": 52, "r": 12, "t": 20 + STEP * max(levels, default=0), "b": 40},
        shapes=[
            horizontal(0),
            *(vertical(f"{mark.date:{MINUTE}}", "reported", "1px,4px") for mark in chart.dates),
        ],
        annotations=[
            *_letters(chart.dates, levels),
            *(note(label, time, value, "reported", 12, **beside) for time, value, label, _ in told),
        ],
        xaxis={
            "type": "date",
            "tickformat": "%H:%M\n%-d %b",
            "dtick": 6 * 3_600_000,
            "range": [f"{start:{MINUTE}}", f"{end:{MINUTE}}"],
        },
        yaxis=axis,
    )


def _levels(times: Sequence[dt.date]) -> list[int]:
    """How many steps above the chart the letter of each time stands, so that no two touch."""
    ends: dict[int, dt.date] = {}
    levels = []
    for time in times:
        level = next(n for n in count() if n not in ends or time - ends[n] >= APART)
        ends[level] = time
        levels.append(level)
    return levels


def _letters(marks: Sequence[Mark], levels: Sequence[int]) -> list[dict[str, Any]]:
    """A letter above each report line."""
    above: dict[str, Any] = {"yref": "paper", "xanchor": "center", "yanchor": "bottom"}
    return [
        note(mark.label, f"{mark.date:{MINUTE}}", 1, "reported", 12, yshift=STEP * level, **above)
        for mark, level in zip(marks, levels, strict=True)
    ]


def _diamonds(told: list[tuple[str, float, str, str]]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [time for time, *_ in told],
        "y": [value for _, value, *_ in told],
        "marker": {
            "symbol": "diamond-open",
            "size": 13,
            "color": colour("reported"),
            "line": {"color": colour("reported"), "width": 2.5},
        },
        "hoverinfo": "text",
        "text": [f"{label}<br>{source}" for _, _, label, source in told],
    }


def _hours(line: Series) -> list[dict[str, Any]]:
    look = theme.look(line.look)
    middle = [f"{start + HALF:{MINUTE}}" for start in line.at]
    points = list(zip(line.at, line.values, line.low, line.high, strict=True))
    bars = {
        "type": "bar",
        "x": middle,
        "y": [(high or 0) - (low or 0) for _, _, low, high in points],
        "base": list(line.low),
        "width": 0.5 * 3_600_000,
        "marker": {
            "color": colour(look.colour, 0.3),
            "line": {"color": colour(look.colour), "width": 1},
        },
        "hoverinfo": "text",
        "hovertext": [
            f"<b>{line.of}</b> {percent(close)}<br>{start:%H:%M}, {interval(low, high)}"
            for start, close, low, high in points
        ],
        "textposition": "none",
    }
    path = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": middle,
        "y": list(line.values),
        "line": {"color": colour(look.colour), "width": 2.25, "dash": look.dash},
        "marker": {"color": colour(look.colour), "symbol": look.symbol, "size": 5},
        "hoverinfo": "skip",
    }
    return [bars, path]
