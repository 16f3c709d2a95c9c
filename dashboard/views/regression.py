"""The model of each firm in detail: fitted scatter, coefficients, and what speaks against it."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from analysis.study.diagnostics import diagnose
from analysis.study.regression import fitted_scatter, regression_table
from dashboard.render import figures, theme
from dashboard.render.theme import percent, pvalue
from dashboard.views import captions
from dashboard.views.case import Case
from dashboard.web import blocks, tables

VERDICTS = {
    "warning": ("!", "Warning", "bad"),
    "note": ("i", "Note", "partly"),
    "fine": ("✓", "Fine", "good"),
}


def scatter_chart(case: Case) -> Component:
    """A panel per firm: its return against its benchmark's, with the fitted line and day 0."""
    symbols = case.study.symbols[: captions.MOST_PANELS]
    days = {symbol: case.studies.once(fitted_scatter, symbol) for symbol in case.study.symbols}
    across = theme.percent_axis((v for t in days.values() for v in t["benchmark_return"]), steps=4)
    upward = theme.percent_axis((v for t in days.values() for v in t["return"]), steps=4)
    explained = case.study.parameters["rsquared"]
    panels = [
        (
            case.name(symbol),
            f"R² {theme.number(explained[symbol], 2)}, {case.study.benchmarks[symbol]}",
            figures.scatter_panel(days[symbol], theme.series(i), across, upward),
        )
        for i, symbol in enumerate(symbols)
    ]
    rows = [
        (
            case.name(symbol),
            theme.number(day["event_time"], 0, True),
            theme.day(day["session"].date()),
            *(percent(day[name]) for name in ("benchmark_return", "return", "expected_return")),
        )
        for symbol, table in days.items()
        for day in table[table["window"] == "event"].reset_index().to_dict("records")
    ]
    header = ("Firm", "Session", "Date", "Benchmark", "Return", "Expected")
    return blocks.chart_block(
        "fitted-scatter",
        panels,
        "For each firm its daily returns against those of its benchmark, with the event days marked.",
        captions.caption(
            "Each mark is a session: grey before the event, coloured in the event window, the diamond day 0; "
            f"the line is what the model expects. {captions.few(case)} {case.stand_ins}",
            captions.modelled(case),
            captions.source(case),
        ),
        tables.table("Sessions of the event window", header, rows, numeric=(1, 3, 4, 5)),
    )


def coefficients_table(case: Case) -> Component:
    """Coefficients with ordinary errors, and with errors that allow for restless, related days."""
    rows = [
        (
            case.name(symbol),
            row["coefficient"],
            theme.number(row["estimate"], 4, True),
            theme.number(row["se"], 4),
            pvalue(row["pvalue"]),
            theme.number(row["hac_se"], 4),
            pvalue(row["hac_pvalue"]),
        )
        for symbol in case.study.symbols
        for row in case.studies.once(regression_table, symbol).reset_index().to_dict("records")
    ]
    header = ("Firm", "Coefficient", "Estimate", "Standard error", "p", "HAC standard error", "HAC p")
    note = (
        "HAC errors stay right when calm and restless days come in spells and days are related "
        "(Newey & West 1987). Alpha is a return per session, decimal."
    )
    table = tables.table(
        "Coefficients of the model", header, rows, numeric=range(2, 7), identifier="coefficients"
    )
    return html.Div(
        [table, html.P(note, className="soft small", id="coefficients-note")], id="coefficients-part"
    )


def diagnostics_table(case: Case) -> Component:
    """What each check found, firm by firm, in words."""
    rows = [
        (
            case.name(symbol),
            found.label,
            blocks.badge(*VERDICTS[found.verdict]),
            theme.sentence(found.sentence),
        )
        for symbol in case.study.symbols
        for found in case.studies.once(diagnose, symbol)
    ]
    header = ("Firm", "Check", "Verdict", "In words")
    return tables.table(
        "Checks of the estimation, firm by firm", header, rows, identifier="diagnostics", stacked=True
    )
