"""What is no price file is refused in one line, before memory or patience is gone."""

from __future__ import annotations

import os
import random
import socket
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from analysis.market.errors import DataError
from data.files import parquet_table, text_table, workbook_table
from data.files.blocks import blocks
from data.files.prices import read_prices

GOOD = "Date,Adj Close\n2024-01-29,1\n2024-01-30,2\n"


def refused(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        read_prices(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "AAA.csv: the file is empty; needed: a header and rows"),
        (" \n\n", "AAA.csv: the file is empty"),
        (random.Random(2).randbytes(200_000), "AAA.csv: no table of text"),
        (bytes(5000), "AAA.csv: no table of text"),
        ("2024-01-29,1\n2024-01-30,2\n", "AAA.csv: the first line holds data; needed: a header"),
        ("Date,Adj Close\n", "AAA.csv: no row below the header"),
        (GOOD + "2024-01-31,1,2\n", "AAA.csv, line 4: 3 values, but the header has 2; one file holds one"),
        (GOOD + "Date,Close\n2024-01-31,1\n", "AAA.csv, line 4: a second header; one file holds one table"),
        (GOOD + "\n2024-02-30,1\n", "AAA.csv, line 5: Date '2024-02-30' is no date"),
        ("Date,Close\n2019-13-01,5\n2020-01-02,6\n", "AAA.csv, line 2: Date '2019-13-01' is no date"),
        ("Date,Close\nTBD,5\n2020-01-02,6\n", "AAA.csv, line 2: Date 'TBD' is no date"),
        ("Daily\nDate,A,B\nsoon,5,n/a\n2020-01-02,6,7\n", "AAA.csv, line 3: Date 'soon' is no date"),
        (GOOD + "2024-01-31,many\n", "AAA.csv, line 4: Adj Close 'many' is no number"),
        (
            GOOD + "2024-01-31,0\n",
            "AAA.csv, line 4: adj close 0 of AAA cannot be; needed: a number above zero",
        ),
        (GOOD + "2024-01-31,-3\n", "AAA.csv, line 4: adj close -3 of AAA cannot be"),
        (GOOD + "2024-01-31,1e999\n", "AAA.csv, line 4: adj close inf of AAA cannot be"),
        (GOOD + "2024-01-30,5\n", "AAA.csv, line 4: AAA has 2024-01-30 twice, first in AAA.csv, line 3"),
        ("symbol,date,close\nA,2024-01-29,1\n,2024-01-30,1\n", "AAA.csv, line 3: no symbol; needed: one in"),
        ("Date,A,B\n2024-01-29,1\n", "AAA.csv, line 2: 2 values, but the header has 3"),
    ],
)
def test_a_broken_file_of_text_is_named_with_its_line(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    path = tmp_path / "AAA.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    assert refused(path).startswith(message)


def test_one_broken_symbol_of_a_long_file_leaves_the_others(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("symbol,date,close\nA,2024-01-29,1\nB,2024-01-29,x\nC,2024-01-29,1\nC,2024-01-29,2\n")
    read = read_prices(path)
    assert read.bars.symbols == ("A",)
    assert str(read.unread["B"]).startswith("long.csv, line 3: close 'x' is no number")
    assert set(read_prices(path, ["A", "B"]).unread) == {"B"}
    assert str(read.unread["C"]).startswith(
        "long.csv, line 5: C has 2024-01-29 twice, first in long.csv, line 4"
    )


def test_a_symbol_that_is_in_two_files_for_a_day_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "AAA.csv").write_text(GOOD)
    (tmp_path / "BBB.csv").write_text(GOOD)
    (tmp_path / "more.csv").write_text("symbol,date,close\nAAA,2024-01-30,1\nBBB,2024-01-31,3\n")
    read = read_prices(tmp_path)
    assert read.bars.symbols == ("BBB",)
    assert "AAA has 2024-01-30 twice" in str(read.unread["AAA"])
    assert "AAA.csv, line 3" in str(read.unread["AAA"])


def test_what_is_told_of_broken_files_keeps_nothing_that_was_read_of_them(tmp_path: Path) -> None:
    (tmp_path / "AAA.csv").write_text(GOOD)
    (tmp_path / "undecided.csv").write_text("Date,Close\n03/04/2024,1\n04/04/2024,2\n")
    (tmp_path / "ragged.csv").write_text(GOOD + "2024-01-31,1,2,3,4\n")
    (tmp_path / "none.parquet").write_bytes(b"PAR1")
    (tmp_path / "none.xlsx").write_bytes(b"PK")
    unread = read_prices(tmp_path).unread
    assert unread.keys() == {"undecided", "ragged", "none"}
    assert [(error.__traceback__, error.__context__) for error in unread.values()] == [(None, None)] * 3


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    assert refused(tmp_path / "pipe.csv").startswith("pipe.csv: a pipe is no file")
    assert refused(Path("/dev/null")).startswith("null: a device or socket is no file")
    assert "No such file" in refused(tmp_path / "none.csv")
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    assert "symbolic links" in refused(tmp_path / "loop.csv")
    (tmp_path / "empty").mkdir()
    assert "no file of prices in this folder" in refused(tmp_path / "empty")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s.csv"))
        assert "a device or socket is no file" in refused(tmp_path / "s.csv")


def test_a_folder_with_traps_is_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    (tmp_path / "year=2024").mkdir()
    (tmp_path / "year=2024" / "up=1").symlink_to(tmp_path)
    (tmp_path / "AAA.csv").write_text(GOOD)
    read = read_prices(tmp_path)
    assert read.bars.symbols == ("AAA",)
    assert set(read.unread) == {"pipe", "loop"}
    assert len(blocks(tmp_path)) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "AAA.csv").write_text(GOOD)
    (tmp_path / "AAA.csv").chmod(0)
    assert "Permission denied" in refused(tmp_path / "AAA.csv")


