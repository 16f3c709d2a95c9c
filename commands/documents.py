"""Studies and claims as plain numbers: what ``--format json`` and ``--format csv`` print.

Numbers are decimal; what is missing is None, never NaN.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from analysis.claims.verdicts import MoveCheck
    from analysis.inference.calendar import CalendarAlpha
    from analysis.inference.trust import Group
    from analysis.market.events import Window
    from analysis.study.study import StudyDesign, StudyResults

Document = dict[str, Any]

PER_SESSION = (
    "returns",
    "expected_returns",
    "abnormal_returns",
    "standard_errors",
    "statistics",
    "pvalues",
)


SCHEMA = 2


def study_document(results: StudyResults, cautions: Sequence[str] = ()) -> Document:
    """One study as plain numbers, decimal, missing ones None."""
    from analysis.inference.firm_inference import across_windows, firm_inference
    from analysis.inference.trust import group_of
    from analysis.market.events import DAY_ZERO

    design = results.design
    inference = firm_inference(results, DAY_ZERO).drop(columns=["car", "statistic", "pvalue"])
    benchmarks = set(results.benchmarks_read.values())
    stepped = across_windows(results)
    cars: dict[Window, Any] = {
        window: results.car(window).assign(stepdown=stepped[window], sessions=results.held(window))
        for window in design.car_windows
    }
    return {
        "schema": SCHEMA,
        "design": {
            "event_session": str(min(results.event_sessions.values())),
            "benchmark": benchmarks.pop() if len(benchmarks) == 1 else None,
            **choices(design),
        },
        "firms": {
            str(symbol): _firm(results, str(symbol))
            | {
                "car": [_car(window, car.loc[symbol]) for window, car in cars.items()],
                "diagnostics": _diagnostics(results, str(symbol)),
                "placebo_pvalue": number(pvalues["placebo"]),
                **donors_document(results, str(symbol)),
                "inference": {name: number(value) for name, value in pvalues.items()},
            }
            for symbol, pvalues in inference.iterrows()
        },
        "aar": [number(value) for value in results.aar],
        **together(group_of(results), design),
        "groups": {},
        "moved": dict(results.moved),
        "overlaps": listed(0, ()),
        "clusters": listed(0, ()),
        "excluded": dict(results.excluded),
        "cautions": list(cautions),
    }


def donors_document(results: StudyResults, symbol: str) -> Document:
    """What a synthetic control is made of; nothing of other models."""
    if symbol not in results.panel.market.donors:
        return {}
    from analysis.inference.placebo_firms import placebo_firms
    from analysis.inference.trust import sampling_of_firm
    from analysis.inference.trusted import doubt_of
    from analysis.market.events import DAY_ZERO
    from dashboard.views.synthetic import weights_of

    donors, fit = results.panel.market.donors[symbol], results.parameters.loc[symbol]
    doubt = doubt_of("placebo_firms", sampling_of_firm(results, DAY_ZERO, symbol))
    return {
        "donors": {
            "used": list(donors.used),
            "weights": weights_of(results, symbol),
            "left_out": dict(donors.left_out),
            "rsquared": number(fit["rsquared"]),
            "placebo_firms": number(placebo_firms(results, DAY_ZERO)[symbol]),
            "trusted": doubt is None,
            "reason": doubt,
        }
    }


def choices(design: StudyDesign) -> Document:
    """Model and windows; reaction and gaps where they are not the usual ones."""
    return {
        "model": design.model,
        "event_window": pair(design.event_window),
        "estimation_window": pair(design.estimation_window),
        **({"reaction": design.reaction} if design.reaction != "return" else {}),
        **({"donors": list(design.donors)} if design.donors else {}),
        **({"gaps": design.gaps} if design.gaps != "missing" else {}),
    }


def listed(count: int, first: Iterable[Document]) -> Document:
    """How many things of a kind there are, and the first of them."""
    return {"count": count, "first": list(first)}


def together(group: Group, design: StudyDesign) -> Document:
    """Means, intervals and tests of all firms or events in every window, those of day 0 once more."""
    from analysis.market.events import DAY_ZERO

    windows = {str(window): window_document(group, window) for window in design.car_windows}
    day_zero = windows[str(DAY_ZERO)]["tests"]
    return {"windows": windows, "group": day_zero, "summary": summary_document(group)}


def window_document(group: Group, window: Window) -> Document:
    """Mean, interval and every test of a group in one window, and what to know before them."""
    from analysis.inference.cautions import group_cautions
    from analysis.inference.significance import TESTS, mean_interval

    low, high = mean_interval(group, window)
    evidence = group.evidence(window)
    return {
        "events": int(evidence.firms),
        "mean": number(evidence.caar),
        "se": number(evidence.caar_se),
        "ci": [number(low), number(high)],
        "cautions": group_cautions(group, window),
        "tests": {key: group_document(group, key, window) for key in TESTS},
        "calendar_alphas": {alpha.key: _alpha(alpha) for alpha in group.alphas(window)},
    }


def _alpha(alpha: CalendarAlpha) -> Document:
    """An alpha per day, decimal; `reason`: why it has no value, or why not to trust it."""
    from dataclasses import asdict

    from analysis.inference.calendar import NOT_TRUSTED

    numbers = asdict(alpha)
    del numbers["key"]
    return numbers | {"trusted": False, "reason": alpha.reason or NOT_TRUSTED}


def _firm(results: StudyResults, symbol: str) -> Document:
    parameters: Any = results.parameters.loc[symbol]
    return {
        "benchmark": results.benchmarks_read[symbol],
        "event_session": str(results.event_sessions[symbol]),
        **{name: number(parameters.get(name)) for name in ("alpha", "beta", "sigma")},
        "nobs": int(parameters["nobs"]),
        "df": int(parameters["df_resid"]),
        "event_time": results.design.event_window.event_time.tolist(),
        **{name: [number(x) for x in getattr(results, name)[symbol]] for name in PER_SESSION},
    }


def group_document(group: Group, key: str, window: Window | None = None) -> Document:
    """One test of a group, on day 0 unless said; `reason`: why it has no value, or why not to trust it."""
    from analysis.inference.significance import TESTS
    from analysis.market.events import DAY_ZERO

    test, window = TESTS[key], window or DAY_ZERO
    outcome = test.result(group, window)
    objection = test.objection(group, window, outcome)
    return {
        "label": test.label,
        **{name: getattr(outcome, name) for name in ("statistic", "pvalue", "df", "nobs")},
        "trusted": objection is None,
        "reason": objection,
    }


def summary_document(group: Group) -> Document:
    """What the group can tell at all on day 0: dates, correlation, effective N, what it could detect."""
    from dataclasses import asdict

    from analysis.inference.group_summary import summary_of
    from analysis.market.events import DAY_ZERO

    return asdict(summary_of(group, DAY_ZERO))


def _diagnostics(results: StudyResults, symbol: str) -> Document:
    from dataclasses import asdict

    from analysis.study.diagnostics import diagnose

    found = [asdict(diagnostic) for diagnostic in diagnose(results, symbol)]
    return {diagnostic.pop("key"): diagnostic for diagnostic in found}


def _car(window: Window, car: Any) -> Document:
    """A CAR; `stepdown` allows for every firm and window; `sessions` are those that it is of."""
    return {
        "window": pair(window),
        **{name: number(car[name]) for name in ("car", "se", "statistic")},
        "df": int(car["df"]),
        "pvalue": number(car["pvalue"]),
        "stepdown": number(car["stepdown"]),
        "ci": [number(car["ci_low"]), number(car["ci_high"])],
        "sessions": int(car["sessions"]),
        "of": len(window),
    }


def claim_document(check: MoveCheck, link: str = "") -> Document:
    """One claim with its verdict; moves decimal, from the previous close (or the one before its period).

    `reported` is decimal, None where the figure is no percentage; `printed` is as it was published; `base`
    is the session of the close that moves count from.
    """
    claim = check.reported
    stated = ("id", "source", "symbol", "basis", "qualifier", "reported")
    measured = ("close", "low", "high", "open", "abnormal_return")
    published = ("printed", "printed_high", "unit")
    base = check.measured.base
    return {
        **{name: getattr(claim, name) for name in stated},
        **{name: getattr(check.measured, name) for name in measured},
        "verdict": check.verdict,
        "reason": check.reason,
        **{name: getattr(claim, name) for name in published},
        "date": str(claim.date),
        "period": claim.period,
        "base": None if base is None else str(base),
        "link": link,
        "note": claim.note,
    }


def pair(window: Window) -> list[int]:
    """A window as JSON knows it."""
    return [window.start, window.end]


def number(value: Any) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def study_rows(results: StudyResults) -> pd.DataFrame:
    """One row per firm and session of the event window, decimal."""
    import pandas as pd

    columns = {"session": results.sessions} | {name: getattr(results, name) for name in PER_SESSION}
    rows = pd.concat({name: table.T.stack(future_stack=True) for name, table in columns.items()}, axis=1)
    rows.insert(0, "benchmark", rows.index.get_level_values("symbol").map(results.benchmarks_read))
    flat: pd.DataFrame = rows.reset_index()
    return flat


def plain(table: pd.DataFrame) -> pd.DataFrame:
    """A table of plain Python values, None where one is missing."""
    values = table.astype(object)
    return values.where(table.notna(), None)
