"""The answer if another day counted as day 0: a part of the robustness page."""

from __future__ import annotations

import datetime as dt
from typing import Any

from analysis.choices.curve import GROUP, Choices, specification_curve
from dashboard.views import columns
from dashboard.views.case import Case
from dashboard.views.content import Note, Section
from dashboard.views.tables import Table
from dashboard.views.words import sentence, span


def section(case: Case) -> Section:
    """Each earlier day as a question of its own."""
    intro = Note(
        "When did the news reach the market? Each earlier date of the timeline is a question of its own "
        "and is never mixed with the others.",
        key="dates-dek",
    )
    return Section("dates", "If the news counted from another day", (intro, dates_table(case)))


def dates_table(case: Case) -> Table | Note:
    """The group's answer if day 0 were another date of the timeline."""
    asked = case.dossier.earlier_days
    if not asked:
        return Note("The timeline names no other day close before the event.", "", "no-other-days")
    table = case.studies.kept(specification_curve, choices(case), case.market).table
    rows: list[dict[str, Any]] = table[table["target"] == GROUP].to_dict("records")  # type: ignore[assignment]
    days = [day or next(iter(case.study.event_sessions.values())) for day in (None, *asked)]
    return Table(
        f"Mean abnormal return {span(case.choices.car_window)} from each day",
        (
            columns.dates("Day 0", days),
            columns.numbers("Firms", (row["firms"] for row in rows), 0),
            columns.percents("Effect", (row["effect"] for row in rows)),
            columns.intervals(
                "95 % interval", (row["ci_low"] for row in rows), (row["ci_high"] for row in rows)
            ),
            columns.pvalues("p", (row["pvalue"] for row in rows)),
            columns.texts(
                "What happened",
                (_happened(case, day, row["reason"]) for day, row in zip(days, rows, strict=True)),
            ),
        ),
        "other-days",
        stacked=True,
    )


def choices(case: Case) -> Choices:
    """The preferred specification, from day 0 and from each earlier day."""
    return Choices(
        case.dossier.event,
        case.design.symbols,
        days_zero=(None, *case.dossier.earlier_days),
        models=("market_model",),
        windows=(case.choices.car_window,),
        earlier_jumps=("kept",),
        lengths=(250,),
        gaps=(0,),
        event_window=case.study.design.event_window,
    )


def _happened(case: Case, day: dt.date, reason: str) -> str | None:
    """Why there is no answer, or what the timeline says of the day."""
    known = [entry.label for entry in case.dossier.event.timeline if entry.date == day]
    told = reason or "; ".join(known)
    return sentence(told) if told else None
