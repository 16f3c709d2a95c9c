"""Compiled market-model fits for the many small regressions of event lists, placebo tests and simulations.

All arrays are float64 and C-contiguous; a panel has one row per firm and one column per session.
Nothing here decides anything: the definitions stand in `normal_returns`, `study` and `placebo`, whose
numbers these kernels reproduce. Sums of one pass serve until they would lose digits; then the window
is fitted again in two passes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from analysis.compiled import compiled, compiled_as_written

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Share of a sum of squares that must be left after a subtraction for it to keep its digits.
SAFE = 1e-3


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

    Raises
    ------
    IndexError
        If an event has no row in the panel, or its windows reach outside it.
    """
    _require_inside(returns, firm, day_zero, min(estimation[0], event[0]), max(estimation[1], event[1]))
    n_events, length = len(firm), event[1] - event[0] + 1
    alpha, beta, sigma = (np.empty(n_events) for _ in range(3))
    abnormal, sar = (np.empty((n_events, length)) for _ in range(2))
    car, car_se = (np.empty((n_events, len(windows))) for _ in range(2))
    out = EventFits(alpha, beta, sigma, np.empty(n_events, np.int64), abnormal, sar, car, car_se)
    _fit_events(*returns, firm, day_zero, *estimation, *event, windows, *out)
    return out


def _require_inside(returns: Panel, firm: Ints, day_zero: Ints, first: int, last: int) -> None:
    n, sessions = returns.values.shape
    if not len(firm):
        return
    if firm.min() < 0 or firm.max() >= n or day_zero.min() + first < 0 or day_zero.max() + last >= sessions:
        raise IndexError(
            f"events of rows {firm.min()}..{firm.max()} on columns {day_zero.min()}..{day_zero.max()} "
            f"with windows from {first:+d} to {last:+d} reach outside a panel of {n} x {sessions}"
        )


@compiled
def _market_moments(market: Floats, size: int) -> tuple[Floats, Floats]:
    """Mean and centred sum of squares of the market in every window, in two passes."""
    count = max(len(market) - size + 1, 0)
    mean, spread = np.zeros(count), np.zeros(count)
    for t in range(size):
        later = market[t : t + count]
        for w in range(len(mean)):
            mean[w] += later[w]
    mean /= size
    for t in range(size):
        later = market[t : t + count]
        for w in range(len(spread)):
            spread[w] += (later[w] - mean[w]) * (later[w] - mean[w])
    return mean, spread


@compiled
def _window_sums(market: Floats, windows: Ints) -> Floats:
    """Sum of the market's returns over each window around every session, shape (T, W)."""
    sums = np.full((len(market), len(windows)), np.nan)
    for w in range(len(windows)):
        begin, stop = windows[w, 0], windows[w, 1] + 1
        first, last = max(0, -begin), len(market) - max(0, stop - 1)
        total = np.zeros(max(last - first, 0))
        for t in range(first + begin, first + stop):
            later = market[t : t + len(total)]
            for day in range(len(total)):
                total[day] += later[day]
        sums[first:last, w] = total
    return sums


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
    while low < high and ascending[low] < start:
        low += 1
    end = low
    while end < high and ascending[end] < stop:
        end += 1
    return low, end


@compiled
def _gap_moments(market: Any, gaps: Any, low: int, high: int, centre: float) -> tuple[float, float]:
    """Sum and sum of squares, from the mean, of the market's returns in the gaps."""
    shift = squares = 0.0
    for g in range(low, high):
        away = market[gaps[g]] - centre
        shift += away
        squares += away * away
    return shift, squares


