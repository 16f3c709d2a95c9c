"""Reported figures against what prices did: a row per claim, or per instrument."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.render.figures.base import Figure, figure, horizontal, note, top_axis, vertical
from dashboard.render.theme import colour, percent

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
        xaxis=top_axis(everything),
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
        xaxis=top_axis(everything),
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
