"""When a group test can be trusted: it depends on whether the firms are independent observations.

The rules follow the table of sizes in docs/methodology.md: a test that rejects too often when nothing
happened is not trusted, whatever its reputation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.inference.evidence import Evidence, evidence, mean_residual_correlation
from analysis.inference.parametric import MANY_DATES
from analysis.inference.placebo import placebo
from analysis.market.bars import Ints
from analysis.market.events import Window
from analysis.market.panels import Observations
from analysis.study.study import StudyResults

OWN_DATES = 0.8  # distinct dates per firm from which hardly any two firms share one
MANY_CLUSTERS = 30  # dates from which correlation on shared dates may be small enough to ignore
HARMLESS = 1.1  # factor on the variance of a mean that correlation may add

Rule = Callable[["Sampling"], str | None]


@dataclass(frozen=True, slots=True)
class Sampling:
    """What decides which tests can be trusted.

    Parameters
    ----------
    firms, dates : int
        Observations, and distinct dates on which they have day 0.
    correlation : float
        Mean residual correlation between two firms, NaN for a single one.
    inflation : float
        Factor by which correlation on shared dates raises the variance of the mean.
    overlapping : int
        Events that overlap the next one of the same firm.
    repeated : bool
        Whether a firm has several events.
    """

    firms: int
    dates: int
    correlation: float
    inflation: float
    overlapping: int = 0
    repeated: bool = False

    @property
    def count(self) -> str:
        """How many observations there are, in words."""
        return f"{self.firms} {'events' if self.repeated else 'firms'}"

    @property
    def independent(self) -> bool:
        """Whether the firms can be counted as independent observations."""
        own = self.dates - self.overlapping >= OWN_DATES * self.firms
        return self.firms > 1 and (own or (self.dates >= MANY_CLUSTERS and self.inflation <= HARMLESS))

    @property
    def shared(self) -> str:
        """Who shares what, in words."""
        if self.firms == 1:
            return "there is one firm on one date"
        if self.dates >= OWN_DATES * self.firms:
            return f"{self.overlapping} of the {self.firms} events overlap the next one of the same firm"
        return f"the {self.count} share {'one date' if self.dates == 1 else f'{self.dates} dates'}"


@dataclass(frozen=True, eq=False, slots=True)
class Group:
    """Firms or events that are tested together.

    Parameters
    ----------
    evidence : callable
        What the tests of a window look at.
    sampling : Sampling
    draws : callable
        How many pseudo-event dates a window has.
    reaction : str
        What was studied, a key of `REACTIONS`.
    """

    evidence: Callable[[Window], Evidence]
    sampling: Sampling
    draws: Callable[[Window], int]
    reaction: str = "return"


def group_of(results: StudyResults) -> Group:
    """The firms of a study."""

    def draws(window: Window) -> int:
        return int(np.isfinite(placebo(results, window).mean_scar).sum())

    return results.once(
        "group",
        lambda: Group(
            lambda window: evidence(results, window), sampling(results), draws, results.design.reaction
        ),
    )


def sampling(results: StudyResults) -> Sampling:
    """Number of firms and of dates of a study, and how much their correlation matters."""
    dates = len(set(results.event_sessions.values()))
    correlation = mean_residual_correlation(results)
    return sampling_of(
        evidence(results, Window(0, 0)),
        results.panel.observations,
        dates,
        correlation,
        len(results.design.event_window),
    )


def sampling_of(
    day_zero: Evidence, observations: Observations, dates: int, correlation: float, length: int
) -> Sampling:
    """The same from what is known of day 0; event windows have a `length`."""
    with np.errstate(all="ignore"):
        inflation = float(1 + (day_zero.firms - 1) * day_zero.correlation)
    firms = len(np.unique(observations.firm))
    overlapping = len(overlaps(observations, length)[0])
    return Sampling(len(observations), dates, correlation, inflation, overlapping, firms < len(observations))


def overlaps(observations: Observations, length: int) -> tuple[Ints, Ints, Ints]:
    """Successive events of one firm fewer than `length` sessions apart: both, and the sessions they share."""
    order = np.lexsort((observations.position, observations.firm))
    apart = np.diff(observations.position[order])
    near = np.flatnonzero((np.diff(observations.firm[order]) == 0) & (apart < length))
    return order[near], order[near + 1], length - apart[near]


def always(drawn: Sampling) -> str | None:
    """Trusted whether or not the firms share their dates."""
    return None


def few_firms(most: int, otherwise: str) -> Rule:
    """Trusted for firms with dates of their own, and for at most `most` firms that share them."""

    def rule(drawn: Sampling) -> str | None:
        return None if drawn.independent or drawn.firms <= most else f"{drawn.shared}: {otherwise}"

    return rule


def own_dates(least: int, otherwise: str | None = None, most: float = np.inf) -> Rule:
    """Trusted for `least` to `most` firms with dates of their own; `otherwise` says why not else."""

    def rule(drawn: Sampling) -> str | None:
        if not drawn.independent:
            return f"{drawn.shared}: {otherwise or _counted_as_independent(drawn)}"
        if drawn.firms < least:
            return f"{drawn.count} are too few for this test: with {least} or more it holds its level"
        if drawn.firms > most:
            return f"{drawn.count} are too many for this test: with {most:g} or fewer it holds its level"
        return None

    return rule


def many_dates(drawn: Sampling) -> str | None:
    """Trusted for events that are spread over the calendar."""
    if drawn.dates < MANY_DATES:
        found = "is one" if drawn.dates == 1 else f"are {drawn.dates}"
        return f"needs at least {MANY_DATES} event dates spread over the calendar; there {found}"
    return None


def _counted_as_independent(drawn: Sampling) -> str:
    if drawn.firms == 1:
        return "the test needs several firms that are independent of each other"
    return (
        f"they move together (mean residual correlation {drawn.correlation:.2f}), but the test counts them "
        f"as {drawn.firms} independent observations"
    )
