"""The rows of one table whose header is understood."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from analysis.market.errors import DataError
from data.files.blanks import ending, open_rows, witnesses
from data.files.cells import continued_mark, in_threes, is_text, numbers, texts, told_mark, usual_mark
from data.files.crsp import unsigned
from data.files.days import NO_DAY, Dates, days_of
from data.files.headers import Meaning, Part
from data.files.layouts import DateOrder, nameless
from data.files.rows import Floats, Ints, Rows, dense, firsts, joined, merged
from data.files.text_table import Kind

THREES = (
    "some files have three digits behind every mark in their numbers, and nothing tells decimals from "
    "thousands: they are taken as decimals; returns are the same either way"
)


class Table(Protocol):
    """What every reader gives: a header, and columns on request."""

    @property
    def where(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def separator(self) -> str: ...
    @property
    def columnar(self) -> bool: ...  # whether a column is read without the others
    @property
    def header(self) -> tuple[tuple[str, ...], ...]: ...
    @property
    def sample(self) -> tuple[str, ...]: ...
    def columns(self, kinds: Mapping[int, Kind]) -> list[Any]: ...
    def line(self, row: int) -> str: ...


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
        if nameless(table.name):
            raise DataError(
                f"{table.where}: its name does not say whose prices these are; call the file by its symbol, "
                "such as NVDA.csv, or put it into a folder of that name"
            )
        named = (Part(means.layout.symbol_of(table.name), means.parts[0].fields),)
    parts = [part for part in named if part.symbol is None or wanted is None or part.symbol in wanted]
    if not parts:
        return None
    read, places = _read(table, means, parts, wanted)
    found = days_of(read[means.date], table.where, dates, means.layout.order)
    if not len(found.days):
        raise DataError(f"{table.where}: no row below the header")
    said = (*means.layout.said, *found.said)
    end = len(found.days) if table.columnar or places is not None else _end(read[means.date], found)
    if end < len(found.days):
        said = (*said, f"{table.line(end)}: what stands below the last date is left out")
    days, wrong = found.days[:end], None if found.wrong is None else found.wrong[:end]
    read = {place: column[:end] for place, column in read.items()}
    mark, assumed = _mark(table, read, means)
    said = (*said, *assumed)
    reader = _Reader(table, means, days, wrong, read, mark)
    rows = reader.by_row(parts[0], places, wanted) if parts[0].symbol is None else reader.by_column(parts)
    return None if rows is None else as_bars(rows, means, said)


def _end(column: Any, found: Dates) -> int:
    """How many rows there are without those at the foot that begin with a word: totals, a source."""
    dated = np.flatnonzero(found.days != NO_DAY)
    if found.wrong is None or not len(dated) or not found.wrong[dated[-1] :].any():
        return len(found.days)
    end = int(dated[-1]) + 1
    words = all(not cell or str(cell).strip()[:1].isalpha() for cell in column[end:].to_pylist())
    return end if words else len(found.days)


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
    for part in parts if table.columnar else means.parts:  # all columns tell how numbers are written
        kinds |= dict.fromkeys(part.fields.values(), "number")
    if len(means.parts) > 1:
        beside, endings = witnesses(means.parts), {ending(part.symbol or "") for part in parts}
        kinds |= dict.fromkeys((place for each in endings for place in beside.get(each, ())), "number")
    return dict(zip(kinds, table.columns(kinds), strict=True)), who


def _mark(table: Table, read: Mapping[int, Any], means: Meaning) -> tuple[str, tuple[str, ...]]:
    """Decimal point or comma, and what had to be assumed."""
    places = {place for part in means.parts for place in part.fields.values() if place in read}
    columns = [read[place] for place in sorted(places) if is_text(read[place])]
    try:
        if mark := told_mark(columns) or continued_mark(columns):
            return mark, ()
    except ValueError as error:
        raise DataError(f"{table.where}: {error}") from None
    usual = usual_mark(columns, table.separator)
    doubt = table.separator in (";", "\t", "|") and any(map(in_threes, columns))
    return usual, (THREES,) if doubt else ()


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
        self._check_named(codes, who)
        if wanted is None or set(names) <= set(wanted):
            keep = codes >= 0
        else:
            keep = np.array([name in wanted for name in names] + [False])[codes]
        if keep.all():
            return self._rows(names, codes, part, None)
        rows = np.flatnonzero(keep)
        return self._rows(names, codes, part, rows) if rows.size else None

    def _check_named(self, codes: Ints, who: int) -> None:
        """A row without a symbol is blank, or wrong; of CRSP's rows some have no ticker."""
        if who == self.means.ticker:
            return
        unnamed = (codes < 0) & (self.days != NO_DAY)
        if unnamed.any():
            raise DataError(
                f"{self.table.line(int(np.argmax(unnamed)))}: no symbol; needed: one in every row"
            )

    def by_column(self, parts: Sequence[Part]) -> Rows | None:
        """Each symbol has columns of its own; where it has several, a row without any value is no bar.

        It is kept, as a session without a price, where at least half of the columns whose symbols end
        alike have one: their exchange was open. A row on which others alone have prices is none.
        """
        if len(self.means.parts) == 1:
            return self._rows((parts[0].symbol or "",), np.zeros(len(self.days), np.int64), parts[0], None)
        beside, dated = witnesses(self.means.parts), self.days != NO_DAY
        found = [
            (part, self._rows((part.symbol or "",), np.zeros(len(self.days), np.int64), part, None))
            for part in parts
        ]
        days = {
            name: open_rows(self.read, beside[name])[dated]
            for name in {ending(p.symbol or "") for p in parts}
        }
        return joined(
            [dense(rows, days[ending(part.symbol or "")]) for part, rows in found if rows is not None]
        )

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
        """Note the first wrong cell of each symbol that has none noted yet."""
        for code, row in firsts(codes, wrong & (codes >= 0)):
            if names[code] not in broken:
                broken[names[code]] = f"{self.table.line(row)}: {self._wrong_cell(row, place)}"

    def _wrong_cell(self, row: int, place: int) -> str:
        """What is wrong with a cell."""
        cell = self.read[place][row].as_py()
        label = next((labels[place] for labels in reversed(self.table.header) if labels[place]), "date")
        if cell == label:
            return "a second header; one file holds one table"
        shown = repr("" if cell is None else str(cell))[:40]
        if place == self.means.date:
            return f"{label} {shown} is no date; needed: YYYY-MM-DD"
        return f"{label} {shown} is no number; needed: digits and a decimal mark"
