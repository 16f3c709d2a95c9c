"""One chart as a page that others frame: it draws itself, credits its data and leads to where it stands."""

from __future__ import annotations

from html import escape

from dashboard.render import files, html, theme
from dashboard.render.figures import drawn
from dashboard.views.content import Chart, Exhibit, View
from dashboard.views.root import rooted

NAME = "Aftershock"


def page(exhibit: Exhibit, view: View, address: str, plotly: str) -> str:
    """The page of a chart.

    Parameters
    ----------
    address : str
        Where the chart stands among others.
    plotly : str
        Where Plotly is.
    """
    chart = exhibit.content
    assert isinstance(chart, Chart)
    figures = drawn(chart)
    title = f"{exhibit.title} – {view.event}"
    panels = (
        _panel(panel.title, panel.result, panel.title or chart.summary, figure["layout"]["height"])
        for panel, figure in zip(chart.panels, figures, strict=True)
    )
    key = html.tag("ul", html.key(chart.marks), class_="key") if chart.marks else ""
    body = html.tag("div", *panels, class_="multiples" if chart.panels[0].title else None)
    more = html.tag("a", f"{NAME}: more on this", href=address, target="_blank", rel="noopener")
    caption = html.tag("figcaption", html.caption(chart.caption), html.tag("span", more))
    head = html.tag("p", escape(view.event), class_="eyebrow") + html.tag("h1", escape(exhibit.title))
    figured = files.script([figures, theme.CONFIG])
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{escape(title)}</title>'
        f'<style>{theme.style_sheet()}</style><link rel="stylesheet" href="{rooted("/assets/page.css")}">'
        f'<link rel="icon" type="image/svg+xml" href="{rooted("/assets/favicon.svg")}">'
        f'<script src="{escape(plotly)}"></script>'
        f'<script src="{rooted("/assets/embed.js")}" defer></script></head>'
        f'<body class="embedded"><main><figure class="chart">{head}{key}{body}{caption}</figure></main>'
        f'<script type="application/json" id="drawn">{figured}</script></body></html>'
    )


def _panel(title: str, result: str, label: str, height: int) -> str:
    words = (
        html.tag("h3", escape(title)) + html.tag("p", escape(result), class_="soft small") if title else ""
    )
    style = f"height:{height}px"
    plot = html.tag("div", class_="plot", role="img", aria_label=f"{label} {result}".strip(), style=style)
    return html.tag("div", words, plot, class_="panel")
