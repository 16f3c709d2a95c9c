"""How often earlier dates moved how far, and where the event stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from dashboard.render import theme
from dashboard.render.figures.base import Figure, figure, note, part, vertical
from dashboard.render.theme import colour
from dashboard.views.content import Chart, Panel
from dashboard.views.words import interval, percent

Array = npt.NDArray[Any]


def histograms(chart: Chart) -> Iterator[Figure]:
    """A histogram per panel, large where there is but one."""
    for panel in chart.panels:
        event = part(panel, "event").values[0] or 0.0
        if panel.title:
            yield _histogram(panel, event, percent(event, 1), 190)
        else:
            yield _histogram(panel, event, f"event {percent(event)}", 300)


def _histogram(panel: Panel, event: float, words: str, height: int) -> Figure:
    drawn = part(panel, "draws")
    draws = np.array(drawn.values, dtype=float)
    bins = min(40, max(8, int(len(draws) ** 0.5)))
    counts, edges = np.histogram(draws, bins=bins) if len(draws) else (np.empty(0), np.empty(1))
    axis = theme.percent_axis([event, *edges[:-1], *edges[1:]], steps=4 if height < 250 else 8)
    tallest = max((int(count) for count in counts), default=0) or 1
    return figure(
        [_bars(counts, edges, colour(theme.look(drawn.look).colour, 0.55))],
        height,
        margin={"l": 46, "r": 12, "t": 12, "b": 44},
        bargap=0,
        shapes=[{**vertical(event, "reported", width=2), "layer": "above"}],
        annotations=[note(f"<b>{words}</b>", event, 1, "reported", 12, **_side(event, axis["range"]))],
        xaxis={**axis, "title": {"text": "abnormal return"}},
        # room above the tallest bar, so that the words about the event stand clear of it
        yaxis={
            "title": {"text": "dates"},
            "range": [0, tallest * (height - 56) / (height - 84)],
            "nticks": 5,
        },
    )


def _bars(counts: Array, edges: Array, filled: str) -> dict[str, Any]:
    low, high = edges[:-1], edges[1:]
    return {
        "type": "bar",
        "x": ((low + high) / 2).tolist(),
        "y": [int(count) for count in counts],
        "width": (high - low).tolist(),
        "marker": {"color": filled, "line": {"color": colour("paper"), "width": 1}},
        "hoverinfo": "text",
        "hovertext": [
            f"{int(count)} dates<br>{interval(a, b)}" for count, a, b in zip(counts, low, high, strict=True)
        ],
    }


def _side(event: float, span: list[float]) -> dict[str, Any]:
    """Where the words about the event stand: on its roomier side."""
    near = event - span[0] < 0.5 * (span[1] - span[0])
    beside = {"xanchor": "left", "xshift": 5} if near else {"xanchor": "right", "xshift": -5}
    return {"yref": "paper", "yanchor": "top", **beside}
