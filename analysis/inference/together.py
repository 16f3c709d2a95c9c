"""How firms move together: correlations of residuals and of CARs, and what they do to a mean and a spread.

Firms are the last axis; any axes in front are samples.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analysis.inference.daily import count, mean
from analysis.inference.pooled import ByDay, pooled_dependence
from analysis.market.bars import Floats, Ints
from analysis.market.events import Dates


def residual_correlations(residuals: Floats) -> Floats:
    """Correlations of residuals between firms over the days both have, shape (..., N, N)."""
    here = np.isfinite(residuals).astype(float)
    values = np.nan_to_num(residuals)
    transposed, there = np.swapaxes(values, -1, -2), np.swapaxes(here, -1, -2)
    days = there @ here
    sums = transposed @ here  # of firm i over the days that i and j share
    with np.errstate(invalid="ignore", divide="ignore"):  # firms that share no day
        cross = transposed @ values - sums * np.swapaxes(sums, -1, -2) / days
        squares = np.swapaxes(values**2, -1, -2) @ here - sums**2 / days
        correlations = cross / np.sqrt(squares * np.swapaxes(squares, -1, -2))
    return np.where(days > 2, correlations, np.nan)


def lagged_correlation(residuals: Floats) -> Floats:
    """Mean correlation of a firm's residual with another's of the session before, shape (...).

    `residuals` are aligned by calendar, shape (..., M, N); zero where no two firms have such days.
    """
    products, pairs = (_with_another(values) for values in _scaled(residuals))
    return np.asarray(products / np.maximum(pairs, 1.0))


def successive_correlations(residuals: Floats) -> Floats:
    """Correlation of the residual of firm i with that of firm j on the session after it, shape (..., N, N).

    `residuals` are aligned by calendar, shape (..., M, N); zero where two firms have no such days.
    """
    products, days = (
        np.swapaxes(values[..., :-1, :], -1, -2) @ values[..., 1:, :] for values in _scaled(residuals)
    )
    return np.asarray(products / np.maximum(days, 1.0))


def skewness(residuals: Floats) -> Floats:
    """Skewness of each firm's residuals (..., M, N), shape (..., N)."""
    apart = residuals - mean(residuals, axis=-2)[..., None, :]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(mean(apart**3, axis=-2) / mean(apart**2, axis=-2) ** 1.5)


def weekdays(days: Dates) -> Ints:
    """Number of each day among weekdays, which stand for the sessions of all exchanges."""
    return np.asarray(np.busday_count(np.datetime64(0, "D"), days.astype("datetime64[D]")))


def succession(successive: Floats, zero: Ints, length: int) -> Floats:
    """What firms of successive dates add to the variance of the mean CAR over that of independent ones.

    Day 0 `zero` of each firm is a session's number, (..., N); windows have `length` days; `successive` are
    correlations of residuals from one session to the next, (..., N, N). News of an evening moves one exchange
    on that date and another on the next: their windows share no day, and yet the news.
    """
    apart = zero[..., None, :] - zero[..., :, None]
    pairs = np.where(apart != 0, following_days(apart, length), 0.0)
    return np.asarray(2 * (successive * pairs).sum(axis=(-1, -2)) / zero.shape[-1])


def pooled_succession(successive: float, zero: Ints, length: int) -> float:
    """The same of one correlation for all pairs, from how many firms each date has."""
    counts = np.bincount(zero - zero.min()).astype(float)
    aparts = np.arange(1, min(length, len(counts) - 1) + 1)
    both_ways = following_days(aparts, length) + following_days(-aparts, length)
    pairs = sum(weight * (counts[:-n] @ counts[n:]) for n, weight in zip(aparts, both_ways, strict=True))
    return float(2 * successive * pairs / len(zero))


def following_days(apart: Ints, length: int) -> Floats:
    """Share of the days of a window that lie a session before one of a window `apart` sessions later."""
    return np.asarray(np.maximum(length - np.abs(apart - 1), 0) / length)


def _scaled(residuals: Floats) -> tuple[Floats, Floats]:
    """Residuals of unit mean square with zeros where they are missing, and where they are there."""
    with np.errstate(invalid="ignore", divide="ignore"):
        scaled = np.nan_to_num(residuals / np.sqrt(mean(residuals**2, axis=-2))[..., None, :])
    return scaled, np.isfinite(residuals).astype(float)


