"""Values of tables as people read them: `words` says how each is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from dashboard.views import words
from dashboard.views.tables import FRACTION, POINTS, PROBABILITY, TIMES, Badge, Interval, Number, P, To, Value
from dashboard.views.words import Scalar

WRITTEN: dict[str, Callable[[Scalar, int, bool], str]] = {
    FRACTION: words.percent,
    PROBABILITY: lambda value, digits, signed: words.pvalue(value),
    TIMES: lambda value, digits, signed: words.multiple(value),
    POINTS: lambda value, digits, signed: words.points(value, digits),
    P: lambda value, digits, signed: words.p(value),
}


def text(given: Value, unit: str = "", digits: int = 2, signed: bool = False) -> str:
    """A value of a table as people read it; a dash where there is none."""
    match given:
        case None:
            return words.DASH
        case str():
            return words.typeset(given)
        case Number(value, unit, digits, signed):
            return WRITTEN.get(unit, words.number)(value, digits, signed)
        case Interval(low, high):
            return words.interval(low, high, digits)
        case Badge(word) | To(word):
            return word
        case dt.datetime():
            return words.instant(given)
        case dt.date():
            return words.day(given)
    return WRITTEN.get(unit, words.number)(given, digits, signed)
