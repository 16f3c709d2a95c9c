"""The hours of a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from dashboard.render import theme
from dashboard.render.figures.base import Figure, figure, horizontal, note, part, vertical
from dashboard.render.theme import colour
from dashboard.views.content import Chart, Series
from dashboard.views.words import interval, percent

HALF = dt.timedelta(minutes=30)
MINUTE = "%Y-%m-%d %H:%M"
APART = dt.timedelta(minutes=55)  # between letters on a line: ten pixels on a phone
STEP = 13  # pixels between lines of letters
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def hours(chart: Chart) -> Iterator[Figure]:
    """Bars from low to high and a line along the closes of the hours; reports by their time."""
    (panel,) = chart.panels
    reports = part(panel, "reported")
    lines = [series for series in panel.series if series.role == "line"]
    told = [
        (f"{time:{MINUTE}}", value, label)
        for time, value, label in zip(reports.at, reports.values, reports.labels, strict=True)
        if value is not None
    ]
    axis = theme.percent_axis(
        [*(v for line in lines for v in (*line.low, *line.high)), *(v for _, v, _ in told)]
    )
    times = sorted(set(reports.at))
    levels = _levels(times)
    beside: dict[str, Any] = {
        "xanchor": "right",
        "xshift": -10,
        "yanchor": "middle",
        "bgcolor": colour("paper"),
    }
    start = min(line.at[0] for line in lines) - HALF
    end = max(line.at[-1] for line in lines) + 3 * HALF
    yield figure(
        [*(trace for line in lines for trace in _hours(line)), _diamonds(told)],
        400,
        margin={"l": 52, "r": 12, "t": 20 + STEP * max(levels, default=0), "b": 40},
        shapes=[horizontal(0), *(vertical(f"{time:{MINUTE}}", "reported", "1px,4px") for time in times)],
        annotations=[
            *_letters(times, levels),
            *(note(label, time, value, "reported", 12, **beside) for time, value, label in told),
        ],
        xaxis={
            "type": "date",
            "tickformat": "%H:%M\n%-d %b",
            "dtick": 6 * 3_600_000,
            "range": [f"{start:{MINUTE}}", f"{end:{MINUTE}}"],
        },
        yaxis=axis,
    )


def _levels(times: Sequence[dt.datetime]) -> list[int]:
    """How many steps above the chart the letter of each time stands, so that no two touch."""
    ends: dict[int, dt.datetime] = {}
    levels = []
    for time in times:
        level = next(n for n in count() if n not in ends or time - ends[n] >= APART)
        ends[level] = time
        levels.append(level)
    return levels


def _letters(times: Sequence[dt.datetime], levels: Sequence[int]) -> list[dict[str, Any]]:
    """A letter above each report line."""
    above: dict[str, Any] = {"yref": "paper", "xanchor": "center", "yanchor": "bottom"}
    return [
        note(letter, f"{time:{MINUTE}}", 1, "reported", 12, yshift=STEP * level, **above)
        for letter, time, level in zip(LETTERS, times, levels, strict=False)
    ]


def _diamonds(told: list[tuple[str, float, str]]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [time for time, _, _ in told],
        "y": [value for _, value, _ in told],
        "marker": {
            "symbol": "diamond-open",
            "size": 13,
            "color": colour("reported"),
            "line": {"color": colour("reported"), "width": 2.5},
        },
        "hoverinfo": "text",
        "text": [label for _, _, label in told],
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
        "marker": {"color": colour(look.colour), "opacity": 0.3, "line": {"width": 0}},
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
