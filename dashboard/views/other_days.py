"""The answer if another day counted as day 0: a part of the robustness page."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dash import html
from dash.development.base_component import Component

from analysis.choices.curve import GROUP, Choices
from dashboard.render import theme
from dashboard.render.theme import interval, percent, pvalue
from dashboard.views import captions
from dashboard.views.case import Case
from dashboard.views.curves import curve_of
from dashboard.web import blocks, tables


def section(case: Case) -> Component:
    """Each earlier day as a question of its own."""
    intro = html.P(
        "When did the news reach the market? Each earlier date of the timeline is a question of its own "
        "and is never mixed with the others.",
        className="dek",
        id="dates-dek",
    )
    return blocks.section("dates", "If the news counted from another day", intro, dates_table(case))


def dates_table(case: Case) -> Component:
    """The group's answer if day 0 were another date of the timeline."""
    asked = case.dossier.earlier_days
    if not asked:
        return html.P("The timeline names no other day close before the event.", id="no-other-days")
    curve = curve_of(choices(case), case.market)
    records = curve.table[curve.table["target"] == GROUP].to_dict("records")
    rows = [_row(case, day, row) for day, row in zip((None, *asked), records, strict=True)]
    return tables.table(
        f"Mean abnormal return {captions.span(case.view.car_window)} from each day",
        ("Day 0", "Firms", "Effect", "95 % interval", "p", "What happened"),
        rows,
        numeric=(1, 2, 3, 4),
        identifier="other-days",
        stacked=True,
    )


def choices(case: Case) -> Choices:
    """The preferred specification, from day 0 and from each earlier day."""
    return Choices(
        case.dossier.event,
        case.design.symbols,
        days_zero=(None, *case.dossier.earlier_days),
        models=("market_model",),
        windows=(case.view.car_window,),
        earlier_jumps=("kept",),
        lengths=(250,),
        gaps=(0,),
        event_window=case.design.event_window,
    )


def _row(case: Case, day: dt.date | None, row: Any) -> tuple[tables.Cell, ...]:
    when = day or next(iter(case.study.event_sessions.values()))
    known = [entry.label for entry in case.dossier.event.timeline if entry.date == when]
    words = row["reason"] or "; ".join(known)
    return (
        theme.day(when),
        theme.number(row["firms"], 0),
        percent(row["effect"]),
        interval(row["ci_low"], row["ci_high"]),
        pvalue(row["pvalue"]),
        theme.sentence(words) if words else theme.DASH,
    )
