"""Studies and claims as plain numbers: what ``--format json`` and ``--format csv`` print.

Numbers are decimal; what is missing is None, never NaN.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from analysis.claims.verdicts import MoveCheck
    from analysis.market.events import Window
    from analysis.study.study import StudyResults

Document = dict[str, Any]

PER_SESSION = (
    "returns",
    "expected_returns",
    "abnormal_returns",
    "standard_errors",
    "statistics",
    "pvalues",
)


def study_document(results: StudyResults) -> Document:
    """One study as plain numbers, decimal, missing ones None."""
    from analysis.inference.firm_inference import firm_inference
    from analysis.inference.significance import TESTS
    from analysis.market.events import Window

    design = results.design
    inference = firm_inference(results, Window(0, 0)).drop(columns=["car", "statistic", "pvalue"])
    benchmarks = set(results.benchmarks.values())
    cars: dict[Window, Any] = {window: results.car(window) for window in design.car_windows}
    return {
        "design": {
            "event_session": str(min(results.event_sessions.values())),
            "benchmark": benchmarks.pop() if len(benchmarks) == 1 else None,
            "model": design.model,
            "event_window": pair(design.event_window),
            "estimation_window": pair(design.estimation_window),
            **({"reaction": design.reaction} if design.reaction != "return" else {}),
        },
        "firms": {
            str(symbol): _firm(results, str(symbol))
            | {
                "car": [_car(window, car.loc[symbol]) for window, car in cars.items()],
                "diagnostics": _diagnostics(results, str(symbol)),
                "placebo_pvalue": _number(pvalues["placebo"]),
                "inference": {name: _number(value) for name, value in pvalues.items()},
            }
            for symbol, pvalues in inference.iterrows()
        },
        "group": {key: group_document(results, key) for key in TESTS},
        "summary": summary_document(results),
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
    }


def group_document(results: StudyResults, key: str) -> Document:
    """One test of the group on day 0; `reason` says why it has no value, or why not to trust it."""
    from analysis.inference.significance import TESTS
    from analysis.market.events import Window

    test = TESTS[key]
    outcome, doubt = test.function(results, Window(0, 0)), test.trusted(results)
    return {
        "label": test.label,
        **{name: getattr(outcome, name) for name in ("statistic", "pvalue", "df", "nobs")},
        "trusted": outcome.pvalue is not None and doubt is None,
        "reason": outcome.reason or doubt,
    }


def summary_document(results: StudyResults) -> Document:
    """What the group can tell at all on day 0: dates, correlation, effective N, what it could detect."""
    from dataclasses import asdict

    from analysis.inference.group_summary import group_summary
    from analysis.market.events import Window

    return asdict(group_summary(results, Window(0, 0)))


def _diagnostics(results: StudyResults, symbol: str) -> Document:
    from dataclasses import asdict

    from analysis.study.diagnostics import diagnose

    found = [asdict(diagnostic) for diagnostic in diagnose(results, symbol)]
    return {diagnostic.pop("key"): diagnostic for diagnostic in found}


def _car(window: Window, car: Any) -> Document:
    return {
        "window": pair(window),
        **{name: _number(car[name]) for name in ("car", "se", "statistic")},
        "df": int(car["df"]),
        "pvalue": _number(car["pvalue"]),
        "ci": [_number(car["ci_low"]), _number(car["ci_high"])],
    }


def claim_document(check: MoveCheck) -> Document:
    """One claim with its verdict; moves decimal, from the previous close (or the one before its period).

    `reported` is decimal, None where the figure is no percentage; `printed` is as it was published.
    """
    claim = check.reported
    stated = ("id", "source", "symbol", "basis", "qualifier", "reported")
    measured = ("close", "low", "high", "open", "abnormal_return")
    published = ("printed", "printed_high", "unit")
    return {
        **{name: getattr(claim, name) for name in stated},
        **{name: getattr(check.measured, name) for name in measured},
        "verdict": check.verdict,
        "reason": check.reason,
        **{name: getattr(claim, name) for name in published},
        "date": str(claim.date),
        "period": claim.period,
    }


def pair(window: Window) -> list[int]:
    """A window as JSON knows it."""
    return [window.start, window.end]


def _number(value: Any) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def study_rows(results: StudyResults) -> pd.DataFrame:
    """One row per firm and session of the event window, decimal."""
    import pandas as pd

    columns = {"session": results.sessions} | {name: getattr(results, name) for name in PER_SESSION}
    rows = pd.concat({name: table.T.stack(future_stack=True) for name, table in columns.items()}, axis=1)
    rows.insert(0, "benchmark", rows.index.get_level_values("symbol").map(results.benchmarks))
    flat: pd.DataFrame = rows.reset_index()
    return flat


def plain(table: pd.DataFrame) -> pd.DataFrame:
    """A table of plain Python values, None where one is missing."""
    values = table.astype(object)
    return values.where(table.notna(), None)
