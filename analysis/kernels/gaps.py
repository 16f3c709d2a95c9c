"""What missing returns change in compiled fits: which gaps a window holds, and what they take away.

Gaps are counted without a search: a bit for each column, and how many gaps lie before each word of bits.
What they take from the benchmark's sums is subtracted; where that would lose digits, a window is fitted
again in two passes. Errors follow from those of the date without gaps, by a series.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.kernels.compiled import Floats, Ints, compiled, compiled_as_written
from analysis.kernels.forecasts import AT_ONCE, errors_of

Bits = npt.NDArray[np.uint64]

WORD = 64

# How far a variance may move for a series of six terms to give its root to 1e-13.
NEARBY = 0.0085


def gaps_of(missing: npt.NDArray[np.bool_], market: Floats) -> tuple[Ints, Floats, Bits, Ints]:
    """Columns that are missing, row by row, the benchmark there, and what finds them.

    After the benchmark come `AT_ONCE` values of no meaning, for those that are added at once. A bit for each
    column of N rows (N, words), and how many gaps lie before each word (N + 1, words): row i owns
    `columns[before[i, 0]:before[i + 1, 0]]`.
    """
    n, sessions = missing.shape
    words = sessions // WORD + 1
    flags = np.zeros((n, words * WORD), bool)
    flags[:, :sessions] = missing
    bits = np.packbits(flags, axis=1, bitorder="little").view(np.uint64)
    before = np.zeros((n + 1) * words, np.int64)
    np.cumsum(np.bitwise_count(bits), out=before[1 : n * words + 1])
    before[n * words :] = before[n * words]
    columns = np.ascontiguousarray(np.nonzero(missing)[1])
    at = np.concatenate([market[columns], np.zeros(AT_ONCE)])
    return columns, at, bits, before.reshape(n + 1, words)


@compiled
def gaps_before(bits: Any, before: Any, row: int, column: int) -> int:
    """How many gaps of the panel lie before a column of a row: a popcount, which compilers recognise."""
    i, place = np.uint64(row), np.uint64(column)
    word = place // np.uint64(WORD)
    v = bits[i, word] & ((np.uint64(1) << place % np.uint64(WORD)) - np.uint64(1))
    v = v - ((v >> np.uint64(1)) & np.uint64(0x5555555555555555))
    v = (v & np.uint64(0x3333333333333333)) + ((v >> np.uint64(2)) & np.uint64(0x3333333333333333))
    v = (v + (v >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int(before[i, word] + np.int64((v * np.uint64(0x0101010101010101)) >> np.uint64(56)))


@compiled
def find_gaps(
    bits: Any, before: Any, firm: Any, first: Any, size: int, ahead: int, length: int, gaps: Any, whole: Any,
    thinned: Any, hit: Any,
) -> tuple[int, int, int]:  # fmt: skip
    """From which to which gap lie those of both windows of each event, in four columns of `gaps`.

    Lists and counts the events whose estimation window is whole, those in which it is thinned, and those
    whose event window is hit.
    """
    n_whole = n_thinned = n_hit = 0
    for e in range(len(firm)):
        row, day = firm[e], first[e]
        low, high = gaps_before(bits, before, row, day), gaps_before(bits, before, row, day + size)
        start = high if ahead == size else gaps_before(bits, before, row, day + ahead)
        stop = gaps_before(bits, before, row, day + ahead + length)
        gaps[e, 0], gaps[e, 1], gaps[e, 2], gaps[e, 3] = low, high, start, stop
        whole[n_whole] = thinned[n_thinned] = hit[n_hit] = e
        n_whole += 1 if low == high else 0
        n_thinned += 1 if low < high else 0
        n_hit += 1 if start < stop else 0
    return n_whole, n_thinned, n_hit


@compiled
def market_without(
    at: Any, gaps: Any, first: Any, size: int, means: Any, spreads: Any, levers: Any, nobs: Any, share: Any,
    shift: Any, square: Any, bound: Any,
) -> None:  # fmt: skip
    """What the gaps leave: sessions, how far the benchmark's mean moves down, and what errors follow from.

    The bound is on the share by which the gaps change the variance of a day's forecast; of the term in it
    that is no square, by 2 a b <= a^2 / 200 + 200 b^2.
    """
    for e in range(len(first)):
        low, high, mean = gaps[e, 0], gaps[e, 1], means[first[e]]
        away = gone = 0.0
        for i in range(AT_ONCE):
            far = at[low + i] - mean if low + i < high else 0.0
            away += far
            gone += far * far
        for g in range(low + AT_ONCE, high):
            away += at[g] - mean
            gone += (at[g] - mean) * (at[g] - mean)
        nobs[e] = size - (high - low)
        shift[e], square[e] = away, gone
    for e in range(len(first)):
        spread, away = spreads[first[e]], shift[e]
        share[e] = 1.0 / nobs[e]
        shift[e] = away * share[e]
        square[e] = 1.0 / (spread - square[e] - away * shift[e])
        ratio, off = spread * square[e], shift[e] * shift[e] * square[e]
        fewer = share[e] - 1.0 / size + off * (1.0 + 200.0 * ratio)
        bound[e] = levers[first[e]] * (abs(ratio - 1.0) + 0.005) + fewer


@compiled
def standardise_thinned(
    thinned: Any, first: Any, moves: Any, errors: Any, share: Any, shift: Any, square: Any, bound: Any,
    scale: Any, abnormal: Any, sar: Any, length: int, own: Any,
) -> None:  # fmt: skip
    """SAR of the events with gaps in their estimation windows, in flat arrays, from one over sigma.

    What a row writes beyond its days, up to a multiple of `AT_ONCE`, the next writes again.
    """
    far, wide = 0, errors.shape[1]
    for i in range(len(thinned)):
        e = thinned[i]
        day, to = first[e], e * length
        far += 0 if bound[e] < NEARBY else 1
        _by_series(
            moves[day], errors[day], share[e], shift[e], square[e], scale[e], abnormal[to : to + wide],
            sar[to : to + wide],
        )  # fmt: skip
    if far > 0:
        for i in range(len(thinned)):
            e = thinned[i]
            if not bound[e] < NEARBY:
                errors_of(moves[first[e]], share[e], shift[e], square[e], own)
                for j in range(length):
                    sar[e * length + j] = abnormal[e * length + j] * (own[j] * scale[e])


@compiled
def _by_series(
    moves: Any, errors: Any, share: float, shift: float, square: float, scale: float, abnormal: Any,
    sar: Any,
) -> None:  # fmt: skip
    """SAR from the errors of the same date without a gap.

    By the series of (1 - d)^(-1/2), where d is the share by which the gaps change the variance.
    """
    for j in range(len(sar)):
        away, error = moves[j] + shift, errors[j]
        d = 1.0 - (1.0 + share + away * away * square) * error * error
        root = error * (1.0 + d * (0.5 + d * (0.375 + d * (0.3125 + d * (0.2734375 + d * 0.24609375)))))
        sar[j] = abnormal[j] * (scale * root)


@compiled
def take_out(
    hit: Any, missing: Any, gaps: Any, begin: Any, first: Any, inside: Any, moves: Any, days: Any, sums: Any,
    own_days: Any, own_sums: Any, days_row: Any, sums_row: Any, abnormal: Any,
) -> None:  # fmt: skip
    """Take the gaps of event windows out of abnormal returns, and out of what errors of CARs follow from.

    An event that is hit has days and sums of its own, which come after those of all others: NaN days where
    no day of a window is left.
    """
    for e in range(len(first)):
        days_row[e], sums_row[e] = 0, first[e]
    for i in range(len(hit)):
        e = hit[i]
        day = first[e]
        days_row[e], sums_row[e] = 1 + i, len(sums) + i
        _copy(days, sums[day], own_days[i], own_sums[i])
        for g in range(gaps[e, 2], gaps[e, 3]):
            j = missing[g] - begin[e]
            _without(inside[j], moves[day, j], own_days[i], own_sums[i])
            abnormal[e, j] = 0.0
        _none_left(own_days[i])


@compiled
def _copy(days: Any, sums: Any, own_days: Any, own_sums: Any) -> None:
    for w in range(len(days)):
        own_days[w], own_sums[w] = days[w], sums[w]


@compiled
def _without(inside: Any, move: float, days: Any, sums: Any) -> None:
    for w in range(len(inside)):
        days[w] -= inside[w]
        sums[w] -= inside[w] * move


@compiled
def _none_left(days: Any) -> None:
    for w in range(len(days)):
        days[w] = days[w] if days[w] > 0.0 else np.nan


@compiled
def blank(
    hit: Any, missing: Any, gaps: Any, begin: Any, abnormal: Any, sar: Any, car: Any, car_se: Any
) -> None:
    """What is missing becomes NaN."""
    for i in range(len(hit)):
        e = hit[i]
        for g in range(gaps[e, 2], gaps[e, 3]):
            abnormal[e, missing[g] - begin[e]] = sar[e, missing[g] - begin[e]] = np.nan
        for w in range(car.shape[1]):
            car[e, w] = car[e, w] if car_se[e, w] == car_se[e, w] else np.nan


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
