"""What the tests read off the days: residuals and ranks of all firms together, day by day.

Firms are the last axis and sessions the one before; any axes in front are samples that are tested at once.
Sums over firms can be added, so that a list of millions of events is gathered block by block.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.inference.ranks import average_ranks
from analysis.market.bars import Floats, Ints
from analysis.models.least_squares import Flags


def count(values: Floats, axis: int = -1) -> Ints:
    """Number of values that are not missing."""
    return _sums(values, axis)[1]


def mean(values: Floats, axis: int = -1) -> Floats:
    """Mean of the values that are not missing, NaN if there are none."""
    total, here = _sums(values, axis)
    with np.errstate(invalid="ignore"):
        return np.asarray(total / here)


def _sums(values: Floats, axis: int) -> tuple[Floats, Ints]:
    """Sum and number of the values that are not missing: mostly of all, which their sum tells."""
    with np.errstate(invalid="ignore"):
        total = np.asarray(values.sum(axis=axis))
    if np.isfinite(total).all():
        return total, np.full(total.shape, values.shape[axis])
    return np.asarray(np.nansum(values, axis=axis)), np.asarray(np.isfinite(values).sum(axis=axis))


def deviation(values: Floats, axis: int = -1) -> Floats:
    """Sample standard deviation (n - 1), NaN where the values differ by rounding alone."""
    centred = values - np.expand_dims(mean(values, axis), axis)
    spread = np.sqrt(np.nansum(centred**2, axis=axis) / (count(values, axis) - 1))
    size = np.sqrt(np.nansum(values**2, axis=axis))
    return np.where(spread > 1e-12 * size, spread, np.nan)


BYTE = 255  # flags that can be added in one


@dataclass(frozen=True, eq=False, slots=True)
class Totals:
    """Sums over firms of a quantity of each day, and how many firms they are of, shape (..., D) each."""

    total: Floats
    firms: Floats

    @classmethod
    def of(cls, values: Floats) -> Totals:
        """Totals of values of shape (..., D, N)."""
        total, firms = _sums(values, -1)
        return cls(total, firms.astype(float))

    @classmethod
    def of_ranks(cls, ranks: Floats, uniform: bool = False) -> Totals:
        """Ranks (..., D, N) less their mean, of a firm's days; `uniform` ones are divided by D + 1."""
        days = count(ranks, -2)
        if (days < ranks.shape[-2]).any():
            centred = ranks - (days[..., None, :] + 1) / 2
            return cls.of(centred / (days[..., None, :] + 1) if uniform else centred)
        total, firms = _sums(ranks, -1)
        total = total - firms * ((ranks.shape[-2] + 1) / 2)
        return cls(total / (ranks.shape[-2] + 1) if uniform else total, firms.astype(float))

    def __add__(self, other: Totals) -> Totals:
        return Totals(self.total + other.total, self.firms + other.firms)

    @property
    def mean(self) -> Floats:
        """Mean over firms, NaN on days without any."""
        return np.asarray(self.total / np.where(self.firms > 0, self.firms, np.nan))


@dataclass(frozen=True, eq=False, slots=True)
class RankedEvent:
    """Centred uniform ranks of M residuals and, last, of the event as one more (Kolari & Pynnonen 2011).

    `days`, shape (...), is the sum of (T - 1) / (T + 1) over firms, T being the days that a firm has.
    """

    uniform: Totals
    days: Floats

    def __add__(self, other: RankedEvent) -> RankedEvent:
        return RankedEvent(self.uniform + other.uniform, self.days + other.days)


@dataclass(frozen=True, eq=False, slots=True)
class Calendar:
    """Abnormal returns by calendar day, shape (S, D) for S samples, and event dates, shape (S,).

    `firms` counts those that have an abnormal return on a day, `total` adds theirs.
    """

    total: Floats
    firms: Floats
    dates: Ints


