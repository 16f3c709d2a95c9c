"""Components as finished HTML.

Dash asks every component of a page after every change whether it is concerned. A page has
hundreds of cells and options that never change by themselves, so they are sent as text, which
`assets/page.js` puts into place: a choice is answered several times sooner.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

VOID = {"br", "hr", "img", "input"}
NAMES = {
    "className": "class",
    "htmlFor": "for",
    "colSpan": "colspan",
    "rowSpan": "rowspan",
    "tabIndex": "tabindex",
}
CONTAINERS = (html.Section, html.Figure, html.Details)  # stay components, whatever is inside
OPERATED = (*CONTAINERS, html.Select)  # keep their element, so that who uses one is not interrupted


def markup(content: Any) -> str:
    """HTML of a component, a text or a list of them; every text and attribute is escaped."""
    return Writer().markup(content)


def frozen(content: Any) -> Any:
    """A page whose parts without charts and links of its own are finished HTML (in place).

    Such a part keeps its element and its id, so that a change is still sent to it; what was inside
    becomes its attribute ``data-html``.
    """
    if isinstance(content, (list, tuple)):
        return [frozen(part) for part in content]
    if not isinstance(content, Component):
        return content
    if isinstance(content, dcc.Markdown):
        written: dict[str, Any] = {"data-html": _rendered(content)}
        return html.Div(className=_class(content), **written)
    inside = getattr(content, "children", None)
    if not isinstance(content, CONTAINERS) and _still(inside):
        if any(isinstance(part, Component) for part in _parts(inside)):
            setattr(content, "data-html", markup(inside))
            content.children = None
    elif inside is not None:
        content.children = frozen(inside)
    return content


def _parts(content: Any) -> list[Any]:
    return list(content) if isinstance(content, (list, tuple)) else [content]


def _still(content: Any) -> bool:
    """Whether nothing inside is drawn, navigates or opens."""
    for part in _parts(content):
        if isinstance(part, Component):
            if type(part).__module__.startswith("dash.dcc") or isinstance(part, OPERATED):
                return False
            if not _still(getattr(part, "children", None)):
                return False
    return True


class Writer:
    """Writes components as HTML."""

    def markup(self, content: Any) -> str:
        """HTML of a component, a text or a list of them."""
        return "".join(self.parts(content))

    def parts(self, content: Any) -> Iterator[str]:
        """The HTML piece by piece."""
        if isinstance(content, (list, tuple)):
            for part in content:
                yield from self.parts(part)
        elif isinstance(content, Component):
            yield from self.element(content)
        elif content is not None:
            yield escape(str(content))

    def element(self, content: Component) -> Iterator[str]:
        """The HTML of one component."""
        if isinstance(content, dcc.Markdown):
            yield f'<div class="{escape(_class(content))}">{_rendered(content)}</div>'
            return
        name = "a" if isinstance(content, dcc.Link) else type(content).__name__.lower()
        properties = content.to_plotly_json()["props"].items()  # type: ignore[no-untyped-call]
        yield f"<{name}{''.join(self.attribute(*item) for item in properties)}>"
        if name not in VOID:
            yield from self.parts(getattr(content, "children", None))
            yield f"</{name}>"

    def attribute(self, name: str, value: Any) -> str:
        """An attribute with a space before it; empty for what HTML does not carry."""
        if name == "children" or value is None or value is False or isinstance(value, (list, dict)):
            return ""
        shown = NAMES.get(name, name)
        return f" {shown}" if value is True else f' {shown}="{escape(str(value))}"'


def _class(content: Any) -> str:
    return getattr(content, "className", "") or ""


def _rendered(content: Any) -> str:
    from markdown_it import MarkdownIt

    text = content.children if isinstance(content.children, str) else "\n".join(content.children or ())
    rendered: str = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    return rendered
