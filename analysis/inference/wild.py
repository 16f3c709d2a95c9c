"""Wild cluster bootstrap by date: for dates that are few, or hold very different numbers of events."""

from __future__ import annotations

from functools import lru_cache
from itertools import product

import numpy as np
import numpy.typing as npt

from analysis.inference.evidence import Evidence, Outcome
from analysis.market.bars import Floats, Ints

Halves = npt.NDArray[np.float32]

DRAWS = 9_999
AT_ONCE = 4_000_000  # weights drawn at once: more would leave the cache of a processor
FEWEST_CLUSTERS = 5  # with fewer, six weights per date make too few different draws
ROUNDING = 1e-5  # of sums in single precision: draws that mirror the data are as large as it
SEED = 20250127
WEBB = np.sqrt(np.array([0.5, 1.0, 1.5, 0.5, 1.0, 1.5])) * np.array([-1, -1, -1, 1, 1, 1])
AT_A_TIME = 4  # weights that one random number draws, in a quarter of the time
COMBINATIONS = np.array(list(product(WEBB, repeat=AT_A_TIME)), dtype=np.float32)


def wild_cluster(evidence: Evidence, draws: int = DRAWS) -> Outcome:
    """Mean SCAR over its error by date of day 0; p from wild draws under the null.

    The residuals are restricted: under the null they are the SCARs themselves. All events of a date get
    the same of Webb's (2023) six weights. Only sums by date enter, so that a list of millions costs what
    its dates cost.
    """
    total, size = _by_date(evidence.scar, evidence.dates)
    observed = _statistic(total.sum(-1), (total**2).sum(-1), (total * size).sum(-1), size)
    dates = (size > 0).sum(axis=-1)
    width = int(np.max(dates, initial=0))
    flat, counts = (table.reshape(-1, table.shape[-1])[:, :width] for table in (total, size))
    at_least = np.zeros(len(flat), dtype=np.int64)
    limit = np.abs(observed).reshape(-1) * (1 - ROUNDING)
    for start in range(0, draws, max(1, AT_ONCE // max(width, 1))):
        some = min(AT_ONCE // max(width, 1), draws - start)
        drawn = np.abs(_drawn(start, some, flat, counts))
        at_least += (~(drawn < limit)).sum(axis=0)  # a draw without an error counts against
    pvalue = ((1 + at_least) / (draws + 1)).reshape(observed.shape)
    known = (dates >= FEWEST_CLUSTERS) & np.isfinite(observed)
    return Outcome(np.where(known, observed, np.nan), np.where(known, pvalue, np.nan))


def _by_date(scar: Floats, dates: Ints) -> tuple[Floats, Floats]:
    """Sum of SCARs and number of events by date, shape (..., dates); filled up with zeros."""
    present = np.isfinite(scar)
    rows = np.arange(scar.size // max(scar.shape[-1], 1)).repeat(scar.shape[-1])[present.ravel()]
    values, days = scar[present], np.asarray(dates)[present]
    first = int(days.min(initial=0))
    span = int(days.max(initial=0)) - first + 1
    place, length = rows * span + days - first, (int(rows.max(initial=0)) + 1) * span
    size = np.bincount(place, minlength=length)
    there = np.flatnonzero(size)
    row = there // span
    column = np.arange(len(there)) - np.searchsorted(row, row)
    shape = (*scar.shape[:-1], int(column.max(initial=0)) + 1)
    sums, sizes = np.zeros(shape), np.zeros(shape)
    sums.reshape(-1, shape[-1])[row, column] = np.bincount(place, values, length)[there]
    sizes.reshape(-1, shape[-1])[row, column] = size[there]
    return sums, sizes


@lru_cache(maxsize=3)
def _webb_weights(start: int, draws: int, width: int) -> Halves:
    """Weights of some draws of as many dates; the same for every window."""
    random = np.random.default_rng((SEED, start))
    numbers = -(-width // AT_A_TIME)
    places = random.integers(0, len(COMBINATIONS), size=(draws, numbers), dtype=np.uint16)
    return np.take(COMBINATIONS, places, axis=0).reshape(draws, -1)[:, :width]


def _drawn(start: int, draws: int, total: Floats, size: Floats) -> Floats:
    """Statistics of some draws, shape (draws, S)."""
    weights = _webb_weights(start, draws, total.shape[1])
    once = np.concatenate([total, total * size]).T.astype(np.float32)
    sums, crossed = np.split((weights @ once).astype(float), 2, axis=1)
    squares = (weights**2 @ (total**2).T.astype(np.float32)).astype(float)
    return _statistic(sums, squares, crossed, size)


def _statistic(sums: Floats, squares: Floats, crossed: Floats, size: Floats) -> Floats:
    """Sum over its error: by date, the sum less the mean times the number of events."""
    mean = sums / size.sum(axis=-1)
    variance = squares - 2 * mean * crossed + mean**2 * (size**2).sum(axis=-1)
    return np.asarray(sums / np.sqrt(np.where(variance > ROUNDING * squares, variance, np.nan)))
