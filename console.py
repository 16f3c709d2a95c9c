"""Studies and claims as people and programs read them on the command line: text, JSON and CSV."""

from __future__ import annotations

import csv
import json
import math
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from analysis.event import Window
    from analysis.reported import ReportedMove
    from analysis.study import StudyResults
    from analysis.verdicts import MoveCheck

Format = Literal["text", "json", "csv"]
Document = dict[str, Any]

WIDTH = 100
MISSING = "–"
PER_SESSION = (
    "returns",
    "expected_returns",
    "abnormal_returns",
    "standard_errors",
    "statistics",
    "pvalues",
)


def show_study(results: StudyResults, form: Format) -> None:
    """Print a study."""
    if form == "json":
        _print_json(study_document(results))
    elif form == "csv":
        study_rows(results).to_csv(sys.stdout, index=False)
    else:
        print_study(results)


def show_claims(checks: Sequence[MoveCheck], form: Format) -> None:
    """Print claims beside what was measured."""
    records = [claim_document(check) for check in checks]
    if form == "json":
        _print_json(records)
    elif form == "csv":
        _print_csv(records)
    else:
        print_claims(checks)


# ---- documents: what --format json prints -------------------------------------------------------


def study_document(results: StudyResults) -> Document:
    """One study as plain numbers, decimal, missing ones None."""
    design = results.design
    benchmarks = set(results.benchmarks.values())
    return {
        "design": {
            "event_session": str(min(results.event_sessions.values())),
            "benchmark": benchmarks.pop() if len(benchmarks) == 1 else None,
            "model": design.model,
            "event_window": _pair(design.event_window),
            "estimation_window": _pair(design.estimation_window),
        },
        "firms": {symbol: _firm(results, symbol) for symbol in results.symbols},
        "group": {},
        "excluded": dict(results.excluded),
    }


def _firm(results: StudyResults, symbol: str) -> Document:
    parameters: Any = results.parameters.loc[symbol]
    return {
        "benchmark": results.benchmarks[symbol],
        "event_session": str(results.event_sessions[symbol]),
        **{name: _number(parameters.get(name)) for name in ("alpha", "beta", "sigma")},
        "nobs": int(parameters["nobs"]),
        "df": int(parameters["df_resid"]),
        "event_time": results.design.event_window.event_time.tolist(),
        **{name: [_number(x) for x in getattr(results, name)[symbol]] for name in PER_SESSION},
        "car": [_car(results, symbol, window) for window in results.design.car_windows],
        "placebo_pvalue": None,
    }


def _car(results: StudyResults, symbol: str, window: Window) -> Document:
    car: Any = results.car(window).loc[symbol]
    return {
        "window": _pair(window),
        **{name: _number(car[name]) for name in ("car", "se", "statistic")},
        "df": int(car["df"]),
        "pvalue": _number(car["pvalue"]),
        "ci": [_number(car["ci_low"]), _number(car["ci_high"])],
    }


def claim_document(check: MoveCheck) -> Document:
    """One claim with its verdict; moves decimal, from the previous close."""
    claim = check.reported
    stated = ("id", "source", "symbol", "basis", "qualifier", "reported")
    measured = ("close", "low", "high", "open", "abnormal_return")
    return {
        **{name: getattr(claim, name) for name in stated},
        **{name: getattr(check.measured, name) for name in measured},
        "verdict": check.verdict,
        "reason": check.reason,
    }


def _pair(window: Window) -> list[int]:
    return [window.start, window.end]


def _number(value: Any) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


# ---- tables: what --format csv prints -----------------------------------------------------------


def study_rows(results: StudyResults) -> pd.DataFrame:
    """One row per firm and session of the event window, decimal."""
    import pandas as pd

    columns = {"session": results.sessions} | {name: getattr(results, name) for name in PER_SESSION}
    rows = pd.concat({name: table.T.stack(future_stack=True) for name, table in columns.items()}, axis=1)
    rows.insert(0, "benchmark", rows.index.get_level_values("symbol").map(results.benchmarks))
    flat: pd.DataFrame = rows.reset_index()
    return flat


# ---- text ----------------------------------------------------------------------------------------


def print_study(results: StudyResults) -> None:
    """Day 0, cumulative abnormal returns and what was left out, as tables."""
    from analysis.normal_returns import NORMAL_RETURNS

    design = results.design
    benchmark = f"benchmark {design.benchmark}" if design.benchmark else "each firm's default benchmark"
    print(
        f"{design.event.name}\n{NORMAL_RETURNS[design.model].label} on {benchmark}; estimation window "
        f"{design.estimation_window}, event window {design.event_window}, in sessions from day 0\n"
    )
    _print_tables(_day_zero(results), _cumulative(results))
    for symbol, reason in results.excluded.items():
        print(f"Not studied: {symbol}: {reason}")
    print(results.panel.market.provenance)


