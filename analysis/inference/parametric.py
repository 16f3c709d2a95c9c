"""Group tests built on means and variances. Every function takes Evidence and gives an Outcome."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.inference.daily import Daily, count, deviation, mean
from analysis.inference.evidence import Evidence, Outcome, normal, student
from analysis.market.bars import Floats

Ints = npt.NDArray[np.int64]

DRAWS = 999
DRAWN = 200_000  # products of residuals drawn at once, as many as fit into a processor's cache
MANY_DATES = 10  # event dates from which calendar days count as observations
SEED = 20250127


def portfolio(evidence: Evidence) -> Outcome:
    """Mean CAR over its standard error with all correlations between firms: the SUR mean test."""
    df = np.where(np.isfinite(evidence.car), evidence.df_resid, np.inf).min(axis=-1)
    return student(evidence.caar / evidence.caar_se, df)


def crude_dependence(evidence: Evidence) -> Outcome:
    """CAAR over the time-series deviation of the average residual (Brown & Warner 1980, 1985).

    A window is as long as the days that a firm has in it, on average over the firms.
    """
    average = evidence.daily.residuals.mean
    present = evidence.daily.abnormal.firms[..., evidence.chosen].sum(axis=-1) / evidence.firms
    spread = deviation(average) * np.sqrt(present)
    return student(evidence.caar / spread, count(average) - 1)


def cross_sectional(evidence: Evidence) -> Outcome:
    """Mean CAR over its cross-sectional standard error."""
    n = evidence.firms
    return student(evidence.caar * np.sqrt(n) / deviation(evidence.car), n - 1)


def skewness_adjusted(evidence: Evidence) -> Outcome:
    """Cross-sectional t with Hall's (1992) transformation for skewness."""
    n, spread = evidence.firms, deviation(evidence.car)
    location = evidence.caar / spread
    centred = (evidence.car - evidence.caar[..., None]) / spread[..., None]
    skewness = n / ((n - 1.0) * (n - 2.0)) * np.nansum(centred**3, axis=-1)
    cubic = location + skewness * location**2 / 3 + skewness**2 * location**3 / 27 + skewness / (6 * n)
    return student(np.sqrt(n) * cubic, n - 1)


def patell(evidence: Evidence) -> Outcome:
    """Sum of SCARs over the standard deviation that t distributed SCARs have (Patell 1976)."""
    return normal(_patell(evidence))


def adjusted_patell(evidence: Evidence) -> Outcome:
    """Patell's statistic with the variance inflated by correlation (Kolari & Pynnonen 2010)."""
    return normal(_patell(evidence) / np.sqrt(_inflation(evidence)))


def boehmer(evidence: Evidence) -> Outcome:
    """Mean SCAR over its cross-sectional standard error (Boehmer, Musumeci & Poulsen 1991)."""
    return student(_boehmer(evidence), evidence.firms - 1)


def kolari_pynnonen(evidence: Evidence) -> Outcome:
    """Boehmer's statistic adjusted for correlation between firms (Kolari & Pynnonen 2010)."""
    ratio = (1 - evidence.correlation) / _inflation(evidence)
    return student(_boehmer(evidence) * np.sqrt(np.where(ratio > 0, ratio, np.nan)), evidence.firms - 1)


def joint(evidence: Evidence, null: Floats | None = None) -> Outcome:
    """F of Hotelling's T^2 over all CARs; p from resampled residual vectors (Hein & Westfall 2004).

    Parameters
    ----------
    null : array, shape (draws, ...), optional
        What `joint_null` gives, if it is at hand.
    """
    n, nothing = evidence.car.shape[-1], np.full(evidence.caar.shape, np.nan)
    if int(evidence.nobs.min()) <= 2 * n or not isinstance(evidence.daily, Daily):  # sums have no days
        return Outcome(nothing, nothing)
    residuals = _complete_days(evidence)
    df = residuals.shape[-2] - _parameters(evidence)
    if residuals.shape[-2] <= 2 * n or df - n + 1 < 1:
        return Outcome(nothing, nothing)
    covariance = np.swapaxes(residuals, -1, -2) @ residuals / df
    forecast = mean((evidence.car_se / evidence.sigma) ** 2)
    t2 = np.where(_regular(covariance), _hotelling(covariance, evidence.car) / forecast, np.nan)
    null = joint_null(evidence) if null is None else null
    at_least = (~(null < t2 * (1 - 1e-12))).sum(axis=0)  # a draw without an inverse counts against
    pvalue = np.where(np.isfinite(t2), (1 + at_least) / (len(null) + 1), np.nan)
    return Outcome(t2 * (df - n + 1) / (n * df), pvalue, np.full(t2.shape, float(df - n + 1)))


