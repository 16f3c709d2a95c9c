"""What missing returns change in compiled fits: which gaps a window holds, and what they take away.

Gaps are counted without a search: a bit for each column, and how many gaps lie before each word of bits.
What they take from the benchmark's sums is subtracted; where that would lose digits, a window is fitted
again in two passes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.compiled import Floats, Ints, compiled, compiled_as_written

Bits = npt.NDArray[np.uint64]

WORD = 64

# Gaps of a window that are added at once, as many as a processor takes.
AT_ONCE = 8


def gaps_of(missing: npt.NDArray[np.bool_]) -> tuple[Ints, Bits, Ints]:
    """Columns that are missing, row by row, and what finds them.

    A bit for each column of N rows (N, words), and how many gaps lie before each word (N + 1, words): row i
    owns `columns[before[i, 0]:before[i + 1, 0]]`.
    """
    n, sessions = missing.shape
    words = sessions // WORD + 1
    flags = np.zeros((n, words * WORD), bool)
    flags[:, :sessions] = missing
    bits = np.packbits(flags, axis=1, bitorder="little").view(np.uint64)
    before = np.zeros((n + 1) * words, np.int64)
    np.cumsum(np.bitwise_count(bits), out=before[1 : n * words + 1])
    before[n * words :] = before[n * words]
    return np.ascontiguousarray(np.nonzero(missing)[1]), bits, before.reshape(n + 1, words)


@compiled
def gaps_before(bits: Any, before: Any, row: int, column: int) -> int:
    """How many gaps of the panel lie before a column of a row: a popcount, which compilers recognise."""
    word = column // WORD
    v = bits[row, word] & ((np.uint64(1) << np.uint64(column % WORD)) - np.uint64(1))
    v = v - ((v >> np.uint64(1)) & np.uint64(0x5555555555555555))
    v = (v & np.uint64(0x3333333333333333)) + ((v >> np.uint64(2)) & np.uint64(0x3333333333333333))
    v = (v + (v >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int(before[row, word] + np.int64((v * np.uint64(0x0101010101010101)) >> np.uint64(56)))


@compiled
def find_gaps(
    bits: Any, before: Any, firm: Any, first: Any, size: int, ahead: int, length: int, gaps: Any, hits: Any
) -> int:
    """From which to which gap lie those of both windows of each event, in four columns of `gaps`.

    Writes and counts the events that have gaps in their event window.
    """
    count = 0
    for e in range(len(firm)):
        row, day = firm[e], first[e]
        gaps[e, 0] = gaps_before(bits, before, row, day)
        gaps[e, 1] = gaps_before(bits, before, row, day + size)
        gaps[e, 2] = gaps[e, 1] if ahead == size else gaps_before(bits, before, row, day + ahead)
        gaps[e, 3] = gaps_before(bits, before, row, day + ahead + length)
        hits[count] = e
        count += 1 if gaps[e, 2] < gaps[e, 3] else 0
    return count


@compiled
def market_without(
    at: Any, gaps: Any, first: Any, size: int, means: Any, spreads: Any, nobs: Any, spread: Any, shift: Any
) -> None:
    """Sessions, squares of the benchmark without the gaps, and how far these move its mean down.

    `at` is the benchmark at each gap, and then `AT_ONCE` values of no meaning.
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
        shift[e] = away / nobs[e]
        spread[e] = spreads[first[e]] - gone - away * shift[e]


@compiled
def car_errors_without(
    missing: Any, gaps: Any, hits: Any, begin: Any, first: Any, inside: Any, days: Any, moves: Any, nobs: Any,
    spread: Any, shift: Any, sigma: Any, abnormal: Any, car_se: Any,
) -> None:  # fmt: skip
    """Take the gaps of event windows out of the abnormal returns and the errors of CARs."""
    length = abnormal.shape[1]
    for e in hits:
        day, share, inverse = first[e], 1.0 / nobs[e], 1.0 / spread[e]
        for w in range(len(inside)):
            known, away = days[length + w], moves[day, length + w]
            for g in range(gaps[e, 2], gaps[e, 3]):
                j = missing[g] - begin[e]
                known -= inside[w, j]
                away -= inside[w, j] * moves[day, j]
            if known < days[length + w]:
                away += known * shift[e]
                variance = known * (1.0 + known * share) + away * away * inverse
                car_se[e, w] = sigma[e] * np.sqrt(variance) if known > 0.0 else np.nan
        for g in range(gaps[e, 2], gaps[e, 3]):
            abnormal[e, missing[g] - begin[e]] = 0.0


@compiled
def blank(
    missing: Any, gaps: Any, hits: Any, begin: Any, abnormal: Any, sar: Any, car: Any, car_se: Any
) -> None:
    """What is missing becomes NaN."""
    for e in hits:
        for g in range(gaps[e, 2], gaps[e, 3]):
            abnormal[e, missing[g] - begin[e]] = sar[e, missing[g] - begin[e]] = np.nan
        for w in range(car.shape[1]):
            car[e, w] = car[e, w] if car_se[e, w] == car_se[e, w] else np.nan


@compiled
def at_gaps(market: Any, missing: Any) -> Floats:
    """The benchmark at each gap, and room for those that are added at once."""
    at = np.zeros(len(missing) + AT_ONCE)
    for g in range(len(missing)):
        at[g] = market[missing[g]]
    return at


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
