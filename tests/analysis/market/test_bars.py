"""Bars of many instruments as columns."""

from __future__ import annotations

import numpy as np

from analysis.market.bars import Bars


def two() -> Bars:
    days = np.array(["2024-01-02", "2024-01-03"] * 2, "datetime64[D]")
    return Bars(("AMD", "NVDA"), np.array([0, 2, 4]), days, {"adj_close": np.array([3.0, 4.0, 1.0, 2.0])})


def test_a_symbol_that_is_not_there_has_no_rows() -> None:
    assert len(two().dates[two().rows("MSFT")]) == 0


def test_leaving_symbols_out_leaves_the_others_as_they_are() -> None:
    bars = two().without({"AMD"})
    assert (bars.symbols, bars.columns["adj_close"].tolist()) == (("NVDA",), [1.0, 2.0])


def test_leaving_rows_out_leaves_no_symbol_without_rows() -> None:
    bars = two().without_rows(np.array([0, 1, 3]))
    assert (bars.symbols, bars.starts.tolist(), bars.columns["adj_close"].tolist()) == (
        ("NVDA",),
        [0, 1],
        [1.0],
    )
