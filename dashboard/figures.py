"""The charts, as plain Plotly dictionaries: numbers and words in, a figure out.

Every figure has a fixed height, so that nothing jumps when it is drawn; widths follow the page.
Returns are decimal here and become percent only in the text of ticks and labels.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard import theme
from dashboard.theme import colour, percent

Figure = dict[str, Any]
Band = tuple["pd.Series[float]", "pd.Series[float]"]


def figure(traces: Sequence[dict[str, Any]], height: int, **layout: Any) -> Figure:
    """A figure in the project's look."""
    return {"data": list(traces), "layout": theme.layout(height, **layout)}


def vertical(x: Any, name: str = "zero", dash: str = "solid", width: float = 1) -> dict[str, Any]:
    """A line through the whole height of a chart at `x`."""
    line = {"color": colour(name), "width": width, "dash": dash}
    return {
        "type": "line",
        "x0": x,
        "x1": x,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": line,
        "layer": "below",
    }


def horizontal(y: float, name: str = "zero", dash: str = "solid") -> dict[str, Any]:
    """A line through the whole width of a chart at `y`."""
    line = {"color": colour(name), "width": 1, "dash": dash}
    return {
        "type": "line",
        "y0": y,
        "y1": y,
        "x0": 0,
        "x1": 1,
        "xref": "paper",
        "line": line,
        "layer": "below",
    }


def note(text: str, x: Any, y: Any, name: str = "ink-soft", size: int = 12, **place: Any) -> dict[str, Any]:
    """Words inside a chart, left-aligned at a point unless `place` says otherwise."""
    font = {"size": size, "color": colour(name)}
    base = {"text": text, "x": x, "y": y, "showarrow": False, "xanchor": "left", "font": font}
    return {**base, **place}


# ---- reported against measured ------------------------------------------------------------------

ROW = 62  # pixels per claim


@dataclass(frozen=True, slots=True)
class Claim:
    """One row of the chart: what was reported, and what prices say. Decimal, None where unknown."""

    label: str
    detail: str
    reported: float | None
    close: float | None
    low: float | None
    high: float | None
    abnormal: float | None
    ci_low: float | None
    ci_high: float | None


def reported_against_measured(claims: Sequence[Claim]) -> Figure:
    """A row per claim: the day's range, the close, the reported figure, the abnormal return."""
    rows = range(len(claims))
    everything = [
        value
        for c in claims
        for value in (c.reported, c.close, c.low, c.high, c.abnormal, c.ci_low, c.ci_high)
    ]
    traces = [
        *(_range(row, claim) for row, claim in zip(rows, claims, strict=True) if claim.low is not None),
        _intervals(claims),
        _points(claims, "abnormal", "abnormal return", -0.27, "square", "abnormal", 8),
        _points(claims, "close", "close", -0.02, "circle", "ink", 10),
        _points(claims, "reported", "reported", -0.02, "diamond-open", "reported", 13, width=2.5),
    ]
    return figure(
        traces,
        height=ROW * len(claims) + 36,
        margin={"l": 1, "r": 1, "t": 28, "b": 8},
        shapes=[vertical(0), *(horizontal(-row - 0.5, "rule") for row in rows[:-1])],
        annotations=[label for row, claim in zip(rows, claims, strict=True) for label in _row(row, claim)],
        xaxis=_top_axis(everything),
        yaxis={"range": [-len(claims) + 0.45, 0.6], "visible": False},
    )


def _row(row: int, claim: Claim) -> list[dict[str, Any]]:
    y, hidden = -row + 0.33, {"bgcolor": colour("paper")}
    return [
        note(f"<b>{claim.label}</b>", 0, y, "ink", 13, xref="paper", yanchor="middle", xshift=-2, **hidden),
        note(claim.detail, 1, y, "ink-soft", 11, xref="paper", yanchor="middle", xanchor="right", **hidden),
    ]


def _range(row: int, claim: Claim) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [claim.low, claim.high],
        "y": [-row - 0.02] * 2,
        "line": {"color": colour("range"), "width": 5},
        "hoverinfo": "text",
        "text": [f"day's low {percent(claim.low)}", f"day's high {percent(claim.high)}"],
    }


def _intervals(claims: Sequence[Claim]) -> dict[str, Any]:
    x: list[float | None] = []
    y: list[float | None] = []
    for row, claim in enumerate(claims):
        if claim.ci_low is not None:
            x += [claim.ci_low, claim.ci_high, None]
            y += [-row - 0.27, -row - 0.27, None]
    line = {"color": colour("abnormal"), "width": 2}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip"}


