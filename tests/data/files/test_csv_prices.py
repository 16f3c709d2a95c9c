"""A folder of CSV files becomes a market; a file that cannot be used is named with its line and value."""

from __future__ import annotations

import datetime as dt
import random
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from analysis.market.errors import DataError, EventStudyError, UnknownNameError
from data.files.csv_file import read_bars
from data.files.csv_prices import csv_market

HEADER = "Date,Open,High,Low,Close,Adj Close,Volume"
BARS = """2024-01-02,10,11,9,10,9.5,100
2024-01-03,10,12,10,11,10.45,200
2024-01-04,11,11,9,9,8.55,300
"""
GOOD = f"{HEADER}\n{BARS}"


def written(directory: Path, content: str | bytes, name: str = "FIRM.csv") -> Path:
    path = directory / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def prices(path: Path, column: str = "adj_close") -> list[float]:
    return read_bars(path)[column].tolist()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("MKT.csv", "FIRM.csv", "OTHER.csv"):
        written(tmp_path, GOOD, name)
    return tmp_path


def test_sessions_are_the_benchmarks_dates(folder: Path) -> None:
    written(folder, GOOD.replace("2024-01-03", "2024-01-06"), "FIRM.csv")
    market = csv_market(folder, "MKT").market
    assert market.sessions_for("FIRM").dates.astype(str).tolist() == [
        "2024-01-02",
        "2024-01-03",
        "2024-01-04",
    ]
    assert np.isnan(market.returns(["FIRM"])).all()  # no bar on the second session: no return on either side
    np.testing.assert_allclose(market.returns(["OTHER"])[1:, 0], [0.1, -0.2 / 1.1], rtol=1e-12)


def test_firms_are_all_other_files_or_the_ones_named(folder: Path) -> None:
    written(folder, "notes", "README.txt")
    assert set(csv_market(folder, "MKT").market.histories) == {"MKT", "FIRM", "OTHER"}
    assert set(csv_market(folder, "MKT", ["OTHER"]).market.histories) == {"MKT", "OTHER"}


def test_provenance_names_the_folder_and_the_last_session(folder: Path) -> None:
    provenance = csv_market(folder, "MKT").market.provenance
    assert str(folder) in provenance.source
    assert provenance.as_of == dt.date(2024, 1, 4)


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("\n", "\r"),
        GOOD.replace(",", ";"),
        GOOD.replace(",", "\t"),
        GOOD.replace(HEADER, "date, OPEN, High*, Low, Close*, Adj. Close**, Volume"),
        GOOD.replace("-02,", "-02 00:00:00-05:00,"),
        HEADER + "\n" + "".join(reversed(BARS.splitlines(keepends=True))),
        GOOD + "\n\n",
        GOOD.replace("10,12,10", "null,,-"),
    ],
    ids=[
        "plain",
        "BOM",
        "CRLF",
        "CR",
        "semicolons",
        "tabs",
        "header",
        "zones",
        "reversed",
        "blanks",
        "nulls",
    ],
)
def test_the_ways_in_which_people_save_a_table_are_read(tmp_path: Path, content: str) -> None:
    assert prices(written(tmp_path, content)) == [9.5, 10.45, 8.55]


def test_a_stale_bar_is_no_price(folder: Path) -> None:
    written(
        folder, GOOD.replace("2024-01-03,10,12,10,11,10.45,200", "2024-01-03,10,10,10,10,9.5,0"), "FIRM.csv"
    )
    market = csv_market(folder, "MKT").market
    assert market.histories["FIRM"].bars.index.day.tolist() == [2, 4]


