"""What of a share can react to news: its return, how much of it is traded, how far its price ranges."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.market.bars import Floats
from analysis.market.prices import Market

OWN_MEAN = "constant_mean"  # the model of every reaction but the return


@dataclass(frozen=True, slots=True)
class Reaction:
    """An entry of `REACTIONS`.

    Parameters
    ----------
    unit : str
        ``fraction`` (of a price) or ``log`` (a difference of 0.69 is a doubling).
    missing : str
        Why a day may have no value.
    series : callable
        Daily values of symbols on the sessions of a calendar, shape (T, N); NaN where there are none.
    """

    key: str
    label: str
    explanation: str
    reference: str
    unit: str
    missing: str
    series: Callable[[Market, Sequence[str], str], Floats]


def _log_volume(market: Market, symbols: Sequence[str], calendar: str) -> Floats:
    volume = _bars(market, symbols, calendar, "volume")
    return np.log(np.where(volume > 0, volume, np.nan))


def _log_range(market: Market, symbols: Sequence[str], calendar: str) -> Floats:
    """ln(high / low) / (2 sqrt(ln 2)); a day whose high is its low has no range to speak of."""
    high, low = (_bars(market, symbols, calendar, name) for name in ("high", "low"))
    span = np.log(np.where((low > 0) & (high > low), high, np.nan) / low)
    return np.asarray(span / (2 * np.sqrt(np.log(2))))


def _bars(market: Market, symbols: Sequence[str], calendar: str, column: str) -> Floats:
    return market.prices(symbols, market.sessions[calendar].dates, column)


REACTIONS: dict[str, Reaction] = {
    entry.key: entry
    for entry in (
        Reaction(
            "return",
            "Abnormal return",
            "The price's change from close to close, beyond what the model expects.",
            "Fama, Fisher, Jensen & Roll (1969)",
            "fraction",
            "the bar of that session or of the one before is missing",
            Market.returns,
        ),
        Reaction(
            "volume",
            "Abnormal volume",
            "The logarithm of the day's volume against its own mean before the event; busy days come in "
            "runs, so that single days look more unusual than they are.",
            "Ajinkya & Jain (1989); Campbell & Wasley (1996)",
            "log",
            "no volume was recorded",
            _log_volume,
        ),
        Reaction(
            "range",
            "Abnormal range",
            "The day's volatility, read from its high and low, against its own mean before the event; "
            "restless days come in runs, and the range is skewed: large values are less rare than t says.",
            "Parkinson (1980)",
            "fraction",
            "no high and low were recorded",
            _log_range,
        ),
    )
}
