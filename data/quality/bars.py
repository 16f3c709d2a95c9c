"""Checks of single bars against the calendar, the clock and themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from data.quality.cleaning import Flags, closed, dates_of, future, unfinished
from data.quality.evidence import Evidence, Observation, count, day, listed, severity


def missing_sessions(evidence: Evidence) -> Iterator[Observation]:
    dates, calendar = dates_of(evidence.bars), evidence.sessions.dates
    if not len(dates):
        return
    expected = calendar[(calendar >= dates[0]) & (calendar <= dates[-1])]
    gaps = np.setdiff1d(expected, dates)
    if len(gaps):
        where = f"{count(len(gaps), 'session')} of {evidence.sessions.exchange} without a bar"
        yield severity(gaps, evidence), f"{where}: {listed(gaps)}.", gaps


def flagged(flags: Callable[[pd.DataFrame], Flags], what: str) -> Callable[[Evidence], Iterator[Observation]]:
    """A check for bars on sessions that `flags` marks and `clean` turns into missing ones."""

    def observe(evidence: Evidence) -> Iterator[Observation]:
        bars = evidence.bars[~closed(evidence.bars, evidence.sessions)]
        dates = dates_of(bars)[flags(bars)]
        if len(dates):
            sentence = f"{count(len(dates), 'bar')} {what}, taken as missing: {listed(dates)}."
            yield severity(dates, evidence), sentence, dates

    return observe


def closed_days(evidence: Evidence) -> Iterator[Observation]:
    bars = evidence.bars[closed(evidence.bars, evidence.sessions)]
    if len(bars):
        harmless = (bars["volume"].fillna(0) == 0).all()
        where = f"on days on which {evidence.sessions.exchange} was closed"
        sentence = f"{count(len(bars), 'bar')} {where}, dropped: {listed(dates_of(bars))}."
        yield "info" if harmless else "warning", sentence, dates_of(bars)


def future_bars(evidence: Evidence) -> Iterator[Observation]:
    if evidence.now is None:
        return
    bars = pd.concat([evidence.bars, evidence.before[["close"]]])
    dates = np.unique(dates_of(bars)[future(bars, evidence.now)])
    if len(dates):
        sentence = (
            f"{count(len(dates), 'bar')} dated after today, {day(evidence.now)}: "
            f"{listed(dates)}. This computer's clock may be wrong."
        )
        yield "severe", sentence, dates


def unfinished_session(evidence: Evidence) -> Iterator[Observation]:
    if evidence.now is None:
        return
    bars = evidence.bars
    running = unfinished(bars, evidence.sessions, evidence.now) & ~future(bars, evidence.now)
    if running.any():
        dates = dates_of(bars)[running]
        yield "info", f"The session of {listed(dates)} was not over yet; its bar is dropped.", dates


def behind(evidence: Evidence) -> Iterator[Observation]:
    if evidence.now is None or evidence.sessions.closes is None or not len(evidence.usable):
        return
    over = evidence.sessions.closes + np.timedelta64(1, "D") < np.datetime64(
        evidence.now.astimezone(dt.timezone.utc).replace(tzinfo=None), "s"
    )
    calendar = evidence.sessions.dates[over]
    late = calendar[calendar > dates_of(evidence.usable)[-1]]
    if len(late):
        sentence = (
            f"The last {count(len(late), 'finished session')} brought no bar, since {listed(late[:1])}."
        )
        yield "info" if len(late) == 1 else "warning", sentence, late
