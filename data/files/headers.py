"""What the header of a table means: which layout it has, and which column holds what."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.market.errors import DataError
from data.files.cells import MISSING
from data.files.days import looks_like_date
from data.files.layouts import (
    BY_FIELD,
    COMMON,
    CRSP_NEW,
    EVENTS,
    LAYOUTS,
    MANY,
    MANY_CLOSE,
    NO_LABEL,
    WIDE,
    Layout,
    plain,
)

INDEX = "indexlevel0"  # a pandas index without a name, in Parquet
HEAD_ROWS = 12  # of which one has to be the first with a date
Labels = Sequence[str]
FIELDS = {
    label: role
    for role, labels in COMMON.items()
    if role not in ("date", "symbol")
    for label in labels
    if label != "name"
} | {"dividends": "", "stocksplits": "", "capitalgains": "", "repaired": ""}

NAMES = frozenset({*COMMON["symbol"], *EVENTS["symbol"]})
DATED = frozenset({*COMMON["date"], *CRSP_NEW["date"], *EVENTS["date"], *EVENTS["time"]})
_NUMERAL = re.compile(r"[^a-zA-Z\d]*\d[\d.,'\s]*[%kmbt]?", re.I)


@dataclass(frozen=True)
class Part:
    """Columns of bars: of one symbol, or of the symbol that each row names (None)."""

    symbol: str | None
    fields: Mapping[str, int]


@dataclass(frozen=True)
class Meaning:
    """How a table is to be read.

    Parameters
    ----------
    layout : Layout
    date : int
        The column of dates.
    symbol, ticker : int or None
        The columns that name the instrument of each row.
    parts : tuple of Part
    """

    layout: Layout
    date: int
    parts: tuple[Part, ...]
    symbol: int | None = None
    ticker: int | None = None

    @property
    def single(self) -> bool:
        """Whether all rows are of one instrument, which the file's name names."""
        return self.symbol is None and self.ticker is None and self.parts[0].symbol is None


def header_rows(rows: Sequence[Labels]) -> int:
    """How many rows stand above the data: above the first with a date, or up to one of known names.

    Names that are known end the header even if no date follows at once, so that a bad first date is
    told as such; below them only words go on with it, as symbols below fields do.
    """
    dated = next((k for k, row in enumerate(rows) if any(map(looks_like_date, row))), min(1, len(rows)))
    for k, row in enumerate(rows[:dated]):
        if _names_columns(row):
            end = k + 1
            while end < dated and _goes_on(rows[end], row):
                end += 1
            return end
    return dated


def _names_columns(row: Labels) -> bool:
    """Whether a row names a column of dates and others, each once."""
    labels = [plain(label) for label in row]
    while labels and not labels[-1]:
        labels.pop()
    return len(labels) > 1 and len({*labels} - {""}) == len(labels) and not DATED.isdisjoint(labels)


def _goes_on(row: Labels, names: Labels) -> bool:
    """Whether a row below names is one of the header: it names the dates, or has words beside them."""
    if not any(row) or not DATED.isdisjoint(map(plain, row)):
        return True
    if any(plain(label) in NAMES for label in names):
        return False
    date = next(k for k, label in enumerate(names) if plain(label) in DATED)
    beside = [cell for k, cell in enumerate(row) if k != date and cell.lower() not in MISSING]
    return bool(beside) and not any(map(_NUMERAL.fullmatch, beside))


def meaning(header: Sequence[Labels], sample: Labels, name: str, where: str) -> Meaning:
    """The layout of a table and its columns.

    Parameters
    ----------
    header : rows above the data
    sample : first row of data
    name : what the file is called, without its ending

    Raises
    ------
    DataError
        If no layout fits: the header found, and the nearest ones.
    """
    if not header:
        raise DataError(
            f"{where}: the first line holds data; needed: a header such as Date,Open,High,Low,Close"
        )
    rows = _collapsed(_untupled(header))
    if len(rows) > 1 and (found := _many(rows, sample, MANY_CLOSE if _is_frame(header) else BY_FIELD)):
        return found
    labels = rows[-1]
    found = _single(labels, sample, name, where) or _wide(labels, sample, where)
    if found is None:
        dated = sample and _date_place(labels, sample) is None and looks_like_date(sample[0])
        hint = f"its column {labels[0]} holds dates: call it Date" if dated else _nearest(labels)
        raise DataError(f"{where}: no known layout has the header {shown_labels(labels)}; {hint}")
    return found


def _untupled(header: Sequence[Labels]) -> list[list[str]]:
    """Labels such as ``('Close', 'NVDA')``, which Parquet keeps of a header of two lines, as two lines."""
    if len(header) > 1 or not any(label.startswith("('") for label in header[0]):
        return [[str(label).strip() for label in row] for row in header]
    pairs = []
    for label in header[0]:
        try:
            value = ast.literal_eval(label) if label.startswith("('") else (label, "")
        except (ValueError, SyntaxError):
            value = (label, "")
        pairs.append((*map(str, value), "")[:2])
    return [list(level) for level in zip(*pairs, strict=True)]


def _collapsed(rows: Sequence[Labels]) -> list[list[str]]:
    """Header rows without titles; a last row that names the dates alone gives its name to their column."""
    full = [list(row) for row in rows if any(row[1:])]
    if not full:
        return [list(rows[-1])]
    width = max(map(len, full))
    full = [row + [""] * (width - len(row)) for row in full]
    if rows[-1][0] and not any(rows[-1][1:]):
        for row in full:
            row[0] = rows[-1][0]
    return full


