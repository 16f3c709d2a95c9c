"""Rows of bars in any order: what every table of prices becomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from analysis.market.errors import DataError

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Line = Callable[[int], str]

MOST_OF_ONE = 100_000  # rows of a symbol: four hundred years of sessions


@dataclass(frozen=True, eq=False)
class Rows:
    """Bars in any order.

    Parameters
    ----------
    names : tuple of str
        Symbols.
    codes : array of int, shape (R,)
        Which of `names` a row is of.
    days : array of int, shape (R,)
        Days since 1970.
    columns : mapping of role to array, shape (R,) each
    line : callable
        Where a row stands in its file.
    broken : mapping of symbol to reason
        Symbols with a cell that cannot be read.
    said : tuple of str
    by_return : frozenset of str
        Symbols whose adjusted close is to be rebuilt from a column `ret`.
    """

    names: tuple[str, ...]
    codes: Ints
    days: Ints
    columns: Mapping[str, Floats]
    line: Line
    broken: Mapping[str, str] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    by_return: frozenset[str] = frozenset()


def add_rows(counts: Counter[str], names: Sequence[str], codes: Ints, where: str) -> None:
    """Count the rows of each symbol, as they come: a small file may unpack to very many.

    Raises
    ------
    DataError
        If a symbol has more than any daily prices have.
    """
    rows = np.bincount(codes[codes >= 0], minlength=len(names))
    counts.update(dict(zip(names, rows.tolist(), strict=True)))
    name, most = counts.most_common(1)[0] if counts else ("", 0)
    if most > MOST_OF_ONE:
        raise DataError(
            f"{where}: more than {MOST_OF_ONE:,} rows of {name}; prices are daily: keep one row for a day"
        )


def firsts(codes: Ints, wrong: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Each symbol (its code) with a row that is wrong, and the first such row."""
    places = np.flatnonzero(wrong)
    found, first = np.unique(codes[places], return_index=True)
    yield from zip(found.tolist(), places[first].tolist(), strict=True)


def merged(names: tuple[str, ...], codes: Ints) -> tuple[tuple[str, ...], Ints]:
    """Names once each, where two cells stand for one symbol."""
    if len(set(names)) == len(names):
        return names, codes
    known = {name: place for place, name in enumerate(dict.fromkeys(names))}
    return tuple(known), np.array([known[name] for name in names] + [-1], np.int64)[codes]


def dense(rows: Rows, open_days: npt.NDArray[np.bool_]) -> Rows:
    """Rows with a value, and between them those of days on which the exchange was open, shape (R,)."""
    has = ~np.logical_and.reduce([np.isnan(values) for values in rows.columns.values()])
    if has.all():
        return rows
    known = np.flatnonzero(has)
    if known.size:
        first, last = rows.days[known].min(), rows.days[known].max()
        has |= open_days & (rows.days > first) & (rows.days < last)
    places = np.flatnonzero(has)
    columns = {role: values[places] for role, values in rows.columns.items()}
    return Rows(
        rows.names,
        rows.codes[places],
        rows.days[places],
        columns,
        lambda k: rows.line(int(places[k])),
        rows.broken,
    )


def joined(parts: Sequence[Rows]) -> Rows | None:
    """Rows of several tables as one."""
    if len(parts) < 2:
        return parts[0] if parts else None
    known: dict[str, int] = {}
    for part in parts:
        for name in part.names:
            known.setdefault(name, len(known))
    starts = np.cumsum([0, *(len(part.codes) for part in parts)])
    codes = np.concatenate([_recoded(part, known) for part in parts])
    roles = dict.fromkeys(role for part in parts for role in part.columns)
    columns = {role: np.concatenate([_column(part, role) for part in parts]) for role in roles}
    broken = {name: why for part in reversed(parts) for name, why in part.broken.items()}
    said = dict.fromkeys(sentence for part in parts for sentence in part.said)

    def line(row: int) -> str:
        place = int(np.searchsorted(starts, row, side="right")) - 1
        return parts[place].line(row - int(starts[place]))

    days = np.concatenate([part.days for part in parts])
    by_return = frozenset().union(*(part.by_return for part in parts))
    return Rows(tuple(known), codes, days, columns, line, broken, tuple(said), by_return)


def _recoded(part: Rows, known: Mapping[str, int]) -> Ints:
    return np.array([known[name] for name in part.names], np.int64)[part.codes]


def _column(part: Rows, role: str) -> Floats:
    """A column of one table; where it has no close, the adjusted one is the close, as in a table alone."""
    values = part.columns.get(role, part.columns.get("adj_close") if role == "close" else None)
    return np.full(len(part.codes), np.nan) if values is None else values
