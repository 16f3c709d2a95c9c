"""Lines over dates, labelled at their ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from dashboard.render import theme
from dashboard.render.figures.base import Figure, figure, horizontal, note, vertical
from dashboard.render.figures.labels import spread
from dashboard.render.theme import colour
from dashboard.views.content import Chart, Mark, Series
from dashboard.views.words import number, short

Span = tuple[dt.date, dt.date]

BASE = 100.0
LONG = 70  # days beyond which a chart is taller and its ticks are months


def lines(chart: Chart) -> Iterator[Figure]:
    """Lines labelled at their right end, with marked dates."""
    drawn = chart.panels[0].series
    values = [v for line in drawn for v in line.values if v is not None]
    low, high = min([BASE, *values]), max([BASE, *values])
    pad = 0.06 * (high - low or 1.0)
    span = (min(line.at[0] for line in drawn), max(line.at[-1] for line in drawn))
    height = 460 if _long(span) else 420
    unit = "Index, last close before = 100"
    yield figure(
        [_line(line) for line in drawn],
        height,
        margin={"l": 36, "r": _room(drawn), "t": 44, "b": 40},
        hovermode="x unified",
        dragmode="zoom" if _long(span) else False,
        shapes=[horizontal(BASE), *(_mark_line(mark) for mark in chart.dates)],
        annotations=[
            *_end_labels(drawn, (low - pad, high + pad), height - 80),
            note(unit, 0, 1, yref="paper", xref="paper", yanchor="bottom", yshift=24, xshift=-37),
            *_mark_labels(chart.dates, span),
        ],
        xaxis={
            "type": "date",
            "range": [str(end) for end in span],
            "hoverformat": "%-d %b %Y",
            "fixedrange": not _long(span),
            **_ticks(span),
        },
        yaxis={"range": [low - pad, high + pad], "nticks": 7},
    )


def _room(lines: Sequence[Series]) -> float:
    """Pixels for the names at the right end."""
    return 12 + 7.8 * max(len(short(line.of)) for line in lines)


def _line(line: Series) -> dict[str, Any]:
    look, name = theme.look(line.look), short(line.of)
    return {
        "type": "scatter",
        "x": [str(date) for date in line.at],
        "y": list(line.values),
        "name": name,
        "mode": "lines",
        "line": {"color": colour(look.colour), "width": 2.25, "dash": look.dash},
        "hoverinfo": "x+text",  # without x the box that all lines share has no date
        "text": [f"{name} <b>{number(value, 1)}</b>" for value in line.values],
    }


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
    return "left" if mark.date - span[0] < 0.3 * (span[1] - span[0]) else "right"


def _long(span: Span) -> bool:
    return (span[1] - span[0]).days > LONG


def _ticks(span: Span) -> dict[str, Any]:
    """Ticks on Mondays for spans of some weeks; Plotly's own choice for longer ones."""
    if _long(span):
        return {"nticks": 6, "tickformat": "%b\n%Y"}
    return {"tickformat": "%-d\n%b %Y", "tick0": "2000-01-03", "dtick": 7 * 86_400_000}


def _end_labels(lines: Sequence[Series], span: tuple[float, float], pixels: float) -> list[dict[str, Any]]:
    """Names at the ends of lines, pushed apart so that none covers another."""
    end = max(line.at[-1] for line in lines)
    gap = 17 * (span[1] - span[0]) / pixels
    places = spread([_last(line.values) for line in lines if line.at[-1] == end], gap)
    beside: dict[str, Any] = {"xanchor": "left", "xshift": 6, "yanchor": "middle"}
    out = []
    for line in lines:
        name, look = f"<b>{short(line.of)}</b>", theme.look(line.look)
        if line.at[-1] == end:
            out.append(note(name, 1, places.pop(0), look.colour, xref="paper", **beside))
        else:  # it stops before the others do
            out.append(note(name, str(line.at[-1]), _last(line.values), look.colour, **beside))
    return out


def _last(values: Sequence[float | None]) -> float:
    return next((value for value in reversed(values) if value is not None), 0.0)
