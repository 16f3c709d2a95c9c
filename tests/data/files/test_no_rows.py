"""A day that the benchmark lacks and firms have is told, and stands first where a window holds it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.files.market import FileMarket, Reading, file_market
from data.files.no_rows import cautions_of
from data.files.prices import read_prices
from data.quality.caution import Caution, decisive
from tests.data.files.test_sessions import WEEKDAYS, exchange

LOST, AFTER = WEEKDAYS[150], WEEKDAYS[151]


def market(folder: Path, wanted: set[str] | None = None, lost: slice = slice(150, 151)) -> FileMarket:
    """MKT lacks some days; A and B have all, C lacks them too."""
    short = np.delete(WEEKDAYS, np.r_[lost])
    for symbol, own in (("MKT", short), ("A", WEEKDAYS), ("B", WEEKDAYS), ("C", short)):
        frame = pd.DataFrame({"Date": own, "Adj Close": np.linspace(50, 60, len(own))})
        frame.to_csv(folder / f"{symbol}.csv", index=False)
    return file_market(read_prices(folder, wanted), Reading(folder, ("MKT",), default="MKT"))


def told(read: FileMarket) -> list[Caution]:
    return [caution for caution in read.cautions if caution.kind == "no_row"]


def test_the_day_and_its_firms_are_told_once(tmp_path: Path) -> None:
    (caution,) = told(market(tmp_path))
    assert caution.sentence == (
        f"MKT has no row for {LOST}, on which 2 of 3 firms have prices: the day is taken as no session, "
        "and returns there span two."
    )
    (caution,) = told(market(tmp_path, lost=slice(150, 153)))
    assert caution.sentence.startswith(f"MKT has no row for 3 days, the first {LOST}, on which 2 of 3 firms")


@pytest.mark.parametrize(("start", "last", "first"), [(151, 160, True), (152, 160, False), (140, 150, False)])
def test_it_stands_before_a_result_whose_window_has_the_return(
    tmp_path: Path, start: int, last: int, first: bool
) -> None:
    (caution,) = told(market(tmp_path))
    assert caution.spanning == (AFTER,)
    assert decisive(caution, WEEKDAYS[0], WEEKDAYS[last], WEEKDAYS[start]) == first


def test_parts_of_the_firms_are_told_together(tmp_path: Path) -> None:
    parts = [market(tmp_path, {"MKT", *firms}) for firms in ({"A"}, {"B", "C"})]
    assert cautions_of(part for one in parts for part in one.no_rows) == told(market(tmp_path))


def test_a_calendar_says_what_a_day_without_a_row_is(tmp_path: Path) -> None:
    york = exchange("XNYS")
    for symbol, own in (("MKT", np.delete(york, 100)), ("A", np.union1d(york, WEEKDAYS))):
        frame = pd.DataFrame({"Date": own, "Adj Close": np.linspace(50, 60, len(own))})
        frame.to_csv(tmp_path / f"{symbol}.csv", index=False)
    assert not told(file_market(read_prices(tmp_path), Reading(tmp_path, ("MKT",), default="MKT")))
