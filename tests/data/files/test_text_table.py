"""Separators of text, and what stands below its rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.market.errors import DataError
from data.files.prices import read_prices
from data.files.table_rows import THREES
from tests.data.files.test_layouts import adjusted, days, read


@pytest.mark.parametrize("mark", ["\t", ";", "|"])
@pytest.mark.parametrize("day", ["2022-01-03", "Jan 03, 2022"])
def test_commas_inside_numbers_are_no_separator_where_the_header_has_another(
    tmp_path: Path, mark: str, day: str
) -> None:
    prices = read(tmp_path, f"Date|Close|Volume\n{day}|1,528.57|12,345,678\n".replace("|", mark))
    assert adjusted(prices, "AAA").tolist() == [1528.57]
    assert prices.bars.columns["volume"].tolist() == [12_345_678]


@pytest.mark.parametrize("foot", ["Average,1.5,1.5\n", "\n\nSource: a vendor,,\nMean of 2024,1,\n"])
def test_words_below_the_last_date_are_left_out_and_said(tmp_path: Path, foot: str) -> None:
    prices = read(tmp_path, "Date,AAA,BBB\n2024-01-29,1,1\n2024-01-30,2,2\n" + foot)
    assert days(prices) == ["2024-01-29", "2024-01-30"] * 2
    assert any(
        "AAA.csv, line " in one and "below the last date is left out" in one for one in prices.assumptions
    )


@pytest.mark.parametrize(
    "foot", ["Source: Bloomberg\n", '"Source: Bloomberg"', "\nSource: A, B, C, D\nMean,1.5\n\n"]
)
@pytest.mark.parametrize("beside", [False, True])
def test_a_foot_of_another_width_is_left_out_and_said(tmp_path: Path, foot: str, beside: bool) -> None:
    if beside:  # a folder is read in batches
        (tmp_path / "BBB.csv").write_text("Date,Close\n2024-01-29,1\n")
    (tmp_path / "AAA.csv").write_text("Date,Close\n2024-01-29,1\n2024-01-30,2\n" + foot)
    prices = read_prices(tmp_path)
    assert adjusted(prices, "AAA").tolist() == [1, 2]
    line = 5 if foot.startswith("\n") else 4
    assert f"AAA.csv, line {line}: what stands below the last date is left out" in prices.assumptions


@pytest.mark.parametrize("foot", ["2024-01-31\n", "Jan 31 2024\n", "Source\n2024-01-31,3\n"])
def test_a_row_that_was_cut_off_is_no_foot(tmp_path: Path, foot: str) -> None:
    with pytest.raises(DataError, match=r"line 4: 1 values, but the header has 2"):
        read(tmp_path, "Date,Close\n2024-01-29,1\n2024-01-30,2\n" + foot)


@pytest.mark.parametrize("foot", ["2024-02-30,1,1\n", "Average,1.5,1.5\n2024-01-31,3,3\n"])
def test_what_may_be_a_day_is_never_left_out(tmp_path: Path, foot: str) -> None:
    with pytest.raises(DataError, match=r"line 4: Date '.*' is no date"):
        read(tmp_path, "Date,AAA,BBB\n2024-01-29,1,1\n2024-01-30,2,2\n" + foot)


@pytest.mark.parametrize("beside", [False, True])
@pytest.mark.parametrize(
    ("mark", "cells", "values"),
    [
        (";", ["997", "1.002", "999", "1.010"], [997, 1002, 999, 1010]),
        ("\t", ["997", "1,002", "1,010"], [997, 1002, 1010]),
        (",", ["997", "1.002"], [997, 1002]),
        (";", ["2", "2.005", "1.998"], [2, 2.005, 1.998]),
        ("\t", ["2", "2,005", "1,998"], [2, 2.005, 1.998]),
        (";", ["997", "1.002", "1.001,5"], [997, 1002, 1001.5]),
        (";", ["997", "1.002", "998.5"], [997, 1.002, 998.5]),
    ],
)
def test_marks_of_thousands_are_told_by_the_whole_numbers_that_they_go_on_from(
    tmp_path: Path, mark: str, cells: list[str], values: list[float], beside: bool
) -> None:
    if beside:
        (tmp_path / "BBB.csv").write_text(f"Date{mark}Close\n2024-01-29{mark}1.5\n")
    rows = "".join(f"2024-01-{day}{mark}{cell}\n" for day, cell in enumerate(cells, 10))
    (tmp_path / "AAA.csv").write_text(f"Date{mark}Close\n{rows}")
    prices = read_prices(tmp_path)
    assert adjusted(prices, "AAA").tolist() == values
    assert THREES not in prices.assumptions


@pytest.mark.parametrize(("mark", "said"), [(";", True), (",", False)])
def test_three_digits_behind_every_mark_are_decimals_and_where_in_doubt_that_is_said(
    tmp_path: Path, mark: str, said: bool
) -> None:
    prices = read(tmp_path, f"Date{mark}Close\n2024-01-29{mark}1.626\n2024-01-30{mark}1.610\n")
    assert adjusted(prices, "AAA").tolist() == [1.626, 1.61]
    assert (THREES in prices.assumptions) == said
