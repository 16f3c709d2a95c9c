"""Workbooks and Parquet files of every kind become the same bars."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.market.errors import DataError
from data.files.prices import read_prices

DAYS = pd.to_datetime(["2024-01-29", "2024-01-30", "2024-01-31"])
WIDE = pd.DataFrame({"MSFT": [405.1, 404.2, 393.0], "NVDA": [62.4, 62.7, 61.5]}, index=DAYS).rename_axis(
    "Date"
)
LONG = WIDE.melt(ignore_index=False, var_name="symbol", value_name="adj_close").reset_index()


def one(symbol: str) -> pd.DataFrame:
    return pd.DataFrame({"Close": WIDE[symbol] + 1, "Adj Close": WIDE[symbol]}, index=WIDE.index)


def frame_of_many() -> pd.DataFrame:
    table = pd.concat({"Close": WIDE + 1, "Adj Close": WIDE}, axis=1)
    return table.rename_axis(columns=["Price", "Ticker"])


def sheets(path: Path, tables: dict[str, pd.DataFrame]) -> None:
    with pd.ExcelWriter(path) as writer:
        for title, table in tables.items():
            table.to_excel(writer, sheet_name=title)


FORMS: dict[str, Callable[[Path], object]] = {
    "wide sheet": lambda folder: WIDE.to_excel(folder / "a.xlsx"),
    "wide sheet, text dates": lambda folder: WIDE.set_index(WIDE.index.strftime("%d/%m/%Y")).to_excel(
        folder / "a.xlsx"
    ),
    "long sheet": lambda folder: LONG.to_excel(folder / "a.xlsx", index=False),
    "a sheet per symbol": lambda folder: sheets(folder / "a.xlsx", {s: one(s) for s in ("NVDA", "MSFT")}),
    "a sheet per field": lambda folder: sheets(folder / "a.xlsx", {"Close": WIDE + 1, "Adj Close": WIDE}),
    "merged headers of a frame": lambda folder: frame_of_many().to_excel(folder / "a.xlsx"),
    "a workbook per symbol": lambda folder: [one(s).to_excel(folder / f"{s}.xlsx") for s in ("NVDA", "MSFT")],
    "a sheet of notes": lambda folder: sheets(
        folder / "a.xlsx", {"Notes": pd.DataFrame({"by": ["me"]}), "Prices": LONG.set_index("Date")}
    ),
    "wide Parquet": lambda folder: WIDE.to_parquet(folder / "a.parquet"),
    "wide Parquet, unnamed dates": lambda folder: WIDE.rename_axis(None).to_parquet(folder / "a.parquet"),
    "wide Parquet, a column of dates": lambda folder: WIDE.reset_index().to_parquet(folder / "a.parquet"),
    "long Parquet": lambda folder: LONG.to_parquet(folder / "a.parquet"),
    "long Parquet, shuffled": lambda folder: LONG.sample(frac=1, random_state=1).to_parquet(
        folder / "a.parquet"
    ),
    "long Parquet, categories": lambda folder: LONG.astype({"symbol": "category"}).to_parquet(
        folder / "a.parquet"
    ),
    "a frame of many": lambda folder: frame_of_many().to_parquet(folder / "a.parquet"),
    "a Parquet file per symbol": lambda folder: [
        one(s).to_parquet(folder / f"{s}.parquet") for s in ("NVDA", "MSFT")
    ],
    "partitions by symbol": lambda folder: LONG.to_parquet(folder, partition_cols=["symbol"]),
    "partitions by year": lambda folder: LONG.assign(year=2024).to_parquet(folder, partition_cols=["year"]),
    "a CSV file in a partition": lambda folder: [
        [(folder / f"symbol={s}").mkdir(), one(s).to_csv(folder / f"symbol={s}" / "data.csv")]
        for s in ("NVDA", "MSFT")
    ],
}


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (
            lambda path: sheets(path, {"Close": WIDE, "Volume": WIDE}),
            "Close is taken as adjusted for splits; ",
        ),
        (lambda path: frame_of_many()[["Close"]].to_excel(path), "yfinance without Adj Close"),
    ],
    ids=["a sheet per field", "a frame"],
)
def test_a_workbook_without_adjusted_closes_is_called_what_it_is(
    tmp_path: Path, write: Callable[[Path], None], said: str
) -> None:
    write(tmp_path / "a.xlsx")
    (assumed,) = read_prices(tmp_path).assumptions
    assert said in assumed


def test_a_ticker_that_excel_takes_for_a_truth_value_is_text(tmp_path: Path) -> None:
    WIDE.rename(columns={"NVDA": True}).to_excel(tmp_path / "wide.xlsx")
    assert read_prices(tmp_path / "wide.xlsx").bars.symbols == ("MSFT", "TRUE")
    LONG.replace({"symbol": {"NVDA": True}}).to_excel(tmp_path / "long.xlsx", index=False)
    assert read_prices(tmp_path / "long.xlsx").bars.symbols == ("MSFT", "TRUE")


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_every_form_gives_the_same_bars(tmp_path: Path, form: Callable[[Path], object]) -> None:
    form(tmp_path)
    bars = read_prices(tmp_path).bars
    assert bars.symbols == ("MSFT", "NVDA")
    for symbol in bars.symbols:
        rows = bars.rows(symbol)
        assert bars.dates[rows].tolist() == [day.date() for day in DAYS]
        np.testing.assert_array_equal(bars.columns["adj_close"][rows], WIDE[symbol])
    assert read_prices(tmp_path, ["NVDA"]).bars.symbols == ("NVDA",)


@pytest.mark.parametrize("kind", ["int64", "int32", "float64", "str", "category"])
def test_a_symbol_that_is_a_number_is_text(tmp_path: Path, kind: str) -> None:
    table = LONG.assign(symbol=LONG["symbol"].map({"NVDA": 99999, "MSFT": 10107}).astype(kind))
    table.to_parquet(tmp_path / "a.parquet")
    read = read_prices(tmp_path / "a.parquet", {"99999"})
    assert read.bars.symbols == ("99999",)


DATES: dict[str, Callable[[pd.DatetimeIndex], object]] = {
    "moments": lambda days: days,
    "dates": lambda days: days.date,
    "UTC": lambda days: days.tz_localize("UTC"),
    "New York": lambda days: days.tz_localize("America/New_York"),
    "Tokyo": lambda days: days.tz_localize("Asia/Tokyo"),
    "whole numbers": lambda days: days.strftime("%Y%m%d").astype(int),
    "floats": lambda days: days.strftime("%Y%m%d").astype(float),
    "text": lambda days: days.strftime("%Y-%m-%d"),
    "nanoseconds": lambda days: days.astype("datetime64[ns]"),
}


@pytest.mark.parametrize("form", DATES.values(), ids=DATES.keys())
def test_a_date_of_any_kind_is_the_exchanges_own(
    tmp_path: Path, form: Callable[[pd.DatetimeIndex], object]
) -> None:
    LONG.assign(Date=form(pd.DatetimeIndex(LONG["Date"]))).to_parquet(tmp_path / "a.parquet")
    bars = read_prices(tmp_path / "a.parquet").bars
    assert bars.dates[bars.rows("NVDA")].tolist() == [day.date() for day in DAYS]


def test_a_sheet_that_is_no_table_is_told(tmp_path: Path) -> None:
    FORMS["a sheet of notes"](tmp_path)
    assert "sheet Notes: no known layout has the header" in str(read_prices(tmp_path).unread["Notes"])


def test_of_several_reasons_that_of_a_wanted_symbol_is_said(tmp_path: Path) -> None:
    with pd.ExcelWriter(tmp_path / "a.xlsx") as book:
        pd.DataFrame(["made by me"]).to_excel(book, sheet_name="Notes", index=False, header=False)
        pd.DataFrame({"Date": DAYS, "AAA": "dear", "BBB": 1.0}).to_excel(book, sheet_name="P", index=False)
    with pytest.raises(DataError, match="sheet P, row 2: AAA 'dear' is no number"):
        read_prices(tmp_path / "a.xlsx", ["AAA"])


def test_a_broken_file_is_told_by_the_symbol_that_its_layout_writes(tmp_path: Path) -> None:
    (tmp_path / "nvda_us_d.csv").write_text("Date,Open,High,Low,Close,Volume\n2024-01-29,1,1\n")
    (tmp_path / "amd_us_d.csv").write_bytes(bytes(9000))
    (tmp_path / "MSFT.csv").write_text("Date,Close\n2024-01-29,1\n")
    assert set(read_prices(tmp_path).unread) == {"NVDA", "amd_us_d"}
    assert set(read_prices(tmp_path, ["AMD", "MSFT"]).unread) == {"AMD"}
