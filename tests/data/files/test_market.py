"""Price files become a market: the dates of each benchmark are sessions, and what is no price is left out."""

from __future__ import annotations

import datetime as dt
import random
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.market.errors import DataError
from data.files.market import FileMarket, Reading, file_market
from data.files.prices import read_prices

HEADER = "Date,Open,High,Low,Close,Adj Close,Volume"
BARS = """2024-01-02,10,11,9,10,9.5,100
2024-01-03,10,12,10,11,10.45,200
2024-01-04,11,11,9,9,8.55,300
"""
GOOD = f"{HEADER}\n{BARS}"
DAYS = ["2024-01-02", "2024-01-03", "2024-01-04"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for symbol in ("MKT", "FIRM", "OTHER"):
        (tmp_path / f"{symbol}.csv").write_text(GOOD)
    return tmp_path


def market_of(path: Path, *benchmarks: str, wanted: set[str] | None = None) -> FileMarket:
    return file_market(read_prices(path, wanted), Reading(path, benchmarks))


def dates(read: FileMarket, symbol: str, benchmark: str = "MKT") -> list[str]:
    return [str(day) for day in read.market.sessions_for(symbol, benchmark).dates]


def test_sessions_are_the_dates_of_the_benchmark(folder: Path) -> None:
    (folder / "FIRM.csv").write_text(GOOD.replace("2024-01-03", "2024-01-06"))
    read = market_of(folder, "MKT")
    assert dates(read, "FIRM") == DAYS
    assert np.isnan(read.market.returns(["FIRM"], "MKT")).all()  # no bar on the second session: no return
    np.testing.assert_allclose(read.market.returns(["OTHER"], "MKT")[1:, 0], [0.1, -0.2 / 1.1], rtol=1e-12)


def test_a_firm_follows_the_sessions_of_the_benchmark_that_its_event_names(folder: Path) -> None:
    (folder / "NDX.csv").write_text("".join(GOOD.splitlines(keepends=True)[:3]))
    read = market_of(folder, "MKT", "NDX")
    assert dates(read, "FIRM", "MKT") == DAYS
    assert dates(read, "FIRM", "NDX") == DAYS[:2]
    assert read.market.instrument("FIRM").benchmark is None


def test_no_benchmark_is_guessed_from_those_of_others(folder: Path) -> None:
    assert market_of(folder, "MKT").market.instrument("FIRM").benchmark is None
    named = file_market(read_prices(folder), Reading(folder, ("MKT",), default="MKT"))
    assert named.market.instrument("FIRM").benchmark == "MKT"


def test_firms_are_all_other_files_or_the_ones_that_are_wanted(folder: Path) -> None:
    (folder / "README.md").write_text("notes")
    assert set(market_of(folder, "MKT").market.histories) == {"MKT", "FIRM", "OTHER"}
    assert set(market_of(folder, "MKT", wanted={"MKT", "OTHER"}).market.histories) == {"MKT", "OTHER"}


def test_provenance_names_the_folder_and_the_last_session(folder: Path) -> None:
    provenance = market_of(folder, "MKT").market.provenance
    assert str(folder) in provenance.source
    assert provenance.as_of == dt.date(2024, 1, 4)


def test_a_copied_bar_without_volume_is_no_price(folder: Path) -> None:
    copied = "2024-01-03,10,10,10,10,9.5,0"
    (folder / "FIRM.csv").write_text(GOOD.replace("2024-01-03,10,12,10,11,10.45,200", copied))
    read = market_of(folder, "MKT")
    history = read.market.histories["FIRM"]
    held = history.dates[np.isfinite(history.column("adj_close"))]
    assert [str(day) for day in held] == [DAYS[0], DAYS[2]]
    assert np.isnan(read.market.returns(["FIRM"], "MKT")).all()
    assert any(caution.symbol == "FIRM" and "copied" in caution.sentence for caution in read.cautions)


def test_a_broken_firm_is_left_out_with_the_reason(folder: Path) -> None:
    (folder / "FIRM.csv").write_text(GOOD.replace("8.55", "0"))
    read = market_of(folder, "MKT")
    assert set(read.market.histories) == {"MKT", "OTHER"}
    assert str(read.unread["FIRM"]).startswith("FIRM.csv, line 4: adj close 0 of FIRM cannot be")


def test_a_benchmark_without_prices_gives_no_sessions(folder: Path) -> None:
    read = market_of(folder, "MKT", "QQQ")
    assert set(read.market.sessions) == {"MKT"}
    assert not read.market.has_bars("QQQ")


def test_a_benchmark_whose_prices_cannot_be_right_is_refused(tmp_path: Path) -> None:
    days = pd.bdate_range("2024-01-01", periods=80).strftime("%Y-%m-%d")
    lines = [f"{day},10,10,10,10,10,100" for day in days]
    (tmp_path / "MKT.csv").write_text("\n".join([HEADER, *lines]))
    with pytest.raises(DataError, match=r"^benchmark MKT: its price is constant.*judge by\.$"):
        market_of(tmp_path, "MKT")
    read = file_market(read_prices(tmp_path), Reading(tmp_path, ("MKT",), frozenset({"MKT"})))
    assert len(read.market.sessions["MKT"].dates) == 80


def test_closing_times_are_known_where_events_have_times(folder: Path) -> None:
    read = file_market(read_prices(folder), Reading(folder, ("MKT",), timed=True))
    closes = read.market.sessions_for("FIRM", "MKT").closes
    assert closes is not None
    assert str(closes[0]) == "2024-01-02T21:00:00"
    plain = market_of(folder, "MKT").market.sessions_for("FIRM", "MKT")
    assert plain.closes is None


WAYS = {
    "plain": GOOD,
    "BOM": "\ufeff" + GOOD,
    "CRLF": GOOD.replace("\n", "\r\n"),
    "CR": GOOD.replace("\n", "\r"),
    "semicolons": GOOD.replace(",", ";"),
    "tabs": GOOD.replace(",", "\t"),
    "header": GOOD.replace(HEADER, "date, OPEN, High*, Low, Close*, Adj. Close**, Volume"),
    "zones": GOOD.replace("-02,", "-02 00:00:00-05:00,"),
    "newest first": HEADER + "\n" + "".join(reversed(BARS.splitlines(keepends=True))),
    "blank lines": GOOD + "\n\n",
    "blanks before": f"{HEADER}\n\n{BARS}",
    "nulls": GOOD.replace("10,12,10", "null,,-"),
}


@pytest.mark.parametrize("text", WAYS.values(), ids=WAYS)
def test_the_ways_in_which_people_save_a_table_are_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "FIRM.csv").write_bytes(text.encode())
    bars = read_prices(tmp_path / "FIRM.csv").bars
    assert bars.columns["adj_close"].tolist() == [9.5, 10.45, 8.55]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD.replace("Date", "Dey"), "FIRM.csv: no known layout has the header Dey, Open"),
        (GOOD.replace("Open", "Close"), "FIRM.csv: "),
        (GOOD.replace("200", "-200"), "FIRM.csv, line 3: volume -200 of FIRM cannot be; needed: "),
        (GOOD.replace("10,12", "0,12"), "FIRM.csv, line 3: open 0 of FIRM cannot be; needed: a number above"),
        (GOOD.replace("8.55", "n.a. (closed)"), "FIRM.csv, line 4: Adj Close 'n.a. (closed)' is no number"),
        (GOOD.replace("8.55", "inf"), "FIRM.csv, line 4: "),
        (GOOD[:-8], "FIRM.csv, line 4: "),
        (GOOD.replace("9.5", '"9.5'), "FIRM.csv"),
        (GOOD.replace("2024-01-03", ""), "FIRM.csv, line 3: "),
        (GOOD.encode() + "é".encode("latin-1"), "FIRM.csv, line 5: "),
        (b"x" * 100_000, "FIRM.csv: "),
    ],
)
def test_a_broken_file_is_named_in_one_short_line(tmp_path: Path, text: str | bytes, message: str) -> None:
    path = tmp_path / "FIRM.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(DataError) as caught:
        read_prices(path)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_a_hundred_megabytes_of_noise_are_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "FIRM.csv"
    with path.open("ab") as stream:
        stream.writelines([random.Random(1).randbytes(1_000_000)] * 100)
    tracemalloc.start()
    with pytest.raises(DataError, match="no table of text"):
        read_prices(path)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def table(rows: int = 400) -> pd.DataFrame:
    """Rows in no order, some missing."""
    made = np.random.default_rng(2)
    symbols = np.array(["ZZ", "AA", "M.PA", "B"])
    days = pd.date_range("2024-11-01", periods=150)
    cells = made.permutation(len(symbols) * len(days))[:rows]
    values = made.uniform(1, 2, size=rows)
    values[::17] = np.nan
    return pd.DataFrame({"symbol": symbols[cells % 4], "date": days[cells // 4], "adj_close": values})


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_a_long_table_is_what_pivot_gives(tmp_path: Path, unit: str) -> None:
    rows = table()
    path = tmp_path / "long.parquet"
    rows.astype({"date": f"datetime64[{unit}]"}).to_parquet(path)
    wanted = rows.pivot(index="date", columns="symbol", values="adj_close")
    bars = read_prices(path).bars
    assert list(bars.symbols) == list(wanted)
    for symbol in bars.symbols:
        own = bars.rows(symbol)
        found = pd.Series(bars.columns["adj_close"][own], pd.DatetimeIndex(bars.dates[own]))
        np.testing.assert_array_equal(found.reindex(wanted.index), wanted[symbol])


def test_the_last_instant_of_a_day_belongs_to_it(tmp_path: Path) -> None:
    stamps = ["2024-12-31 23:59:59", "2025-01-01 00:00:00", "1969-12-31 12:00:00"]
    rows = pd.DataFrame({"symbol": "A", "date": pd.to_datetime(stamps), "adj_close": [1.0, 2.0, 3.0]})
    rows.to_parquet(tmp_path / "long.parquet")
    bars = read_prices(tmp_path / "long.parquet").bars
    assert [str(day) for day in bars.dates] == ["1969-12-31", "2024-12-31", "2025-01-01"]
    assert bars.columns["adj_close"].tolist() == [3.0, 1.0, 2.0]


def test_rows_without_a_symbol_are_refused(tmp_path: Path) -> None:
    rows = table()
    rows.assign(symbol=rows["symbol"].where(rows.index > 3)).to_parquet(tmp_path / "long.parquet")
    with pytest.raises(DataError, match=r"^long\.parquet, row 1: no symbol; needed: "):
        read_prices(tmp_path / "long.parquet")


def test_rows_without_a_date_leave_their_symbol_out(tmp_path: Path) -> None:
    rows = table()
    rows.assign(date=rows["date"].where(rows.index != 3)).to_parquet(tmp_path / "long.parquet")
    read, symbol = read_prices(tmp_path / "long.parquet"), str(rows.loc[3, "symbol"])
    assert {name: str(why) for name, why in read.unread.items()} == {
        symbol: "long.parquet, row 4: date '' is no date; needed: YYYY-MM-DD"
    }
    assert set(read.bars.symbols) == set(rows["symbol"]) - {symbol}


def test_two_rows_for_one_day_leave_the_symbol_out_by_name(tmp_path: Path) -> None:
    rows = table().dropna().reset_index(drop=True)
    rows.loc[7] = rows.loc[9]
    rows.to_parquet(tmp_path / "long.parquet")
    symbol, day = rows.loc[9, "symbol"], rows.loc[9, "date"]
    read = read_prices(tmp_path / "long.parquet")
    assert f"{symbol} has {day:%Y-%m-%d} twice" in str(read.unread[str(symbol)])
    assert symbol not in read.bars.symbols


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda rows: rows.drop(columns="symbol"), "long.parquet"),
        (lambda rows: rows.assign(date=7), "long.parquet"),
        (lambda rows: rows.assign(adj_close="x"), "long.parquet"),
        (lambda rows: rows.iloc[:0], "long.parquet"),
    ],
)
def test_parquet_without_prices_is_named_in_one_line(
    tmp_path: Path, change: Callable[[pd.DataFrame], pd.DataFrame], message: str
) -> None:
    change(table().dropna()).to_parquet(tmp_path / "long.parquet")
    with pytest.raises(DataError) as caught:
        read_prices(tmp_path / "long.parquet")
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_prices_of_nothing_that_is_wanted_are_refused(folder: Path) -> None:
    with pytest.raises(DataError, match="no prices of XXX; it has "):
        read_prices(folder, {"XXX"})
