"""Pages over the analysis. `create_app` takes a source of data and returns a Dash app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from dashboard.views.source import Collection
from dashboard.web.rights import Rights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dash import Dash

    from dashboard.views.source import OwnSource

__all__ = ["Collection", "Rights", "create_app"]


def create_app(
    source: Collection,
    *,
    read_only: bool = False,
    public: str = "",
    framers: str = "*",
    rights: Rights | None = None,
    metrics: bool = False,
    hosts: Sequence[str] = (),
) -> Dash:
    """The dashboard over a source of data, ready to be served (``app.server`` is the WSGI app).

    Parameters
    ----------
    source : Collection
    read_only : bool
        Refuse everything that changes something, such as *Refresh now*.
    public : str
        Address of the server as others know it, for cards and canonical links; empty if it has none.
    framers : str
        Who may frame a chart, as Content-Security-Policy names them.
    rights : Rights, optional
        Who may make events of their own; nobody by default. Then the source is an `OwnSource`.
    metrics : bool
        Serve figures for Prometheus.
    hosts : sequence of str
        Names under which the server answers; any by default.
    """
    from dash import ClientsideFunction, Input, Output, State
    from flask import abort, request

    from dashboard.render import packed
    from dashboard.render.pictures import Studio
    from dashboard.views.root import prefix
    from dashboard.web import (
        addresses,
        checks,
        downloads,
        new,
        permutation,
        refresh,
        server,
        share,
        shell,
        watch,
    )
    from dashboard.web.kept import TURNS
    from dashboard.web.mounted import Mounted
    from dashboard.web.replies import Replies
    from dashboard.web.site import Site

    app = share.App(
        __name__,
        title=shell.NAME,
        update_title=None,  # type: ignore[arg-type]
        index_string=shell.index(),
        requests_pathname_prefix=prefix() + "/",
        routes_pathname_prefix="/",
        assets_ignore=r"(theme\.js|embed\.js|new\.js|new\.css|favicon\.svg)",
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
        suppress_callback_exceptions=True,
    )
    studio, files = Studio(), packed.Kept()
    watch.register(app.server, source, metrics, {"pages": TURNS, "pictures": studio.turns})
    if hosts:
        server.hosts(app.server, hosts)

    def layout() -> Any:
        """With the notice, so that no page jumps; Dash asks before a first request too, be it ``/health``."""
        return shell.frame(refresh.first_notice(source) if request.path == server.LAYOUT else None)

    app.layout = layout
    site = Site(source, framed=framers != server.NOBODY)
    app.head = lambda path, search: share.head(site, path, search, public)
    replies = Replies(site)

    @app.callback(
        Output("main", "children"),
        Output("nav", "data-html"),
        Output("footer", "children"),
        Output("live", "children"),
        Output("title", "data"),
        Output("shown", "data"),
        Input("url", "pathname"),
        Input("url", "search"),
        State("shown", "data"),
    )
    @server.answering
    def show(pathname: Any, search: Any, shown: Any) -> tuple[Any, ...]:
        if not isinstance(pathname, str | None) or not isinstance(search, str | None):
            abort(400)
        return replies((pathname or "").removeprefix(prefix()) or "/", search or "", shown)

    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("aftershock", "title"),
        Output("title", "storage_type"),
        Input("title", "data"),
        State("shown", "data"),
    )
    refresh.register(app, source, read_only)
    permutation.register(app, site)
    server.monitors(app.server, source.ready)
    downloads.register(app.server, site, studio)
    share.register(app.server, site, studio, files)
    checks.register(app.server, site)
    new.register(app.server, cast("OwnSource", source), rights or Rights())
    server.drawing(app.server, files)
    server.lead(app.server, lambda path, query: addresses.moved(path, query, site.usual), site.problem)
    server.harden(app.server, app.csp_hashes(), files, framers)
    if prefix():
        app.server.wsgi_app = Mounted(app.server.wsgi_app, prefix())
    app.server.wsgi_app = watch.Logged(app.server.wsgi_app)
    return app