def _is_frame(header: Sequence[Labels]) -> bool:
    """Whether pandas wrote a header of several rows: names of the levels, or a row for that of the index."""
    named = {plain(row[0]) for row in header if row} & {"price", "ticker"}
    return bool(named) or not any(header[-1][1:]) or any(label.startswith("('") for label in header[0])


def _many(rows: Sequence[list[str]], sample: Labels, unadjusted: Layout) -> Meaning | None:
    """A header of two rows: what a column holds, and of which symbol; `unadjusted` without Adj Close."""
    for what, who in (rows[-2:], rows[-2:][::-1]):
        date = _date_place(what, sample)
        if date is None:
            date = _date_place(who, sample)
        if date is None:
            continue
        filled = _forward(what, date)
        places = [k for k in range(len(who)) if k != date and (who[k] or filled[k])]
        if not places or not all(plain(filled[k]) in FIELDS and who[k] for k in places):
            continue
        parts: dict[str, dict[str, int]] = {}
        for k in places:
            if role := FIELDS[plain(filled[k])]:
                parts.setdefault(who[k], {}).setdefault(role, k)
        adjusted = all("adj_close" in fields for fields in parts.values())
        if adjusted or all("close" in fields for fields in parts.values()):
            found = tuple(Part(symbol, fields) for symbol, fields in parts.items())
            return Meaning(MANY if adjusted else unadjusted, date, found)
    return None


def _forward(labels: list[str], date: int) -> list[str]:
    """Labels where a blank stands for the one before it, as merged cells of a workbook do."""
    out, last = [], ""
    for k, label in enumerate(labels):
        last = label if label and k != date else last
        out.append(label or ("" if k == date else last))
    return out


def _date_place(labels: Labels, sample: Labels) -> int | None:
    """The column of dates: by its name, or without one, at the start or where pandas puts an index."""
    found = [plain(label) for label in labels]
    named = next((found.index(label) for label in COMMON["date"] if label in found), None)
    if named is not None or not found:
        return named
    place = found.index(INDEX) if INDEX in found else 0
    unnamed = found[place] in (*NO_LABEL, "ticker")
    return place if unnamed and place < len(sample) and looks_like_date(sample[place]) else None


def _single(labels: Labels, sample: Labels, name: str, where: str) -> Meaning | None:
    """A table of one header row whose columns are fields."""
    found = [plain(label) for label in labels]
    for layout in LAYOUTS:
        if not _marked(layout, found, name):
            continue
        fields = _fields(layout, found, labels, where)
        if "date" not in fields and (place := _date_place(labels, sample)) is not None:
            fields["date"] = place
        if layout.needs <= fields.keys() and not layout.lacks & fields.keys():
            date, symbol, ticker = (fields.pop(role, None) for role in ("date", "symbol", "ticker"))
            assert date is not None
            return Meaning(layout, date, (Part(None, fields),), symbol, ticker)
    return None


def _marked(layout: Layout, found: Sequence[str], name: str) -> bool:
    if layout.named and not re.search(layout.named, name):
        return False
    return not layout.marks or any(label in layout.marks for label in found)


def _fields(layout: Layout, found: Sequence[str], labels: Labels, where: str) -> dict[str, int]:
    fields = {}
    for role, known in layout.roles.items():
        label = next((label for label in known if label in found), None)
        if label is None:
            continue
        if found.count(label) > 1:
            raise DataError(
                f"{where}: a column {labels[found.index(label)]} is there twice; keep one of them"
            )
        fields[role] = found.index(label)
    return fields


def _wide(labels: Labels, sample: Labels, where: str) -> Meaning | None:
    """A date and a column per symbol; known names of bars may be symbols (LOW is Lowe's) if few are."""
    date = _date_place(labels, sample)
    if date is None:
        return None
    others = [k for k, label in enumerate(labels) if k != date and label and plain(label) != INDEX]
    known = [k for k in others if plain(labels[k]) in FIELDS or plain(labels[k]) in COMMON["symbol"]]
    if not others or len(known) >= max(1, len(others) - len(known)):
        return None
    names = [labels[k] for k in others]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise DataError(f"{where}: a column {twice} is there twice; keep one of them")
    for k, cell in enumerate(sample[: len(labels)]):
        if cell and not labels[k] and k != date:
            raise unnamed(where, k)
    return Meaning(WIDE, date, tuple(Part(labels[k], {"adj_close": k}) for k in others))


def unnamed(where: str, place: int) -> DataError:
    """What a reader is told of data below no name."""
    return DataError(
        f"{where}: column {place + 1} has no name (a merged header cell?); "
        "give every column a name of its own"
    )


def shown_labels(labels: Labels) -> str:
    """Labels as a complaint quotes them."""
    text = ", ".join(label or "(blank)" for label in labels)
    return text if len(text) <= 80 else text[:77] + "..."


def _nearest(labels: Labels) -> str:
    """The two layouts that need the least more."""
    found = {plain(label) for label in labels}
    ranked = []
    for layout in LAYOUTS:
        roles = {role for role, known in layout.roles.items() if found.intersection(known)}
        lacks = layout.needs - roles
        foreign = bool(layout.marks or layout.named) and not layout.marks & found
        ranked.append((len(lacks) + foreign, -len(layout.needs & roles), layout, lacks))
    nearest = [one[2:] for one in sorted(ranked, key=lambda one: one[:2])[:2]]
    return "nearest: " + "; ".join(
        f"{layout.label}" + (f" lacks {' and '.join(sorted(lacks))}" if lacks else "")
        for layout, lacks in nearest
    )
