"""What others see of a page: title and finding in its head, its card, a chart in a frame of theirs."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from textwrap import shorten
from typing import TYPE_CHECKING, Any, NamedTuple

from dash import Dash
from flask import Flask, Response, request

from analysis.market.errors import EventStudyError, LaterError
from dashboard.render import embed, files, packed
from dashboard.render.compose import SIZES
from dashboard.render.pictures import Studio, browser
from dashboard.views.choices import Choices, query
from dashboard.views.content import Chart, View
from dashboard.views.cover import cover
from dashboard.views.pages import BY_PATH
from dashboard.views.root import rooted
from dashboard.views.words import sentence
from dashboard.web import downloads, server, shell, state
from dashboard.web.addresses import joined, place
from dashboard.web.site import Site, known

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CARD = "/card"
KEPT_CARDS = 64
LONGEST = 300  # letters of a description


class Shared(NamedTuple):
    """What a page is called, found, and where it is; its card; whether it is a reader's own."""

    title: str
    finding: str
    path: str = ""
    card: str = ""
    alt: str = ""
    own: bool = False


def shared(site: Site, pathname: str, search: str) -> Shared:
    """What others see of an address."""
    found, problem = place(pathname), site.problem(pathname)
    if found is None or problem:
        return Shared(shell.window("Page not found"), problem)
    if page := found.outside:
        asked = known(found.path, search)
        title, path = shell.window(page.TITLE), rooted(joined(found.path, asked))
        try:
            view = site.view_outside(found.path, search)
            named = downloads.outside_name(found.path)
            return Shared(title, _finding(view), path, *card_of(view, named, asked))
        except LaterError:
            raise
        except EventStudyError as error:
            return Shared(title, sentence(str(error)), path)
    choices = state.parse(search, site.source, found.event)[0]
    dossier = site.source.dossier(found.event) if found.event else None
    name = dossier.event.name if dossier else ""
    title, path = shell.window(BY_PATH[found.path].TITLE, name), site.address(found.path, choices)
    try:
        view = site.view(found.path, choices)
    except LaterError:
        raise
    except EventStudyError as error:
        return Shared(title, site.case(choices).sentence(str(error)), path)
    own = dossier is not None and dossier.origin == "own"
    named, asked = downloads.event_name(found.path, choices.event), query(choices).removeprefix("?")
    return Shared(title, _finding(view), path, *card_of(view, named, asked), own=own)


def _finding(view: View) -> str:
    return " ".join(filter(None, (sentence(view.title), view.words)))


class App(Dash):
    """Dash, with a head of its own for every address."""

    head: Callable[[str, str], tuple[str, str]]

    def interpolate_index(self, metas: Any = "", title: Any = "", *parts: Any, **more: Any) -> Any:
        """The page of an address before its script runs."""
        title, own = self.head(request.path, server.query())
        return super().interpolate_index(metas + own, title, *parts, **more)  # type: ignore[no-untyped-call]


def head(site: Site, pathname: str, search: str, public: str) -> tuple[str, str]:
    """Title and what else stands in the head; `public` is the address of the server, if it has one."""
    told = shared(site, pathname, search)
    finding = shorten(told.finding, LONGEST, placeholder=" …")
    lines = [_meta("name", "description", finding)]
    if public and told.path and not told.own:
        address = public + told.path
        lines.append(f'<link rel="canonical" href="{escape(address)}">')
        graph = {"title": told.title, "description": finding, "url": address, "type": "article"}
        lines += [_meta("property", f"og:{name}", text) for name, text in graph.items()]
        lines += _card(public, told) if told.card and browser() else []
    return escape(told.title), "\n".join(lines)


def _card(public: str, shared: Shared) -> list[str]:
    size = SIZES["card"]
    image = {"image": public + shared.card, "image:width": size.width, "image:height": size.height}
    lines = [_meta("property", f"og:{name}", str(text)) for name, text in image.items()]
    return [
        *lines,
        _meta("property", "og:image:alt", shared.alt),
        _meta("name", "twitter:card", "summary_large_image"),
    ]


def _meta(kind: str, name: str, text: str) -> str:
    return f'<meta {kind}="{name}" content="{escape(text)}">'


def card_of(view: View, named: str, asked: str) -> tuple[str, str]:
    """Address of the card of a page, and what it shows."""
    chart = cover(view).content
    assert isinstance(chart, Chart)
    return rooted(joined(f"{CARD}/{named}/{chart.key}.png", asked)), chart.summary


def register(app: Flask, site: Site, studio: Studio, plotly: Mapping[str, bytes]) -> None:
    """Serve ``/card/EVENT/PAGE/KEY.png?choices`` and ``/embed/EVENT/PAGE/KEY?choices``.

    Cards of pages outside events have no ``EVENT``.
    """

    def make(path: str, asked: Choices | str, state: str, key: str) -> bytes:
        studio.turns.room()  # before a view is made for nothing
        if isinstance(asked, str):
            view, at = site.view_outside(path, asked), rooted(joined(path, asked))
        else:
            view, at = site.view(path, asked), site.address(path, asked)
        own = cover(view)
        exhibit = own if own.content.key == key else downloads.chart(view, key)
        return files.card(exhibit, view, at, studio)

    kept = lru_cache(KEPT_CARDS)(make)  # no turn of the pages' is taken while a browser draws

    @app.get(f"{CARD}/<event>/<page>/<key>.png")
    def card(event: str, page: str, key: str) -> Response:
        def drawn() -> Response:
            choices = site.choices(event, server.query())
            return _picture(kept(downloads.path_of(page), choices, site.state(choices), key))

        return downloads.answered(drawn)

    @app.get(f"{CARD}/<page>/<key>.png")
    def card_outside(page: str, key: str) -> Response:
        def drawn() -> Response:
            path = downloads.outside_of(page)
            return _picture(kept(path, known(path, server.query()), site.source.state(), key))

        return downloads.answered(drawn)

    @app.get(f"{server.EMBED}/<event>/<page>/<key>")
    def framed(event: str, page: str, key: str) -> Response:
        def drawn() -> Response:
            choices, path = site.choices(event, server.query()), downloads.path_of(page)
            view = site.view(path, choices)
            exhibit = downloads.chart(view, key)
            address = f"{site.address(path, choices)}#{files.place_of(exhibit.content)}"
            return Response(
                embed.page(exhibit, view, address, rooted(server.DRAWING + packed.plotly(plotly).name))
            )

        return downloads.answered(drawn)


def _picture(made: bytes) -> Response:
    return Response(made, mimetype="image/png")
