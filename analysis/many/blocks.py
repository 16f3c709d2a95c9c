"""Studies of blocks of events: what each event gives, and sums of what it adds to the tests of all.

Two passes: the first gives abnormal returns and the spread of them between events, the second the ranks,
which need that spread. Events are fitted a few at a time, so that they stay in a processor's cache; where a
block begins follows from the price files alone. Sums are added in the order of the blocks, so that it does
not matter who made them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.inference.daily import Daily, RankedEvent, Totals
from analysis.inference.pooled import ByDay, residuals_by_day
from analysis.inference.volatility import market_volatility, recent_volatility
from analysis.many.events import MOST_SAID, EventList, Placed, Said, joined_events, placed
from analysis.market.bars import Floats, Ints
from analysis.market.events import DAY_ZERO, ClosedDay, Dates
from analysis.market.observations import Observations
from analysis.market.panels import EventPanel, event_panel
from analysis.market.prices import Market
from analysis.models.normal_returns import NORMAL_RETURNS
from analysis.study.design import StudyDesign
from analysis.study.halts import halted, reopenings
from analysis.study.results import StudyResults
from analysis.study.study import fitted, span

TOGETHER = 512  # events


@dataclass(frozen=True, eq=False, slots=True)
class Columns:
    """E events that could be studied, as columns: shape (E,), or (W, E) with a row per CAR window.

    `session` is day 0, `position` its place on the firm's sessions, `positive` the share of positive
    residuals, `held` the sessions that each CAR is of, `recent` the volatility expected before a window
    over that of the estimation window, `market` the same of the benchmark.
    """

    events: EventList
    session: Dates
    position: Ints
    nobs: Ints
    df: Ints
    sigma: Floats
    positive: Floats
    car: Floats
    car_se: Floats
    held: npt.NDArray[np.int16]
    recent: Floats
    market: Floats

    @property
    def observations(self) -> Observations:
        """The events as observations."""
        events = self.events
        return Observations(events.names, events.firm, events.benchmark, self.position, events.labels)

    @classmethod
    def joined(cls, parts: Sequence[Columns]) -> Columns:
        """The events of several blocks, by symbol and day."""
        events = joined_events([part.events for part in parts])
        order = np.lexsort((events.date, events.firm))

        names = [field.name for field in fields(cls) if field.name != "events"]
        columns: dict[str, Any] = {
            name: np.concatenate([getattr(part, name) for part in parts], axis=-1)[..., order]
            for name in names
        }
        return cls(events.take(order), **columns)


@dataclass(frozen=True, eq=False, slots=True)
class Spread:
    """Number, mean and squared deviations of the SARs of each event day, shape (L,)."""

    firms: Floats
    mean: Floats
    squares: Floats

    @classmethod
    def of(cls, values: Floats) -> Spread:
        """That of values of shape (L, N)."""
        totals = Totals.of(values)
        mean = np.nan_to_num(totals.mean)
        return cls(totals.firms, mean, np.nansum((values - mean[:, None]) ** 2, axis=1))

    def __add__(self, other: Spread) -> Spread:
        """Both (Chan, Golub & LeVeque 1983)."""
        firms = self.firms + other.firms
        share, away = other.firms / np.maximum(firms, 1.0), other.mean - self.mean
        squares = self.squares + other.squares + away**2 * self.firms * share
        return Spread(firms, self.mean + away * share, squares)

    @property
    def deviation(self) -> Floats:
        """Sample standard deviation (n - 1), NaN where the values differ by rounding alone."""
        with np.errstate(invalid="ignore", divide="ignore"):
            spread = np.sqrt(self.squares / (self.firms - 1))
        size = np.sqrt(self.squares + self.firms * self.mean**2)
        return np.where(spread > 1e-12 * size, spread, np.nan)


@dataclass(frozen=True, eq=False, slots=True)
class First:
    """What the first pass gives: events, and sums over them.

    Parameters
    ----------
    halted : Said
        Events without a bar on day 0 or +1, and their moves when they reopened; left out or not.
    residuals, ranks : Totals
        Of the estimation days; of all days (`Daily.ranks`).
    abnormal : Totals
        Abnormal returns of the event days.
    by_day : ByDay
        Residuals of unit mean square, for the correlation of events.
    by_date : tuple of ByDay
        Abnormal returns by calendar day, per CAR window.
    """

    columns: Columns
    moved: Said
    lost: Said
    halted: Said
    residuals: Totals
    ranks: Totals
    abnormal: Totals
    spread: Spread
    by_day: ByDay
    by_date: tuple[ByDay, ...]

    def with_lost(self, more: Said) -> First:
        """The same with more that could not be studied."""
        return replace(self, lost=self.lost + more)


@dataclass(frozen=True, eq=False, slots=True)
class Second:
    """What the second pass adds: ranks of rescaled event days, and of the event as one day per CAR window."""

    scaled: Totals
    events: tuple[RankedEvent, ...]

    def __add__(self, other: Second) -> Second:
        events = tuple(a + b for a, b in zip(self.events, other.events, strict=True))
        return Second(self.scaled + other.scaled, events)


def first_pass(
    design: StudyDesign,
    market: Market,
    events: EventList,
    closed_day: ClosedDay = "next",
    unread: Mapping[str, str] | None = None,
) -> First:
    """Study the events of a block."""
    found = placed(events, market, closed_day, unread, "benchmark" in design.needs)
    places, parts, untold = np.arange(len(found.events)), [], MOST_SAID
    for start in range(0, max(len(found.events), 1), TOGETHER):
        parts.append(_first(design, market, found, places[start : start + TOGETHER], untold))
        untold = max(untold - parts[-1].halted.count, 0)
    merged = merged_first(parts)
    return replace(merged, moved=found.moved, lost=found.lost + merged.lost)


def second_pass(
    design: StudyDesign, market: Market, columns: Columns, spread: Floats, scar: Floats
) -> Second:
    """Rank the same events; `spread` (L,) and `scar` (W,) are deviations between all events."""
    observations, parts = columns.observations, []
    for start in range(0, max(len(observations), 1), TOGETHER):
        places = np.arange(start, min(start + TOGETHER, len(observations)))
        daily = _daily(_fit_again(design, market, observations.take(places)))
        standing = columns.car[:, places] / columns.car_se[:, places] / scar[:, None]
        ranked = tuple(daily.ranked_event(one) for one in standing)
        parts.append(Second(daily.scaled_ranks(spread), ranked))
    return reduce(Second.__add__, parts)


def merged_first(parts: Sequence[First]) -> First:
    """The first passes of several blocks as one."""
    return First(
        Columns.joined([part.columns for part in parts]),
        reduce(Said.__add__, (part.moved for part in parts)),
        reduce(Said.__add__, (part.lost for part in parts)),
        reduce(Said.__add__, (part.halted for part in parts)),
        reduce(Totals.__add__, (part.residuals for part in parts)),
        reduce(Totals.__add__, (part.ranks for part in parts)),
        reduce(Totals.__add__, (part.abnormal for part in parts)),
        reduce(Spread.__add__, (part.spread for part in parts)),
        ByDay.merged([part.by_day for part in parts]),
        tuple(ByDay.merged(days) for days in zip(*(part.by_date for part in parts), strict=True)),
    )


def _first(design: StudyDesign, market: Market, found: Placed, part: Ints, told: int) -> First:
    """The first pass over some events; of those that were halted so many are put into words."""
    events = found.events.take(part)
    panel = event_panel(market, found.observations.take(part), span(design), gaps=design.gaps)
    study = fitted(design, panel)
    results = StudyResults(design, study.panel, study.fit, study.terms.names, {}, {})
    out = study.reasons(MOST_SAID)
    lost = Said(study.count_lost, tuple((events.label(column), reason) for column, reason in out))
    daily, before = _daily(results), panel.rows(design.estimation_window)
    days, abnormal = study.panel.dates, study.fit.residuals
    return First(
        columns_of(results, events.take(study.kept)),
        Said(),
        lost,
        _halted(design, panel, told),
        daily.residuals,
        daily.ranks,
        Totals.of(daily.event),
        Spread.of(daily.standardised),
        residuals_by_day(days[before], daily.estimation),
        tuple(ByDay.of(days[rows], abnormal[rows]) for rows in map(panel.rows, design.car_windows)),
    )


def _halted(design: StudyDesign, panel: EventPanel, told: int) -> Said:
    columns = halted(design, panel)
    moves = reopenings(design, panel, columns[:told])
    return Said(len(columns), tuple((move.label, move.text) for move in moves))


def columns_of(results: StudyResults, events: EventList) -> Columns:
    """What each event of a study gives."""
    fit, panel = results.fit, results.panel
    car, car_se = results.cars(results.design.car_windows)
    observations = panel.observations
    return Columns(
        replace(events, names=observations.names, firm=observations.firm, benchmark=observations.benchmark),
        panel.dates[panel.rows(DAY_ZERO).start],
        observations.position,
        fit.nobs,
        fit.df_resid,
        fit.sigma,
        _daily(results).positive,
        car,
        car_se,
        np.stack(
            [results.held(window) for window in results.design.car_windows], dtype=np.int16, casting="unsafe"
        ),
        *(
            np.stack([volatility(results, window) for window in results.design.car_windows])
            for volatility in (recent_volatility, market_volatility)
        ),
    )


def _daily(results: StudyResults) -> Daily:
    """Residuals by event time: events have dates of their own."""
    return results.once("by event time", lambda: _by_event_time(results))


def _by_event_time(results: StudyResults) -> Daily:
    design, panel, fit = results.design, results.panel, results.fit
    rows = panel.rows(design.event_window)
    estimation = fit.residuals[panel.rows(design.estimation_window)]
    nothing = np.empty((0, 0), dtype=np.int64)
    return Daily(estimation, fit.residuals[rows], fit.errors, fit.sigma, nothing, results.event_gaps)


def _fit_again(design: StudyDesign, market: Market, observations: Observations) -> StudyResults:
    """The fits of observations that are known to be sound."""
    panel = event_panel(market, observations, span(design), gaps=design.gaps)
    model = NORMAL_RETURNS[design.model]
    terms = model.terms(panel)
    rows = panel.rows(design.estimation_window), panel.rows(design.event_window)
    return StudyResults(design, panel, model.fit(panel.returns, terms, *rows), terms.names, {}, {})
