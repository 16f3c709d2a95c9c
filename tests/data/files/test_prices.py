"""Price files of every known vendor become the same bars."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.market.errors import DataError
from data.files.prices import PriceFiles, read_prices

DAYS = ("2024-01-29", "2024-01-30", "2024-01-31")
NVDA = (62.4, 62.7, 61.5)
MSFT = (405.1, 404.2, 393.0)

YAHOO = """Date,Open,High,Low,Close,Adj Close,Volume
2024-01-29,61,63,60,62.5,62.4,348731000
2024-01-30,62,64,61,62.8,62.7,410735000
2024-01-31,61,63,60,61.6,61.5,453795000
"""
DOWNLOAD = """Price,Adj Close,Adj Close,Close,Close,Volume,Volume
Ticker,MSFT,NVDA,MSFT,NVDA,MSFT,NVDA
Date,,,,,,
2024-01-29,405.1,62.4,409.7,62.5,24510200,348731000
2024-01-30,404.2,62.7,408.6,62.8,33477600,410735000
2024-01-31,393.0,61.5,397.6,61.6,47871100,453795000
"""
STOOQ_BULK = """<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>
NVDA.US,D,20240129,000000,61,63,60,62.4,348731000,0
NVDA.US,D,20240130,000000,62,64,61,62.7,410735000,0
NVDA.US,D,20240131,000000,61,63,60,61.5,453795000,0
"""
NASDAQ = """Date,Close/Last,Volume,Open,High,Low
01/31/2024,$61.50,453795000,$61,$63,$60
01/30/2024,$62.70,410735000,$62,$64,$61
01/29/2024,$62.40,348731000,$61,$63,$60
"""
INVESTING = """"Date","Price","Open","High","Low","Vol.","Change %"
"01/31/2024","61.50","61.00","63.00","60.00","453.80M","-1.91%"
"01/30/2024","62.70","62.00","64.00","61.00","410.74M","0.48%"
"01/29/2024","62.40","61.00","63.00","60.00","348.73M","2.35%"
"""
WIDE = """Date,MSFT,NVDA
2024-01-29,405.1,62.4
2024-01-30,404.2,62.7
2024-01-31,393.0,61.5
"""
LONG = """date,ticker,adj_close
2024-01-31,NVDA,61.5
2024-01-29,MSFT,405.1
2024-01-30,MSFT,404.2
2024-01-29,NVDA,62.4
2024-01-30,NVDA,62.7
2024-01-31,MSFT,393.0
"""


def written(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def closes(read: PriceFiles, symbol: str) -> dict[str, float]:
    rows = read.bars.rows(symbol)
    values = read.bars.columns["adj_close"][rows]
    return dict(zip(read.bars.dates[rows].astype(str).tolist(), values.tolist(), strict=True))


THREE_LINES = """Price,Close,High,Low,Open,Volume
Ticker,NVDA,NVDA,NVDA,NVDA,NVDA
Date,,,,,
2024-01-29,62.4,63,60,61,348731000
2024-01-30,62.7,64,61,62,410735000
2024-01-31,61.5,63,60,61,453795000
"""
HISTORY = """Date,Open,High,Low,Close,Volume,Dividends,Stock Splits
2024-01-29 00:00:00-05:00,61,63,60,62.4,348731000,0.0,0.0
2024-01-30 00:00:00-05:00,62,64,61,62.7,410735000,0.0,0.0
2024-01-31 00:00:00-05:00,61,63,60,61.5,453795000,0.0,0.0
"""
STOOQ = """Date,Open,High,Low,Close,Volume
2024-01-29,61,63,60,62.4,348731000
2024-01-30,62,64,61,62.7,410735000
2024-01-31,61,63,60,61.5,453795000
"""
BY_TICKER = """Ticker,NVDA,NVDA,MSFT,MSFT
Price,Close,Adj Close,Close,Adj Close
Date,,,,
2024-01-29,62.5,62.4,409.7,405.1
2024-01-30,62.8,62.7,408.6,404.2
2024-01-31,61.6,61.5,397.6,393.0
"""
ZONED = re.sub("^(2024-..-..)", r"\1 00:00:00-05:00", YAHOO, flags=re.MULTILINE)
ONE = {
    "Yahoo": ("NVDA.csv", YAHOO),
    "yfinance, zoned dates": ("NVDA.csv", ZONED),
    "yfinance, three lines": ("x.csv", THREE_LINES),
    "yfinance history": ("NVDA.csv", HISTORY),
    "Stooq": ("nvda_us_d.csv", STOOQ),
    "Stooq, many": ("nvda.us.txt", STOOQ_BULK),
    "Nasdaq.com": ("NVDA.csv", NASDAQ),
    "investing.com": ("NVDA Historical Data.csv", INVESTING),
    "investing.com, stock": ("NVDA Stock Price History.csv", INVESTING),
    "UTF-8 with a mark": ("NVDA.csv", "\ufeff" + YAHOO),
    "semicolons": ("NVDA.csv", YAHOO.replace(",", ";")),
    "tabs": ("NVDA.tsv", YAHOO.replace(",", "\t")),
    "bars": ("NVDA.txt", YAHOO.replace(",", "|")),
    "decimal comma": ("NVDA.csv", YAHOO.replace(",", ";").replace(".", ",")),
    "CRLF": ("NVDA.csv", YAHOO.replace("\n", "\r\n")),
    "blank lines": ("NVDA.csv", YAHOO.replace("\n", "\n\n")),
    "a title": ("NVDA.csv", "Prices of NVIDIA\n" + YAHOO),
    "sep=": ("NVDA.csv", "sep=;\n" + YAHOO.replace(",", ";")),
}


@pytest.mark.parametrize(("name", "text"), ONE.values(), ids=ONE.keys())
def test_a_file_of_one_instrument_is_read(tmp_path: Path, name: str, text: str) -> None:
    read = read_prices(written(tmp_path, name, text))
    assert read.bars.symbols == ("NVDA",)
    assert closes(read, "NVDA") == pytest.approx(dict(zip(DAYS, NVDA, strict=True)))
    assert not read.unread


TWO_LINES = DOWNLOAD.replace("Price,", "Date,").replace("Ticker,", ",").replace("Date,,,,,,\n", "")
MANY = {
    "yfinance, three lines": DOWNLOAD,
    "yfinance, by ticker": BY_TICKER,
    "yfinance, two lines": TWO_LINES,
    "wide": WIDE,
    "wide, unnamed dates": WIDE.replace("Date", ""),
    "long": LONG,
}


@pytest.mark.parametrize("text", MANY.values(), ids=MANY.keys())
def test_a_file_of_many_instruments_is_read(tmp_path: Path, text: str) -> None:
    read = read_prices(written(tmp_path, "prices.csv", text))
    assert read.bars.symbols == ("MSFT", "NVDA")
    assert closes(read, "NVDA") == dict(zip(DAYS, NVDA, strict=True))
    assert closes(read, "MSFT") == dict(zip(DAYS, MSFT, strict=True))
    assert closes(read_prices(tmp_path / "prices.csv", ["MSFT"]), "MSFT") == closes(read, "MSFT")


def test_utf_16_is_read(tmp_path: Path) -> None:
    for encoding in ("utf-16", "utf-16-le"):
        read = read_prices(written(tmp_path, "NVDA.csv", YAHOO, encoding))
        assert closes(read, "NVDA") == dict(zip(DAYS, NVDA, strict=True))


def test_a_folder_mixes_layouts(tmp_path: Path) -> None:
    written(tmp_path, "NVDA.csv", YAHOO)
    written(tmp_path, "msft_us_d.csv", INVESTING.replace("Price", "Close").replace(',"Change %"', ",x"))
    frame = pd.DataFrame({"Date": pd.to_datetime(DAYS), "AMD": [1.0, 2, 3]}).set_index("Date")
    frame.to_parquet(tmp_path / "more.parquet")
    frame.rename(columns={"AMD": "ARM"}).to_excel(tmp_path / "book.xlsx")
    read = read_prices(tmp_path)
    assert read.bars.symbols == ("AMD", "ARM", "MSFT", "NVDA")
    assert len(read.assumptions) == 2
    assert np.isfinite(read.bars.columns["close"]).all()  # a wide table has none, and its bars are whole


def test_a_row_without_prices_is_kept(tmp_path: Path) -> None:
    text = YAHOO.replace("62,64,61,62.8,62.7,410735000", "null,,NaN,-,n/a,")
    read = read_prices(written(tmp_path, "NVDA.csv", text))
    assert read.bars.dates.astype(str).tolist() == list(DAYS)
    assert np.isnan(read.bars.columns["adj_close"]).tolist() == [False, True, False]


@pytest.mark.parametrize("name", ["NAN", "NULL", "NA", "TRUE", "INF", "069080", "1E5", "-"])
def test_a_ticker_stays_what_it_is(tmp_path: Path, name: str) -> None:
    written(tmp_path, "long.csv", LONG.replace("NVDA", name))
    assert name in read_prices(tmp_path / "long.csv").bars.symbols
    written(tmp_path, "wide.csv", WIDE.replace("NVDA", name))
    assert name in read_prices(tmp_path / "wide.csv").bars.symbols
    alone = written(tmp_path, f"{name}.csv", YAHOO)
    assert read_prices(alone).bars.symbols == (name,)


def test_a_broken_file_does_not_hide_the_others(tmp_path: Path) -> None:
    written(tmp_path, "NVDA.csv", YAHOO)
    written(tmp_path, "MSFT.csv", YAHOO.replace("62.7", "many"))
    read = read_prices(tmp_path)
    assert read.bars.symbols == ("NVDA",)
    assert {name: str(why) for name, why in read.unread.items()} == {
        "MSFT": "MSFT.csv, line 3: Adj Close 'many' is no number; needed: digits and a decimal mark"
    }
    with pytest.raises(DataError, match=r"MSFT\.csv, line 3: Adj Close 'many' is no number"):
        read_prices(tmp_path / "MSFT.csv")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "all.csv",
            "date,AAA,BBB\n2024-01-02,,5\n2024-01-03,,5\n2024-01-04,7,5\n2024-01-05,,5\n2024-01-08,8,5\n",
        ),
        ("AAA.csv", "Date,Adj Close\n2024-01-02,\n2024-01-03,\n2024-01-04,7\n2024-01-05,\n2024-01-08,8\n"),
        (
            "all.csv",
            "symbol,date,close,volume\nAAA,2024-01-02,,0\nAAA,2024-01-03,,0\nAAA,2024-01-04,7,1\n"
            "AAA,2024-01-05,,0\nAAA,2024-01-08,8,1\nBBB,2024-01-02,5,1\n",
        ),
    ],
    ids=["wide", "alone", "long"],
)
def test_sessions_before_the_first_price_are_no_history_in_any_layout(
    tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text)
    (tmp_path / "ZZZ.csv").write_text("Date,Adj Close\n2024-01-03,1\n")
    bars = read_prices(tmp_path).bars
    own = bars.rows("AAA")
    assert bars.dates[own].astype(str)[[0, -1]].tolist() == ["2024-01-04", "2024-01-08"]
    prices = bars.columns["adj_close"][own]
    assert prices[np.isfinite(prices)].tolist() == [7, 8]
    assert bars.columns["adj_close"][bars.rows("ZZZ")].tolist() == [1]