def _day_zero(results: StudyResults) -> Table:
    from analysis.event import Window

    sessions = results.event_sessions
    one = len(set(sessions.values())) == 1
    title = f"Day 0: {min(sessions.values()):%A %d %B %Y}" if one else "Day 0, per exchange"
    words = ("Firm", "Benchmark") if one else ("Firm", "Benchmark", "Session")
    table = _table(title, words, ("Return", "Expected", "Abnormal", "95 % interval", "t", "p"))
    day: pd.DataFrame = results.car(Window(0, 0))
    returns, expected = results.returns.loc[0].to_dict(), results.expected_returns.loc[0].to_dict()
    for symbol in results.symbols:
        row: Any = day.loc[symbol]
        table.add_row(
            symbol,
            results.benchmarks[symbol],
            *(() if one else (str(sessions[symbol]),)),
            percent(returns[symbol]),
            percent(expected[symbol]),
            percent(row["car"]),
            f"{percent(row['ci_low'])} to {percent(row['ci_high'])}",
            f"{row['statistic']:.2f}",
            pvalue(row["pvalue"]),
        )
    return table


def _cumulative(results: StudyResults) -> Table:
    windows = results.design.car_windows
    title = "Cumulative abnormal returns, p value in brackets"
    table = _table(title, ("Firm",), [str(window) for window in windows])
    cars = [results.car(window) for window in windows]
    for symbol in results.symbols:
        cells: Iterator[Any] = (car.loc[symbol] for car in cars)
        table.add_row(symbol, *(f"{percent(cell['car'])} ({pvalue(cell['pvalue'])})" for cell in cells))
    table.add_section()
    table.add_row("Mean", *(percent(results.caar(window)) for window in windows))
    return table


def print_claims(checks: Sequence[MoveCheck]) -> None:
    """The articles' claims, then those of other outlets, each with its verdict and the reason for it."""
    groups = {"Reported by the articles": True, "Reported by other outlets": False}
    chosen = {title: [c for c in checks if c.reported.featured is flag] for title, flag in groups.items()}
    _print_tables(*(_claims(title, rows) for title, rows in chosen.items() if rows))


def _claims(title: str, checks: Iterable[MoveCheck]) -> Table:
    from analysis.verdicts import VERDICTS

    table = _table(title, ("", "Source", "Symbol", "Basis"), ("Reported", "Close"))
    table.add_column("Verdict")
    for check in checks:
        claim, verdict = check.reported, VERDICTS[check.verdict].label
        table.add_row(
            claim.id,
            claim.source,
            claim.symbol or MISSING,
            claim.basis,
            figure(claim),
            percent(check.measured.close),
            _told(verdict, check.reason),
        )
    return table


def _told(verdict: str, reason: str) -> str:
    """Verdict and reason in one sentence, without saying it twice."""
    return reason[0].upper() + reason[1:] if reason.startswith(verdict.lower()) else f"{verdict}: {reason}"


def figure(claim: ReportedMove) -> str:
    """A reported figure as it was printed, with its hedge."""
    if claim.reported is None:
        return MISSING
    hedge = "" if claim.qualifier == "exact" else f"{claim.qualifier} "
    return f"{hedge}{100 * claim.reported:+.{claim.decimals}f} %"


def _table(title: str, words: Iterable[str], numbers: Iterable[str]) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, show_edge=False)
    table.padding = (0, 1, 0, 0)
    for word in words:
        table.add_column(word, no_wrap=True)
    for number in numbers:
        table.add_column(number, justify="right", no_wrap=True)
    return table


def _print_tables(*tables: Table) -> None:
    from rich.console import Console

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDTH
    console = Console(width=width, markup=False, highlight=False)
    for table in tables:
        console.print(table)
        console.print()


def percent(value: float | None) -> str:
    """A decimal fraction as signed percent; a dash where there is none.

    >>> percent(-0.16971), percent(0.0007), percent(float("nan"))
    ('-16.97 %', '+0.07 %', '–')
    """
    return MISSING if value is None or not math.isfinite(value) else f"{100 * value:+.2f} %"


def pvalue(value: float) -> str:
    """A p value as papers print it: three decimals without the zero before them, never a bare zero.

    >>> pvalue(0.0002), pvalue(0.0312), pvalue(0.9999)
    ('<.001', '.031', '1.000')
    """
    if not math.isfinite(value):
        return MISSING
    return "<.001" if value < 0.001 else f"{value:.3f}".removeprefix("0")


def _print_csv(records: Sequence[Document]) -> None:
    writer = csv.DictWriter(sys.stdout, fieldnames=list(records[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)


def _print_json(document: Document | list[Document]) -> None:
    """A number that is not finite would be a bug, so it is refused."""
    print(json.dumps(document, indent=1, allow_nan=False, ensure_ascii=False))
