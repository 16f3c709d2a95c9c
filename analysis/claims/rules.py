"""How a percentage is held against one session: a rule per basis, each with its reason in words.

Why the rules are what they are stands in docs/decisions/verdicts.md.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.claims.measured import Evidence, hour_of, hourly_of_session
from analysis.claims.reported import ReportedMove

Ruling = tuple[str, str]  # a key of VERDICTS and the reason for it


def consistent_figures(claim: ReportedMove) -> tuple[float, float]:
    """The figures that a printed one and its qualifier allow, as an interval in the printed unit.

    One step is one of the last printed digit. ``exact`` and ``up_to`` allow half a step either way (the
    rounding), ``about`` one step either way, ``nearly`` up to one step less in size, ``over`` up to one
    step more, ``at_least`` any more. A range allows all between its ends, rounded.
    """
    assert claim.printed is not None
    step = 10.0**-claim.decimals
    figure, outward = float(claim.printed), float(np.copysign(step, float(claim.printed)))
    ends: tuple[float, ...] = {
        "exact": (figure - step / 2, figure + step / 2),
        "up_to": (figure - step / 2, figure + step / 2),
        "about": (figure - step, figure + step),
        "nearly": (figure - outward, figure),
        "over": (figure, figure + outward),
        "at_least": (figure, float(np.copysign(np.inf, figure))),
    }[claim.qualifier]
    if claim.printed_high is not None:
        far = float(claim.printed_high)
        ends = (*ends, far - step / 2, far + step / 2)
    return min(ends), max(ends)


def consistent_moves(claim: ReportedMove) -> tuple[float, float]:
    """The moves that a printed percentage and its qualifier allow, as an interval (decimal)."""
    low, high = consistent_figures(claim)
    return low / 100 - 1e-12, high / 100 + 1e-12


def without_figure(evidence: Evidence) -> Ruling:
    """A text that reports no move keeps its row, so that nothing is dropped silently."""
    return "no_figure", evidence.claim.statement or "no price move is reported"


# ---- one moment of the session ---------------------------------------------------------------------


def on_close(evidence: Evidence) -> Ruling:
    """Against the close alone: who says that a share closed there speaks of no other moment."""
    close = evidence.moves.close
    assert close is not None
    low, high = consistent_moves(evidence.claim)
    if low <= close <= high:
        return "confirmed", f"the close moved {percent(close)}"
    wanted = f"{evidence.claim.figure} allows {_allowed(evidence.claim)}"
    passed = "; during the session the price did stand there" if _passed(evidence) else ""
    return "contradicted", f"the close moved {_told_apart(close, low, high)}; {wanted}{passed}"


def at_the_open(evidence: Evidence) -> Ruling:
    """Against the open; a figure from elsewhere in the session was seen during the day."""
    return _at_a_mark(evidence, "open", "the session opened at")


def at_the_low(evidence: Evidence) -> Ruling:
    """Against the session's low; a price that went further did stand there on its way."""
    return _at_a_mark(evidence, "low", "the low of the session was")


def at_the_high(evidence: Evidence) -> Ruling:
    """Against the session's high; a price that went further did stand there on its way."""
    return _at_a_mark(evidence, "high", "the high of the session was")


def _at_a_mark(evidence: Evidence, column: str, words: str) -> Ruling:
    mark: float | None = getattr(evidence.moves, column)
    assert evidence.moves.close is not None
    close = f"the close was {percent(evidence.moves.close)}"
    if mark is None:
        return "not_checkable", f"only closes of {evidence.name} are at hand; {close}"
    low, high = consistent_moves(evidence.claim)
    if low <= mark <= high:
        return "confirmed", f"{words} {percent(mark)}; {close}"
    if _passed(evidence):
        return "seen_intraday", f"{words} {percent(mark)}; the price did stand there that day; {close}"
    return "contradicted", f"{words} {percent(mark)}; {close}"


def _allowed(claim: ReportedMove) -> str:
    """The moves that a figure allows, with a digit more than was printed: else its edges look like it."""
    low, high = consistent_figures(claim)
    digits = max(claim.decimals + 1, 2)
    if not np.isfinite([low, high]).all():
        return f"{claim.printed} % and anything beyond"
    return f"{low:+.{digits}f} % to {high:+.{digits}f} %"


