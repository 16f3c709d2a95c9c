"""What a group of firms can tell at all: how many witnesses there are, and what they could see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import SupportsFloat

import numpy as np

from analysis.inference.influence import influence
from analysis.inference.parametric import portfolio
from analysis.inference.significance import TESTS
from analysis.inference.trust import Group, group_of
from analysis.market.events import Window
from analysis.models.distributions import detectable
from analysis.study.study import StudyResults

MEAN, STANDARDISED, RANKS = "mean abnormal return", "standardised abnormal returns", "ranks"
HEADLINE = {  # what each measures
    "portfolio": MEAN,
    "placebo_rank": STANDARDISED,
    "recent_placebo_rank": STANDARDISED,
    "kolari_pynnonen": STANDARDISED,
    "calendar_time": MEAN,
    "wild_cluster": STANDARDISED,
    "corrado_rank": RANKS,
}


@dataclass(frozen=True, slots=True)
class GroupSummary:
    """What a group of firms can tell at all, whatever the test.

    Parameters
    ----------
    firms, dates : int
        Firms with a CAR, and distinct dates on which they have day 0.
    mean_residual_correlation : float, optional
        Over pairs of firms, aligned by calendar; None for a single firm.
    effective_firms : float, optional
        N / (1 + (N - 1) r): independent firms that would be as informative, r being the correlation
        of the CARs (zero between firms whose windows share no day). None where firms mirror each other.
    smallest_pvalue : float, optional
        The least p that the placebo-date rank can give: 1 / (pseudo-dates + 1).
    minimum_detectable_effect : float, optional
        Mean CAR that the portfolio test finds with 80 % power at the 5 % level.
    decided_by : str, optional
        One firm-day without which a test of the headline, or else the portfolio test, would say the
        opposite, in words.
    headline : tuple of str
        Keys of the tests to read first: those of `HEADLINE` that have a p value and are trusted.
    """

    firms: int
    dates: int
    mean_residual_correlation: float | None
    effective_firms: float | None
    smallest_pvalue: float | None
    minimum_detectable_effect: float | None
    decided_by: str | None
    headline: tuple[str, ...]


def group_summary(results: StudyResults, window: Window) -> GroupSummary:
    """Dates, correlation, effective N, and what the group could detect in a window."""
    return summary_of(group_of(results), window)


def summary_of(group: Group, window: Window) -> GroupSummary:
    """The same of any group."""
    gathered, drawn, draws = group.evidence(window), group.sampling(window), group.draws(window)
    with np.errstate(all="ignore"):
        inflation = 1 + (gathered.firms - 1) * gathered.correlation
        df = portfolio(gathered).df
    leading = headline(group, window)
    effect = _finite(gathered.caar_se * detectable(float(np.asarray(df))))
    return GroupSummary(
        firms=int(gathered.firms),
        dates=drawn.dates,
        mean_residual_correlation=_finite(drawn.correlation),
        effective_firms=float(gathered.firms / inflation) if inflation > 1e-12 else None,
        smallest_pvalue=1 / (draws + 1) if draws else None,
        minimum_detectable_effect=effect,
        decided_by=decided_by(group, window, leading),
        headline=leading,
    )


def headline(group: Group, window: Window) -> tuple[str, ...]:
    """Keys of the tests to read first in a window: those of `HEADLINE` with a p value that is trusted."""
    return tuple(key for key in HEADLINE if _leads(group, key, window))


def decided_by(group: Group, window: Window, leading: Sequence[str]) -> str | None:
    """One firm-day without which tests would say the opposite, in words: those of the `headline` first."""
    cores = {_named(key): TESTS[key].core for key in leading if HEADLINE[key] == STANDARDISED}
    found = influence(group, window, cores, standardised=True) or influence(group, window)
    return None if found is None else found.sentence


def _named(key: str) -> str:
    label = TESTS[key].label
    return label if key in ("kolari_pynnonen", "corrado_rank") else label[0].lower() + label[1:]


def _leads(group: Group, key: str, window: Window) -> bool:
    test = TESTS[key]
    return test.doubt(group, window) is None and test.result(group, window).pvalue is not None


def _finite(value: SupportsFloat) -> float | None:
    number = float(value)
    return number if np.isfinite(number) else None
