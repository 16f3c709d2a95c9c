"""The answer under each benchmark, side by side: a part of the robustness page."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from analysis.decomposition import benchmark_comparison, remarks
from analysis.normal_returns import NORMAL_RETURNS
from analysis.specification import GROUP
from dashboard import blocks, tables, theme
from dashboard.case import Case
from dashboard.theme import percent, pvalue

MODELS = ("constant_mean", "market_model")
MOST_BENCHMARKS = 4
KEY = ["model", "benchmark"]  # of a column


def benchmarks(case: Case) -> tuple[str | None, ...]:
    """Each share's own, the index of the articles, and other benchmarks of the event."""
    others = [s for s in case.dossier.group("benchmark") if s not in case.study.benchmarks.values()]
    known = [s for s in (*case.dossier.indices, *others) if case.market.has_bars(s)]
    return (None, *known[: MOST_BENCHMARKS - 1])


def section(case: Case) -> Component:
    """The return, the abnormal return against its own mean, and that against each benchmark."""
    notes = " ".join(theme.sentence(remark) for remark in remarks(case.study))
    return blocks.section(
        "benchmarks",
        "The benchmark alone",
        html.P(_intro(case), className="dek", id="benchmarks-dek"),
        comparison(case),
        html.P(f"{notes} {blocks.provenance(case)}".strip(), className="soft small", id="benchmarks-notes"),
    )


def _intro(case: Case) -> str:
    fell = [case.name(s) for s in benchmarks(case) if s and case.instrument(s).contaminated]
    named = f" Here that is {' and '.join(fell)}: shown as contaminated, no fair yardstick." if fell else ""
    return f"An index that moved through the same news explains part of the effect away.{named}"


def comparison(case: Case) -> Component:
    """A row per firm and for the group, a column per yardstick; contaminated ones are called so."""
    window = case.view.car_window
    table = benchmark_comparison(case.design, case.market, benchmarks(case), MODELS, window)
    columns = {key: column.set_index("symbol") for key, column in table.groupby(KEY, sort=False)}
    header = ("Firm", *(_heading(case, *map(str, key)) for key in columns))
    rows: list[list[tables.Cell]] = [
        [
            "Group" if symbol == GROUP else case.name(symbol),
            *(_cell(column.loc[symbol]) for column in columns.values()),
        ]
        for symbol in (*case.study.symbols, GROUP)
    ]
    return tables.table(
        f"Return and abnormal return over {theme.window(window)} by benchmark, with p",
        header,
        rows,
        numeric=range(1, len(header)),
        identifier="benchmark-comparison",
    )


def _heading(case: Case, model: str, benchmark: str) -> str:
    if model == "raw":
        return "Return"
    if not benchmark:
        return f"{NORMAL_RETURNS[model].label} (no benchmark)"
    if benchmark == "default":
        return "Against each share's own"
    contaminated = " (contaminated)" if case.instrument(benchmark).contaminated else ""
    return f"Against {case.name(benchmark)}{contaminated}"


def _cell(row: Any) -> list[str | Component]:
    shown: list[str | Component] = [percent(row["car"])]
    if row["model"] != "raw":
        shown.append(html.Div(["p ", pvalue(row["pvalue"])], className="interval"))
    return shown
