"""Lists of events from files, as a study takes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analysis.many.events import EventList
from analysis.market.bars import Ints
from analysis.market.errors import DataError
from data.bundled.exchanges import exchange_of, in_utc, on_clocks
from data.files.attributes import attributes
from data.files.columns import text_column
from data.files.days import NO_DAY
from data.files.events import Coded, EventTable, read_event_table
from data.files.layouts import DateOrder
from data.files.moments import times_of

if TYPE_CHECKING:
    import pandas as pd


def read_events(
    path: Path, dates: DateOrder | None = None, formula: str = ""
) -> tuple[EventList, str, pd.DataFrame | None]:
    """The events of a file, what had to be assumed of their times, and the columns that a formula names.

    Raises
    ------
    DataError
        If it is no such list: one line with file, line, value found and what is needed.
    """
    table = read_event_table(path, dates)
    named = attributes(table, formula, path.name) if formula else None
    clock = int((~np.isnat(table.clock_times)).sum())
    events, zones = event_list(table)
    return events, _without_zone(clock, zones) if clock else "", named


def day_or_moment(
    text: str, order: DateOrder | None, zone: str, name: str
) -> tuple[dt.date, dt.datetime | None, bool]:
    """A date that was typed: its day on the clocks of a zone, its moment (UTC) if it has a time.

    The last says whether the time was read in `zone`, for it names none.

    Raises
    ------
    DataError
        If it is no date, or one that can be read two ways.
    """
    days, zoned, clock, wrong = times_of(text_column([text]), name, order)
    if wrong[0] or days[0] == NO_DAY:
        needed = "YYYY-MM-DD, and a time such as 16:30 or 16:30-05:00 if known"
        raise DataError(f"{name} {text!r} is no date; needed: {needed}")
    assumed = not np.isnat(clock[0])
    moments = in_utc(clock, zone) if assumed else zoned
    if np.isnat(moments[0]):
        return days[0].astype("datetime64[D]").item(), None, False
    moment = moments[0].item().replace(tzinfo=dt.timezone.utc)
    return on_clocks(moments, zone)[0].item(), moment, assumed


def _without_zone(count: int, zones: Sequence[str]) -> str:
    times = "1 time without a zone is" if count == 1 else f"{count:,} times without a zone are"
    return f"{times} read in that of the share's exchange ({', '.join(zones)})"


def event_list(table: EventTable) -> tuple[EventList, list[str]]:
    """A table of events with one set of names for firms and benchmarks, and all times in UTC.

    Beside it the zones in which times without one were read.
    """
    names = tuple(sorted({*table.symbol.names, *table.benchmark.names}))
    moments, dates, read_in = table.times.copy(), table.dates, []
    clock, zoned = ~np.isnat(table.clock_times), ~np.isnat(table.times)
    zones = np.array([exchange_of(name).zone for name in table.symbol.names], dtype=object)
    timed = clock | zoned
    for zone in sorted(set(zones[np.unique(table.symbol.codes[timed])].tolist())) if timed.any() else ():
        here = zones[table.symbol.codes] == zone
        if (mine := clock & here).any():
            moments[mine] = in_utc(table.clock_times[mine], zone)
            read_in.append(zone)
        if (mine := zoned & here).any():
            dates = dates.copy()
            dates[mine] = on_clocks(moments[mine], zone)
    events = EventList(
        names,
        _among(names, table.symbol),
        _among(names, table.benchmark),
        dates,
        moments,
        table.group.names,
        table.group.codes,
        table.lines,
    )
    return events, read_in


def _among(names: tuple[str, ...], coded: Coded) -> Ints:
    place = {name: k for k, name in enumerate(names)}
    return np.array([*(place[name] for name in coded.names), -1], dtype=np.int64)[coded.codes]
