"""What tables are made of: values with what they count in, and columns of them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, NamedTuple

FRACTION, PROBABILITY, TIMES, INDEX, DATE, PLAIN = "decimal", "probability", "times", "index", "date", ""
FILE = "file"
POINTS, P = "points", "p"  # said otherwise than what they are counted in
UNITS = {POINTS: FRACTION, P: PROBABILITY}


@dataclass(frozen=True, slots=True)
class Number:
    """A number with what it counts in, and the digits that people get of it."""

    value: float | None
    unit: str = FRACTION
    digits: int = 2
    signed: bool = True


class Interval(NamedTuple):
    """Two ends in the unit of their column; both None where there is none."""

    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Badge:
    """A judgement in a word, with an icon and a tone (good, partly, bad, unknown, neutral)."""

    word: str
    icon: str
    tone: str


@dataclass(frozen=True, slots=True)
class To:
    """Words that lead somewhere: to an address outside, or to the pages of an event."""

    words: str
    address: str = ""
    event: str = ""


Value = float | str | dt.date | Number | Interval | Badge | To | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of raw values, decimal where they are returns.

    Parameters
    ----------
    style : str
        ``strong``, ``soft``, ``interval`` or ``reason``: how a cell, or a line of one, is set.
    right : bool, optional
        Whether it is aligned like numbers; by default, if it has any.
    below : tuple of Column
        What people read in the same cell, under the value; in a file these are columns of their own.
        Those of style `FILE` stand in files alone: what a cell says in words, as numbers.
    """

    name: str
    values: tuple[Value, ...]
    unit: str = PLAIN
    digits: int = 2
    signed: bool = False
    style: str = ""
    right: bool | None = None
    below: tuple[Column, ...] = ()

    @property
    def aligned_right(self) -> bool:
        """Whether the column is set like numbers."""
        if self.right is not None:
            return self.right
        return any(isinstance(value, (int, float, Number, Interval)) for value in self.values)

    @property
    def lines(self) -> tuple[Column, ...]:
        """The columns below that people read."""
        return tuple(column for column in self.below if column.style != FILE)

    @property
    def flat(self) -> Iterator[Column]:
        """The columns of a file: those below beside it, an interval as its two ends."""
        if any(isinstance(value, Interval) for value in self.values):
            ends = [value if isinstance(value, Interval) else Interval(None, None) for value in self.values]
            for name in Interval._fields:
                yield Column(f"{self.name}, {name}", tuple(getattr(end, name) for end in ends), self.unit)
        else:
            yield replace(self, unit=UNITS.get(self.unit, self.unit), below=())
        yield from chain.from_iterable(column.flat for column in self.below)


@dataclass(frozen=True, slots=True)
class Table:
    """A table under a title; without a key it is the one behind a chart.

    `stacked`: on a phone each row becomes a card. `note`: what it was made with, where its page says another.
    """

    title: str
    columns: tuple[Column, ...]
    key: str = ""
    stacked: bool = False
    note: str = ""


def floats(values: Iterable[Any]) -> tuple[float | None, ...]:
    """Plain numbers; None where there is none, so that what is equal compares equal."""
    return tuple(None if v is None or not math.isfinite(v) else float(v) for v in values)


def days(values: Iterable[Any]) -> tuple[dt.date, ...]:
    """Dates of NumPy, pandas or Python as plain ones."""
    return tuple(
        v if type(v) is dt.date else v.date() if isinstance(v, dt.datetime) else v.astype("M8[D]").item()
        for v in values
    )
