"""Compiled Brown-Warner sampling: six tests of many samples, with many planted effects at once.

An effect moves one day of each firm. Nothing else changes but the ranks of the days that the moved
day passes, so each firm is fitted and sorted once for all effects.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.compiled import compiled, compiled_as_written
from analysis.group_kernels import add_unit, residuals_of
from analysis.kernels import Floats, Ints, Panel, fit_events
from analysis.rank_kernels import SPREAD, arrange

STATISTICS = (
    "cross_sectional",
    "patell",
    "boehmer",
    "kolari_pynnonen",
    "generalized_sign",
    "corrado_rank",
)
DAY = np.zeros((1, 2), np.int64)


def planted_statistics(
    returns: Panel,
    firm: Ints,
    day_zero: Ints,
    effects: Floats,
    estimation: tuple[int, int],
    event: tuple[int, int],
) -> Floats:
    """Statistics of the day-0 abnormal return with each effect added to it (Brown & Warner 1985).

    Parameters
    ----------
    returns : Panel
        Without gaps.
    firm, day_zero : array of int, shape (S, N)
        The firms of each sample and their event sessions.
    effects : array, shape (K,)
        Strictly ascending.

    Returns
    -------
    array, shape (S, K, 6)
        In the order of `STATISTICS`; NaN where a statistic has no spread to measure by.

    Raises
    ------
    ValueError
        If returns are missing, or the effects do not ascend.
    """
    if len(returns.missing):
        raise ValueError("planted effects need returns without gaps; choose firms that have them all")
    if (np.diff(effects) <= 0).any():
        raise ValueError(f"effects must ascend: {effects}")
    samples, n = firm.shape
    size = estimation[1] - estimation[0] + 1
    fits = fit_events(returns, firm.ravel(), day_zero.ravel(), estimation, event, DAY)
    out = np.empty((samples, len(effects), len(STATISTICS)))
    abnormal = fits.abnormal.reshape(samples, n, -1)
    flat = (fits.alpha, fits.beta, fits.car_se)
    alpha, beta, error = (values.reshape(samples, n) for values in flat)
    _samples(
        returns.values, returns.market, firm, day_zero + estimation[0], size, alpha, beta, error, abnormal,
        -event[0], effects, out,
    )  # fmt: skip
    return out


@compiled_as_written
def _samples(
    values: Any, market: Any, firm: Any, first: Any, size: int, alpha: Any, beta: Any, error: Any,
    abnormal: Any, zero: int, effects: Any, out: Any,
) -> None:  # fmt: skip
    n, others = firm.shape[1], size + abnormal.shape[2] - 1
    x, unit, units = np.empty(others), np.empty(size), np.empty(size)
    bucket, sequence, head = (
        np.empty(others, np.uint16), np.empty(others, np.uint16), np.empty(SPREAD * others, np.uint16)
    )  # fmt: skip
    keys, ranks = np.empty(others), np.empty(others)
    passed, own = np.empty((len(effects), others)), np.empty(len(effects))
    for s in range(len(firm)):
        ranks[:] = 0.0
        passed[:] = 0.0
        own[:] = 0.0
        units[:] = 0.0
        positive = 0.0
        for i in range(n):
            y = values[firm[s, i], first[s, i] : first[s, i] + size]
            residuals_of(y, market[first[s, i] : first[s, i] + size], alpha[s, i], beta[s, i], unit)
            x[:size] = unit
            x[size : size + zero] = abnormal[s, i, :zero]
            x[size + zero :] = abnormal[s, i, zero + 1 :]
            positive += (unit > 0.0).sum() / size
            arrange(x, bucket, head, sequence, keys)
            _add_ranks(keys, sequence, ranks)
            _plant(keys, sequence, abnormal[s, i, zero], effects, passed, own)
            add_unit(unit, units)
        correlation = ((units * units).sum() - n) / (n * (n - 1.0))
        _parametric(abnormal[s, :, zero], error[s], effects, size - 2.0, correlation, out[s])
        _signs(abnormal[s, :, zero], effects, positive / n, out[s])
        _corrado(ranks, passed, own, n, out[s])


@compiled_as_written
def _add_ranks(keys: Any, sequence: Any, ranks: Any) -> None:
    """Add the ranks of all days but the event's, by day; ties share their average."""
    j, n = 0, len(keys)
    while j < n:
        k = j + 1
        while k < n and keys[k] == keys[j]:
            k += 1
        for i in range(j, k):
            ranks[sequence[i]] += 0.5 * (j + k + 1)
        j = k


