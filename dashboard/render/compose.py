"""One figure of a given size from a chart: its panels in a grid, title and key above, caption below."""

from __future__ import annotations

import copy
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import compress
from typing import Any, NamedTuple

from dashboard.render import theme
from dashboard.render.figures import Figure, drawn
from dashboard.render.html import glyph
from dashboard.views import words
from dashboard.views.content import Chart, Exhibit


class Size(NamedTuple):
    """How large a picture is; without a height it is as high as its chart.

    `panel` and `columns` are the narrowest of several panels, and how many stand side by side at most;
    `flat` is the part of its height that a chart keeps which has no rows.
    """

    label: str
    width: int
    height: int = 0
    panel: int = 190
    columns: int = 3
    flat: float = 1.0


SIZES = {
    "article": Size("Article, 680 wide", 680),
    "square": Size("Square, 1080 × 1080", 1080, 1080),
    "card": Size("Card, 1200 × 630", 1200, 630),
}
USUAL = "article"

PANEL_GAP, PANEL_TITLE = 28, 48
ALONE = 480  # pixels of a chart of one panel, at least
EDGE = 24
TITLE, LINE, SMALL = (20, 27, 11.0), (12, 18, 6.4), (11, 17, 5.8)  # size, height of a line, width of a letter
ZOOMS = [zoom / 50 for zoom in range(100, 14, -1)]
CLOSE = {"claims": "close-claims", "spread": "close-spread"}  # where there is more width than on a phone
OF_BARS = ("barmode", "bargap", "uniformtext")  # what a layout says about bars of every panel
GLYPHS = {
    "diamond": ("◇", "reported"),
    "dot": ("●", "ink"),
    "ring": ("○", "ink"),
    "bar": ("▬", "range"),
    "square": ("■", "abnormal"),
    "outlet": ("◇", "purple"),
    "drift": ("■", "range"),
    "market": ("■", "slate"),
    "abnormal-bar": ("■", "abnormal"),
    **{f"line {look.colour}": ("━", look.colour) for look in theme.LOOKS},
}


class Lines(NamedTuple):
    """What stands around a chart, broken into lines."""

    title: Sequence[str]
    key: Sequence[str]
    caption: Sequence[str]

    @property
    def above(self) -> int:
        """Pixels above the chart."""
        high = TITLE[1] * len(self.title) + LINE[1] * len(self.key)
        return high + (14 if self.title else 0) + (12 if high else 0)

    @property
    def below(self) -> int:
        """Pixels below the chart."""
        return 20 + SMALL[1] * len(self.caption) if self.caption else 0


class Grid(NamedTuple):
    """Pixels of the whole, columns of panels, the height of the drawing in each, and the edge around."""

    width: float
    height: float
    columns: int
    inner: float
    edge: float


@dataclass(frozen=True)
class Frame:
    """What is printed around a chart: nothing but its key on a page that prints title and caption itself."""

    title: str = ""
    subject: str = ""
    address: str = ""
    framed: bool = True

    @property
    def edge(self) -> int:
        """Pixels left and right of everything."""
        return EDGE if self.framed else 0

    def lines(self, chart: Chart, width: float, brief: bool) -> Lines:
        """Title, key and caption for a width; a brief caption has what an asterisk means, and the credit."""
        known = [(GLYPHS[glyph(mark)], told) for mark, told in chart.marks if glyph(mark) in GLYPHS]
        key = [(len(told) + 3, f'<span style="color:{theme.colour(name)}">{sign}</span> {told}')
               for (sign, name), told in known]  # fmt: skip
        if not self.framed:
            return Lines((), _packed(key, width, LINE), ())
        told = words.brief_caption(chart.caption) if brief else words.caption(chart.caption)
        caption = [*_wrapped(told, width, SMALL), *_wrapped(self.address, width, SMALL)]
        subject = [(len(self.subject) + 3, self.subject)] if self.subject else []
        return Lines(_wrapped(self.title, width, TITLE), _packed([*subject, *key], width, LINE), caption)


PLAIN = Frame()


def composed(exhibit: Exhibit, frame: Frame = PLAIN, size: Size = SIZES[USUAL]) -> Figure:
    """One figure from a chart, of the proportions of `size`; whoever draws it scales it to that width."""
    chart = exhibit.content
    assert isinstance(chart, Chart)
    frame = replace(frame, title=exhibit.title)
    if size.height:
        chart, frame, grid = _filling(chart, frame, size)
    else:
        grid = _grid(chart, frame, size)
    return _drawn(chart, frame.lines(chart, grid.width, bool(size.height)), grid)