def joint_null(evidence: Evidence, draws: int = DRAWS) -> Floats:
    """T^2 where nothing happened, shape (draws, ...): whole days drawn with replacement.

    Drawing the residuals of all firms together assumes neither normal tails nor independence.
    """
    residuals = _complete_days(evidence)
    days, length = residuals.shape[-2], int(evidence.chosen.sum())
    weights, state = _drawn_days(days, draws)
    random = np.random.default_rng(SEED)
    random.bit_generator.state = state
    picks = random.integers(0, days, size=(draws, length))
    products = residuals[..., :, None] * residuals[..., None, :]
    at_once = max(1, DRAWN // (products.size // days))
    chunks = (slice(start, start + at_once) for start in range(0, draws, at_once))
    df = days - _parameters(evidence)
    null = [_drawn_t2(residuals, products, weights[chunk], picks[chunk], df) for chunk in chunks]
    return np.asarray(np.concatenate(null) / (length + length**2 / days))


@lru_cache(maxsize=2)
def _drawn_days(days: int, draws: int) -> tuple[Floats, Mapping[str, Any]]:
    """How often each draw takes each day, the same for every window, and how that leaves the generator."""
    random = np.random.default_rng(SEED)
    weights = random.multinomial(days, np.full(days, 1 / days), size=draws)
    return weights.astype(float), random.bit_generator.state


def _parameters(evidence: Evidence) -> int:
    """Parameters that a firm's model has."""
    return int((evidence.nobs - evidence.df_resid).max())


def _drawn_t2(residuals: Floats, products: Floats, weights: Floats, picks: Ints, df: int) -> Floats:
    """T^2 of the days `picks` (draws, length) by the covariance of all days as often as `weights` tells.

    `products` (..., days, N, N) are those of the residuals of each two firms.
    """
    *samples, days, n = residuals.shape
    mean_of_draw = np.moveaxis(weights @ residuals, -2, 0) / days
    car = np.moveaxis(residuals[..., picks, :].sum(axis=-2), -2, 0) - picks.shape[1] * mean_of_draw
    squares = np.moveaxis(weights @ products.reshape(*samples, days, n * n), -2, 0)
    centre = mean_of_draw[..., :, None] * mean_of_draw[..., None, :]
    return _hotelling((squares.reshape(*mean_of_draw.shape, n) - days * centre) / df, car)


def calendar_time(evidence: Evidence) -> Outcome:
    """Mean daily abnormal return of the calendar-time portfolio, its days weighted by firms held.

    The error is that of independent calendar days with unequal variances (Jaffe 1974; Mandelker
    1974; Fama 1998).
    """
    days = evidence.daily.calendar(evidence.chosen)
    firms, total = days.firms, days.total
    sessions = (firms > 0).sum(axis=1)
    alpha = total.sum(axis=1) / firms.sum(axis=1)
    error = np.sqrt(((total - firms * alpha[:, None]) ** 2).sum(axis=1) * sessions / (sessions - 1))
    statistic = np.where(days.dates >= MANY_DATES, alpha * firms.sum(axis=1) / error, np.nan)
    samples = evidence.caar.shape
    return student(statistic.reshape(samples), sessions.reshape(samples) - 1)


def _patell(evidence: Evidence) -> Floats:
    df = evidence.df_resid
    variance = np.where(np.isfinite(evidence.car) & (df > 2), df / (df - 2.0), np.nan)
    return np.asarray(np.nansum(evidence.scar, axis=-1) / np.sqrt(np.nansum(variance, axis=-1)))


def _boehmer(evidence: Evidence) -> Floats:
    return mean(evidence.scar) * np.sqrt(evidence.firms) / deviation(evidence.scar)


def _inflation(evidence: Evidence) -> Floats:
    """1 + (N - 1) r: how much correlation inflates the variance of a mean; NaN unless positive."""
    inflation = 1 + (evidence.firms - 1) * evidence.correlation
    return np.where(inflation > 1e-12, inflation, np.nan)


def _complete_days(evidence: Evidence) -> Floats:
    """Residuals of the days on which all firms have one; of a simulation, all days."""
    assert isinstance(evidence.daily, Daily)  # firms beyond a block have more than a window has days
    estimation = evidence.daily.estimation
    return estimation if estimation.ndim > 2 else estimation[np.isfinite(estimation).all(axis=-1)]


def _regular(covariance: Floats) -> npt.NDArray[np.bool_]:
    """Whether a covariance matrix has an inverse: no firm without variance, no two that move as one."""
    scale = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
    correlation = np.nan_to_num(covariance / (scale[..., :, None] * scale[..., None, :]))
    return np.asarray(np.linalg.eigvalsh(correlation)[..., 0] > 1e-10)


def _hotelling(covariance: Floats, vector: Floats) -> Floats:
    """v' C^-1 v; NaN where C has no inverse at all."""
    try:
        solved = np.linalg.solve(covariance, vector[..., None])[..., 0]
    except np.linalg.LinAlgError:
        if vector.ndim == 1:
            return np.array(np.nan)
        return np.array([_hotelling(*one) for one in zip(covariance, vector, strict=True)])
    return np.asarray((vector * solved).sum(axis=-1))
