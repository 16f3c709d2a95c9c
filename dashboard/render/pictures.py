"""Charts as pictures for reports: one figure with title and caption, drawn by a headless browser."""

from __future__ import annotations

import copy
import os
import re
import shutil
import textwrap
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from html import escape
from typing import Any

from analysis.market.errors import EventStudyError
from dashboard.render import theme
from dashboard.render.figures import Figure, drawn
from dashboard.render.html import glyph
from dashboard.views import words
from dashboard.views.content import Chart, Exhibit

PICTURES = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
)
WIDTH = 960
PANEL_COLUMNS, PANEL_GAP = 3, 28
TITLE, KEY, PANEL_TITLE, LINE, EDGE = 72, 34, 48, 17, 24
OF_BARS = ("barmode", "bargap")  # what a layout says about bars of every panel
LETTERS_PER_LINE = 160
LAYERS = {"cartesianlayer": "charts", "layer-above": "marks", "infolayer": "words"}  # as an editor lists them
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


class NoBrowserError(EventStudyError):
    """No Chrome or Chromium to draw pictures with."""

    def __init__(self) -> None:
        super().__init__(
            "pictures need Chrome or Chromium: install it (Debian and Ubuntu: apt install chromium) "
            "or name it in BROWSER_PATH"
        )


@lru_cache
def browser() -> str | None:
    """Path of a Chrome or Chromium; None if there is none."""
    named = (os.environ.get("BROWSER_PATH"), os.environ.get("CHROMIUM"), *BROWSERS)
    return next((path for name in named if name and (path := shutil.which(name))), None)


