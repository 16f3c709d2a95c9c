"""What explains the differences between the events of a list, as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.many.explain import INTERCEPT, Comparison, Estimate, Explained, Regression
from dashboard.views import columns, words
from dashboard.views.content import Block, Note
from dashboard.views.tables import Column, Table


def blocks(found: Explained) -> Iterator[Block]:
    """Notes first, then per window a regression, and each column of texts by itself."""
    for note in found.notes:
        yield Note(f"Caution: {note}.")
    for one in found.regressions:
        yield _regression(found, one)
        for compared in one.comparisons:
            yield _comparison(one, compared)
            yield Note(
                f"All levels of {compared.column} equal {words.span(one.window)}: "
                f"F({compared.restrictions}, {compared.df}) = {words.number(compared.statistic)}, "
                f"{words.p(compared.pvalue)}."
            )


def _regression(found: Explained, one: Regression) -> Table:
    title = (
        f"CAR {words.window(one.window)} on {found.formula}: {words.count(one.events, 'event')}, "
        f"{words.count(one.dates, 'date')}, {words.count(one.firms, 'firm')}, R² {words.number(one.r2)}"
    )
    names = (_name(estimate, found) for estimate in one.coefficients)
    return Table(
        title, (columns.texts("Column", names), *_numbers(one.coefficients)), f"explain-{one.window}"
    )


def _name(estimate: Estimate, found: Explained) -> str:
    if estimate.term == INTERCEPT:
        return "Constant"
    if not estimate.level:
        return f"{estimate.term}, a deviation ({words.number(estimate.deviation)}) more"
    return f"{estimate.term}: {estimate.level} against {found.bases[estimate.term]}"


def _comparison(one: Regression, compared: Comparison) -> Table:
    """Means of the levels, then what they differ by from the level that most events have."""
    title = (
        f"CAR {words.window(one.window)} by {compared.column}: means, and differences from {compared.base}"
    )
    rows = (*compared.means, *compared.differences)
    names = [
        *(mean.level for mean in compared.means),
        *(f"{apart.level} less {compared.base}" for apart in compared.differences),
    ]
    events = columns.numbers("Events", (estimate.events for estimate in rows), 0)
    key = f"explain-{compared.column}-{one.window}"
    return Table(title, (columns.texts("Level", names), events, *_numbers(rows)), key)


def _numbers(estimates: Sequence[Estimate]) -> tuple[Column, ...]:
    """CAR per standard deviation of a column of numbers, or by level: with errors, t, p and interval."""
    low, high = ([getattr(one, end) * one.deviation for one in estimates] for end in ("low", "high"))
    return (
        columns.percents("Estimate", (one.value * one.deviation for one in estimates)),
        columns.percents("Error", (one.se * one.deviation for one in estimates), signed=False),
        columns.numbers("t", (one.statistic for one in estimates), 2, True),
        columns.pvalues("p", (one.pvalue for one in estimates)),
        columns.intervals("95 % interval", low, high),
    )