def _grid(chart: Chart, frame: Frame, size: Size) -> Grid:
    """A grid of the width of a size, as high as it comes, with rows of panels as long as each other."""
    figures = drawn(chart)
    most = max(1, min(size.columns, len(figures), _side_by_side(size.width - 2 * frame.edge, size)))
    rows = -(-len(figures) // most)
    lines = frame.lines(chart, size.width, brief=False)
    inner = figures[0]["layout"]["height"] * (1 if chart.rows or chart.ticks else size.flat)
    high = rows * (inner + _titled(chart))
    return Grid(size.width, lines.above + high + lines.below, -(-len(figures) // rows), inner, frame.edge)


def _side_by_side(width: float, size: Size) -> int:
    return int((width + PANEL_GAP) // (size.panel + PANEL_GAP))


def _filling(chart: Chart, frame: Frame, size: Size) -> tuple[Chart, Frame, Grid]:
    """The grid that fills a size, with as few rows as it takes to keep the words readable; that is said."""
    every, readable = len(chart.rows), [zoom for zoom in ZOOMS if zoom >= 1]
    for rows in range(every, 2, -1):
        fewer = chart if rows == every else first_rows(chart, rows)
        said = [frame.subject] if rows == every else [frame.subject, f"the first {rows} of {every} rows"]
        told = replace(frame, subject="; ".join(filter(None, said)))
        if grid := _largest(fewer, told, size, readable):
            return fewer, told, grid
    grid = _largest(chart, frame, size, ZOOMS)
    assert grid is not None
    return chart, frame, grid


def _largest(chart: Chart, frame: Frame, size: Size, zooms: Sequence[float]) -> Grid | None:
    """The grid in which a chart is drawn largest, stretched to fill a size; None where it is too small."""
    figures = drawn(chart)
    inner, count = figures[0]["layout"]["height"], len(figures)
    for zoom in zooms:
        width, height = size.width / zoom, size.height / zoom
        lines = frame.lines(chart, width, brief=True)
        columns = min(count, _side_by_side(width - 2 * frame.edge, size))
        rows = -(-count // max(columns, 1))
        free = (height - lines.above - lines.below) / rows - _titled(chart)
        if free >= inner and columns and (count > 1 or width >= ALONE):
            return Grid(width, height, -(-count // rows), free, frame.edge)
    return None


def close(chart: Chart) -> Chart:
    """A chart with its rows as close as a wide picture allows."""
    return replace(chart, kind=CLOSE.get(chart.kind, chart.kind))


def first_rows(chart: Chart, rows: int) -> Chart:
    """A chart of its first rows."""
    (panel,) = chart.panels
    series = []
    for each in panel.series:
        kept = [at < rows for at in each.at]
        fewer: dict[str, Any] = {
            field.name: tuple(compress(value, kept))
            for field in fields(each)
            if isinstance(value := getattr(each, field.name), tuple)
        }
        series.append(replace(each, **fewer))
    return replace(chart, rows=chart.rows[:rows], panels=(replace(panel, series=tuple(series)),))


def _titled(chart: Chart) -> int:
    return PANEL_TITLE if chart.panels[0].title else 0


def _drawn(chart: Chart, lines: Lines, grid: Grid) -> Figure:
    """Every panel of a chart in its place, with the words around."""
    figures, titled = drawn(chart), _titled(chart)
    layout: dict[str, Any] = {
        "template": {"layout": theme.template()},
        "width": grid.width, "height": grid.height, "paper_bgcolor": theme.colour("surface"),
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0}, "shapes": [], "annotations": [],
        **{name: value for name, value in figures[0]["layout"].items() if name in OF_BARS},
    }  # fmt: skip
    data: list[dict[str, Any]] = []
    wide = (grid.width - 2 * grid.edge - PANEL_GAP * (grid.columns - 1)) / grid.columns
    for i, (panel, figure) in enumerate(zip(chart.panels, figures, strict=True)):
        left = grid.edge + (i % grid.columns) * (wide + PANEL_GAP)
        top = lines.above + (i // grid.columns) * (grid.inner + titled)
        data += _place(figure, i + 1, (left, top + titled, wide, grid.inner), grid, layout)
        if panel.title:
            told = [f"<b>{panel.title}</b>", panel.result]
            layout["annotations"].append(_words(told, (left, top), grid, 13))
    title = [f"<b>{line}</b>" for line in lines.title]
    key = lines.above - 12 - LINE[1] * len(lines.key)
    layout["annotations"] += [
        _words(title, (grid.edge, 14), grid, TITLE[0]),
        _words(lines.key, (grid.edge, key), grid, LINE[0], "ink-soft"),
        _words(lines.caption, (grid.edge, grid.height - lines.below + 8), grid, SMALL[0], "ink-soft"),
    ]
    return {"data": data, "layout": layout}


def _wrapped(text: str, width: float, look: tuple[int, int, float]) -> list[str]:
    return textwrap.wrap(text, int((width - 2 * EDGE) / look[2]))


def _packed(parts: Sequence[tuple[int, str]], width: float, look: tuple[int, int, float]) -> list[str]:
    """Parts, each with its letters, set one beside the other in as few lines as hold them."""
    rows: list[list[str]] = []
    room = 0.0
    for letters, part in parts:
        if letters > room:
            rows.append([])
            room = (width - 2 * EDGE) / look[2]
        rows[-1].append(part)
        room -= letters
    return ["   ".join(row) for row in rows]


def _words(
    lines: Sequence[str], at: tuple[float, float], grid: Grid, size: int, name: str = "ink"
) -> dict[str, Any]:
    """Words at a place given in pixels from the top left corner."""
    place = {"xref": "paper", "yref": "paper", "x": at[0] / grid.width, "y": 1 - at[1] / grid.height}
    font = {"size": size, "color": theme.colour(name), "family": theme.SANS}
    anchors = {"xanchor": "left", "yanchor": "top", "align": "left", "showarrow": False}
    return {"text": "<br>".join(lines), "font": font, **place, **anchors}


def _place(
    figure: Figure,
    number: int,
    frame: tuple[float, float, float, float],
    grid: Grid,
    layout: dict[str, Any],
) -> Iterator[dict[str, Any]]:
    """Put one figure into a frame of the whole (left, top, width, height in pixels); yields its traces."""
    left, top, wide, high = frame
    own = copy.deepcopy(figure["layout"])
    margin = {"l": 52, "r": 16, "t": 16, "b": 48} | own.get("margin", {})
    across = [(left + margin["l"]) / grid.width, (left + wide - margin["r"]) / grid.width]
    upward = [1 - (top + high - margin["b"]) / grid.height, 1 - (top + margin["t"]) / grid.height]
    suffixes = sorted({key[5:] for key in own if key.startswith(("xaxis", "yaxis"))} | {""})
    names = {suffix: str(number) if suffix == "" else f"{number}{suffix}" for suffix in suffixes}
    for suffix, name in names.items():
        for axis, span, other in (("x", across, "y"), ("y", upward, "x")):
            given = own.get(f"{axis}axis{suffix}", {})
            low, high_end = given.get("domain", (0, 1))
            size = span[1] - span[0]
            domain = [span[0] + low * size, span[0] + high_end * size]
            anchor = _renamed(given.get("anchor", other + suffix), names)
            layout[f"{axis}axis{name}"] = {**given, "domain": domain, "anchor": anchor}
            if "matches" in given:
                layout[f"{axis}axis{name}"]["matches"] = _renamed(given["matches"], names)
    for kind in ("shapes", "annotations"):
        layout[kind] += [_moved(mark, names, across, upward) for mark in own.get(kind, ())]
    for trace in figure["data"]:
        axes = {f"{a}axis": _renamed(trace.get(f"{a}axis", a), names) for a in "xy"}
        yield {**trace, **axes}


def _renamed(reference: str, names: dict[str, str]) -> str:
    """An axis name such as ``x2`` in the figure as the axis of the whole."""
    return reference if reference in ("free", "paper") else reference[0] + names[reference[1:]]


def _moved(
    mark: dict[str, Any], names: dict[str, str], across: list[float], upward: list[float]
) -> dict[str, Any]:
    """A shape or annotation with its references and paper coordinates in terms of the whole."""
    moved = dict(mark)
    if mark.get("bgcolor") == theme.colour("paper"):
        moved["bgcolor"] = theme.colour("surface")
    for axis, span in (("x", across), ("y", upward)):
        reference = mark.get(f"{axis}ref", axis)
        if reference == "paper":
            for key in (axis, f"{axis}0", f"{axis}1"):
                if key in mark:
                    moved[key] = span[0] + mark[key] * (span[1] - span[0])
        else:
            first, _, rest = reference.partition(" ")
            moved[f"{axis}ref"] = f"{_renamed(first, names)} {rest}".strip()
    return moved
