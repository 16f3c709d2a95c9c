"""Compiled Brown-Warner sampling: six tests of many samples, with many planted effects at once.

An effect moves one day of each firm. Nothing else changes but the ranks of the days that the moved
day passes, so each firm is fitted and sorted once for all effects.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.kernels.compiled import Floats, Ints, compiled, compiled_as_written, kept
from analysis.kernels.fits import Panel, fit_events
from analysis.kernels.groups import add_joint, add_residuals, day_ranks, event_days
from analysis.kernels.ranks import place_bits, sorted_keys, together

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
    size, zero = estimation[1] - estimation[0] + 1, -event[0]
    fits = fit_events(returns, firm.ravel(), day_zero.ravel(), estimation, event, DAY)
    inverse = 1.0 / (fits.sigma * np.sqrt(size - 2.0))
    out = np.empty((samples, len(effects), len(STATISTICS)))
    days = size + event[1] - event[0]
    block = max(together(days) // n, 1)
    room = np.empty((min(block, samples), n, days))
    for start in range(0, samples, block):
        part, flat = slice(start, start + block), slice(start * n, (start + block) * n)
        chosen, car = room[: len(firm[part])], fits.abnormal[flat, zero].reshape(-1, n)
        others = np.delete(fits.abnormal[flat], zero, axis=1)
        event_days(
            *returns, firm[part].ravel(), day_zero[part].ravel() + estimation[0], size, fits.alpha[flat],
            fits.beta[flat], others, chosen.reshape(-1, days),
        )  # fmt: skip
        keys = sorted_keys(chosen.reshape(-1, days)).reshape(chosen.shape)
        errors = fits.car_se[flat].reshape(-1, n)
        _samples(chosen, keys, size, car, errors, inverse[flat].reshape(-1, n), effects, out[part])
    return out


@kept
@compiled_as_written
def _samples(
    days: Any, keys: Any, size: int, car: Any, error: Any, inverse: Any, effects: Any, out: Any
) -> None:
    n, length = days.shape[1], days.shape[2]
    bits, values, order = place_bits(length), np.empty(length), np.empty(length, np.int64)
    rank, ranks, ranked = np.empty(length, np.uint64), np.empty(length), np.empty(length)
    units, share, above = np.empty(size), np.empty(n), np.empty((len(effects), length))
    for s in range(len(days)):
        ranks[:] = 0.0
        above[:] = 0.0
        units[:] = 0.0
        for i in range(n):
            day_ranks(days[s, i], keys[s, i], bits, size, values, order, rank)
            add_joint(rank, 0.0, ranks, ranked)
            _plant(days[s, i], car[s, i], effects, above)
        add_residuals(days[s], inverse[s], units, share)
        correlation = ((units * units).sum() - n) / (n * (n - 1.0))
        _parametric(car[s], error[s], effects, size - 2.0, correlation, out[s])
        _signs(car[s], effects, share.mean(), out[s])
        _corrado(ranks, above, n, out[s])


@compiled_as_written
def _plant(x: Any, day: float, effects: Any, above: Any) -> None:
    """Count, by effect, the days above the planted day; those equal to it count half."""
    for k in range(len(effects)):
        value, count = day + effects[k], above[k]
        for t in range(len(x)):
            count[t] += 1.0 if x[t] > value else 0.5 if x[t] == value else 0.0


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
def _corrado(ranks: Any, above: Any, n: int, out: Any) -> None:
    """Corrado's rank statistic of one sample; days above the planted day have one rank more."""
    days = len(ranks) + 1
    middle = 0.5 * (days + 1)
    for k in range(len(above)):
        event = days - above[k].sum() / n - middle
        squares = event * event
        for t in range(len(ranks)):
            deviation = (ranks[t] + above[k, t]) / n - middle
            squares += deviation * deviation
        out[k, 5] = event / np.sqrt(squares / days)
