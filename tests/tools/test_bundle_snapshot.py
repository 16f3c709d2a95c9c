"""What the snapshot's maker writes can be read back, digit by digit."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from analysis.market.prices import Instrument, Market
from data.bundled.bundle import bundled_market
from data.bundled.manifest import Manifest
from tools import bundle_snapshot

US = "factors/fama_french_us_5f.csv"
LONGER = "Date,Open,High,Low,Close,Adj Close,Volume\n2023-12-29,1,1,1,1,0.9,5\n2024-01-02,3,4,2,3,2.5,7\n"
ROW = {"currency": "USD", "exchange": "OTC", "basis": "as traded", "note": "", "compiled_from": "a copy"}


def listing(compiled: str, *symbols: str) -> str:
    return json.dumps({"compiled": compiled, "instruments": [{"symbol": s, **ROW} for s in symbols]})


@pytest.fixture
def source(tmp_path: Path) -> Path:
    files = {
        "prices/^X=1.csv": "Date,Open,High,Low,Close,Adj Close,Volume\n2024-01-02,1.10,,,1.20,1.150,7\n",
        "prices/Y.csv": "Date,Open,High,Low,Close,Adj Close,Volume\n2024-01-02,9,9,9,9,9,9\n",
        "prices/manifest.json": listing("2024-02-01", "^X=1", "Y"),
        "longer/Y.csv": LONGER,
        "longer/Z.csv": LONGER,
        "longer/exact_close/Z.csv": LONGER.replace("3,4,2,3,2.5,7", "3.1,4.1,2.1,3.1,2.6,8"),
        "longer/manifest.json": listing("2024-03-01", "Y", "Z"),
        "intraday/NVDA.csv": "bar_open_utc,open,high,low,close\n2024-01-02T14:30Z,1,2,0.5,1.5\n",
        US: "date,Mkt-RF,SMB,HML,RMW,CMA,RF\n2024-01-02,-0.07,0.1,0,-12,1,0.02\n",
    }
    files[US.replace("us", "europe")] = files[US]
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def market(source: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Market:
    monkeypatch.setattr(bundle_snapshot, "CALENDARS", ("XNYS",))
    bundle_snapshot.main(source, source / "longer", tmp_path / "reference")
    named = [Instrument(symbol, symbol, "OTCM", "USD", calendar="XNYS") for symbol in ("^X=1", "Y", "Z")]
    return bundled_market(named, tmp_path / "reference")


def test_bars_come_back_under_a_safe_file_name(market: Market, tmp_path: Path) -> None:
    written = (tmp_path / "reference" / "bars" / "_X_1.csv").read_text()
    assert written.splitlines()[1] == "2024-01-02,1.10,,,1.20,1.150,7"
    assert market.histories["^X=1"].bars.loc["2024-01-02", "adj_close"] == 1.15
    assert market.provenance.as_of == dt.date(2024, 1, 2)


def test_a_longer_history_takes_the_place_of_a_shorter_one(market: Market) -> None:
    assert market.histories["Y"].bars["close"].tolist() == [1.0, 3.0]
    assert market.provenance.retrieved == dt.date(2024, 3, 1)


def test_exact_prices_replace_all_but_the_adjusted_close(market: Market, tmp_path: Path) -> None:
    bar = market.histories["Z"].bars.loc["2024-01-02"]
    assert bar.tolist() == [3.1, 4.1, 2.1, 3.1, 2.5, 8.0]
    assert Manifest(tmp_path / "reference").entries("bars")["Z"]["basis"] == bundle_snapshot.EXACT


def test_exact_prices_of_other_days_are_refused(source: Path, tmp_path: Path) -> None:
    exact = source / "longer" / "exact_close" / "Z.csv"
    exact.write_text(exact.read_text().replace("2023-12-29", "2023-12-28"))
    with pytest.raises(SystemExit, match=r"Z\.csv: its days are not those of the file that it corrects"):
        bundle_snapshot.main(source, source / "longer", tmp_path / "reference")


def test_factors_turn_from_percent_into_decimal(market: Market) -> None:
    expected = [-0.0007, 0.001, 0.0, -0.12, 0.01, 0.0002]
    assert market.factors["Europe"].iloc[0].tolist() == market.factors["US"].iloc[0].tolist() == expected


def test_hourly_bars_keep_their_time(market: Market) -> None:
    assert market.hourly["NVDA"].index[0].isoformat() == "2024-01-02T14:30:00+00:00"


def test_two_symbols_must_not_share_a_file(source: Path, tmp_path: Path) -> None:
    listed = json.loads((source / "prices" / "manifest.json").read_text())
    (source / "prices" / "^X^1.csv").write_text((source / "prices" / "^X=1.csv").read_text())
    listed["instruments"].append({"symbol": "^X^1", **ROW})
    (source / "prices" / "manifest.json").write_text(json.dumps(listed))
    with pytest.raises(SystemExit, match=r"bars/_X_1\.csv: two symbols share this file"):
        bundle_snapshot.main(source, source / "longer", tmp_path / "reference")
