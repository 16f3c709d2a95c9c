"""Weeks in which a source tells the truth, and every kind of untruth, day by day."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from data.bundled.calendars import sessions
from tests.chaos.second import Answer
from tests.chaos.truth import CURRENCIES, SYMBOLS, Truth, truth
from tests.chaos.untruths import FAULTS

RATIOS, SMALL = (2, 3, 4, 5, 10), (1.05, 1.02, 1.03, 1.054)


@dataclass(frozen=True)
class Trouble:
    """A fault of a symbol from one day to another, both included."""

    kind: str
    symbol: str
    first: dt.date
    last: dt.date
    chance: float

    def at(self, day: dt.date) -> bool:
        """Whether it is at work on a day."""
        return self.first <= day <= self.last


@dataclass(frozen=True)
class World:
    """All that happens: the days of refreshes, the truth of each symbol, and what is told otherwise."""

    days: tuple[dt.date, ...]
    truths: Mapping[str, Truth]
    troubles: tuple[Trouble, ...]
    dark: frozenset[dt.date] = field(default_factory=frozenset)

    def trouble(self, symbol: str, day: dt.date) -> Trouble | None:
        """What is wrong with a symbol on a day."""
        return next((each for each in self.troubles if each.symbol == symbol and each.at(day)), None)

    def concerns(self, trouble: Trouble, held: pd.Index[pd.Timestamp]) -> bool:
        """Whether a fault is about something that is held: a bar that never came cannot be withdrawn."""
        takes_away = trouble.kind in ("withdrawn bar", "emptied bar")
        return not takes_away or self.truths[trouble.symbol].before(trouble.first) in held

    def says(self, symbol: str, day: dt.date) -> Answer:
        """The source's answer on the evening of a day."""
        trouble, truth = self.trouble(symbol, day), self.truths[symbol]
        if trouble is None:
            return truth.on(day)
        return FAULTS[trouble.kind].says(truth, day, trouble.first, trouble.chance)


def made_world(
    seed: int,
    weeks: int,
    symbols: Sequence[str] = tuple(SYMBOLS),
    kinds: Collection[str] = FAULTS.keys(),
    quiet: int = 4,
) -> World:
    """A world of some weeks in which every kind of fault has its turn, and the last `quiet` days have none.

    Faults begin on days on which all exchanges trade, and are two to five days apart.
    """
    draw = random.Random(seed)
    start = dt.date(2025, 9, 15)
    every = [day.date() for day in pd.bdate_range(start, periods=5 * weeks)]
    open_days = [day for day in every if all(_trades(exchange, day) for exchange in CURRENCIES)]
    deck: list[str] = []
    troubles: list[Trouble] = []
    splits: dict[str, dict[dt.date, float]] = {symbol: {} for symbol in symbols}
    paid: dict[str, dict[dt.date, float]] = {symbol: {} for symbol in symbols}
    news: dict[str, dict[dt.date, float]] = {symbol: {} for symbol in symbols}
    for symbol in symbols:
        place = draw.randint(2, 4)
        while place < len(open_days) - quiet - 1:
            deck = deck or draw.sample(sorted(kinds), len(kinds))
            kind, first = deck.pop(), open_days[place]
            until = min(place + draw.randint(1, FAULTS[kind].longest), len(open_days) - quiet) - 1
            troubles.append(Trouble(kind, symbol, first, open_days[max(place, until)], draw.random()))
            if "split" in FAULTS[kind].needs:
                ex = open_days[place - 2] if "before" in FAULTS[kind].needs else first
                splits[symbol][ex] = draw.choice(SMALL if "small" in FAULTS[kind].needs else RATIOS)
                if kind != "late split":  # which nothing but the price tells
                    news[symbol][ex] = draw.uniform(-0.08, 0.08)
            if FAULTS[kind].needs == "dividend":
                paid[symbol][first] = draw.uniform(0.002, 0.02)
            place = max(place, until) + draw.randint(3, 6)
    truths = {
        symbol: truth(symbol, every[-1], paid[symbol], splits[symbol], news[symbol]) for symbol in symbols
    }
    begin = {trouble.first for trouble in troubles}
    calm = [day for day in every[3 : -quiet - 1] if day not in begin]
    dark = frozenset(draw.sample(calm, min(len(calm), max(1, weeks // 4))))
    return World(tuple(every), truths, tuple(troubles), dark)


def short_world(kinds: Sequence[str], before: int = 2, quiet: int = 3) -> World:
    """Each kind of fault has a symbol and lasts as long as it may; on its second day all is dark."""
    faults = {symbol: FAULTS[kind] for symbol, kind in zip(SYMBOLS, kinds, strict=False)}
    span = before + max(fault.longest for fault in faults.values()) + quiet
    days = [day.date() for day in pd.bdate_range("2025-09-16", periods=span)]
    truths = {
        symbol: truth(symbol, days[-1], {}, _split(days[before], fault.needs))
        for symbol, fault in faults.items()
    }
    troubles = [
        Trouble(kind, symbol, days[before], days[before + fault.longest - 1], 0.7)
        for kind, (symbol, fault) in zip(kinds, faults.items(), strict=True)
    ]
    return World(tuple(days), truths, tuple(troubles), frozenset({days[before + 1]}))


def _split(day: dt.date, needs: str) -> dict[dt.date, float]:
    """The split on a day that a fault needs, if any."""
    return {day: SMALL[0] if "small" in needs else RATIOS[0]} if "split" in needs else {}


def _trades(exchange: str, day: dt.date) -> bool:
    return len(sessions(exchange, day, day).dates) == 1