class Studio:
    """One headless browser for all pictures of a process, started when the first is asked for.

    A browser that died is started again once; what it was drawing is drawn again.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running = False

    def __enter__(self) -> Studio:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def picture(self, exhibit: Exhibit, kind: str, subject: str = "", framed: bool = True) -> bytes:
        """A chart as svg, png (two pixels per point) or pdf; `subject` stands under its title.

        Raises
        ------
        NoBrowserError
            If there is no Chrome or Chromium.
        """
        figure = composed(exhibit, subject, framed)
        layout = figure["layout"]
        options = {"format": kind, "width": layout["width"], "height": layout["height"]}
        options["scale"] = 2 if kind == "png" else 1
        with self._lock:
            try:
                drawn = self._draw(figure, options)
            except (EventStudyError, KeyboardInterrupt):
                raise
            except Exception:
                self._stop()
                drawn = self._draw(figure, options)
        return _described(drawn, exhibit, subject) if kind == "svg" else drawn

    def close(self) -> None:
        """End the browser."""
        with self._lock:
            self._stop()

    def _draw(self, figure: Figure, options: dict[str, Any]) -> bytes:
        import kaleido

        if not self._running:
            path = browser()
            if path is None:
                raise NoBrowserError
            kaleido.start_sync_server(path=path, mathjax=False, timeout=60, silence_warnings=True)
            self._running = True
        return bytes(kaleido.calc_fig_sync(figure, opts=options))

    def _stop(self) -> None:
        if self._running:
            import kaleido

            self._running = False
            with suppress(Exception):
                kaleido.stop_sync_server(silence_warnings=True)


def _described(svg: bytes, exhibit: Exhibit, subject: str) -> bytes:
    """A picture that says what it is, to a screen reader and to whoever opens it to change it."""
    chart = exhibit.content
    assert isinstance(chart, Chart)
    title = f"{exhibit.title}, {subject}" if subject else exhibit.title
    about = escape(" ".join((chart.summary, *_caption(chart))))
    told = f"<title>{escape(title)}</title><desc>{about}</desc>"
    text = re.sub(r"(<svg\b[^>]*>)", lambda found: found[0] + told, svg.decode(), count=1)
    for layer, name in LAYERS.items():
        text = text.replace(f'<g class="{layer}"', f'<g id="{name}" class="{layer}"', 1)
    return text.encode()


def composed(exhibit: Exhibit, subject: str = "", framed: bool = True) -> Figure:
    """One figure of fixed size from a chart: its panels in a grid, its title above, its caption below.

    Not `framed`, for a page that prints title and caption itself, it leaves no room for them.
    """
    chart = exhibit.content
    assert isinstance(chart, Chart)
    figures = drawn(chart)
    columns = min(PANEL_COLUMNS, len(figures))
    titled = PANEL_TITLE if chart.panels[0].title else 0
    inner = figures[0]["layout"]["height"]
    cell = inner + titled
    caption = _caption(chart) if framed else []
    above = TITLE if framed else KEY if chart.marks else 0
    below = 20 + LINE * len(caption) if caption else 0
    height = above + -(-len(figures) // columns) * cell + below
    layout: dict[str, Any] = {
        "template": {"layout": theme.template()},
        "width": WIDTH, "height": height, "paper_bgcolor": theme.colour("surface"),
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0}, "shapes": [], "annotations": [],
        **{name: value for name, value in figures[0]["layout"].items() if name in OF_BARS},
    }  # fmt: skip
    data: list[dict[str, Any]] = []
    wide = (WIDTH - 2 * EDGE - PANEL_GAP * (columns - 1)) / columns
    for i, (panel, figure) in enumerate(zip(chart.panels, figures, strict=True)):
        left = EDGE + (i % columns) * (wide + PANEL_GAP)
        top = above + (i // columns) * cell
        data += _place(figure, i + 1, (left, top + titled, wide, inner), height, layout)
        if panel.title:
            told = f"<b>{panel.title}</b><br>{panel.result}"
            layout["annotations"].append(_words(told, left, top, height, 13))
    layout["annotations"] += [
        _words(f"<b>{exhibit.title}</b>" if framed else "", EDGE, 14, height, 20),
        _words(_subtitle(chart, subject), EDGE, above - 30, height, 12, "ink-soft"),
        _words("<br>".join(caption), EDGE, height - below + 8, height, 11, "ink-soft"),
    ]
    return {"data": data, "layout": layout}


def _caption(chart: Chart) -> list[str]:
    """The caption, broken into lines."""
    told = chart.caption
    return textwrap.wrap(f"{told.shows} {told.method} {words.credit(told.credit)}", LETTERS_PER_LINE)


def _subtitle(chart: Chart, subject: str) -> str:
    """The subject and the key to the marks, on one line."""
    known = [(GLYPHS[glyph(mark)], told) for mark, told in chart.marks if glyph(mark) in GLYPHS]
    marks = [f'<span style="color:{theme.colour(name)}">{sign}</span> {told}' for (sign, name), told in known]
    return "   ".join(part for part in (subject, *marks) if part)


def _words(text: str, x: float, y: float, height: float, size: int, name: str = "ink") -> dict[str, Any]:
    """Words at a place given in pixels from the top left corner."""
    place = {"xref": "paper", "yref": "paper", "x": x / WIDTH, "y": 1 - y / height}
    font = {"size": size, "color": theme.colour(name), "family": theme.SANS}
    anchors = {"xanchor": "left", "yanchor": "top", "align": "left", "showarrow": False}
    return {"text": text, "font": font, **place, **anchors}


def _place(
    figure: Figure,
    number: int,
    frame: tuple[float, float, float, float],
    height: float,
    layout: dict[str, Any],
) -> Iterator[dict[str, Any]]:
    """Put one figure into a frame of the whole (left, top, width, height in pixels); yields its traces."""
    left, top, wide, high = frame
    own = copy.deepcopy(figure["layout"])
    margin = {"l": 52, "r": 16, "t": 16, "b": 48} | own.get("margin", {})
    across = [(left + margin["l"]) / WIDTH, (left + wide - margin["r"]) / WIDTH]
    upward = [1 - (top + high - margin["b"]) / height, 1 - (top + margin["t"]) / height]
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
