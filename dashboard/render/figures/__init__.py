"""The charts, as plain Plotly dictionaries: numbers and words in, a figure out.

Every figure has a fixed height, so that nothing jumps when it is drawn; widths follow the page.
Returns are decimal here and become percent only in the text of ticks and labels.
"""

from dashboard.render.figures.base import Band, Figure, band, figure, horizontal, note, vertical
from dashboard.render.figures.claims import Claim, Spread, reported_against_measured, reported_spread
from dashboard.render.figures.evidence import histogram, specification_curve
from dashboard.render.figures.hours import HourLine, Report, hours
from dashboard.render.figures.lines import Line, Mark, lines_over_dates, spread
from dashboard.render.figures.parts import parts_bars
from dashboard.render.figures.paths import area_panel, bar_panel, path_panel
from dashboard.render.figures.scatter import scatter_panel

__all__ = [
    "Band",
    "Claim",
    "Figure",
    "HourLine",
    "Line",
    "Mark",
    "Report",
    "Spread",
    "area_panel",
    "band",
    "bar_panel",
    "figure",
    "histogram",
    "horizontal",
    "hours",
    "lines_over_dates",
    "note",
    "parts_bars",
    "path_panel",
    "reported_against_measured",
    "reported_spread",
    "scatter_panel",
    "specification_curve",
    "spread",
    "vertical",
]
