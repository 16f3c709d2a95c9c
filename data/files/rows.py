"""Rows of bars from any table, and one `Bars` from the rows of many."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from analysis.market.errors import DataError
from data.files.cells import decimal_mark, is_text, numbers, texts
from data.files.crsp import unsigned
from data.files.days import NO_DAY, days_of
from data.files.headers import Meaning, Part
from data.files.layouts import DateOrder
from data.files.text_table import Kind

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Line = Callable[[int], str]


class Table(Protocol):
    """What every reader gives: a header, and columns on request."""

    @property
    def where(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def separator(self) -> str: ...
    @property
    def header(self) -> tuple[tuple[str, ...], ...]: ...
    @property
    def sample(self) -> tuple[str, ...]: ...
    def columns(self, kinds: Mapping[int, Kind]) -> list[Any]: ...
    def line(self, row: int) -> str: ...


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


def rows_of(
    table: Table, means: Meaning, wanted: Collection[str] | None, dates: DateOrder | None
) -> Rows | None:
    """The rows of a table whose symbols are wanted (all, if None); None if there is none.

    Raises
    ------
    DataError
        If dates cannot be told, a row has no symbol, or numbers are written in two ways.
    """
    named = means.parts
    if means.single:
        named = (Part(means.layout.symbol_of(table.name), means.parts[0].fields),)
    parts = [part for part in named if part.symbol is None or wanted is None or part.symbol in wanted]
    if not parts:
        return None
    read, places = _read(table, means, parts, wanted)
    found = days_of(read[means.date], table.where, dates, means.layout.order)
    if not len(found.days):
        raise DataError(f"{table.where}: no row below the header")
    reader = _Reader(table, means, found.days, found.wrong, read, _mark(table, read, parts))
    rows = reader.by_row(parts[0], places, wanted) if parts[0].symbol is None else reader.by_column(parts)
    return None if rows is None else as_bars(rows, means, (*means.layout.said, *found.said))


def as_bars(rows: Rows, means: Meaning, said: tuple[str, ...]) -> Rows:
    """The same with an adjusted close, or the returns to rebuild it from."""
    columns = unsigned(rows.columns) if means.layout.key.startswith("crsp") else dict(rows.columns)
    by_return = frozenset(rows.names) if "ret" in columns else frozenset()
    if "adj_close" not in columns and not by_return:
        columns["adj_close"] = columns["close"]
    return replace(rows, columns=columns, said=said, by_return=by_return)


def _read(
    table: Table, means: Meaning, parts: Sequence[Part], wanted: Collection[str] | None
) -> tuple[dict[int, Any], int | None]:
    """The columns that are needed, by place, and the one that names the symbols."""
    who = means.symbol
    if means.ticker is not None and wanted is not None and not all(name.isdigit() for name in wanted):
        who = means.ticker  # PERMNO names an instrument for good; a ticker is what was asked for
    kinds: dict[int, Kind] = {means.date: "date"}
    if who is not None:
        kinds[who] = "text"
    for part in parts:
        kinds |= dict.fromkeys(part.fields.values(), "number")
    return dict(zip(kinds, table.columns(kinds), strict=True)), who


def _mark(table: Table, read: Mapping[int, Any], parts: Sequence[Part]) -> str:
    places = {place for part in parts for place in part.fields.values()}
    try:
        return decimal_mark([read[place] for place in places if is_text(read[place])], table.separator)
    except ValueError as error:
        raise DataError(f"{table.where}: {error}") from None


@dataclass(frozen=True, eq=False)
class _Reader:
    table: Table
    means: Meaning
    days: Ints
    wrong: npt.NDArray[np.bool_] | None
    read: Mapping[int, Any]
    mark: str

    def by_row(self, part: Part, who: int | None, wanted: Collection[str] | None) -> Rows | None:
        """A row names its symbol."""
        assert who is not None
        codes, names = texts(self.read[who])
        names = tuple(self.means.layout.symbol_of(name) for name in names)
        names, codes = merged(names, codes)
        keep = None
        if wanted is not None and not set(names) <= set(wanted):
            keep = np.array([name in wanted for name in names] + [False])[codes]
        elif len(codes) and codes.min() < 0:
            self._named(codes, who)
            keep = codes >= 0
        rows = None if keep is None else np.flatnonzero(keep)
        if rows is not None and not rows.size:
            return None
        return self._rows(names, codes, part, rows)

    def _named(self, codes: Ints, who: int) -> None:
        """A row without a symbol is blank, or wrong; of CRSP's rows some have no ticker."""
        unnamed = np.flatnonzero((codes < 0) & (self.days != NO_DAY))
        if unnamed.size and who != self.means.ticker:
            raise DataError(f"{self.table.line(int(unnamed[0]))}: no symbol; needed: one in every row")

    def by_column(self, parts: Sequence[Part]) -> Rows | None:
        """Each symbol has columns of its own; where it has several, a row without any value is no bar."""
        if len(self.means.parts) == 1:
            return self._rows((parts[0].symbol or "",), np.zeros(len(self.days), np.int64), parts[0], None)
        found = [
            self._rows((part.symbol or "",), np.zeros(len(self.days), np.int64), part, None) for part in parts
        ]
        return joined([_dense(rows) for rows in found if rows is not None])

    def _rows(self, names: tuple[str, ...], codes: Ints, part: Part, rows: Ints | None) -> Rows | None:
        broken: dict[str, str] = {}
        columns: dict[str, Floats] = {}
        blank = np.ones(len(self.days), bool)
        if self.wrong is not None:
            self._complain(broken, names, codes, self.wrong, self.means.date)
        for role, place in part.fields.items():
            values, wrong = numbers(self.read[place], self.mark)
            if role == "ret":
                wrong = None  # letters are codes of why there is none
            if wrong is not None:
                self._complain(broken, names, codes, wrong, place)
                blank &= ~wrong
            columns[role] = values
        undated = self.days == NO_DAY
        if undated.any():
            for values in columns.values():
                blank &= np.isnan(values)
            self._complain(broken, names, codes, undated & ~blank, self.means.date)
            rows = np.flatnonzero(~undated) if rows is None else rows[~undated[rows]]
        return self._kept(names, codes, columns, broken, rows)

    def _kept(
        self,
        names: tuple[str, ...],
        codes: Ints,
        columns: dict[str, Floats],
        broken: dict[str, str],
        rows: Ints | None,
    ) -> Rows:
        if rows is None:
            return Rows(names, codes, self.days, columns, self.table.line, broken)
        kept = {role: values[rows] for role, values in columns.items()}
        return Rows(
            names, codes[rows], self.days[rows], kept, lambda k: self.table.line(int(rows[k])), broken
        )

    def _complain(
        self,
        broken: dict[str, str],
        names: Sequence[str],
        codes: Ints,
        wrong: npt.NDArray[np.bool_],
        place: int,
    ) -> None:
        for row in np.flatnonzero(wrong):
            if codes[row] >= 0 and names[codes[row]] not in broken:
                broken[names[codes[row]]] = (
                    f"{self.table.line(int(row))}: {self._wrong_cell(int(row), place)}"
                )
            if len(broken) == len(names):
                return

    def _wrong_cell(self, row: int, place: int) -> str:
        """What is wrong with a cell."""
        cell = self.read[place][row].as_py()
        label = next((row[place] for row in reversed(self.table.header) if row[place]), "date")
        if cell == label:
            return "a second header; one file holds one table"
        shown = repr("" if cell is None else str(cell))[:40]
        if place == self.means.date:
            return f"{label} {shown} is no date; needed: YYYY-MM-DD"
        return f"{label} {shown} is no number; needed: digits and a decimal mark"


def merged(names: tuple[str, ...], codes: Ints) -> tuple[tuple[str, ...], Ints]:
    """Names once each, where two cells stand for one symbol."""
    if len(set(names)) == len(names):
        return names, codes
    known = {name: place for place, name in enumerate(dict.fromkeys(names))}
    return tuple(known), np.array([known[name] for name in names] + [-1], np.int64)[codes]


def _dense(rows: Rows) -> Rows:
    """Rows with a value."""
    has = ~np.logical_and.reduce([np.isnan(values) for values in rows.columns.values()])
    if has.all():
        return rows
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
    values = part.columns.get(role)
    return np.full(len(part.codes), np.nan) if values is None else values