@compiled_as_written
def _two_passes(y: Any, x: Any, gaps: Any, low: int, high: int, first: int) -> tuple[
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


@compiled
def _fit_events(
    values: Any, market: Any, missing: Any, starts: Any, firm: Any, day_zero: Any,
    est_start: int, est_end: int, ev_start: int, ev_end: int, windows: Any,
    alpha: Any, beta: Any, sigma: Any, nobs: Any, abnormal: Any, sar: Any, car: Any, car_se: Any,
) -> None:  # fmt: skip
    size, length = est_end - est_start + 1, ev_end - ev_start + 1
    means, spreads = _market_moments(market, size)
    moves = _window_sums(market, windows)
    for e in range(len(firm)):
        row, day = firm[e], day_zero[e]
        first, event_first = day + est_start, day + ev_start
        y, x = values[row, first : first + size], market[first : first + size]
        centre, full, n = means[first], spreads[first], size
        low, high = between(missing, starts[row], starts[row + 1], first, first + size)
        total, cross, squares = _sums(y, x, centre)
        spread = full
        if low < high:
            shift, gone = _gap_moments(market, missing, low, high, centre)
            n -= high - low
            down = shift / n
            centre, spread, cross = centre - down, full - gone - shift * down, cross + down * total
        b, mean = cross / spread, total / n
        a, left = mean - b * centre, squares - total * mean - b * cross
        if not (left > SAFE * squares and spread > SAFE * full):
            n, centre, spread, a, b, left = _two_passes(y, x, missing, low, high, first)
        variance = left / (n - 2) if n > 2 else np.nan
        alpha[e], beta[e], sigma[e], nobs[e] = a, b, np.sqrt(variance), n
        inverse, base = 1.0 / spread, 1.0 + 1.0 / n
        y, x = values[row, event_first : event_first + length], market[event_first : event_first + length]
        ar, standard = abnormal[e], sar[e]
        for j in range(len(ar)):
            ar[j] = y[j] - a - b * x[j]
        for j in range(len(ar)):
            away = x[j] - centre
            standard[j] = ar[j] / np.sqrt(variance * (base + away * away * inverse))
        low, high = between(missing, starts[row], starts[row + 1], event_first, event_first + length)
        for g in range(low, high):
            abnormal[e, missing[g] - event_first] = 0.0
        for w in range(len(windows)):
            begin, stop = windows[w, 0], windows[w, 1] + 1
            days, move, total = float(stop - begin), moves[day, w], 0.0
            chosen = ar[begin - ev_start : stop - ev_start]
            for j in range(len(chosen)):
                total += chosen[j]
            for g in range(low, high):
                if day + begin <= missing[g] < day + stop:
                    days -= 1.0
                    move -= market[missing[g]]
            move -= days * centre
            error = np.sqrt(variance * (days + days * days * (base - 1.0) + move * move * inverse))
            car[e, w] = total if days > 0.0 else np.nan
            car_se[e, w] = error if days > 0.0 else np.nan
        for g in range(low, high):
            abnormal[e, missing[g] - event_first] = sar[e, missing[g] - event_first] = np.nan


def placebo_table(
    returns: Panel, lead: int, size: int, out: tuple[Floats, Floats] | None = None
) -> tuple[Floats, Floats]:
    """Market-model AR and SAR of every firm on every session, as if each were day 0.

    Parameters
    ----------
    lead, size : int
        The estimation window starts `lead` sessions before day 0 and has `size` of them.
    out : two arrays, shape (N, T), optional
        Written to instead of new ones.

    Returns
    -------
    (abnormal, sar) : arrays, shape (N, T)
        NaN before the first full window and on sessions without a return.
    """
    shape = returns.values.shape
    abnormal, sar = (np.empty(shape), np.empty(shape)) if out is None else out
    abnormal[:, :lead] = sar[:, :lead] = np.nan
    if shape[1] > lead:
        _placebo_table(*returns, lead, size, abnormal, sar)
    return abnormal, sar


@compiled
def _placebo_table(
    values: Any, market: Any, missing: Any, starts: Any, lead: int, size: int, abnormal: Any, sar: Any
) -> None:
    means, spreads = _market_moments(market, size)
    windows = values.shape[1] - lead
    s, sxy, syy = np.empty(windows), np.empty(windows), np.empty(windows)
    centre, inverse, weight = np.empty(windows), np.empty(windows), np.empty(windows)
    lost, gone, squares = np.empty(windows), np.empty(windows), np.empty(windows)
    for row in range(len(values)):
        y, own = values[row], missing[starts[row] : starts[row + 1]]
        _rolling_moments(y, market, size, s, sxy, syy)
        if row == 0 or len(own) > 0 or starts[row] > starts[row - 1]:
            _gapless_moments(market, own, size, means, spreads, lost, gone, squares, centre, inverse, weight)
        doubtful = _placebo_windows(
            y[lead:], market[lead:], centre, inverse, weight, s, sxy, syy,
            abnormal[row, lead:], sar[row, lead:],
        )  # fmt: skip
        if doubtful > 0:
            _placebo_again(y, market, own, lead, size, syy, abnormal[row], sar[row])
        for g in range(len(own)):
            abnormal[row, own[g]] = sar[row, own[g]] = np.nan


@compiled
def _rolling_moments(y: Any, x: Any, size: int, s: Any, sxy: Any, syy: Any) -> None:
    """Sums of y, x y and y^2 over windows, by block suffixes and prefixes (van Herk 1992).

    Each window adds its own values only, so that one huge value spoils no other window.
    """
    for block in range(0, len(s), size):
        count = min(size, len(s) - block)
        a = b = c = 0.0
        for j in range(size - 1, -1, -1):
            v = y[block + j]
            a += v
            b += v * x[block + j]
            c += v * v
            if j < count:
                s[block + j], sxy[block + j], syy[block + j] = a, b, c
        a = b = c = 0.0
        for j in range(1, count):
            t = block + size - 1 + j
            v = y[t]
            a += v
            b += v * x[t]
            c += v * v
            s[block + j] += a
            sxy[block + j] += b
            syy[block + j] += c


@compiled
def _gapless_moments(
    x: Any, gaps: Any, size: int, means: Any, spreads: Any, lost: Any, gone: Any, squares: Any, centre: Any,
    inverse: Any, weight: Any,
) -> None:  # fmt: skip
    """Mean, inverse squares and 1 / n of the market in every window without the gaps.

    The inverse is NaN where the subtraction would lose digits.
    """
    _sums_over_gaps(x, gaps, size, lost, gone, squares, weight)
    for w in range(len(centre)):
        centre[w] = means[w] - (gone[w] - lost[w] * means[w]) * weight[w]
    for w in range(len(inverse)):
        shift = gone[w] - lost[w] * means[w]
        spread = spreads[w] - (squares[w] - means[w] * (gone[w] + shift)) - shift * shift * weight[w]
        inverse[w] = 1.0 / spread if spread > SAFE * spreads[w] else np.nan


@compiled
def _sums_over_gaps(x: Any, gaps: Any, size: int, lost: Any, gone: Any, squares: Any, weight: Any) -> None:
    """Number, sum and sum of squares of the market's returns in the gaps of every window, and 1 / n.

    They change only where a gap enters or leaves, and are added anew each time.
    """
    windows, begin, low, high = len(lost), 0, 0, 0
    while begin < windows:
        while low < len(gaps) and gaps[low] < begin:
            low += 1
        while high < len(gaps) and gaps[high] < begin + size:
            high += 1
        stop = windows
        if low < high:
            stop = min(stop, gaps[low] + 1)
        if high < len(gaps):
            stop = min(stop, gaps[high] - size + 1)
        a = b = 0.0
        for g in range(low, high):
            a += x[gaps[g]]
            b += x[gaps[g]] * x[gaps[g]]
        lost[begin:stop], gone[begin:stop], squares[begin:stop] = float(high - low), a, b
        weight[begin:stop] = 1.0 / (size - (high - low))
        begin = stop


@compiled
def _placebo_windows(
    y: Any, x: Any, centre: Any, inverse: Any, weight: Any, s: Any, cross: Any, squares: Any,
    abnormal: Any, sar: Any,
) -> int:  # fmt: skip
    """Fits of neighbouring windows; those that lose digits get negative squares and are counted.

    One array is written per loop, which lets the compiler work on eight windows at once.
    """
    doubtful = 0
    for w in range(len(y)):
        cross[w] -= centre[w] * s[w]
    for w in range(len(y)):
        left = squares[w] - s[w] * s[w] * weight[w] - cross[w] * cross[w] * inverse[w]
        kept = left > SAFE * squares[w]
        doubtful += 0 if kept else 1
        squares[w] = left * weight[w] / (1.0 - 2.0 * weight[w]) if kept else -1.0
    for w in range(len(y)):
        abnormal[w] = y[w] - s[w] * weight[w] - cross[w] * inverse[w] * (x[w] - centre[w])
    for w in range(len(y)):
        away = x[w] - centre[w]
        sar[w] = abnormal[w] / np.sqrt(squares[w] * (1.0 + weight[w] + away * away * inverse[w]))
    return doubtful


@compiled_as_written
def _placebo_again(
    y: Any, x: Any, gaps: Any, lead: int, size: int, squares: Any, abnormal: Any, sar: Any
) -> None:
    """The windows with negative squares in two passes."""
    for w in range(len(squares)):
        if squares[w] < 0.0:
            low, high = between(gaps, 0, len(gaps), w, w + size)
            n, centre, spread, a, b, left = _two_passes(y[w : w + size], x[w : w + size], gaps, low, high, w)
            day = w + lead
            abnormal[day] = y[day] - a - b * x[day]
            forecast = 1.0 + 1.0 / n + (x[day] - centre) ** 2 / spread
            sar[day] = abnormal[day] / np.sqrt(left / (n - 2) * forecast) if n > 2 else np.nan
