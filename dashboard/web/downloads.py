"""Taking a chart or table away: links under each exhibit, and the addresses that they lead to."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from flask import Flask, Response, redirect, request

from analysis.market.errors import EventStudyError, LaterError, UnknownNameError
from dashboard.render import files, html
from dashboard.render.compose import SIZES, USUAL
from dashboard.render.pictures import PICTURES, NoBrowserError, Studio, browser
from dashboard.render.records import every_point
from dashboard.render.terms import Glossed, Write
from dashboard.views.choices import Choices
from dashboard.views.content import Chart, Exhibit, View
from dashboard.views.pages import BY_NAME, OUTSIDE, is_live, place, slug
from dashboard.views.root import rooted
from dashboard.views.tables import Table
from dashboard.web import addresses
from dashboard.web.server import EMBED, query

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response as Answer

    from dashboard.web.site import Site

KEPT_FILES = 64
ADDRESS, TABLE = "/download", "/table"


class Here(NamedTuple):
    """Where a page is: its address without choices, what names it in addresses of files, and its subject.

    `framed`: whether others may frame its charts; `pinned`: whether a link to it can name a snapshot.
    """

    page: str
    named: str
    stem: str
    subject: str
    framed: bool = False
    pinned: bool = True

    def table(self, key: str) -> str:
        """Where the table behind a chart is served."""
        return rooted(f"{TABLE}/{self.named}/{key}")

    def links(self, view: View) -> Callable[[str, Chart | Table], str]:
        """Links without choices: page.js adds those of the address, so that a choice changes none of them."""
        return lambda heading, content: _links(Exhibit(heading, content), view, self)


def of_event(path: str, event: str, name: str, framed: bool = False) -> Here:
    """A page of an event."""
    return Here(place(path, Choices(event), event), event_name(path, event), event, name, framed)


def event_name(path: str, event: str) -> str:
    """Name of a page of an event in addresses of files."""
    return f"{quote(event, safe='')}/{slug(path)}"


def outside(path: str) -> Here:
    """A page that belongs to no event."""
    page = OUTSIDE[path]
    return Here(rooted(path), outside_name(path), outside_name(path), page.TITLE, pinned=False)


def outside_name(path: str) -> str:
    """Name of a page outside events in addresses of files."""
    return path.strip("/") or "events"


def _links(exhibit: Exhibit, view: View, here: Here) -> str:
    key, title = exhibit.content.key, exhibit.title
    kinds = [*(PICTURES if isinstance(exhibit.content, Chart) and browser() else ()), *files.TABLES]
    taken = (
        html.tag(
            "a",
            kind.upper(),
            href=rooted(f"{ADDRESS}/{here.named}/{key}.{kind}"),
            download=files.file_name(here.stem, key, kind),
            aria_label=f"Download {title} as {kind.upper()}",
            data_sized="" if kind in PICTURES else None,
        )
        for kind in kinds
    )
    link, pinned = f"{here.page}#{files.place_of(exhibit.content)}", {"data_snapshot": view.credit.snapshot}
    copied = [
        _copy("Copy link", title, link),
        *([_copy("Copy link to these prices", title, link, **pinned)] if here.pinned else []),
        _copy("Copy citation", title, files.citation(exhibit, view, here.subject)),
    ]
    if here.framed and isinstance(exhibit.content, Chart):
        named = {"data_embed": f"{title} – {here.subject}", **pinned}
        copied.append(_copy("Copy embed code", title, rooted(f"{EMBED}/{here.named}/{key}"), **named))
    sizes = _sizes(title) if "png" in kinds else ""
    told = html.tag("span", class_="told", role="status") if sizes else ""
    menu = html.tag("summary", "Download, link, cite", aria_label=f"Download, link, cite: {title}")
    return html.tag("details", menu, *taken, sizes, *copied, told, class_="take")


def _copy(said: str, title: str, text: str, **more: str) -> str:
    """A button that copies a text, or an address to which page.js adds the choices."""
    label = f"{said}: {title}"
    return html.tag("button", said, type="button", class_="copy", data_copy=text, aria_label=label, **more)


def _sizes(title: str) -> str:
    """How large the pictures are that the links beside it lead to; page.js adds what is chosen."""
    options = (html.tag("option", escape(size.label), value=name) for name, size in SIZES.items())
    return html.tag("select", *options, data_size="", aria_label=f"Size of pictures: {title}")


def register(server: Flask, site: Site, studio: Studio) -> None:
    """Serve ``/download/EVENT/PAGE/KEY.KIND?choices&size=SIZE``: all is looked up, none becomes a path.

    Addresses of pages outside events have no ``EVENT``; nor had others once, which are led on.
    """

    @lru_cache(KEPT_FILES)
    def made(path: str, choices: Choices, snapshot: str, key: str, kind: str, size: str) -> bytes:
        if kind in PICTURES:
            studio.turns.room()  # before a view is made for nothing
        view = site.view(path, choices)
        if key not in view.exhibits:  # it may be of a part that takes long, which others need not wait for
            view = site.whole(path, choices)
        return _file(view, key, kind, size, studio)

    def fresh_or_kept(page: str, choices: Choices, key: str, kind: str) -> bytes:
        path = path_of(page)
        make = made.__wrapped__ if is_live(BY_NAME[page]) else made
        return make(path, choices, site.state(choices), key, kind, size())

    def size() -> str:
        return request.args.get("size", USUAL)

    @server.get(f"{TABLE}/<event>/<page>/<key>")
    def table(event: str, page: str, key: str) -> Response:
        return answered(lambda: _after(site, path_of(page), site.choices(event, query()), key))

    @server.get(f"{TABLE}/<page>/<key>")
    def table_outside(page: str, key: str) -> Response:
        return answered(lambda: _table(site.view_outside(outside_of(page), query()), key))

    @server.get(f"{ADDRESS}/<event>/<page>/<key>.<kind>")
    def download(event: str, page: str, key: str, kind: str) -> Response:
        return answered(
            lambda: _attached(
                event, key, kind, size(), fresh_or_kept(page, site.choices(event, query()), key, kind)
            )
        )

    @server.get(f"{ADDRESS}/<page>/<key>.<kind>")
    def download_outside(page: str, key: str, kind: str) -> Answer:
        if page in BY_NAME:
            event, rest = addresses.split(query())
            to = f"{ADDRESS}/{event_name(path_of(page), event or site.usual)}/{key}.{kind}"
            return redirect(rooted(addresses.joined(to, rest)), 308)

        def file() -> bytes:
            return _file(site.view_outside(outside_of(page), query()), key, kind, size(), studio)

        return answered(lambda: _attached(page, key, kind, size(), file()))


def path_of(page: str) -> str:
    """Path of the page of that name."""
    if page not in BY_NAME:
        raise UnknownNameError("page", page, BY_NAME)
    return BY_NAME[page].PATH


def outside_of(page: str) -> str:
    """Path of the page outside events of that name."""
    named = {outside_name(path): path for path in OUTSIDE}
    if page not in named:
        raise UnknownNameError("page", page, named)
    return named[page]


def _after(site: Site, path: str, choices: Choices, key: str) -> Response:
    """What page.js asks for when a page is there: the tables behind a chart, or a part that takes long."""
    view = site.view(path, choices)
    if not any(part.later and part.key == key for part in view.sections):
        return _table(view, key)
    part, write = site.part(path, choices, key), Glossed(key)
    links = of_event(path, choices.event, view.event).links(view)
    written = (
        _framed(block, write, links(part.title, block))
        if isinstance(block, Table)
        else html.element(block, part.title, write=write)
        for block in part.blocks
    )
    return Response("".join(written), mimetype="text/plain")


def _framed(table: Table, write: Write, links: str) -> str:
    """A table where a link finds it, over what takes it away."""
    return html.tag("div", html.table(table, write), links, class_="frame", id=files.place_of(table))


def _table(view: View, key: str) -> Response:
    """The tables behind a chart: a fragment for page.js alone, and text as a page of its own."""
    drawn = chart(view, key).content
    assert isinstance(drawn, Chart)
    tables = (drawn.table, every_point(drawn))
    frames = (html.tag("div", html.table(each), class_="frame") for each in tables)
    return Response("".join(frames), mimetype="text/plain")


def chart(view: View, key: str) -> Exhibit:
    """The chart of a page that has a key; UnknownNameError if there is none."""
    charts = {name: found for name, found in view.exhibits.items() if isinstance(found.content, Chart)}
    if key not in charts:
        raise UnknownNameError("chart", key, charts)
    return charts[key]


def _file(view: View, key: str, kind: str, size: str, studio: Studio) -> bytes:
    for what, name, known in (("format", kind, files.FORMATS), ("size", size, SIZES)):
        if name not in known:
            raise UnknownNameError(what, name, known)
    if kind in PICTURES:
        return files.file(chart(view, key), kind, view, studio, size)
    if key not in view.exhibits:
        raise UnknownNameError("chart or table", key, view.exhibits)
    return files.file(view.exhibits[key], kind, view, studio)


def _attached(stem: str, key: str, kind: str, size: str, content: bytes) -> Response:
    name = files.file_name(stem, key, kind, size)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=files.FORMATS[kind].split(";")[0], headers=headers)


def answered(make: Callable[[], Response]) -> Response:
    """What is asked for, or one line on why it is not there."""
    try:
        return make()
    except LaterError:
        raise
    except EventStudyError as error:
        kinds = {UnknownNameError: 404, NoBrowserError: 503}
        status = kinds.get(type(error), 422)
        return Response(f"{status} {error}\n", status, mimetype="text/plain")
