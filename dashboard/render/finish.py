"""What a drawn picture still lacks: its title, what it says, and names for its parts."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from dashboard.render.compose import Frame
from dashboard.views import words
from dashboard.views.content import Chart, Exhibit, Panel

SVG = "{http://www.w3.org/2000/svg}"
LAYERS = {"layer-below": "guides", "cartesianlayer": "charts", "layer-above": "marks", "infolayer": "words"}
PARTS = {
    "gridlayer": "grid",
    "plot": "data",
    "xaxislayer-above": "horizontal-axis",
    "yaxislayer-above": "vertical-axis",
}


def title_of(exhibit: Exhibit, frame: Frame) -> str:
    """The title of a chart and its subject."""
    return f"{exhibit.title} – {frame.subject}" if frame.subject else exhibit.title


def about(exhibit: Exhibit, frame: Frame) -> str:
    """What a chart shows, how it was made, whose data it is and where it stands."""
    chart = exhibit.content
    assert isinstance(chart, Chart)
    told = chart.caption
    parts = (chart.summary, told.shows, told.method, words.credit(told.credit), frame.address)
    return " ".join(filter(None, parts))


def plain(drawn: bytes, exhibit: Exhibit, frame: Frame) -> bytes:
    """A picture that can say nothing of itself."""
    return drawn


def svg(drawn: bytes, exhibit: Exhibit, frame: Frame) -> bytes:
    """A drawing that says what it is, to a screen reader and to whoever opens it to change it.

    Its groups are named as an editor lists them: ``charts``, in it one for each panel, in that its parts.
    """
    for name, space in (("", SVG[1:-1]), ("xlink", "http://www.w3.org/1999/xlink")):
        ElementTree.register_namespace(name, space)
    root = ElementTree.fromstring(drawn)
    _prune(root)
    chart = exhibit.content
    assert isinstance(chart, Chart)
    _name(root, chart.panels)
    for place, (name, text) in enumerate(
        (("title", title_of(exhibit, frame)), ("desc", about(exhibit, frame)))
    ):
        told = Element(SVG + name)
        told.text = text
        root.insert(place, told)
    return ElementTree.tostring(root, encoding="unicode").encode()


def _prune(parent: Element) -> None:
    """Take out groups that hold nothing."""
    for child in list(parent):
        _prune(child)
        if child.tag == f"{SVG}g" and not len(child):
            parent.remove(child)


def _name(root: Element, panels: Sequence[Panel]) -> None:
    """Ids of the groups that somebody who changes the drawing looks for."""
    for layer in root.findall(f"{SVG}g"):
        if layer.get("class", "") in LAYERS:
            layer.set("id", LAYERS[layer.get("class", "")])
    drawn = (group for group in root.iter(f"{SVG}g") if _kind(group) == "subplot")
    for group, panel in zip(drawn, panels, strict=False):
        _name_parts(group, panel)


def _name_parts(group: Element, panel: Panel) -> None:
    """Ids of a panel, its axes and each of its lines, bars or dots."""
    name = _identifier(panel.title) or "chart"
    group.set("id", name)
    parts = list(group.iter(f"{SVG}g"))
    for part in parts:
        if _kind(part) in PARTS:
            part.set("id", f"{name}-{PARTS[_kind(part)]}")
    traces = [part for part in parts if _kind(part) == "trace"]
    known = [series.of or series.role for series in panel.series]
    for place, trace in enumerate(traces):
        told = known[place] if len(known) == len(traces) else _kind(trace[0])
        trace.set("id", f"{name}-{_identifier(told)}-{place + 1}")


def _kind(group: Element) -> str:
    return group.get("class", "").partition(" ")[0]


def _identifier(text: str) -> str:
    return re.sub(r"\W+", "-", text).strip("-")


def pdf(drawn: bytes, exhibit: Exhibit, frame: Frame) -> bytes:
    """A document that has the title of its chart."""
    from pypdf import PdfWriter

    writer = PdfWriter(clone_from=io.BytesIO(drawn))
    named = {"/Title": title_of(exhibit, frame), "/Subject": about(exhibit, frame), "/Creator": "Aftershock"}
    writer.add_metadata(named)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


FINISHES: dict[str, Callable[[bytes, Exhibit, Frame], bytes]] = {"svg": svg, "pdf": pdf}
