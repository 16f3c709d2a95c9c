"""Tails and quantiles of test statistics: normal, t, F, chi-square and binomial.

A study asks for a few hundred of them. Importing scipy for those costs more than the study, so that up to
`FEW` values are computed here and only more are left to scipy (docs/decisions/distributions.md).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.market.bars import Floats

CONFIDENCE = 0.95
FEW = 4_000  # more than a specification curve on a page asks for
POWER = 0.8

DegreesOfFreedom = Floats | npt.NDArray[np.int64] | float


def two_sided_t(statistic: Floats, df: DegreesOfFreedom) -> Floats:
    """Two-sided p value of a t statistic; NaN stays NaN."""
    if np.size(statistic) > FEW:
        from scipy.special import stdtr

        return np.asarray(2.0 * stdtr(df, -np.abs(statistic)))
    return _each(_two_sided_t, statistic, df)


def two_sided_normal(statistic: Floats) -> Floats:
    """Two-sided p value of a standard normal statistic; NaN stays NaN."""
    return _each(math.erfc, np.abs(statistic) / math.sqrt(2))


def reach(df: DegreesOfFreedom) -> Floats:
    """Standard errors that a 95 % interval reaches to either side, by the t distribution."""
    known, places = np.unique(df, return_inverse=True)
    return _each(_reach, known)[places].reshape(np.shape(df))


@lru_cache(maxsize=1024)
def detectable(df: float) -> float:
    """Standard errors of an effect that a two-sided t test at 5 % finds four times out of five.

    By the noncentral t distribution, as a mean of normal tails over the error that is estimated.
    """
    if not df > 0:
        return math.nan
    df = min(df, 1e6)
    critical = float(reach(df))
    ratio = np.linspace(0, 1 + 12 / math.sqrt(df), 1001)[1:]  # estimated over true error
    log = (df - 1) * np.log(ratio) - df * ratio**2 / 2
    weight = np.exp(log - log.max())
    low, high = 0.0, 3.0 + critical * 2
    while high - low > 1e-9:
        middle = (low + high) / 2
        tails = _each(math.erfc, (critical * ratio - middle) / math.sqrt(2))
        power = float((weight * tails).sum() / weight.sum()) / 2
        low, high = (middle, high) if power < POWER else (low, middle)
    return (low + high) / 2


def f_tail(numerator_df: float, denominator_df: float, statistic: float) -> float:
    """Upper tail of the F distribution."""
    over = numerator_df * statistic
    whole = over + denominator_df
    return incomplete_beta(denominator_df / 2, numerator_df / 2, denominator_df / whole, over / whole)


def chi2_tail(df: int, statistic: float) -> float:
    """Upper tail of the chi-square distribution, a finite sum (Abramowitz & Stegun 1964, 26.4.4-5)."""
    half = statistic / 2
    powers = (half ** (k / 2) / math.gamma(k / 2 + 1) for k in range(df % 2, df, 2))
    return (math.erfc(math.sqrt(half)) if df % 2 else 0.0) + math.exp(-half) * math.fsum(powers)


def binomial_cdf(successes: Floats, trials: Floats, probability: float) -> Floats:
    """Probability of at most so many successes."""
    if np.size(successes) > FEW:
        from scipy.special import bdtr

        return np.asarray(bdtr(successes, trials, probability))
    return _each(_binomial_cdf, successes, trials, probability)


def _each(function: Callable[..., float], *arguments: Any) -> Floats:
    """A function of numbers over arrays that are broadcast against each other."""
    with np.errstate(invalid="ignore"):  # an infinite statistic
        return np.asarray(np.frompyfunc(function, len(arguments), 1)(*arguments), dtype=float)


def _two_sided_t(statistic: float, df: float) -> float:
    square = statistic * statistic
    whole = df + square
    return incomplete_beta(df / 2, 0.5, df / whole, square / whole) if df > 0 else math.nan


@lru_cache(maxsize=1024)
def _reach(df: float) -> float:
    """Newton's method: the tail is convex, so that from below, where the normal quantile is, it climbs."""
    if not df > 0:
        return math.nan
    t, step = 1.9, 1.0
    while step > 1e-15 * t:
        x, y = df / (df + t * t), t * t / (df + t * t)
        step = (_two_sided_t(t, df) - (1 - CONFIDENCE)) * t / (2 * _beta_density(df / 2, 0.5, x, y))
        t += step
    return t


def _binomial_cdf(successes: float, trials: float, probability: float) -> float:
    if successes >= trials:
        return 1.0
    return incomplete_beta(trials - successes, successes + 1, 1 - probability, probability)


def incomplete_beta(a: float, b: float, x: float, y: float) -> float:
    """The regularised incomplete beta function I_x(a, b), to about fourteen digits; `y` is 1 - x."""
    if not x > 0 < y:
        return x
    if x * (a + b) > a:
        return 1 - incomplete_beta(b, a, y, x)
    return _beta_density(a, b, x, y) / _beta_fraction(a, b, x, y)


def _beta_fraction(a: float, b: float, x: float, y: float) -> float:
    """b0 + a1 / (b1 + a2 / (b2 + ...)), even part of the continued fraction (Didonato & Morris 1992)."""
    drift = a * y - b * x + 1
    value = c = a * drift / (a + 1)
    d, m, factor = 0.0, 1, math.inf
    while abs(factor - 1) > 4e-15:  # Lentz' method: ten steps as a rule, hundreds in the hardest cases
        odd = a + 2 * m - 1
        above = m * (b - m) * (a + m - 1) * (a + b + m - 1) * (x / odd) ** 2
        below = m + m * (b - m) * x / odd + (a + m) * (drift + m * (2 - x)) / (odd + 2)
        d = 1 / (below + above * d)
        c = below + above / c
        factor = c * d
        value *= factor
        m += 1
    return value


def _beta_density(a: float, b: float, x: float, y: float) -> float:
    """x^a y^b / B(a, b), as a ratio to its mode, so that nothing large cancels.

    B(a, b) is B(a + 10, b + 10), for which Stirling's series holds, times twenty fractions.
    """
    p, q = a + 10, b + 10
    off = (p * y - q * x) / (p + q)
    log = -p * math.log1p(off / x) - q * math.log1p(-off / y) - 10 * math.log(x) - 10 * math.log(y)
    log += _stirling(p + q) - _stirling(p) - _stirling(q)
    fractions = math.prod((a + k) * (b + k) / ((a + b + k) * (p + b + k)) for k in range(10))
    return fractions * math.sqrt(p * q / (p + q) / math.tau) * math.exp(log)


def _stirling(x: float) -> float:
    """log Gamma(x) beyond (x - 1/2) log x - x + log(2 pi) / 2, from x = 10 on to the last bit."""
    series = 0.0
    for coefficient in (1 / 156, -691 / 360360, 1 / 1188, -1 / 1680, 1 / 1260, -1 / 360, 1 / 12):
        series = coefficient + series / (x * x)
    return series / x
