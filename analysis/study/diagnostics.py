"""Is a firm's estimation window fit to judge the event by? One check each, in plain words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.market.events import TimelineEntry
from analysis.study.checks import (
    Finding,
    Verdict,
    arch_effects,
    autocorrelation,
    beta_stability,
    earlier_jumps,
    normality,
)
from analysis.study.regression import EstimationSample, estimation_sample
from analysis.study.study import StudyResults

NEARBY = 1  # sessions around day 0 within which a confounder of the firm's own is a warning


@dataclass(frozen=True, slots=True)
class Check:
    """An entry of `DIAGNOSTICS`: a question about one firm's estimation, and the function that asks it."""

    key: str
    label: str
    reference: str
    find: Callable[[EstimationSample], Finding]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """The answer to one question about one firm.

    Parameters
    ----------
    statistic, pvalue : float or None
        None where the check is no statistical test, or could not be made.
    verdict : {"fine", "note", "warning"}
        A note is worth knowing; a warning changes what may be concluded.
    """

    key: str
    label: str
    statistic: float | None
    pvalue: float | None
    verdict: Verdict
    sentence: str


def diagnose(results: StudyResults, symbol: str) -> tuple[Diagnostic, ...]:
    """Every check of `DIAGNOSTICS` for one firm of a study.

    Raises
    ------
    UnknownNameError
        If the firm is not among those studied.
    """
    sample = estimation_sample(results, symbol)
    found = [(check, check.find(sample)) for check in DIAGNOSTICS.values()]
    return tuple(Diagnostic(c.key, c.label, f.statistic, f.pvalue, f.verdict, f.sentence) for c, f in found)


def _thin_trading(sample: EstimationSample) -> Finding:
    results, symbol = sample.results, sample.symbol
    rows = results.panel.rows(results.design.estimation_window)
    returns = results.panel.returns[rows, results.symbols.index(symbol)]
    missing, unchanged = np.isnan(returns).mean(), (returns == 0).mean()
    share = float(missing + unchanged)
    verdict: Verdict = "fine" if share <= 0.02 else "note" if share <= 0.1 else "warning"
    returned = results.design.reaction == "return"
    advice = "" if verdict == "fine" else f": {_thin_advice(missing, unchanged, returned)}"
    return Finding(
        share,
        None,
        verdict,
        f"{100 * missing:.1f} % of the sessions have no {results.design.reaction}, and on "
        f"{100 * unchanged:.1f} % it is zero{advice}.",
    )


def _thin_advice(missing: float, unchanged: float, returned: bool) -> str:
    """Returns over missing sessions are a choice; prices that stand still need another beta."""
    if not returned:
        return "choose an estimation window with fewer such sessions"
    if missing > unchanged:
        return "use returns from trade to trade, and compare the Dimson and Scholes-Williams betas"
    return "compare the Dimson and Scholes-Williams betas"


def _confounders(sample: EstimationSample) -> Finding:
    """Entries of the event's timeline that are another reason for this firm to move in the event window."""
    met = [
        (time, entry)
        for entry in sample.results.design.event.timeline
        if entry.kind == "confounder" and (not entry.symbols or sample.symbol in entry.symbols)
        for time in _event_times(sample, entry)
    ]
    if not met:
        return Finding(0.0, None, "fine", "The timeline has no other reason to move inside the event window.")
    own = any(entry.symbols and abs(time) <= NEARBY for time, entry in met)
    listed = "; ".join(f"day {time:+d}, {entry.label}" for time, entry in met)
    return Finding(
        float(len(met)),
        None,
        "warning" if own else "note",
        f"Other reasons to move inside the event window: {listed}. {_apart([time for time, _ in met])}",
    )


def _apart(times: list[int]) -> str:
    """What to read where other news fell on some days of the event window."""
    if 0 in times:
        return "Prices cannot tell news of day 0 apart: compare firms that only one of them concerns."
    return "Read windows that leave these days out, such as day 0 alone."


def _event_times(sample: EstimationSample, entry: TimelineEntry) -> list[int]:
    """Event time of the first session on or after an entry's date, if it is in the event window."""
    sessions = sample.results.sessions[sample.symbol].dropna()
    later = sessions[sessions.dt.date >= entry.date]
    return [int(later.index[0])] if len(later) and sessions.iloc[0].date() <= entry.date else []


DIAGNOSTICS: dict[str, Check] = {
    check.key: check
    for check in (
        Check("autocorrelation", "Autocorrelation", "Ljung & Box (1978)", autocorrelation),
        Check("arch_effects", "Volatility clustering", "Engle (1982)", arch_effects),
        Check("normality", "Normality", "Jarque & Bera (1980)", normality),
        Check("beta_stability", "Stability of beta", "Chow (1960)", beta_stability),
        Check("earlier_jumps", "Earlier jumps", "Hampel (1974)", earlier_jumps),
        Check("thin_trading", "Thin trading", "Dimson (1979)", _thin_trading),
        Check("confounders", "Confounding news", "MacKinlay (1997)", _confounders),
    )
}
