"""A study on the command line: how it is printed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from commands.console import say
from commands.documents import group_document, study_document, study_rows, summary_document
from commands.printing import MISSING, Format, number, percent, print_json, pvalue, show, table_of

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from analysis.study.study import StudyDesign, StudyResults


def show_study(results: StudyResults, form: Format) -> None:
    """Print a study."""
    if form == "json":
        print_json(study_document(results))
    elif form == "csv":
        study_rows(results).to_csv(sys.stdout, index=False)
    else:
        print_study(results)
        return
    for sentence in _strays(results):
        say(sentence)


def print_study(results: StudyResults) -> None:
    """Day 0, cumulative abnormal returns and what was left out, as tables."""
    show(
        _heading(results.design),
        _day_zero(results),
        _cumulative(results),
        *tests_of(results, "The firms together on day 0"),
    )
    for symbol, reason in results.excluded.items():
        print(f"Not studied: {symbol}: {reason}")
    for sentence in _strays(results):
        print(sentence)
    print(results.panel.market.provenance)


def _strays(results: StudyResults) -> Iterator[str]:
    """Per firm, its bars between the first and the last session on days that are no sessions."""
    market = results.panel.market
    for symbol in results.symbols:
        bars, sessions = market.histories[symbol].bars.index, market.sessions_for(symbol)
        within = bars[(bars >= sessions.dates[0]) & (bars <= sessions.dates[-1])]
        strays = within.difference(sessions.dates)
        if len(strays):
            counted = f"{len(strays):,} bar{'s' if len(strays) > 1 else ''}"
            yield (
                f"Not used: {symbol}: {counted} on days that are no sessions of {sessions.exchange}, "
                f"the first {strays[0]:%Y-%m-%d}"
            )


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
    return (
        f"{design.event.name}: {reaction.label.lower()}\n{model.label}{against}; estimation window "
        f"{design.estimation_window}, event window {design.event_window}, in sessions from day 0\n"
        f"{reaction.explanation if design.reaction != 'return' else model.caution}"
    )


def amounts(results: StudyResults) -> Callable[[float | None], str]:
    """How the values of a study's reaction are printed: fractions as percent, logarithms as they are."""
    from analysis.market.reactions import REACTIONS

    return percent if REACTIONS[results.design.reaction].unit == "fraction" else _signed


def _signed(value: float | None) -> str:
    text = number(value)
    return text if text == MISSING or text.startswith("-") else f"+{text}"


def _day_zero(results: StudyResults) -> Table:
    from analysis.inference.placebo import placebo
    from analysis.market.events import Window
    from analysis.models.normal_returns import NORMAL_RETURNS

    amount, sessions = amounts(results), results.event_sessions
    one = len(set(sessions.values())) == 1
    title = f"Day 0: {min(sessions.values()):%A %d %B %Y}" if one else "Day 0, per exchange"
    words = ("Firm", "Benchmark") if one else ("Firm", "Benchmark", "Session")
    observed = "Return" if results.design.reaction == "return" else "Observed"
    table = table_of(title, words, (observed, "Expected", "Abnormal", "95 % interval", "t", "p", "Placebo p"))
    reads = "benchmark" in NORMAL_RETURNS[results.design.model].needs
    day: pd.DataFrame = results.car(Window(0, 0))
    placebos = placebo(results, Window(0, 0)).pvalues
    returns, expected = results.returns.loc[0].to_dict(), results.expected_returns.loc[0].to_dict()
    for symbol in results.symbols:
        row: Any = day.loc[symbol]
        table.add_row(
            symbol,
            results.benchmarks[symbol] if reads else MISSING,
            *(() if one else (str(sessions[symbol]),)),
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
    table = table_of(title, ("Firm",), [str(window) for window in windows])
    cars = [results.car(window) for window in windows]
    for symbol in results.symbols:
        cells: Iterator[Any] = (car.loc[symbol] for car in cars)
        table.add_row(symbol, *(f"{amount(cell['car'])} ({pvalue(cell['pvalue'])})" for cell in cells))
    table.add_section()
    table.add_row("Mean", *(amount(results.caar(window)) for window in windows))
    return table


def tests_of(results: StudyResults, title: str) -> tuple[Table, str, str]:
    """Tests of the group on day 0; below, once per reason, why not to trust one, and what limits them all."""
    from analysis.inference.significance import TESTS

    table = table_of(title, ("Test",), ("Statistic", "p"))
    table.add_column("Trust it?")
    doubts: list[str] = []
    for key, test in TESTS.items():
        row = group_document(results, key)
        if row["reason"] and row["reason"] not in doubts:
            doubts.append(row["reason"])
        answer = "yes" if row["trusted"] else f"no ({doubts.index(row['reason']) + 1})"
        table.add_row(test.label, number(row["statistic"]), pvalue(row["pvalue"]), answer)
    return table, "\n".join(f"({place}) {doubt}" for place, doubt in enumerate(doubts, 1)), limits_of(results)


def limits_of(results: StudyResults) -> str:
    """What the number of firms and dates and their correlation allow, in a sentence."""
    limits = summary_document(results)
    several = len({o.symbol for o in results.panel.observations}) < len(results.symbols)
    counts = {"events" if several else "firms": limits["firms"], "dates": limits["dates"]}
    counted = ", ".join(f"{count:,} {what[: None if count != 1 else -1]}" for what, count in counts.items())
    effective = limits["effective_firms"]
    informative = "" if effective is None else f", as informative as {effective:,.1f} independent firms"
    detectable = amounts(results)(limits["minimum_detectable_effect"]).lstrip("+")
    return (
        f"{counted}; mean residual correlation {number(limits['mean_residual_correlation'])}"
        f"{informative}; smallest p of the placebo rank {pvalue(limits['smallest_pvalue'])}; "
        f"a mean of {detectable} either way is found four times out of five"
    )
