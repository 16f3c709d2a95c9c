"""What the benchmark alone decides of market-model fits: its moments, and the errors of forecasts.

A fit's forecast error on a day, or on the sum of a window's days, is sigma times a root that depends on
the benchmark and the date only. It is found once per date; for an event with gaps it follows from that.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.compiled import Floats, compiled

# How far a variance may move for a series of six terms to give its root to 1e-13.
NEARBY = 0.009


@compiled
def spans(length: int, windows: Any) -> tuple[Floats, Floats]:
    """Days of each window (W, L) as ones; how many days each span has: every day, then the windows.

    Spans for nothing make it a multiple of eight, which a processor may take at once.
    """
    inside, days = np.zeros((len(windows), length)), np.ones((length + len(windows) + 7) // 8 * 8)
    for w in range(len(windows)):
        inside[w, windows[w, 0] : windows[w, 1] + 1] = 1.0
        days[length + w] = windows[w, 1] + 1.0 - windows[w, 0]
    return inside, days


@compiled
def of_dates(
    market: Any, first: Any, size: int, ahead: int, inside: Any, days: Any, room: int
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """What the benchmark alone decides, by the first session of the estimation window.

    Its mean and squares there, how far it moves from that mean over each span of the event window, and
    the errors of `_errors`, with room for those of `room` events.
    """
    last, near = first.max() + 1 if len(first) > 0 else 0, market.mean()
    means, spreads, levers = np.empty(last), np.full(last, -1.0), np.empty(last)
    moves, errors = np.zeros((last, len(days))), np.empty((last + room, len(days)))
    for e in range(len(first)):
        day = first[e]
        if spreads[day] < 0.0:
            means[day], spreads[day] = _market_moments(market[day : day + size], near)
            _moves(market[day + ahead : day + ahead + inside.shape[1]], means[day], inside, moves[day])
            _errors(days, moves[day], 0.0, size, spreads[day], errors[day])
            levers[day] = _lever(moves[day], errors[day], spreads[day])
    return means, spreads, levers, moves, errors


@compiled
def _market_moments(x: Any, near: float) -> tuple[float, float]:
    """Mean and centred sum of squares; in a second pass unless the mean is `near` what was expected."""
    total = squares = spread = 0.0
    for t in range(len(x)):
        total += x[t] - near
        squares += (x[t] - near) * (x[t] - near)
    if total * total < 0.1 * squares * len(x):
        return near + total / len(x), squares - total * total / len(x)
    total = 0.0
    for t in range(len(x)):
        total += x[t]
    mean = total / len(x)
    for t in range(len(x)):
        spread += (x[t] - mean) * (x[t] - mean)
    return mean, spread


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
def _lever(moves: Any, errors: Any, spread: float) -> float:
    """Bound on the share of the benchmark's move in the variance of a forecast, whatever its span."""
    total = 0.0
    for c in range(len(moves)):
        total += moves[c] * errors[c] * (moves[c] * errors[c])
    return total / spread


@compiled
def own_errors(
    days: Any, moves: Any, levers: Any, first: Any, size: int, shift: Any, nobs: Any, spreads: Any,
    spread: Any, errors: Any, own: Any, far: Any,
) -> None:  # fmt: skip
    """Errors of the events whose estimation window has gaps."""
    for e in range(len(first)):
        if nobs[e] < size:
            _errors_without(days, moves[first[e]], shift[e], nobs[e], spread[e], errors[first[e]], own[e])
    count = _far_ones(first, days.max(), size, nobs, levers, spreads, spread, shift, far)
    for e in far[:count]:
        _errors(days, moves[first[e]], shift[e], nobs[e], spread[e], own[e])


@compiled
def _errors_without(
    days: Any, moves: Any, shift: float, nobs: int, spread: float, errors: Any, out: Any
) -> None:
    """One over the standard error of each span's forecast, from those of the same date without a gap.

    By the series of (1 - e)^(-1/2), where e is the share by which the gaps change the variance.
    """
    share, inverse = 1.0 / nobs, 1.0 / spread
    for c in range(len(out)):
        away = moves[c] + days[c] * shift
        e = 1.0 - (days[c] * (1.0 + days[c] * share) + away * away * inverse) * errors[c] * errors[c]
        out[c] = errors[c] * (1.0 + e * (0.5 + e * (0.375 + e * (0.3125 + e * (0.2734375 + e * 0.24609375)))))


@compiled
def _far_ones(
    first: Any, longest: float, size: int, nobs: Any, levers: Any, spreads: Any, spread: Any, shift: Any,
    far: Any,
) -> int:  # fmt: skip
    """The events for which that share may be too large for the series, by a bound for every span.

    What is not a square is bounded by 2 a b <= a^2 / 200 + 200 b^2.
    """
    count, whole = 0, 1.0 / size
    for e in range(len(first)):
        lever, inverse = levers[first[e]], 1.0 / spread[e]
        ratio, off = spreads[first[e]] * inverse, shift[e] * shift[e] * longest * inverse
        bound = lever * (abs(ratio - 1.0) + 0.005) + off * (1.0 + 200.0 * ratio)
        far[count] = e
        count += 0 if bound + longest * (1.0 / nobs[e] - whole) < NEARBY else 1
    return count
