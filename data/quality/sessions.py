"""Checks of sessions: missing, closed, unfinished or future ones, and bars that cannot be used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from analysis.market.bars import Ints
from data.quality.cleaning import as_bars, closed, dates_of, future, unfinished
from data.quality.delivery import Delivery, Observation, severity
from data.quality.rules import Unusable, unusable
from data.quality.words import count, day, listed


def missing_sessions(delivery: Delivery) -> Iterator[Observation]:
    dates, calendar = dates_of(delivery.bars), delivery.sessions.dates
    if not len(dates):
        return
    expected = calendar[(calendar >= dates[0]) & (calendar <= dates[-1])]
    gaps = np.setdiff1d(expected, dates)
    if len(gaps):
        where = f"{count(len(gaps), 'session')} of {delivery.sessions.exchange} without a bar"
        yield severity(gaps, delivery), f"{where}: {listed(gaps)}.", gaps


def taken_as_missing(
    rows: Callable[[Unusable], Ints], what: str
) -> Callable[[Delivery], Iterator[Observation]]:
    """A check for bars on sessions that a rule finds unusable and `clean` turns into missing ones."""

    def observe(delivery: Delivery) -> Iterator[Observation]:
        bars = delivery.bars[~closed(delivery.bars, delivery.sessions)]
        dates = dates_of(bars)[rows(unusable(as_bars(bars)))]
        if len(dates):
            sentence = f"{count(len(dates), 'bar')} {what}, taken as missing: {listed(dates)}."
            yield severity(dates, delivery), sentence, dates

    return observe


def closed_days(delivery: Delivery) -> Iterator[Observation]:
    bars = delivery.bars[closed(delivery.bars, delivery.sessions)]
    if len(bars):
        harmless = (bars["volume"].fillna(0) == 0).all()
        where = f"on days on which {delivery.sessions.exchange} was closed"
        sentence = f"{count(len(bars), 'bar')} {where}, dropped: {listed(dates_of(bars))}."
        yield "info" if harmless else "warning", sentence, dates_of(bars)


def future_bars(delivery: Delivery) -> Iterator[Observation]:
    if delivery.now is None:
        return
    bars = pd.concat([delivery.bars, delivery.before[["close"]]])
    dates = np.unique(dates_of(bars)[future(bars, delivery.now)])
    if len(dates):
        sentence = (
            f"{count(len(dates), 'bar')} dated after today, {day(delivery.now)}: "
            f"{listed(dates)}. This computer's clock may be wrong."
        )
        yield "severe", sentence, dates


def unfinished_session(delivery: Delivery) -> Iterator[Observation]:
    if delivery.now is None:
        return
    bars = delivery.bars
    running = unfinished(bars, delivery.sessions, delivery.now) & ~future(bars, delivery.now)
    if running.any():
        dates = dates_of(bars)[running]
        yield "info", f"The session of {listed(dates)} was not over yet; its bar is dropped.", dates


def behind(delivery: Delivery) -> Iterator[Observation]:
    if delivery.now is None or delivery.sessions.closes is None or not len(delivery.usable):
        return
    over = delivery.sessions.closes + np.timedelta64(1, "D") < np.datetime64(
        delivery.now.astimezone(dt.timezone.utc).replace(tzinfo=None), "s"
    )
    calendar = delivery.sessions.dates[over]
    late = calendar[calendar > dates_of(delivery.usable)[-1]]
    if len(late):
        sentence = (
            f"The last {count(len(late), 'finished session')} brought no bar, since {listed(late[:1])}."
        )
        yield "info" if len(late) == 1 else "warning", sentence, late
