"""When a group test can be trusted: a question of one window of event time, not of a study.

What counts is what the samples of the table of sizes have in common with the group at hand: how many
observations, dates and estimation days there are, and whether windows share days. A test that rejects too
often when nothing happened is not trusted, whatever its reputation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.inference.calendar import CalendarAlpha, calendar_alphas
from analysis.inference.evidence import (
    Evidence,
    evidence,
    mean_lagged_correlation,
    mean_residual_correlation,
    part_of,
)
from analysis.inference.placebo import placebo, recent_volatility
from analysis.market.bars import Ints
from analysis.market.events import Dates, Window
from analysis.market.panels import Observations
from analysis.study.study import StudyResults

OWN_DATES = 0.8  # share of events whose window meets no other, from which they count as independent
HARMLESS = 1.1  # factor on the variance of a mean that correlation may add: it makes 6.2 % of 5 %
DOMINANT = 0.5  # share of the events from which one date decides


@dataclass(frozen=True, slots=True)
class Sampling:
    """What decides which tests of one window can be trusted.

    Parameters
    ----------
    firms : int
        Observations with a CAR.
    dates, largest : int
        Distinct dates on which they have day 0, and how many share the fullest of them.
    overlapping : int
        Observations whose window shares a day with that of another.
    crossing : int
        Those whose window shares a day with that of one that has another day 0.
    repeats : int
        Those whose window overlaps the next one of the same firm.
    effective_dates : float
        As many dates of equal size would be as informative: the inverse Herfindahl index.
    correlation : float
        Mean residual correlation between two firms, NaN for a single one.
    inflation : float
        Factor by which correlation of the CARs raises the variance of their mean.
    differences : float
        Independent differences that the spread between their CARs is worth, N - 1 at most; NaN if unknown.
    pooled : bool
        Whether one correlation stands for all pairs, whether they share days or not.
    nobs : int
        Fewest usable estimation sessions of an observation.
    missing : float
        Share of the estimation sessions that are not usable.
    recent : float
        Volatility expected the day before the window over that of the estimation window; NaN if unknown.
    length : int
        Days of the window.
    lagged : float
        Mean correlation of a firm's residual with another's of the session before.
    repeated : bool
        Whether a firm has several events.
    donors : int
        Fewest donors of an observation; 0 where the model has none.
    rsquared : float
        Lowest R² of a synthetic control before the event; NaN where the model has no donors.
    """

    firms: int
    dates: int
    largest: int
    overlapping: int
    crossing: int
    repeats: int
    effective_dates: float
    correlation: float
    inflation: float
    nobs: int = 250
    missing: float = 0.0
    recent: float = 1.0
    length: int = 1
    lagged: float = 0.0
    repeated: bool = False
    donors: int = 0
    rsquared: float = float("nan")
    differences: float = float("nan")
    pooled: bool = False

    @property
    def count(self) -> str:
        """How many observations there are, in words."""
        return f"{self.firms:,} {self.noun}"

    @property
    def noun(self) -> str:
        """What an observation is called."""
        return ("event" if self.repeated else "firm") + ("" if self.firms == 1 else "s")

    @property
    def independent(self) -> bool:
        """Whether the CARs of the window can be counted as independent observations."""
        apart = self.firms - self.overlapping >= OWN_DATES * self.firms
        return self.firms > 1 and bool(self.inflation <= HARMLESS) and apart

    @property
    def echo(self) -> float:
        """Factor by which correlation from one day to the next raises the variance of the mean CAR.

        Each two firms of a date have it on all days of the window but one, in both directions.
        """
        pairs = self.firms / self.effective_dates - 1
        added = 2 * (1 - 1 / self.length) * self.lagged * pairs
        return 1 + added / max(self.inflation, 1.0)

    @property
    def shared(self) -> str:
        """The number that speaks against independence, in words."""
        if self.firms == 1:
            return "there is one firm on one date"
        if self.dates == 1:
            return f"the {self.count} share one date"
        if self.largest >= DOMINANT * self.firms:
            return f"one date holds {self.largest:,} of {self.count}"
        if self.repeats > (1 - OWN_DATES) * self.firms:
            return f"{self.repeats:,} of the {self.firms:,} events overlap the next one of the same firm"
        if self.crossing > (1 - OWN_DATES) * self.firms:
            return f"the windows of {self.crossing:,} of {self.count} share days with those of other dates"
        if self.overlapping > (1 - OWN_DATES) * self.firms:
            return f"the windows of {self.overlapping:,} of {self.count} on {self.dates:,} dates share days"
        return (
            f"correlation on the {self.dates:,} dates of {self.count} multiplies the variance of the mean by "
            f"{self.inflation:.2f}"
        )


Rule = Callable[[Sampling], str | None]


@dataclass(frozen=True, eq=False, slots=True)
class Group:
    """Firms or events that are tested together.

    Parameters
    ----------
    evidence : callable
        What the tests of a window look at.
    sampling : callable
        What decides which of them can be trusted in that window.
    draws : callable
        How many pseudo-event dates a window has.
    part : callable
        What the portfolio test of some of them looks at.
    name : callable
        What one of them is called, with the day of a window on which it moved most; of the estimation
        window where none is given.
    reaction : str
        What was studied, a key of `REACTIONS`.
    alphas : callable
        Calendar-time alphas of a window; none if it is not long.
    no_alphas : str
        Why long windows have none either, in a sentence; empty where they have.
    """

    evidence: Callable[[Window], Evidence]
    sampling: Callable[[Window], Sampling]
    draws: Callable[[Window], int]
    part: Callable[[Ints, Window], Evidence]
    name: Callable[[int, Window | None], str]
    reaction: str = "return"
    alphas: Callable[[Window], tuple[CalendarAlpha, ...]] = lambda window: ()
    no_alphas: str = ""


def group_of(results: StudyResults) -> Group:
    """The firms of a study."""

    def draws(window: Window) -> int:
        return int(np.isfinite(placebo(results, window).mean_scar).sum())

    return results.once(
        "group",
        lambda: Group(
            lambda window: evidence(results, window),
            lambda window: sampling(results, window),
            draws,
            lambda chosen, window: part_of(results, chosen, window),
            lambda firm, window: _largest_day(results, firm, window),
            results.design.reaction,
            lambda window: calendar_alphas(results, window),
        ),
    )


def _largest_day(results: StudyResults, firm: int, window: Window | None) -> str:
    rows = results.panel.rows(window or results.design.estimation_window)
    residuals = np.abs(np.nan_to_num(results.fit.residuals[rows, firm]))
    day = results.panel.dates[rows, firm][int(np.argmax(residuals))]
    observed = results.panel.observations
    return f"{observed.names[observed.firm[firm]]} on {day}"


def sampling(results: StudyResults, window: Window) -> Sampling:
    """Count the dates of a study, its overlaps, and what correlation does to the mean of a window."""
    return results.once(("sampling", window), lambda: _sampling(results, window))


def _sampling(results: StudyResults, window: Window) -> Sampling:
    rows = (results.panel.rows(Window(day, day)).start for day in (0, window.start, window.end))
    zero, first, last = (results.panel.dates[row] for row in rows)
    if results.one_event:
        zero, first, last = (np.full(len(zero), day) for day in (zero.min(), first.min(), last.max()))
    correlations = results.once(
        "mean correlations", lambda: (mean_residual_correlation(results), mean_lagged_correlation(results))
    )
    observations, length = results.panel.observations, len(results.design.estimation_window)
    found = sampling_of(evidence(results, window), observations, (zero, first, last), correlations, length)
    return replace(found, **_mixes(results, results.symbols))


def sampling_of_firm(results: StudyResults, window: Window, symbol: str) -> Sampling:
    """What decides trust in the p values of one firm."""
    j, length = results.symbols.index(symbol), len(results.design.estimation_window)
    nobs = int(results.fit.nobs[j])
    return Sampling(
        *(1, 1, 1, 0, 0, 0, 1.0, float("nan"), 1.0),
        nobs=nobs,
        missing=1 - nobs / length,
        recent=float(recent_volatility(results, window)[j]),
        length=len(window),
        **_mixes(results, (symbol,)),
    )


def _mixes(results: StudyResults, symbols: Sequence[str]) -> dict[str, Any]:
    """Fewest donors of some firms and their lowest R²; nothing of a model that has no donors."""
    donors = results.panel.market.donors
    mixed = [symbol for symbol in symbols if symbol in donors]
    if not mixed:
        return {}
    fits = results.parameters.loc[mixed, "rsquared"]
    return {"donors": min(len(donors[symbol].used) for symbol in mixed), "rsquared": float(fits.min())}


def sampling_of(
    gathered: Evidence,
    observations: Observations,
    days: tuple[Dates, Dates, Dates],
    correlations: tuple[float, float],
    estimation: int,
) -> Sampling:
    """The same of the evidence of a window.

    `days` are day 0 and the first and last calendar day of the window, shape (N,) each; `correlations` those
    of residuals on the same and on successive days; the estimation window has so many sessions.
    """
    zero = days[0]
    first, last = (np.where(np.isnat(day), zero, day).astype(np.int64) for day in days[1:])
    with np.errstate(all="ignore"):
        inflation = float(1 + (gathered.firms - 1) * gathered.correlation)
        recent = float(gathered.departure)
    length = int(gathered.chosen.sum())
    return Sampling(
        firms=int(gathered.firms),
        **spread_over_dates(zero.astype(np.int64), first, last),
        repeats=len(overlaps(observations, length)[0]),
        correlation=correlations[0],
        inflation=inflation,
        differences=float(gathered.differences),
        pooled=bool(np.isnan(gathered.differences)),
        nobs=int(gathered.nobs.min()),
        missing=float(1 - gathered.nobs.mean() / estimation),
        recent=recent,
        length=length,
        lagged=correlations[1],
        repeated=len(np.unique(observations.firm)) < len(observations),
    )


def spread_over_dates(zero: Ints, first: Ints, last: Ints) -> dict[str, Any]:
    """Dates, and overlaps of windows, from day 0 and the first and last day of each window, shape (N,)."""
    dates, which, counts = np.unique(zero, return_inverse=True, return_counts=True)
    starts, ends = dates.copy(), dates.copy()
    np.minimum.at(starts, which, first)
    np.maximum.at(ends, which, last)
    return {
        "dates": len(dates),
        "largest": int(counts.max()),
        "overlapping": int(meeting(first, last).sum()),
        "crossing": int(counts[meeting(starts, ends)].sum()),
        "effective_dates": float(len(zero) ** 2 / (counts.astype(float) ** 2).sum()),
    }


def meeting(first: Ints, last: Ints) -> npt.NDArray[np.bool_]:
    """Which spans of days share a day with another, shape (N,)."""
    order = np.lexsort((last, first))
    begins, furthest = first[order], np.maximum.accumulate(last[order])
    met = np.zeros(len(first), dtype=bool)
    met[order[1:]] = begins[1:] <= furthest[:-1]
    met[order[:-1]] |= begins[1:] <= last[order][:-1]
    return met


def overlaps(observations: Observations, length: int) -> tuple[Ints, Ints, Ints]:
    """Successive events of one firm fewer than `length` sessions apart: both, and the sessions they share."""
    order = np.lexsort((observations.position, observations.firm))
    apart = np.diff(observations.position[order])
    near = np.flatnonzero((np.diff(observations.firm[order]) == 0) & (apart < length))
    return order[near], order[near + 1], length - apart[near]
