"""Why fetched bars do not replace the previous ones, and on how many days the source has to repeat them.

An answer that contradicts the previous bars is right in the end if the source stays with it: one of the two
was wrong, and nothing says that it is the answer. One that contradicts itself or the catalogue never is.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.market.events import Dates
from analysis.market.prices import Instrument
from data.bundled.calendars import sessions
from data.quality.checks import Finding
from data.quality.cleaning import dates_of
from data.quality.delivery import PROVISIONAL
from data.quality.words import count, listed
from data.store.runs import Result

AGAINST_PREVIOUS = frozenset({"lost_sessions", "rescaled", "rewritten"})
DAYS, RECENT_DAYS = 3, 2  # with the same answer; the fewer where only provisional bars are lost
WEEK = 5  # days, longer than a copy lives
DIGITS = 6  # of the closes by which an answer is known again


@dataclass(frozen=True, slots=True)
class Objection:
    """Why bars are refused; `needed` days with the same answer outweigh it, None: only `--accept` does."""

    sentence: str
    needed: int | None

    def outweighed(self, days: Sequence[str]) -> bool:
        """Whether the source has given the answer on enough days."""
        return self.needed is not None and len(days) >= self.needed

    def waiting(self, symbol: str, days: Sequence[str]) -> str:
        """The sentence, and what it takes until the bars are taken."""
        if self.needed is None:
            return f"{self.sentence}; `refresh --accept {symbol}` takes them all the same"
        left = count(self.needed - len(days), "more day")
        return f"{self.sentence}; they are taken if the source says the same on {left}"


def objection(
    instrument: Instrument, bars: pd.DataFrame, findings: Sequence[Finding], previous: pd.DataFrame | None
) -> Objection | None:
    """Why fetched bars must not replace the previous ones; None if they may."""
    severe = [finding for finding in findings if finding.severity == "severe"]
    lost = _lost(instrument, bars, previous)
    own = [finding for finding in severe if finding.check not in AGAINST_PREVIOUS]
    if own:
        return Objection(own[0].sentence.rstrip("."), None)
    if not severe and not len(lost):
        return None
    if len(lost) and (ends := _priced(bars)[-1:]) < lost[0]:  # somebody's copy: it does not know of the rest
        needed = WEEK if len(lost) == 1 else None  # or an ended listing, whose last bar was none
        said = f"the answer ends on {listed(ends)}, and bars to {listed(lost[-1:])} are held"
        return Objection(said, needed)
    if len(lost) and (begins := _priced(bars)[:1]) > lost[0]:  # and too little of it is known to join the two
        return Objection(
            f"the answer begins on {listed(begins)}, and bars from {listed(lost[:1])} are held", None
        )
    known = lost[:0] if previous is None else _priced(previous)
    recent = all(finding.check == "lost_sessions" for finding in severe) and np.isin(
        lost, known[-PROVISIONAL:]
    )
    needed = RECENT_DAYS if np.all(recent) else DAYS
    if severe:
        return Objection(severe[0].sentence.rstrip("."), needed)
    many = count(len(lost), "session")
    return Objection(f"{many} would be lost, the first {lost[0]}, the last {lost[-1]}", needed)


def days_of(answer: str, before: Result | None, now: dt.datetime) -> tuple[str, ...]:
    """The days, ISO, on which the source has given an answer: those before and today."""
    same = before.days if before and before.answer == answer else ()
    return tuple(sorted({*same, str(now.date())}))


def answer_of(bars: pd.DataFrame, previous: pd.DataFrame | None, said: Objection) -> str:
    """What names an answer: the objection, and the closes of the previous bars' sessions."""
    closes = bars["close"].reindex((bars if previous is None else previous).index)
    text = ",".join(f"{close:.{DIGITS}g}" for close in closes)
    return hashlib.sha256(f"{said.sentence} {text}".encode()).hexdigest()[:16]


def _lost(instrument: Instrument, bars: pd.DataFrame, previous: pd.DataFrame | None) -> Dates:
    """Sessions with a price before and none now; a bar on a closed day is no loss."""
    if previous is None:
        return dates_of(bars.iloc[:0])
    lost = np.setdiff1d(_priced(previous), _priced(bars))
    if not len(lost):
        return lost
    return np.intersect1d(lost, sessions(instrument.sessions_of, lost[0].item(), lost[-1].item()).dates)


def _priced(bars: pd.DataFrame) -> Dates:
    """Dates with a close."""
    return dates_of(bars[bars["close"].notna()])
