"""Choices above pages that belong to no event: they are the query of the address, as on every page."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from analysis.claims.bases import BASES
from analysis.claims.judgements import VERDICTS
from analysis.market.errors import EventStudyError, UnknownNameError
from dashboard.render.html import tag
from dashboard.views import compare, compared, fractions, gallery, said
from dashboard.views.brief import shelf
from dashboard.views.root import rooted
from dashboard.views.source import Collection
from dashboard.web.components import aria, finished
from dashboard.web.controls import Option, chip, select

Asked = Mapping[str, str]

MOST_CHIPS = 60


def gallery_form(source: Collection, asked: Asked) -> Component:
    """Order, filters and search of the gallery, and the way to a comparison of what is shown."""
    every = shelf(source).briefs
    orders = (Option(key, sort.label) for key, sort in gallery.SORTS.items())
    sorts = [Option("", "first event, then newest"), *orders]
    filters = [
        _select(key, facet.label, gallery.options(every, key), asked) for key, facet in gallery.FACETS.items()
    ]
    shown = gallery.chosen(every, asked)[: compared.MOST_EVENTS]
    listed = ",".join(one.slug for one in shown)
    address = f"{compare.PATH}?events={listed}" if len(shown) >= compared.FEWEST else compare.PATH
    link = dcc.Link("Compare these", href=rooted(address), id="compare-these", className="quiet")
    new = html.A("New event", href=rooted("/new"), id="new-event", className="quiet")  # a page of its own
    return _form(
        gallery.PATH,
        [
            select("sort", "Sort", sorts, _known(asked.get("sort", ""), gallery.SORTS)),
            *filters,
            _search("events and claims", asked),
        ],
        [link, new],
    )


def claims_form(source: Collection, asked: Asked) -> Component:
    """Filters and search of all claims."""
    every = [one.claim for one in said.told(shelf(source).briefs)]
    outlets = sorted({one.outlet for one in every}, key=str.casefold)
    bases = [(key, fractions.label(key)) for key in BASES if any(one.basis == key for one in every)]
    verdicts = [(key, v.label) for key, v in VERDICTS.items() if any(one.verdict == key for one in every)]
    return _form(
        said.PATH,
        [
            _select("outlet", "Outlet", [(name, name) for name in outlets], asked),
            _select("basis", "Basis", bases, asked),
            _select("verdict", "Verdict", verdicts, asked),
            select(
                "rows",
                "Show",
                [Option("", f"first {said.SHOWN}"), Option("all", "all")],
                asked.get("rows", ""),
            ),
            _search("claims", asked),
        ],
    )


def compare_form(source: Collection, asked: Asked) -> Component:
    """The events that can be set side by side, each a button that is pressed or not."""
    every = compared.told_apart(shelf(source).briefs)
    named = compare.named(source, asked)
    first = [one for place, one in enumerate(every) if one.slug in named or place < MOST_CHIPS]
    chips = tag("div", *(chip("event", one.slug, one.short, one.slug in named) for one in first))
    default: dict[str, Any] = {
        "data-control": "events", "data-default": ",".join(compare.named(source, {})),
    }  # fmt: skip
    there = sum(_is_event(source, slug) for slug in dict.fromkeys(named))
    summary = html.Summary(f"Events: {there} chosen", id="control-events-summary")
    listed = finished(chips, id="control-events", className="chips", **default)
    return _form(compare.PATH, [html.Details([summary, listed], className="control firms")])


def _is_event(source: Collection, slug: str) -> bool:
    """Whether an event is called so, one whose file is broken too."""
    try:
        source.dossier(slug)
    except UnknownNameError:
        return False
    except EventStudyError:
        return True
    return True


def _select(key: str, label: str, values: Sequence[tuple[str, str]], asked: Asked) -> Component:
    """A filter; without a value it takes nothing away, and one that is not offered is none."""
    chosen = _known(asked.get(key, ""), dict(values))
    return select(key, label, (Option("", "All"), *(Option(*one) for one in values)), chosen)


def _known(value: str, values: Container[str]) -> str:
    return value if value in values else ""


def _search(what: str, asked: Asked) -> Component:
    """A field that page.js reads while one types."""
    field = dcc.Input(
        id="control-q",
        type="search",
        value=asked.get("q", ""),
        autoComplete="off",
        maxLength=80,
        debounce=True,
    )
    where: dict[str, Any] = {"data-search": "q"}
    return html.Div(
        [html.Label(f"Search {what}", htmlFor="control-q"), field], className="control search", **where
    )


def _form(path: str, controls: list[Component], links: Sequence[Component] = ()) -> Component:
    """Controls with a reset and a link to copy."""
    reset = dcc.Link("Reset", href=rooted(path), id="reset", className="quiet")
    address: dict[str, Any] = {"data-copy": ""}
    copy = html.Button("Copy link", id="copy-link", type="button", className="quiet", **address)
    actions = html.Div([*links, reset, copy], className="actions")
    return html.Div(
        [*controls, actions], id="controls", className="controls", role="group", **aria(label="Choices")
    )


FORMS: dict[str, Callable[[Collection, Asked], Component]] = {
    gallery.PATH: gallery_form,
    compare.PATH: compare_form,
    said.PATH: claims_form,
}
"""What stands above a page outside events, by its path."""
