"""Robustness: whether the answer survives other reasonable choices."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from analysis.choices.curve import (
    CHOICES,
    GROUP,
    Choices,
    SpecificationCurve,
)
from analysis.models.normal_returns import NORMAL_RETURNS
from dashboard.render import figures, theme
from dashboard.render.theme import interval, percent, pvalue
from dashboard.views import captions, other_days, yardsticks
from dashboard.views.case import Case
from dashboard.views.curves import curve_of
from dashboard.web import blocks, tables

PATH = "/robustness"
TITLE = "Robustness"
CONTROLS: tuple[str, ...] = ("symbols", "car", "target")

NAMES = {
    "benchmark": "Benchmark",
    "model": "Model",
    "earlier_jumps": "Earlier jumps",
    "length": "Estimation sessions",
    "gap": "Gap before the event",
    "window": "CAR window",
}


def layout(case: Case) -> list[Component]:
    """The curve with its choices, what moves it, benchmarks side by side, and other days."""
    curve = curve_of(choices(case), case.market)
    target = target_of(case)
    return [
        finding(case, curve, target),
        blocks.section("curve", "Every reasonable choice", _curve_intro(), curve_chart(case, curve, target)),
        blocks.section("influence", "Which choice matters", influence_table(case, curve, target)),
        yardsticks.section(case),
        blocks.section("targets", "Firm by firm", targets_table(case, curve)),
        other_days.section(case),
    ]


def choices(case: Case) -> Choices:
    """What is varied: everything but the question, which is day 0 and the CAR window asked for."""
    return Choices(
        case.dossier.event,
        case.design.symbols,
        benchmarks=yardsticks.benchmarks(case),
        windows=(case.view.car_window,),
        event_window=case.design.event_window,
    )


def target_of(case: Case) -> str:
    """The firm, or the group, whose curve is drawn."""
    wanted = case.market.traded(case.view.target) if case.view.target else GROUP
    return wanted if wanted in case.study.symbols else GROUP


def finding(case: Case, curve: SpecificationCurve, target: str) -> Component:
    """The range of the answers and the share that is significant."""
    row = _summary(curve, target)
    name = "The group" if called(case, target) == "the group" else called(case, target)
    share = percent(row["share_significant"], 0, signed=False)
    moves = "the answer differs" if row["share_negative"] not in (0.0, 1.0) else "the sign never changes"
    return blocks.finding(
        case,
        f"{name}: between {percent(row['lowest'])} and {percent(row['highest'])}, whatever the choice",
        f"{theme.number(row['specifications'], 0)} specifications, each with another model, benchmark, "
        f"estimation window or treatment of earlier jumps: {share} are significant at the 5 % level, and "
        f"{moves}. The median is {percent(row['median'])}.",
    )


def called(case: Case, target: str) -> str:
    """The group, or the firm; a group of one is that firm."""
    if target != GROUP:
        return case.name(target)
    return "the group" if len(case.study.symbols) > 1 else case.name(case.study.symbols[0])


def _summary(curve: SpecificationCurve, target: str) -> dict[str, Any]:
    table = curve.summary.reset_index()
    wanted = (table["day_zero"] == "default") & (table["target"] == target)
    return {str(key): value for key, value in table[wanted].iloc[0].items()}


# ---- the curve -------------------------------------------------------------------------------------


def _curve_intro() -> Component:
    return html.P(
        "Each column is one study, a specification. Above, its answer with the 95 % interval, from the "
        "lowest to the highest; below, the choices that it stands for.",
        className="dek",
        id="curve-dek",
    )


def curve_chart(case: Case, curve: SpecificationCurve, target: str) -> Component:
    """The sorted answers over the matrix of choices."""
    table = answers(curve, target)
    words = {choice: {v: label(case, choice, v) for v in table[choice].unique()} for choice in CHOICES}
    rows = [
        (NAMES[choice], [(words[choice][value], table[choice] == value) for value in values])
        for choice, values in varied(table).items()
    ]
    header = (*(NAMES[choice] for choice in CHOICES), "Effect", "95 % interval", "p")
    data = [
        (
            *(words[choice][record[choice]] for choice in CHOICES),
            percent(record["effect"]),
            interval(record["ci_low"], record["ci_high"]),
            pvalue(record["pvalue"]),
        )
        for record in table.to_dict("records")
    ]
    name = called(case, target)
    return blocks.chart_block(
        "specification-curve",
        figures.specification_curve(table, rows),
        f"{len(table)} specifications of the abnormal return of {name}, sorted.",
        captions.caption(
            f"Abnormal return of {name} {captions.span(case.view.car_window)}, {len(table)} times. "
            "Earlier jumps: days before the event on which a share leapt are kept in, or dropped from, the "
            f"estimation. {case.stand_ins}",
            compared(case, curve.choices, table),
            captions.source(case, everything_drawn_on(case, curve.choices), curve.choices.models),
        ),
        tables.table("All specifications", header, data, numeric=range(6, 9)),
        key=blocks.key(("dot", "significant at 5 %"), ("ring", "not significant"), ("bar", "95 % interval")),
    )


def compared(case: Case, varied: Choices, table: pd.DataFrame) -> str:
    """How many models, benchmarks and windows meet in the curve."""
    count = {choice: table[choice].nunique() for choice in CHOICES}
    lengths, gaps = (_alternatives(sorted(table[choice].unique())) for choice in ("length", "gap"))
    return (
        f"Models: {count['model']}. Benchmarks: {count['benchmark']}. Windows in sessions from "
        f"{captions.day_zero(case)}: event {captions.unbroken(varied.event_window)}, estimation over "
        f"{lengths} that end {gaps} before it."
    )


def _alternatives(values: list[int]) -> str:
    *most, last = map(str, values)
    return f"{', '.join(most)} or {last}" if most else last


def everything_drawn_on(case: Case, varied: Choices) -> list[str]:
    """Firms, and every benchmark that they are measured against."""
    others = [symbol for symbol in varied.benchmarks if symbol is not None]
    return [*case.study.symbols, *case.study.benchmarks.values(), *others]


def answers(curve: SpecificationCurve, target: str) -> pd.DataFrame:
    """Distinct specifications of one target, the lowest effect first."""
    table = curve.distinct
    return table[(table["target"] == target) & (table["day_zero"] == "default")].sort_values("effect")


def varied(table: pd.DataFrame) -> dict[str, list[Any]]:
    """Choices with more than one value among the specifications, and their values."""
    values = {choice: list(dict.fromkeys(sorted(table[choice], key=str))) for choice in CHOICES}
    return {choice: found for choice, found in values.items() if len(found) > 1}


def label(case: Case, choice: str, value: Any) -> str:
    """A value of a choice as people read it."""
    if choice == "model":
        return NORMAL_RETURNS[value].label
    if choice == "benchmark":
        return "each share's own" if value == "default" else case.name(value)
    if choice == "window":
        return str(value).replace("-", theme.MINUS)
    return str(value)


# ---- tables ----------------------------------------------------------------------------------------


def influence_table(case: Case, curve: SpecificationCurve, target: str) -> Component:
    """How far each choice moves the answer, the strongest first."""
    found = curve.influence.reset_index()
    found = found[(found["day_zero"] == "default") & (found["target"] == target)] if len(found) else found
    rows = [
        (
            NAMES[record["choice"]],
            percent(record["eta_squared"], 0, signed=False),
            percent(record["spread"], signed=False),
            label(case, record["choice"], record["lowest"]),
            label(case, record["choice"], record["highest"]),
        )
        for record in found.to_dict("records")
    ]
    header = ("Choice", "Share of the variation", "Moves the median by", "Lowest with", "Highest with")
    return tables.table(
        "How much of the variation of the answers each choice accounts for",
        header,
        rows,
        numeric=(1, 2),
        identifier="influence-table",
        stacked=True,
    )


def _name(case: Case, target: str) -> str:
    return "Group" if target == GROUP else case.name(target)


def targets_table(case: Case, curve: SpecificationCurve) -> Component:
    """Range, median and shares per firm and for the group."""
    rows = []
    for target in (*case.study.symbols, GROUP):
        row = _summary(curve, target)
        rows.append(
            (
                _name(case, target),
                theme.number(row["specifications"], 0),
                percent(row["lowest"]),
                percent(row["median"]),
                percent(row["highest"]),
                percent(row["share_significant"], 0, signed=False),
                theme.number(row["failed"], 0),
            )
        )
    header = ("Firm", "Specifications", "Lowest", "Median", "Highest", "Significant at 5 %", "Not computable")
    return tables.table(
        "The range of answers of each firm, over all specifications",
        header,
        rows,
        numeric=range(1, 7),
        identifier="curve-summary",
    )
