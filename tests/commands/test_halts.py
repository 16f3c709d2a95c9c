"""Halts at the event, and returns between trades, on the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest

from tests.commands.conftest import Run, assert_one_line

DAY = "2021-02-15"
ONE = ("--benchmark", "MKT", "--event-date", DAY)
GAPS = ("--gaps", "trade-to-trade")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two firms and an index; AAA has no bar on day +1 and opens a quarter lower on day +2."""
    path, random = tmp_path_factory.mktemp("halted"), np.random.default_rng(4)
    days = np.busday_offset("2020-01-01", np.arange(330), roll="forward")
    halt = int(np.flatnonzero(days == np.datetime64(DAY))[0]) + 1
    index = random.normal(0, 0.01, len(days))
    for symbol, share in (("MKT", 0.0), ("AAA", 0.01), ("BBB", 0.01)):
        returns = index + share * random.normal(size=len(days))
        if symbol == "AAA":
            returns[halt + 1] = -0.25
        closes = 50 * np.cumprod(1 + returns)
        kept = np.arange(len(days)) != (halt if symbol == "AAA" else -1)
        lines = [f"{day},{close:.6f}" for day, close in zip(days[kept], closes[kept], strict=True)]
        (path / f"{symbol}.csv").write_text("\n".join(["Date,Close", *lines]) + "\n")
    return path


@pytest.fixture
def events(tmp_path: Path) -> tuple[str, ...]:
    """Options of a list with both firms on the day before the halt and on twenty earlier ones."""
    days = np.busday_offset(DAY, -5 * np.arange(21))
    lines = [f"{symbol},{day}" for symbol in ("AAA", "BBB") for day in days]
    (tmp_path / "list.csv").write_text("\n".join(["symbol,event_date", *lines]) + "\n")
    windows = ("--event-window", "-2", "2", "--estimation-window", "-40", "-11")
    return "--events", str(tmp_path / "list.csv"), "--benchmark", "MKT", *windows


def test_the_text_says_what_windows_hold_and_leads_with_the_reopening(run: Run, folder: Path) -> None:
    text = run("study", "--prices", folder, *ONE).out
    first, *_ = text.splitlines()
    assert first.startswith(
        "Caution: AAA: no bar on day +1 (16 Feb 2021); from 15 Feb 2021 to its next bar on"
    )
    assert "its abnormal return was −2" in first
    assert "AAA: [0, +1] holds 1 of 2 sessions" in text
    assert "AAA: [−10, +10] holds 19 of 21 sessions" in text
    assert "BBB: [" not in text


def test_json_has_sessions_and_caution(run: Run, folder: Path) -> None:
    answer = json.loads(run("study", "--prices", folder, *ONE, "--format", "json").out)
    held = {name: [(c["sessions"], c["of"]) for c in firm["car"]] for name, firm in answer["firms"].items()}
    assert held["AAA"] == [(1, 1), (1, 2), (2, 3), (9, 11), (19, 21)]
    assert held["BBB"] == [(1, 1), (2, 2), (3, 3), (11, 11), (21, 21)]
    assert "AAA: no bar on day +1" in answer["cautions"][0]
    assert "gaps" not in answer["design"]


def test_a_firm_that_is_left_out_has_its_reopening_said(run: Run, folder: Path) -> None:
    day = ("--benchmark", "MKT", "--event-date", "2021-02-16")
    answer = json.loads(run("study", "--prices", folder, *day, "--format", "json").out)
    assert answer["excluded"]["AAA"].startswith("no return on day 0")
    assert answer["cautions"][0].startswith("AAA is left out: no bar on day 0 (2021-02-16); from 2021-02-15")
    alone = run("study", "--prices", folder, *day, "--symbols", "AAA")
    assert_one_line(alone)
    assert "its abnormal return was -2" in alone.err


def test_returns_between_trades_say_so_and_hold_the_move(run: Run, folder: Path) -> None:
    text = run("study", "--prices", folder, *ONE, *GAPS).out
    assert "returns between trades" in text
    assert "AAA: the return of day +2 spans 2 sessions and counts whole" in text
    answer = json.loads(run("study", "--prices", folder, *ONE, *GAPS, "--format", "json").out)
    assert answer["design"]["gaps"] == "trade-to-trade"
    cars = {tuple(car["window"]): car for car in answer["firms"]["AAA"]["car"]}
    assert (cars[0, 1]["sessions"], cars[-5, 5]["sessions"]) == (1, 11)
    assert cars[-5, 5]["car"] < -0.2


@pytest.mark.parametrize("most", [2000, 1], ids=["whole", "blocks"])
def test_lists_say_the_same_on_both_roads(
    run: Run, folder: Path, events: tuple[str, ...], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commands.lists.MOST_WHOLE", most)
    text = run("study", "--prices", folder, *events).out
    assert "Caution: 1 event lacks sessions in a window" in text
    assert "Caution: 1 event has no bar on day 0 or +1 and reopened later" in text
    assert f"Held in part: AAA@{DAY}: [0, +1] holds 1 of 2, [−1, +1] holds 2 of 3, [−2, +2] holds 3" in text
    assert f"Reopened: AAA@{DAY}: no bar on day +1 (16 Feb 2021); from 15 Feb 2021 to its next bar" in text
    table = run("study", "--prices", folder, *events, "--format", "csv").out
    rows = [row for row in csv.DictReader(io.StringIO(table)) if row["event"] == f"AAA@{DAY}"]
    assert [(row["sessions"], row["of"]) for row in rows] == [("1", "1"), ("1", "2"), ("2", "3"), ("3", "5")]


@pytest.mark.parametrize("most", [2000, 0], ids=["whole", "blocks"])
def test_a_list_of_which_nothing_is_left_has_the_reopening(
    run: Run, folder: Path, tmp_path: Path, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commands.lists.MOST_WHOLE", most)
    (tmp_path / "one.csv").write_text("symbol,event_date\nAAA,2021-02-16\n")
    answer = run("study", "--prices", folder, "--benchmark", "MKT", "--events", tmp_path / "one.csv")
    assert_one_line(answer)
    assert "no bar on day 0 (2021-02-16); from 2021-02-15 to its next bar on 2021-02-17" in answer.err
    assert "its abnormal return was -2" in answer.err


@pytest.mark.parametrize("most", [2000, 1], ids=["whole", "blocks"])
def test_lists_between_trades_hold_the_move(
    run: Run, folder: Path, events: tuple[str, ...], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commands.lists.MOST_WHOLE", most)
    answer = json.loads(run("study", "--prices", folder, *events, *GAPS, "--format", "json").out)
    assert answer["design"]["gaps"] == "trade-to-trade"
    last = answer["events"]["event"].index(f"AAA@{DAY}") + 3
    assert (answer["events"]["sessions"][last], answer["events"]["of"][last]) == (5, 5)
    assert answer["events"]["car"][last] < -0.2
    assert any(caution.startswith(f"AAA@{DAY}: no bar on day +1") for caution in answer["cautions"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--gaps", "forward-fill"), "'missing', 'trade-to-trade'"),
        ((*GAPS, "--model", "garch"), "go with market_model, market_adjusted, constant_mean"),
        ((*GAPS, "--reaction", "volume"), "only returns do"),
    ],
)
def test_what_cannot_be_had_is_one_line(run: Run, folder: Path, options: tuple[str, ...], said: str) -> None:
    answer = run("study", "--prices", folder, *ONE, *options)
    assert_one_line(answer)
    assert answer.code == 2
    assert said in answer.err
