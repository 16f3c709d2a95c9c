"""Compiled market-model fits for the many small regressions of event lists, placebo tests and simulations.

All arrays are float64 and C-contiguous; a panel has one row per firm and one column per session.
Nothing here decides anything: the definitions stand in `normal_returns` and `study`, whose numbers these
kernels reproduce. What the benchmark alone decides is found once per date. Sums of one
pass serve until they would lose digits; then the window is fitted again in two passes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from analysis.kernels.compiled import Floats, Ints, compiled, kept
from analysis.kernels.forecasts import errors_of_cars, of_dates, spans
from analysis.kernels.gaps import (
    Bits,
    blank,
    find_gaps,
    gaps_of,
    market_without,
    standardise_thinned,
    take_out,
    two_passes,
)

# Share of a sum of squares that must be left after a subtraction for it to keep its digits.
SAFE = 1e-3

# Events that are fitted together, so that they stay in the cache.
TOGETHER = 256


class Panel(NamedTuple):
    """Returns (N, T) of N firms and the benchmark's (T,), zero where missing, and where that is.

    The columns that are missing, row by row, the benchmark there, and what finds them
    (`gap_kernels.gaps_of`).
    """

    values: Floats
    market: Floats
    missing: Ints
    at: Floats
    bits: Bits
    before: Ints


def panel(returns: Floats, market: Floats) -> Panel:
    """Split returns with NaN into dense values and a list of gaps.

    A session without a benchmark return is missing for every firm.
    """
    gaps = ~np.isfinite(returns) | ~np.isfinite(market)
    if gaps.any():
        returns, market = np.where(gaps, 0.0, returns), np.nan_to_num(market, posinf=0.0, neginf=0.0)
    return Panel(np.ascontiguousarray(returns), np.ascontiguousarray(market), *gaps_of(gaps, market))


class EventFits(NamedTuple):
    """Market-model fits of E events over L event sessions and W CAR windows.

    Parameters (E,), AR and SAR (E, L), CAR and its standard error (E, W); NaN where there is nothing.
    """

    alpha: Floats
    beta: Floats
    sigma: Floats
    nobs: Ints
    abnormal: Floats
    sar: Floats
    car: Floats
    car_se: Floats


def fit_events(
    returns: Panel,
    firm: Ints,
    day_zero: Ints,
    estimation: tuple[int, int],
    event: tuple[int, int],
    windows: Ints,
    out: EventFits | None = None,
) -> EventFits:
    """Market model, AR, SAR and CARs of many events over one panel (MacKinlay 1997).

    Parameters
    ----------
    firm, day_zero : array of int, shape (E,)
        Row and column of each event; sorted by firm and date they stay in the cache.
    estimation, event : (first, last)
        Windows in event time, ends included, inside the panel for every event.
    windows : array of int, shape (W, 2)
        CAR windows inside the event window.
    out : EventFits, optional
        Written to instead of new arrays.

    Raises
    ------
    IndexError
        If an event has no row in the panel, or its windows reach outside it.
    """
    _require_inside(returns, firm, day_zero, min(estimation[0], event[0]), max(estimation[1], event[1]))
    fits = _room(len(firm), event[1] - event[0] + 1, len(windows)) if out is None else out
    first, size = day_zero + estimation[0], estimation[1] - estimation[0] + 1
    _fit_events(*returns, firm, first, size, event[0] - estimation[0], windows - event[0], *fits)
    return fits


def _room(n_events: int, length: int, n_windows: int) -> EventFits:
    alpha, beta, sigma = (np.empty(n_events) for _ in range(3))
    abnormal, sar = (np.empty((n_events, length)) for _ in range(2))
    car, car_se = (np.empty((n_events, n_windows)) for _ in range(2))
    return EventFits(alpha, beta, sigma, np.empty(n_events, np.int64), abnormal, sar, car, car_se)


def _require_inside(returns: Panel, firm: Ints, day_zero: Ints, first: int, last: int) -> None:
    n, sessions = returns.values.shape
    if not len(firm):
        return
    if firm.min() < 0 or firm.max() >= n or day_zero.min() + first < 0 or day_zero.max() + last >= sessions:
        raise IndexError(
            f"events of rows {firm.min()}..{firm.max()} on columns {day_zero.min()}..{day_zero.max()} "
            f"with windows from {first:+d} to {last:+d} reach outside a panel of {n} x {sessions}"
        )


@kept
@compiled
def _fit_events(
    values: Any, market: Any, missing: Any, at: Any, bits: Any, before: Any, firm: Any, first: Any, size: int,
    ahead: int, windows: Any, alpha: Any, beta: Any, sigma: Any, nobs: Any, abnormal: Any, sar: Any, car: Any,
    car_se: Any,
) -> None:  # fmt: skip
    """Fit in steps over some events at a time, each step a plain loop that can do many numbers at once."""
    length = abnormal.shape[1]
    inside, by_day, days = spans(length, windows)
    means, spreads, levers, moves, errors, sums = of_dates(market, first, size, ahead, inside, days, TOGETHER)
    last, known = len(means), np.empty((1 + TOGETHER, len(days)))
    known[0] = days
    gaps, (days_row, sums_row) = np.empty((TOGETHER, 4), np.int64), np.empty((2, TOGETHER), np.int64)
    whole, thinned, hit = np.empty((3, TOGETHER), np.int64)
    share, shift, square, bound, total, cross, squares, scale = np.empty((8, TOGETHER))
    own = np.empty(errors.shape[1])
    flat_ar, flat_sar, flat_error = abnormal.reshape(-1), sar.reshape(-1), car_se.reshape(-1)
    for begin in range(0, len(firm), TOGETHER):
        some, row, car_row = slice(begin, begin + TOGETHER), begin * length, begin * len(windows)
        rows, dates, begins, n = firm[some], first[some], first[some] + ahead, nobs[some]
        a, b, deviation = alpha[some], beta[some], sigma[some]
        ar, standard, summed, error = abnormal[some], sar[some], car[some], car_se[some]
        n_whole, n_thinned, n_hit = find_gaps(
            bits, before, rows, dates, size, ahead, length, gaps, whole, thinned, hit
        )
        market_without(at, gaps, dates, size, means, spreads, levers, n, share, shift, square, bound)
        _sums(values, market, rows, dates, size, means, total, cross, squares)
        doubtful = _coefficients(
            dates, means, spreads, n, share, shift, square, total, cross, squares, a, b, deviation, scale
        )
        if doubtful > 0:
            _fit_again(
                values, market, missing, gaps, rows, dates, size, means, shift, square, bound, a, b,
                deviation, scale,
            )  # fmt: skip
        _abnormal_returns(values, market, rows, begins, a, b, ar)
        take_out(
            hit[:n_hit], missing, gaps, begins, dates, by_day, moves, days, sums[:last], known[1:],
            sums[last:], days_row, sums_row, ar,
        )  # fmt: skip
        errors_of_cars(
            days_row, sums_row, known, sums, share, shift, square, deviation, flat_error[car_row:],
            len(windows),
        )  # fmt: skip
        standardise_thinned(
            thinned[:n_thinned], dates, moves, errors, share, shift, square, bound, scale, flat_ar[row:],
            flat_sar[row:], length, own,
        )  # fmt: skip
        _standardise(whole[:n_whole], dates, errors, scale, ar, standard)
        _cumulate(ar, inside, summed)
        blank(hit[:n_hit], missing, gaps, begins, ar, standard, summed, error)


@compiled
def _sums(
    values: Any, market: Any, firm: Any, first: Any, size: int, means: Any, total: Any, cross: Any,
    squares: Any,
) -> None:  # fmt: skip
    """Sum of y, of (x - mean of x) y and of y^2 over the estimation windows."""
    for e in range(len(firm)):
        y, x = values[firm[e], first[e] : first[e] + size], market[first[e] : first[e] + size]
        centre = means[first[e]]
        s = sxy = syy = 0.0
        for t in range(len(y)):
            s += y[t]
            sxy += (x[t] - centre) * y[t]
            syy += y[t] * y[t]
        total[e], cross[e], squares[e] = s, sxy, syy


@compiled
def _coefficients(
    first: Any, means: Any, spreads: Any, nobs: Any, share: Any, shift: Any, square: Any, total: Any,
    cross: Any, squares: Any, alpha: Any, beta: Any, sigma: Any, scale: Any,
) -> int:  # fmt: skip
    """Fits from sums of one pass, and one over sigma; where they lose digits it is negative, and counted."""
    doubtful = 0
    for e in range(len(first)):
        day = first[e]
        away, mean = cross[e] + shift[e] * total[e], total[e] * share[e]
        b = away * square[e]
        left = squares[e] - total[e] * mean - b * away
        sound = (square[e] > 0.0) & (SAFE * spreads[day] * square[e] < 1.0) & (nobs[e] > 2)
        kept = sound & (left > SAFE * squares[e])
        doubtful += 0 if kept else 1
        alpha[e], beta[e] = mean - b * (means[day] - shift[e]), b
        deviation = np.sqrt(left / (nobs[e] - 2)) if kept else -1.0
        sigma[e], scale[e] = deviation, 1.0 / deviation
    return doubtful


@compiled
def _fit_again(
    values: Any, market: Any, missing: Any, gaps: Any, firm: Any, first: Any, size: int, means: Any,
    shift: Any, square: Any, bound: Any, alpha: Any, beta: Any, sigma: Any, scale: Any,
) -> None:  # fmt: skip
    """The fits with a negative sigma in two passes, and what errors follow from, without a series."""
    for e in range(len(firm)):
        if sigma[e] < 0.0:
            day, low, high = first[e], gaps[e, 0], gaps[e, 1]
            y, x = values[firm[e], day : day + size], market[day : day + size]
            n, centre, spread, alpha[e], beta[e], left = two_passes(y, x, missing, low, high, day)
            sigma[e] = np.sqrt(left / (n - 2)) if n > 2 else np.nan
            scale[e] = 1.0 / sigma[e]
            shift[e], square[e], bound[e] = means[day] - centre, 1.0 / spread, np.inf


@compiled
def _abnormal_returns(
    values: Any, market: Any, firm: Any, first: Any, alpha: Any, beta: Any, out: Any
) -> None:
    for e in range(len(firm)):
        a, b, ar = alpha[e], beta[e], out[e]
        y, x = values[firm[e], first[e] : first[e] + len(ar)], market[first[e] : first[e] + len(ar)]
        for j in range(len(ar)):
            ar[j] = y[j] - a - b * x[j]


@compiled
def _standardise(whole: Any, first: Any, errors: Any, scale: Any, abnormal: Any, sar: Any) -> None:
    """SAR of the events without gaps in their estimation windows."""
    for i in range(len(whole)):
        e = whole[i]
        ar, error, standard = abnormal[e], errors[first[e]], sar[e]
        for j in range(len(ar)):
            standard[j] = ar[j] * (error[j] * scale[e])


@compiled
def _cumulate(abnormal: Any, inside: Any, car: Any) -> None:
    """Add the abnormal returns of each window."""
    for e in range(len(abnormal)):
        ar = abnormal[e]
        for w in range(len(inside)):
            total = 0.0
            for j in range(len(ar)):
                total += ar[j] * inside[w, j]
            car[e, w] = total
