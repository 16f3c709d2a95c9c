"""The frame around every page: header, navigation, main part, footer, and the HTML that carries it."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from string import Template
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.render import theme
from dashboard.render.html import tag
from dashboard.views import captions, words
from dashboard.views.case import Case
from dashboard.views.choices import Choices
from dashboard.views.pages import PAGES, outside, place
from dashboard.views.root import prefix, rooted
from dashboard.web.components import aria

NAME = "Aftershock"

INDEX = Template("""<!DOCTYPE html>
<html lang="en">
<head>
{%metas%}
<title>{%title%}</title>
<link rel="icon" type="image/svg+xml" href="$root/assets/favicon.svg">
<script src="$root/assets/theme.js"></script>
<style>$style</style>
{%css%}
</head>
<body>
<noscript>This page draws its charts with JavaScript. Without it, run
<code>python app.py reported</code> and <code>python app.py study</code>.</noscript>
{%app_entry%}
{%config%}
{%scripts%}
{%renderer%}
</body>
</html>""")


def index() -> str:
    """The HTML that carries every page, with the places that Dash fills."""
    return INDEX.substitute(style=theme.style_sheet(), root=prefix())


def window(title: str, event: str = "") -> str:
    """Title of the window of a page, of an event or none."""
    return " – ".join(part for part in (title, event, NAME) if part)


def frame(state: Any = None) -> Component:
    """The frame, with empty places that the address fills; `state` is what every page has to say."""
    return html.Div(
        [
            dcc.Location(id="url", refresh="callback-nav"),
            dcc.Store(id="title"),
            dcc.Store(id="shown"),
            html.A("Skip to content", href="#main", className="skip"),
            html.Header(
                [
                    html.Div(
                        [_brand(), html.Nav(id="nav", **aria(label="Pages")), _theme_button()],
                        className="bar wide",
                    )
                ],
                className="masthead",
            ),
            dcc.Interval(id="pulse", interval=30_000),
            html.Main(id="main", className="wide", tabIndex=-1),
            html.Footer(
                [
                    html.Div(html.Div(state, id="state"), className="wide"),
                    html.Div(id="footer", className="wide"),
                ],
                className="colophon",
            ),
            html.Div(id="live", className="visually-hidden", role="status", **aria(live="polite")),
        ]
    )


def _brand() -> Component:
    mark = html.Span(className="mark", **aria(hidden="true"))
    return html.A([mark, NAME], href=rooted("/"), className="brand")


def _theme_button() -> Component:
    return html.Button(
        html.Span(className="moon", **aria(hidden="true")),
        id="theme-toggle",
        type="button",
        title="Switch between light and dark",
        **aria(label="Switch between light and dark"),
    )


@lru_cache(32)
def navigation(path: str, choices: Choices | None, usual: str, event: str = "") -> str:
    """The event by name and links to its pages, with the reader's choices; without any to those outside."""
    above = tag("p", escape(event), id="event", title=event) if event else ""
    items = []
    for page in PAGES if choices else outside():
        address = place(page.PATH, choices, usual) if choices else rooted(page.PATH)
        current = "page" if path == page.PATH else "false"
        name = page.TITLE.lower().replace(" ", "-")
        link = tag("a", escape(page.TITLE), href=address, id=f"link-{name}")
        items.append(tag("li", link, aria_current=current))
    return above + tag("ul", *items, id="pages")


def footer(case: Case) -> list[Component]:
    """Where the numbers come from, and what they are not."""
    return [
        html.P(words.credit(captions.provenance(case))),
        html.P("Daily closes tell what prices did, not why. Not investment advice."),
    ]
