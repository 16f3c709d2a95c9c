"""One firm-day that decides the result of a group: without it the answer would be another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from analysis.inference.evidence import Evidence, Outcome
from analysis.inference.parametric import portfolio
from analysis.inference.trust import Group
from analysis.market.events import Window

LEVEL = 0.05
MOST = 0.5  # share of what all firms add up to, from which one of them may decide
PORTFOLIO = {"portfolio t": portfolio}

Cores = Mapping[str, Callable[[Evidence], Outcome]]


@dataclass(frozen=True, slots=True)
class Influence:
    """A firm that decides tests of a window.

    Parameters
    ----------
    name : str
        The firm, and the day on which it moved most.
    of : str
        What it makes up so large a `share` of: the CARs, the squared errors, or the standardised CARs.
    pvalues : mapping of test to two floats
        Of the tests that it decides, with it and without it.
    mean_without : float, optional
        Of plain CARs, where tests look at those.
    """

    name: str
    of: str
    share: float
    pvalues: Mapping[str, tuple[float, float]]
    mean_without: float | None

    @property
    def sentence(self) -> str:
        """The same in words."""
        told = [f"{_told(after)}, not {_told(before)}" for before, after in self.pvalues.values()]
        if len(told) > 1:
            told = [f"the {test} gives {one}" for test, one in zip(self.pvalues, told, strict=True)]
        decided = " and the ".join(self.pvalues)
        mean = "" if self.mean_without is None else f" (mean {100 * self.mean_without:+.2f} %)"
        firm, _, day = self.name.rpartition(" on ")
        return (
            f"one firm-day decides the {decided}: {firm}, on {day}, makes up {100 * self.share:.0f} % of the "
            f"{self.of}, and without it {'; '.join(told)}{mean}; check its prices, "
            "and read the firm by itself"
        )


def influence(
    group: Group, window: Window, tests: Cores = PORTFOLIO, standardised: bool = False
) -> Influence | None:
    """The firm that alone decides tests of a window, if there is one.

    It makes up more than half of what the firms add up to, in the mean or in its error, and a test
    without it lies on the other side of 5 %. `tests` are functions by name, of a `part` of the firms.
    They look at plain or `standardised` CARs, and so does the share.
    """
    gathered = group.evidence(window)
    known = np.flatnonzero(np.isfinite(gathered.car))
    if len(known) < 3:
        return None
    with np.errstate(all="ignore"):
        plain = (
            ("variance before the window", gathered.car_se**2, None),
            ("moves of the window", np.abs(gathered.car), window),
        )
        scaled = (("standardised moves of the window", np.abs(gathered.scar), window),)
    sizes = scaled if standardised else plain
    for of, size, where in sizes:
        place, share = known[np.argmax(size[known])], float(size[known].max() / size[known].sum())
        if share <= MOST:
            continue
        rest = group.part(known[known != place], window)
        pvalues = {test: (_pvalue(core, gathered), _pvalue(core, rest)) for test, core in tests.items()}
        turned = {test: pair for test, pair in pvalues.items() if _turns(*pair)}
        if turned:
            mean = None if standardised else float(rest.caar)
            return Influence(group.name(int(place), where), of, share, turned, mean)
    return None


def _turns(before: float, after: float) -> bool:
    return bool(np.isfinite([before, after]).all()) and (before <= LEVEL) != (after <= LEVEL)


def _told(pvalue: float) -> str:
    return "p < 0.001" if pvalue < 0.001 else f"p = {pvalue:.3f}"


def _pvalue(core: Callable[[Evidence], Outcome], gathered: Evidence) -> float:
    with np.errstate(all="ignore"):
        return float(core(gathered).pvalue)
