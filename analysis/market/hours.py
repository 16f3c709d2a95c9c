"""The hours of one session, as moves from the close before it."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from analysis.market.prices import Market


def hourly_moves(market: Market, symbol: str, day: dt.date) -> pd.DataFrame | None:
    """Open, high, low and close of the hours of a session, as moves from the last hour before it.

    Returns
    -------
    DataFrame or None
        Decimal, indexed by the hour's start (UTC), from the previous session's close to this one's, at
        most a day: trading after Friday's close is no part of Monday. None where no bars span that.
    """
    sessions = market.sessions_for(symbol)
    if sessions.closes is None:
        return None
    position = sessions.position(day)
    previous, close = (pd.Timestamp(t, tz="UTC") for t in sessions.closes[position - 1 : position + 1])
    bars = market.hourly[symbol]
    start = max(previous, close - pd.Timedelta(days=1))
    before, during = bars[bars.index < previous], bars[(bars.index >= start) & (bars.index < close)]
    if before.empty or during.empty:
        return None
    return during / float(before["close"].iloc[-1]) - 1
