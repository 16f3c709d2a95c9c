"""Price files of the user's own: whatever is wrong with them is one line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from commands.source import Source
from tests.commands.conftest import Run, assert_one_line

DAY = ("--event-date", "2022-04-04")
WINDOWS = ("--event-window", "-10", "10", "--estimation-window", "-270", "-21")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--benchmark", "MKTS"), "unknown symbol 'MKTS'. Did you mean 'MKT'?"),
        (("--benchmark", "MKT", "--symbols", "F11"), "unknown symbol 'F11'. Did you mean 'F1'?"),
        (("--benchmark", "MKT", "--symbols", "MKT"), "nothing to study. MKT: is its own benchmark"),
    ],
)
def test_symbols_without_prices_are_one_line(
    prices: Path, run: Run, arguments: tuple[str, ...], message: str
) -> None:
    answer = run("study", "--prices", prices, *DAY, *WINDOWS, *arguments)
    assert_one_line(answer)
    assert message in answer.err


def only(folder: Path, *kept: str) -> None:
    for path in folder.iterdir():
        if path.stem not in kept:
            path.unlink()


def test_no_firm_beside_the_benchmark_is_one_line(prices: Path, run: Run) -> None:
    only(prices, "MKT")
    answer = run("study", "--prices", prices, "--benchmark", "MKT", *DAY, *WINDOWS)
    assert_one_line(answer)
    assert "no firm beside the benchmark MKT" in answer.err


def test_when_no_firm_is_left_the_first_reason_is_told(prices: Path, run: Run) -> None:
    only(prices, "MKT", "F1", "F2")
    for symbol in ("F1", "F2"):
        (prices / f"{symbol}.csv").write_text("")
    answer = run("study", "--prices", prices, "--benchmark", "MKT", *DAY, *WINDOWS)
    assert_one_line(answer)
    assert "no firm is left in" in answer.err
    assert "F1.csv: the file is empty" in answer.err


def test_a_broken_benchmark_ends_the_study(prices: Path, run: Run, tmp_path: Path) -> None:
    (prices / "MKT.csv").write_text("")
    (tmp_path / "events.csv").write_text("symbol,event_date\nF1,2022-04-04\n")
    for way in (DAY, ("--events", tmp_path / "events.csv")):
        answer = run("study", "--prices", prices, "--benchmark", "MKT", *way, *WINDOWS)
        assert_one_line(answer)
        assert "MKT.csv: the file is empty" in answer.err


def test_a_broken_firm_is_left_out_with_its_line(prices: Path, document: Callable[..., object]) -> None:
    path = prices / "F1.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:2], lines[2].rsplit(",", 1)[0] + ",many", *lines[3:]]))
    study = document("study", "--prices", prices, "--benchmark", "MKT", *DAY, *WINDOWS)
    assert isinstance(study, dict)
    assert "F1.csv, line 3: " in study["excluded"]["F1"]
    assert "F2" in study["firms"]


def test_who_is_left_out_is_said_in_workbooks_and_beside_a_curve(
    prices: Path, run: Run, tmp_path: Path, document: Callable[..., Any]
) -> None:
    only(prices, "MKT", "F1", "F2")
    (prices / "BAD.csv").write_text("Date,Close\n2022-04-04,x\n")
    asked = ("--prices", prices, "--benchmark", "MKT", *DAY, *WINDOWS)
    reason = "BAD.csv, line 2: Close 'x' is no number; needed: digits and a decimal mark"
    assert document("robustness", *asked)["excluded"] == {"BAD": reason}
    out = tmp_path / "out"
    assert run("export", *asked, "--out", out, "--format", "", "--tables", "xlsx").code == 0
    book = openpyxl.load_workbook(out / "prices_car-windows.xlsx")
    rows = dict(book["Design and source"].iter_rows(values_only=True))
    assert rows["Not studied"] == f"BAD: {reason}"


@pytest.fixture
def nvidia(tmp_path: Path) -> Path:
    """The bundled closes of one firm as a file of a reader's own."""
    history = Source().market("deepseek-2025-01-27").histories["NVDA"]
    path = tmp_path / "NVDA.csv"
    pd.DataFrame({"Date": history.dates, "Close": history.column("adj_close")}).to_csv(path, index=False)
    return path


DEEPSEEK = ("deepseek-2025-01-27", "--symbols", "NVDA")


