"""One test of a group of firms: what people read of it, and how it answers for a window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.inference.evidence import Evidence, Outcome
from analysis.inference.influence import influence
from analysis.inference.trust import Group, group_of
from analysis.inference.trusted import doubt_of
from analysis.market.events import Window
from analysis.study.study import StudyResults

OTHER_REACTION = (
    "volumes and ranges drift and come in runs, which it does not allow for; the placebo-date rank does"
)


@dataclass(frozen=True, slots=True)
class SignificanceResult:
    """Outcome of a test: what is not available is None, and `reason` says why.

    `pvalue` is two-sided; `nobs` is the number of firms.
    """

    statistic: float | None
    pvalue: float | None
    df: float | None
    distribution: str
    nobs: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class SignificanceTest:
    """An entry of `TESTS`: what people read, and the functions that do the work.

    `core` works on arrays, for any number of samples at once; `function` runs it on a study.
    """

    key: str
    label: str
    null_hypothesis: str
    misleads: str
    reference: str
    distribution: str
    core: Callable[[Evidence], Outcome]
    undefined: str
    firms_needed: int = 1

    def function(self, results: StudyResults, window: Window) -> SignificanceResult:
        """The test of one window of a study; a row with a reason where it cannot be computed."""
        return self.result(group_of(results), window)

    def result(self, group: Group, window: Window) -> SignificanceResult:
        """The same of a group, found once for each window."""
        if (self.key, window) not in group.outcomes:
            group.outcomes[self.key, window] = self._found(group, window)
        found: SignificanceResult = group.outcomes[self.key, window]
        return found

    def _found(self, group: Group, window: Window) -> SignificanceResult:
        with np.errstate(all="ignore"):
            gathered = group.evidence(window)
            nobs = int(gathered.firms)
            if nobs < self.firms_needed:
                return self._without(nobs, self._too_few(nobs, window))
            outcome = self.core(gathered)
        statistic, pvalue = _number(outcome.statistic), _number(outcome.pvalue)
        if pvalue is None:
            return self._without(nobs, self.undefined)
        return SignificanceResult(statistic, pvalue, _number(outcome.df), self.distribution, nobs)

    def trusted(self, results: StudyResults, window: Window) -> str | None:
        """None if the test of a window can be trusted on this study, else why not."""
        return self.doubt(group_of(results), window)

    def objection(self, group: Group, window: Window, outcome: SignificanceResult) -> str | None:
        """None if what `result` gave is a p value that can be trusted, else why not."""
        return outcome.reason or self.doubt(group, window)

    def doubt(self, group: Group, window: Window) -> str | None:
        """The same of a group.

        The table of sizes is one of returns: of another reaction only ranks among its own dates are trusted.
        """
        if group.reaction != "return" and self.key != "placebo_rank":
            return OTHER_REACTION
        if self.key == "portfolio" and (found := influence(group, window)) is not None:
            return found.sentence
        return doubt_of(self.key, group.sampling(window))

    def _too_few(self, nobs: int, window: Window) -> str:
        needed = "one firm" if self.firms_needed == 1 else f"{self.firms_needed} firms"
        are = "is" if nobs == 1 else "are"
        return f"needs at least {needed} with an abnormal return in {window}; there {are} {nobs}"

    def _without(self, nobs: int, reason: str) -> SignificanceResult:
        return SignificanceResult(None, None, None, self.distribution, nobs, reason)


def _number(value: object) -> float | None:
    if value is None:
        return None
    number = float(np.asarray(value))
    return number if np.isfinite(number) else None
