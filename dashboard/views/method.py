"""Method: how the numbers are made, from docs/methodology.md."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.views.case import Case
from dashboard.web import blocks

PATH = "/method"
TITLE = "Method"
CONTROLS: tuple[str, ...] = ()

METHODOLOGY = Path(__file__).parents[2] / "docs" / "methodology.md"


def layout(case: Case) -> list[Component]:
    """The methodology as it stands in the repository."""
    title, text = methodology()
    heading = html.Div([html.H1(title)], className="finding")
    if not text:
        return [heading, blocks.message("The methodology is missing.", f"It belongs in {METHODOLOGY.name}.")]
    return [heading, dcc.Markdown(text, className="prose", link_target="_self")]


@cache
def methodology() -> tuple[str, str]:
    """Title and text of the methodology; an empty text where there is none."""
    if not METHODOLOGY.exists():
        return "Method", ""
    first, _, rest = METHODOLOGY.read_text(encoding="utf-8").partition("\n")
    return first.removeprefix("# ").strip(), rest