@pytest.mark.parametrize(
    "choice", [("--benchmark", "RSP"), ("--model", "constant_mean", "--benchmark", "none")], ids="".join
)
def test_files_without_a_benchmark_give_the_answers_of_the_catalogue(
    nvidia: Path, document: Callable[..., Any], choice: tuple[str, ...]
) -> None:
    own = document("study", "--prices", nvidia, "--event-date", "2025-01-27", *choice)
    catalogue = document("study", *DEEPSEEK, *choice)
    for name in ("abnormal_returns", "standard_errors", "pvalues"):
        assert own["firms"]["NVDA"][name] == pytest.approx(catalogue["firms"]["NVDA"][name], rel=1e-9)


def test_a_list_takes_its_benchmark_from_the_store_in_blocks_too(
    nvidia: Path, document: Callable[..., Any], run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "list.csv").write_text("symbol,event_date\nNVDA,2025-01-27\nNVDA,2024-09-03\n")
    asked = ("study", "--events", tmp_path / "list.csv", "--prices", nvidia, "--benchmark", "RSP")
    whole = document(*asked)
    monkeypatch.setattr("commands.lists.MOST_WHOLE", 0)
    blocks = document(*asked, "--workers", "2")
    assert (blocks["aar"], blocks["events"]) == (whole["aar"], whole["events"])
    assert "no prices of the benchmark XXX" in run(*asked[:-1], "XXX").err


def test_any_instrument_of_the_snapshot_can_be_a_benchmark(document: Callable[..., Any], run: Run) -> None:
    google = "google-bard-2023-02-08"
    assert document("study", google, "--benchmark", "SMH")["firms"]["GOOGL"]["benchmark"] == "SMH"
    assert "unknown symbol 'A.QQ'" in run("study", google, "--benchmark", "A.QQ").err


@pytest.mark.parametrize("typed", [(), ("--benchmark", "none")])
def test_a_model_that_needs_a_benchmark_says_which_does_not(
    nvidia: Path, run: Run, typed: tuple[str, ...]
) -> None:
    answer = run("study", "--prices", nvidia, "--event-date", "2025-01-27", *typed)
    assert_one_line(answer)
    assert "market_model needs --benchmark" in answer.err
    assert "--model constant_mean needs none" in answer.err


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("none", "--benchmark none: the model market_model reads one; leave it out for each firm's own"),
        ("rsp", "unknown symbol 'rsp'. Did you mean 'RSP'?"),
        ("", "'--benchmark': it is empty"),
    ],
)
def test_a_benchmark_of_the_catalogue_is_a_symbol_or_left_out(
    run: Run, tmp_path: Path, typed: str, message: str
) -> None:
    (tmp_path / "events.csv").write_text("symbol,event_date\nNVDA,2025-01-27\n")
    ways = (
        ("study",),
        ("study", "--events", tmp_path / "events.csv"),
        ("robustness",),
        ("report", "--out", "a.html"),
    )
    for way in ways:
        answer = run(*way, "--benchmark", typed)
        assert_one_line(answer)
        assert message in answer.err


@pytest.mark.parametrize("most", [2000, 0], ids=["whole", "blocks"])
def test_firms_of_a_list_without_prices_are_named_together(
    prices: Path, run: Run, tmp_path: Path, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commands.lists.MOST_WHOLE", most)
    listed = tmp_path / "events.csv"
    asked = ("study", "--prices", prices, "--benchmark", "MKT", "--events", listed, *WINDOWS)
    early = "".join(f"F1,{day}\n" for day in pd.date_range("2021-03-01", periods=150).date)
    listed.write_text(f"symbol,event_date\n{early}F1,2022-04-04\nZ2,2022-04-04\nZ1,2022-04-04\n")
    sentence = f"2 firms of the list have no prices in {prices}: Z1, Z2"
    assert f"Caution: {sentence}" in run(*asked).out
    assert sentence in json.loads(run(*asked, "--format", "json").out)["cautions"]
    assert sentence in run(*asked, "--format", "csv").err
    listed.write_text("symbol,event_date\n" + "".join(f"Z{k},2022-04-04\n" for k in range(5)))
    answer = run(*asked)
    assert_one_line(answer)
    assert (
        f"no prices of Z0, Z1, Z2 and 2 more, the firms of the list, in {prices}; it has F1, F2" in answer.err
    )
