"""Verdicts: what the prices say about a reported move.

The rules, and why they are what they are, stand in docs/decisions/verdicts.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.claims.reported import Basis, ReportedMove
from analysis.market.errors import DesignError
from analysis.market.prices import Market
from analysis.models.distributions import reach
from analysis.study.study import StudyResults

NEAR_LOW = 0.02


@dataclass(frozen=True, slots=True)
class Verdict:
    """An entry of `VERDICTS`."""

    key: str
    label: str
    explanation: str


VERDICTS: dict[str, Verdict] = {
    verdict.key: verdict
    for verdict in (
        Verdict(
            "confirmed", "Confirmed", "The prices agree with the claim at the precision it was printed with."
        ),
        Verdict(
            "seen_intraday",
            "Seen during the day",
            "The price did stand there during the session; the close was elsewhere.",
        ),
        Verdict("contradicted", "Not in the prices", "The prices do not agree with the claim."),
        Verdict("not_checkable", "Cannot be checked", "The bars at hand cannot decide; the reason says why."),
        Verdict("no_figure", "No figure reported", "The article makes no claim about a price."),
    )
}


@dataclass(frozen=True, slots=True)
class MeasuredMoves:
    """What one session did, as moves from the previous close (decimal); None where there is no bar.

    `symbol` is the one whose bars were used (a stand-in's, perhaps). The abnormal return and its
    95 % interval come from the study, for days inside its event window.
    """

    symbol: str | None = None
    open: float | None = None
    low: float | None = None
    high: float | None = None
    close: float | None = None
    abnormal_return: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None


@dataclass(frozen=True, slots=True)
class MoveCheck:
    """A reported move beside the measured ones, with a key of `VERDICTS` and the reason for it."""

    reported: ReportedMove
    measured: MeasuredMoves
    verdict: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What a rule may look at: the claim, the market, the symbol measured and its session's moves."""

    claim: ReportedMove
    market: Market
    symbol: str
    moves: MeasuredMoves


def consistent_moves(claim: ReportedMove) -> tuple[float, float]:
    """The moves that a printed figure and its qualifier allow, as an interval (decimal).

    One unit is one step of the last printed digit. ``exact`` allows half a unit either way (the
    rounding), ``about`` one unit either way, ``nearly`` up to one unit less in size, ``over`` up to
    one unit more.
    """
    assert claim.reported is not None
    unit = 10.0 ** -(claim.decimals + 2)
    figure, outward = claim.reported, float(np.copysign(unit, claim.reported))
    ends = {
        "exact": (figure - unit / 2, figure + unit / 2),
        "about": (figure - unit, figure + unit),
        "nearly": (figure - outward, figure),
        "over": (figure, figure + outward),
    }[claim.qualifier]
    return min(ends) - 1e-12, max(ends) + 1e-12


def check_moves(
    claims: Iterable[ReportedMove], market: Market, results: StudyResults
) -> tuple[MoveCheck, ...]:
    """Check every claim; each gets a row, and a reason where nothing can be said."""
    return tuple(_check(claim, market, results) for claim in claims)


def _check(claim: ReportedMove, market: Market, results: StudyResults) -> MoveCheck:
    if claim.symbol is None or claim.basis == "none":
        return MoveCheck(claim, MeasuredMoves(), "no_figure", claim.statement or "no price move is reported")
    symbol = market.traded(claim.symbol)
    if symbol not in market.histories:
        name = market.instrument(claim.symbol).name
        return MoveCheck(claim, MeasuredMoves(), "not_checkable", f"no source at hand holds bars of {name}")
    moves = session_moves(market, symbol, claim.date)
    if moves.close is None:
        return MoveCheck(claim, moves, "not_checkable", f"no bar of {symbol} on {claim.date}")
    if symbol != claim.symbol:
        verdict, reason = "not_checkable", _stand_in_reason(claim, market, symbol, moves)
    else:
        verdict, reason = RULES[claim.basis](_Evidence(claim, market, symbol, moves))
    return MoveCheck(claim, _with_abnormal(moves, results, claim.date), verdict, reason)


def session_moves(market: Market, symbol: str, date: dt.date) -> MeasuredMoves:
    """Moves of one session from the previous session's close, as traded.

    Falls back to the adjusted close where a source has no close as traded.
    """
    sessions = market.sessions_for(symbol)
    try:
        position = sessions.position(date)
    except DesignError:
        return MeasuredMoves(symbol)
    if position == 0:
        return MeasuredMoves(symbol)
    days = sessions.dates[position - 1 : position + 1]
    bars = {
        column: market.prices([symbol], days, column)[:, 0] for column in ("open", "low", "high", "close")
    }
    closes = bars["close"]
    if not np.isfinite(closes).all():
        closes = market.prices([symbol], days)[:, 0]
    previous = closes[0]

    def move(price: float) -> float | None:
        return float(price / previous - 1) if np.isfinite(price) and np.isfinite(previous) else None

    return MeasuredMoves(
        symbol, move(bars["open"][1]), move(bars["low"][1]), move(bars["high"][1]), move(closes[1])
    )


def _on_close(evidence: _Evidence) -> tuple[str, str]:
    close = evidence.moves.close
    assert close is not None
    low, high = consistent_moves(evidence.claim)
    if low <= close <= high:
        return "confirmed", f"the close moved {_percent(close)}"
    wanted = f"{_printed(evidence.claim)} allows {_percent(low)} to {_percent(high)}"
    return "contradicted", f"the close moved {_percent(close)}; {wanted}"


def _during_session(evidence: _Evidence) -> tuple[str, str]:
    """Against the day's range; where hourly bars cover the time of the claim, against the hour."""
    day = evidence.moves
    assert day.close is not None
    close = f"the close was {_percent(day.close)}"
    hour = _hour(evidence)
    low, high, what = hour if hour else (day.low, day.high, "the session")
    if low is None or high is None:
        return "not_checkable", f"only closes of {evidence.symbol} are at hand; {close}"
    allowed = consistent_moves(evidence.claim)
    span = f"{what} ran from {_percent(low)} to {_percent(high)}; {close}"
    if allowed[0] > high or allowed[1] < low:
        return "contradicted", span
    if allowed[0] <= day.close <= allowed[1]:
        return "confirmed", span
    return "seen_intraday", span


def _at_the_low(evidence: _Evidence) -> tuple[str, str]:
    low, close = evidence.moves.low, evidence.moves.close
    assert close is not None
    if low is None:
        return (
            "not_checkable",
            f"only closes of {evidence.symbol} are at hand; the close was {_percent(close)}",
        )
    allowed = consistent_moves(evidence.claim)
    verdict = "confirmed" if allowed[0] <= low <= allowed[1] else "contradicted"
    return verdict, f"the low of the session was {_percent(low)}; the close was {_percent(close)}"


def _before_the_open(evidence: _Evidence) -> tuple[str, str]:
    if _hour(evidence):
        return _during_session(evidence)
    day = evidence.moves
    opened = "" if day.open is None else f"; the session opened at {_percent(day.open)}"
    assert day.close is not None
    missing = "no pre-market bars at hand" if evidence.claim.time else "it names no hour to look at"
    return "not_checkable", f"{missing}{opened} and closed at {_percent(day.close)}"


def _on_futures(evidence: _Evidence) -> tuple[str, str]:
    verdict, reason = _during_session(evidence)
    bars, base, source = _hourly_of_session(evidence)
    if bars is None or verdict == "contradicted":
        return verdict, reason
    low, high = consistent_moves(evidence.claim)
    met = bars[(bars["low"] / base - 1 <= high) & (bars["high"] / base - 1 >= low)]
    if met.empty:
        return verdict, f"{reason}; no hourly bar of {source} stood there"
    hours = f"{met.index[0]:%H:%M} and {met.index[-1] + pd.Timedelta(hours=1):%H:%M} UTC"
    return verdict, f"{reason}; the hourly bars of {source} pass through it between {hours}"


def _at_a_level(evidence: _Evidence) -> tuple[str, str]:
    """Near an N-week low: the session's low within 2 % of, or below, the lowest low of those weeks."""
    claim, market = evidence.claim, evidence.market
    if claim.weeks is None:
        return "not_checkable", "the claim names no span"
    bars = market.histories[evidence.symbol].bars
    day = pd.Timestamp(claim.date)
    lows = bars.loc[day - pd.Timedelta(weeks=claim.weeks) : day, "low"].dropna()
    before = lows[lows.index < day]
    if before.empty or len(before) == len(lows):
        return "not_checkable", f"no lows of {evidence.symbol} at hand"
    low, lowest, when = float(lows.iloc[-1]), float(before.min()), pd.Timestamp(str(before.idxmin()))
    verdict = "confirmed" if low <= lowest * (1 + NEAR_LOW) else "contradicted"
    return verdict, (
        f"the session's low {low:,.2f} stands {_percent(low / lowest - 1)} from the lowest of the "
        f"{claim.weeks} weeks before, {lowest:,.2f} on {when.day} {when:%b %Y}"
    )


def _by_rank(evidence: _Evidence) -> tuple[str, str]:
    """A ranking needs every member; only the members at hand can be ranked."""
    market, claim = evidence.market, evidence.claim
    region = market.instrument(evidence.symbol).region
    falls = {
        symbol: session_moves(market, symbol, claim.date).close
        for symbol, instrument in market.instruments.items()
        if symbol in market.histories
        and instrument.region == region
        and instrument.group in ("articles", "wider")
    }
    known = {symbol: move for symbol, move in falls.items() if move is not None}
    place = sorted(known, key=lambda symbol: known[symbol]).index(evidence.symbol) + 1
    return "not_checkable", (
        f"the other members of the index are not at hand; among the {len(known)} shares of the region "
        f"here its fall of {_percent(known[evidence.symbol])} at the close ranks {place}"
    )


RULES: dict[Basis, Callable[[_Evidence], tuple[str, str]]] = {
    "close": _on_close,
    "intraday": _during_session,
    "late": _during_session,
    "low": _at_the_low,
    "premarket": _before_the_open,
    "futures": _on_futures,
    "level": _at_a_level,
    "rank": _by_rank,
}


def _stand_in_reason(claim: ReportedMove, market: Market, symbol: str, moves: MeasuredMoves) -> str:
    stand_in = market.instrument(symbol)
    assert moves.close is not None
    return (
        f"no bars of {claim.symbol} at hand; its stand-in {symbol} ({stand_in.currency}, other closing "
        f"time) closed {_percent(moves.close)}"
    )


def _hour(evidence: _Evidence) -> tuple[float, float, str] | None:
    """Range of the hourly bar that covers the time of the claim, from the previous close."""
    if evidence.claim.time is None:
        return None
    bars, base, source = _hourly_of_session(evidence)
    if bars is None:
        return None
    at = pd.Timestamp(evidence.claim.time)
    covering = bars[(bars.index <= at) & (bars.index > at - pd.Timedelta(hours=1))]
    if covering.empty:
        return None
    bar = covering.iloc[-1]
    start = f"{covering.index[-1]:%H:%M} UTC"
    return float(bar["low"] / base - 1), float(bar["high"] / base - 1), f"the hour from {start} ({source})"


def _hourly_of_session(evidence: _Evidence) -> tuple[pd.DataFrame | None, float, str]:
    """Hourly bars from the previous close to the session's close, their base level and their symbol."""
    market, instrument = evidence.market, evidence.market.instrument(evidence.symbol)
    source = evidence.symbol if evidence.symbol in market.hourly else instrument.stand_in
    sessions = market.sessions_for(evidence.symbol)
    if source is None or source not in market.hourly or sessions.closes is None:
        return None, np.nan, ""
    position = sessions.position(evidence.claim.date)
    previous, close = (pd.Timestamp(t, tz="UTC") for t in sessions.closes[position - 1 : position + 1])
    hourly = market.hourly[source]
    before, bars = (
        hourly[hourly.index < previous],
        hourly[(hourly.index >= previous) & (hourly.index < close)],
    )
    if before.empty or bars.empty:
        return None, np.nan, ""
    return bars, float(before["close"].iloc[-1]), source


def _with_abnormal(moves: MeasuredMoves, results: StudyResults, date: dt.date) -> MeasuredMoves:
    """Add the day's abnormal return and its 95 % interval, where the study covers the day."""
    symbol = moves.symbol
    if symbol not in results.symbols:
        return moves
    rows = (results.sessions[symbol] == pd.Timestamp(date)).to_numpy()
    ar = results.abnormal_returns[symbol].to_numpy()[rows]
    if not np.isfinite(ar).any():
        return moves
    se = results.standard_errors[symbol].to_numpy()[rows]
    half = reach(float(results.parameters["df_resid"][symbol])) * se
    low, high = float(ar[0] - half[0]), float(ar[0] + half[0])
    return replace(moves, abnormal_return=float(ar[0]), ci_low=low, ci_high=high)


def _percent(move: float) -> str:
    return f"{100 * move:+.2f} %"


def _printed(claim: ReportedMove) -> str:
    assert claim.reported is not None
    hedge = "" if claim.qualifier == "exact" else f"{claim.qualifier} "
    return f"{hedge}{100 * claim.reported:+.{claim.decimals}f} %"
