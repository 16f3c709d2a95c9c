"""Where a share went after an event: how deep it fell, and when it was back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.market.bars import Floats
from analysis.market.events import Dates
from analysis.market.prices import PriceHistory
from analysis.study.results import StudyResults

SESSIONS_BEFORE = 20


@dataclass(frozen=True, eq=False, slots=True)
class Course:
    """Adjusted closes of one share from some sessions before the event to its last bar.

    Parameters
    ----------
    dates : array of datetime64[D], shape (T,)
    index : array, shape (T,)
        1 at the last close before the event.
    base : int
        Position of that close.
    """

    symbol: str
    dates: Dates
    index: Floats
    base: int

    def undone(self, share: float) -> int | None:
        """Sessions from day 0 until a close had undone this share of day 0's move; None if not yet."""
        after = self.index[self.base + 1 :]
        if not after.size:
            return None
        goal = 1 + (after[0] - 1) * (1 - share)
        back = np.flatnonzero(after >= goal if after[0] < 1 else after <= goal)
        return int(back[0]) if back.size else None

    @property
    def lowest(self) -> int:
        """Position of the lowest close since the event."""
        return self.base + 1 + int(np.nanargmin(self.index[self.base + 1 :]))

    @property
    def drawdown(self) -> Floats:
        """How far each close lies below the highest one so far, from the base on."""
        closes = self.index[self.base :]
        return closes / np.fmax.accumulate(closes) - 1

    @property
    def deepest(self) -> int:
        """Position of the deepest drawdown."""
        return self.base + int(self.drawdown.argmin())


def course(symbol: str, history: PriceHistory, day_zero: dt.date, before: int = SESSIONS_BEFORE) -> Course:
    """The course of one share on its own bars, from `before` bars ahead of the last close before day 0."""
    closes = history.bars["adj_close"].to_numpy(dtype=float)
    known = np.isfinite(closes)
    dates, closes = history.dates[known], closes[known]
    base = int(np.searchsorted(dates, np.datetime64(day_zero))) - 1
    first = max(base - before, 0)
    return Course(symbol, dates[first:], closes[first:] / closes[base], base - first)


def together(courses: Sequence[Course]) -> Course:
    """The mean of several shares from the close before day 0 on, session by session, while each has one."""
    length = min(len(c.index) - c.base for c in courses)
    index = np.mean([c.index[c.base : c.base + length] for c in courses], axis=0)
    return Course("", courses[0].dates[courses[0].base :][:length], index, 0)


def indexed(results: StudyResults, symbol: str) -> Floats:
    """Adjusted closes over the event window, 1 at the last close before day 0."""
    growth = (1 + results.returns[symbol]).cumprod()
    index: Floats = (growth / growth.loc[-1]).to_numpy()
    return index


def as_unusual(results: StudyResults, symbol: str) -> tuple[int, int]:
    """How many sessions of the estimation window were at least as abnormal as day 0, and of how many."""
    residuals = results.estimation_residuals[symbol].dropna().abs()
    as_large = residuals >= results.abnormal_returns[symbol].abs().loc[0]
    return int(as_large.sum()), len(residuals)
