"""What a source delivered: the bars of one symbol, what belongs to them, and the last snapshot's."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from analysis.market.events import Dates, Sessions
from data.quality.cleaning import Flags, clean, dates_of

Severity = Literal["info", "warning", "severe"]
Observation = tuple[Severity, str, Dates]

MANY = 0.05  # of the sessions: then the source, not a bar, is at fault
SAME_RETURN = 5e-4
PROVISIONAL = 5  # sessions, a trading week: what a source corrects of itself it corrects within days


@dataclass(frozen=True, eq=False)
class Delivery:
    """What the checks read: the bars as they came, what belongs to them, and those of the last snapshot.

    `former` holds the dividends and splits that the last snapshot has, by date.
    """

    bars: pd.DataFrame
    sessions: Sessions
    dividends: pd.Series[float] | None = None
    splits: pd.Series[float] | None = None
    previous: pd.DataFrame | None = None
    currency: str | None = None
    expected_currency: str | None = None
    timezone: str | None = None
    expected_timezone: str | None = None
    now: dt.datetime | None = None
    former: pd.DataFrame | None = None

    @cached_property
    def usable(self) -> pd.DataFrame:
        """Bars that a study can use: cleaned, without rows of NaN."""
        return clean(self.bars, self.sessions, self.now).dropna(subset=["close", "adj_close"])

    @cached_property
    def before(self) -> pd.DataFrame:
        """Usable bars of the last snapshot; none if there is none."""
        previous = self.bars.iloc[:0] if self.previous is None else self.previous
        return clean(previous, self.sessions).dropna(subset=["close", "adj_close"])

    @cached_property
    def both(self) -> pd.Index[pd.Timestamp]:
        """Sessions that these bars and the last snapshot's share."""
        return self.usable.index.intersection(self.before.index)

    @cached_property
    def recent(self) -> Dates:
        """The last sessions of the last snapshot, whose bars are provisional."""
        return dates_of(self.before.iloc[-PROVISIONAL:])

    def actions(self, name: Literal["dividend", "split"]) -> pd.Series[float]:
        """Dividends or splits that are announced now or were before, each once, by date."""
        now = self.splits if name == "split" else self.dividends
        was = None if self.former is None else self.former[name].dropna()
        known = [each for each in (was, now) if each is not None and len(each)]
        none = pd.Series([], pd.DatetimeIndex([]), dtype=float)
        joined = pd.concat(known).sort_index() if known else none
        once: pd.Series[float] = joined[~joined.index.duplicated(keep="last")].astype(float)
        return once

    def splits_on(self, day: np.datetime64) -> bool:
        """Whether a split is announced for a day now."""
        return self.splits is not None and day in dates_of(self.splits.to_frame())

    def known(self) -> Flags:
        """Which returns of the usable bars the last snapshot has too, shape (T,)."""
        earlier = returns(self.before["adj_close"].reindex(self.usable.index))
        change = (returns(self.usable["adj_close"]) - earlier).abs()
        return (change < SAME_RETURN).to_numpy()


def severity(dates: Dates, delivery: Delivery) -> Severity:
    return "severe" if len(dates) > max(3, MANY * len(delivery.bars)) else "warning"


def returns(prices: pd.Series[float]) -> pd.Series[float]:
    return prices / prices.shift() - 1
