"""Compiled fits of factor models: events that share a day share the factors' Gram matrix."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.kernels.compiled import Floats, Ints, compiled, kept


@compiled
def _gram_inverses(factors: Any, first: Any, size: int) -> tuple[Any, Any]:
    """Per window: means of the k - 1 factors, and the inverse of their centred Gram matrix."""
    k = len(factors)
    means, inverses = np.empty((len(first), k)), np.empty((len(first), k, k))
    gram = np.empty((k, k))
    for w in range(len(first)):
        begin = first[w]
        for i in range(k):
            total = 0.0
            for t in range(begin, begin + size):
                total += factors[i, t]
            means[w, i] = total / size
        for i in range(k):
            for j in range(i + 1):
                total = 0.0
                for t in range(begin, begin + size):
                    total += (factors[i, t] - means[w, i]) * (factors[j, t] - means[w, j])
                gram[i, j] = gram[j, i] = total
        inverses[w] = np.linalg.inv(gram)
    return means, inverses


def fit_factor_events(
    values: Floats,
    factors: Floats,
    firm: Ints,
    day_zero: Ints,
    estimation: tuple[int, int],
    event: tuple[int, int],
) -> tuple[Floats, Floats]:
    """AR and SAR of many events under a factor model with an intercept, shape (E, L) each.

    Parameters
    ----------
    values : array, shape (N, T)
        Excess returns without gaps.
    factors : array, shape (K, T)
    firm, day_zero, estimation, event
        As in `analysis.kernels.fits.fit_events`. Events that share a day 0 share one Gram matrix.
    """
    abnormal, sar = (np.empty((len(firm), event[1] - event[0] + 1)) for _ in range(2))
    _fit_factor_events(values, factors, firm, day_zero, estimation, event, abnormal, sar)
    return abnormal, sar


@kept
@compiled
def _fit_factor_events(
    values: Any, factors: Any, firm: Any, day_zero: Any, estimation: Any, event: Any, abnormal: Any, sar: Any
) -> None:
    size, length = estimation[1] - estimation[0] + 1, event[1] - event[0] + 1
    k = len(factors)
    days = np.unique(day_zero)
    means, inverses = _gram_inverses(factors, days + estimation[0], size)
    leverage = np.empty((len(days), length))
    for w in range(len(days)):
        for j in range(length):
            t = days[w] + event[0] + j
            total = 1.0 + 1.0 / size
            for a in range(k):
                for b in range(k):
                    total += (factors[a, t] - means[w, a]) * inverses[w, a, b] * (factors[b, t] - means[w, b])
            leverage[w, j] = total
    moments, slopes = np.empty(k), np.empty(k)
    for e in range(len(firm)):
        w = np.searchsorted(days, day_zero[e])
        first, event_first = day_zero[e] + estimation[0], day_zero[e] + event[0]
        y = values[firm[e], first : first + size]
        total, squares = _total_and_squares(y)
        for a in range(k):
            moments[a] = _dot(factors[a, first : first + size], y) - means[w, a] * total
        mean_y, explained = total / size, 0.0
        intercept = mean_y
        for a in range(k):
            slope = 0.0
            for b in range(k):
                slope += inverses[w, a, b] * moments[b]
            slopes[a] = slope
            explained += slope * moments[a]
            intercept -= slope * means[w, a]
        variance = (squares - total * mean_y - explained) / (size - k - 1)
        for j in range(length):
            t = event_first + j
            ar = values[firm[e], t] - intercept
            for a in range(k):
                ar -= slopes[a] * factors[a, t]
            abnormal[e, j] = ar
            sar[e, j] = ar / np.sqrt(variance * leverage[w, j])


@compiled
def _total_and_squares(y: Any) -> tuple[float, float]:
    total = squares = 0.0
    for t in range(len(y)):
        total += y[t]
        squares += y[t] * y[t]
    return total, squares


@compiled
def _dot(x: Any, y: Any) -> float:
    total = 0.0
    for t in range(len(y)):
        total += x[t] * y[t]
    return total
