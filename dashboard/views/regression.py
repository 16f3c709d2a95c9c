"""The model of each firm in detail: fitted scatter, coefficients, and what speaks against it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.models.normal_returns import NORMAL_RETURNS
from analysis.study.diagnostics import Diagnostic, diagnose
from analysis.study.regression import fitted_scatter, on_benchmark, regression_table
from dashboard.views import captions, columns, paths
from dashboard.views.case import Case
from dashboard.views.content import Chart, Note, Panel, Series
from dashboard.views.tables import Badge, Table, days, floats
from dashboard.views.words import number, sentence

VERDICTS = {
    "warning": Badge("Warning", "!", "bad"),
    "note": Badge("Note", "i", "partly"),
    "fine": Badge("Fine", "✓", "good"),
}


def scatter_chart(case: Case) -> Chart:
    """A panel per firm: its return against its benchmark's or the expected, with the line and day 0."""
    found = {symbol: case.studies.once(fitted_scatter, symbol) for symbol in case.study.symbols}
    explained, observed = case.study.parameters["rsquared"], case.study.panel.observations
    model, benchmark = NORMAL_RETURNS[case.design.model], on_benchmark(case.study)
    reads = {symbol: model.sources(observed[k]) for k, symbol in enumerate(case.study.symbols)}
    against = "of the benchmark" if benchmark else "expected by the model"
    line = "the line is what the model expects" if benchmark else "on the line a return is the expected one"
    panels = tuple(
        Panel(
            _clouds(case, symbol, found[symbol]),
            case.name(symbol),
            f"R² {number(explained[symbol], 2)}, {reads[symbol]}",
        )
        for symbol in paths.drawn(case.study)
    )
    return Chart(
        "fitted-scatter",
        "scatter",
        f"For each firm its daily returns against those {against}, with the event days marked.",
        panels,
        captions.caption(
            "Each mark is a session: grey before the event, coloured in the event window, the diamond day 0; "
            f"{line}. {captions.few(case)} {case.stand_ins}",
            captions.modelled(case),
            captions.credit(case),
        ),
        _scatter_table(case, found),
        across=against,
    )


def _clouds(case: Case, symbol: str, table: pd.DataFrame) -> tuple[Series, ...]:
    """Sessions before the event, the line, the event window and day 0."""
    window, zero = table["window"], table.index == 0
    ends = table.sort_values("across").iloc[[0, -1]]

    def cloud(name: str, role: str, points: pd.DataFrame, values: str = "return") -> Series:
        return Series(
            name,
            role,
            tuple(points.index.tolist()),
            floats(points[values]),
            across=floats(points["across"]),
            symbol=symbol,
            dates=days(points["session"].to_numpy()),
            look=case.look(symbol),
            decoration=role == "fitted",
        )

    return (
        cloud("Return before the event", "before", table[window == "estimation"]),
        cloud("Expected return", "fitted", ends, "expected_return"),
        cloud("Return in the event window", "event", table[(window == "event") & ~zero]),
        cloud("Return on day 0", "zero", table[(window == "event") & zero]),
    )


def _scatter_table(case: Case, found: dict[str, pd.DataFrame]) -> Table:
    every = pd.concat({s: table[table["window"] == "event"] for s, table in found.items()})
    symbols, times = every.index.get_level_values(0), every.index.get_level_values(1)
    return Table(
        "Sessions of the event window",
        (
            columns.texts("Firm", (case.name(symbol) for symbol in symbols)),
            columns.sessions(times),
            columns.dates("Date", every["session"]),
            *([columns.percents("Benchmark", every["across"])] if on_benchmark(case.study) else []),
            columns.percents("Return", every["return"]),
            columns.percents("Expected", every["expected_return"]),
        ),
    )


def coefficients(case: Case) -> tuple[Table, Note]:
    """Coefficients with ordinary errors, and with errors that allow for restless, related days."""
    every: list[tuple[str, dict[Any, Any]]] = [
        (case.name(symbol), row)
        for symbol in case.study.symbols
        for row in case.studies.once(regression_table, symbol).reset_index().to_dict("records")
    ]
    rows = [row for _, row in every]
    note = (
        "HAC errors stay right when calm and restless days come in spells and days are related "
        "(Newey & West 1987). Alpha is a return per session, decimal."
    )
    table = Table(
        "Coefficients of the model",
        (
            columns.texts("Firm", (name for name, _ in every)),
            columns.texts("Coefficient", (row["coefficient"] for row in rows)),
            columns.numbers("Estimate", (row["estimate"] for row in rows), 4, True),
            columns.numbers("Standard error", (row["se"] for row in rows), 4),
            columns.pvalues("p", (row["pvalue"] for row in rows)),
            columns.numbers("HAC standard error", (row["hac_se"] for row in rows), 4),
            columns.pvalues("HAC p", (row["hac_pvalue"] for row in rows)),
        ),
        "coefficients",
    )
    return table, Note(note, "small", "coefficients-note")


Found = dict[str, dict[str, Diagnostic]]  # by firm and check


def diagnostics(case: Case) -> tuple[Table, Table]:
    """What each check found of each firm, and in words what is not fine."""
    found: Found = {
        symbol: {one.label: one for one in case.studies.once(diagnose, symbol)}
        for symbol in case.study.symbols
    }
    return _matrix(case, found), _not_fine(case, found)


def _matrix(case: Case, found: Found) -> Table:
    """A row per firm, a column per check."""
    labels = dict.fromkeys(label for checks in found.values() for label in checks)
    badges = (
        columns.texts(label, (VERDICTS[checks[label].verdict] for checks in found.values()))
        for label in labels
    )
    firms = columns.texts("Firm", case.names(list(found)))
    return Table("Checks of the estimation, firm by firm", (firms, *badges), "diagnostics")


def _not_fine(case: Case, found: Found) -> Table:
    """What is not fine: said once, with the firms of which it is true."""
    said: dict[tuple[str, str], list[str]] = {}
    for symbol, checks in found.items():
        for label, one in checks.items():
            if one.verdict != "fine":
                said.setdefault((label, sentence(one.sentence)), []).append(case.name(symbol))
    rows = sorted(said.items(), key=lambda row: row[0][0])
    return Table(
        "What needs attention",
        (
            columns.texts("Check", (label for (label, _), _ in rows)),
            columns.texts("Firms", (", ".join(firms) for _, firms in rows)),
            columns.texts("In words", (words for (_, words), _ in rows)),
        ),
        "diagnostics-words",
        stacked=True,
    )
