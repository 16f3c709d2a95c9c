"""An event of one's own from the command line, and what other commands then say of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.conftest import Run, assert_one_line
from tests.standin.listings import made_up_listing
from tests.standin.server import StandIn

ARTICLE = (
    "Nvidia fell nearly 17% on Monday. Shares of ASML slid 11.5% in Amsterdam. "
    "The Nasdaq had its worst day since December.\n"
)
MINE = (
    "new",
    "mine",
    "--name",
    "Mine",
    "--when",
    "2025-01-27T08:15Z",
    "--symbols",
    "NVDA",
    "ASML.AS",
    "6857.T",
)


@pytest.fixture(autouse=True)
def database(tmp_path: Path, stored: Callable[[Path], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERSHOCK_DATABASE_URL", stored(tmp_path / "own.db"))


def test_the_whole_way_from_texts_to_verdicts(run: Run, tmp_path: Path) -> None:
    (tmp_path / "Reuters.txt").write_text(ARTICLE)
    made = run(*MINE, "--article", tmp_path / "Reuters.txt", "--yes")
    assert made.code == 0, made.err
    assert "Day 0 in Tokyo: 28 Jan 2025" in made.out
    study = json.loads(run("study", "mine", "--format", "json").out)
    assert set(study["firms"]) == {"NVDA", "ASML.AS", "6857.T"}
    said = json.loads(run("reported", "mine", "--format", "json").out)
    assert [(one["symbol"], one["verdict"]) for one in said] == [
        ("NVDA", "confirmed"),
        ("ASML.AS", "seen_intraday"),
        ("^IXIC", "confirmed"),  # the worst day since December: no day of that month or after was worse
    ]
    assert run("show", "overview", "mine").code == 0


def test_own_prices_belong_to_the_event(run: Run, prices: Path) -> None:
    made = run(
        "new", "own", "--name", "Own", "--when", "2022-04-04", "--prices", prices, "--benchmark", "MKT"
    )
    assert made.code == 0, made.err
    assert "F1 (F1): your prices from" in made.out
    study = run("study", "own")
    assert "Source: the reader's own prices of F1, F2, F3, F4, F5, F6, F7, MKT" in study.out
    assert "F7" in study.out


def test_a_young_firm_shortens_the_estimation_window_of_all(run: Run) -> None:
    assert run(*MINE[:7], "NVDA", "GEV").code == 0
    study = run("study", "mine")
    assert "The estimation window is [−208, −11] for all firms, not [−260, −11]: GEV has 208" in study.out
    assert "Not studied" not in study.out
    assert "GEV: estimation window [" in run("study", "--symbols", "NVDA", "GEV").out


def test_without_a_benchmark_the_firms_own_mean_is_usual_and_said(run: Run) -> None:
    assert run(*MINE, "--benchmark", "none").code == 0
    study = run("study", "mine")
    assert study.code == 0, study.err
    assert "No benchmark is named for these firms" in study.err + study.out
    assert study.out == run("study", "mine", "--model", "constant_mean").out
    refused = run("study", "mine", "--model", "market_model")
    assert (refused.code, refused.out) == (2, "")
    assert "a model that needs none (constant_mean" in refused.err


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Toronto", "UTC"])
def test_a_zone_keeps_its_letters(run: Run, zone: str) -> None:
    made = run(*MINE[:5], f"2025-01-27 08:15 {zone}", *MINE[6:])
    assert made.code == 0, made.err


def test_claims_are_not_taken_where_nobody_says_yes(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text(ARTICLE)
    answer = run(*MINE, "--article", tmp_path / "a.txt")
    assert answer.code == 2
    assert "3 claims are proposed and nobody is there to take them: add --yes" in answer.err
    assert_one_line(run("study", "mine"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("new", "deepseek-2025-01-27", *MINE[2:]), "choose another short name"),
        (("new", "No Name", *MINE[2:]), "is no short name: use at most 60"),
        (("new", "mine"), "needs --name and --when, or --open"),
        ((*MINE[:5], "2025-01-27 08:15", *MINE[6:]), "a time needs its zone"),
        ((*MINE[:5], "2025-01-27 08:15 Mars/Base", *MINE[6:]), "is no time zone"),
        ((*MINE[:5], "2099-01-27", *MINE[6:]), "lies in the future"),
        ((*MINE[:7], "NVDIA"), "did you mean NVDA (NVIDIA)"),
        ((*MINE[:7], "AAA.QQ"), "unknown symbol 'AAA.QQ'"),
        ((*MINE, "--benchmark", "SPYY"), "unknown benchmark “SPYY”: did you mean SPY ("),
        ((*MINE, "--article", "nowhere.txt"), "cannot read nowhere.txt"),
        ((*MINE, "--prices", "nowhere"), "nowhere"),
    ],
)
def test_what_is_wrong_is_one_line(run: Run, options: tuple[str, ...], said: str) -> None:
    answer = run(*options)
    assert_one_line(answer)
    assert said in answer.err


def test_missing_prices_are_fetched_by_a_refresh_of_the_event(run: Run, yahoo: StandIn) -> None:
    yahoo.listings = {"KO": made_up_listing("KO", "2023-01-03", "2025-12-31")}
    made = run("new", "cola", "--name", "A drink", "--when", "2025-01-27", "--symbols", "KO")
    assert "No prices of KO yet: python app.py refresh cola fetches them" in made.out
    assert "no prices" in run("study", "cola").err
    fetched = run("refresh", "cola")
    assert (fetched.code, "1 of 2 instruments fresh, not RSP" in fetched.out) == (3, True), fetched.out
    assert "KO" in run("study", "cola").out


def test_a_downloaded_event_is_opened_under_another_name(run: Run, prices: Path, tmp_path: Path) -> None:
    from commands.source import Source

    run("new", "own", "--name", "Own", "--when", "2022-04-04", "--prices", prices, "--benchmark", "MKT")
    source = Source()
    event = source.own_event("own")
    assert event is not None
    (tmp_path / "own.zip").write_bytes(source.desk.archive(event.id))
    (tmp_path / "own.toml").write_text(event.text, encoding="utf-8")
    for file in ("own.zip", "own.toml"):
        opened = run("new", f"again-{file[-3:]}", "--open", tmp_path / file)
        assert opened.code == 0, opened.err
        assert "Own: F1, F2" in opened.out
    assert run("study", "again-zip", "--format", "json").out == run("study", "own", "--format", "json").out
    assert_one_line(run("new", "third", "--open", tmp_path / "own.zip", "--name", "Other"))
    assert "no short name" in run("new", "Third!", "--open", tmp_path / "own.zip").err
    assert "cannot read" in run("new", "third", "--open", tmp_path / "nowhere.zip").err
    (tmp_path / "text.txt").write_text(ARTICLE)
    assert (
        "the file is no event; needed: an event as TOML"
        in run("new", "third", "--open", tmp_path / "text.txt").err
    )


def test_an_unknown_event_is_told_with_those_of_ones_own(run: Run) -> None:
    run(*MINE)
    assert "Did you mean 'mine'?" in run("study", "mien").err