def _told_apart(move: float, low: float, high: float) -> str:
    """A move outside an interval, with as many decimals as it takes not to look inside."""
    digits = next((n for n in (2, 3, 4) if not low <= round(move, n + 2) <= high), 5)
    return f"{100 * move:+.{digits}f} %"


def _passed(evidence: Evidence) -> bool:
    """Whether the session's range holds a move that the claim allows."""
    day, (low, high) = evidence.moves, consistent_moves(evidence.claim)
    return day.low is not None and day.high is not None and low <= day.high and high >= day.low


# ---- some moment of the session ---------------------------------------------------------------------


def during_session(evidence: Evidence) -> Ruling:
    """Against the day's range; where hourly bars cover the time of the claim, against the hour."""
    day = evidence.moves
    assert day.close is not None
    close = f"the close was {percent(day.close)}"
    hour = hour_of(evidence)
    low, high, what = hour if hour else (day.low, day.high, "the session")
    if low is None or high is None:
        return "not_checkable", f"only closes of {evidence.name} are at hand; {close}"
    return within(
        consistent_moves(evidence.claim),
        (low, high, day.close),
        f"{what} ran from {percent(low)} to {percent(high)}; {close}",
    )


def at_some_time(evidence: Evidence) -> Ruling:
    """A claim that names no moment: against the close, and where there is one against the range."""
    close = evidence.moves.close
    assert close is not None
    if evidence.moves.low is None or evidence.moves.high is None:
        low, high = consistent_moves(evidence.claim)
        known = f"only closes of {evidence.name} are at hand; the close was {percent(close)}"
        return ("confirmed" if low <= close <= high else "not_checkable"), known
    return during_session(evidence)


def within(allowed: tuple[float, float], found: tuple[float, float, float], reason: str) -> Ruling:
    """Confirmed by the close, else seen in the range, else contradicted; `found` is low, high, close."""
    low, high, close = found
    if allowed[0] <= close <= allowed[1] and allowed[0] <= high and allowed[1] >= low:
        return "confirmed", reason
    return ("seen_intraday" if allowed[0] <= high and allowed[1] >= low else "contradicted"), reason


def on_futures(evidence: Evidence) -> Ruling:
    """As during the session, with the hours in which hourly bars pass through the figure."""
    verdict, reason = during_session(evidence)
    bars, base, source = hourly_of_session(evidence)
    if bars is None or verdict in ("contradicted", "not_checkable"):
        return verdict, reason
    low, high = consistent_moves(evidence.claim)
    met = bars[(bars["low"] / base - 1 <= high) & (bars["high"] / base - 1 >= low)]
    if met.empty:
        return verdict, f"{reason}; no hourly bar of {source} stood there"
    hours = f"{met.index[0]:%H:%M} and {met.index[-1] + pd.Timedelta(hours=1):%H:%M} UTC"
    return verdict, f"{reason}; the hourly bars of {source} pass through it between {hours}"


# ---- outside the session ------------------------------------------------------------------------------


def before_the_open(evidence: Evidence) -> Ruling:
    """Hourly bars at the time of the claim decide; without them the opening is told."""
    if hour_of(evidence):
        return during_session(evidence)
    day = evidence.moves
    opened = "" if day.open is None else f"; the session opened at {percent(day.open)}"
    assert day.close is not None
    timed = evidence.claim.time is not None or hourly_of_session(evidence)[0] is None
    missing = "no pre-market bars at hand" if timed else "it names no hour to look at"
    return "not_checkable", f"{missing}{opened} and closed at {percent(day.close)}"


def after_hours(evidence: Evidence) -> Ruling:
    """Bars of trading after hours are not at hand; what the next session made of it is told."""
    day = evidence.moves
    assert day.close is not None
    assert day.session is not None
    opened = "" if day.open is None else f"opened at {percent(day.open)} and "
    next_session = f"the next session, {date(day.session)}, {opened}closed at {percent(day.close)}"
    return "not_checkable", f"no bars of trading after hours are at hand; {next_session}"


def percent(move: float) -> str:
    """A move as reasons print it."""
    return f"{100 * move:+.2f} %"


def size(move: float) -> str:
    """A move whose way is said in words."""
    return f"{100 * abs(move):.2f} %"


def date(day: object) -> str:
    """A day as reasons print it."""
    when = pd.Timestamp(str(day))
    return f"{when.day} {when:%b %Y}"
