"""How often earlier dates moved how far, and where the event stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from dashboard.render import theme
from dashboard.render.figures.base import ALONE, PHONE, SMALL, Figure, figure, note, part, vertical
from dashboard.render.theme import colour
from dashboard.views.content import Chart
from dashboard.views.words import count, interval, percent

Array = npt.NDArray[Any]


def histograms(chart: Chart) -> Iterator[Figure]:
    """A histogram per panel on one scale for all, large where there is but one."""
    every = [np.array(part(panel, "draws").values, dtype=float) for panel in chart.panels]
    edges = _edges(np.concatenate(every), max(map(len, every)))
    counts = [np.histogram(draws, edges)[0] for draws in every]
    events = [part(panel, "event").values[0] or 0.0 for panel in chart.panels]
    small = bool(chart.panels[0].title)
    steps, pixels = (4, SMALL) if small else (8, PHONE - 60)
    axis = theme.percent_axis([*events, *edges], steps, pixels)
    tallest = max((int(count) for found in counts for count in found), default=0) or 1
    for found, event in zip(counts, events, strict=True):
        words = percent(event, 1) if small else f"event {percent(event)}"
        yield _histogram(_bars(found, edges), (event, words), axis, tallest, 190 if small else 300)


def _edges(draws: Array, most: int) -> Array:
    """Ends of the bins, the same for all panels."""
    bins = min(40, max(8, int(most**0.5)))
    return np.histogram_bin_edges(draws, bins) if len(draws) else np.linspace(-0.01, 0.01, bins + 1)


def _histogram(
    bars: dict[str, Any], marked: tuple[float, str], axis: dict[str, Any], tallest: int, height: int
) -> Figure:
    event, words = marked
    return figure(
        [bars],
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


def _bars(counts: Array, edges: Array) -> dict[str, Any]:
    low, high = edges[:-1], edges[1:]
    return {
        "type": "bar",
        "x": ((low + high) / 2).tolist(),
        "y": [int(held) for held in counts],
        "width": (high - low).tolist(),
        "marker": {"color": colour(ALONE.colour, 0.55), "line": {"color": colour("paper"), "width": 1}},
        "hoverinfo": "text",
        "hovertext": [
            f"{count(int(held), 'date')}<br>{interval(a, b)}"
            for held, a, b in zip(counts, low, high, strict=True)
        ],
    }


def _side(event: float, span: list[float]) -> dict[str, Any]:
    """Where the words about the event stand: on its roomier side."""
    near = event - span[0] < 0.5 * (span[1] - span[0])
    beside = {"xanchor": "left", "xshift": 5} if near else {"xanchor": "right", "xshift": -5}
    return {"yref": "paper", "yanchor": "top", **beside}
