"""Price files of the user's own: whatever is wrong with them is one line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

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
