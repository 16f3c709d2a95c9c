"""Claims beyond one session's percentages: periods, records, levels, ranks, points and market value."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.claims.measured import Evidence, session_moves, written_after_the_close
from analysis.claims.periods import EVER, last_rival_day
from analysis.claims.reported import ReportedMove
from analysis.claims.rules import Ruling, consistent_figures, consistent_moves, date, percent, size, within
from analysis.market.bars import Floats
from analysis.market.events import Dates

NEAR = 0.02  # of a low or a high
CENT = 0.01 + 1e-6
SCALES = {"million": 1e6, "billion": 1e9, "trillion": 1e12}

# ---- more than one session ------------------------------------------------------------------------------


def over_a_period(evidence: Evidence) -> Ruling:
    """Against the close over the close before the period, and the last session's range over the same."""
    moves, span = evidence.moves, evidence.claim.period
    assert moves.close is not None
    assert moves.base is not None
    counted = f"from the close of {date(moves.base)} to that of {date(moves.session)} ({span})"
    reason = f"{counted} the price moved {percent(moves.close)}"
    low, high = (moves.close if end is None else end for end in (moves.low, moves.high))
    if not np.isclose(low, high):
        reason += f"; the last session ran from {percent(low)} to {percent(high)} of that close"
    return within(consistent_moves(evidence.claim), (low, high, moves.close), reason)


def as_a_record(evidence: Evidence) -> Ruling:
    """Against every earlier close-to-close move at hand, and never further back than the first bar.

    A text of the day, or of no known hour, may speak of a move that the close gave back: where the close
    denies it, the session's low or high is held against the same closes.
    """
    claim, moves = evidence.claim, evidence.moves
    assert moves.close is not None
    verdict, reason = _record(evidence, moves.close, "the close moved")
    end = moves.low if (claim.sign or 1) < 0 else moves.high
    if verdict != "contradicted" or end is None or written_after_the_close(evidence):
        return verdict, reason
    on_the_way, seen = _record(evidence, end, "during the session it had moved")
    if on_the_way == "contradicted":
        return verdict, reason
    return ("seen_intraday" if on_the_way == "confirmed" else on_the_way), f"{reason}; {seen}"


def _record(evidence: Evidence, move: float, words: str) -> Ruling:
    """How one move of the session compares with every earlier close-to-close move."""
    claim = evidence.claim
    sign = claim.sign or 1
    kind = "fall" if sign < 0 else "rise"
    moved = f"{words} {percent(move)}"
    if sign * move <= 0:
        return "contradicted", f"{moved}: no {kind} at all"
    first, dates, moves = _earlier(evidence)
    if not len(dates):
        return "not_checkable", f"{moved}; no earlier session is at hand"
    as_large = dates[sign * moves >= sign * move]
    record = f"no larger {kind} at least since {date(first)}, where the bars begin"
    if len(as_large):
        last = as_large[-1]
        record = f"the last {kind} as large was {percent(float(moves[dates == last][0]))} on {date(last)}"
    return _of_record(claim, first, as_large), f"{moved}; {record}{_unnamed(claim)}"


def _of_record(claim: ReportedMove, first: np.datetime64, as_large: Dates) -> str:
    """The verdict, by the last day that may hold a larger move and by how far back the bars reach."""
    rival = last_rival_day(claim.period or "", claim.date)
    if rival is None and claim.period != EVER:
        return "not_checkable"
    if len(as_large) and (rival is None or as_large[-1] > np.datetime64(rival)):
        return "contradicted"
    return "confirmed" if rival is not None and first <= np.datetime64(rival) else "not_checkable"


def _unnamed(claim: ReportedMove) -> str:
    """What keeps a claim from being checked whose words fix no day."""
    named = claim.period == EVER or last_rival_day(claim.period or "", claim.date) is not None
    return "" if named else "; the claim names no day to look back to"


def _earlier(evidence: Evidence) -> tuple[np.datetime64, Dates, Floats]:
    """The first close at hand, and the sessions after it and before the claim's with their moves.

    Closes are as traded; where a source has none, adjusted.
    """
    market, symbol = evidence.market, evidence.symbol
    dates = market.sessions_for(symbol).dates
    closes = market.prices([symbol], dates, "close")[:, 0]
    if not np.isfinite(closes).any():
        closes = market.prices([symbol], dates)[:, 0]
    with np.errstate(invalid="ignore"):
        moves = closes[1:] / closes[:-1] - 1
    before = (dates[1:] < np.datetime64(evidence.claim.date, "D")) & np.isfinite(moves)
    return dates[np.isfinite(closes)][0], dates[1:][before], moves[before]


