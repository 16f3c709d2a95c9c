"""Spans that claims are measured over: a week, this year, five sessions, since a day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pandas as pd

SESSIONS = re.compile(r"([1-9]\d{0,3})-day")
SPANS = re.compile(r"([1-9]\d{0,3})-(week|month|year)")
SINCE = re.compile(r"since (\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
HAPPENED = re.compile(r"since (?:event|high|low|(?:the|its|their|a|an|last|this|that) \w.*)")
CALENDAR = {"week": "W-SUN", "month": "M", "quarter": "Q", "ytd": "Y", "year": "Y"}
EVER = "ever"
OFFSETS: dict[str, Callable[[int], pd.DateOffset]] = {
    "week": lambda n: pd.DateOffset(weeks=n),
    "month": lambda n: pd.DateOffset(months=n),
    "year": lambda n: pd.DateOffset(years=n),
}


def sessions_back(period: str) -> int | None:
    """Number of sessions of a span like ``5-day``; None for a span of another kind."""
    counted = SESSIONS.fullmatch(period)
    return int(counted[1]) if counted else 1 if period == "day" else None


def base_day(period: str, date: dt.date) -> dt.date | None:
    """The last day before a span that ends on `date`: its close is what the span is measured from.

    ``week``, ``month``, ``quarter``, ``ytd`` and ``year`` are those of the calendar that hold `date`.
    ``since`` with a day counts from that day's close. None where the words fix no day.
    """
    if period in CALENDAR:
        return _day(pd.Timestamp(date).to_period(CALENDAR[period]).start_time) - dt.timedelta(days=1)
    if span := SPANS.fullmatch(period):
        return _day(pd.Timestamp(date) - OFFSETS[span[2]](int(span[1])))
    return named_day(period) if re.fullmatch(r"since \d{4}-\d\d-\d\d", period) else None


def last_rival_day(period: str, date: dt.date) -> dt.date | None:
    """The last day on which a larger move would still agree with "the largest in (or since) this span".

    "Since 2008" lets 2008 itself hold a larger one. None for ``ever``, and where the words fix no day.
    """
    named = SINCE.fullmatch(period)
    if named is None:
        return base_day(period, date)
    year, month, day = named.groups()
    if day:
        return named_day(period)
    if month and not 1 <= int(month) <= 12:
        return None
    return _day(pd.Period(f"{year}-{month}" if month else year, "M" if month else "Y").end_time)


def named_day(period: str) -> dt.date | None:
    """The day of ``since 2020-03-16``; None if there is no such day."""
    try:
        return dt.date.fromisoformat(period.removeprefix("since "))
    except ValueError:
        return None


def understood(period: str) -> bool:
    """Whether a span is one of those above; what happened since is kept in words and cannot be checked."""
    known = period in CALENDAR or period == EVER or sessions_back(period) is not None
    happened = SPANS.fullmatch(period) or HAPPENED.fullmatch(period)
    return known or happened is not None or _fixes_a_day(period)


def _fixes_a_day(period: str) -> bool:
    if (named := SINCE.fullmatch(period)) is None:
        return False
    year, month, day = named.groups()
    return named_day(f"{year}-{month or '01'}-{day or '01'}") is not None


def begins_after(period: str, date: dt.date) -> bool:
    """Whether ``since 2030`` names a time after a day, or that day itself."""
    named = period.removeprefix("since ")
    if SINCE.fullmatch(period) is None:
        return False
    return named >= str(date) if len(named) == len(str(date)) else named > str(date)[: len(named)]


def _day(moment: pd.Timestamp) -> dt.date:
    return dt.date(moment.year, moment.month, moment.day)
