"""Events, windows in event time, and day 0 on an exchange's own sessions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from analysis.market.errors import DesignError

Dates = npt.NDArray[np.datetime64]

ClosedDay = Literal["next", "previous", "drop"]
"""Where an event on a day without a session goes."""

FARTHEST = 10_000  # forty years of sessions


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A range of event time in sessions from day 0, both ends included.

    Raises
    ------
    DesignError
        If `start` lies after `end`, or an end lies more than `FARTHEST` sessions from day 0.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.start > self.end:
            raise DesignError(f"window [{self.start}, {self.end}]: the start lies after the end")
        if max(abs(self.start), abs(self.end)) > FARTHEST:
            ends = f"[{_signed(self.start)}, {_signed(self.end)}]"
            raise DesignError(f"window {ends} reaches farther than {FARTHEST} sessions from day 0")

    def __len__(self) -> int:
        return self.end - self.start + 1

    def __contains__(self, event_time: int) -> bool:
        return self.start <= event_time <= self.end

    def __str__(self) -> str:
        return (
            f"[{_signed(self.start)}, {_signed(self.end)}]" if len(self) > 1 else f"[{_signed(self.start)}]"
        )

    @property
    def event_time(self) -> npt.NDArray[np.int64]:
        """Event times of the window, shape (len,)."""
        return np.arange(self.start, self.end + 1)

    def among(self, event_time: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Which of some event times lie in the window, shape (L,)."""
        return (self.start <= event_time) & (event_time <= self.end)

    def covers(self, other: Window) -> bool:
        """Whether `other` lies wholly inside this window."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Window) -> bool:
        """Whether the two windows share a session."""
        return self.start <= other.end and other.start <= self.end


DAY_ZERO = Window(0, 0)


def _signed(event_time: int) -> str:
    return f"{event_time:+d}" if event_time else "0"


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """Something that happened on a date near the event.

    `kind` is ``event`` (day 0), ``context`` or ``confounder`` (another reason for prices to
    move); an entry without `symbols` concerns the whole market.
    """

    date: dt.date
    label: str
    kind: Literal["event", "context", "confounder"] = "context"
    symbols: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """A piece of news, known by the time it reached the market or by its session.

    Parameters
    ----------
    slug, name : str
        Key for addresses and label for people.
    information_time : datetime, optional
        Time-zone-aware moment at which the news was known; day 0 follows per exchange.
    session : date, optional
        Day 0 itself, the same for all exchanges, where no information time is known.
    closed_day : str
        Where a `session` goes on which an exchange was closed.

    Raises
    ------
    DesignError
        Unless exactly one of `information_time` and `session` is given, or if the time has no zone.
    """

    slug: str
    name: str
    information_time: dt.datetime | None = None
    session: dt.date | None = None
    timeline: tuple[TimelineEntry, ...] = field(default=(), compare=False)
    closed_day: ClosedDay = "next"

    def __post_init__(self) -> None:
        if (self.information_time is None) == (self.session is None):
            raise DesignError(f"event {self.slug!r}: give either an information time or a session")
        if self.information_time is not None and self.information_time.utcoffset() is None:
            raise DesignError(f"event {self.slug!r}: the information time needs a time zone")

    @property
    def known_on(self) -> dt.date:
        """The day of the news: its session, or the date of its information time."""
        return self.session or self.information_time.date()  # type: ignore[union-attr]  # one is given


@dataclass(frozen=True, eq=False, slots=True)
class Sessions:
    """The trading days of one exchange.

    Parameters
    ----------
    exchange : str
        Market identifier code (ISO 10383), or the benchmark's symbol for a grid made of its dates.
    dates : array of datetime64[D], shape (T,)
        Strictly increasing.
    closes : array of datetime64[s], shape (T,), optional
        Closing time of each session in UTC; needed to find day 0 from an information time.
    """

    exchange: str
    dates: Dates
    closes: Dates | None = None

    @property
    def span(self) -> str:
        """First and last session, in words."""
        return f"{self.dates[0]} to {self.dates[-1]}" if len(self.dates) else "no sessions"

    def position(self, date: dt.date) -> int:
        """Index of a session.

        Raises
        ------
        DesignError
            If `date` is no session; names the neighbouring sessions.
        """
        day = np.datetime64(date, "D")
        index = int(np.searchsorted(self.dates, day))
        if index < len(self.dates) and self.dates[index] == day:
            return index
        if index == 0 or index == len(self.dates):
            raise DesignError(f"{date} is outside the data of {self.exchange}: {self.span}")
        raise DesignError(
            f"{date} is no session of {self.exchange}; the neighbouring sessions are "
            f"{self.dates[index - 1]} and {self.dates[index]}"
        )

    def moved(self, date: dt.date, closed_day: ClosedDay) -> int:
        """Index of a session, of a closed day that of the next or the previous one.

        Raises
        ------
        DesignError
            If `date` is outside the sessions, or is a closed day that is to be dropped.
        """
        day = np.datetime64(date, "D")
        index = int(np.searchsorted(self.dates, day))
        if closed_day == "drop" or not 0 < index < len(self.dates) or self.dates[index] == day:
            return self.position(date)
        return index - (closed_day == "previous")


def day_zero(event: Event, sessions: Sessions) -> int:
    """Index of day 0: the first session whose close lies after the information time.

    An event of which only the date is known has day 0 on that session; a closed day moves by its rule.

    Raises
    ------
    DesignError
        If the event lies outside the sessions, or on a closed day that is to be dropped.
    """
    if event.session is not None:
        return sessions.moved(event.session, event.closed_day)
    assert event.information_time is not None
    if sessions.closes is None:
        raise DesignError(f"{sessions.exchange} has no closing times: name the event's session instead")
    utc = event.information_time.astimezone(dt.timezone.utc).replace(tzinfo=None)
    index = int(np.searchsorted(sessions.closes, np.datetime64(utc, "s"), side="right"))
    if index == len(sessions.dates) or (index == 0 and np.datetime64(utc, "D") < sessions.dates[0]):
        raise DesignError(
            f"event {event.slug!r} ({utc:%Y-%m-%d %H:%M} UTC) is outside the data of "
            f"{sessions.exchange}: {sessions.span}"
        )
    return index