def _points(
    claims: Sequence[Claim],
    key: str,
    word: str,
    shift: float,
    symbol: str,
    name: str,
    size: int,
    width: float = 1.5,
) -> dict[str, Any]:
    known = [(row, claim, getattr(claim, key)) for row, claim in enumerate(claims)]
    known = [entry for entry in known if entry[2] is not None]
    outline = colour(name) if symbol.endswith("open") else colour("paper")
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [value for _, _, value in known],
        "y": [-row + shift for row, _, _ in known],
        "marker": {
            "symbol": symbol, "size": size, "color": colour(name), "opacity": 1,
            "line": {"color": outline, "width": width},
        },
        "hoverinfo": "text",
        "text": [f"<b>{claim.label}</b><br>{word} {percent(value)}" for _, claim, value in known],
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spread:
    """All figures reported about one instrument and session, each with its source, over what it did."""

    label: str
    detail: str
    reported: Sequence[tuple[float, str]]
    featured: Sequence[bool]
    close: float | None
    low: float | None
    high: float | None


def reported_spread(rows: Sequence[Spread]) -> Figure:
    """A row per instrument and session: reported figures over the session's range and close."""
    everything = [v for r in rows for v in (r.close, r.low, r.high, *(value for value, _ in r.reported))]
    claims = [Claim(r.label, r.detail, None, r.close, r.low, r.high, None, None, None) for r in rows]
    return figure(
        [
            *(_range(i, claim) for i, claim in enumerate(claims) if claim.low is not None),
            _points(claims, "close", "close", -0.02, "circle", "ink", 10),
            _diamonds(rows, featured=False),
            _diamonds(rows, featured=True),
        ],
        height=48 * len(rows) + 36,
        margin={"l": 1, "r": 1, "t": 28, "b": 8},
        shapes=[vertical(0), *(horizontal(-i - 0.5, "rule") for i in range(len(rows) - 1))],
        annotations=[label for i, claim in enumerate(claims) for label in _row(i, claim)],
        xaxis=_top_axis(everything),
        yaxis={"range": [-len(rows) + 0.45, 0.6], "visible": False},
    )


def _diamonds(rows: Sequence[Spread], featured: bool) -> dict[str, Any]:
    points = [
        (value, i, f"<b>{row.label}</b><br>{source}: {percent(value)}")
        for i, row in enumerate(rows)
        for (value, source), own in zip(row.reported, row.featured, strict=True)
        if own is featured
    ]
    name, size = ("reported", 13) if featured else ("purple", 9)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [value for value, _, _ in points],
        "y": [-i - 0.02 for _, i, _ in points],
        "marker": {
            "symbol": "diamond-open",
            "size": size,
            "color": colour(name),
            "line": {"color": colour(name), "width": 2.5 if featured else 1.75},
        },
        "hoverinfo": "text",
        "text": [words for _, _, words in points],
    }


def _top_axis(values: Iterable[float | None]) -> dict[str, Any]:
    """An axis in percent above rows."""
    axis = theme.percent_axis(values, steps=6)
    return {**axis, "side": "top", "showline": False, "ticks": "", "showgrid": True}


# ---- paths in event time -------------------------------------------------------------------------


def path_panel(
    path: pd.Series[float],
    pointwise: Band,
    simultaneous: Band,
    look: theme.Series,
    axis: dict[str, Any],
) -> Figure:
    """One small panel: a path in event time with its two bands, a line at day 0 and its last value."""
    times = [int(t) for t in path.index]
    hover = [
        f"<b>{percent(value)}</b> (95 %: {theme.interval(low, high)})<br>session {theme.number(t, 0, True)}"
        for t, value, low, high in zip(times, path, *pointwise, strict=True)
    ]
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": times,
        "y": _numbers(path),
        "line": {"color": colour(look.colour), "width": 2.25},
        "hoverinfo": "text",
        "text": hover,
    }
    bands = [*band(times, *simultaneous, look.colour, 0.09), *band(times, *pointwise, look.colour, 0.16)]
    return _panel([*bands, line, _end_dot(path.last_valid_index(), path, look)], times, axis)


