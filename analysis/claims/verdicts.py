"""Verdicts: what the prices say about a reported move.

The rules, and why they are what they are, stand in docs/decisions/verdicts.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.claims.bases import BASES
from analysis.claims.measured import Evidence, MeasuredMoves
from analysis.claims.reported import ReportedMove
from analysis.claims.rules import date, percent, without_figure
from analysis.market.prices import Market
from analysis.models.distributions import reach
from analysis.study.study import StudyResults


@dataclass(frozen=True, slots=True)
class MoveCheck:
    """A reported move beside the measured ones, with a key of `VERDICTS` and the reason for it."""

    reported: ReportedMove
    measured: MeasuredMoves
    verdict: str
    reason: str


def check_moves(
    claims: Iterable[ReportedMove], market: Market, results: StudyResults | None
) -> tuple[MoveCheck, ...]:
    """Check every claim; each gets a row, and a reason where nothing can be said.

    Without a study the prices decide alone, and no abnormal return stands beside them.
    """
    return tuple(_check(claim, market, results) for claim in claims)


def _check(claim: ReportedMove, market: Market, results: StudyResults | None) -> MoveCheck:
    basis = BASES[claim.basis]
    if claim.symbol is None or claim.basis == "none":
        nothing = Evidence(claim, market, "", MeasuredMoves())
        return MoveCheck(claim, nothing.moves, *without_figure(nothing))
    symbol = market.traded(claim.symbol)
    if symbol not in market.histories:
        name = market.instrument(claim.symbol).name
        return MoveCheck(claim, MeasuredMoves(), "not_checkable", f"no source at hand holds bars of {name}")
    moves = basis.measure(claim, market, symbol)
    if moves.close is None:
        return MoveCheck(claim, moves, "not_checkable", _missing(claim, market, symbol))
    if symbol != claim.symbol:
        verdict, reason = "not_checkable", _stand_in_reason(claim, market, symbol, moves)
    else:
        verdict, reason = basis.rule(Evidence(claim, market, symbol, moves))
    if results is not None and claim.basis != "period":  # an abnormal return is one session's
        moves = _with_abnormal(moves, results)
    return MoveCheck(claim, moves, verdict, reason)


def _missing(claim: ReportedMove, market: Market, symbol: str) -> str:
    """Why there is no move to hold a claim against."""
    name = market.instrument(symbol).name
    if claim.period is None or claim.basis == "superlative":
        dates, day = market.sessions_for(symbol).dates, np.datetime64(claim.date, "D")
        if len(dates) and dates[0] < day < dates[-1] and day not in dates:
            return f"{claim.date:%A}, {date(claim.date)}, is no session of the exchange of {name}"
        if day == market.histories[symbol].dates[0]:
            return f"{date(claim.date)} is the first bar of {name}, and there is no close before it"
        return f"no bar of {name} on {claim.date}"
    first = market.histories[symbol].dates[0]
    return f"no close to count {claim.period!r} from on {claim.date}: the bars of {name} begin on {first}"


def _stand_in_reason(claim: ReportedMove, market: Market, symbol: str, moves: MeasuredMoves) -> str:
    own, stand_in = market.instrument(claim.symbol or ""), market.instrument(symbol)
    assert moves.close is not None
    return (
        f"no bars of {own.name} at hand; its stand-in, {stand_in.name}, in {stand_in.currency} and with "
        f"another closing time, closed {percent(moves.close)}"
    )


def _with_abnormal(moves: MeasuredMoves, results: StudyResults) -> MeasuredMoves:
    """Add the day's abnormal return and its 95 % interval, where the study covers the day."""
    symbol = moves.symbol
    if symbol not in results.symbols:
        return moves
    rows = (results.sessions[symbol] == pd.Timestamp(str(moves.session))).to_numpy()
    ar = results.abnormal_returns[symbol].to_numpy()[rows]
    if not np.isfinite(ar).any():
        return moves
    se = results.standard_errors[symbol].to_numpy()[rows]
    half = reach(float(results.parameters["df_resid"][symbol])) * se
    low, high = float(ar[0] - half[0]), float(ar[0] + half[0])
    return replace(moves, abnormal_return=float(ar[0]), ci_low=low, ci_high=high)
