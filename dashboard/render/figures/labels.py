"""Words beside marks, kept apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def spread(places: Sequence[float], gap: float) -> list[float]:
    """Move places apart until neighbours are at least `gap` away, as little as possible.

    >>> spread([1.0, 1.0, 5.0], 1.0)
    [0.5, 1.5, 5.0]
    """
    order = np.argsort(places, kind="stable")
    offsets = gap * np.arange(len(places))
    moved = _isotonic([places[i] for i in order] - offsets) + offsets
    out = np.empty(len(places))
    out[order] = moved
    return [float(value) for value in out]


def _isotonic(values: Any) -> Any:
    """Nearest non-decreasing sequence: neighbours that fall are pooled at their mean."""
    pools: list[list[float]] = []
    for value in values:
        pools.append([float(value)])
        while len(pools) > 1 and np.mean(pools[-2]) > np.mean(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    return np.array([np.mean(pool) for pool in pools for _ in pool])
