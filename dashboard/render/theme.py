"""The one visual language: colours, type and the base of every chart.

Charts are drawn once, in the light colours of `COLOURS`. Plotly writes a colour as
``rgb(...)`` into the style of each shape, so `style_sheet` can map every such colour to a CSS
custom property: charts follow light, dark and print like the rest of the page, without being
drawn again. A colour in a chart must therefore come from `colour`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise
from typing import Any, NamedTuple

from dashboard.views.words import SPACE, percent

SANS = '-apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Liberation Sans", sans-serif'
SERIF = '"Iowan Old Style", Charter, Georgia, "Liberation Serif", "Times New Roman", serif'

# name: (light, dark); every light value is used once, because charts are recoloured by value
COLOURS: dict[str, tuple[str, str]] = {
    "paper": ("#fcfbf8", "#14171b"),
    "surface": ("#ffffff", "#1c2026"),
    "ink": ("#1a1d21", "#eceae4"),
    "ink-soft": ("#565d66", "#a7aeb8"),
    "rule": ("#e4e1da", "#2d333b"),
    "rule-strong": ("#9a9a94", "#6f7782"),
    "range": ("#8b9199", "#6d7683"),
    "zero": ("#6b6f75", "#8b929c"),
    "reported": ("#c2410c", "#ff9a62"),
    "abnormal": ("#0b5cad", "#74b4f5"),
    "blue": ("#0a5aa6", "#72b2f3"),
    "teal": ("#00756a", "#45c2b1"),
    "vermilion": ("#c4450f", "#ff9c66"),
    "purple": ("#84479a", "#d7a0e6"),
    "ochre": ("#8c6500", "#e0b54b"),
    "slate": ("#55606e", "#a3adba"),
}


class Look(NamedTuple):
    """How one firm looks in every chart: colour, dash and marker, so that colour is never alone."""

    colour: str
    dash: str
    symbol: str


LOOKS = (
    Look("blue", "solid", "circle"),
    Look("vermilion", "8px,3px", "diamond"),
    Look("ochre", "2px,2px", "square"),
    Look("teal", "solid", "triangle-up"),
    Look("purple", "6px,2px,2px,2px", "cross"),
    Look("slate", "1px,2px", "x"),
)


def colour(name: str, alpha: float = 1.0) -> str:
    """Light colour of a token as Plotly text; the page shows its dark twin in the dark."""
    red, green, blue = (int(COLOURS[name][0][i : i + 2], 16) for i in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})" if alpha == 1 else f"rgba({red}, {green}, {blue}, {alpha})"


def look(position: int | None) -> Look:
    """Look of a firm by its place among those of the event; what is no firm looks grey.

    Colours come again after the last, then with other dashes and markers.
    """
    if position is None:
        return LOOKS[-1]
    again, place = divmod(position, len(LOOKS))
    other = LOOKS[(place + again) % len(LOOKS)]
    return Look(LOOKS[place].colour, other.dash, other.symbol)


def style_sheet() -> str:
    """CSS of the colour tokens in both schemes, and of the charts' colours mapped to them."""
    light = _properties(0)
    dark = _properties(1)
    chart = "".join(
        f'.js-plotly-plot [style*="{part}: {colour(name)}"]{{{part}:var(--{name})!important}}'
        for name in COLOURS
        for part in ("fill", "stroke")
    )
    return (
        f":root{{color-scheme:light;--sans:{SANS};--serif:{SERIF};{light}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light])"
        f"{{color-scheme:dark;{dark}}}}}"
        f"@media screen{{:root[data-theme=dark]{{color-scheme:dark;{dark}}}}}"
        f"{chart}"
    )


def _properties(scheme: int) -> str:
    return "".join(f"--{name}:{pair[scheme]};" for name, pair in COLOURS.items())


LETTER = 7.2  # pixels of a letter of a tick, at most
GAP = 4  # pixels between the words of two ticks
EDGE = 10  # pixels beyond a horizontal axis that words may use


# ---- the base of every chart -------------------------------------------------------------------

CONFIG: Any = {
    "displayModeBar": False,
    "responsive": True,
    "scrollZoom": False,
    "doubleClick": "reset",
}


def layout(height: int, **changes: Any) -> dict[str, Any]:
    """Layout of a chart of a fixed height: type, margins, grid, hover; `changes` replace parts."""
    return {"template": {"layout": template()}, "height": height, "autosize": True} | changes


