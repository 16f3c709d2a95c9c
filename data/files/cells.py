"""Columns of a price file become numbers and dates, whatever they were written as.

A column is an Arrow array: typed where the parser could, else text. What cannot be read is marked, so that
its line can be named.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from data.files.columns import Flags, filled, flags, text_column

Floats = npt.NDArray[np.float64]

MISSING = ("", "null", "nan", "n/a", "na", "#n/a", "none", "-", "--", "nat", ".")
_SPACE = "[\\s\u00a0\u202f'\u2019$\u20ac\u00a3\u00a5]"
_BY_POINT = r"^[-+]?(\d+|\d{1,3}(,\d{2,3})*,\d{3})?(\.\d*)?(e[-+]?\d+)?[kmbt]?$"
_THREE = r"^[-+]?[1-9]\d{0,2}\.\d{3}$"
_FACTORS = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}


def missing_words() -> list[str]:
    """How a missing number is spelt, in the cases that files have."""
    return sorted(
        {word for known in MISSING for word in (known, known.upper(), known.title())} | {"NaN", "NaT"}
    )


def decimal_mark(columns: Sequence[Any], separator: str) -> str:
    """Point or comma, as the cells of a table say together.

    Raises
    ------
    ValueError
        If some cells can only have a decimal point, and others only a decimal comma.
    """
    return told_mark(columns) or usual_mark(columns, separator)


def told_mark(columns: Sequence[Any]) -> str:
    """The decimal mark that a cell decides; empty if none does."""
    from pyarrow import compute

    seen = {".": False, ",": False}
    for column in filter(is_text, columns):
        cells = compute.unique(_bare(column))
        for mark, side in ((".", cells), (",", _swap(cells))):
            seen[mark] |= bool(compute.any(_decides(side)).as_py())
    if seen["."] and seen[","]:
        raise ValueError("some numbers have a decimal point and others a decimal comma")
    return next((mark for mark, decided in seen.items() if decided), "")


def usual_mark(columns: Sequence[Any], separator: str) -> str:
    """The decimal mark that a table without a deciding cell has as a rule."""
    from pyarrow import compute

    comma = any(
        compute.any(compute.match_substring(_bare(column), ",")).as_py()
        for column in filter(is_text, columns)
    )
    return "," if comma and separator in ";\t" else "."


def continued_mark(columns: Sequence[Any]) -> str:
    """The decimal mark of columns where whole numbers stand beside some with three digits behind a mark.

    From 997 to 1.002 the point is one of thousands, from 2 to 2.005 it is none: of the two readings the one
    counts that goes on from row to row more often. Empty if there is no such row.
    """
    votes = {".": 0, ",": 0}
    for column in filter(is_text, columns):
        cells = _bare(column)
        for mark, other in ((".", ","), (",", ".")):
            side = cells if mark == "." else _swap(cells)
            thousands, decimals = _thousands(side)
            votes[other] += thousands
            votes[mark] += decimals
    return "" if votes["."] == votes[","] else max(votes, key=lambda mark: votes[mark])


def _thousands(cells: Any) -> tuple[int, int]:
    """Rows beside which a point goes on as a mark of thousands, and as a decimal point."""
    from pyarrow import compute

    marked = flags(compute.match_substring_regex(cells, _THREE))
    whole = flags(compute.match_substring_regex(cells, r"^[-+]?\d{1,3}$"))
    longer = flags(compute.match_substring_regex(cells, r"^[-+]?\d{4,}$"))
    if not marked.any() or longer.any():
        return 0, 0
    used = np.flatnonzero(marked | whole)
    values, dotted = numbers(cells.take(_places(used)))[0], marked[used]
    borders = np.flatnonzero(dotted[1:] != dotted[:-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        fall = np.log10(np.abs(values))
    step = np.where(dotted[borders], fall[borders + 1] - fall[borders], fall[borders] - fall[borders + 1])
    thousands = int(np.count_nonzero(step > 1.5))  # nearer to a factor of 1,000 than to none
    return thousands, len(borders) - thousands


def _places(rows: npt.NDArray[np.int64]) -> Any:
    import pyarrow

    return pyarrow.Array.from_buffers(pyarrow.int64(), len(rows), [None, pyarrow.py_buffer(rows)])


def in_threes(column: Any) -> bool:
    """Whether a text column has a mark with three digits behind it, and whole ones before."""
    from pyarrow import compute

    cells = _bare(column)
    return any(
        compute.any(compute.match_substring_regex(side, _THREE)).as_py() for side in (cells, _swap(cells))
    )


def _decides(cells: Any) -> Any:
    """Cells whose point can only be a decimal point."""
    from pyarrow import compute

    one = compute.match_substring_regex(cells, r"^[-+]?\d*\.(\d{0,2}|\d{4,})(e[-+]?\d+)?[kmbt]?$")
    small = compute.match_substring_regex(cells, r"^[-+]?0?\.\d+")
    grouped = compute.match_substring_regex(cells, r"^[-+]?\d+(,\d+)+\.\d|^[-+]?\d+,\d+,\d")
    return compute.or_(compute.or_(one, small), grouped)


def is_text(column: Any) -> bool:
    """Whether a column holds text."""
    import pyarrow

    kind = column.type
    if pyarrow.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pyarrow.types.is_string(kind) or pyarrow.types.is_large_string(kind))


def _bare(column: Any) -> Any:
    """Cells in lower case without spaces and signs of currency; None where missing."""
    import pyarrow
    from pyarrow import compute

    text = compute.cast(column, pyarrow.string())
    bare = compute.replace_substring_regex(compute.utf8_lower(text), _SPACE, "")
    return compute.if_else(compute.is_in(bare, text_column(MISSING)), _no_text(), bare)


def _no_text() -> Any:
    """A missing text (Arrow asks pandas what None is)."""
    import pyarrow

    return pyarrow.nulls(1, pyarrow.string())[0]


def _swap(cells: Any) -> Any:
    """The same cells with point and comma exchanged."""
    from pyarrow import compute

    marked = compute.replace_substring(cells, ",", "_")
    return compute.replace_substring(compute.replace_substring(marked, ".", ","), "_", ".")


def numbers(column: Any, mark: str = ".") -> tuple[Floats, Flags | None]:
    """Numbers of a column, NaN where missing, and which cells are none (None if all are).

    Currencies, thousands and endings such as ``12.3M`` are read.
    """
    import pyarrow
    from pyarrow import compute, types

    if types.is_null(column.type):
        return np.full(len(column), np.nan), None
    if types.is_dictionary(column.type):
        column = compute.cast(column, column.type.value_type)
    if not is_text(column):
        if types.is_boolean(column.type) or not _numeric(column.type):
            return np.full(len(column), np.nan), flags(compute.is_valid(column))
        return _floats(compute.cast(column, pyarrow.float64(), safe=False)), None
    bare = _bare(column)
    cells = _swap(bare) if mark == "," else bare
    good = compute.and_(
        compute.match_substring_regex(cells, _BY_POINT), compute.match_substring_regex(cells, r"\d")
    )
    wrong = flags(compute.invert(good))
    digits = compute.replace_substring(compute.if_else(good, cells, _no_text()), ",", "")
    values = _floats(
        compute.cast(compute.replace_substring_regex(digits, "[kmbt]$", ""), pyarrow.float64())
    ).copy()
    for letter, factor in _FACTORS.items():
        ends = flags(compute.ends_with(digits, letter))
        values[ends] *= factor
    return values, wrong if wrong.any() else None


def present(column: Any) -> Flags:
    """Which cells hold anything: numbers that are not NaN, texts that no word calls missing."""
    import pyarrow
    from pyarrow import compute, types

    if is_text(column):
        return flags(compute.is_valid(_bare(column)))
    if types.is_null(column.type) or not _numeric(column.type):
        return flags(compute.is_valid(column))
    return ~np.isnan(_floats(compute.cast(column, pyarrow.float64(), safe=False)))


def _floats(column: Any) -> Floats:
    return filled(column, "float64", np.float64, np.nan)


def _numeric(kind: Any) -> bool:
    from pyarrow import types

    return bool(types.is_floating(kind) or types.is_integer(kind) or types.is_decimal(kind))


def texts(column: Any) -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
    """A number per row and the texts they stand for; -1 where there is none. 99999.0 is ``99999``."""
    from pyarrow import compute, types

    if not types.is_dictionary(column.type):
        column = compute.dictionary_encode(column)
    if hasattr(column, "chunks"):
        column = column.unify_dictionaries().combine_chunks()
    if hasattr(column, "chunks"):  # what was empty or of one chunk stays chunked in some versions
        column = column.chunk(0)
    codes = filled(column.indices, str(column.indices.type), np.int64, -1)
    return _distinct(codes, [_text(cell) for cell in column.dictionary.to_pylist()])


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _distinct(
    codes: npt.NDArray[np.int64], names: list[str]
) -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
    """The same with each text once, and blanks as -1."""
    if len(set(names)) == len(names) and "" not in names:
        return codes, tuple(names)
    known = {name: place for place, name in enumerate(dict.fromkeys(name for name in names if name))}
    table = np.array([known.get(name, -1) for name in names] + [-1], np.int64)
    return table[codes], tuple(known)
