"""Wild cluster bootstrap by date: for dates that are few, or hold very different numbers of events."""

from __future__ import annotations

from functools import lru_cache
from itertools import product

import numpy as np
import numpy.typing as npt

from analysis.inference.daily import by_date
from analysis.inference.evidence import Evidence, Outcome
from analysis.market.bars import Floats

DRAWS = 9_999
FEWEST_CLUSTERS = 5  # with fewer, six weights per date make too few different draws
ROUNDING = 1e-9  # of sums: draws that mirror the data are as large as it
SEED = 20250127
WEBB = np.sqrt(np.array([0.5, 1.0, 1.5, 0.5, 1.0, 1.5])) * np.array([-1, -1, -1, 1, 1, 1])
AT_A_TIME = 4  # dates whose weights one random number draws
COMBINATIONS = np.array(list(product(WEBB, repeat=AT_A_TIME)))
KEPT = 256  # draws of so many times four dates stay at hand, 5 MB


def wild_cluster(evidence: Evidence, draws: int = DRAWS) -> Outcome:
    """Mean SCAR over its error by date of day 0; p from wild draws under the null.

    The residuals are restricted: under the null they are the SCARs themselves. All events of a date get
    the same of Webb's (2023) six weights. Only sums by date enter, so that a list of millions costs what
    its dates cost.
    """
    total, size = by_date(evidence.scar, evidence.dates)
    squared = _squared(total.sum(-1), (total**2).sum(-1), (total * size).sum(-1), size)
    observed = np.asarray(np.sign(total.sum(-1)) * np.sqrt(squared))
    dates = (size > 0).sum(axis=-1)
    flat, counts = (table.reshape(-1, table.shape[-1]) for table in (total, size))
    lines = zip(squared.ravel(), flat, counts, dates.ravel(), strict=True)
    at_least = np.array(
        [_at_least(limit, row[:width], held[:width], draws) for limit, row, held, width in lines]
    )
    pvalue = ((1 + at_least) / (draws + 1)).reshape(observed.shape)
    known = (dates >= FEWEST_CLUSTERS) & np.isfinite(observed)
    return Outcome(np.where(known, observed, np.nan), np.where(known, pvalue, np.nan))


def _at_least(limit: float, total: Floats, size: Floats, draws: int) -> int:
    """How many draws have a squared statistic of at least the limit; those without an error count too."""
    equal = bool((size == size[:1]).all())
    drawn, crossed = np.zeros(draws, dtype=complex), np.zeros(draws)
    for start in range(0, len(total), AT_A_TIME):
        some = total[start : start + AT_A_TIME]
        weights, chosen = COMBINATIONS[:, : len(some)], _chosen(start, draws)
        drawn += (weights @ some + 1j * (weights**2 @ some**2))[chosen]  # both sums by one look-up
        if not equal:
            crossed += (weights @ (some * size[start : start + AT_A_TIME]))[chosen]
    squared = _squared(drawn.real, drawn.imag, size[:1] * drawn.real if equal else crossed, size)
    return int((~(squared < limit * (1 - ROUNDING))).sum())


@lru_cache(maxsize=KEPT)
def _chosen(start: int, draws: int) -> npt.NDArray[np.int16]:
    """Which combination of weights four dates have in each draw; the same for every window."""
    return np.random.default_rng((SEED, start)).integers(0, len(COMBINATIONS), draws).astype(np.int16)


def _squared(sums: Floats, squares: Floats, crossed: Floats, size: Floats) -> Floats:
    """Square of the sum over its error: by date, the sum less the mean times the number of events."""
    mean = sums / size.sum(axis=-1)
    variance = squares - 2 * mean * crossed + mean**2 * (size**2).sum(axis=-1)
    return np.asarray(sums**2 / np.where(variance > ROUNDING * squares, variance, np.nan))
