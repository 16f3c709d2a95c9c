"""Placebo distributions and the specification curve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.render import theme
from dashboard.render.figures.base import Figure, figure, horizontal, note, numbers, vertical
from dashboard.render.theme import colour, percent


def histogram(
    draws: npt.NDArray[np.float64], event: float, words: str, look: theme.Series, height: int
) -> Figure:
    """How often earlier dates moved how far, and where the event stands."""
    bins = min(40, max(8, int(len(draws) ** 0.5)))
    counts, edges = np.histogram(draws, bins=bins) if len(draws) else (np.empty(0), np.empty(1))
    low, high = edges[:-1], edges[1:]
    bars = {
        "type": "bar",
        "x": numbers((low + high) / 2),
        "y": [int(count) for count in counts],
        "width": numbers(high - low),
        "marker": {"color": colour(look.colour, 0.55), "line": {"color": colour("paper"), "width": 1}},
        "hoverinfo": "text",
        "hovertext": [
            f"{int(count)} dates<br>{theme.interval(a, b)}"
            for count, a, b in zip(counts, low, high, strict=True)
        ],
    }
    axis = theme.percent_axis([event, *low, *high], steps=4 if height < 250 else 8)
    tallest = max((int(count) for count in counts), default=0) or 1
    near = event - axis["range"][0] < 0.5 * (axis["range"][1] - axis["range"][0])
    place = {
        "yref": "paper",
        "yanchor": "top",
        "xanchor": "left" if near else "right",
        "xshift": 5 if near else -5,
    }
    return figure(
        [bars],
        height,
        margin={"l": 46, "r": 12, "t": 12, "b": 44},
        bargap=0,
        shapes=[{**vertical(event, "reported", width=2), "layer": "above"}],
        annotations=[note(f"<b>{words}</b>", event, 1, "reported", 12, **place)],
        xaxis={**axis, "title": {"text": "abnormal return"}},
        # room above the tallest bar, so that the words about the event stand clear of it
        yaxis={
            "title": {"text": "dates"},
            "range": [0, tallest * (height - 56) / (height - 84)],
            "nticks": 5,
        },
    )


ROW_OF_CHOICES = 17  # pixels per value of a choice
LETTER = 6  # pixels of a letter in its label
CURVE = 260


def specification_curve(
    table: pd.DataFrame, rows: Sequence[tuple[str, Sequence[tuple[str, pd.Series[bool]]]]]
) -> Figure:
    """Sorted answers with intervals, over a matrix of ticks that tells the choices of each.

    Parameters
    ----------
    table : DataFrame
        Sorted by effect: effect, ci_low, ci_high, pvalue.
    rows : sequence of (choice, values)
        For every value of a choice its label and the specifications that make it.
    """
    x = np.arange(1, len(table) + 1)
    longest = max(len(name) for choice, values in rows for name in (choice, *dict(values)))
    lines = sum(len(values) + 1 for _, values in rows)
    matrix = ROW_OF_CHOICES * lines + 12
    height = CURVE + matrix
    split = matrix / height
    axis = theme.percent_axis([*table["ci_low"], *table["ci_high"]], steps=5)
    ticks, labels = _choices(x, rows)
    reach = _strokes(x.tolist(), zip(table["ci_low"], table["ci_high"], strict=True), "range", "y")
    return figure(
        list(_answers(x, table)),
        height,
        margin={"l": LETTER * longest + 16, "r": 8, "t": 8, "b": 8},
        shapes=[horizontal(0), reach, *ticks],
        annotations=labels,
        xaxis={
            "range": [0, len(table) + 1],
            "showticklabels": False,
            "ticks": "",
            "showline": False,
            "anchor": "y2",
        },
        yaxis={**axis, "domain": [split, 1]},
        yaxis2={"domain": [0, split - 0.01], "range": [-lines + 0.2, 0.6], "visible": False, "anchor": "x"},
    )


def _strokes(x: Iterable[int], ends: Iterable[tuple[float, float]], name: str, axis: str) -> dict[str, Any]:
    """Upright lines as one path: as a trace, each of them would be an element of its own in the browser."""
    drawn = (f"M{at},{low:.6g}V{high:.6g}" for at, (low, high) in zip(x, ends, strict=True))
    line = {"color": colour(name), "width": 1}
    return {"type": "path", "path": "".join(drawn), "yref": axis, "line": line, "layer": "below"}


def _answers(x: npt.NDArray[np.int64], table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    significant = (table["pvalue"] < 0.05).to_numpy()
    for chosen, symbol, word in (
        (significant, "circle", "significant"),
        (~significant, "circle-open", "not"),
    ):
        effects = table["effect"][chosen]
        yield {
            "type": "scatter",
            "mode": "markers",
            "x": [int(i) for i in x[chosen]],
            "y": numbers(effects),
            "marker": {"symbol": symbol, "size": 5, "color": colour("ink"), "line": {"color": colour("ink")}},
            "hoverinfo": "text",
            "text": [f"<b>{percent(effect)}</b> {word}" for effect in effects],
        }


def _choices(
    x: npt.NDArray[np.int64], rows: Sequence[tuple[str, Sequence[tuple[str, pd.Series[bool]]]]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A line of ticks per value of a choice, and the words left of them."""
    ticks, labels, line = [], [], 0
    place = {"xref": "paper", "yref": "y2", "xanchor": "right", "xshift": -8}
    for choice, values in rows:
        labels.append(note(f"<b>{choice}</b>", 0, -line, "ink", 11, **place))
        for name, made in values:
            line += 1
            at = x[made.to_numpy()].tolist()
            ticks.append(_strokes(at, [(-line - 0.32, -line + 0.32)] * len(at), "abnormal", "y2"))
            labels.append(note(name, 0, -line, "ink-soft", 11, **place))
        line += 1
    return ticks, labels
