"""The donors of a synthetic control, to be ticked: the server checks them before the view changes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from html import escape

from dash import dcc, html
from dash.development.base_component import Component

from analysis.market.errors import EventStudyError
from analysis.market.prices import Instrument, kind_of
from analysis.study.donors import known_donors
from dashboard.render.html import tag
from dashboard.views import synthetic
from dashboard.views.case import Case
from dashboard.views.choices import reads_donors
from dashboard.views.pages import place
from dashboard.views.robustness import PATH as SECOND_OPINION
from dashboard.web import checks
from dashboard.web.components import finished

REGIONS = {"US": "United States", "Europe": "Europe", None: "Elsewhere"}


def control(case: Case, path: str) -> Component | None:
    """Every share that can be a donor, those taken ticked; none where the page shows no synthetic control."""
    if not (case.market.pool and (path == SECOND_OPINION or reads_donors(case.choices))):
        return None
    taken = case.choices.donors or _usual(case)
    usual = dcc.Link(
        "Usual donors",
        href=place(path, replace(case.choices, donors=()), case.events[0][0] if case.events else ""),
        id="usual-donors",
        className="quiet",
    )
    ticks = finished(_ticks(case, taken), id="donor-ticks", className="ticks")
    kind = "chosen" if case.choices.donors else "usual ones"
    summary = html.Summary(f"Donors: {len(taken)} {kind}", id="donors-summary")
    return html.Details(
        [summary, checks.form(case.choices.event, "donors", [ticks], usual)],
        className="control wide-control",
        id="donors",
    )


def _usual(case: Case) -> tuple[str, ...]:
    """Donors of any firm of the synthetic control that is shown; none where there is none."""
    try:
        found = synthetic.control(case)
    except EventStudyError:
        return ()
    donors = found.panel.market.donors
    return tuple(dict.fromkeys(donor for symbol in found.symbols for donor in donors[symbol].used))


def _ticks(case: Case, taken: Collection[str]) -> str:
    """A box per share with its name, the shares of a region together."""
    known = sorted(known_donors(case.market).values(), key=lambda one: one.name.casefold())
    shares = [one for one in known if kind_of(one.symbol, one.sector) == "share"]
    boxes = {
        name: [_tick(share, share.symbol in taken) for share in shares if share.region == region]
        for region, name in REGIONS.items()
    }
    return "".join(tag("fieldset", tag("legend", name), *inside) for name, inside in boxes.items())


def _tick(share: Instrument, taken: bool) -> str:
    state = " checked" if taken else ""
    box = f'<input type="checkbox" value="{escape(share.symbol)}"{state}>'
    return tag("label", box, escape(share.name), class_="tick", title=share.symbol)
