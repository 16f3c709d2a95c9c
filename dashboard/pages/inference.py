"""Inference: how unusual it was, by tests that allow for one shared date, and by every earlier date."""

from __future__ import annotations

import numpy as np
import pandas as pd
from dash import html
from dash.development.base_component import Component

from analysis.inference.firm_inference import firm_inference
from analysis.inference.group_summary import group_summary
from analysis.inference.placebo import Placebo, placebo
from analysis.inference.significance import TESTS, SignificanceResult, SignificanceTest
from dashboard import blocks, captions, figures, regression, tables, theme
from dashboard.case import Case
from dashboard.theme import percent, pvalue

PATH = "/inference"
TITLE = "Inference"
CONTROLS: tuple[str, ...] = ("symbols", "model", "benchmark", "estimation", "car", "tests")

GROUP_LOOK = theme.Series("slate", "solid", "circle")
FIRM_COLUMNS = {
    "pvalue": "p of t",
    "sample_quantile_abs": "Sample quantile",
    "conformal": "Conformal",
    "placebo": "Placebo dates",
    "familywise": "All firms (max-T)",
    "holm": "All firms (Holm)",
}


def layout(case: Case) -> list[Component]:
    """The group against earlier dates, firm by firm, and every test with its trust."""
    pseudo = placebo(case.study, case.view.car_window)
    return [
        finding(case, pseudo),
        blocks.section(
            "placebo", "Against every earlier date", _placebo_intro(case), placebo_chart(case, pseudo)
        ),
        blocks.section(
            "firms",
            "Firm by firm",
            _firms_intro(),
            blocks.others(case),
            firm_chart(case, pseudo),
            firm_table(case),
        ),
        blocks.section("tests", "Tests of the group", _tests_intro(), tests_table(case)),
        blocks.section("limits", "What this event can tell at all", limits(case)),
        blocks.section("diagnostics-section", "Is the model sound?", regression.diagnostics_table(case)),
    ]


def finding(case: Case, pseudo: Placebo) -> Component:
    """How many earlier dates were as extreme for the group."""
    known = pseudo.caar[np.isfinite(pseudo.caar)]
    mean = float(pseudo.event["car"].mean())
    extreme = pseudo.as_extreme
    count = "None" if extreme == 0 else f"{extreme:,}"
    firms = "these firms" if len(case.study.symbols) > 1 else case.name(case.study.symbols[0])
    title = (
        f"{count} of {len(known):,} earlier dates moved {firms} as far, for the variability of the time, "
        f"as this {percent(mean)}"
    )
    if not len(known):
        title = f"The firms moved {percent(mean)} on average; there is no history to compare it with"
    test = TESTS["portfolio"].function(case.study, case.view.car_window)
    told = f"p{theme.SPACE}{pvalue(test.pvalue)}" if test.pvalue is not None else test.reason
    return blocks.finding(
        case,
        title,
        f"How often chance alone goes as far: {told} by the portfolio test, "
        f"p{theme.SPACE}{pvalue(pseudo.group_pvalue)} by rank among those earlier dates. Unusual is not "
        "the same as caused: other news of those days moves prices "
        "too.",
    )


# ---- limits ----------------------------------------------------------------------------------------


def limits(case: Case) -> Component:
    """What the number of firms, dates and their correlation allow, one line each."""
    summary = group_summary(case.study, case.view.car_window)
    correlation = summary.mean_residual_correlation
    rows: list[tuple[tables.Cell, ...]] = [
        ("Firms", theme.number(summary.firms, 0), "Shares with an abnormal return in the window."),
        (
            "Event dates",
            theme.number(summary.dates, 0),
            "Firms that share a date share its other news.",
        ),
        (
            "Mean residual correlation",
            theme.number(correlation, 2, True),
            "How much the firms move together once the market is taken out.",
        ),
        (
            "Effective number of firms",
            theme.number(summary.effective_firms, 1),
            "Independent firms that would be as informative.",
        ),
        (
            "Smallest attainable p",
            pvalue(summary.smallest_pvalue),
            "No rank among these earlier dates can give less.",
        ),
        (
            "Minimum detectable effect",
            percent(summary.minimum_detectable_effect, signed=False),
            "Mean move that the portfolio test finds four times out of five, at the 5 % level.",
        ),
    ]
    return tables.table(
        "Number of dates, correlation and power",
        ("Quantity", "Value", "In words"),
        rows,
        numeric=(1,),
        identifier="limits-table",
        stacked=True,
    )


# ---- placebo dates ---------------------------------------------------------------------------------


def _placebo_intro(case: Case) -> Component:
    return html.P(
        "The same study, made as if the event had happened on each earlier date: the mean abnormal return "
        f"{captions.span(case.view.car_window)} on dates when nothing in particular was known to happen.",
        className="dek",
        id="placebo-dek",
    )


def placebo_chart(case: Case, pseudo: Placebo) -> Component:
    """Distribution of the group's mean over pseudo-dates, the event marked."""
    mean, known = float(pseudo.event["car"].mean()), pseudo.caar[np.isfinite(pseudo.caar)]
    apart = "" if pseudo.blocks == len(known) else f" ({pseudo.blocks} of them without overlap)"
    caption = captions.caption(
        f"Mean abnormal return of {_firms(case)} {captions.span(pseudo.window)}, as if the event had "
        f"happened on each of {len(known)} earlier dates{apart}. Two-sided "
        f"p: {pvalue(pseudo.raw_group_pvalue)} by size, {pvalue(pseudo.group_pvalue)} by size over the "
        "variability of the time.",
        captions.modelled(case),
        captions.source(case),
    )
    return blocks.chart_block(
        "placebo-dates",
        figures.histogram(
            known, mean, f"event {percent(mean)}", theme.Series("slate", "solid", "circle"), 300
        ),
        f"Histogram of {len(known)} earlier dates; the event stands at {percent(mean)}.",
        caption,
        _placebo_table(pseudo),
    )