@compiled_as_written
def _plant(keys: Any, sequence: Any, day: float, effects: Any, passed: Any, own: Any) -> None:
    """Count, by day, the effects up to which it lies above the planted day; add the planted day's rank."""
    left, right, k_last = 0, 0, len(effects) - 1
    for k in range(len(effects)):
        value = day + effects[k]
        while left < len(keys) and keys[left] < value:
            left += 1
        right = max(right, left)
        while right < len(keys) and keys[right] == value:
            right += 1
        own[k] += 1.0 + 0.5 * (left + right)
        for j in range(left, right):
            passed[k, sequence[j]] += 0.5
            if k > 0:
                passed[k - 1, sequence[j]] += 0.5
        stop = right
        if k < k_last:
            value = day + effects[k + 1]
            while stop < len(keys) and keys[stop] < value:
                stop += 1
        else:
            stop = len(keys)
        for j in range(right, stop):
            passed[k, sequence[j]] += 1.0


@compiled
def _parametric(car: Any, error: Any, effects: Any, df: float, correlation: float, out: Any) -> None:
    """Cross-sectional t, Patell, Boehmer and Kolari-Pynnonen of one sample."""
    n = len(car)
    inflation = 1.0 + (n - 1.0) * correlation
    ratio = (1.0 - correlation) / inflation if inflation > 1e-12 else np.nan
    adjustment = np.sqrt(ratio) if ratio > 0.0 else np.nan
    for k in range(len(effects)):
        total = scaled = squares = scaled_squares = 0.0
        for i in range(n):
            total += car[i] + effects[k]
            scaled += (car[i] + effects[k]) / error[i]
        mean, scaled_mean = total / n, scaled / n
        for i in range(n):
            squares += (car[i] + effects[k] - mean) ** 2
            scaled_squares += ((car[i] + effects[k]) / error[i] - scaled_mean) ** 2
        out[k, 0] = _studentised(mean, squares, n)
        out[k, 1] = scaled / np.sqrt(n * df / (df - 2.0)) if df > 2.0 else np.nan
        out[k, 2] = _studentised(scaled_mean, scaled_squares, n)
        out[k, 3] = out[k, 2] * adjustment


@compiled
def _studentised(mean: float, squares: float, n: int) -> float:
    """Mean over its standard error; NaN where values differ by rounding alone."""
    if not squares > 1e-24 * (n - 1.0) * (squares + n * mean * mean):
        return np.nan
    statistic: float = mean * np.sqrt(n * (n - 1.0) / squares)
    return statistic


@compiled_as_written
def _signs(car: Any, effects: Any, share: float, out: Any) -> None:
    """Generalised sign statistic of one sample (Cowan 1992)."""
    n = len(car)
    for k in range(len(effects)):
        positive = (car + effects[k] > 0.0).sum()
        out[k, 4] = (positive - n * share) / np.sqrt(n * share * (1.0 - share))


@compiled
def _corrado(ranks: Any, passed: Any, own: Any, n: int, out: Any) -> None:
    """Corrado's rank statistic of one sample; days above the planted day have one rank more."""
    days = len(ranks) + 1
    middle = 0.5 * (days + 1)
    above = np.zeros(len(ranks))
    for k in range(len(own) - 1, -1, -1):
        event = own[k] / n - middle
        squares = event * event
        for t in range(len(ranks)):
            above[t] += passed[k, t]
            deviation = (ranks[t] + above[t]) / n - middle
            squares += deviation * deviation
        out[k, 5] = event / np.sqrt(squares / days)
