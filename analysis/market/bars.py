"""Daily bars of many instruments as columns: what every price source gives, and every check reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from analysis.market.errors import DataError
from analysis.market.events import Dates

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

BAR_COLUMNS = ("open", "high", "low", "close", "adj_close", "volume")


@dataclass(frozen=True, eq=False, slots=True)
class Bars:
    """R daily bars of N instruments, instrument by instrument.

    Parameters
    ----------
    symbols : tuple of str
        Ascending, each once.
    starts : array of int, shape (N + 1,)
        The i-th symbol has the rows `starts[i]:starts[i + 1]`.
    dates : array of datetime64[D], shape (R,)
        Strictly increasing within a symbol.
    columns : mapping of name to array, shape (R,) each
        `adj_close` always, the others of `BAR_COLUMNS` where the source has them: local currency,
        prices as traded, `adj_close` with dividends reinvested; NaN where a value is missing.
    """

    symbols: tuple[str, ...]
    starts: Ints
    dates: Dates
    columns: Mapping[str, Floats]

    def rows(self, symbol: str) -> slice:
        """Rows of a symbol; an empty slice if it is not there."""
        place = int(np.searchsorted(np.array(self.symbols, dtype=object), symbol)) if self.symbols else 0
        if place == len(self.symbols) or self.symbols[place] != symbol:
            return slice(0, 0)
        return slice(int(self.starts[place]), int(self.starts[place + 1]))

    def column(self, name: str) -> Floats:
        """One of `BAR_COLUMNS`, shape (R,), missing where the source has none; `close` is the adjusted."""
        if name == "close" and name not in self.columns:
            return self.columns["adj_close"]
        return self.columns[name] if name in self.columns else np.full(len(self.dates), np.nan)

    def without(self, symbols: Collection[str]) -> Bars:
        """The bars of all other symbols."""
        if not any(symbol in symbols for symbol in self.symbols):
            return self
        keep = np.array([symbol not in symbols for symbol in self.symbols], dtype=bool)
        sizes = np.diff(self.starts)
        chosen = np.repeat(keep, sizes)
        return Bars(
            tuple(np.array(self.symbols, dtype=object)[keep]),
            np.concatenate([[0], np.cumsum(sizes[keep])]),
            self.dates[chosen],
            {name: values[chosen] for name, values in self.columns.items()},
        )

    def only(self, symbols: Collection[str]) -> Bars:
        """The bars of some symbols."""
        return self.without(set(self.symbols) - set(symbols))

    def without_rows(self, rows: Ints) -> Bars:
        """The bars but for some rows (ascending), and without the symbols that have none left."""
        if not len(rows):
            return self
        starts = self.starts - np.searchsorted(rows, self.starts)
        left = np.append(np.diff(starts) > 0, True)
        return Bars(
            tuple(symbol for symbol, some in zip(self.symbols, left, strict=False) if some),
            starts[left],
            np.delete(self.dates, rows),
            {name: np.delete(values, rows) for name, values in self.columns.items()},
        )


def joined(parts: Sequence[Bars]) -> Bars:
    """The bars of several sources as one; columns that one of them lacks are missing there.

    Raises
    ------
    DataError
        If a symbol is in two of them.
    """
    owner = [(symbol, k, place) for k, part in enumerate(parts) for place, symbol in enumerate(part.symbols)]
    owner.sort()
    for (symbol, *_), (other, *_) in pairwise(owner):
        if symbol == other:
            raise DataError(f"{symbol} is in two groups of files; keep each symbol in one")
    rows = [(k, slice(*parts[k].starts[place : place + 2])) for _, k, place in owner]
    names = [name for name in BAR_COLUMNS if any(name in part.columns for part in parts)]
    full = [{name: part.column(name) for name in names} for part in parts]
    return Bars(
        tuple(symbol for symbol, *_ in owner),
        np.concatenate([[0], np.cumsum([piece.stop - piece.start for _, piece in rows], dtype=np.int64)]),
        np.concatenate([np.empty(0, "datetime64[D]"), *(parts[k].dates[piece] for k, piece in rows)]),
        {name: np.concatenate([np.empty(0), *(full[k][name][piece] for k, piece in rows)]) for name in names},
    )
