"""What the snapshot's maker writes can be read back, digit by digit."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from analysis.market.prices import Instrument, Market
from data.bundled.bundle import bundled_market
from tools import bundle_snapshot

US = "factors/fama_french_us_5f.csv"
ROW = {"currency": "USD", "exchange": "OTC", "basis": "as traded", "note": "", "compiled_from": "a copy"}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    files = {
        "prices/^X=1.csv": "Date,Open,High,Low,Close,Adj Close,Volume\n2024-01-02,1.10,,,1.20,1.150,7\n",
        "prices/manifest.json": json.dumps(
            {"compiled": "2024-02-01", "instruments": [{"symbol": "^X=1", **ROW}]}
        ),
        "intraday/NVDA.csv": "bar_open_utc,open,high,low,close\n2024-01-02T14:30Z,1,2,0.5,1.5\n",
        US: "date,Mkt-RF,SMB,HML,RMW,CMA,RF\n2024-01-02,-0.07,0.1,0,-12,1,0.02\n",
    }
    files[US.replace("us", "europe")] = files[US]
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def market(source: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Market:
    monkeypatch.setattr(bundle_snapshot, "CALENDARS", ("XNYS",))
    bundle_snapshot.main(source, tmp_path / "reference")
    return bundled_market([Instrument("^X=1", "X", "OTCM", "USD", calendar="XNYS")], tmp_path / "reference")


def test_bars_come_back_under_a_safe_file_name(market: Market, tmp_path: Path) -> None:
    written = (tmp_path / "reference" / "bars" / "_X_1.csv").read_text()
    assert written.splitlines()[1] == "2024-01-02,1.10,,,1.20,1.150,7"
    assert market.histories["^X=1"].bars.loc["2024-01-02", "adj_close"] == 1.15
    assert market.provenance.as_of == dt.date(2024, 1, 2)


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
        bundle_snapshot.main(source, tmp_path / "reference")
