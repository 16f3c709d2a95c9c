"""Lines over dates, labelled at their ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dashboard.render import theme
from dashboard.render.figures.base import Figure, figure, horizontal, note, numbers, vertical
from dashboard.render.theme import colour

Span = tuple[np.datetime64, np.datetime64]


@dataclass(frozen=True, slots=True)
class Line:
    """A named line over dates."""

    name: str
    dates: npt.NDArray[np.datetime64]
    values: npt.NDArray[np.float64]
    look: theme.Series


@dataclass(frozen=True, slots=True)
class Mark:
    """A date to point out; confounders are drawn lighter than the event."""

    date: dt.date
    label: str
    event: bool = False


def lines_over_dates(
    lines: Sequence[Line],
    marks: Sequence[Mark] = (),
    height: int = 420,
    unit: str = "Index, last close before = 100",
    base: float = 100.0,
) -> Figure:
    """Lines labelled at their right end, with marked dates."""
    values = [v for line in lines for v in line.values if np.isfinite(v)] or [base]
    low, high = min([base, *values]), max([base, *values])
    pad = 0.06 * (high - low or 1.0)
    days = np.concatenate([np.asarray(line.dates, dtype="datetime64[D]") for line in lines])
    span = (days.min(), days.max())
    return figure(
        [trace for line in lines for trace in _line(line)],
        height,
        margin={"l": 36, "r": 128, "t": 44, "b": 40},
        hovermode="closest",
        shapes=[horizontal(base), *(_mark_line(mark) for mark in marks)],
        annotations=[
            *_end_labels(lines, (low - pad, high + pad), height - 80),
            note(unit, 0, 1, yref="paper", xref="paper", yanchor="bottom", yshift=24, xshift=-37),
            *_mark_labels(marks, span),
        ],
        xaxis={
            "type": "date",
            "range": [str(day) for day in span],
            **_weeks(span),
        },
        yaxis={"range": [low - pad, high + pad], "nticks": 7},
    )


def _line(line: Line) -> list[dict[str, Any]]:
    dates = [str(date) for date in np.asarray(line.dates, dtype="datetime64[D]")]
    base = {"type": "scatter", "x": dates, "y": numbers(line.values), "name": line.name}
    hover = [
        f"<b>{line.name}</b> {theme.number(value, 1)}<br>{theme.day(date)}"
        for date, value in zip(np.asarray(line.dates, dtype="datetime64[D]"), line.values, strict=True)
    ]
    stroke = {"color": colour(line.look.colour), "width": 2.25, "dash": line.look.dash}
    return [{**base, "mode": "lines", "line": stroke, "hoverinfo": "text", "text": hover}]


def _mark_line(mark: Mark) -> dict[str, Any]:
    return vertical(
        str(mark.date), "reported" if mark.event else "rule-strong", "4px,3px" if mark.event else "1px,3px"
    )


def _mark_labels(marks: Sequence[Mark], span: Span) -> list[dict[str, Any]]:
    place: dict[str, Any] = {"yref": "paper", "yanchor": "bottom"}
    shifts = _shifts([mark for mark in marks if not mark.event])
    return [
        note(mark.label, str(mark.date), 1, "reported", **place, xanchor=_side(mark, span))
        if mark.event
        else note(mark.label, str(mark.date), 1, **place, xanchor="center", xshift=shifts[mark])
        for mark in marks
    ]


def _shifts(marks: Sequence[Mark]) -> dict[Mark, int]:
    """Pixels by which a letter moves off the one before it: on a phone neighbouring days nearly touch."""
    shifts: dict[Mark, int] = {}
    before: Mark | None = None
    for mark in sorted(marks, key=lambda mark: mark.date):
        near = before is not None and (mark.date - before.date).days <= 2
        shifts[mark] = shifts[before] + 3 if before and near else 0
        before = mark
    return shifts


def _side(mark: Mark, span: Span) -> str:
    """The side of a label that touches its date: it runs towards the roomier end."""
    early = np.datetime64(mark.date) - span[0] < 0.3 * (span[1] - span[0])
    return "left" if early else "right"


def _weeks(span: Span) -> dict[str, Any]:
    """Ticks on Mondays for spans of some weeks; Plotly's own choice for longer ones."""
    if (span[1] - span[0]).astype(int) > 70:
        return {"nticks": 6, "tickformat": "%b\n%Y"}
    return {"tickformat": "%-d %b\n%Y", "tick0": "2000-01-03", "dtick": 7 * 86_400_000}


def _end_labels(lines: Sequence[Line], span: tuple[float, float], pixels: float) -> list[dict[str, Any]]:
    """Names at the right ends, pushed apart so that none covers another."""
    ends = [(line, _last(line.values)) for line in lines]
    gap = 17 * (span[1] - span[0]) / pixels
    places = spread([value for _, value in ends], gap)
    return [
        note(
            f"<b>{line.name}</b>", 1, place, line.look.colour, xref="paper", xshift=6, yanchor="middle"
        )
        for (line, _), place in zip(ends, places, strict=True)
    ]  # fmt: skip


def spread(places: Sequence[float], gap: float) -> list[float]:
    """Move places apart until neighbours are at least `gap` away, as little as possible.

    >>> spread([1.0, 1.0, 5.0], 1.0)
    [0.5, 1.5, 5.0]
    """
    order = np.argsort(places, kind="stable")
    offsets = gap * np.arange(len(places))
    moved = _isotonic([places[i] for i in order] - offsets) + offsets
    out = np.empty(len(places))
    out[order] = moved
    return [float(value) for value in out]


def _isotonic(values: Any) -> Any:
    """Nearest non-decreasing sequence: neighbours that fall are pooled at their mean."""
    pools: list[list[float]] = []
    for value in values:
        pools.append([float(value)])
        while len(pools) > 1 and np.mean(pools[-2]) > np.mean(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    return np.array([np.mean(pool) for pool in pools for _ in pool])


def _last(values: Iterable[float]) -> float:
    finite = [float(value) for value in values if np.isfinite(value)]
    return finite[-1] if finite else 0.0
