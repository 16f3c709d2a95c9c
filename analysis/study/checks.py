"""Tests of one firm's estimation window: what each found, and what follows from it, in plain words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from analysis.market.bars import Floats
from analysis.market.reactions import REACTIONS
from analysis.models.distributions import chi2_tail, f_tail
from analysis.models.garch import on_boundary
from analysis.study.regression import EstimationSample

Verdict = Literal["fine", "note", "warning"]

LAGS = 10  # days over which residuals are tested for being related
WEEK = 5  # days over which their sizes are
FEWEST = 30  # days below which a check says nothing
JUMP = 4.0  # robust standard deviations beyond which an estimation day is an earlier jump
SIMPLER = "use the market model, and the placebo rank by recent volatility"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found; `sentence` says it in plain words."""

    statistic: float | None
    pvalue: float | None
    verdict: Verdict
    sentence: str


def autocorrelation(sample: EstimationSample) -> Finding:
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
        "are off; read day 0, or the placebo p value of a short window, whose windows are as long",
    )


def arch_effects(sample: EstimationSample) -> Finding:
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
    if sample.results.design.reaction != "return":
        return "use the placebo rank"
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


def normality(sample: EstimationSample) -> Finding:
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


def beta_stability(sample: EstimationSample) -> Finding:
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
    mean = f"mean {sample.results.design.reaction}"
    what, place, told = ("beta", 1, "relation to the benchmark") if k > 1 else ("mean", 0, mean)
    early, late = (
        f"{one[place]:.2f}" if k > 1 else _size(sample, float(one[place]), 2) for one in (first, second)
    )
    halves = f"{what} {early} in its first half, {late} in its second"
    return _tested(
        statistic,
        f_tail(k, days - 2 * k, statistic),
        f"The {told} is the same throughout the window ({halves})",
        f"The {told} changed within the window ({halves}): try a shorter estimation window",
    )


def earlier_jumps(sample: EstimationSample) -> Finding:
    size = np.abs(sample.residuals)
    jumped = size > JUMP * 1.4826 * np.median(size)
    count = int(jumped.sum())
    if not count:
        return Finding(0.0, None, "fine", "No day before the event stands out as the event might.")
    largest = np.flatnonzero(jumped)[np.argsort(-size[jumped])][:3]
    days = ", ".join(f"{sample.dates[day]} ({_size(sample, sample.residuals[day])})" for day in largest)
    without = np.sqrt((size[~jumped] ** 2).mean() / (size**2).mean())
    verdict: Verdict = "warning" if without < 0.8 else "note"
    return Finding(
        float(count),
        None,
        verdict,
        f"{count} {'day' if count == 1 else 'days'} before the event moved by more than {JUMP:g} robust "
        f"standard deviations, the largest {days}; without {'it' if count == 1 else 'them'} the residual "
        f"standard deviation would be {100 * (1 - without):.0f} % smaller: {_without_jumps(sample)}.",
    )


def _size(sample: EstimationSample, value: float, digits: int = 1) -> str:
    """A fraction as percent, a logarithm as it is."""
    of_price = REACTIONS[sample.results.design.reaction].unit == "fraction"
    return f"{100 * value:+.{digits}f} %" if of_price else f"{value:+.2f}"


def _without_jumps(sample: EstimationSample) -> str:
    """The specification curve is one of returns."""
    window = "choose an estimation window that leaves such days out"
    returns = sample.results.design.reaction == "return"
    return f"see the specifications without earlier jumps, or {window}" if returns else window


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