@dataclass(frozen=True, eq=False)
class Daily:
    """Residuals of N firms over M estimation days and their abnormal returns over L event days.

    Parameters
    ----------
    estimation : array, shape (..., M, N)
        Residuals; firms that share a date are aligned by calendar, others by event time.
    event, event_se : array, shape (..., L, N)
        Abnormal returns and their standard errors.
    sigma : array, shape (..., N)
    event_days : array of int, shape (..., L, N)
        Calendar day of each abnormal return, -1 where there is no session.
    gaps : array, shape (..., L, N), or None
        Sessions that each abnormal return spans; None where it is one for all.
    """

    estimation: Floats
    event: Floats
    event_se: Floats
    sigma: Floats
    event_days: Ints
    gaps: Floats | None = None

    @cached_property
    def residuals(self) -> Totals:
        """Residuals of the estimation days, (..., M)."""
        return Totals.of(self.estimation)

    @cached_property
    def abnormal(self) -> Totals:
        """Abnormal returns of the event days, (..., L)."""
        return Totals.of(self.event)

    @cached_property
    def positive(self) -> Floats:
        """Share of positive residuals of each firm, shape (..., N)."""
        return np.asarray((self.estimation > 0).sum(axis=-2) / count(self.estimation, -2))

    @cached_property
    def ranks(self) -> Totals:
        """Rank less mean rank among all days (Corrado 1989), (..., M + L)."""
        event = self.event if self.gaps is None else self.event / np.sqrt(self.gaps)
        return Totals.of_ranks(average_ranks(np.concatenate([self.estimation, event], axis=-2)))

    @property
    def standardised(self) -> Floats:
        """Abnormal returns over their errors, shape (..., L, N)."""
        return np.asarray(self.event / self.event_se)

    @property
    def spread(self) -> Floats:
        """Deviation of standardised abnormal returns between firms, shape (..., L)."""
        return deviation(self.standardised)

    def scaled_ranks(self, spread: Floats) -> Totals:
        """Centred uniform ranks of standardised returns (Corrado & Zivney 1992), (..., M + L).

        The event days are divided by their `spread` between firms, shape (..., L).
        """
        scaled = self.estimation / self.sigma[..., None, :]
        values = np.concatenate([scaled, self.standardised / spread[..., None]], axis=-2)
        return Totals.of_ranks(average_ranks(values), uniform=True)

    def ranked_event(self, standing: Floats) -> RankedEvent:
        """Ranks of each event among its residuals; `standing` is in units of sigma, shape (..., N)."""
        ranks, before, firms = self._residual_ranks
        event = standing * self.sigma
        present = np.isfinite(event)
        days = before + present
        weight = np.asarray(1.0 / (days + 1.0), dtype=float)
        above = _weighted(self.estimation > event[..., None, :], weight)
        equal = self.estimation == event[..., None, :]
        if equal.any():  # they share the mean of their ranks
            above += 0.5 * _weighted(equal, weight)
        first = np.where(present, (before + 1.0) * weight - 0.5, 0.0).sum(axis=-1)  # above all residuals
        own = (first - above.sum(axis=-1))[..., None]
        total = np.concatenate([_weighted(ranks, weight) + above - 0.5 * firms, own], axis=-1)
        counted = np.concatenate([firms, present.sum(axis=-1, keepdims=True).astype(float)], axis=-1)
        shares = np.where(present, (days - 1.0) / (days + 1.0), 0.0)
        return RankedEvent(Totals(total, counted), np.asarray(shares.sum(axis=-1)))

    def calendar(self, chosen: Flags) -> Calendar:
        """Abnormal returns of the days chosen, shape (L,), added up by calendar day."""
        event, days = self.event[..., chosen, :], self.event_days[..., chosen, :]
        lines = (int(np.prod(event.shape[:-2])), -1)
        held = np.where(days >= 0, event, np.nan).reshape(lines)
        total, firms = by_date(held, days.reshape(lines))
        ordered = np.sort(days[..., 0, :], axis=-1)
        dates = (np.diff(ordered, prepend=-2) > 0).sum(axis=-1).reshape(-1)
        return Calendar(total, firms, dates)

    @cached_property
    def _residual_ranks(self) -> tuple[Floats, Ints, Floats]:
        """Ranks of the residuals, zero where missing, days of each firm, firms of each day."""
        ranks = average_ranks(self.estimation)
        here = np.isfinite(ranks)
        return np.where(here, ranks, 0.0), here.sum(axis=-2), here.sum(axis=-1).astype(float)


@dataclass(frozen=True, eq=False, slots=True)
class DailySums:
    """What a `Daily` gives, gathered over blocks of events for one window: sums instead of every day."""

    residuals: Totals
    abnormal: Totals
    positive: Floats
    ranks: Totals
    spread: Floats
    scaled: Totals
    event: RankedEvent
    by_date: Calendar

    def scaled_ranks(self, spread: Floats) -> Totals:
        """Centred uniform ranks of standardised returns, gathered with this `spread`."""
        return self.scaled

    def ranked_event(self, standing: Floats) -> RankedEvent:
        """Ranks of each event among its residuals, gathered with this `standing`."""
        return self.event

    def calendar(self, chosen: Flags) -> Calendar:
        """Abnormal returns of the window by calendar day."""
        return self.by_date


def by_date(values: Floats, dates: Ints) -> tuple[Floats, Floats]:
    """Sum of values (..., N) and how many there are by date, shape (..., D); filled up with zeros."""
    present = np.isfinite(values)
    rows = np.arange(values.size // max(values.shape[-1], 1)).repeat(values.shape[-1])[present.ravel()]
    held, days = values[present], np.asarray(dates)[present]
    first = int(days.min(initial=0))
    span = int(days.max(initial=0)) - first + 1
    place, length = rows * span + days - first, (int(rows.max(initial=0)) + 1) * span
    size = np.bincount(place, minlength=length)
    there = np.flatnonzero(size)
    row = there // span
    column = np.arange(len(there)) - np.searchsorted(row, row)
    shape = (*values.shape[:-1], int(column.max(initial=0)) + 1)
    sums, sizes = np.zeros(shape), np.zeros(shape)
    sums.reshape(-1, shape[-1])[row, column] = np.bincount(place, held, length)[there]
    sizes.reshape(-1, shape[-1])[row, column] = size[there]
    return sums, sizes


def _weighted(values: Floats | Flags, weight: Floats) -> Floats:
    """Sum of values (..., D, N) over firms, each with its weight (..., N), which mostly is one for all."""
    if not weight.size or (weight != weight.flat[0]).any():
        return np.asarray((values * weight[..., None, :]).sum(axis=-1))
    added = _counted(values) if values.dtype == bool else values.sum(axis=-1)
    return np.asarray(weight.flat[0] * added)


def _counted(flags: Floats | Flags) -> Ints:
    """How many flags of the last axis are set; bytes are added eight times as fast as whole numbers."""
    parts = (flags[..., start : start + BYTE] for start in range(0, flags.shape[-1], BYTE))
    return np.asarray(
        sum(part.view(np.uint8).sum(axis=-1, dtype=np.uint8).astype(np.int64) for part in parts)
    )
