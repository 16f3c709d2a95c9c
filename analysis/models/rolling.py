"""A model before each of many successive days: all that it needs of an estimation window are sums.

Sums of products of the regressors and the returns give coefficients, their errors and the spread of the
residuals, so that a fit costs the same however long its window is, and no residual of the window is made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from analysis.market.bars import Floats
from analysis.models.least_squares import (
    Fit,
    Terms,
    inverse_of,
    loadings_of,
    per_session,
    predicted,
)

LEAST = 1e-10  # share of a regressor's squares that those before it must leave, or rounding would decide
NOTHING = 1e-13  # share of the squares of returns that is rounding

DECAY = 0.94  # of squared residuals per day, as in RiskMetrics for daily data
MEMORY = 75  # days

Fitting = Callable[[Floats, Terms, slice, slice], Fit]
Estimator = Callable[[Floats], tuple[Floats, Floats]]


@dataclass(frozen=True, eq=False, slots=True)
class Rolling:
    """Fits of N firms on Q successive days: n = N * Q observations, firm by firm and day by day.

    Parameters
    ----------
    fit : Fit
        Its rows are those of the event window; R squared is not computed.
    volatility : callable
        Volatility expected on days of the event window, counted from its first, by the residuals since the
        estimation window began (`expected_volatility`); shape (days, n).
    """

    fit: Fit
    volatility: Callable[[Sequence[int]], Floats]


def rolling(
    estimator: Estimator, returns: Floats, terms: Terms, estimation: slice, event: slice, count: int
) -> Rolling:
    """Fit a model on `count` successive days.

    A window is summed from its own days, so that a glitch in one leaves the others as they are, to the last
    digit. A regressor that leaves less than `LEAST` of its squares beside those before it cannot be told from
    them: such a fit is NaN.

    Parameters
    ----------
    estimator : callable
        From sums of products of k regressors and the return, shape (k + 1, k + 1, n), to coefficients of the
        first p regressors (n, p), and how they move with the independent errors of all (n, p, k).
    returns : array, shape (T, N)
    estimation, event : slice
        Rows of the first day's study; those of each day are one further.
    """
    lines = _lines(returns, terms)
    sums, days = (each.reshape(*each.shape[:-2], -1) for each in _sums(*lines, estimation, count))
    coefficients, errors = estimator(sums)
    _, p, k = errors.shape
    short = replace(terms, regressors=terms.regressors[..., :p])
    nobs = days.astype(np.int64)
    kept = [*range(p), -1]
    variance = _squares(coefficients, sums[kept][:, kept]) / np.where(nobs > k, nobs - k, np.nan)
    told = lines if p == len(sums) - 1 else _lines(returns, short)  # a day tells wherever it has a residual

    def volatility(ahead: Sequence[int]) -> Floats:
        ends = event.start + np.asarray(ahead)
        sizes, out = np.minimum(MEMORY, ends - estimation.start), np.empty((len(ends), len(nobs)))
        for size in np.unique(sizes).tolist():
            mine = np.flatnonzero(sizes == size)
            first, last = int(ends[mine].min()), int(ends[mine].max())
            found = _sums(*told, slice(first - size, first), count + last - first, DECAY)
            for place, end in zip(mine.tolist(), ends[mine].tolist(), strict=True):
                of_end = (each[..., end - first : end - first + count] for each in found)
                out[place] = _deviation(coefficients, *of_end)
        return out

    fit = _forecast(returns, short, event, count, coefficients, errors, variance)
    return Rolling(replace(fit, nobs=nobs, df_resid=nobs - k), volatility)


def by_rows(
    fit: Fitting, returns: Floats, terms: Terms, estimation: slice, event: slice, count: int
) -> Rolling:
    """The same of a model that needs every return of its estimation windows."""
    first = min(estimation.start, event.start)
    whole = slice(first, max(estimation.stop, event.stop))
    before, rows = (slice(each.start - first, each.stop - first) for each in (estimation, event))
    found = fit(
        moved(returns, whole, count), terms.each(lambda values: moved(values, whole, count)), before, rows
    )

    def volatility(ahead: Sequence[int]) -> Floats:
        ends = [rows.start + day for day in ahead]
        return np.stack([expected_volatility(found.residuals[before.start : end]) for end in ends])

    return Rolling(replace(found, expected=found.expected[rows], residuals=found.residuals[rows]), volatility)


def expected_volatility(residuals: Floats) -> Floats:
    """Volatility that RiskMetrics (1996) expects for the day after the rows, shape (N,).

    Squares of residuals (T, N), each day back weighing 6 % less; missing days have no weight. Days further
    back than `MEMORY` would weigh less than 1 % together.
    """
    lines = np.ascontiguousarray(residuals[-MEMORY:].T)
    weights = DECAY ** np.arange(lines.shape[1] - 1, -1, -1.0)
    known = np.isfinite(lines)
    squares = np.where(known, lines, 0.0) ** 2
    there = known[:1] if known.all() else known
    weighed = (np.einsum("nm,m->n", values, weights) for values in (squares, there.astype(float)))
    with np.errstate(invalid="ignore"):  # a firm without any of these days has no volatility
        return np.asarray(np.sqrt(np.divide(*weighed)))


def _forecast(
    returns: Floats,
    terms: Terms,
    event: slice,
    count: int,
    coefficients: Floats,
    errors: Floats,
    variance: Floats,
) -> Fit:
    """Abnormal returns of the event days, with what their errors are made of."""
    later = moved(terms.regressors, event, count)
    expected = predicted(moved(terms.offset, event, count), later, coefficients)
    abnormal, deviation = moved(returns, event, count) - expected, np.sqrt(variance)
    days = [x.T for x in np.moveaxis(later, 2, 0)]
    spread = np.broadcast_to(variance[:, None], abnormal.T.shape)
    if terms.gaps is not None:
        spread = spread * moved(terms.gaps, event, count).T
    nothing = np.zeros(len(variance), dtype=np.int64)
    return Fit(
        coefficients, expected, abnormal, deviation, np.full(len(variance), np.nan), nothing, nothing,
        spread, loadings_of(days, errors, deviation, abnormal.shape),
    )  # fmt: skip


def moved(values: Floats, rows: slice, count: int) -> Floats:
    """Rows of a table (T, N, ...) on `count` successive days, each a row further: (rows, N * count, ...).

    A column of the answer is a line of memory.
    """
    lines, size = np.moveaxis(values, (0, 1), (-1, -2)), rows.stop - rows.start
    windows = sliding_window_view(lines, size, axis=-1)[..., rows.start : rows.start + count, :]
    flat = windows.reshape(*lines.shape[:-2], lines.shape[-2] * count, size)
    return np.moveaxis(flat, (-1, -2), (0, 1))


def _lines(returns: Floats, terms: Terms) -> tuple[Floats, Floats]:
    """The regressors and the returns, per session and along memory, (k + 1, N, T); ones where all are known.

    All of a day are zero where one is missing. The ones have shape (N, T).
    """
    returns, terms = per_session(returns, terms)
    known = terms.known(slice(None), returns).T
    columns = [*np.moveaxis(terms.regressors, 2, 0).swapaxes(1, 2), (returns - terms.offset).T]
    return np.where(known, np.stack(columns), 0.0), known.astype(float)


def _sums(lines: Floats, known: Floats, rows: slice, count: int, decay: float = 1.0) -> tuple[Floats, Floats]:
    """Sums of products of lines over some rows, and of the days that count, on each of `count` days.

    Shapes (lines, lines, N, count) and (N, count).
    """
    _, n, _ = lines.shape
    size, used = rows.stop - rows.start, slice(rows.start, rows.stop + count - 1)
    out = np.empty((len(lines), len(lines), n, count))
    for j, one in enumerate(lines[..., used]):
        for i, other in enumerate(lines[: j + 1, :, used]):
            out[i, j] = out[j, i] = window_sums(one * other, size, decay)
    return out, window_sums(known[:, used], size, decay)


def window_sums(values: Floats, size: int, decay: float = 1.0) -> Floats:
    """Sums of each `size` successive columns (N, T - size + 1); a day back weighs by `decay` less.

    Put together from sums of 1, 2, 4 ... days.
    """
    total, length, part, span = values, 0, values, 1
    while True:
        if size & span:
            width = values.shape[1] - length - span + 1
            total = total[:, span:] + decay**length * part[:, :width] if length else part
            length += span
        if length == size:
            return total
        part = part[:, span:] + decay**span * part[:, :-span]
        span *= 2


def _squares(coefficients: Floats, sums: Floats) -> Floats:
    """Sum of squared residuals (n,) from sums of products of the regressors and the return."""
    apart = np.concatenate([-coefficients.T, np.ones((1, len(coefficients)))])
    squares = np.zeros(len(coefficients))
    for one, row in zip(apart, sums, strict=True):  # in one order, whoever else is fitted
        for other, products in zip(apart, row, strict=True):
            squares += one * other * products
    return np.asarray(np.where(squares > NOTHING * sums[-1, -1], squares, 0.0 * squares))


def _deviation(coefficients: Floats, sums: Floats, weights: Floats) -> Floats:
    """Root of the mean square of residuals (n,) from weighted sums of products and of the weights."""
    squares = _squares(coefficients, sums.reshape(*sums.shape[:2], -1))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.sqrt(squares / weights.ravel()))


def linear(sums: Floats) -> tuple[Floats, Floats]:
    """Ordinary least squares: the triangular factor of the regressors, row by row (Cholesky)."""
    k, n = len(sums) - 1, sums.shape[2]
    upper = np.zeros((k + 1, k + 1, n))
    with np.errstate(invalid="ignore", divide="ignore"):
        for i in range(k):
            for j in range(i, k + 1):
                upper[i, j] = sums[i, j] - (upper[:i, i] * upper[:i, j]).sum(axis=0)
            left = np.where(upper[i, i] > LEAST * sums[i, i], upper[i, i], np.nan)
            upper[i, i:] /= np.sqrt(left)
        inverse = inverse_of(upper[:k, :k].transpose(2, 0, 1))
    full = np.isfinite(inverse).all(axis=(1, 2), keepdims=True)
    inverse = np.where(full, inverse, np.nan)
    coefficients = np.zeros((n, k))
    for j in range(k):
        coefficients += inverse[:, :, j] * upper[j, k, :, None]
    return coefficients, inverse