def at_a_level(evidence: Evidence) -> Ruling:
    """Near an N-week low: the session's low within 2 % of, or below, the lowest low of those weeks.

    Near a high, by the highs.
    """
    claim, market = evidence.claim, evidence.market
    if claim.weeks is None:
        return "not_checkable", "the claim names no span"
    sign, end, farthest = (1, "high", "highest") if claim.sign == 1 else (-1, "low", "lowest")
    day = pd.Timestamp(claim.date)
    since = day - pd.Timedelta(weeks=claim.weeks)
    marks = market.histories[evidence.symbol].bars.loc[since:day, end].dropna()
    before = marks[marks.index < day]
    if before.empty or len(before) == len(marks):
        return "not_checkable", f"no {end}s of {evidence.name} at hand"
    place = int((sign * before.to_numpy()).argmax())
    mark, far = float(marks.iloc[-1]), float(before.iloc[place])
    apart = mark / far - 1
    return "confirmed" if sign * apart >= -NEAR else "contradicted", (
        f"the session's {end} {mark:,.2f} stands {size(apart)} {'below' if apart < 0 else 'above'} "
        f"the {farthest} of the {claim.weeks} weeks before, {far:,.2f} on {date(before.index[place])}"
    )


# ---- other units ------------------------------------------------------------------------------------------


def in_points(evidence: Evidence) -> Ruling:
    """The change of an index in its own points.

    Whole points are often cut off rather than rounded ("878" for 878.82), so that they allow one more. Levels
    have two decimals: a difference of two of them may miss the published one by a hundredth.
    """
    level = evidence.moves.level
    assert level is not None
    low, high = consistent_figures(evidence.claim)
    if evidence.claim.decimals == 0:
        low, high = (low - 0.5, high) if high <= 0 else (low, high + 0.5)
    return _scaled(evidence, level, "points", (low - CENT, high + CENT))


def in_market_value(evidence: Evidence) -> Ruling:
    """The change of the price times the number of shares, where that is given."""
    claim, moves = evidence.claim, evidence.moves
    assert moves.close is not None
    assert moves.level is not None
    if claim.shares_outstanding is None:
        return "not_checkable", (f"the number of shares is not given; the close moved {percent(moves.close)}")
    scale, currency = (claim.unit or "").split()
    held_in = evidence.market.instrument(evidence.symbol).currency
    if currency != held_in:
        return "not_checkable", f"bars are in {held_in}; the close moved {percent(moves.close)}"
    factor = moves.level * claim.shares_outstanding / SCALES[scale]
    return _scaled(evidence, factor, claim.unit or "", consistent_figures(claim))


def _scaled(evidence: Evidence, factor: float, unit: str, allowed: tuple[float, float]) -> Ruling:
    """Close and range in another unit than percent, by the rules of a session."""
    moves, decimals = evidence.moves, max(evidence.claim.decimals, 1)
    assert moves.close is not None
    close = factor * moves.close
    low, high = (close if end is None else factor * end for end in (moves.low, moves.high))
    reason = f"the close moved {close:+,.{decimals}f} {unit} ({percent(moves.close)})"
    if not np.isclose(low, high):
        reason = f"the session ran from {low:+,.{decimals}f} to {high:+,.{decimals}f} {unit}; {reason}"
    return within(allowed, (low, high, close), reason)


# ---- among others ----------------------------------------------------------------------------------


def by_rank(evidence: Evidence) -> Ruling:
    """A ranking needs every member; only the members at hand can be ranked."""
    market, own = evidence.market, evidence.moves.close
    assert own is not None
    region = market.instrument(evidence.symbol).region
    peers = [
        session_moves(market, symbol, evidence.claim.date).close
        for symbol, instrument in market.instruments.items()
        if symbol in market.histories
        and symbol != evidence.symbol
        and instrument.region == region
        and instrument.group in ("articles", "wider")
    ]
    known = [move for move in peers if move is not None]
    place = 1 + sum(move < own if own < 0 else move > own for move in known)
    return "not_checkable", (
        f"the other members of the index are not at hand; among the {len(known) + 1} shares of the region "
        f"here its {'fall' if own < 0 else 'rise'} of {size(own)} at the close ranks {place}"
    )