def test_text_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_table, "MOST_BYTES", 10)
    (tmp_path / "AAA.csv").write_text(GOOD)
    assert "save it as Parquet" in refused(tmp_path / "AAA.csv")


def test_a_small_parquet_of_many_rows_is_refused_by_what_it_says_of_itself(tmp_path: Path) -> None:
    rows = 60_000_000
    batch = pa.table(
        {
            "symbol": pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000, pa.int8()), ["A"]),
            "date": pa.array([19_000] * 1_000_000, pa.date32()),
            "close": pa.array([1.0] * 1_000_000),
        }
    )
    with parquet.ParquetWriter(tmp_path / "bomb.parquet", batch.schema) as writer:
        for _ in range(rows // 1_000_000):
            writer.write_table(batch)
    assert refused(tmp_path / "bomb.parquet").startswith(
        f"bomb.parquet: unpacks to {rows:,} rows; at most {parquet_table.MOST_ROWS:,}"
    )
    for read in (lambda path: read_prices(path, {"A"}), blocks):
        with pytest.raises(DataError, match=r"bomb\.parquet: more than 100,000 rows of A; prices are daily"):
            read(tmp_path / "bomb.parquet")


def test_a_wide_parquet_of_too_many_values_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_table, "MOST_CELLS", 5)
    frame = pd.DataFrame({"Date": pd.to_datetime(["2024-01-29", "2024-01-30"]), "A": [1.0, 2], "B": [1.0, 2]})
    frame.to_parquet(tmp_path / "a.parquet")
    assert refused(tmp_path / "a.parquet").startswith("a.parquet: unpacks to 6 values; at most 5: cut it")


def test_parquet_that_is_none_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(random.Random(3).randbytes(10_000))
    assert refused(path).startswith("a.parquet: cannot be read as Parquet")
    pd.DataFrame({"symbol": ["A"], "day0": [1], "x": ["y"]}).to_parquet(path)
    assert "no known layout has the header symbol, day0, x" in refused(path)
    frame = pd.DataFrame({"symbol": ["A"] * 2, "date": ["2024-01-29", "soon"], "close": [1.0, 2]})
    frame.to_parquet(path)
    assert refused(path).startswith("a.parquet, row 2: date 'soon' is no date")
    frame.assign(date="2024-01-29", close=["1", "x"]).to_parquet(path)
    assert refused(path).startswith("a.parquet, row 2: close 'x' is no number")
    data = (path.read_bytes())[:-200] + path.read_bytes()[-100:]
    path.write_bytes(data)
    assert refused(path).startswith("a.parquet: cannot be read as Parquet")


def book(path: Path, rows: list[list[object]], merged: str = "") -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    for row in rows:
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    made.save(path)
    return path


def test_a_broken_workbook_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "AAA.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600))
    assert refused(path) == "AAA.xlsx: the workbook has a password; save it without one"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    assert refused(path) == "AAA.xlsx: a workbook of the old kind (.xls); save it as .xlsx or CSV"
    path.write_bytes(random.Random(3).randbytes(10_000))
    assert refused(path) == "AAA.xlsx: no Excel workbook; save it as .xlsx or CSV"
    assert refused(book(path, [])) == "AAA.xlsx: sheet Sheet is empty; needed: a header and rows"
    assert refused(book(path, [["Date", "Close"]])) == "AAA.xlsx, sheet Sheet: no row below the header"
    rows: list[list[object]] = [["Date", "A", "B"], ["2024-01-29", 1, 2]]
    assert refused(book(path, rows, "B1:C1")) == (
        "AAA.xlsx, sheet Sheet: column 3 has no name (a merged header cell?); "
        "give every column a name of its own"
    )
    rows = [["Date", "Close"], ["2024-01-29", 1], ["Date", "Close"], ["2024-01-30", 1]]
    assert refused(book(path, rows)) == (
        "AAA.xlsx, sheet Sheet, row 3: a second header; one file holds one table"
    )
    monkeypatch.setattr(workbook_table, "MOST_BYTES", 10)
    assert "save it as Parquet" in refused(book(path, rows))