def _firms(case: Case) -> str:
    count = len(case.study.symbols)
    return case.name(case.study.symbols[0]) if count == 1 else f"{count} firms"


def _placebo_table(pseudo: Placebo) -> Component:
    known = pd.Series(pseudo.caar, index=pseudo.dates).dropna()
    lowest = known.abs().sort_values(ascending=False).index[:10]
    rows = [(_date(when), percent(known[when])) for when in lowest]
    return tables.table(
        "The ten earlier dates that moved the group most",
        ("Date", "Mean abnormal return"),
        rows,
        numeric=(1,),
    )


def _date(when: object) -> str:
    return theme.day(when.date()) if isinstance(when, pd.Timestamp) else str(when)


# ---- firm by firm ----------------------------------------------------------------------------------


def _firms_intro() -> Component:
    return html.P(
        "The same for each share by itself; p is the share of ordinary dates that go as far.", className="dek"
    )


def firm_chart(case: Case, pseudo: Placebo) -> Component:
    """A histogram per firm, the event marked."""
    symbols = case.study.symbols[: captions.MOST_PANELS]
    panels = []
    cars = pseudo.event["car"].to_dict()
    for i, symbol in enumerate(symbols):
        draws = pseudo.cars[symbol].to_numpy()
        event = float(cars[symbol])
        figure = figures.histogram(draws[np.isfinite(draws)], event, percent(event, 1), theme.series(i), 190)
        panels.append((case.name(symbol), f"placebo p {pvalue(pseudo.pvalues[symbol])}", figure))
    header = ("Firm", "Abnormal return", "Earlier dates", "Placebo p", "Placebo p by plain size")
    rows = [
        (
            case.name(symbol),
            percent(pseudo.event.at[symbol, "car"]),
            theme.number(pseudo.cars[symbol].notna().sum(), 0),
            pvalue(pseudo.pvalues[symbol]),
            pvalue(pseudo.raw_pvalues[symbol]),
        )
        for symbol in case.study.symbols
    ]
    return blocks.chart_block(
        "placebo-firms",
        panels,
        "For each firm the abnormal returns of earlier dates, with the event marked.",
        captions.caption(
            f"Abnormal returns {captions.span(pseudo.window)}, as if the event had happened on each "
            f"earlier date; the line marks the event. {captions.few(case)} {case.stand_ins}",
            captions.modelled(case),
            captions.source(case),
        ),
        tables.table("Placebo dates by firm", header, rows, numeric=range(1, 5)),
    )


def firm_table(case: Case) -> Component:
    """Every p value of each firm; the last two allow for the number of firms."""
    found = firm_inference(case.study, case.view.car_window)
    rows = [
        (
            case.name(str(symbol)),
            percent(found.at[symbol, "car"]),
            theme.number(found.at[symbol, "statistic"], 2, True),
            *(pvalue(found.at[symbol, name]) for name in FIRM_COLUMNS),
        )
        for symbol in found.index
    ]
    header = ("Firm", f"CAR {theme.window(case.view.car_window)}", "t statistic", *FIRM_COLUMNS.values())
    note = (
        "All after the t statistic are p values, two-sided. Sample quantile and conformal rank the event "
        "among the firm's own residuals; "
        "placebo dates repeat the whole study; the last two allow for having looked at several firms."
    )
    table = tables.table(
        "How unusual, firm by firm", header, rows, numeric=range(1, len(header)), identifier="firm-inference"
    )
    return html.Div([table, html.P(note, className="soft small", id="firm-note")], id="firm-part")


# ---- tests of the group ----------------------------------------------------------------------------


def _tests_intro() -> Component:
    return html.P(
        "Many tests are in print. Most of them count firms as independent witnesses, which firms that "
        "share a date are not. Each states what it asks, and whether it can be trusted here.",
        className="dek",
        id="tests-dek",
    )


def tests_table(case: Case) -> Component:
    """Every test with its result, trusted ones first."""
    trusted = {key: test.trusted(case.study, case.view.car_window) for key, test in TESTS.items()}
    chosen = [key for key in TESTS if case.view.tests != "trusted" or trusted[key] is None]
    rows = [
        _test_row(TESTS[key], TESTS[key].function(case.study, case.view.car_window), trusted[key])
        for key in sorted(chosen, key=lambda key: trusted[key] is not None)
    ]
    header = ("Test and what it asks", "Statistic", "p", "Trusted here?")
    return tables.table(
        f"{len(rows)} tests of the group {captions.span(case.view.car_window)}",
        header,
        rows,
        numeric=(1, 2),
        identifier="group-tests",
        stacked=True,
    )


def _test_row(
    test: SignificanceTest, result: SignificanceResult, reason: str | None
) -> tuple[tables.Cell, ...]:
    label: list[str | Component] = [
        html.Strong(test.label),
        html.Div(f"{test.null_hypothesis} {test.reference}.", className="soft small"),
    ]
    if result.pvalue is None:
        verdict = blocks.badge("–", "Not computed", "neutral")
        why = result.reason or ""
    elif reason is None:
        verdict, why = blocks.badge("✓", "Trusted", "good"), test.misleads
    else:
        verdict, why = blocks.badge("!", "Misleads here", "partly"), reason
    words = html.Div(theme.sentence(why), className="reason")
    return label, theme.number(result.statistic, 2, True), pvalue(result.pvalue), [verdict, words]
