"""The bundled prices are the ones that were put there, and they give the moves of 27 January 2025."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.market.bars import BAR_COLUMNS
from analysis.market.errors import DataError
from analysis.market.prices import Instrument, Market
from data.bundled.bundle import bundled_market
from data.bundled.calendars import calendar_of
from data.bundled.manifest import REFERENCE, Lazy, Manifest, manifest
from data.catalogue.dossiers import dossier, dossiers
from data.refresh.renewal import SOURCE

MONDAY = dt.date(2025, 1, 27)
KINDS = ("bars", "hourly", "factors", "sessions")
WITHOUT_BARS = {"ASM.AS", "NAS100", "SX8P"}
INSTRUMENTS = dossier("deepseek-2025-01-27").instruments
CATALOGUE = {item.symbol: item for event in dossiers().values() for item in event.instruments}
FOLLOWED = {"STOXX": "XPAR"}  # whose sessions count where an exchange has none
EVERY = [
    Instrument(
        symbol,
        symbol,
        entry["exchange"],
        entry["currency"],
        calendar=calendar_of(FOLLOWED.get(entry["exchange"], entry["exchange"])),
    )
    for symbol, entry in manifest().entries("bars").items()
]
TOKYO, HONG_KONG = ("6857.T", "7011.T", "7203.T", "8035.T", "8306.T", "9984.T"), ("0700.HK", "9988.HK")
# Sessions without a bar, stale copies among them, and what the data dictionary says of each.
MISSING = {
    **{symbol: ["2015-12-31"] for symbol in ("ASML.AS", "SU.PA", "LR.PA", "AIR.PA", "MC.PA")},
    "BESI.AS": ["2015-12-31", "2018-05-04"],
    **{symbol: ["2015-12-25", "2016-07-11"] for symbol in TOKYO},
    "VST": ["2016-11-25"],
    "DB": ["2019-12-27"],
    "^FTSE": ["2020-12-22"],
}
MISSING_COUNT = {"VRT": 12, "NQ=F": 26, "ES=F": 29, "0700.HK": 9, "9988.HK": 11}
STALE = {
    "AMD": 1,
    "VRT": 12,
    "VST": 1,
    "BESI.AS": 1,
    "DB": 1,
    **dict.fromkeys(TOKYO, 2),
    "0700.HK": 7,
    "9988.HK": 9,
}
# A close or open outside high and low, as its source has it.
OUTSIDE = {
    "8035.T": ["2022-05-17"],
    "8306.T": ["2022-05-17"],
}


@pytest.fixture(scope="module")
def market() -> Market:
    return bundled_market(INSTRUMENTS)


@pytest.fixture(scope="module")
def everything() -> Market:
    """The market of all that is bundled, in the catalogue or not."""
    return bundled_market(EVERY)


def on_monday(market: Market, symbol: str, column: str) -> float:
    """Monday's price over Friday's close, less one."""
    sessions = market.sessions_for(symbol)
    day = sessions.position(MONDAY)
    (friday,), (monday,) = (
        market.prices([symbol], sessions.dates[[t]], c)[0] for t, c in ((day - 1, "close"), (day, column))
    )
    return float(monday / friday - 1)


@pytest.mark.parametrize(
    ("symbol", "percent"),
    [
        ("NVDA", -16.97),
        ("^IXIC", -3.07),
        ("ASML.AS", -7.01),
        ("ENR.DE", -19.95),
        ("SU.PA", -9.48),
        ("ASMIY", -11.34),
        ("NQ=F", -2.98),
        ("STOXX600-NR", -0.07),
        ("RSP", 0.07),
    ],
)
def test_the_moves_of_the_day(market: Market, symbol: str, percent: float) -> None:
    day = market.sessions_for(symbol).position(MONDAY)
    assert market.returns([symbol])[day, 0] == pytest.approx(percent / 100, abs=0.5e-4)


@pytest.mark.parametrize(
    ("symbol", "percent"), [("ASML.AS", -11.7), ("ENR.DE", -22.3), ("SU.PA", -10.4), ("NQ=F", -5.2)]
)
def test_the_lows_of_the_day(market: Market, symbol: str, percent: float) -> None:
    assert on_monday(market, symbol, "low") == pytest.approx(percent / 100, abs=0.5e-3)


def test_the_manifest_lists_every_file_and_nothing_else() -> None:
    listed = {entry["file"] for kind in KINDS for entry in manifest().entries(kind).values()}
    found = {path.relative_to(REFERENCE).as_posix() for path in REFERENCE.rglob("*") if path.is_file()}
    assert listed == found - {"manifest.json"}


@pytest.mark.parametrize(("kind", "key"), [(kind, key) for kind in KINDS for key in manifest().entries(kind)])
def test_every_file_is_the_one_in_the_manifest(kind: str, key: str) -> None:
    entry = manifest().entries(kind)[key]
    content = (REFERENCE / entry["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    rows = list(csv.reader(content.decode().splitlines()))[1:]
    assert len(rows) == next(entry[unit] for unit in ("bars", "days", "sessions") if unit in entry)
    if kind != "sessions":
        assert (rows[0][0], rows[-1][0]) == (entry["first"], entry["last"])


def test_the_manifest_agrees_with_the_catalogue() -> None:
    listed = manifest().entries("bars")
    stated = {
        symbol: (item.exchange, item.currency) for symbol, item in CATALOGUE.items() if symbol in listed
    }
    assert {symbol: (listed[symbol]["exchange"], listed[symbol]["currency"]) for symbol in stated} == stated
    assert set(CATALOGUE) - set(listed) == WITHOUT_BARS
    assert all(entry["basis"] and entry["compiled_from"] for entry in listed.values())


def test_bars_name_who_published_them_and_are_not_taken_for_fetched_ones(everything: Market) -> None:
    sources = {symbol: history.source for symbol, history in everything.histories.items()}
    assert sources.pop("STOXX600-NR") == "STOXX (CC BY 4.0)"
    assert set(sources.values()) == {"Yahoo Finance (archived)"}
    assert SOURCE not in sources.values()


@pytest.mark.parametrize("symbol", manifest().entries("bars"))
def test_bars_are_possible(everything: Market, symbol: str) -> None:
    bars = everything.histories[symbol].bars
    assert tuple(bars.columns) == BAR_COLUMNS
    assert bars[["close", "adj_close"]].gt(0).all(axis=None)
    ends = bars[["open", "close"]]
    outside = (bars["low"] > ends.min(axis=1)) | (bars["high"] < ends.max(axis=1))
    assert bars.index[outside].strftime("%F").tolist() == OUTSIDE.get(symbol, [])


def gaps(market: Market, symbol: str) -> tuple[list[str], list[str]]:
    """Sessions without a bar, and bars on no session, between the first and the last bar."""
    dates = market.histories[symbol].dates
    sessions = market.sessions_for(symbol).dates
    inside = sessions[(dates[0] <= sessions) & (sessions <= dates[-1])]
    return np.setdiff1d(inside, dates).astype(str).tolist(), np.setdiff1d(dates, inside).astype(str).tolist()


def test_the_only_gaps_are_the_known_ones(everything: Market) -> None:
    found = {symbol: gaps(everything, symbol) for symbol in everything.histories}
    counted = {symbol: len(missing) for symbol, (missing, _) in found.items() if symbol in MISSING_COUNT}
    named = {s: missing for s, (missing, _) in found.items() if missing and s not in MISSING_COUNT}
    assert counted == MISSING_COUNT
    assert named == MISSING
    extra = {symbol: days for symbol, (_, days) in found.items() if days}
    labour_days = extra.pop("STOXX600-NR")
    assert all(day.endswith("-05-01") for day in labour_days)
    assert extra == {"NQ=F": ["2025-01-09"], "ES=F": ["2025-01-09"]}


def test_stale_bars_are_the_known_ones(everything: Market) -> None:
    listed = manifest().entries("bars")
    left_out = {s: listed[s]["bars"] - len(everything.histories[s].bars) for s in everything.histories}
    assert {symbol: count for symbol, count in left_out.items() if count} == STALE


def test_bars_begin_in_2015_and_the_first_editions_rows_are_among_them() -> None:
    listed = manifest().entries("bars")
    assert min(entry["first"] for entry in listed.values()) == "2015-01-02"
    assert listed["NVDA"]["bars"] == 2766
    rows = (REFERENCE / listed["NVDA"]["file"]).read_text().splitlines()
    assert "2022-01-03,29.815,30.711,29.785,30.121,30.0611,391547000" in rows


def test_prices_as_traded_are_the_exact_ones(everything: Market) -> None:
    """ASML closed at 668.10 euros on 15 October 2024, and RSP has a range."""
    assert everything.histories["ASML.AS"].bars.loc["2024-10-15", "close"] == pytest.approx(668.10, abs=0.005)
    rsp = everything.histories["RSP"].bars
    assert (rsp["high"] > rsp["low"]).all()


def test_factors_are_decimal(market: Market) -> None:
    us = market.factors["US"]
    assert us.columns.tolist() == ["mkt_rf", "smb", "hml", "rmw", "cma", "rf"]
    assert us.loc["2022-01-05", "mkt_rf"] == -0.0226
    assert set(market.factors) == {"US", "Europe"}


def test_hourly_bars_are_in_utc(market: Market) -> None:
    nvda = market.hourly["NVDA"]
    assert nvda.index[0] == pd.Timestamp("2025-01-23T14:30Z")
    assert set(market.hourly) == {"NVDA", "NAS100"}


def test_a_market_holds_what_was_asked_for_and_is_bundled() -> None:
    market = bundled_market([i for i in INSTRUMENTS if i.symbol in ("NVDA", "ASM.AS", "ASMIY")])
    assert set(market.histories) == {"NVDA", "ASMIY"}
    assert market.traded("ASM.AS") == "ASMIY"
    assert str(market.provenance).endswith("snapshot bundled, prices to 31 Dec 2025")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("manifest.json", "bars/NVDA.csv", "bars/RSP.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(REFERENCE / name, tmp_path / name)
    return tmp_path


def test_a_changed_file_is_refused_with_both_hashes(copy: Path) -> None:
    path = copy / "bars" / "NVDA.csv"
    path.write_text(path.read_text().replace("118.42", "118.58"))
    found, listed = (
        hashlib.sha256(path.read_bytes()).hexdigest(),
        manifest().entries("bars")["NVDA"]["sha256"],
    )
    market = bundled_market(INSTRUMENTS, copy)
    with pytest.raises(DataError, match=rf"NVDA\.csv: SHA-256 is {found}, manifest\.json says {listed}"):
        market.histories["NVDA"]
    assert len(market.histories["RSP"].bars) == 2766  # the others stay usable


def test_a_file_that_is_gone_is_named(copy: Path) -> None:
    with pytest.raises(DataError, match=r"AMD\.csv: listed in manifest\.json but missing"):
        bundled_market(INSTRUMENTS, copy).histories["AMD"]


@pytest.mark.parametrize(("text", "message"), [(None, "has no manifest"), ("{", "not valid JSON")])
def test_a_snapshot_without_a_manifest_is_refused(tmp_path: Path, text: str | None, message: str) -> None:
    if text is not None:
        (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(DataError, match=message):
        Manifest(tmp_path)


def test_a_stale_bar_counts_as_missing(copy: Path) -> None:
    path = copy / "bars" / "NVDA.csv"
    path.write_text(re.sub(r"2025-01-24,.*", "2025-01-24,147.2,147.2,147.2,147.2,147.2,0", path.read_text()))
    content = json.loads((copy / "manifest.json").read_text())
    content["bars"]["NVDA"]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (copy / "manifest.json").write_text(json.dumps(content))
    market = bundled_market(INSTRUMENTS, copy)
    day = market.sessions_for("NVDA").position(MONDAY)
    assert np.isnan(market.returns(["NVDA"])[day - 1 : day + 1]).all()  # never a two-session return


def test_a_lazy_mapping_reads_a_value_once_and_only_when_asked() -> None:
    read: list[str] = []
    lazy = Lazy(["a", "b"], lambda key: read.append(key) or len(read))
    assert ("a" in lazy, "c" in lazy, list(lazy), len(lazy), read) == (True, False, ["a", "b"], 2, [])
    assert (lazy["b"], lazy["b"], read) == (1, 1, ["b"])
    with pytest.raises(KeyError):
        lazy["c"]