def _with_another(values: Floats) -> Floats:
    """Sum over sessions of the products of each firm's value with every other firm's of the next session."""
    total, own = values.sum(axis=-1), (values[..., 1:, :] * values[..., :-1, :]).sum(axis=(-1, -2))
    return np.asarray((total[..., 1:] * total[..., :-1]).sum(axis=-1) - own)


def dependence(correlations: Floats, car_se: Floats) -> tuple[Floats, Floats]:
    """Mean correlation of two CARs, and the standard error of the mean CAR, each shape (...).

    `correlations` are those of the CARs, shape (..., N, N), NaN where unknown.
    """
    se, (average, between) = np.nan_to_num(car_se), _between(correlations, np.isfinite(car_se))
    variance = (se**2).sum(axis=-1) + np.einsum("...i,...ij,...j->...", se, between, se)
    # a variance of nothing but rounding: firms that mirror each other
    variance = np.where(variance > 1e-12 * (se**2).sum(axis=-1), variance, np.nan)
    return average, np.sqrt(variance) / count(car_se)


def differences(correlations: Floats, nobs: Floats | Ints) -> Floats:
    """Independent differences that the spread between firms is worth, shape (...) (Satterthwaite 1946).

    Of deviations from the mean with covariance A: (tr A)^2 / tr(A^2), less what chance adds to the squares of
    correlations (..., N, N) that were estimated on `nobs` sessions, (..., N). One that is NaN counts as the
    average of the others; a firm of which `nobs` is NaN is left out.
    """
    sessions = np.asarray(nobs, dtype=float)
    present = np.isfinite(sessions)
    n = np.maximum(present.sum(axis=-1), 1)
    _, between = _between(correlations, present)
    rows, squares = between.sum(axis=-1), between**2
    total, known = rows.sum(axis=-1), np.maximum(mean(sessions), 1.0)
    chance = np.where(between != 0, (1 - squares) ** 2, 0.0).sum(axis=(-1, -2)) / known
    trace = n - 1 - total / n
    of_square = n + squares.sum(axis=(-1, -2)) - chance * (1 - 2 / n)
    of_square += (n + total) ** 2 / n**2 - 2 / n * (present * (1 + rows) ** 2).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(of_square > 0, trace**2 / of_square, np.inf)
    return np.asarray(np.minimum(found, n - 1))


def _between(correlations: Floats, present: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Mean correlation of the firms that are present, (...), and each of them, that mean where unknown."""
    n = present.shape[-1]
    pairs = present[..., :, None] & present[..., None, :] & ~np.eye(n, dtype=bool)
    known = np.where(pairs, correlations, np.nan)
    average = np.where(present.sum(axis=-1) > 1, mean(known.reshape(*known.shape[:-2], n * n)), 0.0)
    return average, np.where(np.isnan(known) & pairs, average[..., None, None], np.nan_to_num(known))


def car_correlations(residual: Floats, days: npt.NDArray[np.datetime64]) -> Floats:
    """Correlations of CARs on some days (L, N), from those of residuals (N, N)."""
    return of_cars(residual, shared_days(days))


def of_cars(correlations: Floats, shared: Floats) -> Floats:
    """Correlations of CARs: those of residuals times the shares of common days; without one, none."""
    return np.where(shared > 0, correlations * shared, 0.0)


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


def by_pairs(correlations: Floats, car_se: Floats, nobs: Ints) -> dict[str, Floats]:
    """What `Evidence` says of how CARs (..., N) move together, from their correlations (..., N, N)."""
    average, caar_se = dependence(correlations, car_se)
    return {
        "correlation": average,
        "caar_se": caar_se,
        "differences": differences(correlations, np.where(np.isfinite(car_se), nobs, np.nan)),
    }


def pooled(correlation: float, errors: ByDay, car_se: Floats) -> dict[str, Floats]:
    """The same where one correlation stands for all pairs: whether firms move in groups is not measured."""
    average, caar_se = pooled_dependence(correlation, errors, car_se)
    return {"correlation": average, "caar_se": caar_se, "differences": np.full(average.shape, np.nan)}
