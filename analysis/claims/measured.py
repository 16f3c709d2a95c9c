"""What a session did: moves from a close, as traded, and the hourly bars inside it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.claims.periods import base_day, sessions_back
from analysis.claims.reported import ReportedMove
from analysis.market.errors import DesignError
from analysis.market.events import Sessions
from analysis.market.prices import Market


@dataclass(frozen=True, slots=True)
class MeasuredMoves:
    """What one session did, as moves from an earlier close (decimal); None where there is no bar.

    `symbol` is the one whose bars were used (a stand-in's, perhaps), `session` the session measured,
    `base` the session of the close that the moves count from (the one before, but for periods) and
    `level` that close in local currency. The abnormal return and its 95 % interval come from the study,
    for days inside its event window.
    """

    symbol: str | None = None
    open: float | None = None
    low: float | None = None
    high: float | None = None
    close: float | None = None
    abnormal_return: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    session: dt.date | None = None
    base: dt.date | None = None
    level: float | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a rule may look at: the claim, the market, the symbol measured and its session's moves."""

    claim: ReportedMove
    market: Market
    symbol: str
    moves: MeasuredMoves

    @property
    def name(self) -> str:
        """Name of what was measured."""
        return self.market.instrument(self.symbol).name


def session_moves(market: Market, symbol: str, date: dt.date) -> MeasuredMoves:
    """Moves of one session from the previous session's close, as traded.

    Falls back to the adjusted close where a source has no close as traded.
    """
    try:
        position = market.sessions_for(symbol).position(date)
    except DesignError:
        return MeasuredMoves(symbol)
    return _moves(market, symbol, position - 1, position)


def moves_of_its_session(claim: ReportedMove, market: Market, symbol: str) -> MeasuredMoves:
    """Moves of the session that the claim names."""
    return session_moves(market, symbol, claim.date)


def moves_of_the_next_session(claim: ReportedMove, market: Market, symbol: str) -> MeasuredMoves:
    """Moves of the session after the claim's day: what trading after hours leads to."""
    after = market.sessions_for(symbol)
    position = _places(after, claim.date)[1]
    return _moves(market, symbol, position - 1, position)


def moves_over_its_period(claim: ReportedMove, market: Market, symbol: str) -> MeasuredMoves:
    """Moves of the session that the claim names from the close before its period."""
    own = market.sessions_for(symbol)
    period = claim.period or ""
    last, _ = _places(own, claim.date)
    if (counted := sessions_back(period)) is not None:
        return _moves(market, symbol, last - counted, last)
    if (day := base_day(period, claim.date)) is None:
        return MeasuredMoves(symbol)
    return _moves(market, symbol, _places(own, day)[0], last)


def _places(sessions: Sessions, date: dt.date) -> tuple[int, int]:
    """Positions of the last session up to a day and of the first after it.

    They lie outside the sessions, at -1 or at their end, where the day does.
    """
    if not len(sessions.dates) or np.datetime64(date, "D") > sessions.dates[-1]:
        return len(sessions.dates), len(sessions.dates)
    after = int(np.searchsorted(sessions.dates, np.datetime64(date, "D"), side="right"))
    return after - 1, after


def _moves(market: Market, symbol: str, base: int, position: int) -> MeasuredMoves:
    dates = market.sessions_for(symbol).dates
    if not 0 <= base < position < len(dates):
        return MeasuredMoves(symbol)
    days = dates[[base, position]]
    columns = ("open", "low", "high", "close")
    bars = {column: market.prices([symbol], days, column)[:, 0] for column in columns}
    closes = bars["close"]
    if not np.isfinite(closes).all():
        closes = market.prices([symbol], days)[:, 0]
    level = closes[0]

    def move(price: float) -> float | None:
        return float(price / level - 1) if np.isfinite(price) and np.isfinite(level) else None

    return MeasuredMoves(
        symbol,
        move(bars["open"][1]),
        move(bars["low"][1]),
        move(bars["high"][1]),
        move(closes[1]),
        session=days[1].item(),
        base=days[0].item(),
        level=float(level) if np.isfinite(level) else None,
    )


def hour_of(evidence: Evidence) -> tuple[float, float, str] | None:
    """Range of the hourly bar that covers the time of the claim, from the previous close."""
    if evidence.claim.time is None:
        return None
    bars, base, source = hourly_of_session(evidence)
    if bars is None:
        return None
    at = pd.Timestamp(evidence.claim.time)
    covering = bars[(bars.index <= at) & (bars.index > at - pd.Timedelta(hours=1))]
    if covering.empty:
        return None
    bar = covering.iloc[-1]
    start = f"{covering.index[-1]:%H:%M} UTC"
    return float(bar["low"] / base - 1), float(bar["high"] / base - 1), f"the hour from {start} ({source})"


def written_after_the_close(evidence: Evidence) -> bool:
    """Whether a claim has a time, and the session that it speaks of had closed by then."""
    sessions, at = evidence.market.sessions_for(evidence.symbol), evidence.claim.time
    if at is None or sessions.closes is None:
        return False
    return pd.Timestamp(at) >= pd.Timestamp(sessions.closes[sessions.position(evidence.claim.date)], tz="UTC")


def hourly_of_session(evidence: Evidence) -> tuple[pd.DataFrame | None, float, str]:
    """Hourly bars from the previous close to the session's close, their base level and whose they are."""
    stand_in = evidence.market.instrument(evidence.symbol).stand_in
    source = next((s for s in (evidence.symbol, stand_in) if s in evidence.market.hourly), None)
    sessions = evidence.market.sessions_for(evidence.symbol)
    if source is None or sessions.closes is None:
        return None, np.nan, ""
    position = sessions.position(evidence.claim.date)
    previous, close = (pd.Timestamp(t, tz="UTC") for t in sessions.closes[position - 1 : position + 1])
    hourly = evidence.market.hourly[source]
    before, bars = (
        hourly[hourly.index < previous],
        hourly[(hourly.index >= previous) & (hourly.index < close)],
    )
    if before.empty or bars.empty:
        return None, np.nan, ""
    return bars, float(before["close"].iloc[-1]), evidence.market.instrument(source).name
