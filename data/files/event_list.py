"""Lists of events from files, as a study takes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from analysis.many.events import EventList
from analysis.market.bars import Ints
from data.bundled.exchanges import exchange_of, in_utc
from data.files.events import Coded, EventTable, read_event_table
from data.files.layouts import DateOrder


def read_events(path: Path, dates: DateOrder | None = None) -> tuple[EventList, str]:
    """The events of a file, and what had to be assumed of their times; empty if nothing.

    Raises
    ------
    DataError
        If it is no such list: one line with file, line, value found and what is needed.
    """
    table = read_event_table(path, dates)
    clock = int((~np.isnat(table.clock_times)).sum())
    return event_list(table), _without_zone(clock) if clock else ""


def _without_zone(count: int) -> str:
    times = "1 time without a zone is" if count == 1 else f"{count:,} times without a zone are"
    return f"{times} read in that of the share's exchange"


def event_list(table: EventTable) -> EventList:
    """A table of events with one set of names for firms and benchmarks, and all times in UTC."""
    names = tuple(sorted({*table.symbol.names, *table.benchmark.names}))
    moments = table.times.copy()
    clock = ~np.isnat(table.clock_times)
    zones = np.array([exchange_of(name).zone for name in table.symbol.names], dtype=object)
    for zone in set(zones[np.unique(table.symbol.codes[clock])].tolist()) if clock.any() else ():
        mine = clock & (zones[table.symbol.codes] == zone)
        moments[mine] = in_utc(table.clock_times[mine], zone)
    return EventList(
        names,
        _among(names, table.symbol),
        _among(names, table.benchmark),
        table.dates,
        moments,
        table.group.names,
        table.group.codes,
        table.lines,
    )


def _among(names: tuple[str, ...], coded: Coded) -> Ints:
    place = {name: k for k, name in enumerate(names)}
    return np.array([*(place[name] for name in coded.names), -1], dtype=np.int64)[coded.codes]
