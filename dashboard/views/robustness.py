"""Robustness: whether the answer survives other reasonable choices."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.choices.curve import (
    CHOICES,
    GROUP,
    GROUP_TEST,
    MODELS,
    Choices,
    SpecificationCurve,
    specification_curve,
)
from analysis.inference.significance import TESTS
from analysis.market.errors import DesignError
from analysis.market.events import Window
from analysis.models.normal_returns import NORMAL_RETURNS
from dashboard.views import captions, columns, other_days, permutation, synthetic, words, yardsticks
from dashboard.views.case import Case
from dashboard.views.choices import Choices as ReaderChoices
from dashboard.views.content import Chart, Note, Panel, Section, Series, Ticks, View
from dashboard.views.tables import POINTS, Table, floats
from dashboard.views.words import alternatives, number, percent, span, unbroken

PATH = "/robustness"
TITLE = "Robustness"
CONTROLS: tuple[str, ...] = ("symbols", "car", "target", "donors")
LATER = {"second-opinion": synthetic.section}

NAMES = {
    "benchmark": "Benchmark",
    "model": "Model",
    "earlier_jumps": "Earlier jumps",
    "length": "Estimation sessions",
    "gap": "Gap before the event",
    "window": "CAR window",
}


def view(case: Case) -> View:
    """The curve with its choices, what moves it, benchmarks side by side, and other days."""
    return _page(case, synthetic.section(case))


def first(case: Case) -> View:
    """The same without what takes seconds."""
    return _page(case, synthetic.coming())


def _page(case: Case, second_opinion: Section) -> View:
    curve = case.studies.kept(specification_curve, choices(case), case.market)
    target = target_of(case)
    if answers(curve, target).empty:
        raise DesignError(f"{called(case, target)}: no other choice can be computed")
    sections = (
        Section("curve", "Every reasonable choice", (_curve_intro(), curve_chart(case, curve, target))),
        permutation.section(case, curve.choices),
        Section("influence", "Which choice matters", (influence_table(case, curve, target),)),
        yardsticks.section(case),
        second_opinion,
        Section("targets", "Firm by firm", (targets_table(case, curve),)),
        other_days.section(case),
    )
    return captions.page(case, PATH, finding(case, curve, target), sections)


def choices(case: Case) -> Choices:
    """What is varied: everything but the question, which is day 0 and the CAR window asked for."""
    benchmarks, known = yardsticks.benchmarks(case), case.market.instruments
    alone = benchmarks == (None,) and not any(known[symbol].benchmark for symbol in case.study.symbols)
    free = (key for key, model in NORMAL_RETURNS.items() if not {"benchmark", "donors"} & {*model.needs})
    return Choices(
        case.dossier.event,
        case.design.symbols,
        models=tuple(free) if alone else MODELS,
        benchmarks=benchmarks,
        windows=(case.choices.car_window,),
        event_window=case.study.design.event_window,
    )


def target_of(case: Case) -> str:
    """The firm, or the group, whose curve is drawn."""
    wanted = case.market.traded(case.choices.target) if case.choices.target else GROUP
    return wanted if wanted in case.study.symbols else GROUP


def finding(case: Case, curve: SpecificationCurve, target: str) -> tuple[str, str]:
    """The range of the answers and the share that is significant."""
    row = _summary(curve, target)
    name = "The group" if called(case, target) == "the group" else called(case, target)
    share = percent(row["share_significant"], 0, signed=False)
    moves = "the answer differs" if row["share_negative"] not in (0.0, 1.0) else "the sign never changes"
    return (
        f"{name} {between(row['lowest'], row['highest'])}",
        f"{number(row['specifications'], 0)} specifications, each with another model, benchmark, "
        f"estimation window or treatment of earlier jumps: {share} are significant at the 5 % level by "
        f"{_test(target)}, and {moves}.{_doubt(case, curve, target)} The median is {percent(row['median'])}.",
    )


def _test(target: str) -> str:
    """The test by which an answer counts as significant."""
    return f"the {TESTS[GROUP_TEST].label.lower()}" if target == GROUP else "its t test"


def _doubt(case: Case, curve: SpecificationCurve, target: str) -> str:
    """Why that of the group cannot be trusted here; else nothing."""
    reason = curve.doubts.get(case.choices.car_window) if target == GROUP else None
    return (
        ""
        if reason is None
        else f" That test is not to be trusted here: {reason}. Read the range, not the share."
    )


def between(low: float, high: float) -> str:
    """The range of the answers: ``fell between 8.8 % and 13.3 %, whatever the choice``."""
    if low * high <= 0:
        return f"fell by up to {words.size(low)} or rose by up to {words.size(high)}, depending on the choice"
    near, far = sorted((abs(low), abs(high)))
    way = "fell" if low < 0 else "rose"
    return f"{way} between {words.size(near)} and {words.size(far)}, whatever the choice"


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


def _curve_intro() -> Note:
    return Note(
        "Each column is one study, a specification. Above, its answer with the 95 % interval, from the "
        "lowest to the highest; below, the choices that it stands for. A click on a dot opens its study.",
        key="curve-dek",
    )


def curve_chart(case: Case, curve: SpecificationCurve, target: str) -> Chart:
    """The sorted answers over the matrix of choices."""
    table = answers(curve, target)
    named = {choice: {v: label(case, choice, v) for v in table[choice].unique()} for choice in CHOICES}
    ticks = tuple(
        Ticks(NAMES[choice], tuple((named[choice][v], _places(table[choice] == v)) for v in values))
        for choice, values in varied(table).items()
    )
    name = called(case, target)
    return Chart(
        "specification-curve",
        "curve",
        f"{len(table):,} specifications of the abnormal return of {name}, sorted.",
        (Panel(tuple(_effects(case, table, significant) for significant in (True, False))),),
        captions.caption(
            f"Abnormal return of {name} {span(case.choices.car_window)} under {len(table):,} specifications. "
            "Earlier jumps are days before the event on which a share leapt; the estimation keeps them or "
            f"drops them. {case.stand_ins}",
            compared(case, curve.choices, table),
            captions.credit(case, everything_drawn_on(case, curve.choices), curve.choices.models),
        ),
        _specifications(table, named),
        marks=(("dot", "significant at 5 %"), ("ring", "not significant"), ("bar", "95 % interval")),
        ticks=ticks,
    )


def _places(chosen: pd.Series[bool]) -> tuple[int, ...]:
    return tuple((np.flatnonzero(chosen.to_numpy()) + 1).tolist())


def _effects(case: Case, table: pd.DataFrame, significant: bool) -> Series:
    chosen = (table["pvalue"] < 0.05) == significant
    found = table[chosen]
    return Series(
        f"Effect, {'significant' if significant else 'not significant'} at 5 %",
        "significant" if significant else "not",
        _places(chosen),
        floats(found["effect"]),
        floats(found["ci_low"]),
        floats(found["ci_high"]),
        links=tuple(study_of(case, row) for row in found.to_dict("records")),
    )


def study_of(case: Case, row: dict[Any, Any]) -> ReaderChoices | None:
    """The choices that show a specification as a study; None for one without its earlier jumps."""
    if row["earlier_jumps"] != "kept":
        return None
    last = case.design.event_window.start - 1 - int(row["gap"])
    return case.choosing(
        model=row["model"],
        benchmark="" if row["benchmark"] == "default" else row["benchmark"],
        estimation_window=Window(last - int(row["length"]) + 1, last),
    )


def _specifications(table: pd.DataFrame, named: dict[str, dict[Any, str]]) -> Table:
    return Table(
        "All specifications",
        (
            *(
                columns.numbers(NAMES[choice], table[choice], 0)
                if choice in ("length", "gap")
                else columns.texts(NAMES[choice], (named[choice][v] for v in table[choice]))
                for choice in CHOICES
            ),
            columns.percents("Effect", table["effect"]),
            columns.intervals("95 % interval", table["ci_low"], table["ci_high"]),
            columns.pvalues("p", table["pvalue"]),
        ),
    )


def compared(case: Case, varied: Choices, table: pd.DataFrame) -> str:
    """How many models, benchmarks and windows meet in the curve."""
    count = {choice: table[choice].nunique() for choice in CHOICES}
    lengths, gaps = (alternatives(sorted(table[choice].unique())) for choice in ("length", "gap"))
    return (
        f"Models: {count['model']}. Benchmarks: {count['benchmark']}. Windows in sessions from "
        f"{captions.day_zero(case)}: event {unbroken(varied.event_window)}, estimation over "
        f"{lengths} that end {gaps} before it."
    )


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
        return str(value).replace("-", words.MINUS)
    return str(value)


# ---- tables ----------------------------------------------------------------------------------------


def influence_table(case: Case, curve: SpecificationCurve, target: str) -> Table:
    """How far each choice moves the answer, the strongest first."""
    found = curve.influence.reset_index()
    found = found[(found["day_zero"] == "default") & (found["target"] == target)] if len(found) else found
    rows: list[dict[str, Any]] = found.to_dict("records")  # type: ignore[assignment]
    return Table(
        "How much of the variation of the answers each choice accounts for",
        (
            columns.texts("Choice", (NAMES[row["choice"]] for row in rows)),
            columns.percents("Share of the variation", (row["eta_squared"] for row in rows), 0, False),
            columns.numbers("Moves the median by", (row["spread"] for row in rows), unit=POINTS),
            columns.texts("Lowest with", (label(case, row["choice"], row["lowest"]) for row in rows)),
            columns.texts("Highest with", (label(case, row["choice"], row["highest"]) for row in rows)),
        ),
        "influence-table",
        stacked=True,
    )


def targets_table(case: Case, curve: SpecificationCurve) -> Table:
    """Range, median and shares per firm and for the group."""
    group = {GROUP: "Group"} if len(case.study.symbols) > 1 else {}
    rows = [_summary(curve, target) for target in (*case.study.symbols, *group)]
    return Table(
        "The range of answers of each firm, over all specifications; a firm's are significant by its t test"
        + (f", those of the group by {_test(GROUP)}" if group else ""),
        (
            columns.texts("Firm", (*case.names(case.study.symbols), *group.values())),
            columns.numbers("Specifications", (row["specifications"] for row in rows), 0),
            columns.percents("Lowest", (row["lowest"] for row in rows)),
            columns.percents("Median", (row["median"] for row in rows)),
            columns.percents("Highest", (row["highest"] for row in rows)),
            columns.percents("Significant at 5 %", (row["share_significant"] for row in rows), 0, False),
            columns.numbers("Not computable", (row["failed"] for row in rows), 0),
        ),
        "curve-summary",
    )