def bar_panel(
    values: pd.Series[float], half: pd.Series[float], look: theme.Series, axis: dict[str, Any]
) -> Figure:
    """One small panel: a bar per event time over the band that normal sessions keep to."""
    times = [int(t) for t in values.index]
    hover = [
        f"<b>{percent(value)}</b> (normal within ±{percent(reach, signed=False)})"
        f"<br>session {theme.number(t, 0, True)}"
        for t, value, reach in zip(times, values, half, strict=True)
    ]
    opacity = [1.0 if t == 0 else 0.6 for t in times]
    bars = {
        "type": "bar",
        "x": times,
        "y": _numbers(values),
        "width": 0.62,
        "marker": {"color": colour(look.colour), "opacity": opacity, "line": {"width": 0}},
        "hoverinfo": "text",
        "hovertext": hover,
    }
    return _panel([*band(times, -half, half, "slate", 0.14), bars], times, axis)


def _panel(traces: Sequence[dict[str, Any]], times: Sequence[int], axis: dict[str, Any]) -> Figure:
    span = max(times[-1] - times[0], 1)
    marked = sorted({times[0], 0, times[-1]})
    return figure(
        traces,
        236,
        margin={"l": 46, "r": 10, "t": 8, "b": 44},
        hovermode="x",
        shapes=[vertical(-0.5, "reported", "4px,3px"), horizontal(0)],
        xaxis={
            "range": [times[0] - 0.04 * span - 0.4, times[-1] + 0.04 * span + 0.4],
            "tickvals": marked,
            "ticktext": [theme.number(t, 0, signed=True) for t in marked],
            "title": {"text": "sessions from day 0"},
        },
        yaxis=axis,
    )


def band(
    x: Sequence[Any], low: Iterable[float], high: Iterable[float], name: str, alpha: float = 0.16
) -> list[dict[str, Any]]:
    """Two traces that shade the area between `low` and `high`."""
    edge = {"type": "scatter", "mode": "lines", "x": list(x), "line": {"width": 0}, "hoverinfo": "skip"}
    shade = {"fill": "tonexty", "fillcolor": colour(name, alpha)}
    return [{**edge, "y": _numbers(low)}, {**edge, "y": _numbers(high), **shade}]


def _end_dot(last: Any, path: pd.Series[float], look: theme.Series) -> dict[str, Any]:
    """The marker that tells firms apart beside their colour, at the last known value."""
    known = last is not None
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [int(last)] if known else [],
        "y": [float(path[last])] if known else [],
        "marker": {"color": colour(look.colour), "size": 7, "symbol": look.symbol},
        "hoverinfo": "skip",
    }


def area_panel(
    dates: npt.NDArray[np.datetime64],
    values: npt.NDArray[np.float64],
    look: theme.Series,
    axis: dict[str, Any],
) -> Figure:
    """One small panel over dates: the area between zero and the values."""
    area = {
        "type": "scatter",
        "mode": "lines",
        "x": [str(date) for date in dates],
        "y": _numbers(values),
        "fill": "tozeroy",
        "fillcolor": colour(look.colour, 0.2),
        "line": {"color": colour(look.colour), "width": 1.25},
        "hoverinfo": "text",
        "text": [
            f"<b>{percent(value)}</b><br>{theme.day(date)}" for date, value in zip(dates, values, strict=True)
        ],
    }
    return figure(
        [area],
        200,
        margin={"l": 46, "r": 10, "t": 8, "b": 40},
        hovermode="x",
        shapes=[horizontal(0)],
        xaxis={"type": "date", "nticks": 4, "tickformat": "%b\n%Y"},
        yaxis=axis,
    )


# ---- distributions ---------------------------------------------------------------------------------


def histogram(
    draws: npt.NDArray[np.float64], event: float, words: str, look: theme.Series, height: int
) -> Figure:
    """How often earlier dates moved how far, and where the event stands."""
    bins = min(40, max(8, int(len(draws) ** 0.5)))
    counts, edges = np.histogram(draws, bins=bins) if len(draws) else (np.empty(0), np.empty(1))
    low, high = edges[:-1], edges[1:]
    bars = {
        "type": "bar",
        "x": _numbers((low + high) / 2),
        "y": [int(count) for count in counts],
        "width": _numbers(high - low),
        "marker": {"color": colour(look.colour, 0.55), "line": {"color": colour("paper"), "width": 1}},
        "hoverinfo": "text",
        "hovertext": [
            f"{int(count)} dates<br>{theme.interval(a, b)}"
            for count, a, b in zip(counts, low, high, strict=True)
        ],
    }
    axis = theme.percent_axis([event, *low, *high], steps=4)
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
        yaxis={"title": {"text": "dates"}, "rangemode": "tozero", "nticks": 5},
    )


