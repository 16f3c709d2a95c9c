"""What the benchmark alone decides of market-model fits: its moments, and the errors of forecasts.

Where sigma is one, the forecast of a sum of d days on which the benchmark moves by m from its mean has the
variance d + d^2 share + (m + d shift)^2 square: 1 / n, zero, and one over the benchmark's centred squares.
It is found once per date; gaps give an event others of these three of its own (`gap_kernels`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.kernels.compiled import Floats, compiled

# Numbers that a processor takes at once.
AT_ONCE = 8


@compiled
def spans(length: int, windows: Any) -> tuple[Floats, Floats, Floats]:
    """Days of each window (W, L) as ones; the same by day, and their sums, with W a multiple of `AT_ONCE`.

    Windows for nothing have one day, which is none of the event window's.
    """
    wide = -(-len(windows) // AT_ONCE) * AT_ONCE
    inside, by_day, days = np.zeros((len(windows), length)), np.zeros((length, wide)), np.ones(wide)
    for w in range(len(windows)):
        inside[w, windows[w, 0] : windows[w, 1] + 1] = 1.0
        by_day[:, w] = inside[w]
        days[w] = windows[w, 1] + 1.0 - windows[w, 0]
    return inside, by_day, days


@compiled
def of_dates(
    market: Any, first: Any, size: int, ahead: int, inside: Any, days: Any, room: int
) -> tuple[Floats, Floats, Floats, Floats, Floats, Floats]:
    """What the benchmark alone decides, by the first session of the estimation window.

    Its mean and squares there; a bound on what its moves count for in the variance of a day's forecast; how
    far it moves from that mean on each day of the event window, and one over the standard error of the
    day's forecast, days being made a multiple of `AT_ONCE`; and how far it moves over each CAR window, with
    room for that of some events of their own.
    """
    last, near, length = first.max() + 1 if len(first) > 0 else 0, market.mean(), inside.shape[1]
    wide = -(-length // AT_ONCE) * AT_ONCE
    means, spreads, levers = np.empty(last), np.full(last, -1.0), np.empty(last)
    moves, errors = np.zeros((last, wide)), np.empty((last, wide))
    sums = np.zeros((last + room, len(days)))
    for e in range(len(first)):
        day = first[e]
        if spreads[day] < 0.0:
            means[day], spreads[day] = _market_moments(market[day : day + size], near)
            share, square = 1.0 / size, 1.0 / spreads[day]
            x = market[day + ahead : day + ahead + length]
            _moves(x, means[day], inside, moves[day], sums[day])
            errors_of(moves[day], share, 0.0, square, errors[day])
            levers[day] = _lever(moves[day], errors[day]) * square
    return means, spreads, levers, moves, errors, sums


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
def _moves(x: Any, mean: float, inside: Any, out: Any, sums: Any) -> None:
    for j in range(len(x)):
        out[j] = x[j] - mean
    for w in range(len(inside)):
        total = 0.0
        for j in range(len(x)):
            total += (x[j] - mean) * inside[w, j]
        sums[w] = total


@compiled
def errors_of(moves: Any, share: float, shift: float, square: float, out: Any) -> None:
    """One over the standard error of each day's forecast, where sigma is one."""
    for j in range(len(out)):
        away = moves[j] + shift
        out[j] = 1.0 / np.sqrt(1.0 + share + away * away * square)


@compiled
def _lever(moves: Any, errors: Any) -> float:
    """At least the square of any day's move over its standard error."""
    total = 0.0
    for j in range(len(moves)):
        total += moves[j] * errors[j] * (moves[j] * errors[j])
    return total


@compiled
def errors_of_cars(
    days_row: Any, sums_row: Any, days: Any, sums: Any, share: Any, shift: Any, square: Any, sigma: Any,
    car_se: Any, windows: int,
) -> None:  # fmt: skip
    """Standard errors of CARs, in a flat array: what one writes beyond its windows the next writes again.

    Each event has a row in how many days its windows have, and one in how far the benchmark moves over them.
    """
    for e in range(len(sigma)):
        to = e * windows
        _roots(
            days[days_row[e]], sums[sums_row[e]], share[e], shift[e], square[e], sigma[e],
            car_se[to : to + days.shape[1]],
        )  # fmt: skip


@compiled
def _roots(days: Any, moves: Any, share: float, shift: float, square: float, sigma: float, out: Any) -> None:
    """Standard error of the forecast of each window's sum."""
    for w in range(len(out)):
        away = moves[w] + days[w] * shift
        out[w] = sigma * np.sqrt(days[w] * (1.0 + days[w] * share) + away * away * square)