def template() -> dict[str, Any]:
    """Defaults of every chart: type, colours, axes and hover."""
    axis = {
        "gridcolor": colour("rule"),
        "linecolor": colour("rule-strong"),
        "tickcolor": colour("rule-strong"),
        "zeroline": False,
        "tickfont": {"size": 12, "color": colour("ink-soft")},
        "title": {"font": {"size": 12, "color": colour("ink-soft")}, "standoff": 8},
        "automargin": False,
        "tickangle": 0,
        "fixedrange": True,
    }
    return {
        "font": {"family": SANS, "size": 13, "color": colour("ink")},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 52, "r": 16, "t": 16, "b": 48},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": colour("surface"),
            "bordercolor": colour("rule-strong"),
            "font": {"family": SANS, "size": 12, "color": colour("ink")},
            "align": "left",
        },
        "xaxis": axis | {"showgrid": False, "showline": True, "ticks": "outside", "ticklen": 4},
        "yaxis": axis | {"showgrid": True, "showline": False},
    }


def percent_axis(values: Iterable[float | None], steps: int = 5, pixels: float = 0) -> dict[str, Any]:
    """Range and ticks of an axis in percent that holds `values` (decimal) and zero.

    `pixels` is the length of a horizontal axis where it is shortest: ticks are then so far apart that
    their words stay clear of each other and of the edges.
    """
    low, high = _bounds(values)
    pad = 0.04 * (high - low)
    span = [low - pad, high + pad]
    step = _nice_step((high - low) / steps)
    ticks = _ticks(span, step)
    while pixels and len(ticks) > 2 and _touch(ticks, span, pixels):
        step = _nice_step(step * 1.01)
        ticks = _ticks(span, step)
    if pixels:
        ticks = [tick for tick in ticks if not _leaves(tick, span, pixels)]
    return {"range": span, "tickvals": ticks, "ticktext": [_tick(tick) for tick in ticks]}


def _ticks(span: list[float], step: float) -> list[float]:
    """Multiples of a step that lie within a span."""
    first, last = math.ceil(span[0] / step), math.floor(span[1] / step)
    return [k * step for k in range(first, last + 1)]


def _tick(tick: float) -> str:
    """A tick in words, with as many decimals as it has: a quarter of a percent is not 0.2 %."""
    rounded = round(tick, 6)
    digits = next(k for k in range(5) if round(100 * rounded, k) == round(100 * rounded, 4))
    return percent(rounded, digits) if rounded else f"0{SPACE}%"


def width(text: str) -> float:
    """Pixels of a tick's words, at most."""
    return LETTER * len(text)


def _touch(ticks: list[float], span: list[float], pixels: float) -> bool:
    """Whether the words of two neighbours are less than `GAP` apart."""
    per = pixels / (span[1] - span[0])
    return any((b - a) * per < (width(_tick(a)) + width(_tick(b))) / 2 + GAP for a, b in pairwise(ticks))


def _leaves(tick: float, span: list[float], pixels: float) -> bool:
    """Whether the words of a tick would be cut at an edge of the frame, `EDGE` beyond the axis."""
    place = (tick - span[0]) * pixels / (span[1] - span[0])
    half = width(_tick(tick)) / 2
    return place - half < -EDGE or place + half > pixels + EDGE


def multiple_axis(values: Iterable[float | None]) -> dict[str, Any]:
    """Range and ticks of an axis of logarithms, written as multiples of the usual."""
    low, high = _bounds(values)
    pad = 0.06 * (high - low)
    step = 1 if high - low < 4 else 2
    powers = range(math.ceil(low / math.log(2)), math.floor(high / math.log(2)) + 1)
    shown = [power for power in powers if power % step == 0]
    return {
        "range": [low - pad, high + pad],
        "tickvals": [power * math.log(2) for power in shown],
        "ticktext": [f"×{2.0**power:g}" for power in shown],
    }


def _bounds(values: Iterable[float | None]) -> tuple[float, float]:
    finite = [value for value in values if value is not None and math.isfinite(value)]
    low, high = min([0.0, *finite]), max([0.0, *finite])
    return (low, high) if high > low else (low - 0.01, high + 0.01)


def _nice_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(nice * power for nice in (1, 2, 2.5, 5, 10) if nice * power >= rough)
