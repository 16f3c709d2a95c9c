"""The kinds of columns that tables are made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from dashboard.views.tables import DATE, FRACTION, PLAIN, PROBABILITY, TIMES, Column, Interval, days, floats


def texts(name: str, values: Iterable[Any], style: str = "", below: tuple[Column, ...] = ()) -> Column:
    """Words, numbers or badges as they are."""
    return Column(name, tuple(values), style=style, below=below)


def percents(
    name: str,
    values: Iterable[Any],
    digits: int = 2,
    signed: bool = True,
    below: tuple[Column, ...] = (),
) -> Column:
    """Decimal fractions, read as percent."""
    return Column(name, floats(values), FRACTION, digits, signed, right=True, below=below)


def numbers(
    name: str,
    values: Iterable[Any],
    digits: int = 2,
    signed: bool = False,
    unit: str = PLAIN,
    below: tuple[Column, ...] = (),
) -> Column:
    """Numbers, plain ones if no unit is named."""
    return Column(name, floats(values), unit, digits, signed, right=True, below=below)


def sessions(values: Iterable[Any]) -> Column:
    """Sessions from day 0."""
    return numbers("Session", values, 0, True)


def multiples(name: str, values: Iterable[Any]) -> Column:
    """Multiples of what is usual."""
    return Column(name, floats(values), TIMES, right=True)


def pvalues(name: str, values: Iterable[Any], unit: str = PROBABILITY, style: str = "") -> Column:
    """Probabilities; with the unit `P` each is read with its letter."""
    return Column(name, floats(values), unit, style=style, right=True)


def intervals(name: str, low: Iterable[Any], high: Iterable[Any], style: str = "") -> Column:
    """Two ends each, read as percent."""
    ends = zip(floats(low), floats(high), strict=True)
    return Column(
        name, tuple(Interval(*pair) for pair in ends), FRACTION, signed=True, style=style, right=True
    )


def dates(name: str, values: Iterable[Any], right: bool = False) -> Column:
    """Dates; None where there is none."""
    known = tuple(None if value is None else days([value])[0] for value in values)
    return Column(name, known, DATE, right=right)


def right(column: Column) -> Column:
    """A column of words, set like numbers."""
    return replace(column, right=True)
