"""A study on the command line: how it is printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from analysis.inference.trust import group_of
from analysis.market.events import DAY_ZERO, Window
from commands.console import say
from commands.documents import group_document, study_document, study_rows, summary_document
from commands.printing import StudyFormat, print_json, print_table_csv, show, show_blocks, table_of, tell
from dashboard.views import words
from dashboard.views.cautions import cautions_of, held_in_part
from dashboard.views.words import DASH, count, day, number, percent, pvalue

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from analysis.inference.trust import Group
    from analysis.study.study import StudyDesign, StudyResults
    from commands.subjects import Subject


def show_study(results: StudyResults, form: StudyFormat, subject: Subject, stars: bool = False) -> None:
    """Print a study."""
    decisive, others, _ = cautions_of(results, subject.cautions_of(results))
    if form == "json":
        print_json(study_document(results, [*decisive, *others]))
    elif form == "latex":
        from dashboard.render import latex
        from dashboard.views.thesis import of_study

        print(latex.document(of_study(results, [*decisive, *others]), stars), end="")
    elif form == "csv":
        print_table_csv(study_rows(results))
        for sentence in [*decisive, *others]:
            say(sentence)
    else:
        print_study(results, decisive, others)


def print_study(results: StudyResults, decisive: Sequence[str], others: Sequence[str]) -> None:
    """Day 0, cumulative abnormal returns and what was left out, as tables."""
    from dashboard.views import long_windows

    for sentence in decisive:
        tell(f"Caution: {sentence}")
    show(
        _heading(results.design),
        _day_zero(results),
        _cumulative(results),
        _stepped(results),
        *tests_of(group_of(results), (DAY_ZERO,), "The firms together on day 0", amounts(results)),
    )
    show_blocks(long_windows.blocks(group_of(results), results.design.car_windows))
    for sentence in held_in_part(results):
        tell(sentence)
    if results.panel.market.donors:
        from dashboard.views.synthetic import sentences

        for sentence in sentences(results):
            tell(sentence)
    for symbol, reason in results.moved.items():
        tell(f"Moved to a session: {symbol}: {reason}")
    for symbol, reason in results.excluded.items():
        tell(f"Not studied: {symbol}: {reason}")
    for sentence in others:
        tell(sentence)
    print(results.panel.market.provenance)


def _heading(design: StudyDesign) -> str:
    """What was studied and how, and when that misleads."""
    from analysis.market.reactions import REACTIONS
    from analysis.models.normal_returns import NORMAL_RETURNS

    model, reaction = NORMAL_RETURNS[design.model], REACTIONS[design.reaction]
    against = ""
    if "benchmark" in model.needs:
        against = (
            f" on benchmark {design.benchmark}" if design.benchmark else " on each firm's default benchmark"
        )
    between = "; returns between trades, weighted by their sessions" if design.gaps != "missing" else ""
    return (
        f"{design.event.name}: {reaction.label.lower()}\n{model.label}{against}; estimation window "
        f"{words.window(design.estimation_window)}, event window {words.window(design.event_window)}, "
        f"in sessions from day 0{between}\n"
        f"{reaction.explanation if design.reaction != 'return' else model.caution}"
    )


def amounts(results: StudyResults) -> Callable[[float | None], str]:
    """How the values of a study's reaction are printed: fractions as percent, logarithms as they are."""
    from analysis.market.reactions import REACTIONS

    return percent if REACTIONS[results.design.reaction].unit == "fraction" else partial(number, signed=True)


def _day_zero(results: StudyResults) -> Table:
    from analysis.inference.placebo import placebo

    amount, sessions = amounts(results), results.event_sessions
    one = len(set(sessions.values())) == 1
    first = min(sessions.values())
    title = f"Day 0: {first:%A}, {day(first)}" if one else "Day 0, per exchange"
    named = ("Firm", "Benchmark") if one else ("Firm", "Benchmark", "Session")
    observed = "Return" if results.design.reaction == "return" else "Observed"
    table = table_of(title, named, (observed, "Expected", "Abnormal", "95 % interval", "t", "p", "Placebo p"))
    measured: pd.DataFrame = results.car(DAY_ZERO)
    placebos = placebo(results, DAY_ZERO).pvalues
    returns, expected = results.returns.loc[0].to_dict(), results.expected_returns.loc[0].to_dict()
    for symbol in results.symbols:
        row: Any = measured.loc[symbol]
        table.add_row(
            symbol,
            results.benchmarks_read[symbol] or DASH,
            *(() if one else (day(sessions[symbol]),)),
            amount(returns[symbol]),
            amount(expected[symbol]),
            amount(row["car"]),
            f"{amount(row['ci_low'])} to {amount(row['ci_high'])}",
            number(row["statistic"]),
            pvalue(row["pvalue"]),
            pvalue(placebos[symbol]),
        )
    return table


