"""Refreshing and looking at snapshots from the command line, against a stand-in on this machine."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

import app
from commands.source import Source
from data.bundled.bundle import bundled_market
from data.catalogue.dossiers import dossier, dossiers
from tests.standin import StandIn, listing_of, made_up_listing

FIRST = "deepseek-2025-01-27"


@pytest.fixture(autouse=True)
def fresh_store(
    tmp_path: Path, stored: Callable[[Path], str], yahoo: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new store, and a fetcher without patience; the stand-in knows NVDA, SAP.DE and 6857.T alone."""
    monkeypatch.setenv("AFTERSHOCK_DATABASE_URL", stored(tmp_path / "prices.db"))
    for name, value in {"PAUSE": "0", "JITTER": "0", "BACKOFF": "0", "ATTEMPTS": "1"}.items():
        monkeypatch.setenv(f"AFTERSHOCK_FETCH_{name}", value)


def test_a_refresh_that_brings_nothing_exits_4_and_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    """The stand-in's histories are made up and short: they end before those at hand."""
    assert app.main(["refresh", "--event", FIRST]) == 4
    out, err = capsys.readouterr()
    assert out.startswith("no instrument is fresh (kept the previous bars: the answer ends on 31 Mar 2025")
    assert out.endswith("; bundled-20261126 is still shown\n")
    assert re.search(r"^1/47 NVDA: kept the previous bars: the answer ends on 31 Mar", err, re.MULTILINE)
    assert re.search(r"^2/47 ASML.AS: kept the previous bars: Yahoo knows no such symbol", err, re.MULTILINE)


@pytest.mark.slow
def test_a_refresh_that_brings_everything_exits_0_and_retires_the_stand_in(
    yahoo: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = [item for item in dossier(FIRST).instruments if item.live]
    bundled = bundled_market(listed).histories
    yahoo.listings = {
        item.symbol: listing_of(item, bundled[item.symbol].bars)
        if item.symbol in bundled
        else made_up_listing(item.symbol, first="2023-01-02")
        for item in listed
    }
    assert app.main(["refresh", "--event", FIRST]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("all 47 instruments fresh")
    assert "ASM.AS: " in err
    assert "its own bars arrived: ASMIY no longer stands in" in err
    assert app.main(["study"]) == 0
    assert "ASMIY" not in capsys.readouterr().out


def test_bars_that_are_accepted_are_taken_and_a_symbol_that_is_none_is_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """All events are wanted, the first one's instruments before the others', each symbol once."""
    every = {item.symbol for found in dossiers().values() for item in found.instruments if item.live}
    assert app.main(["refresh", "--accept", "NVDA"]) == 3
    said = rf"^1/{len(every)} NVDA: \d+ sessions to .*; accepted; a check objected"
    assert re.search(said, capsys.readouterr().err, re.MULTILINE)
    assert app.main(["refresh", "--accept", "NVDB"]) == 2
    assert "Did you mean 'NVDA'?" in capsys.readouterr().err


def test_status_tells_where_the_prices_are_from(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["status"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"^Snapshot +bundled-20261126, made", out, re.MULTILINE)
    assert re.search(r"^Refresh +none yet$", out, re.MULTILINE)
    assert re.search(r"^NVDA +2015-01-02 +2025-12-31 .* 2766", out, re.MULTILINE)


def test_snapshots_are_compared(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["status", "--compare", "bundled-20261126", "bundled-20261126"]) == 0
    assert capsys.readouterr().out == "no difference\n"


@pytest.mark.parametrize("command", ["status", "study", "reported"])
def test_an_unknown_snapshot_is_one_line(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main([command, "--snapshot", "bundled-2026112"]) == 2
    assert "Did you mean 'bundled-20261126'?" in capsys.readouterr().err


def test_status_says_why_a_symbol_is_not_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    app.main(["refresh", "--event", FIRST])
    capsys.readouterr()
    assert app.main(["status"]) == 0
    assert (
        "Not fresh ASML.AS     kept the previous bars: Yahoo knows no such symbol" in capsys.readouterr().out
    )
    assert app.main(["status", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["not_fresh"]["ASML.AS"].startswith("kept the previous bars: Yahoo knows no such symbol")
    assert told["snapshot"]["id"] == "bundled-20261126"


def test_strangers_are_told_why_prices_are_not_fresh_without_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERSHOCK_FEED", f"folder:{tmp_path}/secret")
    assert app.main(["refresh", "--event", FIRST]) == 4
    source = Source()
    for private in (True, False):
        source.private = private
        status = source.status()
        said = [*status.reasons.values(), *(run.message for run in status.runs)]
        assert len(said) == 48
        assert all(("/secret" in sentence) is private for sentence in said)
