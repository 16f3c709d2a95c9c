"""What the group tests look at: the abnormal returns of a study as plain arrays.

Firms are the last axis and sessions the one before; any axes in front are samples that are tested
at once, which is how a simulation runs thousands of studies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from analysis.inference.placebo import placebo
from analysis.market.bars import Floats, Ints
from analysis.market.events import Window
from analysis.models.distributions import two_sided_normal, two_sided_t
from analysis.study.study import StudyResults

MOST_PAIRS = 1500  # firms; beyond, correlations are read off portfolio variances instead of pairs


@dataclass(frozen=True, eq=False, slots=True)
class Evidence:
    """Abnormal returns of N firms over M estimation and L event sessions, NaN where missing.

    Parameters
    ----------
    estimation : array, shape (..., M, N)
        Residuals; firms that share a date are aligned by calendar, others by event time.
    event, event_se, event_days : array, shape (..., L, N)
        Abnormal returns of the whole event window, their standard errors, and calendar days as
        integers (-1 where there is no session).
    chosen : array of bool, shape (L,)
        The days of the event window that are tested.
    car, car_se, sigma, nobs, df_resid : array, shape (..., N)
    correlation : array, shape (...)
        Mean correlation between the CARs of two firms: that of their residuals times the share of
        tested days that they have in common (Kolari, Pape & Pynnonen 2018).
    caar_se : array, shape (...)
        Standard error of the mean CAR that allows for these correlations.
    placebos : callable giving arrays, shapes (..., N) and (..., Q)
        Standard errors of the CARs, and mean SCARs on Q pseudo-event dates by the same kind of fit;
        called only by the test that needs them.
    """

    estimation: Floats
    event: Floats
    event_se: Floats
    event_days: Ints
    chosen: npt.NDArray[np.bool_]
    car: Floats
    car_se: Floats
    sigma: Floats
    nobs: Ints
    df_resid: Ints
    correlation: Floats
    caar_se: Floats
    placebos: Callable[[], tuple[Floats, Floats]]

    @property
    def scar(self) -> Floats:
        """CAR over its standard error, shape (..., N)."""
        return np.asarray(self.car / self.car_se)

    @property
    def caar(self) -> Floats:
        """Mean CAR, shape (...)."""
        return mean(self.car)

    @property
    def firms(self) -> Ints:
        """Firms with a CAR, shape (...)."""
        return count(self.car)


@dataclass(frozen=True, eq=False, slots=True)
class Outcome:
    """Statistic and two-sided p value of a test for every sample; `df` where there is one."""

    statistic: Floats
    pvalue: Floats
    df: Floats | Ints | None = None


def student(statistic: Floats, df: Floats | Ints) -> Outcome:
    """Outcome of a statistic that is t distributed under the null."""
    return Outcome(statistic, two_sided_t(statistic, df), df)


def normal(statistic: Floats) -> Outcome:
    """Outcome of a statistic that is standard normal under the null."""
    return Outcome(statistic, two_sided_normal(statistic))


def count(values: Floats, axis: int = -1) -> Ints:
    """Number of values that are not missing."""
    return np.asarray(np.isfinite(values).sum(axis=axis))


def mean(values: Floats, axis: int = -1) -> Floats:
    """Mean of the values that are not missing, NaN if there are none."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.nansum(values, axis=axis) / count(values, axis))


def deviation(values: Floats, axis: int = -1) -> Floats:
    """Sample standard deviation (n - 1), NaN where the values differ by rounding alone."""
    centred = values - np.expand_dims(mean(values, axis), axis)
    spread = np.sqrt(np.nansum(centred**2, axis=axis) / (count(values, axis) - 1))
    size = np.sqrt(np.nansum(values**2, axis=axis))
    return np.where(spread > 1e-12 * size, spread, np.nan)


