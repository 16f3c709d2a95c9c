"""Taking a chart or table away: links under each exhibit, and the addresses that they lead to."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from analysis.market.errors import EventStudyError
from dashboard.render import files, html
from dashboard.render.compose import SIZES, USUAL
from dashboard.render.pictures import PICTURES, NoBrowserError, Studio, browser
from dashboard.views.choices import Choices
from dashboard.views.content import Chart, Exhibit, Table, View
from dashboard.views.pages import BY_NAME, is_live, slug
from dashboard.web import state

if TYPE_CHECKING:
    from flask import Flask

    from dashboard.web.site import Site

KEPT_FILES = 64
ADDRESS, TABLE = "/download", "/table"


def links(exhibit: Exhibit, view: View, path: str, event: str, name: str) -> str:
    """Links without choices: page.js adds those of the address, so that a choice changes none of them."""
    key, title = exhibit.content.key, exhibit.title
    kinds = [*(PICTURES if isinstance(exhibit.content, Chart) and browser() else ()), *files.TABLES]
    taken = (
        html.tag(
            "a",
            kind.upper(),
            href=f"{ADDRESS}/{slug(path)}/{key}.{kind}",
            download=files.file_name(event, key, kind),
            aria_label=f"Download {title} as {kind.upper()}",
            data_sized="" if kind in PICTURES else None,
        )
        for kind in kinds
    )
    place = f"{path}#{files.place_of(exhibit.content)}"
    copies = {"Copy link": place, "Copy citation": files.citation(exhibit, view, name)}
    copied = (
        html.tag(
            "button",
            escape(said),
            type="button",
            class_="copy",
            data_copy=text,
            aria_label=f"{said}: {title}",
        )
        for said, text in copies.items()
    )
    sizes = _sizes(title) if "png" in kinds else ""
    menu = html.tag("summary", "Download, link, cite", aria_label=f"Download, link, cite: {title}")
    return html.tag("details", menu, *taken, sizes, *copied, class_="take")


def _sizes(title: str) -> str:
    """How large the pictures are that the links beside it lead to; page.js adds what is chosen."""
    options = (html.tag("option", escape(size.label), value=name) for name, size in SIZES.items())
    return html.tag("select", *options, data_size="", aria_label=f"Size of pictures: {title}")


def table_address(path: str, key: str) -> str:
    """Where the table behind a chart is served."""
    return f"{TABLE}/{slug(path)}/{key}"


def register(server: Flask, site: Site, studio: Studio) -> None:
    """Serve ``/download/PAGE/KEY.KIND?choices&size=SIZE``: every part is looked up, none becomes a path."""
    from flask import Response, request

    @lru_cache(KEPT_FILES)
    def made(path: str, choices: Choices, snapshot: str, key: str, kind: str, size: str) -> bytes | None:
        view = site.view(path, choices)
        exhibit = view.exhibits.get(key)
        if exhibit is None or (kind in PICTURES and isinstance(exhibit.content, Table)):
            return None
        return files.file(exhibit, kind, view, studio, size)

    def fresh_or_kept(path: str, choices: Choices, key: str, kind: str, size: str) -> bytes | None:
        make = made.__wrapped__ if is_live(path) else made
        return make(path, choices, site.case(choices).market.provenance.snapshot, key, kind, size)

    @server.get(f"{TABLE}/<page>/<key>")
    def table(page: str, key: str) -> Response:
        try:
            found = site.view(BY_NAME[page].PATH, asked()).exhibits.get(key) if page in BY_NAME else None
        except EventStudyError as error:
            return _plain(f"422 {error}", 422)
        if found is None or isinstance(found.content, Table):
            return _plain("404 this page has no such chart", 404)
        # a fragment for page.js alone: as a page of its own it is text
        inside = html.tag("div", html.table(found.content.table), class_="frame")
        return Response(inside, mimetype="text/plain")

    @server.get(f"{ADDRESS}/<page>/<key>.<kind>")
    def download(page: str, key: str, kind: str) -> Response:
        if page not in BY_NAME or kind not in files.FORMATS:
            return _plain("404 there is no such file", 404)
        if (size := request.args.get("size", USUAL)) not in SIZES:
            return _plain(f"404 there is no such size; there are {', '.join(SIZES)}", 404)
        choices = asked()
        try:
            found = fresh_or_kept(BY_NAME[page].PATH, choices, key, kind, size)
        except NoBrowserError as error:
            return _plain(f"503 {error}", 503)
        except EventStudyError as error:
            return _plain(f"422 {error}", 422)
        if found is None:
            return _plain("404 this page has no such chart or table", 404)
        name = files.file_name(choices.event, key, kind, size)
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(found, mimetype=files.FORMATS[kind].split(";")[0], headers=headers)

    def asked() -> Choices:
        return state.parse(request.query_string.decode("utf-8", "replace"), site.source)[0]

    def _plain(text: str, status: int) -> Response:
        return Response(text + "\n", status, mimetype="text/plain")
