"""The answer under each benchmark, side by side: a part of the robustness page."""

from __future__ import annotations

import pandas as pd

from analysis.choices.curve import GROUP
from analysis.choices.decomposition import benchmark_comparison, remarks
from dashboard.views import captions, columns, words
from dashboard.views.case import Case
from dashboard.views.content import Note, Section
from dashboard.views.tables import Column, P, Table
from dashboard.views.words import sentence, span

MODELS = ("constant_mean", "market_model")
MOST_BENCHMARKS = 4


def benchmarks(case: Case) -> tuple[str | None, ...]:
    """Each share's own, the index of the articles, and other benchmarks of the event."""
    others = [s for s in case.dossier.group("benchmark") if s not in case.study.benchmarks.values()]
    known = [s for s in (*case.dossier.indices, *others) if case.market.has_bars(s)]
    return (None, *known[: MOST_BENCHMARKS - 1])


def section(case: Case) -> Section:
    """The return, the abnormal return against its own mean, and that against each benchmark."""
    notes = " ".join(sentence(remark) for remark in remarks(case.study))
    told = f"{notes} {words.credit(captions.credit(case))}".strip()
    return Section(
        "benchmarks",
        "The benchmark alone",
        (
            Note(_intro(case), key="benchmarks-dek"),
            comparison(case),
            Note(told, "small", "benchmarks-notes"),
        ),
    )


def _intro(case: Case) -> str:
    fell = [case.name(s) for s in benchmarks(case) if s and case.instrument(s).contaminated]
    named = f" Here that is {' and '.join(fell)}: shown as contaminated, no fair yardstick." if fell else ""
    return f"An index that moved through the same news explains part of the effect away.{named}"


def comparison(case: Case) -> Table:
    """A row per yardstick, a column per firm and one for several; contaminated ones are called so."""
    window, firms = case.choices.car_window, case.study.symbols
    named = dict(zip(firms, case.names(firms), strict=True)) | ({GROUP: "Group"} if len(firms) > 1 else {})
    found = case.studies.kept(
        benchmark_comparison, case.design, case.market, benchmarks(case), MODELS, window
    )
    rows = [(model, benchmark, rows.set_index("symbol")) for (model, benchmark), rows in _by_yardstick(found)]
    names = columns.texts(
        "Measured against", (_yardstick(case, model, benchmark) for model, benchmark, _ in rows)
    )
    answers = (
        _answers(name, pd.DataFrame([table.loc[target] for _, _, table in rows]))
        for target, name in named.items()
    )
    title = f"Return and abnormal return {span(window)} by benchmark, with p"
    return Table(title, (names, *answers), "benchmark-comparison")


def _by_yardstick(found: pd.DataFrame) -> list[tuple[tuple[str, str], pd.DataFrame]]:
    return list(found.groupby(["model", "benchmark"], sort=False))  # type: ignore[arg-type]


def _answers(name: str, found: pd.DataFrame) -> Column:
    """What each yardstick leaves of a firm's return; a return as it was has no p."""
    p = found["pvalue"].where(found["model"] != "raw")
    return columns.percents(name, found["car"], below=(columns.pvalues(f"{name}, p", p, P, "interval"),))


def _yardstick(case: Case, model: str, benchmark: str) -> str:
    if model == "raw":
        return "Nothing: the return itself"
    if not benchmark:
        return "Its own mean, no benchmark"
    if benchmark == "default":
        return "Each share's own benchmark"
    return case.name(benchmark) + (" (contaminated)" if case.instrument(benchmark).contaminated else "")
