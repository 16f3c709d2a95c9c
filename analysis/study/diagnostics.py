"""Is a firm's estimation window fit to judge the event by? One check each, in plain words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from analysis.market.bars import Floats
from analysis.market.events import TimelineEntry
from analysis.models.distributions import chi2_tail, f_tail
from analysis.models.garch import on_boundary
from analysis.study.regression import EstimationSample, estimation_sample
from analysis.study.study import StudyResults

Verdict = Literal["fine", "note", "warning"]

LAGS = 10  # days over which residuals are tested for being related
WEEK = 5  # days over which their sizes are
FEWEST = 30  # days below which a check says nothing
JUMP = 4.0  # robust standard deviations beyond which an estimation day is an earlier jump
SIMPLER = "use the market model, and the placebo rank by recent volatility"
NEARBY = 1  # sessions around day 0 within which a confounder of the firm's own is a warning


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found; `sentence` says it in plain words."""

    statistic: float | None
    pvalue: float | None
    verdict: Verdict
    sentence: str


@dataclass(frozen=True, slots=True)
class Check:
    """An entry of `DIAGNOSTICS`: a question about one firm's estimation, and the function that asks it."""

    key: str
    label: str
    question: str
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


def _autocorrelation(sample: EstimationSample) -> Finding:
    days, e = len(sample.residuals), sample.residuals - sample.residuals.mean()
    if days < FEWEST:
        return _too_few(sample)
    squares = sum((e[lag:] @ e[:-lag]) ** 2 / (days - lag) for lag in range(1, LAGS + 1))
    statistic = float(days * (days + 2) * squares / (e @ e) ** 2)
    return _tested(
        statistic,
        chi2_tail(LAGS, statistic),
        f"{_what(sample)} up to {LAGS} days apart are unrelated",
        f"{_what(sample)} up to {LAGS} days apart are related: standard errors of windows longer than a day "
        "are off; use the placebo p value, whose windows are as long",
    )


def _arch_effects(sample: EstimationSample) -> Finding:
    found, edge = _runs(sample), _edge(sample)
    if edge is None or found.verdict != "fine":
        return found
    return replace(found, verdict="note", sentence=f"{found.sentence[:-1]}, but {edge}; {SIMPLER}.")


def _runs(sample: EstimationSample) -> Finding:
    if len(sample.residuals) < FEWEST:
        return _too_few(sample)
    windows = np.lib.stride_tricks.sliding_window_view(sample.residuals**2, WEEK + 1)
    size, before = windows[:, -1], np.column_stack([np.ones(len(windows)), windows[:, :-1]])
    about_mean = ((size - size.mean()) ** 2).sum()
    statistic = max(0.0, len(size) * (1 - _ols(size, before)[1] / about_mean))
    return _tested(
        statistic,
        chi2_tail(WEEK, statistic),
        "Large moves do not come in runs",
        "Large moves come in runs: one standard error for all days is too large in calm times and too small "
        f"in restless ones; {_runs_advice(sample)}",
    )


def _runs_advice(sample: EstimationSample) -> str:
    """What to do about runs of large moves; where the model has GARCH errors, what its fit lacks."""
    if "garch" not in sample.results.parameters:
        return "use the placebo rank by recent volatility, or the model with GARCH errors"
    if (edge := _edge(sample)) is None:
        return "the model allows for it"
    return f"the model should allow for it, but {edge}; {SIMPLER}"


def _edge(sample: EstimationSample) -> str | None:
    """On which boundary a fit with GARCH errors lies, if it does."""
    parameters: Any = sample.results.parameters.loc[sample.symbol]
    if "garch" not in parameters:
        return None
    return on_boundary(float(parameters["arch"]), float(parameters["garch"]))


def _normality(sample: EstimationSample) -> Finding:
    if len(sample.residuals) < FEWEST:
        return _too_few(sample)
    e = sample.residuals - sample.residuals.mean()
    skewness, kurtosis = ((e**power).mean() / (e**2).mean() ** (power / 2) for power in (3, 4))
    statistic = float(len(e) / 6 * (skewness**2 + (kurtosis - 3) ** 2 / 4))
    return _tested(
        statistic,
        chi2_tail(2, statistic),
        f"{_what(sample)} look normal",
        f"{_what(sample)} are not normal (skewness {skewness:.1f}, not 0; kurtosis {kurtosis:.1f}, not 3): "
        "for a single day use the sample quantile or the placebo p value in place of Student's t",
        at_most="note",
    )


def _beta_stability(sample: EstimationSample) -> Finding:
    """Chow's test at the middle of the window: do both halves have the same coefficients?"""
    days, k = sample.x.shape
    half = days // 2
    if k == 0:
        return Finding(None, None, "fine", "Nothing is estimated that could change.")
    if np.isnan(float(sample.results.parameters["beta"][sample.symbol])):
        return Finding(None, None, "fine", "The model has no beta: this check does not apply.")
    if half <= 2 * k:
        return _too_few(sample)
    parts = (slice(None), slice(half), slice(half, None))
    (_, whole), (first, before), (second, after) = (_ols(sample.y[part], sample.x[part]) for part in parts)
    apart = before + after
    statistic = ((whole - apart) / k) / (apart / (days - 2 * k))
    what, place, told = ("beta", 1, "relation to the benchmark") if k > 1 else ("mean", 0, "mean return")
    halves = f"{what} {first[place]:.3g} in its first half, {second[place]:.3g} in its second"
    return _tested(
        statistic,
        f_tail(k, days - 2 * k, statistic),
        f"The {told} is the same throughout the window ({halves})",
        f"The {told} changed within the window ({halves}): try a shorter estimation window",
    )


