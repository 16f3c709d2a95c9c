"""The specification curve: sorted answers over the choices of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from dashboard.render import theme
from dashboard.render.figures.base import Figure, figure, horizontal, note
from dashboard.render.theme import colour
from dashboard.views import cells
from dashboard.views.choices import address
from dashboard.views.content import Chart, Series
from dashboard.views.tables import Table

ROW = 17  # pixels per value of a choice
LETTER = 7  # pixels of a letter in its label
CURVE = 260


def curve(chart: Chart) -> Iterator[Figure]:
    """Sorted answers with intervals, over a matrix of ticks that tells the choices of each."""
    (panel,) = chart.panels
    ends = sorted(end for s in panel.series for end in zip(s.at, s.low, s.high, strict=True))
    longest = max(len(name) for t in chart.ticks for name in (t.choice, *dict(t.values)))
    lines = sum(len(t.values) + 1 for t in chart.ticks)
    matrix = ROW * lines + 12
    split = matrix / (CURVE + matrix)
    axis = theme.percent_axis((end for _, *both in ends for end in both), steps=5)
    ticks, labels = _choices(chart)
    yield figure(
        [_answers(chart, series) for series in panel.series],
        CURVE + matrix,
        margin={"l": LETTER * longest + 16, "r": 8, "t": 8, "b": 8},
        shapes=[horizontal(0), _strokes(ends, "range", "y"), *ticks],
        annotations=labels,
        hovermode="x",
        xaxis={
            "range": [0, len(ends) + 1],
            "showticklabels": False,
            "ticks": "",
            "showline": False,
            "anchor": "y2",
            # a cursor through the rows
            **{"showspikes": True, "spikemode": "across", "spikedash": "solid", "spikethickness": 1},
            "spikecolor": colour("reported"),
        },
        yaxis={**axis, "domain": [split, 1]},
        yaxis2={"domain": [0, split - 0.01], "range": [-lines + 0.2, 0.6], "visible": False, "anchor": "x"},
    )


def _strokes(ends: Iterable[tuple[int, Any, Any]], name: str, axis: str) -> dict[str, Any]:
    """Upright lines as one path: as a trace, each of them would be an element of its own in the browser."""
    drawn = (f"M{at},{low:.6g}V{high:.6g}" for at, low, high in ends)
    line = {"color": colour(name), "width": 1}
    return {"type": "path", "path": "".join(drawn), "yref": axis, "line": line, "layer": "below"}


def _answers(chart: Chart, drawn: Series) -> dict[str, Any]:
    """Dots that say what they stand for, and lead to the study that they are."""
    symbol = "circle" if drawn.role == "significant" else "circle-open"
    links = (address("/reaction", link) if link else "" for link in drawn.links)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(drawn.at),
        "y": list(drawn.values),
        "marker": {"symbol": symbol, "size": 5, "color": colour("ink"), "line": {"color": colour("ink")}},
        "hoverinfo": "text",
        "text": [_specification(chart.table, at - 1) for at in drawn.at],
        "customdata": list(links),
    }


def _specification(table: Table, row: int) -> str:
    """A row of the table: its answer, then each choice."""
    told = [(c.name, cells.text(c.values[row], c.unit, c.digits, c.signed)) for c in table.columns]
    *choices, effect, interval, p = told
    made = "<br>".join(f"{name}: {value}" for name, value in choices)
    return f"<b>{effect[1]}</b> (95 %: {interval[1]}), p {p[1]}<br>{made}"


def _choices(chart: Chart) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A line of ticks per value of a choice, and the words left of them."""
    ticks, labels, line = [], [], 0
    place = {"xref": "paper", "yref": "y2", "xanchor": "right", "xshift": -8}
    for choice in chart.ticks:
        labels.append(note(f"<b>{choice.choice}</b>", 0, -line, "ink", 12, **place))
        for name, at in choice.values:
            line += 1
            strokes = ((x, -line - 0.32, -line + 0.32) for x in at)
            ticks.append(_strokes(strokes, "abnormal", "y2"))
            labels.append(note(name, 0, -line, "ink-soft", 12, **place))
        line += 1
    return ticks, labels
