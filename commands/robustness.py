"""How far the answer depends on choices: what is varied, and how the specification curve is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from commands.console import progress, say
from commands.documents import Document, plain
from commands.lean import pandas_alone
from commands.options import (
    AcceptOption,
    BenchmarkOption,
    DatesOption,
    EventDateOption,
    EventSlug,
    FormatOption,
    ModelOption,
    PricesOption,
    WindowOption,
)
from commands.own_prices import asked_case
from commands.printing import Format, print_json, print_table_csv, show_blocks, tell
from dashboard.views import words

if TYPE_CHECKING:
    from analysis.choices.curve import Choices, SpecificationCurve
    from analysis.choices.permutation import PermutationTest
    from analysis.claims.reported import Dossier
    from analysis.market.prices import Market, Provenance
    from dashboard.views.case import Case
    from dashboard.views.choices import Choices as ReaderChoices
    from dashboard.views.tables import Table

T = TypeVar("T")
INFLUENTIAL = 0.05  # least share of the variance of the effects for a choice to be named


def robustness(
    context: typer.Context,
    event: EventSlug = None,
    form: FormatOption = "text",
    prices: PricesOption = None,
    benchmark: BenchmarkOption = None,
    event_date: EventDateOption = None,
    model: ModelOption = None,
    event_window: WindowOption = None,
    estimation_window: WindowOption = None,
    accept: AcceptOption = None,
    dates: DatesOption = None,
    permutation: Annotated[
        bool, typer.Option("--permutation", help="Repeat the curve on 99 earlier dates: a minute or two.")
    ] = False,
) -> None:
    """Print how far the answer depends on choices: a specification curve."""
    pandas_alone()
    from analysis.choices.curve import specification_curve

    files = prices, benchmark, event_date, accept, dates
    case = asked_case(context.obj, event, None, files, (model, event_window, estimation_window))
    chosen = case.choices
    if case.design.shorten:
        chosen = replace(chosen, event_window=case.study.design.event_window)
    curve = specification_curve(choices_of(case.dossier, chosen), case.market)
    test = _permuted(curve.choices, case.market) if permutation else None
    cautions = [] if prices is None else case.cautions.decisive
    show_robustness(curve, case.market.provenance, form, cautions, test, case)


def _permuted(choices: Choices, market: Market) -> PermutationTest:
    from analysis.choices.permutation import permutation_test

    with progress("earlier dates") as step:
        return permutation_test(choices, market, partial(step, "earlier dates"))


def choices_of(dossier: Dossier, asked: ReaderChoices | None = None) -> Choices:
    """What may reasonably be chosen for an event; what was asked for is preferred.

    Benchmarks are each firm's own, those of the catalogue and its indices; other days 0 are what
    the timeline names for the whole market in the two weeks before the event.
    """
    from analysis.choices.curve import MODELS, Choices
    from dashboard.views.choices import Choices as ReaderChoices

    asked = asked or ReaderChoices(dossier.event.slug)
    estimation, event = asked.estimation_window, asked.event_window
    usual = Choices(dossier.event, asked.symbols or dossier.firms)
    own = (asked.benchmark,) if asked.benchmark else ()
    return replace(
        usual,
        days_zero=(None, *dossier.earlier_days),
        models=_preferring((asked.model,), MODELS),
        benchmarks=_preferring(own, (None, *dossier.group("benchmark"), *dossier.indices)),
        lengths=_preferring((len(estimation),), usual.lengths),
        gaps=_preferring((event.start - 1 - estimation.end,), usual.gaps),
        windows=tuple(window for window in usual.windows if event.covers(window)),
        event_window=event,
    )


def _preferring(first: tuple[T, ...], others: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*first, *others)))


def show_robustness(
    curve: SpecificationCurve,
    provenance: Provenance,
    form: Format,
    cautions: Sequence[str] = (),
    test: PermutationTest | None = None,
    case: Case | None = None,
) -> None:
    """Print a specification curve; with its permutation test, and the second opinion of a case."""
    if form == "json":
        second = second_opinion(case) | {"excluded": case.excluded} if case else {}
        print_json(robustness_document(curve, test) | second | {"cautions": list(cautions)}, indent=None)
    elif form == "csv":
        print_table_csv(curve.table)
        for caution in cautions:
            say(caution)
    else:
        for caution in cautions:
            tell(f"Caution: {caution}")
        print_robustness(curve)
        if test:
            from dashboard.views.permutation import table

            show_blocks([table(test)])
        if case:
            from dashboard.views import synthetic

            show_blocks(synthetic.section(case).blocks)
            for symbol, reason in case.excluded.items():
                tell(f"Not studied: {symbol}: {reason}")
        print(provenance)


def second_opinion(case: Case) -> Document:
    """Day 0 by the model of the study and by a synthetic control, decimal, or why there is none."""
    from analysis.market.errors import EventStudyError
    from commands.documents import donors_document
    from dashboard.views.synthetic import compared

    try:
        usual, mixed = compared(case)
    except EventStudyError as error:
        return {"second_opinion": {"firms": {}, "reason": str(error)}}
    day = {one.design.model: one.abnormal_returns.loc[0].to_dict() for one in (usual, mixed)}
    firms = {
        symbol: {
            "abnormal_returns": {model: values.get(symbol) for model, values in day.items()},
            **donors_document(mixed, symbol),
        }
        for symbol in mixed.symbols
    }
    return {"second_opinion": {"firms": firms, "reason": None}}


def robustness_document(curve: SpecificationCurve, test: PermutationTest | None = None) -> Document:
    """Summary and influence per day 0 and target, and the curve itself column by column."""
    tested = {} if test is None else {"permutation": _permutation_document(test)}
    return tested | {
        "event": curve.choices.event.slug,
        "specifications": curve.count,
        "group_test": _group_test(curve),
        "summary": plain(curve.summary.reset_index()).to_dict("records"),
        "influence": plain(curve.influence.reset_index()).to_dict("records"),
        "curve": plain(curve.table).to_dict("list"),
    }


def _permutation_document(test: PermutationTest) -> Document:
    """Per target and statistic: the event, the usual size on earlier dates, p, and how many dates."""
    return {str(target): plain(test.summary(str(target))).to_dict("index") for target in test.event.index}


def _group_test(curve: SpecificationCurve) -> Document:
    """The test by which the group's answers count as significant; whether it is trusted, window by window."""
    from analysis.choices.curve import GROUP_TEST
    from analysis.inference.significance import TESTS

    windows = {str(w): {"trusted": doubt is None, "reason": doubt} for w, doubt in curve.doubts.items()}
    return {"key": GROUP_TEST, "label": TESTS[GROUP_TEST].label, "windows": windows}