# ---- the specification curve -----------------------------------------------------------------------

ROW_OF_CHOICES = 17  # pixels per value of a choice
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
    lines = sum(len(values) + 1 for _, values in rows)
    matrix = ROW_OF_CHOICES * lines + 12
    height = CURVE + matrix
    split = matrix / height
    axis = theme.percent_axis([*table["ci_low"], *table["ci_high"]], steps=5)
    ticks, labels = _choices(x, rows)
    return figure(
        [_reach(x, table), *_answers(x, table), *ticks],
        height,
        margin={"l": 176, "r": 8, "t": 8, "b": 8},
        shapes=[horizontal(0)],
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


def _reach(x: npt.NDArray[np.int64], table: pd.DataFrame) -> dict[str, Any]:
    apart = np.full(len(table), np.nan)
    ends = np.stack([table["ci_low"], table["ci_high"], apart], axis=1).ravel()
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.repeat(x, 3).tolist(),
        "y": _numbers(ends),
        "line": {"color": colour("range"), "width": 1},
        "hoverinfo": "skip",
    }


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
            "y": _numbers(effects),
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
            at = [int(i) for i in x[made.to_numpy()]]
            ticks.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "x": [end for i in at for end in (i, i, None)],
                    "y": [y for _ in at for y in (-line - 0.32, -line + 0.32, None)],
                    "yaxis": "y2",
                    "line": {"color": colour("abnormal"), "width": 1},
                    "hoverinfo": "skip",
                }
            )
            labels.append(note(name, 0, -line, "ink-soft", 11, **place))
        line += 1
    return ticks, labels


# ---- parts of a return ----------------------------------------------------------------------------

PARTS = {"alpha": ("drift", "range"), "explained": ("market", "slate"), "abnormal": ("abnormal", "abnormal")}


def parts_bars(names: Sequence[str], parts: pd.DataFrame) -> Figure:
    """A horizontal bar per firm, its parts stacked away from zero; names stand above the bars."""
    rows = [-i for i in range(len(names))]
    sums = [parts.clip(upper=0).sum(axis=1).min(), parts.clip(lower=0).sum(axis=1).max()]
    traces = [
        {
            "type": "bar",
            "orientation": "h",
            "x": _numbers(parts[part]),
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
        xaxis=_top_axis(sums),
        yaxis={"range": [-len(names) + 0.55, 0.7], "visible": False},
    )


# ---- lines over dates ------------------------------------------------------------------------------


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
    traces = [trace for line in lines for trace in _line(line)]
    return figure(
        traces,
        height,
        margin={"l": 36, "r": 128, "t": 44, "b": 40},
        hovermode="closest",
        shapes=[horizontal(base), *(_mark_line(mark) for mark in marks)],
        annotations=[
            *_end_labels(lines, (low - pad, high + pad), height - 80),
            note(unit, 0, 1, yref="paper", xref="paper", yanchor="bottom", yshift=24, xshift=-37),
            *_mark_labels(marks),
        ],
        xaxis={"type": "date", "tickformat": "%-d %b\n%Y", "hoverformat": "%-d %b %Y", **_weeks(lines)},
        yaxis={"range": [low - pad, high + pad], "nticks": 7},
    )


def _line(line: Line) -> list[dict[str, Any]]:
    dates = [str(date) for date in np.asarray(line.dates, dtype="datetime64[D]")]
    base = {"type": "scatter", "x": dates, "y": _numbers(line.values), "name": line.name}
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


def _mark_labels(marks: Sequence[Mark]) -> list[dict[str, Any]]:
    place: dict[str, Any] = {"yref": "paper", "yanchor": "bottom"}
    return [
        note(mark.label, str(mark.date), 1, "reported", **place, xanchor="right", xshift=4)
        if mark.event
        else note(mark.label, str(mark.date), 1, **place, xanchor="center")
        for mark in marks
    ]


def _weeks(lines: Sequence[Line]) -> dict[str, Any]:
    """Ticks on Mondays for spans of some weeks; Plotly's own choice for longer ones."""
    dates = np.concatenate([np.asarray(line.dates, dtype="datetime64[D]") for line in lines])
    if np.ptp(dates).astype(int) > 70:
        return {"nticks": 8}
    return {"tick0": "2000-01-03", "dtick": 7 * 86_400_000}


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


def _numbers(values: Iterable[float]) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]