BROKEN = {
    "no date": (GOOD.replace("Date", "Day"), r"line 1: no column Date; found: Day, Open"),
    "no adjusted close": ("Date,Close\n2024-01-02,1\n", r"line 1: no column Adj Close; found: Date, Close"),
    "column twice": (GOOD.replace("Open", "Close"), r"line 1: a column is there twice"),
    "date": (
        GOOD.replace("2024-01-03", "03/01/2024"),
        r"line 3: Date '03/01/2024' is no date; .* YYYY-MM-DD",
    ),
    "impossible date": (GOOD.replace("2024-01-03", "2024-02-30"), r"line 3: Date '2024-02-30' is no date"),
    "no date in a row": (GOOD.replace("2024-01-03", ""), r"line 3: Date '' is no date"),
    "date twice": (
        GOOD.replace("01-04", "01-02"),
        r"line 4: Date 2024-01-02 is there twice, first on line 2",
    ),
    "negative": (GOOD.replace("8.55", "-8.55"), r"line 4: Adj Close -8\.55 cannot be; .* above zero"),
    "zero": (GOOD.replace("10,12", "0,12"), r"line 3: Open 0 cannot be; needed: a number above zero"),
    "negative volume": (GOOD.replace("200", "-200"), r"line 3: Volume -200 cannot be; .* zero or above"),
    "text": (GOOD.replace("8.55", "n.a. (closed)"), r"line 4: Adj Close 'n\.a\. \(closed\)' is no number"),
    "infinite": (GOOD.replace("8.55", "inf"), r"line 4: Adj Close 'inf' is no number"),
    "decimal comma": (
        GOOD.replace(",", ";").replace("8.55", "8,55"),
        r"line 4: Adj Close '8,55' is no number",
    ),
    "blank line before": (f"{HEADER}\n\n{BARS}".replace("8.55", "x"), r"line 5: Adj Close 'x' is no number"),
    "cut short": (GOOD[:-8], r"line 4: \d values, but the header has 7"),
    "too long": (GOOD.replace("300", "300,1"), r"line 4: 8 values, but the header has 7"),
    "open quote": (GOOD.replace("9.5", '"9.5'), r"line \d: "),
    "empty": ("", r"the file is empty"),
    "blank": ("\n \n", r"the file is empty"),
    "header alone": (HEADER + "\n", r"line 1: no bar below the header"),
    "binary": (bytes(range(256)) * 99, r"no table of text"),
    "UTF-16": (GOOD.encode("utf-16"), r"no table of text"),
    "Latin-1": (GOOD.encode() + "é".encode("latin-1"), r"line 5: no UTF-8 text"),
    "one long line": (b"x" * 100_000, r"no table of text"),
}


@pytest.mark.parametrize(("content", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(DataError, match=rf"^FIRM\.csv(, |: ){message}") as refusal:
        read_bars(written(tmp_path, content))
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize(
    ("chunk", "message"),
    [
        (random.Random(1).randbytes(1_000_000), "no table of text"),
        (b"2024-01-02,10,11,9,10,9.5,100 or so\n" * 28_000, "101 MB is no file of daily bars; at most 5 MB"),
    ],
    ids=["bytes", "lines"],
)
def test_a_hundred_megabytes_of_noise_are_refused_without_being_read(
    tmp_path: Path, chunk: bytes, message: str
) -> None:
    path = written(tmp_path, b"" if b"\0" in chunk else HEADER + "\n")
    with path.open("ab") as stream:
        stream.writelines([chunk] * 100)
    tracemalloc.start()
    with pytest.raises(DataError, match=message):
        read_bars(path)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"^FIRM\.csv: cannot be read: No such file"):
        read_bars(tmp_path / "FIRM.csv")


def test_a_broken_firm_is_excluded_with_the_reason(folder: Path) -> None:
    written(folder, GOOD.replace("8.55", "0"), "FIRM.csv")
    found = csv_market(folder, "MKT")
    assert set(found.market.histories) == {"MKT", "OTHER"}
    assert found.excluded == {
        "FIRM": "FIRM.csv, line 4: Adj Close 0 cannot be; needed: a number above zero, or nothing"
    }


def test_a_broken_benchmark_ends_the_study(folder: Path) -> None:
    written(folder, "", "MKT.csv")
    with pytest.raises(DataError, match=r"^MKT\.csv: the file is empty"):
        csv_market(folder, "MKT")


def test_when_no_firm_is_left_the_first_reason_is_told(folder: Path) -> None:
    for name in ("FIRM.csv", "OTHER.csv"):
        written(folder, "", name)
    with pytest.raises(DataError, match=r"no firm is left in .*: FIRM\.csv: the file is empty"):
        csv_market(folder, "MKT")


@pytest.mark.parametrize(
    ("benchmark", "symbols", "error", "message"),
    [
        ("MKTS", None, UnknownNameError, r"unknown symbol 'MKTS'\. Did you mean 'MKT'\?"),
        ("MKT", ["FIRN"], UnknownNameError, r"unknown symbol 'FIRN'\. Did you mean 'FIRM'\?"),
        ("MKT", [], DataError, r"no firm beside the benchmark MKT"),
    ],
)
def test_symbols_without_a_file(
    folder: Path, benchmark: str, symbols: list[str] | None, error: type[EventStudyError], message: str
) -> None:
    with pytest.raises(error, match=message):
        csv_market(folder, benchmark, symbols)


def test_a_folder_that_is_missing_or_empty(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such folder of prices"):
        csv_market(tmp_path / "prices", "MKT")
    with pytest.raises(DataError, match="no CSV file; needed: one per symbol"):
        csv_market(tmp_path, "MKT")
