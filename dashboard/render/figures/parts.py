"""The parts of a return."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dashboard.render.figures.base import Figure, figure, note, numbers, top_axis, vertical
from dashboard.render.theme import colour, percent

PARTS = {"alpha": ("drift", "range"), "explained": ("market", "slate"), "abnormal": ("abnormal", "abnormal")}


def parts_bars(names: Sequence[str], parts: pd.DataFrame) -> Figure:
    """A horizontal bar per firm, its parts stacked away from zero; names stand above the bars."""
    rows = [-i for i in range(len(names))]
    sums = [parts.clip(upper=0).sum(axis=1).min(), parts.clip(lower=0).sum(axis=1).max()]
    traces = [
        {
            "type": "bar",
            "orientation": "h",
            "x": numbers(parts[part]),
            "y": rows,
            "width": 0.34,
            "marker": {"color": colour(name), "line": {"color": colour("paper"), "width": 1}},
            "hoverinfo": "text",
            "hovertext": [
                f"<b>{firm}</b><br>{word} {percent(v)}" for firm, v in zip(names, parts[part], strict=True)
            ],
        }
        for part, (word, name) in PARTS.items()
    ]
    labels = [
        note(f"<b>{name}</b>", 0, y + 0.36, "ink", 13, xref="paper", yanchor="middle", xshift=-2)
        for name, y in zip(names, rows, strict=True)
    ]
    return figure(
        traces,
        height=48 * len(names) + 44,
        margin={"l": 1, "r": 1, "t": 28, "b": 8},
        barmode="relative",
        shapes=[vertical(0)],
        annotations=labels,
        xaxis=top_axis(sums),
        yaxis={"range": [-len(names) + 0.55, 0.7], "visible": False},
    )
