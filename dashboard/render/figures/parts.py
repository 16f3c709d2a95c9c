"""The parts of a return."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashboard.render.figures.base import Figure, figure, note, top_axis, vertical
from dashboard.render.theme import colour
from dashboard.views.content import Chart, Series
from dashboard.views.words import number, percent

ABOVE = {"xref": "paper", "yanchor": "middle"}
PARTS = {"drift": ("drift", "range"), "market": ("market", "slate"), "abnormal": ("abnormal", "abnormal")}


def parts(chart: Chart) -> Iterator[Figure]:
    """A horizontal bar per firm, its parts stacked away from zero; names stand above the bars."""
    (panel,) = chart.panels
    split = list(zip(*(series.values for series in panel.series), strict=True))
    sums = [
        min(sum(min(v or 0, 0) for v in row) for row in split),
        max(sum(max(v or 0, 0) for v in row) for row in split),
    ]
    labels = [
        label
        for place, row in enumerate(chart.rows)
        for label in (
            note(f"<b>{row.label}</b>", 0, -place + 0.4, "ink", 13, **ABOVE, xshift=-2),
            note(row.detail, 1, -place + 0.4, "ink-soft", 12, **ABOVE | {"xanchor": "right"}),
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
        xaxis=top_axis(sums),
        yaxis={"range": [-len(chart.rows) + 0.55, 0.7], "visible": False},
    )


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
