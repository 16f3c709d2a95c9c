"""One firm-day that decides the result of a group: without it the answer would be another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.inference.evidence import Evidence
from analysis.inference.parametric import portfolio
from analysis.inference.trust import Group
from analysis.market.events import Window

LEVEL = 0.05
MOST = 0.5  # share of what all firms add up to, from which one of them may decide


@dataclass(frozen=True, slots=True)
class Influence:
    """A firm that decides the portfolio test of a window.

    Parameters
    ----------
    name : str
        The firm, and the day on which it moved most.
    of : str
        What it makes up so large a `share` of: the absolute CARs, or the squared errors.
    pvalue, pvalue_without, mean_without : float
        The portfolio test with it, and without it.
    """

    name: str
    of: str
    share: float
    pvalue: float
    pvalue_without: float
    mean_without: float

    @property
    def sentence(self) -> str:
        """The same in words."""
        without = f"{_told(self.pvalue_without)} (mean {100 * self.mean_without:+.2f} %)"
        return (
            f"{self.name} decides the portfolio t: it makes {100 * self.share:.0f} % of the {self.of}, and "
            f"without it {without}, not {_told(self.pvalue)}; check its prices, and read the firm by itself"
        )


def influence(group: Group, window: Window) -> Influence | None:
    """The firm that alone decides the portfolio test of a window, if there is one.

    It makes up more than half of what the firms add up to, in the mean or in its error, and the test
    without it lies on the other side of 5 %.
    """
    gathered = group.evidence(window)
    known = np.flatnonzero(np.isfinite(gathered.car))
    if len(known) < 3:
        return None
    moves, errors = np.abs(gathered.car[known]), gathered.car_se[known] ** 2
    for of, size, where in (("variance before it", errors, None), ("moves of the window", moves, window)):
        place, share = int(np.argmax(size)), float(size.max() / size.sum())
        if share <= MOST:
            continue
        rest = group.part(np.delete(known, place), window)
        before, after = _pvalue(gathered), _pvalue(rest)
        if (before <= LEVEL) != (after <= LEVEL):
            name = group.name(int(known[place]), where)
            return Influence(name, of, share, before, after, float(rest.caar))
    return None


def _told(pvalue: float) -> str:
    return "p < 0.001" if pvalue < 0.001 else f"p = {pvalue:.3f}"


def _pvalue(gathered: Evidence) -> float:
    with np.errstate(all="ignore"):
        return float(portfolio(gathered).pvalue)
