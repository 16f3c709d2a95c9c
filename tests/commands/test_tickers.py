"""Symbols and dates are what they are in the file, whatever they look like."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.commands.roads import SHARED, Asked, Document, by_blocks, cars
from tests.reference import cases
from tests.reference.cases import DAY

SYMBOLS = {
    "integers": lambda symbols: symbols.astype("int64"),
    "floats": lambda symbols: symbols.astype("float64"),
    "texts": lambda symbols: symbols,
    "categories": lambda symbols: symbols.astype("category"),
}


DATES = {
    "timestamps": pd.to_datetime,
    "zoned": lambda dates: pd.to_datetime(dates, utc=True),
    "dates": lambda dates: pd.to_datetime(dates).dt.date,
    "texts": lambda dates: dates,
    "integers": lambda dates: dates.str.replace("-", "").astype("int64"),
}


KINDS = [*((symbols, "timestamps") for symbols in SYMBOLS), *(("integers", dates) for dates in DATES)]


@pytest.mark.parametrize(("symbols", "dates"), KINDS)
@pytest.mark.parametrize("road", ["whole", "blocks"])
def test_symbols_may_be_numbers_and_dates_of_any_kind(
    tmp_path: Path,
    document: Callable[..., Document],
    monkeypatch: pytest.MonkeyPatch,
    symbols: str,
    dates: str,
    road: str,
) -> None:
    if road == "blocks":
        by_blocks(monkeypatch)
    table = cases.shares("10107", "10108").table().replace({"MKT": "99999"})
    table["symbol"] = SYMBOLS[symbols](table["symbol"])  # type: ignore[no-untyped-call]
    table["date"] = DATES[dates](table["date"])
    table.rename(columns={"symbol": "permno"}).to_parquet(tmp_path / "prices.parquet", index=False)
    prices = ("--prices", tmp_path / "prices.parquet", "--benchmark", "99999")
    events = cases.shares("10107", "10108").write_events(tmp_path)
    right = pytest.approx(-0.0011399184607582512, abs=1e-13)
    assert cars(document("study", "--events", events, *prices))[f"10107@{DAY}"] == right
    single = document("study", *prices, "--event-date", DAY)
    assert single["firms"]["10107"]["car"][0]["car"] == right


def test_tickers_are_text(asked: Asked, alone: Asked) -> None:
    odd = ("NAN", "NULL", "NA", "TRUE", "INF", "069080", "2696", "1E5", "-")
    plain = tuple(f"T{k}" for k in range(len(odd)))
    listed, single = asked(cases.shares(*odd)), alone(cases.shares(*odd))
    wanted = alone(cases.shares(*plain))
    names = dict(zip(odd, plain, strict=True))
    assert {names[symbol]: firm for symbol, firm in single["firms"].items()} == wanted["firms"]
    firms = {f"{symbol}@{DAY}": wanted["firms"][name]["car"][0]["car"] for symbol, name in names.items()}
    assert cars(listed) == firms


def test_tickers_are_text_in_a_table(tmp_path: Path, document: Callable[..., Document]) -> None:
    odd = ("NAN", "NULL", "NA", "TRUE", "INF", "069080", "2696", "1E5", "-", "N/A", "None")
    case = cases.shares(*odd)
    events = case.write_events(tmp_path)
    case.table().to_csv(tmp_path / "long.csv", index=False)
    case.table().to_parquet(tmp_path / "long.parquet", index=False)
    found = [
        document("study", "--events", events, "--prices", tmp_path / name, "--benchmark", "MKT")
        for name in ("long.csv", "long.parquet")
    ]
    assert len(cars(found[0])) == len(odd)
    assert [document[key] for document in found[1:] for key in SHARED] == [found[0][key] for key in SHARED]
