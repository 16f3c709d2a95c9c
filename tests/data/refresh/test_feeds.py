"""A folder of files, of any layout, is a source beside Yahoo and examined like it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from analysis.market.errors import DataError
from analysis.market.prices import Instrument
from data.refresh.feeds import feed_of
from data.refresh.refresh import RefreshOutcome, refresh
from data.store.runs import open_reasons
from data.store.store import Store
from tests.data.prices import market
from tests.standin.listings import made_up_listing

TRUE = made_up_listing("FILE").bars[:"2025-03-10"]
INSTRUMENTS = {symbol: Instrument(symbol, symbol, "XNYS", "USD") for symbol in ("FILE", "NONE")}
NOW = dt.datetime(2025, 3, 10, 23, tzinfo=dt.timezone.utc)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(f"sqlite:///{tmp_path}/prices.db", market)) as opened:
        yield opened


def refreshed(store: Store, folder: Path) -> RefreshOutcome:
    return refresh(store, INSTRUMENTS, feed_of({"AFTERSHOCK_FEED": f"folder:{folder}"}), now=lambda: NOW)


@pytest.mark.parametrize("columns", [["open", "high", "low", "close", "adj_close", "volume"], ["close"]])
def test_bars_of_a_folder_are_taken_and_named_as_such(
    store: Store, tmp_path: Path, columns: list[str]
) -> None:
    (tmp_path / "in").mkdir()
    TRUE[columns].to_csv(tmp_path / "in" / "FILE.csv", index_label="date")
    outcome = refreshed(store, tmp_path / "in")
    assert outcome.results["FILE"].startswith(f"{len(TRUE)} sessions to 2025-03-10"), outcome.results
    assert "hold none of its bars" in outcome.results["NONE"]
    history = store.market(INSTRUMENTS).histories["FILE"]
    assert history.source == "files of in"
    assert history.bars["close"].iloc[-1] == pytest.approx(TRUE["close"].iloc[-1])


def test_files_that_tell_no_dividends_contradict_none(store: Store, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    paid = made_up_listing("FILE", dividends={"2025-02-05": 9.0}).bars[:"2025-03-10"]
    paid.to_csv(tmp_path / "in" / "FILE.csv", index_label="date")
    assert refreshed(store, tmp_path / "in").results["FILE"].startswith(f"{len(paid)} sessions")
    assert [found.check for found in store.findings(store.latest())] == []


def test_a_split_that_a_file_does_not_apply_keeps_the_bars_before(store: Store, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    split = TRUE.copy()
    split.loc["2025-02-03":, ["open", "high", "low", "close", "adj_close"]] /= 10
    split.to_csv(tmp_path / "in" / "FILE.csv", index_label="date")
    assert "a ratio of about 10:1" in refreshed(store, tmp_path / "in").results["FILE"]


def test_a_folder_that_is_not_there_is_one_line_a_symbol(store: Store, tmp_path: Path) -> None:
    outcome = refreshed(store, tmp_path / "nowhere")
    assert (outcome.status, outcome.exit_code) == ("nothing", 4)


def test_a_reason_that_is_told_at_every_refresh_does_not_grow(tmp_path: Path) -> None:
    TRUE.to_csv(tmp_path / "FILE.csv", index_label="date")
    (tmp_path / "NONE.csv").write_text("Date,Close\n03/04/2024,1\n04/04/2024,2\n")
    feed = feed_of({"AFTERSHOCK_FEED": f"folder:{tmp_path}"})
    frames = []
    for _ in range(2):
        with pytest.raises(DataError, match="no date tells the day from the month") as told:
            feed.daily("NONE", dt.date(2024, 1, 1))
        frames.append(len(told.traceback))
    assert frames[0] == frames[1]


@pytest.mark.parametrize("setting", ["bloomberg", "folder:"])
def test_another_setting_is_refused_in_words(setting: str) -> None:
    with pytest.raises(DataError, match="allowed: yahoo, folder:PATH"):
        feed_of({"AFTERSHOCK_FEED": setting})


def test_two_sources_that_disagree_are_said_and_never_averaged(store: Store, tmp_path: Path) -> None:
    other = TRUE.copy()
    other.loc["2025-02-03", ["open", "high", "low", "close", "adj_close"]] *= 1.02
    for name, bars in (("one", TRUE), ("two", other)):
        (tmp_path / name).mkdir()
        bars.to_csv(tmp_path / name / "FILE.csv", index_label="date")
    setting = {
        "AFTERSHOCK_FEED": f"folder:{tmp_path}/one",
        "AFTERSHOCK_FEED_BESIDE": f"folder:{tmp_path}/two",
    }
    refresh(store, INSTRUMENTS, feed_of(setting), now=lambda: NOW)
    (said,) = [finding for finding in store.findings(store.latest()) if finding.check == "other_source"]
    assert (said.severity, said.sessions) == ("warning", (dt.date(2025, 2, 3),))
    assert said.sentence.startswith("files of two and files of one differ")
    assert "differ on the close of 1 session: 3 Feb 2025, most on 3 Feb 2025 by 2.00 %" in said.sentence
    shown = store.market(INSTRUMENTS).histories["FILE"].bars["close"]
    assert shown["2025-02-03"] == pytest.approx(TRUE.loc["2025-02-03", "close"])


@pytest.mark.parametrize(
    ("others", "said"),
    [
        (1.0, "differ on the close of 1 session: 3 Feb 2025"),
        (1.02, "files of two has the same closes as this"),
    ],
)
def test_what_the_second_source_says_of_a_refused_answer_stands_in_the_reason(
    store: Store, tmp_path: Path, others: float, said: str
) -> None:
    setting = {
        "AFTERSHOCK_FEED": f"folder:{tmp_path}/one",
        "AFTERSHOCK_FEED_BESIDE": f"folder:{tmp_path}/two",
    }
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        _write(tmp_path / name, 1.0)
    refresh(store, INSTRUMENTS, feed_of(setting), now=lambda: NOW)
    _write(tmp_path / "one", 1.02)
    _write(tmp_path / "two", others)
    outcome = refresh(store, INSTRUMENTS, feed_of(setting), now=lambda: NOW)
    assert "History was rewritten" in outcome.results["FILE"]
    assert said in outcome.results["FILE"]
    assert said in open_reasons(store.runs())["FILE"]


def _write(folder: Path, factor: float) -> None:
    bars = TRUE.copy()
    bars.loc["2025-02-03", ["open", "high", "low", "close", "adj_close"]] *= factor
    bars.to_csv(folder / "FILE.csv", index_label="date")
