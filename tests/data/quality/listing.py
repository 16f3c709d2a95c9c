"""One sound share of New York, and what can be done to its bars."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from analysis.market.events import Sessions
from data.bundled.calendars import sessions
from data.quality.checks import Finding, check_bars

XNYS = sessions("XNYS", dt.date(2024, 10, 1), dt.date(2025, 4, 30))


DAY = pd.Timestamp("2025-01-27")


EX_DATE = "2025-02-05"


PRICES = ["open", "high", "low", "close", "adj_close"]


AFTERWARDS = dt.datetime(2025, 4, 1, 12, tzinfo=dt.timezone.utc)


@dataclass(frozen=True)
class Case:
    """Sound bars of one share on New York's sessions, and what belongs to them."""

    bars: pd.DataFrame
    sessions: Sessions = XNYS

    def with_bar(self, day: pd.Timestamp = DAY, **prices: float) -> Case:
        bars = self.bars.copy()
        bars.loc[day, list(prices)] = list(prices.values())
        return replace(self, bars=bars)

    def findings(self, **options: Any) -> dict[str, Finding]:
        return {f.check: f for f in check_bars("TEST", self.bars, self.sessions, **options)}

    def finding(self, check: str, **options: Any) -> Finding:
        found = self.findings(**options)
        assert check in found, f"found only {list(found)}"
        return found[check]


def on(finding: Finding) -> list[str]:
    return [str(day) for day in finding.sessions]


def stale_copy(case: Case) -> dict[str, float]:
    """The bar that says nothing new on DAY."""
    before = case.bars.loc[: DAY - pd.Timedelta(days=1)].iloc[-1]
    flat = dict.fromkeys(("open", "high", "low", "close"), before["close"])
    return flat | {"adj_close": before["adj_close"], "volume": 0.0}


def split_series(*days: str, ratio: float = 10.0) -> pd.Series[float]:
    return pd.Series([ratio] * len(days), pd.DatetimeIndex(list(days)))


def stepped(sound: Case, factor: float) -> Case:
    """Prices from a day on multiplied."""
    bars = sound.bars.copy()
    bars.loc[DAY:, ["open", "high", "low", "close", "adj_close"]] *= factor
    return replace(sound, bars=bars)
