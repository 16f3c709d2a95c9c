"""The hours of a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.render import theme
from dashboard.render.figures.base import Figure, figure, horizontal, note, numbers, vertical
from dashboard.render.theme import colour, percent


@dataclass(frozen=True, eq=False, slots=True)
class HourLine:
    """Moves of one instrument by the hour: open, high, low, close, indexed by the hour's start (UTC)."""

    name: str
    moves: pd.DataFrame
    look: theme.Series


@dataclass(frozen=True, slots=True)
class Report:
    """A figure taken at a time; None where its instrument is not drawn."""

    time: dt.datetime
    value: float | None
    label: str


def hours(lines: Sequence[HourLine], reports: Sequence[Report], height: int = 400) -> Figure:
    """Bars from low to high and a line along the closes of the hours; reports by their time."""
    everything = [v for line in lines for v in line.moves[["low", "high"]].to_numpy().ravel()]
    told = [report for report in reports if report.value is not None]
    axis = theme.percent_axis([*everything, *(report.value for report in told)])
    diamonds = {
        "type": "scatter",
        "mode": "markers",
        "x": [f"{report.time:%Y-%m-%d %H:%M}" for report in told],
        "y": [report.value for report in told],
        "marker": {
            "symbol": "diamond-open",
            "size": 13,
            "color": colour("reported"),
            "line": {"color": colour("reported"), "width": 2.5},
        },
        "hoverinfo": "text",
        "text": [report.label for report in told],
    }
    times = sorted({f"{report.time:%Y-%m-%d %H:%M}" for report in reports})
    beside: dict[str, Any] = {"xanchor": "right", "xshift": -10, "yanchor": "middle"}
    start = min(line.moves.index[0] for line in lines) - pd.Timedelta(minutes=30)
    end = max(line.moves.index[-1] for line in lines) + pd.Timedelta(minutes=90)
    return figure(
        [*(trace for line in lines for trace in _hour_traces(line)), diamonds],
        height,
        margin={"l": 52, "r": 12, "t": 16, "b": 40},
        shapes=[horizontal(0), *(vertical(time, "reported", "1px,4px") for time in times)],
        annotations=[
            note(report.label, f"{report.time:%Y-%m-%d %H:%M}", report.value, "reported", 11, **beside)
            for report in told
        ],
        xaxis={
            "type": "date",
            "tickformat": "%H:%M\n%-d %b",
            "dtick": 6 * 3_600_000,
            "range": [f"{start:%Y-%m-%d %H:%M}", f"{end:%Y-%m-%d %H:%M}"],
        },
        yaxis=axis,
    )


def _hour_traces(line: HourLine) -> list[dict[str, Any]]:
    moves, look = line.moves, line.look
    middle = [f"{start + pd.Timedelta(minutes=30):%Y-%m-%d %H:%M}" for start in moves.index]
    text = [
        f"<b>{line.name}</b> {percent(bar.close)}<br>{start:%H:%M}, {theme.interval(bar.low, bar.high)}"
        for start, bar in zip(moves.index, moves.itertuples(), strict=True)
    ]
    bars = {
        "type": "bar",
        "x": middle,
        "y": numbers(moves["high"] - moves["low"]),
        "base": numbers(moves["low"]),
        "width": 0.5 * 3_600_000,
        "marker": {"color": colour(look.colour), "opacity": 0.3, "line": {"width": 0}},
        "hoverinfo": "text",
        "hovertext": text,
        "textposition": "none",
    }
    path = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": middle,
        "y": numbers(moves["close"]),
        "line": {"color": colour(look.colour), "width": 2.25, "dash": look.dash},
        "marker": {"color": colour(look.colour), "symbol": look.symbol, "size": 5},
        "hoverinfo": "skip",
    }
    return [bars, path]
