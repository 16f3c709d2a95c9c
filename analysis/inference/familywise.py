"""p values that allow for having asked several questions at once: max-T, step-down and Holm."""

from __future__ import annotations

import numpy as np

from analysis.market.bars import Floats


def rank_pvalue(draws: Floats, event: float) -> float:
    """(1 + #{|draw| >= |event|}) / (n + 1); NaN without draws or event."""
    n = int(np.isfinite(draws).sum())
    if not n or not np.isfinite(event):
        return float("nan")
    return (1 + int((np.abs(draws) >= abs(event)).sum())) / (n + 1)


def max_t(draws: Floats, event: Floats) -> Floats:
    """Two-sided p of each of H questions against the largest of all on each date, shape (H,).

    `draws` has shape (Q, H), a row per date; what is missing there is never the largest.
    """
    largest = np.nanmax(np.abs(draws), axis=1, initial=0.0)
    return np.array([rank_pvalue(largest, value) for value in event])


def step_down(draws: Floats, event: Floats) -> Floats:
    """As `max_t`, each against those questions alone whose answer is not more unusual, shape (H,).

    No p is below that of a more unusual answer (Romano & Wolf 2005, 2016).
    """
    sizes = np.nan_to_num(np.abs(draws))
    order = np.argsort(-np.abs(event), kind="stable")[: int(np.isfinite(event).sum())]
    found = [rank_pvalue(sizes[:, order[place:]].max(axis=1), event[at]) for place, at in enumerate(order)]
    out = np.full(len(event), np.nan)
    out[order] = np.maximum.accumulate(np.array(found))
    return out


def holm(pvalues: Floats) -> Floats:
    """Holm's (1979) step-down p values, valid under any dependence; NaN stays NaN."""
    order = np.argsort(pvalues)  # missing last
    known = int(np.isfinite(pvalues).sum())
    out = np.full(len(pvalues), np.nan)
    stepped = np.maximum.accumulate(pvalues[order[:known]] * np.arange(known, 0, -1))
    out[order[:known]] = np.minimum(1.0, stepped)
    return out
