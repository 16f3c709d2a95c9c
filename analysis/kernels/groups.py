"""Compiled sums over many firms that group tests need, without a matrix of firms by firms or by days."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from analysis.kernels.compiled import Floats, Ints, compiled, compiled_as_written, kept
from analysis.kernels.fits import EventFits, Panel
from analysis.kernels.gaps import gaps_before
from analysis.kernels.ranks import apart, arrange, count_keys, place, place_bits, sorted_keys, together


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
    ranks, ranked, uniform = (np.zeros(size + length + 1) for _ in range(3))
    units, positive = np.zeros(size), np.empty(len(firm))
    first, block = day_zero + estimation[0], together(size + length)
    inverse = 1.0 / (fits.sigma * np.sqrt(fits.nobs - 2.0))
    room = np.empty((min(block, len(firm)), size + length))
    for start in range(0, len(firm), block):
        part = slice(start, start + block)
        alpha, beta, abnormal = fits.alpha[part], fits.beta[part], fits.abnormal[part]
        days = room[: len(alpha)]
        event_days(*returns, firm[part], first[part], size, alpha, beta, abnormal, days)
        _add_ranks(days, sorted_keys(days), size, standing[part], ranks, ranked, uniform)
        add_residuals(days, inverse[part], units, positive[part])
    sessions = np.r_[:size, size + length]
    return GroupSums(ranks[:-1], ranked[:-1], uniform[sessions], ranked[sessions], units, positive)


@kept
@compiled_as_written
def event_days(
    values: Any, market: Any, missing: Any, at: Any, bits: Any, before: Any, firm: Any, first: Any, size: int,
    alpha: Any, beta: Any, abnormal: Any, out: Any,
) -> None:  # fmt: skip
    """Residuals of each event's estimation window and, after them, its abnormal returns."""
    for e in range(len(firm)):
        row, start = firm[e], first[e]
        y, x = values[row, start : start + size], market[start : start + size]
        residuals_of(y, x, alpha[e], beta[e], out[e, :size])
        for g in range(gaps_before(bits, before, row, start), gaps_before(bits, before, row, start + size)):
            out[e, missing[g] - start] = np.nan
        out[e, size:] = abnormal[e]


@compiled_as_written
def residuals_of(y: Any, x: Any, a: float, b: float, out: Any) -> None:
    for t in range(len(y)):
        out[t] = y[t] - a - b * x[t]


@kept
@compiled_as_written
def add_residuals(days: Any, inverse: Any, units: Any, positive: Any) -> None:
    """Add residuals scaled to length one (they sum to zero), and write the share of positive ones."""
    for e in range(len(days)):
        x, scale, above, known = days[e, : len(units)], inverse[e], 0, 0
        for t in range(len(x)):
            above += 1 if x[t] > 0.0 else 0
            known += 1 if x[t] == x[t] else 0
        for t in range(len(x)):
            units[t] += x[t] * scale if x[t] == x[t] else 0.0
        positive[e] = above / known


@kept
@compiled_as_written
def _add_ranks(
    days: Any, keys: Any, size: int, standing: Any, ranks: Any, ranked: Any, uniform: Any
) -> None:  # fmt: skip
    """Add ranks by day, among all days, and among the residuals and the event as one, which comes last."""
    length = days.shape[1]
    bits, values, order = place_bits(length), np.empty(length), np.empty(length, np.int64)
    rank = np.empty(length, np.uint64)
    for e in range(len(days)):
        n = day_ranks(days[e], keys[e], bits, size, values, order, rank)
        add_joint(rank, 0.5 * (n + 1), ranks, ranked)
        _add_alone(days[e, :size], rank, standing[e], uniform, ranked)


@compiled_as_written
def day_ranks(x: Any, keys: Any, bits: int, size: int, values: Any, order: Any, rank: Any) -> int:
    """Twice the ranks by day: among all n days times 2^32, plus that among the first `size`; returns n."""
    n = count_keys(keys)
    if n < len(rank):
        rank[:] = 0
    if apart(keys[:n], bits):
        _plain_ranks(keys[:n], bits, size, rank)
    else:
        arrange(x, keys[:n], bits, values, order)
        _tied_ranks(values[:n], order, size, rank)
    return n


@compiled_as_written
def _plain_ranks(keys: Any, bits: int, size: int, rank: Any) -> None:
    residuals, running = np.uint64(size), np.uint64(0)
    for j in range(len(keys)):
        t = place(keys[j], bits)
        running += np.uint64(2**33) + (((t - residuals) >> np.uint64(63)) << np.uint64(1))
        rank[t] = running


@compiled_as_written
def _tied_ranks(values: Any, order: Any, size: int, rank: Any) -> None:
    """Ranks from ascending values, of which equal ones share the mean of their ranks."""
    j = before = 0
    while j < len(values):
        k, inside = j, 0
        while k < len(values) and values[k] == values[j]:
            inside += 1 if order[k] < size else 0
            k += 1
        for i in range(j, k):
            rank[order[i]] = ((j + k + 1) << 32) + 2 * before + inside + 1
        before += inside
        j = k


@compiled_as_written
def add_joint(rank: Any, middle: float, ranks: Any, ranked: Any) -> None:
    for t in range(len(rank)):
        known = rank[t] > np.uint64(0)
        ranks[t] += 0.5 * (rank[t] >> np.uint64(32)) - middle if known else 0.0
        ranked[t] += 1.0 if known else 0.0


@compiled_as_written
def _add_alone(x: Any, rank: Any, standing: float, uniform: Any, ranked: Any) -> None:
    """Add uniform ranks of the residuals x and, last, of the event; half a rank where they are equal."""
    known, passed, lower = 0, 0, np.uint64(2**32 - 1)
    for t in range(len(x)):
        known += 1 if x[t] == x[t] else 0
        passed += 2 if x[t] < standing else 1 if x[t] == standing else 0
    present = standing == standing
    share = 1.0 / (known + 2.0 if present else known + 1.0)
    for t in range(len(x)):
        above = 1.0 if x[t] > standing else 0.5 if x[t] == standing else 0.0
        uniform[t] += (0.5 * (rank[t] & lower) + above) * share - 0.5 if x[t] == x[t] else 0.0
    if present:
        uniform[-1] += (1.0 + 0.5 * passed) * share - 0.5
        ranked[-1] += 1.0


@compiled_as_written
def _mixed(counter: np.uint64) -> np.uint64:
    """A well-mixed 64-bit number from a counter (SplitMix64; Steele, Lea & Flood 2014)."""
    z = counter * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@kept
@compiled
def random_date_means(table: Floats, draws: int, seed: int) -> Floats:
    """Mean over the rows of a table (N, D), each taken at a random date of its own; shape (draws,).

    The dates come from a counter, so that any part of the draws can be repeated anywhere. A mixed number
    gives two of them, from its halves; some numbers are mixed at a time, as many as stay at hand.
    """
    n, dates = table.shape
    half, span = (draws + 1) // 2, np.uint64(dates)
    out, mixed = np.zeros(2 * half), np.empty(256, np.uint64)
    halves = mixed.view(np.uint32)
    for row in range(n):
        series = table[row]
        base = np.uint64(seed) * np.uint64(0x632BE59BD9B4E019) + np.uint64(row) * np.uint64(half)
        for start in range(0, half, len(mixed)):
            for d in range(len(mixed)):
                mixed[d] = _mixed(base + np.uint64(start + d))
            some = out[2 * start : 2 * (start + len(mixed))]
            for d in range(len(some)):
                some[d] += series[(halves[d] * span) >> np.uint64(32)]
    out /= n
    return out[:draws]