def print_robustness(curve: SpecificationCurve) -> None:
    """Per day 0: the range of effects; what moves them most; what could not be computed."""
    questions = list(curve.summary.index.unique("day_zero"))
    print(f"{curve.choices.event.name}: {curve.count:,} specifications\n")
    show_blocks([*(_effects(curve, day_zero) for day_zero in questions), _influences(curve, questions[0])])
    for day_zero, answers in curve.table.groupby("day_zero"):
        reasons = answers["reason"][answers["reason"] != ""].value_counts()
        if len(reasons):
            missing = f"{reasons.sum():,} of {len(answers):,} answers not computed"
            tell(f"{_named(str(day_zero))}: {missing}, most often because {reasons.index[0]}")
    print(f"\n{_counted(curve)}")


def _counted(curve: SpecificationCurve) -> str:
    """By which tests answers count as significant, and in which windows that of the group is not trusted."""
    from dashboard.views.words import window

    test = _group_test(curve)
    reasons: dict[str, list[str]] = {}
    for where, doubt in curve.doubts.items():
        if doubt is not None:
            reasons.setdefault(doubt, []).append(window(where))
    told = "".join(f"; not to be trusted in {', '.join(at)}: {doubt}" for doubt, at in reasons.items())
    return f"p < .05: of a firm by its t test, of the group by the {str(test['label']).lower()}{told}"


def _effects(curve: SpecificationCurve, day_zero: str) -> Table:
    from dashboard.views import columns
    from dashboard.views.tables import Table

    found = curve.summary.loc[day_zero]
    effects = {"Preferred": "preferred", "Lowest": "lowest", "Median": "median", "Highest": "highest"}
    shares = {"Below 0": "share_negative", "p < .05": "share_significant"}
    return Table(
        f"{_named(day_zero)}: cumulative abnormal returns",
        (
            columns.texts("Firm", map(str, found.index)),
            columns.numbers("Specifications", found["specifications"], 0),
            *(columns.percents(name, found[key]) for name, key in effects.items()),
            *(columns.percents(name, found[key], 0, signed=False) for name, key in shares.items()),
        ),
    )


def _influences(curve: SpecificationCurve, day_zero: str) -> Table:
    from dashboard.views import columns
    from dashboard.views.robustness import NAMES
    from dashboard.views.tables import Table
    from dashboard.views.words import percent

    found = curve.influence.reset_index()
    rows = found[(found["day_zero"] == day_zero) & (found["eta_squared"] >= INFLUENTIAL)].to_dict("records")
    medians = (
        columns.texts(
            f"{end.capitalize()} median",
            (f"{percent(row[f'{end}_median'])} ({_value(row['choice'], row[end])})" for row in rows),
        )
        for end in ("lowest", "highest")
    )
    return Table(
        "What moves the answer most: share of the variance of effects",
        (
            columns.texts("Firm", (row["target"] for row in rows)),
            columns.texts("Choice", (NAMES[row["choice"]] for row in rows)),
            columns.percents("Share", (row["eta_squared"] for row in rows), 0, signed=False),
            *medians,
        ),
    )


def _value(choice: str, value: object) -> str:
    """A value of a choice: a model by its name."""
    from analysis.models.normal_returns import NORMAL_RETURNS

    return NORMAL_RETURNS[str(value)].label if choice == "model" else str(value)


def _named(day_zero: str) -> str:
    return (
        "Day 0 of the event"
        if day_zero == "default"
        else words.typeset(f"Were {day_zero} day 0").replace(words.SPACE, " ")
    )
