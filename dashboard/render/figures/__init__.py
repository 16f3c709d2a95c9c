"""The charts, as plain Plotly dictionaries: data in, a figure per panel out.

Every figure has a fixed height, so that nothing jumps when it is drawn; widths follow the page.
Returns are decimal here and become percent only in the text of ticks and labels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dashboard.render.figures.base import Figure
from dashboard.render.figures.claims import claims, close_claims, close_spread, spread
from dashboard.render.figures.curve import curve
from dashboard.render.figures.events import event_days, event_paths, fractions
from dashboard.render.figures.histograms import histograms
from dashboard.render.figures.hours import hours
from dashboard.render.figures.lines import lines
from dashboard.render.figures.parts import parts
from dashboard.render.figures.paths import areas, bars, multiples, paths
from dashboard.render.figures.scatter import scatter
from dashboard.render.figures.words import words
from dashboard.views.content import Chart

__all__ = ["DRAWINGS", "Figure", "drawn"]

DRAWINGS: dict[str, Callable[[Chart], Iterable[Figure]]] = {
    "areas": areas,
    "bars": bars,
    "claims": claims,
    "close-claims": close_claims,
    "close-spread": close_spread,
    "curve": curve,
    "event-days": event_days,
    "event-paths": event_paths,
    "fractions": fractions,
    "histograms": histograms,
    "hours": hours,
    "lines": lines,
    "multiples": multiples,
    "parts": parts,
    "paths": paths,
    "scatter": scatter,
    "spread": spread,
    "words": words,
}


def drawn(chart: Chart) -> tuple[Figure, ...]:
    """A figure per panel."""
    return tuple(DRAWINGS[chart.kind](chart))
