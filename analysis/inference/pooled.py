"""Correlation between very many firms: one number for all pairs that share a day, from sums by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.inference.daily import count, mean
from analysis.market.bars import Floats
from analysis.market.events import Dates


@dataclass(frozen=True, eq=False, slots=True)
class ByDay:
    """A quantity of firms added up by calendar day, shape (D,) each.

    Parameters
    ----------
    total, squares, firms : array
        The sum of its values, of their squares, and of how many firms.
    """

    dates: Dates
    total: Floats
    squares: Floats
    firms: Floats

    @classmethod
    def of(cls, days: Dates, values: Floats) -> ByDay:
        """Values of any shape added up by their days; missing ones and those without a day are left out."""
        days, values = days.T.ravel(), values.T.ravel()  # as they lie in memory
        known = np.isfinite(values) & ~np.isnat(days)
        if not known.all():
            days, values = days[known], values[known]
        return cls(*_added(days, values, values**2, None))

    @classmethod
    def merged(cls, parts: Sequence[ByDay]) -> ByDay:
        """The sums of several blocks, added in their order."""
        names = ("dates", "total", "squares", "firms")
        return cls(*_added(*(np.concatenate([getattr(part, name) for part in parts]) for name in names)))

    @property
    def correlation(self) -> float:
        """Correlation of two firms on the days that they share, the values being of unit mean square."""
        pairs = (self.firms * (self.firms - 1)).sum()
        return float((self.total**2 - self.squares).sum() / pairs) if pairs else float("nan")

    @property
    def lagged(self) -> float:
        """The same on successive days. A firm is paired with itself too: among so many it hardly counts."""
        pairs = (self.firms[1:] * self.firms[:-1]).sum()
        return float((self.total[1:] * self.total[:-1]).sum() / pairs) if pairs else 0.0


def _added(days: Dates, *weights: Floats | None) -> tuple[Any, ...]:
    """The days there are, ascending, and weights added by day; None counts."""
    numbers = days.astype("datetime64[D]", copy=False).view(np.int64)
    first = numbers.min() if len(numbers) else 0
    place = numbers - first
    there = np.flatnonzero(np.bincount(place))
    sums = (np.bincount(place, weight)[there].astype(float) for weight in weights)
    return ((there + first).astype("datetime64[D]"), *sums)


def residuals_by_day(days: Dates, residuals: Floats) -> ByDay:
    """Residuals (M, N), scaled to unit mean square, by their days (M, N)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return ByDay.of(days, residuals / np.sqrt(mean(residuals**2, axis=0)))


def pooled_dependence(correlation: float, errors: ByDay, car_se: Floats) -> tuple[Floats, Floats]:
    """Mean correlation of two CARs, and the standard error of the mean CAR.

    Two CARs have as much of the correlation as they have days in common (Kolari, Pape & Pynnonen 2018).
    """
    n = count(car_se)
    length = errors.firms.sum() / n
    shared = (errors.firms * (errors.firms - 1)).sum() / length / np.maximum(n * (n - 1), 1)
    known = 0.0 if np.isnan(correlation) else correlation
    variance = np.nansum(car_se**2) + known * (errors.total**2 - errors.squares).sum() / length
    return np.asarray(known * shared), np.asarray(np.sqrt(variance) / n)
