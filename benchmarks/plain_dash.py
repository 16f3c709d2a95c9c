"""The charts of every page as a plain Dash page has them: `dcc.Graph`s that one callback draws anew.

``python -m benchmarks.plain_dash`` serves them under ``/plain/<page>/`` and says where. The figures are
computed, and kept, as on our own pages; the choices of a query are put into the store ``search``.
"""

from __future__ import annotations

import sys
from typing import Any

import waitress
from dash import Dash, Input, Output, dcc, html, no_update
from flask import Flask

from commands.lean import pandas_alone
from commands.source import DEFAULT_EVENT, Source
from dashboard.views.pages import PAGES, slug
from dashboard.web.components import graphs
from dashboard.web.site import Site


def plain(site: Site, path: str, server: Flask) -> None:
    """Add the page with the charts of one of ours to a server."""

    def figures(search: str) -> dict[str, dcc.Graph]:
        return {graph.id: graph for graph in graphs(site.body(path, site.choices(DEFAULT_EVENT, search)))}

    first = figures("")
    page = Dash(__name__, server=server, url_base_pathname=f"/plain/{slug(path)}/")
    page.layout = html.Div(
        [
            dcc.Store(id="search"),
            html.Main([html.Div(graph, className="plot") for graph in first.values()], id="main"),
        ]
    )

    @page.callback(
        [Output(name, "figure") for name in first], Input("search", "data"), prevent_initial_call=True
    )
    def show(search: str) -> list[Any]:
        now = figures(search)
        return [now[name].figure if name in now else no_update for name in first]


def main() -> None:
    """Serve until stopped."""
    pandas_alone()
    site, flask = Site(Source()), Flask(__name__)
    for page in PAGES:
        if graphs(site.body(page.PATH, site.choices(DEFAULT_EVENT, ""))):
            plain(site, page.PATH, flask)
    server: Any = waitress.create_server(flask, port=0)
    print(f"http://127.0.0.1:{server.effective_port}", file=sys.stderr, flush=True)
    server.run()


if __name__ == "__main__":
    main()
