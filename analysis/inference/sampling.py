"""When a group test can be trusted: a question of one window of event time, not of a study.

What counts is what the samples of the table of sizes have in common with the group at hand: how many
observations, dates and estimation days there are, and whether windows share days. A test that rejects too
often when nothing happened is not trusted, whatever its reputation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.inference.evidence import Evidence
from analysis.market.bars import Ints
from analysis.market.events import Dates
from analysis.market.observations import Observations

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
    market : float
        The same of the benchmarks; NaN if there are none.
    length : int
        Days of the window.
    lagged : float
        Mean correlation of a firm's residual with another's of the session before.
    succession : float
        What windows of successive dates add to the variance of the mean, over that of independent firms.
    skewness : float
        Mean skewness of the residuals of a firm; 0 where it is not measured.
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
    market: float = float("nan")
    succession: float = 0.0
    skewness: float = 0.0

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

        Each two firms of a date have it on all days of the window but one, in both directions; those of
        successive dates have it from one window to the other.
        """
        pairs = self.firms / self.effective_dates - 1
        added = 2 * (1 - 1 / self.length) * self.lagged * pairs + self.succession
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


def sampling_of(
    gathered: Evidence,
    observations: Observations,
    days: tuple[Dates, Dates, Dates],
    correlations: tuple[float, float],
    following: float,
    skewness: float,
    estimation: int,
) -> Sampling:
    """What decides trust in a window, from its evidence.

    `days` are day 0 and the first and last calendar day of the window, shape (N,) each; `correlations` those
    of residuals on the same and on successive days; `following` what successive dates add to the variance of
    the mean; `skewness` is that of residuals; the estimation window has so many sessions.
    """
    zero = days[0]
    first, last = (np.where(np.isnat(day), zero, day).astype(np.int64) for day in days[1:])
    with np.errstate(all="ignore"):
        inflation = float(1 + (gathered.firms - 1) * gathered.correlation)
        recent, market = float(gathered.departure), float(gathered.market_departure)
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
        market=market,
        length=length,
        lagged=correlations[1],
        succession=following,
        skewness=skewness,
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
