"""Words, where there is nothing to draw."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from dashboard.render.figures.base import Figure, figure, note
from dashboard.views.content import Chart

LETTERS, SIZE, LINE = 48, 19, 28  # of a line; pixels of letters and lines


def words(chart: Chart) -> Iterator[Figure]:
    """What a chart says in a sentence, in lines of one length."""
    lines = textwrap.wrap(chart.summary, LETTERS)
    corner = {"xref": "paper", "yref": "paper", "yanchor": "top"}
    yield figure(
        [],
        LINE * len(lines),
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        annotations=[note("<br>".join(lines), 0, 1, "ink", SIZE, **corner)],
        xaxis={"visible": False},
        yaxis={"visible": False},
    )