def _earlier_jumps(sample: EstimationSample) -> Finding:
    size = np.abs(sample.residuals)
    jumped = size > JUMP * 1.4826 * np.median(size)
    count = int(jumped.sum())
    if not count:
        return Finding(0.0, None, "fine", "No day before the event stands out as the event might.")
    largest = np.flatnonzero(jumped)[np.argsort(-size[jumped])][:3]
    days = ", ".join(f"{sample.dates[day]} ({100 * sample.residuals[day]:+.1f} %)" for day in largest)
    without = np.sqrt((size[~jumped] ** 2).mean() / (size**2).mean())
    verdict: Verdict = "warning" if without < 0.8 else "note"
    return Finding(
        float(count),
        None,
        verdict,
        f"{count} {'day' if count == 1 else 'days'} before the event moved by more than {JUMP:g} robust "
        f"standard deviations, the largest {days}; without them the residual standard deviation would be "
        f"{100 * (1 - without):.0f} % smaller: see the specifications without earlier jumps, or choose an "
        "estimation window that leaves them out.",
    )


def _thin_trading(sample: EstimationSample) -> Finding:
    results, symbol = sample.results, sample.symbol
    rows = results.panel.rows(results.design.estimation_window)
    returns = results.panel.returns[rows, results.symbols.index(symbol)]
    missing, unchanged = np.isnan(returns).mean(), (returns == 0).mean()
    share = float(missing + unchanged)
    verdict: Verdict = "fine" if share <= 0.02 else "note" if share <= 0.1 else "warning"
    advice = "" if verdict == "fine" else f": {_thin_advice(missing, unchanged)}"
    return Finding(
        share,
        None,
        verdict,
        f"{100 * missing:.1f} % of the sessions have no {results.design.reaction}, and on "
        f"{100 * unchanged:.1f} % it is zero{advice}.",
    )


def _thin_advice(missing: float, unchanged: float) -> str:
    """Returns over missing sessions are a choice; prices that stand still need another beta."""
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


def _what(sample: EstimationSample) -> str:
    return f"Abnormal {sample.results.design.reaction}s"


def _ols(y: Floats, x: Floats) -> tuple[Floats, float]:
    """Coefficients and sum of squared residuals."""
    coefficients = np.asarray(np.linalg.lstsq(x, y)[0], dtype=float)
    residuals = y - x @ coefficients
    return coefficients, float(residuals @ residuals)


def _tested(
    statistic: float, pvalue: float, fine: str, otherwise: str, at_most: Verdict = "warning"
) -> Finding:
    """A finding of a test: fine above 5 %, a note above 1 %, else a warning."""
    verdict: Verdict = "fine" if pvalue >= 0.05 else "note" if pvalue >= 0.01 else at_most
    p = "p < 0.001" if pvalue < 0.001 else f"p = {pvalue:.3f}"
    sentence = f"{fine if verdict == 'fine' else otherwise} ({p})."
    return Finding(float(statistic), float(pvalue), verdict, sentence)


def _too_few(sample: EstimationSample) -> Finding:
    needed = f"choose an estimation window of {FEWEST} or more"
    return Finding(None, None, "note", f"{len(sample.residuals)} days are too few for this check: {needed}.")


DIAGNOSTICS: dict[str, Check] = {
    check.key: check
    for check in (
        Check(
            "autocorrelation",
            "Autocorrelation",
            "Are the abnormal returns of neighbouring days unrelated?",
            "Ljung & Box (1978)",
            _autocorrelation,
        ),
        Check(
            "arch_effects",
            "Volatility clustering",
            "Is the size of abnormal returns unrelated to that of the days before?",
            "Engle (1982)",
            _arch_effects,
        ),
        Check(
            "normality",
            "Normality",
            "Do abnormal returns follow a normal distribution?",
            "Jarque & Bera (1980)",
            _normality,
        ),
        Check(
            "beta_stability",
            "Stability of beta",
            "Do both halves of the estimation window have the same coefficients?",
            "Chow (1960)",
            _beta_stability,
        ),
        Check(
            "earlier_jumps",
            "Earlier jumps",
            "Did the share make moves like this one before the event?",
            "Hampel (1974)",
            _earlier_jumps,
        ),
        Check(
            "thin_trading",
            "Thin trading",
            "Was the share traded, at changing prices, on every session?",
            "Dimson (1979)",
            _thin_trading,
        ),
        Check(
            "confounders",
            "Confounding news",
            "Was there another reason to move inside the event window?",
            "MacKinlay (1997)",
            _confounders,
        ),
    )
}
