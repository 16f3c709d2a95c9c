"""Compiled market-model fits for the many small regressions of event lists, placebo tests and simulations.

All arrays are float64 and C-contiguous; a panel has one row per firm and one column per session.
Nothing here decides anything: the definitions stand in `normal_returns` and `study`, whose numbers these
kernels reproduce. What the benchmark alone decides is found once per date. Sums of one
pass serve until they would lose digits; then the window is fitted again in two passes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from analysis.compiled import compiled, compiled_as_written, kept

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Share of a sum of squares that must be left after a subtraction for it to keep its digits.
SAFE = 1e-3

# Events that are fitted together, so that they stay in the cache.
TOGETHER = 256


class Panel(NamedTuple):
    """Returns (N, T) of N firms and the benchmark's (T,), zero where missing, and where that is.

    `missing[starts[i]:starts[i + 1]]` are the columns missing in row i, ascending.
    """

    values: Floats
    market: Floats
    missing: Ints
    starts: Ints


def panel(returns: Floats, market: Floats) -> Panel:
    """Split returns with NaN into dense values and a list of gaps.

    A session without a benchmark return is missing for every firm.
    """
    gaps = ~np.isfinite(returns) | ~np.isfinite(market)
    if not gaps.any():
        starts = np.zeros(len(returns) + 1, np.int64)
        return Panel(np.ascontiguousarray(returns), np.ascontiguousarray(market), starts[:0], starts)
    rows, columns = np.nonzero(gaps)
    starts = np.searchsorted(rows, np.arange(len(returns) + 1))
    dense = np.ascontiguousarray(np.where(gaps, 0.0, returns))
    return Panel(dense, np.nan_to_num(market, posinf=0.0, neginf=0.0), columns, starts)


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
    values: Any, market: Any, missing: Any, starts: Any, firm: Any, first: Any, size: int, ahead: int,
    windows: Any, alpha: Any, beta: Any, sigma: Any, nobs: Any, abnormal: Any, sar: Any, car: Any,
    car_se: Any,
) -> None:  # fmt: skip
    """Fit in steps over some events at a time, each step a plain loop that can do many numbers at once."""
    length, hit = abnormal.shape[1], 0
    inside, days = _spans(length, windows)
    means, spreads, moves, errors = _dates(market, first, size, ahead, inside, days)
    gaps, hits = np.zeros((TOGETHER, 4), np.int64), np.empty(TOGETHER, np.int64)
    spread, shift, own = np.empty(TOGETHER), np.empty(TOGETHER), np.empty(TOGETHER, np.int64)
    for begin in range(0, len(firm), TOGETHER):
        some = slice(begin, begin + TOGETHER)
        rows, dates, n, deviation = firm[some], first[some], nobs[some], sigma[some]
        ar, total, error = abnormal[some], car[some], car_se[some]
        if len(missing) > 0:
            hit = _find_gaps(missing, starts, rows, dates, size, ahead, length, gaps, hits)
        _benchmark(market, missing, gaps, dates, size, means, spreads, n, spread, shift)
        doubtful = _coefficients(
            values, market, rows, dates, size, means, spreads, n, spread, shift, alpha[some], beta[some],
            deviation,
        )  # fmt: skip
        if doubtful > 0:
            _fit_again(
                values, market, missing, gaps, rows, dates, size, means, n, spread, shift, alpha[some],
                beta[some], deviation,
            )  # fmt: skip
        _abnormal_returns(values, market, rows, dates + ahead, alpha[some], beta[some], ar)
        for e in range(len(rows)):
            own[e] = dates[e]
            if n[e] < size:
                own[e] = len(means) + e
                _errors(days, moves[dates[e]], shift[e], n[e], spread[e], errors[own[e]])
        _standardise(own, errors, deviation, ar, sar[some], error)
        if hit > 0:
            _without_gaps(
                missing, gaps, hits[:hit], dates + ahead, dates, inside, days, moves, n, spread, shift,
                deviation, ar, error,
            )  # fmt: skip
        _cumulate(ar, inside, total)
        if hit > 0:
            _blank(missing, gaps, hits[:hit], dates + ahead, ar, sar[some], total, error)


@compiled
def _spans(length: int, windows: Any) -> tuple[Floats, Floats]:
    """Days of each window (W, L) as ones; how many days each span has: every day, then the windows.

    Spans for nothing make it a multiple of eight, which a processor may take at once.
    """
    inside, days = np.zeros((len(windows), length)), np.ones((length + len(windows) + 7) // 8 * 8)
    for w in range(len(windows)):
        inside[w, windows[w, 0] : windows[w, 1] + 1] = 1.0
        days[length + w] = windows[w, 1] + 1.0 - windows[w, 0]
    return inside, days


@compiled
def _dates(
    market: Any, first: Any, size: int, ahead: int, inside: Any, days: Any
) -> tuple[Floats, Floats, Floats, Floats]:
    """What the benchmark alone decides, by the first session of the estimation window.

    Its mean and squares there, how far it moves from that mean over each span of the event window, and
    the errors of `_errors`.
    """
    last = first.max() + 1 if len(first) > 0 else 0
    means, spreads = np.empty(last), np.full(last, -1.0)
    moves, errors = np.zeros((last, len(days))), np.empty((last + TOGETHER, len(days)))
    for e in range(len(first)):
        day = first[e]
        if spreads[day] < 0.0:
            means[day], spreads[day] = _market_moments(market[day : day + size])
            _moves(market[day + ahead : day + ahead + inside.shape[1]], means[day], inside, moves[day])
            _errors(days, moves[day], 0.0, size, spreads[day], errors[day])
    return means, spreads, moves, errors


@compiled
def _moves(x: Any, mean: float, inside: Any, out: Any) -> None:
    for j in range(len(x)):
        out[j] = x[j] - mean
    for w in range(len(inside)):
        total = 0.0
        for j in range(len(x)):
            total += (x[j] - mean) * inside[w, j]
        out[len(x) + w] = total


@compiled
def _errors(days: Any, moves: Any, shift: float, n: int, spread: float, out: Any) -> None:
    """One over the standard error of the forecast of each span, where sigma is one."""
    share, inverse = 1.0 / n, 1.0 / spread
    for c in range(len(out)):
        away = moves[c] + days[c] * shift
        out[c] = 1.0 / np.sqrt(days[c] * (1.0 + days[c] * share) + away * away * inverse)


@compiled
def _market_moments(x: Any) -> tuple[float, float]:
    """Mean and centred sum of squares, in two passes."""
    total = spread = 0.0
    for t in range(len(x)):
        total += x[t]
    mean = total / len(x)
    for t in range(len(x)):
        spread += (x[t] - mean) * (x[t] - mean)
    return mean, spread


@compiled
def _find_gaps(
    missing: Any, starts: Any, firm: Any, first: Any, size: int, ahead: int, length: int, gaps: Any, hits: Any
) -> int:
    """Places in `missing` from which and up to which lie the gaps of both windows of each event.

    They only move on from event to event of a firm. Writes and counts the events that have gaps in their
    event window.
    """
    row, day, low, high, count = -1, 0, 0, 0, 0
    for e in range(len(firm)):
        if firm[e] != row or first[e] < day:
            row = firm[e]
            low = high = starts[row]
        day, end = first[e], starts[row + 1]
        low = _first(missing, low, end, day)
        high = _first(missing, high, end, day + size)
        begin = _first(missing, high if ahead >= size else low, end, day + ahead)
        stop = _first(missing, begin, end, day + ahead + length)
        gaps[e, 0], gaps[e, 1], gaps[e, 2], gaps[e, 3] = low, high, begin, stop
        hits[count] = e
        count += 1 if begin < stop else 0
    return count


@compiled
def _benchmark(
    market: Any, missing: Any, gaps: Any, first: Any, size: int, means: Any, spreads: Any, nobs: Any,
    spread: Any, shift: Any,
) -> None:  # fmt: skip
    """Sessions, squares of the benchmark without the gaps, and how far these move its mean down."""
    for e in range(len(first)):
        mean, away, gone = means[first[e]], 0.0, 0.0
        for g in range(gaps[e, 0], gaps[e, 1]):
            away += market[missing[g]] - mean
            gone += (market[missing[g]] - mean) * (market[missing[g]] - mean)
        nobs[e] = size - (gaps[e, 1] - gaps[e, 0])
        shift[e] = away / nobs[e]
        spread[e] = spreads[first[e]] - gone - away * shift[e]


@compiled
def _coefficients(
    values: Any, market: Any, firm: Any, first: Any, size: int, means: Any, spreads: Any, nobs: Any,
    spread: Any, shift: Any, alpha: Any, beta: Any, sigma: Any,
) -> int:  # fmt: skip
    """Fits in one pass; those that lose digits get a negative sigma and are counted."""
    doubtful = 0
    for e in range(len(firm)):
        day = first[e]
        total, cross, squares = _sums(values[firm[e], day : day + size], market[day : day + size], means[day])
        cross += shift[e] * total
        b, mean = cross / spread[e], total / nobs[e]
        left = squares - total * mean - b * cross
        kept = left > SAFE * squares and spread[e] > SAFE * spreads[day] and nobs[e] > 2
        doubtful += 0 if kept else 1
        alpha[e], beta[e] = mean - b * (means[day] - shift[e]), b
        sigma[e] = np.sqrt(left / (nobs[e] - 2)) if kept else -1.0
    return doubtful


@compiled
def _fit_again(
    values: Any, market: Any, missing: Any, gaps: Any, firm: Any, first: Any, size: int, means: Any,
    nobs: Any, spread: Any, shift: Any, alpha: Any, beta: Any, sigma: Any,
) -> None:  # fmt: skip
    """The fits with a negative sigma in two passes."""
    for e in range(len(firm)):
        if sigma[e] < 0.0:
            day, low, high = first[e], gaps[e, 0], gaps[e, 1]
            y, x = values[firm[e], day : day + size], market[day : day + size]
            n, centre, spread[e], alpha[e], beta[e], left = two_passes(y, x, missing, low, high, day)
            shift[e] = means[day] - centre
            sigma[e] = np.sqrt(left / (n - 2)) if n > 2 else np.nan


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
def _standardise(place: Any, errors: Any, sigma: Any, abnormal: Any, sar: Any, car_se: Any) -> None:
    """SAR and errors of CARs."""
    length = abnormal.shape[1]
    for e in range(len(abnormal)):
        inverse, ar, standard, error = 1.0 / sigma[e], abnormal[e], sar[e], errors[place[e]]
        for j in range(length):
            standard[j] = ar[j] * (error[j] * inverse)
    for e in range(len(abnormal)):
        for w in range(car_se.shape[1]):
            car_se[e, w] = sigma[e] / errors[place[e], length + w]


@compiled
def _without_gaps(
    missing: Any, gaps: Any, hits: Any, begin: Any, first: Any, inside: Any, days: Any, moves: Any, nobs: Any,
    spread: Any, shift: Any, sigma: Any, abnormal: Any, car_se: Any,
) -> None:  # fmt: skip
    """Take the gaps of event windows out of the abnormal returns and the errors of CARs."""
    length = abnormal.shape[1]
    for e in hits:
        move = moves[first[e]]
        for g in range(gaps[e, 2], gaps[e, 3]):
            abnormal[e, missing[g] - begin[e]] = 0.0
        for w in range(len(inside)):
            known, away = days[length + w], move[length + w]
            for g in range(gaps[e, 2], gaps[e, 3]):
                known -= inside[w, missing[g] - begin[e]]
                away -= inside[w, missing[g] - begin[e]] * move[missing[g] - begin[e]]
            away += known * shift[e]
            variance = known * (1.0 + known / nobs[e]) + away * away / spread[e]
            car_se[e, w] = sigma[e] * np.sqrt(variance) if known > 0.0 else np.nan


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


@compiled
def _blank(
    missing: Any, gaps: Any, hits: Any, first: Any, abnormal: Any, sar: Any, car: Any, car_se: Any
) -> None:
    """What is missing becomes NaN."""
    for e in hits:
        for g in range(gaps[e, 2], gaps[e, 3]):
            abnormal[e, missing[g] - first[e]] = sar[e, missing[g] - first[e]] = np.nan
        for w in range(car.shape[1]):
            car[e, w] = car[e, w] if car_se[e, w] == car_se[e, w] else np.nan


@compiled
def _sums(y: Any, x: Any, centre: float) -> tuple[float, float, float]:
    """Sum of y, of (x - centre) y and of y^2 over one window."""
    s = sxy = syy = 0.0
    for t in range(len(y)):
        s += y[t]
        sxy += (x[t] - centre) * y[t]
        syy += y[t] * y[t]
    return s, sxy, syy


@compiled
def between(ascending: Any, low: int, high: int, start: int, stop: int) -> tuple[int, int]:
    """Which of the places from `low` up to `high` hold values from `start` up to `stop`."""
    begin = _first(ascending, low, high, start)
    return begin, _first(ascending, begin, high, stop)


@compiled
def _first(ascending: Any, low: int, high: int, value: int) -> int:
    while low < high and ascending[low] < value:
        low += 1
    return low


@compiled_as_written
def two_passes(y: Any, x: Any, gaps: Any, low: int, high: int, first: int) -> tuple[
    int, float, float, float, float, float
]:  # fmt: skip
    """Sessions, market mean and squares, alpha, beta and residual squares of one window, with no shortcut.

    `gaps[low:high]` are columns of the panel, and the window starts at column `first`.
    """
    n = len(y) - (high - low)
    centre = mean = spread = cross = squares = 0.0
    g = low
    for t in range(len(y)):
        if g < high and gaps[g] - first == t:
            g += 1
            continue
        centre += x[t]
        mean += y[t]
    centre, mean, g = centre / n, mean / n, low
    for t in range(len(y)):
        if g < high and gaps[g] - first == t:
            g += 1
            continue
        spread += (x[t] - centre) ** 2
        cross += (x[t] - centre) * (y[t] - mean)
    slope, g = cross / spread, low
    for t in range(len(y)):
        if g < high and gaps[g] - first == t:
            g += 1
            continue
        squares += (y[t] - mean - slope * (x[t] - centre)) ** 2
    return n, centre, spread, mean - slope * centre, slope, squares
