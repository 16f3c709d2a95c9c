"""What headers, dates and numbers mean, where vendors differ."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.market.errors import DataError
from data.files import events, found, parquet_table, text_table, workbook_table
from data.files.cells import decimal_mark, numbers
from data.files.layouts import BY_FIELD, LAYOUTS, MANY, WIDE, investing_symbol, stooq_symbol
from data.files.prices import PriceFiles, read_prices


def read(folder: Path, text: str, name: str = "AAA.csv", **choices: object) -> PriceFiles:
    (folder / name).write_text(text)
    return read_prices(folder / name, **choices)  # type: ignore[arg-type]


def days(prices: PriceFiles) -> list[str]:
    return prices.bars.dates.astype(str).tolist()


def adjusted(prices: PriceFiles, symbol: str) -> np.ndarray:
    return prices.bars.columns["adj_close"][prices.bars.rows(symbol)]


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["2024-01-29", "2024-02-05"], ["2024-01-29", "2024-02-05"]),
        (["2024/01/29", "2024/2/5"], ["2024-01-29", "2024-02-05"]),
        (["20240129", "20240205"], ["2024-01-29", "2024-02-05"]),
        (["29/01/2024", "05/02/2024"], ["2024-01-29", "2024-02-05"]),
        (["01/29/2024", "02/05/2024"], ["2024-01-29", "2024-02-05"]),
        (["29-01-2024", "05-02-2024"], ["2024-01-29", "2024-02-05"]),
        (["5.2.2024", "6.2.2024"], ["2024-02-05", "2024-02-06"]),
        (["Jan 29 2024", "Feb 5 2024"], ["2024-01-29", "2024-02-05"]),
        (["29-Jan-2024", "5-Feb-24"], ["2024-01-29", "2024-02-05"]),
        (["29JAN2024", "05FEB2024"], ["2024-01-29", "2024-02-05"]),
        (["2024-01-29T00:00:00Z", "2024-02-05T00:00:00Z"], ["2024-01-29", "2024-02-05"]),
        (["2024-01-29 16:00:00.123", "2024-02-05 16:00:00.123"], ["2024-01-29", "2024-02-05"]),
        (["1/29/24", "2/5/24"], ["2024-01-29", "2024-02-05"]),
    ],
)
def test_a_date_is_read_as_it_is_written(tmp_path: Path, cells: list[str], found: list[str]) -> None:
    text = "Date,Close\n" + "".join(f"{cell},1\n" for cell in cells)
    assert days(read(tmp_path, text)) == found


def test_an_undecided_date_is_asked_for(tmp_path: Path) -> None:
    text = "Date,Close\n03/04/2024,1\n04/04/2024,2\n"
    with pytest.raises(DataError, match=r"AAA\.csv: no date tells .* 03/04/2024$"):
        read(tmp_path, text)
    assert days(read(tmp_path, text, dates="dmy")) == ["2024-04-03", "2024-04-04"]
    assert days(read(tmp_path, text, dates="mdy")) == ["2024-03-04", "2024-04-04"]
    with pytest.raises(
        DataError, match="04/25/2024 is no date in the order dmy, which was asked for; it is mdy"
    ):
        read(tmp_path, text + "04/25/2024,3\n", dates="dmy")
    with pytest.raises(DataError, match="25/04/2024 has the day first and 04/25/2024 the month"):
        read(tmp_path, text + "04/25/2024,3\n25/04/2024,3\n")


@pytest.mark.parametrize("label", ["Datum", "Tag", "Jour", "Fecha", "Día", "Data", "Giorno", "DATUM"])
def test_a_date_has_its_name_in_the_languages_around(tmp_path: Path, label: str) -> None:
    text = f"{label};AAA;B.DE\n29.01.2024;1,5;20\n30.01.2024;1,6;21\n"
    prices = read(tmp_path, text)
    assert prices.bars.symbols == ("AAA", "B.DE")
    assert days(prices)[:2] == ["2024-01-29", "2024-01-30"]
    single = read(tmp_path, f"{label};Schlusskurs\n29.01.2024;1,5\n", name="SAP.DE.csv")
    assert single.bars.symbols == ("SAP.DE",)


def test_a_column_of_dates_without_a_known_name_is_pointed_at(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="its column Börsentag holds dates: call it Date"):
        read(tmp_path, "Börsentag;AAA;BBB\n29.01.2024;1,5;20\n")


NASDAQ = "Date,Close/Last,Volume,Open,High,Low\n01/29/2024,$1.50,100,$1,$2,$1\n"


def test_a_file_of_nasdaq_is_called_by_its_folder_or_asks_for_its_symbol(tmp_path: Path) -> None:
    name = "HistoricalData_1738000000000.csv"
    with pytest.raises(DataError, match=rf"{name}.*: its name does not say .* such as NVDA\.csv, or put it"):
        read(tmp_path, NASDAQ, name=name)
    for symbol in ("NVDA", "SPY"):
        (tmp_path / "all" / symbol).mkdir(parents=True)
        (tmp_path / "all" / symbol / name).write_text(NASDAQ)
    assert read_prices(tmp_path / "all").bars.symbols == ("NVDA", "SPY")
    (tmp_path / "all" / "SPY" / name).rename(tmp_path / "all" / "HistoricalData_1738000000001 (1).csv")
    (tmp_path / "all" / "QQQ.csv").write_text(NASDAQ)
    read_all = read_prices(tmp_path / "all")
    assert read_all.bars.symbols == ("QQQ",)
    assert "call the file by its symbol" in str(next(iter(read_all.unread.values())))


def test_returns_are_called_returns(tmp_path: Path) -> None:
    returns = np.random.default_rng(1).normal(0, 0.01, 60)
    lines = [
        f"{day:%Y-%m-%d},{value}"
        for day, value in zip(pd.bdate_range("2024-01-01", periods=60), returns, strict=True)
    ]
    with pytest.raises(
        DataError, match=r"AAA: its prices look like returns, for \d\d% of them are not above zero"
    ):
        read(tmp_path, "Date,AAA\n" + "\n".join(lines) + "\n")
    bars = [f"{line},{line.partition(',')[2]}" for line in lines]  # every price of a bar is a return
    with pytest.raises(DataError, match="its prices look like returns"):
        read(tmp_path, "Date,Open,Close\n" + "\n".join(bars) + "\n")


def test_nasdaq_writes_the_month_first(tmp_path: Path) -> None:
    text = "Date,Close/Last,Volume,Open,High,Low\n03/04/2024,$1.50,100,$1,$2,$1\n"
    assert days(read(tmp_path, text)) == ["2024-03-04"]


def test_bars_stamped_in_utc_before_midnight_are_of_the_next_day(tmp_path: Path) -> None:
    stamps = pd.bdate_range("2024-01-01", periods=10, tz="Asia/Tokyo").tz_convert("UTC")
    text = "Date,Close\n" + "".join(f"{stamp},1\n" for stamp in stamps)
    found = read(tmp_path, text)
    assert days(found) == pd.bdate_range("2024-01-01", periods=10).strftime("%Y-%m-%d").tolist()
    assert any("next day" in sentence for sentence in found.assumptions)
    frame = pd.DataFrame({"Date": stamps, "Close": 1.0})
    frame.to_parquet(tmp_path / "AAA.parquet")
    assert days(read_prices(tmp_path / "AAA.parquet")) == days(found)


def test_closes_stamped_in_utc_stay_on_their_day(tmp_path: Path) -> None:
    stamps = (pd.bdate_range("2024-01-01", periods=10) + pd.Timedelta(hours=21)).tz_localize("UTC")
    found = read(tmp_path, "Date,Close\n" + "".join(f"{stamp},1\n" for stamp in stamps))
    assert days(found)[0] == "2024-01-01"
    assert not any("next day" in sentence for sentence in found.assumptions)


@pytest.mark.parametrize(
    ("cells", "separator", "values"),
    [
        (["1,234.5", "$1,000", "12"], ",", [1234.5, 1000, 12]),
        (["1.234,5", "1.000", "€ 12"], ";", [1234.5, 1000, 12]),
        (["10,5", "11,25"], ",", [10.5, 11.25]),
        (["1,234", "2,345"], ",", [1234, 2345]),
        (["1,234", "2,345"], ";", [1.234, 2.345]),
        (["1.234", "2.345"], ";", [1.234, 2.345]),
        (["1.234.567", "2,5"], ";", [1234567, 2.5]),
        (["12.3M", "4K", "1.5B", "-"], ",", [12.3e6, 4e3, 1.5e9, np.nan]),
        (["1 234,50", "1\u00a0234,50", "1'234,50"], ";", [1234.5] * 3),
        (["1e-3", "-2.5E2", "+.5"], ",", [1e-3, -250, 0.5]),
        (["", "null", "N/A", "NaN", "."], ",", [np.nan] * 5),
    ],
)
def test_a_number_is_read_as_it_is_written(cells: list[str], separator: str, values: list[float]) -> None:
    import pyarrow

    column = pyarrow.array(cells)
    found, wrong = numbers(column, decimal_mark([column], separator))
    np.testing.assert_allclose(found, values)
    assert wrong is None


def test_what_is_no_number_is_marked() -> None:
    import pyarrow

    _, wrong = numbers(pyarrow.array(["1", "x", "1.2.3", "1,2", "1e", "inf"]))
    assert wrong is not None
    assert wrong.tolist() == [False, True, True, True, True, True]


def test_two_decimal_marks_in_one_table_are_refused(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"AAA\.csv: some numbers have a decimal point and others a decimal comma"
    ):
        read(tmp_path, "Date;Close\n2024-01-02;10,5\n2024-01-03;10.5\n")


def test_names_of_files_and_tickers_become_symbols() -> None:
    assert [*map(stooq_symbol, ["nvda_us_d", "nvda.us", "sap_de_d", "^spx_d", "NVDA.US"])] == [
        "NVDA",
        "NVDA",
        "SAP.DE",
        "^SPX",
        "NVDA",
    ]
    written = "NVDA Historical Data", "NVDA Stock Price History (1)", "NVDA Historische Daten"
    assert {*map(investing_symbol, written)} == {"NVDA"}


CRSP = """PERMNO,date,TICKER,PRC,RET,VOL,CFACPR
10107,20240102,MSFT,100,C,5,1
10107,20240103,MSFT,-110,0.10,-99,1
10107,20240104,MSFT,56,0.02,5,0.5
10107,20240105,MSFT,57,B,5,0.5
10107,20240108,MSFT,58,0.03,5,0.5
10107,20240109,MSFT,0,,5,0.5
10107,20240110,MSFT,60,-0.04,5,0.5
"""


def test_returns_of_crsp_are_its_returns(tmp_path: Path) -> None:
    found = read(tmp_path, CRSP, "crsp.csv")
    prices = adjusted(found, "10107")
    returns = prices[1:] / prices[:-1] - 1
    np.testing.assert_allclose(returns, [0.10, 0.02, np.nan, np.nan, np.nan, np.nan], rtol=1e-12)
    assert prices[-1] == pytest.approx(60)
    assert prices[-1] / prices[-3] - 1 == pytest.approx(-0.04)
    np.testing.assert_array_equal(found.bars.columns["close"], [100, 110, 56, 57, 58, np.nan, 60])
    np.testing.assert_array_equal(found.bars.columns["volume"], [5, np.nan, 5, 5, 5, 5, 5])
    assert any("RET is the return" in sentence for sentence in found.assumptions)


def test_crsp_is_asked_by_permno_or_by_ticker(tmp_path: Path) -> None:
    assert read(tmp_path, CRSP, wanted=["MSFT"]).bars.symbols == ("MSFT",)
    assert read(tmp_path, CRSP, wanted=["10107"]).bars.symbols == ("10107",)
    assert read(tmp_path, CRSP.replace("PERMNO", "x")).bars.symbols == ("MSFT",)


def test_new_names_of_crsp_and_years_in_files_of_their_own(tmp_path: Path) -> None:
    new = (
        CRSP.replace("date", "DlyCalDt")
        .replace("PRC", "DlyPrc")
        .replace("RET", "DlyRet")
        .replace("C,5", ",5")
    )
    head, *rows = new.replace("CFACPR", "x").splitlines(keepends=True)
    (tmp_path / "a.csv").write_text(head + "".join(rows[:2]))
    (tmp_path / "b.csv").write_text(head + "".join(rows[2:]))
    prices = adjusted(read_prices(tmp_path), "10107")
    np.testing.assert_allclose(prices[1:3] / prices[:2] - 1, [0.10, 0.02], rtol=1e-12)


def test_crsp_without_returns_takes_prices_over_its_factor(tmp_path: Path) -> None:
    text = CRSP.replace("RET", "x")
    np.testing.assert_allclose(adjusted(read(tmp_path, text), "10107")[:3], [100, 110, 112])


def test_every_layout_needs_what_it_knows() -> None:
    keys = [layout.key for layout in LAYOUTS]
    assert len(set(keys)) == len(keys)
    for layout in LAYOUTS:
        labels = {label for known in layout.roles.values() for label in known}
        assert layout.needs <= layout.roles.keys(), layout.key
        assert (
            not layout.marks or layout.marks & labels or layout.key in ("stooq_bulk", "investing", "yfinance")
        )


def test_every_layout_and_limit_is_documented() -> None:
    page = (Path(__file__).parents[3] / "docs" / "files.md").read_text()
    for layout in (*LAYOUTS, MANY, BY_FIELD, WIDE):
        assert f"| {layout.label} |" in page, layout.key
    for limit in (f"{events.MOST_EVENTS:,}", f"{parquet_table.MOST_ROWS:,}", "1.5 GB", "500 MB"):
        assert limit in page
    assert (text_table.MOST_BYTES, workbook_table.MOST_BYTES) == (1.5e9, 5e8)
    assert all(f"`{ending}`" in page for ending in (*found.TEXT, *found.WORKBOOKS))


def test_lowes_and_opendoor_are_symbols_of_a_wide_table(tmp_path: Path) -> None:
    text = "Date,AAPL,LOW,MSFT,OPEN,NVDA\n2024-01-29,1,2,3,4,5\n"
    assert read(tmp_path, text).bars.symbols == ("AAPL", "LOW", "MSFT", "NVDA", "OPEN")


def test_a_blank_in_a_wide_table_is_no_bar(tmp_path: Path) -> None:
    found = read(tmp_path, "Date,A,B\n2024-01-29,1,\n2024-01-30,2,5\n")
    assert adjusted(found, "B").tolist() == [5]
    assert adjusted(found, "A").tolist() == [1, 2]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (
            "Date,Open,High,Low,Settled",
            r"no known layout has the header Date, Open, High, Low, Settled; nearest: ",
        ),
        (
            "symbol,date,value",
            r"no known layout has the header symbol, date, value; nearest: long table .* lacks",
        ),
        ("Date,Close,Close", "a column Close is there twice"),
        ("Date,A,B,A", "a column A is there twice"),
    ],
)
def test_a_header_that_is_not_known_is_named_with_the_nearest(
    tmp_path: Path, header: str, message: str
) -> None:
    row = "2024-01-29" + ",1" * header.count(",")
    if header.startswith("symbol"):
        row = "A,2024-01-29,1"
    with pytest.raises(DataError, match=message) as caught:
        read(tmp_path, f"{header}\n{row}\n")
    assert "\n" not in str(caught.value)
