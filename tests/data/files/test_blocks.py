"""Blocks hold each symbol once, whatever the files are, and together all that one reading gives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.files import blocks as module
from data.files.blocks import blocks, read_block
from data.files.prices import read_prices

DAYS = pd.bdate_range("2023-12-01", periods=60)


def panel(symbols: list[object]) -> pd.DataFrame:
    parts = [
        pd.DataFrame({"symbol": [s] * 60, "date": DAYS, "adj_close": 10.0 + k + np.arange(60)})
        for k, s in enumerate(symbols)
    ]
    return pd.concat(parts, ignore_index=True)


NAMES: list[object] = [f"S{k:02d}" for k in range(20)]


def one_file(folder: Path) -> None:
    panel(NAMES).to_parquet(folder / "panel.parquet", row_group_size=100)


def shuffled(folder: Path) -> None:
    panel(NAMES).sample(frac=1, random_state=1).to_parquet(folder / "panel.parquet", row_group_size=100)


def a_file_per_year(folder: Path) -> None:
    for year, rows in panel(NAMES).groupby(panel(NAMES)["date"].dt.year):
        rows.to_parquet(folder / f"{year}.parquet")


def partitions_by_year(folder: Path) -> None:
    panel(NAMES).assign(year=panel(NAMES)["date"].dt.year).to_parquet(folder, partition_cols=["year"])


def partitions_by_symbol(folder: Path) -> None:
    panel(NAMES).to_parquet(folder, partition_cols=["symbol"])


def whole_numbers(folder: Path) -> None:
    table = panel([10_000 + 7 * k for k in range(20)]).rename(columns={"symbol": "permno"})
    for half, rows in (("a", table[:600]), ("b", table[600:])):
        rows.to_parquet(folder / f"{half}.parquet", row_group_size=100)


def csv_files(folder: Path) -> None:
    for symbol, rows in panel(NAMES).groupby("symbol"):
        rows[["date", "adj_close"]].to_csv(folder / f"{symbol}.csv", index=False)


FORMS = [
    one_file,
    shuffled,
    a_file_per_year,
    partitions_by_year,
    partitions_by_symbol,
    whole_numbers,
    csv_files,
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("limits", [(200, 300), (200, 10_000)])
def test_blocks_hold_every_symbol_once_and_all_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: Callable[[Path], None], limits: tuple[int, int]
) -> None:
    monkeypatch.setattr(module, "BLOCK_ROWS", limits[0])
    monkeypatch.setattr(module, "SPLIT_ROWS", limits[1])
    form(tmp_path)
    whole = read_prices(tmp_path).bars
    cut = blocks(tmp_path)
    read = [read_block(block).bars for block in cut]
    names = [symbol for bars in read for symbol in bars.symbols]
    assert sorted(names) == list(whole.symbols)
    for bars in read:
        for symbol in bars.symbols:
            for column in ("adj_close",):
                np.testing.assert_array_equal(
                    bars.columns[column][bars.rows(symbol)], whole.columns[column][whole.rows(symbol)]
                )
    assert cut == blocks(tmp_path)
    if limits[1] == 300:
        assert len(cut) > 1


def test_a_block_without_a_wanted_symbol_is_empty(tmp_path: Path) -> None:
    one_file(tmp_path)
    (block,) = blocks(tmp_path)
    assert read_block(block, ["S01", "X"]).bars.symbols == ("S01",)
    assert read_block(block, ["X"]).bars.symbols == ()
    assert block.name == "panel.parquet"
