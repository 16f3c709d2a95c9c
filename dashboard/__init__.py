"""Pages over the analysis. `create_app` takes a source of data and returns a Dash app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard.source import DataSource

if TYPE_CHECKING:
    from dash import Dash

__all__ = ["DataSource", "create_app"]


def create_app(source: DataSource, *, read_only: bool = False) -> Dash:
    """The dashboard over a source of data, ready to be served (``app.server`` is the WSGI app).

    Parameters
    ----------
    source : DataSource
    read_only : bool
        Leave out everything that changes something, such as *Refresh now*.
    """
    from dash import ClientsideFunction, Dash, Input, Output

    from dashboard import server, shell
    from dashboard.pages import BY_PATH
    from dashboard.site import Site

    app = Dash(
        "dashboard",
        title=shell.NAME,
        update_title=None,  # type: ignore[arg-type]
        index_string=shell.INDEX,
        assets_ignore=r"(theme\.js|favicon\.svg)",
        meta_tags=[
            {"name": "viewport", "content": "width=device-width, initial-scale=1"},
            {"name": "description", "content": shell.DESCRIPTION},
        ],
        suppress_callback_exceptions=True,
    )
    app.layout = shell.frame()
    site = Site(source)

    @app.callback(
        Output("main", "children"),
        Output("nav", "children"),
        Output("footer", "children"),
        Output("live", "children"),
        Output("title", "data"),
        Input("url", "pathname"),
        Input("url", "search"),
    )
    def show(pathname: str | None, search: str | None) -> tuple[Any, ...]:
        return show_page(site, pathname, search)

    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("aftershock", "title"), Output("title", "storage_type"), Input("title", "data")
    )
    server.harden(app.server, app.csp_hashes(), tuple(BY_PATH))
    return app


def show_page(site: Any, pathname: str | None, search: str | None) -> tuple[Any, ...]:
    """Main part, navigation, footer, announcement and title for an address."""
    from dashboard import shell, state

    answer = site.answer(pathname or "/", search or "")
    title = f"{answer.title} – {shell.NAME}"
    navigation = shell.navigation(pathname or "/", state.query(answer.view))
    return answer.body, navigation, shell.footer(site.case(answer.view)), f"{answer.title} loaded", title
