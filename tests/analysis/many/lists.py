"""Lists of events for tests, row by row."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from analysis.many.events import NONE, EventList


@dataclass(frozen=True)
class Row:
    """A line of a list of events."""

    symbol: str
    date: dt.date
    benchmark: str | None = None
    group: str | None = None
    line: int = 0
    moment: str = "NaT"

    @property
    def label(self) -> str:
        """What the event is called."""
        return f"{self.symbol}@{self.date}"


def listed(*rows: Row) -> EventList:
    """The rows as a list, in their order."""
    names = tuple(sorted({row.symbol for row in rows} | {row.benchmark for row in rows if row.benchmark}))
    groups = tuple(dict.fromkeys(row.group for row in rows if row.group))
    return EventList(
        names,
        np.array([names.index(row.symbol) for row in rows], dtype=np.int64),
        np.array([names.index(row.benchmark) if row.benchmark else NONE for row in rows], dtype=np.int64),
        np.array([row.date for row in rows], dtype="datetime64[D]"),
        np.array([row.moment for row in rows], dtype="datetime64[s]"),
        groups,
        np.array([groups.index(row.group) if row.group else NONE for row in rows], dtype=np.int64),
        np.array([row.line for row in rows], dtype=np.int64),
    )
