"""Firms at their events, as columns: the units of a study."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
import numpy.typing as npt

from analysis.market.bars import Ints
from analysis.market.events import Dates
from analysis.market.prices import Market

Chosen = Ints | npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Observation:
    """One firm at one event: the unit of a study, `position` being day 0 on its session grid."""

    label: str
    symbol: str
    benchmark: str
    position: int


@dataclass(frozen=True, eq=False, slots=True)
class ListedLabels(Sequence[str]):
    """Labels ``SYMBOL@DATE`` of listed events, made one by one: of ten million hardly any is read."""

    names: tuple[str, ...]
    firm: Ints
    date: Dates

    def __len__(self) -> int:
        return len(self.firm)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        if isinstance(place, slice):
            return self.take(np.arange(len(self))[place])
        return f"{self.names[self.firm[place]]}@{self.date[place]}"

    def take(self, chosen: Chosen) -> ListedLabels:
        """Some of the labels."""
        return ListedLabels(self.names, self.firm[chosen], self.date[chosen])


@dataclass(frozen=True, eq=False, slots=True)
class Observations(Sequence[Observation]):
    """N observations as columns.

    Parameters
    ----------
    names : tuple of str
        Symbols of firms and benchmarks, each once.
    firm, benchmark : array of int, shape (N,)
        Which of them.
    position : array of int, shape (N,)
        Day 0 on the firm's sessions.
    labels : sequence of str, length N
    """

    names: tuple[str, ...]
    firm: Ints
    benchmark: Ints
    position: Ints
    labels: Sequence[str]

    @classmethod
    def of(cls, members: Sequence[Observation]) -> Observations:
        """The same observations as columns."""
        if isinstance(members, Observations):
            return members
        code: dict[str, int] = {}
        for member in members:
            code.setdefault(member.symbol, len(code))
            code.setdefault(member.benchmark, len(code))
        return cls(
            tuple(code),
            np.array([code[member.symbol] for member in members], dtype=np.int64),
            np.array([code[member.benchmark] for member in members], dtype=np.int64),
            np.array([member.position for member in members], dtype=np.int64),
            tuple(member.label for member in members),
        )

    def __len__(self) -> int:
        return len(self.firm)

    @overload
    def __getitem__(self, place: int) -> Observation: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Observation]: ...
    def __getitem__(self, place: int | slice) -> Observation | Sequence[Observation]:
        if isinstance(place, slice):
            return self.take(np.arange(len(self))[place])
        firm, benchmark = self.names[self.firm[place]], self.names[self.benchmark[place]]
        return Observation(self.labels[place], firm, benchmark, int(self.position[place]))

    def take(self, chosen: Chosen) -> Observations:
        """Some of the observations."""
        kept = np.arange(len(self))[chosen]
        labels: Sequence[str]
        if isinstance(self.labels, ListedLabels):
            labels = self.labels.take(kept)
        else:
            labels = tuple(self.labels[place] for place in kept.tolist())
        return Observations(self.names, self.firm[kept], self.benchmark[kept], self.position[kept], labels)

    def by_calendar(self, market: Market) -> Iterator[tuple[str, Ints]]:
        """Observations that follow the same sessions, as their key in the market and column numbers."""
        n = len(self.names)
        pairs, which = np.unique(self.firm * n + self.benchmark, return_inverse=True)
        both = zip(*(part.tolist() for part in np.divmod(pairs, n)), strict=True)
        keys = [market.calendar(self.names[firm], self.names[benchmark]) for firm, benchmark in both]
        calendars = {key: place for place, key in enumerate(dict.fromkeys(keys))}
        code = np.array([calendars[key] for key in keys], dtype=np.int64)[which]
        for key, place in calendars.items():
            yield key, np.flatnonzero(code == place)