@lru_cache(maxsize=16)
def evidence(results: StudyResults, window: Window) -> Evidence:
    """Gather the arrays of a study for the tests of one window."""
    design, fit, panel = results.design, results.fit, results.panel
    cars = results.car(window)
    days = panel.dates[panel.rows(design.event_window)]
    event_time = design.event_window.event_time
    chosen = (event_time >= window.start) & (event_time <= window.end)
    shared = shared_days(days[chosen]) if len(results.symbols) <= MOST_PAIRS else None
    estimation = results.residuals if results.one_event else results.estimation_residuals
    car_se = np.where(cars["car"].notna(), cars["se"], np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation, caar_se = _dependence(results, shared, car_se)
    return Evidence(
        estimation=estimation.to_numpy(),
        event=results.abnormal_returns.to_numpy(),
        event_se=results.standard_errors.to_numpy(),
        event_days=np.where(np.isnat(days), -1, days.astype(np.int64)),
        chosen=chosen,
        car=cars["car"].to_numpy(),
        car_se=car_se,
        sigma=fit.sigma,
        nobs=fit.nobs,
        df_resid=fit.df_resid,
        correlation=correlation,
        caar_se=caar_se,
        placebos=lambda: _placebos(results, window),
    )


def _placebos(results: StudyResults, window: Window) -> tuple[Floats, Floats]:
    pseudo = placebo(results, window)
    return (pseudo.event["car"] / pseudo.event["scar"]).to_numpy(), pseudo.mean_scar


def residual_correlations(residuals: Floats) -> Floats:
    """Correlations of residuals between firms over the days both have, shape (..., N, N)."""
    here = np.isfinite(residuals).astype(float)
    values = np.nan_to_num(residuals)
    transposed, there = np.swapaxes(values, -1, -2), np.swapaxes(here, -1, -2)
    days = there @ here
    sums = transposed @ here  # of firm i over the days that i and j share
    cross = transposed @ values - sums * np.swapaxes(sums, -1, -2) / days
    squares = np.swapaxes(values**2, -1, -2) @ here - sums**2 / days
    correlations = cross / np.sqrt(squares * np.swapaxes(squares, -1, -2))
    return np.where(days > 2, correlations, np.nan)


def dependence(correlations: Floats, car_se: Floats) -> tuple[Floats, Floats]:
    """Mean correlation of two CARs, and the standard error of the mean CAR, each shape (...).

    `correlations` are those of the CARs, shape (..., N, N), NaN where unknown.
    """
    n = car_se.shape[-1]
    present = np.isfinite(car_se)
    pairs = present[..., :, None] & present[..., None, :] & ~np.eye(n, dtype=bool)
    between = np.where(pairs, correlations, np.nan)
    average = np.where(present.sum(axis=-1) > 1, mean(between.reshape(*between.shape[:-2], n * n)), 0.0)
    se = np.nan_to_num(car_se)
    filled = np.where(np.isnan(between) & pairs, average[..., None, None], np.nan_to_num(between))
    variance = (se**2).sum(axis=-1) + np.einsum("...i,...ij,...j->...", se, filled, se)
    count_present = present.sum(axis=-1)
    # a variance of nothing but rounding: firms that mirror each other
    variance = np.where(variance > 1e-12 * (se**2).sum(axis=-1), variance, np.nan)
    return average, np.sqrt(variance) / count_present


def shared_days(days: npt.NDArray[np.datetime64]) -> Floats:
    """Share of tested days (L, N) that each two firms have in common, (N, N)."""
    n = days.shape[1]
    if (days == days[:, :1]).all():
        return np.ones((n, n))
    known = np.unique(days[~np.isnat(days)])
    member = np.zeros((n, len(known)))
    for row in days:
        real = ~np.isnat(row)
        member[np.flatnonzero(real), np.searchsorted(known, row[real])] = 1.0
    size = member.sum(axis=1)
    return np.asarray(member @ member.T / np.maximum(np.minimum.outer(size, size), 1.0))


@lru_cache(maxsize=16)
def mean_residual_correlation(results: StudyResults) -> float:
    """Mean correlation of residuals over pairs of firms, aligned by calendar; NaN for one firm."""
    n = len(results.symbols)
    if n > MOST_PAIRS:
        return float(_correlation_from_variances(results))
    with np.errstate(all="ignore"):
        correlations = residual_correlations(results.residuals.to_numpy())
        return float(mean(correlations[np.triu_indices(n, 1)]))


def _dependence(results: StudyResults, shared: Floats | None, car_se: Floats) -> tuple[Floats, Floats]:
    if shared is not None:
        return dependence(residual_correlations(results.residuals.to_numpy()) * shared, car_se)
    average = _correlation_from_variances(results)
    total = np.nansum(car_se**2) + average * (np.nansum(car_se) ** 2 - np.nansum(car_se**2))
    return average, np.asarray(np.sqrt(total) / count(car_se))


def _correlation_from_variances(results: StudyResults) -> Floats:
    """For too many firms for pairs: the variance of the mean standardised residual tells the same."""
    scaled = results.estimation_residuals.to_numpy() / results.fit.sigma
    n = scaled.shape[1]
    return np.asarray((n * mean(mean(scaled) ** 2) - 1) / (n - 1))


def overlapping_events(results: StudyResults) -> int:
    """Observations whose event window overlaps that of the next event of the same firm."""
    places = sorted((o.symbol, o.position) for o in results.panel.observations)
    length = len(results.design.event_window)
    return sum(firm == other and later - day < length for (firm, day), (other, later) in pairwise(places))
