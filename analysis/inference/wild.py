"""Wild cluster bootstrap by date: for dates that are few, or hold very different numbers of events."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analysis.inference.evidence import Evidence, Outcome
from analysis.market.bars import Floats

DRAWS = 9_999
AT_ONCE = 4_000_000  # weights held at once
FEWEST_CLUSTERS = 5  # with fewer, six weights per date make too few different draws
SEED = 20250127
WEBB = np.sqrt(np.array([0.5, 1.0, 1.5, 0.5, 1.0, 1.5])) * np.array([-1, -1, -1, 1, 1, 1])


def wild_cluster(evidence: Evidence, draws: int = DRAWS) -> Outcome:
    """Mean SCAR over its error by date of day 0; p from wild draws under the null.

    The residuals are restricted: under the null they are the SCARs themselves. All events of a date get
    the same of Webb's (2023) six weights. Only sums by date enter, so that a list of millions costs what
    its dates cost.
    """
    total, size = _by_date(evidence)
    observed = _statistic(total.sum(-1), (total**2).sum(-1), (total * size).sum(-1), size)
    dates = (size > 0).sum(axis=-1)
    width = int(np.max(dates, initial=0))
    flat, counts = total.reshape(-1, total.shape[-1])[:, :width], size.reshape(-1, size.shape[-1])[:, :width]
    at_least = np.zeros(len(flat), dtype=np.int64)
    limit = np.abs(observed).reshape(-1) * (1 - 1e-12)
    for weights in _webb_weights(draws, width):
        drawn = np.abs(_drawn(weights, flat, counts))
        at_least += (~(drawn < limit)).sum(axis=0)  # a draw without an error counts against
    pvalue = ((1 + at_least) / (draws + 1)).reshape(observed.shape)
    known = (dates >= FEWEST_CLUSTERS) & np.isfinite(observed)
    return Outcome(np.where(known, observed, np.nan), np.where(known, pvalue, np.nan))


def _by_date(evidence: Evidence) -> tuple[Floats, Floats]:
    """Sum of SCARs and number of events by date, shape (..., N): dates first, then zeros."""
    scar = evidence.scar
    present = np.isfinite(scar)
    dates = np.where(present, evidence.dates, np.iinfo(np.int64).max)
    order = np.argsort(dates, axis=-1, kind="stable")
    ordered = np.take_along_axis(dates, order, axis=-1).reshape(-1, scar.shape[-1])
    code = np.zeros(ordered.shape, dtype=np.int64)
    code[:, 1:] = np.cumsum(np.diff(ordered, axis=-1) != 0, axis=-1)
    place = (code + np.arange(len(code))[:, None] * code.shape[1]).ravel()
    there = np.take_along_axis(present, order, axis=-1).ravel()
    values = np.take_along_axis(np.where(present, scar, 0.0), order, axis=-1).ravel()
    sums = np.bincount(place[there], values[there], code.size).reshape(scar.shape)
    size = np.bincount(place[there], minlength=code.size).reshape(scar.shape)
    return sums.astype(float), size.astype(float)


def _webb_weights(draws: int, width: int) -> list[npt.NDArray[np.uint8]]:
    """Which of the six weights each date has in each draw, some draws at a time."""
    random, step = np.random.default_rng(SEED), max(1, AT_ONCE // max(width, 1))
    sizes = [min(step, draws - start) for start in range(0, draws, step)]
    return [random.integers(0, len(WEBB), size=(size, width), dtype=np.uint8) for size in sizes]


def _drawn(places: npt.NDArray[np.uint8], total: Floats, size: Floats) -> Floats:
    """Statistics of draws whose dates have weights at some places, shape (draws, S)."""
    weights = WEBB[places]
    sums, crossed = weights @ total.T, weights @ (total * size).T
    np.square(weights, out=weights)
    return _statistic(sums, weights @ (total**2).T, crossed, size)


def _statistic(sums: Floats, squares: Floats, crossed: Floats, size: Floats) -> Floats:
    """Sum over its error: by date, the sum less the mean times the number of events."""
    mean = sums / size.sum(axis=-1)
    variance = squares - 2 * mean * crossed + mean**2 * (size**2).sum(axis=-1)
    return np.asarray(sums / np.sqrt(np.where(variance > 1e-12 * squares, variance, np.nan)))
