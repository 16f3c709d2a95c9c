"""Prices of many firms become one market, whatever form they come in."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.many.lists import ListedEvent
from analysis.market.errors import DataError
from data.files.price_panel import read_panel

DAYS = ["2024-01-02", "2024-01-03", "2024-01-04"]
LONG = pd.DataFrame(
    {
        "symbol": ["MKT"] * 3 + ["AAA"] * 3 + ["NDX"] * 2 + ["ZZZ"],
        "date": [*DAYS, *DAYS, *DAYS[:2], DAYS[0]],
        "adj_close": [10.0, 11.0, 12.1, 5.0, 4.0, 5.0, 7.0, 7.7, -1.0],
    }
)
EVENTS = (ListedEvent("AAA", dt.date(2024, 1, 3)), ListedEvent("BBB", dt.date(2024, 1, 3), "NDX"))


def folder(directory: Path) -> Path:
    for symbol, rows in LONG[LONG["symbol"] != "ZZZ"].groupby("symbol"):
        table = rows.rename(columns={"date": "Date", "adj_close": "Adj Close"})
        table[["Date", "Adj Close"]].to_csv(directory / f"{symbol}.csv", index=False)
    return directory


def long_csv(directory: Path) -> Path:
    LONG.sample(frac=1, random_state=3).to_csv(directory / "prices.csv", index=False)
    return directory / "prices.csv"


def parquet(directory: Path) -> Path:
    LONG.assign(date=pd.to_datetime(LONG["date"])).to_parquet(directory / "prices.parquet", index=False)
    return directory / "prices.parquet"


def parquet_of_dates(directory: Path) -> Path:
    table = LONG.assign(date=pd.to_datetime(LONG["date"]).dt.date, symbol=LONG["symbol"].astype("category"))
    table.to_parquet(directory / "prices.parquet", index=False)
    return directory / "prices.parquet"


@pytest.mark.parametrize("form", [folder, long_csv, parquet, parquet_of_dates])
def test_every_form_gives_the_same_market(tmp_path: Path, form: Callable[[Path], Path]) -> None:
    panel = read_panel(form(tmp_path), EVENTS, "MKT")
    market = panel.market
    assert set(market.histories) == {"MKT", "AAA", "NDX"}
    assert market.sessions_for("AAA").dates.astype(str).tolist() == DAYS
    np.testing.assert_allclose(market.returns(["AAA"])[1:, 0], [-0.2, 0.25], rtol=1e-12)
    assert market.instrument("AAA").benchmark == "MKT"
    assert market.provenance.as_of == dt.date(2024, 1, 4)
    assert not panel.unread


def test_a_firm_follows_the_sessions_of_the_benchmark_that_its_event_names(tmp_path: Path) -> None:
    events = (ListedEvent("AAA", dt.date(2024, 1, 3), "NDX"),)
    market = read_panel(long_csv(tmp_path), events).market
    assert market.sessions_for("AAA").dates.astype(str).tolist() == DAYS[:2]


def test_a_broken_file_of_a_firm_is_told_and_of_a_benchmark_refused(tmp_path: Path) -> None:
    (folder(tmp_path) / "AAA.csv").write_text("Date,Adj Close\n2024-01-02,many\n")
    assert "line 2: Adj Close 'many' is no number" in read_panel(tmp_path, EVENTS, "MKT").unread["AAA"]
    (tmp_path / "MKT.csv").write_text("")
    with pytest.raises(DataError, match=r"MKT\.csv: the file is empty"):
        read_panel(tmp_path, EVENTS, "MKT")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"the file is empty; needed: a header with symbol and date and adj_close"),
        ("symbol,date,close\nMKT,2024-01-02,1\n", r"line 1: no column adj_close; found: symbol, date, close"),
        ("symbol,date,adj_close\n", r"no prices of the benchmark MKT"),
        ("symbol,date,adj_close\nMKT,02.01.2024,1\n", r"line 2: date '02.01.2024' is no date"),
        ("symbol,date,adj_close\nMKT,2024-01-02,1e\n", r"line 2: Adj Close '1e' is no number"),
        ("symbol,date,adj_close\n\nMKT,2024-01-02,0\n", r"line 3: Adj Close 0.0 cannot be; needed: a number"),
        (
            "symbol,date,adj_close\nMKT,2024-01-02,1\nMKT,2024-01-02,2\n",
            r"line 3: MKT has 2024-01-02 twice; keep one of them",
        ),
        ("symbol,date,adj_close\nMKT,2024-01-02,1,7,8\n", r"Expected 3 columns, got 5: MKT,2024-01-02"),
        (b"symbol,date,adj_close\nMKT,2024-01-02,\xff\n", r"column #2: .* invalid UTF8 data"),
        (random.Random(2).randbytes(200_000), r"no table of text"),
    ],
)
def test_a_broken_long_file_is_named_in_one_line(tmp_path: Path, content: str | bytes, message: str) -> None:
    path = tmp_path / "prices.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(DataError, match=message) as caught:
        read_panel(path, EVENTS[:1], "MKT")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (LONG.drop(columns="symbol"), r"line 1: no column symbol"),
        (LONG.assign(date=7), r"line 1: date '7' is no date"),
        (LONG.assign(adj_close="x"), r"line 1: Adj Close 'x' is no number"),
    ],
)
def test_a_broken_parquet_file_is_named_in_one_line(
    tmp_path: Path, table: pd.DataFrame, message: str
) -> None:
    table.to_parquet(tmp_path / "prices.parquet")
    with pytest.raises(DataError, match=message):
        read_panel(tmp_path / "prices.parquet", EVENTS[:1], "MKT")


def test_noise_is_no_parquet_file(tmp_path: Path) -> None:
    (tmp_path / "prices.parquet").write_bytes(random.Random(3).randbytes(10_000))
    with pytest.raises(DataError, match=r"prices\.parquet: cannot be read as Parquet"):
        read_panel(tmp_path / "prices.parquet", EVENTS, "MKT")


def test_a_benchmark_without_prices_leaves_its_events_out(tmp_path: Path) -> None:
    events = (ListedEvent("AAA", dt.date(2024, 1, 3), "QQQ"), ListedEvent("AAA", dt.date(2024, 1, 4), "MKT"))
    market = read_panel(long_csv(tmp_path), events).market
    assert set(market.histories) == {"AAA", "MKT"}
    assert market.sessions_for("AAA").dates.astype(str).tolist() == DAYS


def test_prices_of_nothing_in_the_list_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no prices of any symbol in the list"):
        read_panel(long_csv(tmp_path), (ListedEvent("XXX", dt.date(2024, 1, 3)),))


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.csv: cannot be read"):
        read_panel(tmp_path / "none.csv", EVENTS, "MKT")
