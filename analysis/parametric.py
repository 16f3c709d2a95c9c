"""Group tests built on means and variances. Every function takes Evidence and gives an Outcome."""

from __future__ import annotations

import numpy as np

from analysis.evidence import Evidence, Outcome, count, deviation, mean, normal, student
from analysis.market import Floats

DRAWS = 999
MANY_DATES = 10  # event dates from which calendar days count as observations
SEED = 20250127


def portfolio(evidence: Evidence) -> Outcome:
    """Mean CAR over its standard error with all correlations between firms: the SUR mean test."""
    df = np.where(np.isfinite(evidence.car), evidence.df_resid, np.inf).min(axis=-1)
    return student(evidence.caar / evidence.caar_se, df)


def crude_dependence(evidence: Evidence) -> Outcome:
    """CAAR over the time-series deviation of the average residual (Brown & Warner 1980, 1985)."""
    average = mean(np.where(np.isfinite(evidence.car)[..., None, :], evidence.estimation, np.nan))
    spread = deviation(average) * np.sqrt(evidence.chosen.sum())
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


def joint(evidence: Evidence, draws: int = DRAWS) -> Outcome:
    """F of Hotelling's T^2 over all CARs; p from resampled residual vectors (Hein & Westfall 2004).

    Whole days are drawn with replacement as estimation and event days, so that neither normal tails
    nor independence between firms is assumed.
    """
    residuals = _complete_days(evidence)
    days, n = residuals.shape[-2:]
    length, df = int(evidence.chosen.sum()), int(evidence.df_resid.min())
    nothing = np.full(evidence.caar.shape, np.nan)
    if df - n + 1 < 1 or days <= 2 * n:
        return Outcome(nothing, nothing)
    forecast = mean((evidence.car_se / evidence.sigma) ** 2)
    t2 = _hotelling(_cross(residuals) / df, evidence.car) / forecast
    scale = (df - n + 1) / (n * df)
    random = np.random.default_rng(SEED)
    weights = random.multinomial(days, np.full(days, 1 / days), size=draws)
    picks = random.integers(0, days, size=(draws, length))
    at_least = np.zeros(t2.shape)
    for weight, pick in zip(weights, picks, strict=True):
        centre = weight @ residuals / days
        spread = _cross(residuals, weight) - days * centre[..., :, None] * centre[..., None, :]
        vector = (residuals[..., pick, :] - centre[..., None, :]).sum(axis=-2)
        drawn = _hotelling(spread / (days - 1), vector) / (length + length**2 / days)
        at_least += ~(drawn < t2 * (1 - 1e-12))
    pvalue = np.where(np.isfinite(t2), (1 + at_least) / (draws + 1), np.nan)
    return Outcome(t2 * scale, pvalue, np.full(t2.shape, float(df - n + 1)))


def calendar_time(evidence: Evidence) -> Outcome:
    """Mean daily abnormal return of the calendar-time portfolio, its days weighted by firms held.

    The error is that of independent calendar days with unequal variances (Jaffe 1974; Mandelker
    1974; Fama 1998).
    """
    chosen = evidence.event[..., evidence.chosen, :]
    days = evidence.event_days[..., evidence.chosen, :]
    held = np.isfinite(chosen) & (days >= 0)
    samples = chosen.shape[:-2]
    first = days[held].min(initial=0)
    width = int(days[held].max(initial=0) - first) + 1
    sample = np.arange(int(np.prod(samples)))[:, None] * width
    place = (days - first).reshape(len(sample), -1) + sample
    flat = held.reshape(len(sample), -1)
    size = len(sample) * width
    firms = np.bincount(place[flat], minlength=size).reshape(len(sample), width)
    total = np.bincount(place[flat], chosen.reshape(len(sample), -1)[flat], size).reshape(firms.shape)
    sessions = (firms > 0).sum(axis=1)
    alpha = total.sum(axis=1) / firms.sum(axis=1)
    error = np.sqrt(((total - firms * alpha[:, None]) ** 2).sum(axis=1) * sessions / (sessions - 1))
    dates = (np.diff(np.sort(days[..., 0, :], axis=-1), prepend=-2) > 0).sum(axis=-1).reshape(-1)
    statistic = np.where(dates >= MANY_DATES, alpha * firms.sum(axis=1) / error, np.nan)
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
    if evidence.estimation.ndim > 2:
        return evidence.estimation
    return evidence.estimation[np.isfinite(evidence.estimation).all(axis=-1)]


def _cross(residuals: Floats, weight: Floats | None = None) -> Floats:
    weighted = residuals if weight is None else residuals * weight[:, None]
    return np.asarray(np.swapaxes(residuals, -1, -2) @ weighted)


def _hotelling(covariance: Floats, vector: Floats) -> Floats:
    """v' C^-1 v, NaN where C has no inverse."""
    scale = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
    correlation = covariance / (scale[..., :, None] * scale[..., None, :])
    regular = np.isfinite(correlation).all(axis=(-1, -2)) & np.isfinite(vector).all(axis=-1)
    safe = np.where(regular[..., None, None], correlation, np.eye(vector.shape[-1]))
    values, vectors = np.linalg.eigh(safe)
    regular &= values[..., 0] > 1e-10
    rotated = np.einsum("...ij,...i->...j", vectors, np.where(regular[..., None], vector / scale, 0.0))
    return np.where(regular, (rotated**2 / np.where(values > 0, values, np.inf)).sum(axis=-1), np.nan)
