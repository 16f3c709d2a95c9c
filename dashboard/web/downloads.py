"""Taking a chart or table away: links under each exhibit, and the addresses that they lead to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dash import html
from dash.development.base_component import Component

from analysis.market.errors import EventStudyError
from dashboard.render import exhibits, exports
from dashboard.render.exhibits import Exhibit
from dashboard.render.markup import markup
from dashboard.render.pictures import PICTURES, NoBrowserError, Studio, browser
from dashboard.views.case import Case
from dashboard.web import state
from dashboard.web.state import View
from dashboard.web.tables import aria

if TYPE_CHECKING:
    from flask import Flask

    from dashboard.web.site import Site

KEPT_FILES = 64
ADDRESS, TABLE = "/download", "/table"


def slug(path: str) -> str:
    """Name of a page in addresses and file names."""
    return path.strip("/") or "overview"


def file_name(view: View, exhibit_key: str, kind: str) -> str:
    """Stable name of a downloaded file."""
    return f"{view.event}_{exhibit_key}.{kind}"


def with_links(body: Sequence[Component], path: str, case: Case) -> list[Component]:
    """The body of a page with a line of links under every chart and table that can be taken away."""
    for heading, component in list(exhibits.standing(body)):
        key = exhibits.key_of(component)
        children = getattr(component, "children", None)
        own = list(children) if isinstance(children, (list, tuple)) else [children]
        citation = exports.citation(case, heading, exhibits.caption_of(component))
        kinds = [*(PICTURES if exhibits.is_chart(component) and browser() else ()), *exports.TABLES]
        component.children = [*own, _links(key, heading, citation, kinds, path, case)]
        if (data := exhibits.data_of(component)) is not None:
            _fetched_when_opened(data, f"{TABLE}/{slug(path)}/{key}")
    return list(body)


def _fetched_when_opened(data: Component, address: str) -> None:
    """Leave the table behind a chart out: thousands of cells that few look at would slow every choice."""
    data.children = None
    setattr(data, "data-table", address)


def _links(key: str, title: str, citation: str, kinds: Sequence[str], path: str, case: Case) -> Component:
    """Links without choices: page.js adds those of the address, so that a choice changes none of them."""
    links: list[Any] = [
        html.A(
            kind.upper(),
            href=f"{ADDRESS}/{slug(path)}/{key}.{kind}",
            download=file_name(case.view, key, kind),
            **aria(label=f"Download {title} as {kind.upper()}"),
        )
        for kind in kinds
    ]
    copies = {"Copy link": f"{path}#{key}", "Copy citation": citation}
    for name, text in copies.items():
        copied: dict[str, Any] = {"data-copy": text, **aria(label=f"{name}: {title}")}
        links.append(html.Button(name, type="button", className="copy", **copied))
    return html.Div(links, className="take", id=f"{key}-take")


def register(server: Flask, site: Site, studio: Studio) -> None:
    """Serve ``/download/PAGE/KEY.KIND?view``: every part is looked up, none becomes a path."""
    from flask import Response, request

    from dashboard.views import BY_PATH, PAGES

    paths = {slug(page.PATH): page.PATH for page in PAGES}

    @lru_cache(KEPT_FILES)
    def made(path: str, view: View, snapshot: str, key: str, kind: str) -> bytes | None:
        exhibit = exhibits.exhibits(BY_PATH[path].layout(site.case(view))).get(key)
        if exhibit is None or (kind in PICTURES and not exhibit.is_chart):
            return None
        return file(exhibit, kind, site.case(view), path, studio)

    def fresh_or_kept(path: str, view: View, key: str, kind: str) -> bytes | None:
        make = made.__wrapped__ if getattr(BY_PATH[path], "LIVE", False) else made
        return make(path, view, site.case(view).market.provenance.snapshot, key, kind)

    @server.get(f"{TABLE}/<page>/<key>")
    def table(page: str, key: str) -> Response:
        case = site.case(asked())
        try:
            body = BY_PATH[paths[page]].layout(case) if page in paths else []
        except EventStudyError as error:
            return _plain(f"422 {error}", 422)
        content = next((c for c in exhibits.charts(body) if exhibits.key_of(c) == key), None)
        if content is None:
            return _plain("404 this page has no such chart", 404)
        # a fragment for page.js alone: as a page of its own it is text
        return Response(markup(getattr(exhibits.data_of(content), "children", None)), mimetype="text/plain")

    @server.get(f"{ADDRESS}/<page>/<key>.<kind>")
    def download(page: str, key: str, kind: str) -> Response:
        if page not in paths or kind not in exports.FORMATS:
            return _plain("404 there is no such file", 404)
        view = asked()
        try:
            found = fresh_or_kept(paths[page], view, key, kind)
        except NoBrowserError as error:
            return _plain(f"503 {error}", 503)
        except EventStudyError as error:
            return _plain(f"422 {error}", 422)
        if found is None:
            return _plain("404 this page has no such chart or table", 404)
        name = file_name(view, key, kind)
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(found, mimetype=exports.FORMATS[kind].split(";")[0], headers=headers)

    def asked() -> View:
        return state.parse(request.query_string.decode("utf-8", "replace"), site.source)[0]

    def _plain(text: str, status: int) -> Response:
        return Response(text + "\n", status, mimetype="text/plain")


def file(exhibit: Exhibit, kind: str, case: Case, path: str, studio: Studio) -> bytes:
    """The content of an exhibit in one of `exports.FORMATS`."""
    if kind == "csv":
        return exports.as_csv(exhibit)
    if kind == "xlsx":
        return exports.as_xlsx(exhibit, exports.design_of(case, exhibit, path))
    return studio.picture(exhibit, kind, case.dossier.event.name)
