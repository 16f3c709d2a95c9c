"""Many events at once: a list of firms and dates, each with a day 0 of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Literal, get_args

import numpy as np
import pandas as pd

from analysis.market.errors import DesignError
from analysis.market.events import Event, Sessions, Window
from analysis.market.panels import EventPanel, Observation, event_panel
from analysis.market.prices import Market
from analysis.study.study import ESTIMATION_WINDOW, EVENT_WINDOW, StudyDesign, StudyResults, study_panel

ClosedDay = Literal["next", "previous", "drop"]


@dataclass(frozen=True, slots=True)
class ListedEvent:
    """One line of a list of events; `line` is its number in the file."""

    symbol: str
    date: dt.date
    benchmark: str | None = None
    group: str | None = None
    line: int = 0

    @property
    def label(self) -> str:
        """Name of the observation: ``SYMBOL@DATE``."""
        return f"{self.symbol}@{self.date}"


@dataclass(frozen=True, eq=False)
class ManyEvents:
    """A study of many events, and what decides how far to trust it.

    Parameters
    ----------
    results : StudyResults
        Its labels are ``SYMBOL@DATE`` with the date as listed; `excluded` names what was left out.
    groups : mapping of label to str
        Group of each event that has one.
    """

    results: StudyResults
    groups: Mapping[str, str]

    @cached_property
    def sessions(self) -> pd.Series[pd.Timestamp]:
        """Day 0 of each event."""
        return self.results.sessions.T[0]

    @cached_property
    def moved(self) -> pd.Series[pd.Timestamp]:
        """Day 0 of the events that were listed on a closed day."""
        listed = pd.to_datetime(self.sessions.index.str.rsplit("@", n=1).str[-1])
        elsewhere = self.sessions.to_numpy() != listed.to_numpy()
        return self.sessions[np.asarray(elsewhere, dtype=bool)]

    @cached_property
    def overlaps(self) -> pd.DataFrame:
        """Events of one firm whose event windows overlap: each with the next, and the sessions shared."""
        observations = self.results.panel.observations
        table = pd.DataFrame(
            {
                "symbol": [o.symbol for o in observations],
                "event": [o.label for o in observations],
                "position": [o.position for o in observations],
            }
        ).sort_values(["symbol", "position"])
        following = table.groupby("symbol").shift(-1)
        shared = len(self.results.design.event_window) - (following["position"] - table["position"])
        table = table.assign(next_event=following["event"], sessions_shared=shared)[shared > 0]
        return table[["event", "next_event", "sessions_shared"]].astype({"sessions_shared": int})

    @cached_property
    def clusters(self) -> pd.Series[int]:
        """Number of events per day 0, largest first, for days 0 that events share."""
        counts = self.sessions.value_counts()
        return counts[counts > 1]

    @cached_property
    def caution(self) -> tuple[str, ...]:
        """What the list itself says against tests that take events for independent, in words."""
        out = []
        if len(self.clusters):
            day, count = self.clusters.index[0], self.clusters.iloc[0]
            out.append(
                f"{self.clusters.sum()} of {len(self.sessions)} events share their day 0 with another; most "
                f"on {day:%Y-%m-%d} ({count})"
            )
        if len(self.overlaps):
            first = self.overlaps.iloc[0]
            overlap = "event overlaps" if len(self.overlaps) == 1 else "events overlap"
            out.append(
                f"{len(self.overlaps)} {overlap} the next one of their firm within event window "
                f"{self.results.design.event_window}, first {first['event']} and {first['next_event']}"
            )
        return tuple(out)

    def by_group(self) -> dict[str, StudyResults]:
        """The study of each group on its own, groups in the order of the list."""
        results = self.results
        members: dict[str, set[str]] = {}
        for label, group in self.groups.items():
            members.setdefault(group, set()).add(label)
        return {
            group: study_panel(results.design, _only(results.panel, labels), {})
            for group, labels in members.items()
            if labels & set(results.symbols)
        }


def _only(panel: EventPanel, labels: Collection[str]) -> EventPanel:
    return panel.take(np.array([label in labels for label in panel.labels], dtype=bool))


def study_events(
    events: Sequence[ListedEvent],
    market: Market,
    closed_day: ClosedDay = "next",
    *,
    model: str = "market_model",
    event_window: Window = EVENT_WINDOW,
    estimation_window: Window = ESTIMATION_WINDOW,
    name: str = "events",
    unread: Mapping[str, str] = MappingProxyType({}),
) -> ManyEvents:
    """Study a list of events over a panel of prices.

    An event on a closed day moves to the next or the previous session, or is dropped; what cannot
    be studied is excluded with a reason: unknown symbols, duplicates, events outside the data.
    `unread` says why a symbol has no prices, where that is known.

    Raises
    ------
    DesignError
        If the rule for closed days is unknown, the list is empty, or no event can be studied.
    UnknownNameError
        If the model is unknown.
    """
    if closed_day not in get_args(ClosedDay):
        raise DesignError(f"closed day {closed_day!r}: allowed are {', '.join(get_args(ClosedDay))}")
    if not events:
        raise DesignError("the list holds no event")
    once, excluded = _once(events)
    first = Event(name, f"{len(events):,} events of {name}", session=min(event.date for event in events))
    design = StudyDesign(first, tuple(once), None, model, event_window, estimation_window)
    observations = _placed(once.values(), market, closed_day, unread, excluded)
    span = Window(min(estimation_window.start, event_window.start), event_window.end)
    results = study_panel(design, event_panel(market, observations, span), excluded)
    return ManyEvents(results, {label: event.group for label, event in once.items() if event.group})


def _once(events: Iterable[ListedEvent]) -> tuple[dict[str, ListedEvent], dict[str, str]]:
    """Events by label, and a reason for each that is listed again."""
    once: dict[str, ListedEvent] = {}
    excluded = {}
    for event in events:
        first = once.setdefault(event.label, event)
        if first is not event:
            excluded[f"{event.label} (line {event.line})"] = f"listed before, on line {first.line}"
    return once, excluded


def _placed(
    events: Iterable[ListedEvent],
    market: Market,
    closed_day: ClosedDay,
    unread: Mapping[str, str],
    excluded: dict[str, str],
) -> list[Observation]:
    """An observation per event that has prices and a day 0; reasons for the others go to `excluded`."""
    taken: dict[tuple[str, int], str] = {}
    observations = []
    for event in events:
        try:
            observation = _observation(event, market, closed_day)
        except DesignError as error:
            excluded[event.label] = unread.get(event.symbol, str(error))
            continue
        first = taken.setdefault((event.symbol, observation.position), event.label)
        if first != event.label:
            excluded[event.label] = f"has the same day 0 as {first}"
        else:
            observations.append(observation)
    return observations


def _observation(event: ListedEvent, market: Market, closed_day: ClosedDay) -> Observation:
    if event.symbol not in market.histories:
        raise DesignError(f"no prices of {event.symbol}")
    benchmark = event.benchmark or market.instrument(event.symbol).benchmark
    if benchmark is None:
        raise DesignError("has no benchmark; name one in the list or for all")
    if benchmark not in market.histories:
        raise DesignError(f"no prices of its benchmark {benchmark}")
    if benchmark == event.symbol:
        raise DesignError("is its own benchmark")
    sessions = market.sessions_for(event.symbol)
    return Observation(event.label, event.symbol, benchmark, position_of(event.date, sessions, closed_day))


def position_of(date: dt.date, sessions: Sessions, closed_day: ClosedDay) -> int:
    """Index of the session of a date, by the rule for closed days.

    Raises
    ------
    DesignError
        If the date lies outside the sessions, or is a closed day and the rule drops it.
    """
    day = np.datetime64(date, "D")
    index = int(np.searchsorted(sessions.dates, day))
    inside = 0 < index < len(sessions.dates)
    if closed_day == "drop" or not inside or sessions.dates[index] == day:
        return sessions.position(date)
    return index if closed_day == "next" else index - 1