def _cumulative(results: StudyResults) -> Table:
    from analysis.market.reactions import REACTIONS

    amount, windows = amounts(results), results.design.car_windows
    title = f"{REACTIONS[results.design.reaction].label}, added up over windows, p value in brackets"
    table = table_of(title, ("Firm",), [words.window(window) for window in windows])
    cars = [results.car(window) for window in windows]
    for symbol in results.symbols:
        cells: Iterator[Any] = (car.loc[symbol] for car in cars)
        table.add_row(symbol, *(f"{amount(cell['car'])} ({pvalue(cell['pvalue'])})" for cell in cells))
    table.add_section()
    table.add_row("Mean", *(amount(results.caar(window)) for window in windows))
    return table


def _stepped(results: StudyResults) -> str:
    """Which CARs stay unusual when every firm and window is allowed for, in a sentence."""
    from analysis.inference.firm_inference import across_windows

    found, windows = across_windows(results), results.design.car_windows
    asked = f"{count(found.size, 'CAR')} at once (Romano and Wolf's step-down over earlier dates)"
    if found.isna().all(axis=None):
        return f"Nothing can be said of {asked}: there are too few earlier dates."
    pvalues: dict[Any, dict[Any, float]] = found.to_dict()
    held = {s: [words.window(w) for w in windows if pvalues[w][s] < 0.05] for s in results.symbols}
    kept = [f"{symbol} {', '.join(told)}" for symbol, told in held.items() if told]
    return f"Allowing for {asked}, p < 0.05 holds for {'; '.join(kept) or 'none'}."


def tests_of(
    group: Group,
    windows: Sequence[Window],
    title: str,
    amount: Callable[[float | None], str],
) -> tuple[Table, str, str]:
    """Tests of a group in some windows; below, why not to trust one, and what limits them all."""
    from analysis.inference.significance import TESTS

    one = len(windows) == 1
    columns = ("Statistic", "p", "Trust it?") if one else [f"p {words.window(window)}" for window in windows]
    table = table_of(title, ("Test",), columns)
    doubts: dict[str, int] = {}
    for key, test in TESTS.items():
        rows = [group_document(group, key, window) for window in windows]
        marks = [
            f"({doubts.setdefault(row['reason'], len(doubts) + 1)})" if row["reason"] else "" for row in rows
        ]
        if one:
            cells = [
                number(rows[0]["statistic"]),
                pvalue(rows[0]["pvalue"]),
                f"no {marks[0]}" if marks[0] else "yes",
            ]
        else:
            cells = [
                f"{pvalue(row['pvalue'])} {mark}".rstrip() for row, mark in zip(rows, marks, strict=True)
            ]
        table.add_row(test.label, *cells)
    reasons = [f"({place}) {doubt}" for doubt, place in doubts.items()]
    if not one and reasons:
        reasons.insert(0, "A number in brackets: not to be trusted in that window, for the reason below.")
    return table, "\n".join(reasons), limits_of(group, amount)


def limits_of(group: Group, amount: Callable[[float | None], str]) -> str:
    """What the number of firms and dates and their correlation allow, in a sentence."""
    limits = summary_document(group)
    noun = group.sampling(DAY_ZERO).noun.removesuffix("s")
    counted = f"{count(limits['firms'], noun)}, {count(limits['dates'], 'date')}"
    effective = limits["effective_firms"]
    informative = "" if effective is None else f", as informative as {effective:,.1f} independent firms"
    detectable = amount(limits["minimum_detectable_effect"]).lstrip("+")
    return (
        f"{counted}; mean residual correlation {number(limits['mean_residual_correlation'])}"
        f"{informative}; smallest p of the placebo rank {pvalue(limits['smallest_pvalue'])}; "
        f"a mean of {detectable} either way is found four times out of five"
    )
