"""Whether choices can be shown, asked by the browser before it leaves the view that it has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

from analysis.market.errors import EventStudyError, LaterError
from dashboard.views import synthetic
from dashboard.views.root import rooted
from dashboard.views.words import sentence
from dashboard.web import downloads, state
from dashboard.web.server import query

if TYPE_CHECKING:
    from flask import Flask

    from dashboard.web.site import Site

ADDRESS = "/check"


def form(event: str, key: str, fields: Iterable[Component], *beside: Component) -> Component:
    """Fields whose choices are checked before they are shown; `beside` stands beside the button."""
    show = html.Button("Show", type="submit", className="quiet")
    answer = html.P(id=f"{key}-answer", role="alert", className="small")
    where: dict[str, Any] = {"data-check": rooted(f"{ADDRESS}/{quote(event, safe='')}")}
    return html.Form([*fields, show, *beside, answer], id=f"{key}-form", className="checked-form", **where)


def register(server: Flask, site: Site) -> None:
    """Serve ``/check/EVENT?choices``: one line on what speaks against the choices; empty if nothing does."""
    from flask import Response

    @server.get(f"{ADDRESS}/<event>")
    def check(event: str) -> Response:
        return downloads.answered(lambda: Response(objection(query(), site, event), mimetype="text/plain"))


def objection(search: str, site: Site, event: str) -> str:
    """What speaks against the choices of a query string, in a sentence; empty if nothing does."""
    if reasons := state.objections(search, site.source, event):
        return sentence(reasons[0])
    choices = state.parse(search, site.source, event)[0]
    case = site.case(choices)
    try:
        case.study  # noqa: B018
        if choices.donors:
            synthetic.control(case)
    except LaterError:
        raise
    except EventStudyError as error:
        return case.sentence(str(error))
    return ""
