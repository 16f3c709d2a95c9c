"""Compiled sums over many firms that group tests need, without a matrix of firms by firms or by days."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from analysis.compiled import compiled, compiled_as_written
from analysis.kernels import EventFits, Floats, Ints, Panel, between
from analysis.rank_kernels import SPREAD, arrange


@compiled_as_written
def mean_residual_correlation(residuals: Floats) -> float:
    """Mean correlation between N series without gaps, shape (N, M), in one pass.

    With unit residuals u_i, the sum of all correlations is the squared length of their sum.
    """
    n, size = residuals.shape
    total, unit = np.zeros(size), np.empty(size)
    for i in range(n):
        unit[:] = residuals[i]
        add_unit(unit, total)
    mean: float = ((total * total).sum() - n) / (n * (n - 1.0))
    return mean


@compiled_as_written
def add_unit(series: Any, total: Any) -> None:
    """Add a series, centred and of length one, to a sum.

    Written with four sums of its own, so that it is fast and yet gives the same bits wherever it is
    compiled: shards on other machines must add up to what one process gives.
    """
    mean = _sum(series) / len(series)
    scale = 1.0 / np.sqrt(_sum_of_squares(series, mean))
    for t in range(len(series)):
        total[t] += (series[t] - mean) * scale


@compiled_as_written
def _sum(x: Any) -> float:
    a = b = c = d = 0.0
    whole = len(x) // 4 * 4
    for t in range(0, whole, 4):
        a += x[t]
        b += x[t + 1]
        c += x[t + 2]
        d += x[t + 3]
    for t in range(whole, len(x)):
        a += x[t]
    return (a + b) + (c + d)


@compiled_as_written
def _sum_of_squares(x: Any, centre: float) -> float:
    a = b = c = d = 0.0
    whole = len(x) // 4 * 4
    for t in range(0, whole, 4):
        a += (x[t] - centre) * (x[t] - centre)
        b += (x[t + 1] - centre) * (x[t + 1] - centre)
        c += (x[t + 2] - centre) * (x[t + 2] - centre)
        d += (x[t + 3] - centre) * (x[t + 3] - centre)
    for t in range(whole, len(x)):
        a += (x[t] - centre) * (x[t] - centre)
    return (a + b) + (c + d)


class GroupSums(NamedTuple):
    """What E events add to the rank, sign and correlation tests; sums of shards can be added.

    Parameters
    ----------
    ranks, ranked : array, shape (M + L,)
        Sum of rank minus mean rank per session, and events with a return on it (Corrado 1989).
    uniform, counted : array, shape (M + 1,)
        The same for centred uniform ranks, the event being one more session (Kolari & Pynnonen 2011).
    units : array, shape (M,)
        Sum of residual series scaled to length one.
    positive : array, shape (E,)
        Share of positive residuals of each event.
    """

    ranks: Floats
    ranked: Floats
    uniform: Floats
    counted: Floats
    units: Floats
    positive: Floats


def group_sums(
    returns: Panel,
    firm: Ints,
    day_zero: Ints,
    estimation: tuple[int, int],
    fits: EventFits,
    standing: Floats,
    event: tuple[int, int],
) -> GroupSums:
    """Sort each event's residuals and abnormal returns once, and add up what the tests need.

    Parameters
    ----------
    standing : array, shape (E,)
        The event as one more residual: its re-standardised SCAR times sigma; NaN where missing.
    """
    size, length = estimation[1] - estimation[0] + 1, event[1] - event[0] + 1
    ranks, ranked = (np.zeros(size + length) for _ in range(2))
    uniform, counted = (np.zeros(size + length + 1) for _ in range(2))
    out = GroupSums(ranks, ranked, uniform, counted, np.zeros(size), np.empty(len(firm)))
    first = day_zero + estimation[0]
    _group_sums(*returns, firm, first, size, fits.alpha, fits.beta, fits.abnormal, standing, *out)
    sessions = np.r_[:size, size + length]
    return out._replace(uniform=out.uniform[sessions], counted=out.counted[sessions])


@compiled_as_written
def _group_sums(
    values: Any, market: Any, missing: Any, starts: Any, firm: Any, first: Any, size: int, alpha: Any,
    beta: Any, abnormal: Any, standing: Any, ranks: Any, ranked: Any, uniform: Any, counted: Any, units: Any,
    positive: Any,
) -> None:  # fmt: skip
    length, full = size + abnormal.shape[1], 0
    x, unit, place = np.empty(length), np.empty(size), np.empty(length, np.int64)
    sequence, keys, bucket = np.empty(length, np.uint16), np.empty(length), np.empty(length, np.uint16)
    head, rank = np.empty(SPREAD * length, np.uint16), np.empty((2, length), np.uint16)
    joint, alone, events = np.zeros(length, np.int64), np.zeros(length, np.int64), 0
    for e in range(len(firm)):
        row = firm[e]
        y = values[row, first[e] : first[e] + size]
        residuals_of(y, market[first[e] : first[e] + size], alpha[e], beta[e], unit)
        n, known = _usable(
            unit, missing[starts[row] : starts[row + 1]], first[e], abnormal[e], x, place
        )  # fmt: skip
        positive[e] = _positive(x[:known]) / known
        arrange(x[:n], bucket, head[: SPREAD * n], sequence, keys)
        if n == length and _distinct(keys, standing[e]):
            events += _ranks(keys, sequence, size, standing[e], rank[0], rank[1])
            _add(rank[0], joint)
            _add(rank[1], alone)
            full += 1
        else:
            _add_ranks(keys[:n], sequence, place, known, standing[e], ranks, ranked, uniform, counted)
        if known == size:
            add_unit(unit, units)
        else:
            _add_unit_with_gaps(x[:known], place, units)
    # whole numbers until here: the ranks of events without ties or gaps
    ranks += joint - 0.5 * (length + 1) * full
    uniform[:length] += alone / (size + 2.0) - 0.5 * full
    uniform[length] += events / (size + 2.0) - 0.5 * full
    ranked += full
    counted += full


@compiled_as_written
def _positive(values: Any) -> int:
    count = 0
    for t in range(len(values)):
        count += 1 if values[t] > 0.0 else 0
    return count


@compiled_as_written
def _distinct(keys: Any, standing: float) -> bool:
    """Whether no two ascending values are equal, and none is `standing` (which must not be missing)."""
    same = 0 if standing == standing else 1
    for j in range(1, len(keys)):
        same += 1 if keys[j] == keys[j - 1] else 0
    for j in range(len(keys)):
        same += 1 if keys[j] == standing else 0
    return same == 0


@compiled_as_written
def _ranks(keys: Any, sequence: Any, size: int, standing: float, joint: Any, alone: Any) -> int:
    """Ranks by session without ties: among all values, and among the first `size` and `standing`.

    Returns the rank of `standing`.
    """
    above, before = np.searchsorted(keys, standing), 0
    for j in range(above):
        t = sequence[j]
        before += 1 if t < size else 0
        joint[t], alone[t] = j + 1, before
    before += 1
    rank = before
    for j in range(above, len(keys)):
        t = sequence[j]
        before += 1 if t < size else 0
        joint[t], alone[t] = j + 1, before
    return rank


@compiled_as_written
def _add(values: Any, total: Any) -> None:
    for t in range(len(values)):
        total[t] += values[t]


@compiled_as_written
def residuals_of(y: Any, x: Any, a: float, b: float, out: Any) -> None:
    for t in range(len(y)):
        out[t] = y[t] - a - b * x[t]


@compiled_as_written
def _usable(residuals: Any, gaps: Any, first: int, abnormal: Any, x: Any, place: Any) -> tuple[int, int]:
    """Gather what is not missing into `x` and its session into `place`: how many in all, and residuals."""
    known, (g, last) = 0, between(gaps, 0, len(gaps), first, first + len(residuals))
    if g == last:
        known = len(residuals)
        x[:known] = residuals
        for t in range(known):
            place[t] = t
    for t in range(known, len(residuals)):
        if g < len(gaps) and gaps[g] == first + t:
            g += 1
            continue
        x[known], place[known] = residuals[t], t
        known += 1
    n = known
    for j in range(len(abnormal)):
        if abnormal[j] == abnormal[j]:
            x[n], place[n] = abnormal[j], len(residuals) + j
            n += 1
    return n, known


@compiled_as_written
def _add_ranks(
    keys: Any, sequence: Any, place: Any, known: int, standing: float, ranks: Any, ranked: Any,
    uniform: Any, counted: Any,
) -> None:  # fmt: skip
    """Add one event's ranks, by session: among all returns, and among residuals and the event as one."""
    n, before, below = len(keys), 0, 0.0
    middle = 0.5 * (n + 1)
    share = 1.0 / (known + 2.0) if standing == standing else 1.0 / (known + 1.0)
    j = 0
    while j < n:
        k, inside = j + 1, 1 if sequence[j] < known else 0
        while k < n and keys[k] == keys[j]:
            inside += 1 if sequence[k] < known else 0
            k += 1
        passed = 1.0 if keys[j] > standing else 0.5 if keys[j] == standing else 0.0
        joint = 0.5 * (j + k + 1) - middle
        alone = (before + 0.5 * (inside + 1) + passed) * share - 0.5
        below += inside * (1.0 - passed) if standing == standing else 0.0
        for i in range(j, k):
            t = place[sequence[i]]
            ranks[t] += joint
            ranked[t] += 1.0
            uniform[t] += alone
            counted[t] += 1.0
        before += inside
        j = k
    if standing == standing:
        uniform[-1] += (1.0 + below) * share - 0.5
        counted[-1] += 1.0


