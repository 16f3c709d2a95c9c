"""What the checks read, and the words that they share."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import pandas as pd

from analysis.market.events import Dates, Sessions
from data.quality.cleaning import Flags, clean

Severity = Literal["info", "warning", "severe"]
Observation = tuple[Severity, str, Dates]

MANY = 0.05  # of the sessions: then the source, not a bar, is at fault
SAME_RETURN = 5e-4


@dataclass(frozen=True)
class Evidence:
    """What the checks read: the bars as they came, what belongs to them, and those of the last snapshot."""

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

    def known(self) -> Flags:
        """Which returns of the usable bars the last snapshot has too, shape (T,)."""
        earlier = returns(self.before["adj_close"].reindex(self.usable.index))
        change = (returns(self.usable["adj_close"]) - earlier).abs()
        return (change < SAME_RETURN).to_numpy()


def day(date: dt.date) -> str:
    return f"{date.day} {date:%b %Y}"


def listed(dates: Dates, most: int = 3) -> str:
    days = [*map(day, dates[:most].astype("datetime64[D]").tolist())]
    rest = [f"{len(dates) - most} more"] if len(dates) > most else []
    *first, last = days + rest
    return f"{', '.join(first)} and {last}" if first else last


def count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def move(value: float) -> str:
    return f"{'rose' if value >= 0 else 'fell'} by {percent(abs(value))}"


def percent(value: float) -> str:
    return f"{100 * value:.2f} %"


def severity(dates: Dates, evidence: Evidence) -> Severity:
    return "severe" if len(dates) > max(3, MANY * len(evidence.bars)) else "warning"


def returns(prices: pd.Series[float]) -> pd.Series[float]:
    return prices / prices.shift() - 1
