"""The one visual language: colours, type, number formats and the base of every chart.

Charts are drawn once, in the light colours of `COLOURS`. Plotly writes a colour as
``rgb(...)`` into the style of each shape, so `style_sheet` can map every such colour to a CSS
custom property: charts follow light, dark and print like the rest of the page, without being
drawn again. A colour in a chart must therefore come from `colour`.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from analysis.market.events import Window

Scalar = Any  # a float, a NumPy or pandas scalar, or None

MINUS = "\u2212"
SPACE = "\u00a0"
DASH = "\u2013"

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
    "range": ("#b9bdc3", "#59616c"),
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


class Series(NamedTuple):
    """How one firm looks in every chart: colour, dash and marker, so that colour is never alone."""

    colour: str
    dash: str
    symbol: str


SERIES = (
    Series("blue", "solid", "circle"),
    Series("vermilion", "8px,3px", "diamond"),
    Series("ochre", "2px,2px", "square"),
    Series("teal", "solid", "triangle-up"),
    Series("purple", "6px,2px,2px,2px", "cross"),
    Series("slate", "1px,2px", "x"),
)


class Verdict(NamedTuple):
    """How a verdict looks: an icon beside its word, and a tone."""

    icon: str
    tone: str


def colour(name: str, alpha: float = 1.0) -> str:
    """Light colour of a token as Plotly text; the page shows its dark twin in the dark."""
    red, green, blue = (int(COLOURS[name][0][i : i + 2], 16) for i in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})" if alpha == 1 else f"rgba({red}, {green}, {blue}, {alpha})"


def series(position: int) -> Series:
    """Look of the firm at a position of its list; repeats after the last."""
    return SERIES[position % len(SERIES)]


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


# ---- numbers and dates as people read them ----------------------------------------------------


class Quantity(str):
    """Text of numbers (or dates) that remembers them, so that an export holds what a page shows."""

    values: tuple[Any, ...]
    unit: str

    def __new__(cls, text: str, values: tuple[Any, ...] = (), unit: str = "") -> Quantity:
        """Text as printed, with the raw values behind it and their unit."""
        quantity = super().__new__(cls, text)
        quantity.values, quantity.unit = values, unit
        return quantity


def missing(value: Scalar) -> bool:
    """Whether there is no number to print."""
    return value is None or not math.isfinite(value)


def number(value: Scalar, decimals: int = 2, signed: bool = False) -> str:
    """A number with a true minus sign; a dash where there is none.

    >>> number(-1.5), number(1.5, signed=True), number(None)
    ('−1.50', '+1.50', '–')
    """
    if value is None or missing(value):
        return DASH
    return Quantity(_written(value, decimals, signed), (float(value),))


def _written(value: float, decimals: int, signed: bool) -> str:
    text = f"{value:+,.{decimals}f}" if signed else f"{value:,.{decimals}f}"
    if not text.strip("+-0.,"):
        text = text.lstrip("+-")  # zero has no sign
    return text.replace("-", MINUS).replace(",", "\u202f")


def percent(value: Scalar, decimals: int = 2, signed: bool = True) -> str:
    """A decimal fraction as percent, signed.

    >>> percent(-0.16971).replace("\u00a0", " "), percent(0.0).replace("\u00a0", " ")
    ('−16.97 %', '0.00 %')
    """
    if value is None or missing(value):
        return DASH
    return Quantity(f"{_written(100 * value, decimals, signed)}{SPACE}%", (float(value),), "decimal")


def multiple(value: Scalar) -> str:
    """A difference of logarithms as a multiple.

    >>> multiple(math.log(2.5)), multiple(math.log(0.5))
    ('×2.5', '×0.50')
    """
    if missing(value):
        return DASH
    times = math.exp(value)
    return f"×{times:.2f}" if times < 1 else f"×{times:.1f}"


def interval(low: Scalar, high: Scalar, decimals: int = 2) -> str:
    """Two percentages as an interval."""
    if missing(low) or missing(high):
        return DASH
    text = f"{percent(low, decimals)} to {percent(high, decimals)}"
    return Quantity(text, (float(low), float(high)), "decimal")


def sentence(text: str) -> str:
    """Plain text of the analysis as a sentence: capital, true minus signs, full stop.

    >>> sentence("the close moved -3.07 %").replace("\u00a0", " ")
    'The close moved −3.07 %.'
    """
    text = re.sub(r"(?<![\w)])-(?=\d)", MINUS, text.strip()).replace(" %", f"{SPACE}%")
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def pvalue(value: Scalar) -> str:
    """A p-value as printed in papers: three decimals, never a bare zero."""
    if value is None or missing(value):
        return DASH
    return Quantity("< 0.001" if value < 0.001 else f"{value:.3f}", (float(value),), "probability")


def window(value: Window) -> str:
    """A window of event time, with true minus signs."""
    return str(value).replace("-", MINUS)


@lru_cache(4096)
def day(value: dt.date | np.datetime64) -> str:
    """A date as ``27 Jan 2025``."""
    date = value if isinstance(value, dt.date) else value.astype("datetime64[D]").item()
    return Quantity(f"{date.day}{SPACE}{date:%b}{SPACE}{date.year}", (date,), "date")


def moment(value: dt.datetime | None) -> str:
    """A time of day in UTC, or nothing."""
    return "" if value is None else f"{value.astimezone(dt.timezone.utc):%H:%M} UTC"


# ---- the base of every chart -------------------------------------------------------------------

CONFIG: Any = {
    "displayModeBar": False,
    "displaylogo": False,
    "showSendToCloud": False,
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


def percent_axis(values: Iterable[float | None], steps: int = 5, decimals: int = 0) -> dict[str, Any]:
    """Range and ticks of an axis in percent that holds `values` (decimal) and zero."""
    low, high = _bounds(values)
    step = _nice_step((high - low) / steps)
    ticks = [k * step for k in range(math.floor(low / step), math.ceil(high / step) + 1)]
    pad = 0.04 * (high - low)
    shown = [tick for tick in ticks if low - pad <= tick <= high + pad]
    places = max(decimals, 0 if step >= 0.01 else 1)
    return {
        "range": [low - pad, high + pad],
        "tickvals": shown,
        "ticktext": [percent(round(tick, 6), places) if round(tick, 6) else f"0{SPACE}%" for tick in shown],
    }


def multiple_axis(values: Iterable[Scalar]) -> dict[str, Any]:
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


# ---- words ---------------------------------------------------------------------------------------

VERDICTS = {
    "confirmed": Verdict("✓", "good"),
    "seen_intraday": Verdict("◐", "partly"),
    "contradicted": Verdict("✕", "bad"),
    "not_checkable": Verdict("?", "unknown"),
    "no_figure": Verdict("–", "neutral"),
}


def verdict(key: str) -> Verdict:
    """Look of a verdict; a plain dot for one that has none."""
    return VERDICTS.get(key, Verdict("•", "neutral"))
