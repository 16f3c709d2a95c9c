"""The parts of a return."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashboard.render.figures.base import Figure, figure, note, top_axis, vertical
from dashboard.render.theme import colour
from dashboard.views.content import Chart, Series
from dashboard.views.words import number, percent

ABOVE = {"xref": "paper", "yanchor": "middle"}
ROOM = 0.22  # of the width of the bars, for the sums at an end: 56 pixels on a phone
PARTS = {"drift": ("drift", "range"), "market": ("market", "slate"), "abnormal": ("abnormal", "abnormal")}


def parts(chart: Chart) -> Iterator[Figure]:
    """A horizontal bar per firm, its parts stacked away from zero; their sum at its end, names above."""
    (panel,) = chart.panels
    split = [
        [value or 0.0 for value in row]
        for row in zip(*(series.values for series in panel.series), strict=True)
    ]
    ends = [(sum(v for v in row if v < 0), sum(v for v in row if v > 0)) for row in split]
    left, right = min(low for low, _ in ends), max(high for _, high in ends)
    clear = ABOVE | {"xanchor": "right", "bgcolor": colour("paper")}  # of the line at zero
    room, falls = ROOM * (right - left), [sum(row) < 0 for row in split]
    labels = [
        label
        for place, row in enumerate(chart.rows)
        for label in (
            note(f"<b>{row.label}</b>", 0, -place + 0.4, "ink", 13, **ABOVE, xshift=-2),
            note(row.detail, 1, -place + 0.4, "ink-soft", 12, **clear),
            _together(-place, *ends[place], sum(split[place])),
        )
    ]
    yield figure(
        [_bars(chart, series) for series in panel.series],
        height=48 * len(chart.rows) + 44,
        margin={"l": 1, "r": 1, "t": 28, "b": 8},
        barmode="relative",
        uniformtext={"mode": "hide", "minsize": 12},  # no number where it does not fit into its part
        shapes=[vertical(0)],
        annotations=labels,
        xaxis=top_axis([left - room * any(falls), right + room * (not all(falls))]),
        yaxis={"range": [-len(chart.rows) + 0.55, 0.7], "visible": False},
    )


def _together(place: int, low: float, high: float, total: float) -> dict[str, Any]:
    """The sum of a bar's parts, at the end to which they come."""
    at, anchor, apart = (low, "right", -5) if total < 0 else (high, "left", 5)
    words = f"<b>{percent(total, 1)}</b>"
    return note(words, at, place, "ink", 12, xanchor=anchor, yanchor="middle", xshift=apart)


def _bars(chart: Chart, drawn: Series) -> dict[str, Any]:
    word, name = PARTS[drawn.role]
    return {
        "type": "bar",
        "orientation": "h",
        "x": list(drawn.values),
        "y": [-row for row in drawn.at],
        "width": 0.46,
        "text": [number(100 * (value or 0), 1, True) for value in drawn.values],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "insidetextfont": {"color": colour("ink" if name == "range" else "paper"), "size": 12},
        "marker": {"color": colour(name), "line": {"color": colour("paper"), "width": 1}},
        "hoverinfo": "text",
        "hovertext": [
            f"<b>{chart.rows[row].label}</b><br>{word} {percent(value)}"
            for row, value in zip(drawn.at, drawn.values, strict=True)
        ],
    }
