"""Long tables (one row per firm and session) as matrices (one row per firm, one column per session)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.kernels.compiled import Floats, Ints, compiled_as_written, kept
from analysis.market.errors import DataError

NO_DATE = np.iinfo(np.int64).min  # what numpy keeps for a date that is not there
TICKS = {np.dtype(f"M8[{unit}]"): 86_400 * 10**k for unit, k in {"s": 0, "ms": 3, "us": 6, "ns": 9}.items()}
LONGEST = 400_000  # days between the first and the last date: a thousand years


class Matrix(NamedTuple):
    """Values (N, T) of N symbols, sorted, on T dates, ascending; NaN where the table has no row."""

    symbols: npt.NDArray[np.object_]
    dates: npt.NDArray[np.datetime64]
    values: Floats


def matrix(symbols: pd.Series[Any], dates: pd.Series[Any], values: pd.Series[Any]) -> Matrix:
    """Spread a long table, in any order, over firms and dates.

    Raises
    ------
    DataError
        If a symbol has two rows for one date, a date is missing, or dates are a thousand years apart.
    """
    codes, names = _codes(symbols)
    days, first, last = _days(dates)
    if not len(days):
        return Matrix(np.empty(0, object), np.empty(0, "datetime64[D]"), np.empty((0, 0)))
    if first == NO_DATE or last - first > LONGEST or codes.min() < 0:
        raise DataError("a row has no symbol or no date, or a date is centuries away from the others")
    column = _columns(days, first, last - first + 1)
    order = np.argsort(np.asarray(names, dtype=object))
    row = np.empty(len(names), np.int64)
    row[order] = np.arange(len(names))
    out = np.full((len(names), int(column.max()) + 1), np.nan)
    filled = np.zeros(out.shape, np.uint8)
    twice = _spread(codes, days, values.to_numpy(float), first, row, column, out, filled)
    if twice >= 0:
        day = np.datetime64(int(days[twice]), "D")
        raise DataError(f"{names[codes[twice]]} has two rows for {day}; keep one")
    known = np.flatnonzero(column >= 0) + first
    return Matrix(np.asarray(names, dtype=object)[order], known.astype("datetime64[D]"), out)


def _codes(symbols: pd.Series[Any]) -> tuple[Ints, pd.Index[Any]]:
    """A number per row, and the names they stand for; a table that comes firm by firm is read in runs."""
    import pyarrow
    from pyarrow import compute

    start = symbols.iloc[:1000]
    if not isinstance(symbols.dtype, pd.StringDtype) or (start != start.shift()).mean() > 0.1:
        return pd.factorize(symbols)
    column = pyarrow.array(symbols, from_pandas=True)
    if isinstance(column, pyarrow.ChunkedArray):
        column = column.combine_chunks()
    runs = compute.run_end_encode(column)
    codes, names = pd.factorize(runs.values.to_pandas())
    return np.repeat(codes, np.diff(runs.run_ends.to_numpy(), prepend=0)), pd.Index(names)


def _days(dates: pd.Series[Any]) -> tuple[Ints, int, int]:
    """Days since 1970 of each row, the first and the last; `NO_DATE` is the first where one is missing."""
    moments = dates.to_numpy()
    if moments.dtype not in TICKS:
        moments = moments.astype("datetime64[s]")
    out = np.empty(len(moments), np.int64)
    first, last = _whole(moments.view(np.int64), TICKS[moments.dtype], out)
    return out, first, last


@kept
@compiled_as_written
def _whole(moments: Any, day: int, out: Any) -> Any:
    """Whole days of moments, rounded down, the least and the largest.

    A product may be one off where a division would not, and is corrected; it takes a fourth of the time.
    """
    share, first, last, least = 1.0 / day, np.int64(2**62), np.int64(-(2**62)), np.int64(2**62)
    for k in range(len(moments)):
        days = np.int64(moments[k] * share)
        rest = moments[k] - days * day
        days += (1 if rest >= day else 0) - (1 if rest < 0 else 0)
        out[k] = days
        first, last, least = min(first, days), max(last, days), min(least, moments[k])
    return (NO_DATE if least == NO_DATE else first), last


@kept
@compiled_as_written
def _columns(days: Any, first: int, length: int) -> Any:
    """Column of each day from `first` on; -1 for days that no row has."""
    column = np.full(length, -1)
    for k in range(len(days)):
        column[days[k] - first] = 0
    total = 0
    for d in range(length):
        if column[d] == 0:
            column[d] = total
            total += 1
    return column


@kept
@compiled_as_written
def _spread(
    codes: Any, days: Any, values: Any, first: int, row: Any, column: Any, out: Any, filled: Any
) -> int:
    """Write each value to its place; the first row that finds its place taken, or -1."""
    for k in range(len(codes)):
        i, j = row[codes[k]], column[days[k] - first]
        if filled[i, j]:
            return k
        filled[i, j] = 1
        out[i, j] = values[k]
    return -1
