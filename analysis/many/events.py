"""Lists of events as columns, and where each has its day 0."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from analysis.market.bars import Ints
from analysis.market.errors import DesignError
from analysis.market.events import ClosedDay, Dates, Sessions
from analysis.market.observations import Chosen, ListedLabels, Observations
from analysis.market.prices import Market

MOST_SAID = 100  # of a kind, with the reason
NONE = -1


@dataclass(frozen=True, eq=False, slots=True)
class EventList:
    """E events: each a firm and a date, some with a moment, a benchmark or a group of their own.

    Parameters
    ----------
    names : tuple of str
        Symbols that `firm` and `benchmark` count in, ascending.
    firm, benchmark : array of int, shape (E,)
        `NONE` where an event names no benchmark.
    date : array of datetime64[D], shape (E,)
        As listed; of a moment with a zone that on the clocks of the firm's exchange.
    moment : array of datetime64[s], shape (E,)
        When the news was known, UTC; NaT where only the date is given.
    groups : tuple of str
        Names that `group`, shape (E,), counts in; `NONE` without one.
    line : array of int, shape (E,)
        Where an event stands in its file.
    """

    names: tuple[str, ...]
    firm: Ints
    benchmark: Ints
    date: Dates
    moment: npt.NDArray[np.datetime64]
    groups: tuple[str, ...]
    group: Ints
    line: Ints

    def __len__(self) -> int:
        return len(self.firm)

    @property
    def firms(self) -> frozenset[str]:
        """Symbols of the firms that have an event."""
        return frozenset(self.names[k] for k in np.unique(self.firm))

    def take(self, chosen: Chosen | slice) -> EventList:
        """Some of the events."""
        names = [field.name for field in fields(self) if field.name not in ("names", "groups")]
        columns: dict[str, Any] = {name: getattr(self, name)[chosen] for name in names}
        return replace(self, **columns)

    def with_benchmark(self, symbol: str | None) -> EventList:
        """The same events, those without a benchmark of their own having this one."""
        if symbol is None:
            return self
        names = tuple(sorted({*self.names, symbol}))
        firm, own = (_renamed(codes, self.names, names) for codes in (self.firm, self.benchmark))
        return replace(
            self, names=names, firm=firm, benchmark=np.where(own == NONE, names.index(symbol), own)
        )

    def ordered(self) -> EventList:
        """By symbol and date, whatever the order of the file."""
        return self.take(np.lexsort((self.line, self.group, self.benchmark, self.date, self.firm)))

    def label(self, place: int) -> str:
        """``SYMBOL@DATE``, the date as listed."""
        return f"{self.names[self.firm[place]]}@{self.date[place]}"

    @property
    def labels(self) -> ListedLabels:
        """All of them, said when asked for."""
        return ListedLabels(self.names, self.firm, self.date)


def joined_events(parts: Sequence[EventList]) -> EventList:
    """The events of several lists as one."""
    names, groups = parts[0].names, parts[0].groups
    if any(part.names is not names for part in parts):
        names = tuple(sorted(set().union(*(part.names for part in parts))))
    if any(part.groups is not groups for part in parts):
        groups = tuple(dict.fromkeys(group for part in parts for group in part.groups))
    return EventList(
        names,
        np.concatenate([_renamed(part.firm, part.names, names) for part in parts]),
        np.concatenate([_renamed(part.benchmark, part.names, names) for part in parts]),
        np.concatenate([part.date for part in parts]),
        np.concatenate([part.moment for part in parts]),
        groups,
        np.concatenate([_renamed(part.group, part.groups, groups) for part in parts]),
        np.concatenate([part.line for part in parts]),
    )


def _renamed(codes: Ints, names: Sequence[str], others: Sequence[str]) -> Ints:
    """Numbers that count in some names as numbers that count in others; `NONE` stays."""
    if names is others:
        return codes
    number = {name: k for k, name in enumerate(others)}
    place = np.array([*(number[name] for name in names), NONE], dtype=np.int64)
    return place[codes]


@dataclass(frozen=True, slots=True)
class Said:
    """Things of one kind: how many, and the first of them by name with what is to be said."""

    count: int = 0
    first: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, places: Ints, label: Callable[[int], str], text: Callable[[int], str]) -> Said:
        """The things at some places, of which the first are put into words."""
        return cls(len(places), tuple((label(i), text(i)) for i in places[:MOST_SAID].tolist()))

    def __add__(self, other: Said) -> Said:
        return Said(self.count + other.count, tuple(sorted(self.first + other.first)[:MOST_SAID]))


@dataclass(frozen=True, eq=False, slots=True)
class Placed:
    """Events that have prices and a day 0, as observations of the same order, and what is left out.

    `moved` tells which had to move, and why each did.
    """

    events: EventList
    observations: Observations
    moved: Said
    lost: Said


def placed(
    events: EventList,
    market: Market,
    closed_day: ClosedDay = "next",
    unread: Mapping[str, str] | None = None,
    measured: bool = True,
) -> Placed:
    """Find day 0 of each event on its firm's sessions, which are those of its benchmark's exchange.

    A date on a closed day moves to the next or the previous session, or is dropped; a moment on another
    day belongs to the first session that closes after it. `unread` says why a symbol has no prices, where
    that is known. Unless firms are `measured` against a benchmark, those without one have their own sessions.

    Raises
    ------
    DesignError
        If the rule for closed days is unknown.
    """
    if closed_day not in get_args(ClosedDay):
        raise DesignError(f"closed day {closed_day!r}: allowed are {', '.join(get_args(ClosedDay))}")
    events = events.ordered()
    repeated, events = _without_repeats(events)
    unpriced, events = _without_prices(events, market, unread or {}, measured)
    days = _days_zero(events, market, closed_day)
    leader = _leaders(events, days.position)
    outside = days.position == NONE
    twice = ~outside & (leader != np.arange(len(events)))
    lost = (
        repeated
        + unpriced
        + Said.of(np.flatnonzero(outside), events.label, lambda i: _outside(events, i, days.of(i)))
        + Said.of(
            np.flatnonzero(twice),
            events.label,
            lambda i: f"has the same day 0 as {events.label(int(leader[i]))}",
        )
    )
    kept = ~outside & ~twice
    moved = kept & days.moved
    told = Said.of(np.flatnonzero(moved), events.label, lambda i: _moved(events, i, days))
    events, position = events.take(kept), days.position[kept]
    observations = Observations(events.names, events.firm, events.benchmark, position, events.labels)
    return Placed(events, observations, told, lost)


def _without_repeats(events: EventList) -> tuple[Said, EventList]:
    """Events that are listed once, and what is said of the repeats."""
    again = np.zeros(len(events), dtype=bool)
    again[1:] = (np.diff(events.firm) == 0) & (np.diff(events.date.astype(np.int64)) == 0)
    first = np.maximum.accumulate(np.where(again, 0, np.arange(len(events))))
    said = Said.of(
        np.flatnonzero(again),
        lambda place: f"{events.label(place)} (line {events.line[place]})",
        lambda place: f"listed before, on line {events.line[first[place]]}",
    )
    return said, events.take(~again)


def _without_prices(
    events: EventList, market: Market, unread: Mapping[str, str], measured: bool
) -> tuple[Said, EventList]:
    """Events whose firm and benchmark have prices, each with its benchmark, and why the others go."""
    n = len(events.names) + 1  # the last for those without a benchmark
    pairs, which = np.unique(events.firm * n + events.benchmark % n, return_inverse=True)
    known = [_pair(events.names, int(pair), n, market, unread, measured) for pair in pairs]
    chosen = [benchmark or "" for benchmark, _ in known]
    names = tuple(sorted({*events.names, *filter(None, chosen)}))
    number = {name: k for k, name in enumerate(names)}
    code = np.array([number.get(one, NONE) for one in chosen], dtype=np.int64)
    out = np.array([bool(reason) for _, reason in known], dtype=bool)[which]
    said = Said.of(np.flatnonzero(out), events.label, lambda i: known[which[i]][1])
    firm = _renamed(events.firm, events.names, names)
    matched = replace(events, names=names, firm=firm, benchmark=code[which])
    return said, matched.take(~out)


def _pair(
    names: Sequence[str], pair: int, n: int, market: Market, unread: Mapping[str, str], measured: bool
) -> tuple[str | None, str]:
    """The benchmark of a firm's events, and what speaks against them."""
    firm = names[pair // n]
    if not market.has_bars(firm):
        return None, unread.get(firm, f"no prices of {firm}")
    named = pair % n < len(names)
    benchmark = names[pair % n] if named else market.instrument(firm).benchmark
    if not measured and (benchmark in (None, firm) or not (named or market.has_bars(benchmark))):
        return firm, ""  # nobody reads it
    if benchmark is None:
        return None, "has no benchmark; name one in the list or for all"
    if benchmark == firm:
        return None, "is its own benchmark"
    if not market.has_bars(benchmark):
        return None, unread.get(benchmark, f"no prices of its benchmark {benchmark}")
    return benchmark, ""


@dataclass(frozen=True, eq=False, slots=True)
class _DaysZero:
    """Day 0 of each event on its sessions, whether it is another day than listed, and which sessions."""

    position: Ints
    moved: npt.NDArray[np.bool_]
    sessions: tuple[Sessions, ...]
    which: Ints

    def of(self, place: int) -> Sessions:
        return self.sessions[int(self.which[place])]


def _days_zero(events: EventList, market: Market, closed_day: ClosedDay) -> _DaysZero:
    position, which = np.full((2, len(events)), NONE)
    moved = np.zeros(len(events), dtype=bool)
    observations = Observations(events.names, events.firm, events.benchmark, position, events.labels)
    calendars: list[Sessions] = []
    for calendar, places in observations.by_calendar(market):
        sessions = market.sessions[calendar]
        timed = ~np.isnat(events.moment[places])
        found = _of_dates(events.date[places], sessions, closed_day)
        if closed_day != "next":
            timed &= np.isin(events.date[places], sessions.dates)
        found[timed] = _of_moments(events.moment[places[timed]], sessions)
        position[places], which[places] = found, len(calendars)
        moved[places] = (found != NONE) & (sessions.dates[found] != events.date[places])
        calendars.append(sessions)
    return _DaysZero(position, moved, tuple(calendars), which)


def _of_dates(dates: Dates, sessions: Sessions, closed_day: ClosedDay) -> Ints:
    """Index of the session of each date, by the rule for closed days."""
    index = np.searchsorted(sessions.dates, dates)
    there = sessions.dates[np.minimum(index, len(sessions.dates) - 1)] == dates
    inside = (index > 0) & (index < len(sessions.dates))
    if closed_day == "drop":
        return np.where(there, index, NONE)
    return np.where(there, index, np.where(inside, index - (closed_day == "previous"), NONE))


def _of_moments(moments: npt.NDArray[np.datetime64], sessions: Sessions) -> Ints:
    """Index of the first session that closes after each moment."""
    if sessions.closes is None:
        return np.full(len(moments), NONE)
    index = np.searchsorted(sessions.closes, moments, side="right")
    early = (index == 0) & (moments.astype("datetime64[D]") < sessions.dates[0])
    return np.where(early | (index == len(sessions.dates)), NONE, index)


def _outside(events: EventList, place: int, sessions: Sessions) -> str:
    moment = events.moment[place]
    try:
        sessions.position(events.date[place].item())
    except DesignError as error:
        return str(error)
    if sessions.closes is None:
        return f"{sessions.exchange} has no closing times: give a date without a time"
    return f"{moment} UTC is outside the data of {sessions.exchange}: {sessions.span}"


def _moved(events: EventList, place: int, days: _DaysZero) -> str:
    """Why day 0 is not the day that was listed."""
    sessions = days.of(place)
    day = sessions.dates[days.position[place]]
    if np.isnat(events.moment[place]) or day < events.date[place]:
        return f"{day}: {events.date[place]} is no session of {sessions.exchange}"
    return f"{day}: the first session of {sessions.exchange} that closes after {events.moment[place]} UTC"


def _leaders(events: EventList, position: Ints) -> Ints:
    """The first event of each event's firm on its day 0."""
    order = np.lexsort((np.arange(len(events)), position, events.firm))
    same = np.zeros(len(events), dtype=bool)
    same[1:] = (np.diff(events.firm[order]) == 0) & (np.diff(position[order]) == 0)
    leader = np.empty(len(events), dtype=np.int64)
    leader[order] = order[np.maximum.accumulate(np.where(same, 0, np.arange(len(events))))]
    return leader
