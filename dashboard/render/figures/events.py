"""Several events on one axis: paths in event time, days 0 with their intervals, fractions of closes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from dashboard.render import theme
from dashboard.render.figures.base import Figure, figure, horizontal, note, part, top_axis, vertical
from dashboard.render.figures.rows import framed, intervals, points
from dashboard.render.theme import colour
from dashboard.views.content import Chart, Series
from dashboard.views.fractions import FARTHEST
from dashboard.views.words import number, percent, short

ON, ABOVE = -0.12, 0.28  # where in a row its marks and its words stand
CLOSE = ("circle", "ink", 9)


def event_paths(chart: Chart) -> Iterator[Figure]:
    """A path per event in event time; those with a look are in colour and labelled, the others grey."""
    drawn = chart.panels[0].series
    ordered = sorted(drawn, key=lambda path: path.look is not None)  # grey below
    axis = theme.percent_axis(v for path in drawn for v in path.values)
    first, last = min(path.at[0] for path in drawn), max(path.at[-1] for path in drawn)
    named = [path for path in drawn if path.look is not None]
    yield figure(
        [_path(path) for path in ordered],
        420,
        margin={"l": 46, "r": 16, "t": 8 + 18 * len(named), "b": 48},
        shapes=[vertical(-0.5, "reported", "4px,3px"), horizontal(0)],
        annotations=_legend(named),
        xaxis={"range": [first - 0.5, last + 0.5], "title": {"text": "sessions from day 0"}, "dtick": 5},
        yaxis=axis,
    )


def _path(path: Series) -> dict[str, Any]:
    look = theme.look(path.look)
    plain = path.look is None
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(path.at),
        "y": list(path.values),
        "line": {
            "color": colour("rule-strong") if plain else colour(look.colour),
            "width": 1 if plain else 2.5,
            "dash": "solid" if plain else look.dash,
        },
        "opacity": 0.55 if plain else 1,
        "hoverinfo": "text",
        "text": [
            f"{path.of}<br><b>{percent(value)}</b>, session {number(at, 0, True)}"
            for at, value in zip(path.at, path.values, strict=True)
        ],
    }


def _legend(named: Sequence[Series]) -> list[dict[str, Any]]:
    """Names above the paths, a line each with the last value: ends lie too close for labels of events."""
    place: dict[str, Any] = {"xref": "paper", "yref": "paper", "yanchor": "bottom"}
    out = []
    for row, path in enumerate(reversed(named)):
        look = theme.look(path.look)
        end = next((value for value in reversed(path.values) if value is not None), None)
        dash = {"solid": "━━", "8px,3px": "━ ━", "2px,2px": "┅┅"}.get(look.dash, "─·─")
        text = f"<b>{dash} {short(path.of)}</b> {percent(end, 1)}"
        out.append(note(text, 0, 1, look.colour, 13, yshift=18 * row, **place))
    return out


def event_days(chart: Chart) -> Iterator[Figure]:
    """A row per event: the abnormal move of day 0 with its interval, and the move at the close."""
    (panel,) = chart.panels
    abnormal, close = part(panel, "abnormal"), part(panel, "close")
    traces = [
        intervals(abnormal, ON),
        points(chart, close, ON, CLOSE, close.name),
        points(chart, abnormal, ON, ("square", "abnormal", 9), abnormal.name, ends=True),
    ]
    yield framed(chart, traces, 44, ABOVE)


def fractions(chart: Chart) -> Iterator[Figure]:
    """A row per basis: figures as fractions of the close, those that are equal above each other."""
    (panel,) = chart.panels
    said, middle = part(panel, "reported"), part(panel, "close")
    shown = [max(-FARTHEST, min(FARTHEST, value or 0.0)) for value in said.values]
    axis = top_axis((*shown, *middle.values, 1.0))
    axis["ticktext"] = [tick.lstrip("+") for tick in axis["ticktext"]]
    traces = [_said(said, shown), points(chart, middle, ON, CLOSE, middle.name)]
    yield framed(chart, traces, 64, ABOVE, shapes=[vertical(1, "reported", "4px,3px")], xaxis=axis)


def _said(said: Series, shown: Sequence[float]) -> dict[str, Any]:
    met: Counter[tuple[int, float]] = Counter()
    heights = []
    for row, value in zip(said.at, shown, strict=True):
        place = (row, round(value, 2))
        heights.append(-row + ON + (0.05 * (met[place] % 5) - 0.1 if met[place] else 0))
        met[place] += 1
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(shown),
        "y": heights,
        "marker": {"symbol": "diamond-open", "size": 8, "color": colour("reported"), "opacity": 0.75,
                   "line": {"color": colour("reported"), "width": 1.5}},
        "hoverinfo": "text",
        "text": [
            f"<b>{said.whom[k][1]} {said.labels[k]}</b>, {percent(said.values[k], 0, False)} of the close<br>"
            f"{said.sources[k]}<br>{said.verdicts[k]}"
            for k in range(len(shown))
        ],
    }  # fmt: skip
