"""What the tests read off the days: residuals and ranks of all firms together, day by day.

Firms are the last axis and sessions the one before; any axes in front are samples that are tested at once.
Sums over firms can be added, so that a list of millions of events is gathered block by block.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.market.bars import Floats, Ints
from analysis.models.least_squares import Flags


def count(values: Floats, axis: int = -1) -> Ints:
    """Number of values that are not missing."""
    return np.asarray(np.isfinite(values).sum(axis=axis))


def mean(values: Floats, axis: int = -1) -> Floats:
    """Mean of the values that are not missing, NaN if there are none."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.nansum(values, axis=axis) / count(values, axis))


def deviation(values: Floats, axis: int = -1) -> Floats:
    """Sample standard deviation (n - 1), NaN where the values differ by rounding alone."""
    centred = values - np.expand_dims(mean(values, axis), axis)
    spread = np.sqrt(np.nansum(centred**2, axis=axis) / (count(values, axis) - 1))
    size = np.sqrt(np.nansum(values**2, axis=axis))
    return np.where(spread > 1e-12 * size, spread, np.nan)


@dataclass(frozen=True, eq=False, slots=True)
class Totals:
    """Sums over firms of a quantity of each day, and how many firms they are of, shape (..., D) each."""

    total: Floats
    firms: Floats

    @classmethod
    def of(cls, values: Floats) -> Totals:
        """Totals of values of shape (..., D, N)."""
        return cls(np.nansum(values, axis=-1), count(values).astype(float))

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
    """

    estimation: Floats
    event: Floats
    event_se: Floats
    sigma: Floats
    event_days: Ints

    @cached_property
    def residuals(self) -> Totals:
        """Residuals of the estimation days, (..., M)."""
        return Totals.of(self.estimation)

    @cached_property
    def positive(self) -> Floats:
        """Share of positive residuals of each firm, shape (..., N)."""
        return np.asarray((self.estimation > 0).sum(axis=-2) / count(self.estimation, -2))

    @cached_property
    def ranks(self) -> Totals:
        """Rank less mean rank among all days (Corrado 1989), (..., M + L)."""
        ranks = average_ranks(np.concatenate([self.estimation, self.event], axis=-2))
        return Totals.of(ranks - (count(ranks, -2)[..., None, :] + 1) / 2)

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
        ranks = average_ranks(values)
        return Totals.of(ranks / (count(ranks, -2)[..., None, :] + 1) - 0.5)

    def ranked_event(self, standing: Floats) -> RankedEvent:
        """Ranks of each event among its residuals; `standing` is in units of sigma, shape (..., N)."""
        residuals, event = self.estimation, (standing * self.sigma)[..., None, :]
        present = np.isfinite(event)
        above = (residuals > event) + 0.5 * (residuals == event)
        days = self._residual_days + present[..., 0, :]
        ranks = self._residual_ranks + above
        own = np.where(
            present, self._residual_days[..., None, :] + 1 - above.sum(axis=-2, keepdims=True), np.nan
        )
        uniform = np.concatenate([ranks, own], axis=-2) / (days[..., None, :] + 1.0) - 0.5
        shares = np.where(present[..., 0, :], (days - 1.0) / (days + 1.0), 0.0)
        return RankedEvent(Totals.of(uniform), np.asarray(shares.sum(axis=-1)))

    def calendar(self, chosen: Flags) -> Calendar:
        """Abnormal returns of the days chosen, shape (L,), added up by calendar day."""
        event, days = self.event[..., chosen, :], self.event_days[..., chosen, :]
        held = np.isfinite(event) & (days >= 0)
        first = days[held].min(initial=0)
        width = int(days[held].max(initial=0) - first) + 1
        sample = np.arange(int(np.prod(event.shape[:-2])))[:, None] * width
        place, flat = (days - first).reshape(len(sample), -1) + sample, held.reshape(len(sample), -1)
        size = len(sample) * width
        firms = np.bincount(place[flat], minlength=size).reshape(len(sample), width)
        total = np.bincount(place[flat], event.reshape(len(sample), -1)[flat], size).reshape(firms.shape)
        ordered = np.sort(days[..., 0, :], axis=-1)
        dates = (np.diff(ordered, prepend=-2) > 0).sum(axis=-1).reshape(-1)
        return Calendar(np.asarray(total, dtype=float), firms.astype(float), dates)

    @cached_property
    def _residual_ranks(self) -> Floats:
        return average_ranks(self.estimation)

    @cached_property
    def _residual_days(self) -> Ints:
        return count(self.estimation, -2)


@dataclass(frozen=True, eq=False, slots=True)
class DailySums:
    """What a `Daily` gives, gathered over blocks of events for one window: sums instead of every day."""

    residuals: Totals
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


def average_ranks(values: Floats, axis: int = -2) -> Floats:
    """Ranks from 1 along an axis; ties share their average rank, missing values have none."""
    lines = np.ascontiguousarray(np.moveaxis(values, axis, -1))
    order = np.argsort(lines, axis=-1)
    ordered = np.take_along_axis(lines, order, axis=-1)
    place = np.empty(lines.shape)
    np.put_along_axis(place, order, np.arange(1.0, lines.shape[-1] + 1), axis=-1)
    place[np.isnan(lines)] = np.nan
    tied = (ordered[..., 1:] == ordered[..., :-1]).any(axis=-1)
    if tied.any():
        place[tied] = _shared_ranks(ordered[tied], order[tied])
    return np.moveaxis(place, -1, axis)


def _shared_ranks(ordered: Floats, order: Ints) -> Floats:
    """Ranks of sorted lines (n, D) in which equal values share the mean of theirs."""
    place = np.broadcast_to(np.arange(1.0, ordered.shape[-1] + 1), ordered.shape)
    starts = np.ones(ordered.shape, dtype=bool)
    starts[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    ends = np.concatenate([starts[..., 1:], np.ones_like(starts[..., :1])], axis=-1)
    first = np.maximum.accumulate(np.where(starts, place, 0.0), axis=-1)
    last = np.minimum.accumulate(np.where(ends, place, np.inf)[..., ::-1], axis=-1)[..., ::-1]
    ranks = np.empty_like(ordered)
    np.put_along_axis(ranks, order, np.where(np.isnan(ordered), np.nan, (first + last) / 2), axis=-1)
    return ranks
