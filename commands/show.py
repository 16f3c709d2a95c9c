"""Print any page of the dashboard."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from commands.options import EventSlug, SnapshotOption
from commands.printing import print_json, width
from commands.source import DEFAULT_EVENT

if TYPE_CHECKING:
    from commands.source import Source
    from dashboard.views.case import Case
    from dashboard.views.content import View
    from dashboard.views.source import DataSource

NAMES = "gallery, compare, claims, overview, reaction, inference, robustness, reported, since, data, method"


def show(
    context: typer.Context,
    page: Annotated[str, typer.Argument(metavar="PAGE", help=f"{NAMES}.")],
    event: EventSlug = None,
    form: Annotated[
        Literal["text", "json", "csv", "html"], typer.Option("--format", help="How the page is printed.")
    ] = "text",
    snapshot: SnapshotOption = None,
) -> None:
    """Print any page: its finding, its tables and the points of its charts."""
    from analysis.market.errors import UnknownNameError
    from dashboard.views.pages import BY_NAME, OUTSIDE_BY_NAME

    if page in OUTSIDE_BY_NAME:
        asked = {"events": _named(context.obj, page, event), "rows": "all"}
        print_view(OUTSIDE_BY_NAME[page].view(context.obj, asked), form)
        return
    if page not in BY_NAME:
        raise UnknownNameError("page", page, (*OUTSIDE_BY_NAME, *BY_NAME))
    case = case_of(context.obj, event, snapshot)
    print_view(BY_NAME[page].view(case), form)


def _named(source: Source, page: str, event: str | None) -> str:
    """Events for a page outside events: none of the gallery, which holds all; of claims one that there is."""
    from analysis.market.errors import DesignError

    if event and page == "gallery":
        raise DesignError("gallery holds every event; show overview EVENT shows one")
    if event and page == "claims":
        source.dossier(event)
        own = source.own_event(event)
        return own.id if own else event
    return event or ""


def case_of(source: DataSource, event: str | None, snapshot: str | None, **chosen: Any) -> Case:
    """An event under its default choices but for some, on the newest snapshot or a named one."""
    from dashboard.views.case import Case
    from dashboard.views.choices import usual

    slug = event or DEFAULT_EVENT
    dossier = source.dossier(slug)
    choices = usual(slug, dossier, snapshot=snapshot or "", **chosen)
    return Case(choices, dossier, source.market(slug, snapshot), source)


def print_view(view: View, form: str) -> None:
    """A view on stdout."""
    if form == "json":
        from dashboard.render.json import document

        print_json(document(view))
    elif form == "csv":
        from dashboard.render.csv import text as csv_text
        from dashboard.render.records import page

        sys.stdout.write(csv_text(page(view)))
    elif form == "html":
        from dashboard.render.report import page_html

        print(page_html(view))
    else:
        from dashboard.render.text import text

        print(text(view, width()), end="")