@compiled_as_written
def _add_unit_with_gaps(x: Any, place: Any, units: Any) -> None:
    mean = _sum(x) / len(x)
    scale = 1.0 / np.sqrt(_sum_of_squares(x, mean))
    for j in range(len(x)):
        units[place[j]] += (x[j] - mean) * scale


@compiled_as_written
def _mixed(counter: np.uint64) -> np.uint64:
    """A well-mixed 64-bit number from a counter (SplitMix64; Steele, Lea & Flood 2014)."""
    z = counter * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@compiled
def random_date_means(table: Floats, draws: int, seed: int) -> Floats:
    """Mean over the rows of a table (N, D), each taken at a random date of its own; shape (draws,).

    The dates come from a counter, so that any part of the draws can be repeated anywhere.
    """
    n, dates = table.shape
    out = np.zeros(draws)
    half = (draws + 1) // 2
    span = np.uint64(dates)
    for row in range(n):
        series = table[row]
        base = np.uint64(seed) * np.uint64(0x632BE59BD9B4E019) + np.uint64(row) * np.uint64(half)
        for d in range(draws // 2):
            bits = _mixed(base + np.uint64(d))
            out[2 * d] += series[np.int64(((bits & np.uint64(0xFFFFFFFF)) * span) >> np.uint64(32))]
            out[2 * d + 1] += series[np.int64(((bits >> np.uint64(32)) * span) >> np.uint64(32))]
        if draws % 2:
            bits = _mixed(base + np.uint64(half - 1))
            out[draws - 1] += series[np.int64(((bits & np.uint64(0xFFFFFFFF)) * span) >> np.uint64(32))]
    out /= n
    return out
