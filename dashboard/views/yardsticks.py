"""The answer under each benchmark, side by side: a part of the robustness page."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from analysis.choices.curve import GROUP
from analysis.choices.decomposition import remarks
from dashboard.render import theme
from dashboard.render.theme import percent, pvalue
from dashboard.views import captions
from dashboard.views.case import Case
from dashboard.views.curves import comparison_of
from dashboard.web import blocks, tables

MODELS = ("constant_mean", "market_model")
MOST_BENCHMARKS = 4


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
        html.P(f"{notes} {captions.source(case)}".strip(), className="soft small", id="benchmarks-notes"),
    )


def _intro(case: Case) -> str:
    fell = [case.name(s) for s in benchmarks(case) if s and case.instrument(s).contaminated]
    named = f" Here that is {' and '.join(fell)}: shown as contaminated, no fair yardstick." if fell else ""
    return f"An index that moved through the same news explains part of the effect away.{named}"


def comparison(case: Case) -> Component:
    """A row per yardstick, a column per firm and one for the group; contaminated ones are called so."""
    window, targets = case.view.car_window, (*case.study.symbols, GROUP)
    table = comparison_of(case.design, case.market, benchmarks(case), MODELS, window)
    rows: list[list[tables.Cell]] = []
    for key, found in table.groupby(["model", "benchmark"], sort=False):
        by_symbol = found.set_index("symbol")
        rows.append([_yardstick(case, *map(str, key)), *(_cell(by_symbol.loc[t]) for t in targets)])
    return tables.table(
        f"Return and abnormal return {captions.span(window)} by benchmark, with p",
        ("Measured against", *case.names(case.study.symbols), "Group"),
        rows,
        numeric=range(1, len(targets) + 1),
        identifier="benchmark-comparison",
    )


def _yardstick(case: Case, model: str, benchmark: str) -> str:
    if model == "raw":
        return "Nothing: the return itself"
    if not benchmark:
        return "Its own mean, no benchmark"
    if benchmark == "default":
        return "Each share's own benchmark"
    return case.name(benchmark) + (" (contaminated)" if case.instrument(benchmark).contaminated else "")


def _cell(row: Any) -> list[str | Component]:
    shown: list[str | Component] = [percent(row["car"])]
    if row["model"] != "raw":
        shown.append(html.Div(["p ", pvalue(row["pvalue"])], className="interval"))
    return shown
