"""Made-up bars of many symbols, and ways to damage them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from analysis.market.bars import Bars
from data.quality.judge import Caution, judge

Floats = npt.NDArray[np.float64]

START = np.datetime64("2023-01-02")  # a Monday
DAY = 200  # on which something happens
AFTER = slice(DAY, None)


def weekdays(number: int, start: np.datetime64 = START) -> npt.NDArray[np.datetime64]:
    """Mondays to Fridays, from a Monday on."""
    days = np.arange(number)
    return start + days // 5 * 7 + days % 5


def sound(number: int = 260, seed: int = 1) -> dict[str, Floats]:
    """Columns of one symbol's bars that no rule objects to."""
    random = np.random.default_rng(seed)
    close = 50 * np.exp(np.cumsum(random.normal(0, 0.012, number)))
    opens = np.concatenate([close[:1], close[:-1]])
    return {
        "open": opens,
        "high": np.maximum(opens, close) * 1.004,
        "low": np.minimum(opens, close) * 0.996,
        "close": close,
        "adj_close": close.copy(),
        "volume": random.integers(80_000, 120_000, number).astype(float),
    }


def bars_of(
    symbol: npt.NDArray[np.int64],
    names: Sequence[str],
    dates: npt.NDArray[np.datetime64],
    **columns: Floats,
) -> Bars:
    """Bars from rows in any order; `symbol` says which of the names each is of."""
    named = np.array(names)[symbol]
    order = np.lexsort((dates, named))
    present, first = np.unique(named[order], return_index=True)
    return Bars(
        tuple(present.tolist()),
        np.append(first, len(order)),
        dates[order].astype("datetime64[D]"),
        {name: values[order] for name, values in columns.items()},
    )


def panel(
    columns: Mapping[str, Mapping[str, Floats]], dates: npt.NDArray[np.datetime64] | None = None
) -> Bars:
    """Bars of symbols with equally many rows on the same dates."""
    number = len(next(iter(next(iter(columns.values())).values())))
    days = weekdays(number) if dates is None else dates
    names = next(iter(columns.values())).keys()
    return bars_of(
        np.repeat(np.arange(len(columns)), number),
        [*columns],
        np.tile(days, len(columns)),
        **{name: np.concatenate([each[name] for each in columns.values()]) for name in names},
    )


def rescaled(columns: Mapping[str, Floats], factor: float, rows: slice) -> dict[str, Floats]:
    """The same bars with prices in some rows multiplied; a bar opens at the close before."""
    out = {name: values.copy() for name, values in columns.items()}
    for name in ("close", "adj_close"):
        out[name][rows] *= factor
    out["open"] = np.concatenate([out["close"][:1], out["close"][:-1]])
    out["high"] = np.maximum(out["open"], out["close"]) * 1.004
    out["low"] = np.minimum(out["open"], out["close"]) * 0.996
    return out


def gapped(columns: Mapping[str, Floats], factor: float, rows: slice) -> dict[str, Floats]:
    """The same bars with all prices in some rows multiplied, as a source has them that missed a split."""
    out = {name: values.copy() for name, values in columns.items()}
    for name in out.keys() - {"volume"}:
        out[name][rows] *= factor
    return out


def flat(columns: dict[str, Floats], rows: slice | list[int]) -> dict[str, Floats]:
    out = {name: values.copy() for name, values in columns.items()}
    for row in np.arange(len(out["close"]))[rows]:
        for name in ("open", "high", "low", "close", "adj_close"):
            out[name][row] = out["close"][row - 1]
        out["volume"][row] = 0.0
    return out


def flat_return(columns: dict[str, Floats], row: int) -> dict[str, Floats]:
    """The same bars without a move of their own on one day."""
    size = columns["close"][row] / columns["close"][row - 1]
    return rescaled(columns, 1 / size, slice(row, None))


def caution_of_panel(columns: dict[str, dict[str, Floats]]) -> Caution:
    (caution,) = judge(panel(columns)).cautions
    return caution


def returns(columns: dict[str, Floats]) -> Floats:
    return np.diff(columns["adj_close"], prepend=columns["adj_close"][0]) / columns["adj_close"]
