"""Small paths as SVG: drawn here, for a card needs no charting library."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import NamedTuple

from dashboard.views import words
from dashboard.views.content import Series

WIDTH, HEIGHT, EDGE = 240.0, 64.0, 4.0


class Ends(NamedTuple):
    """Lowest and highest value that a drawing holds; both hold zero."""

    low: float
    high: float


def scale(paths: Iterable[Iterable[float | None]]) -> Ends:
    """The ends of all paths, so that each can be held against each."""
    values = [value for path in paths for value in path if value is not None]
    return Ends(min([0.0, *values]), max([0.0, *values]))


def drawn(path: Series, ends: Ends) -> str:
    """A path from its first session on, with zero, day 0 and its last value; empty without values."""
    known = [(at, value) for at, value in zip(path.at, path.values, strict=True) if value is not None]
    if len(known) < 2:
        return ""
    first, last = float(path.at[0]), float(path.at[-1])
    span, wide = (ends.high - ends.low) or 1.0, max(last - first, 1.0)

    def x(at: float) -> float:
        return EDGE + (WIDTH - 2 * EDGE) * (at - first) / wide

    def y(value: float) -> float:
        return EDGE + (HEIGHT - 2 * EDGE) * (ends.high - value) / span

    line = " ".join(f"{x(at):.1f},{y(value):.1f}" for at, value in known)
    end_at, end = known[-1]
    return (
        f'<svg class="spark" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" '
        f'aria-label="{escape(_said(path))}">'
        f'<line class="zero" x1="0" x2="{WIDTH:g}" y1="{y(0):.1f}" y2="{y(0):.1f}"/>'
        f'<line class="day" x1="{x(-0.5):.1f}" x2="{x(-0.5):.1f}" y1="0" y2="{HEIGHT:g}"/>'
        f'<polyline points="{line}"/><circle cx="{x(end_at):.1f}" cy="{y(end):.1f}" r="3"/></svg>'
    )


def _said(path: Series) -> str:
    """What the path shows, for those who cannot see it."""
    values = dict(zip(path.at, path.values, strict=True))
    ends = (words.number(at, 0, True) for at in (path.at[0], path.at[-1]))
    return (
        f"{path.name}, sessions {' to '.join(ends)}: {words.percent(values.get(0), 1)} by day 0, "
        f"{words.percent(path.values[-1], 1)} at the end"
    )
