"""Bars of many instruments as columns."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.market.bars import Bars, bars_of
from analysis.market.errors import DataError


def shuffled() -> Bars:
    days = np.array(["2024-01-03", "2024-01-02", "2024-01-02", "2024-01-03"], "datetime64[D]")
    return bars_of(np.array([0, 1, 0, 1]), ["NVDA", "AMD"], days, adj_close=np.array([2.0, 3.0, 1.0, 4.0]))


def test_rows_come_by_symbol_and_date_whatever_their_order() -> None:
    bars = shuffled()
    assert bars.symbols == ("AMD", "NVDA")
    assert bars.columns["adj_close"].tolist() == [3.0, 4.0, 1.0, 2.0]
    assert bars.columns["adj_close"][bars.rows("NVDA")].tolist() == [1.0, 2.0]


def test_a_symbol_that_is_not_there_has_no_rows() -> None:
    assert len(shuffled().dates[shuffled().rows("MSFT")]) == 0


def test_two_rows_of_one_day_are_refused_with_the_symbol_and_the_day() -> None:
    days = np.array(["2024-01-02", "2024-01-02"], "datetime64[D]")
    with pytest.raises(DataError, match="NVDA has 2024-01-02 twice"):
        bars_of(np.array([0, 0]), ["NVDA"], days, adj_close=np.ones(2))


def test_leaving_symbols_out_leaves_the_others_as_they_are() -> None:
    bars = shuffled().without({"AMD"})
    assert (bars.symbols, bars.columns["adj_close"].tolist()) == (("NVDA",), [1.0, 2.0])


def test_leaving_rows_out_leaves_no_symbol_without_rows() -> None:
    bars = shuffled().without_rows(np.array([0, 1, 3]))
    assert (bars.symbols, bars.starts.tolist(), bars.columns["adj_close"].tolist()) == (
        ("NVDA",),
        [0, 1],
        [1.0],
    )
