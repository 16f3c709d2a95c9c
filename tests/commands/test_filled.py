"""Own price files with an index that a model reads: from the files, else from the snapshot."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analysis.models.normal_returns import NORMAL_RETURNS
from tests.commands.conftest import Run, assert_one_line

WINDOWS = ("--estimation-window", "-270", "-21", "--event-window", "-10", "10")
OWN_FILES = ("--benchmark", "MKT", "--event-date", "2022-04-04", *WINDOWS)


def numbers_of_two_indices(
    prices: Path, firm: str, run: Run, tmp_path: Path, windows: tuple[str, ...] = WINDOWS
) -> list[Any]:
    """What one event says on day 0, asked alone, in a list, and in a list by blocks."""
    listed = tmp_path / "one.csv"
    listed.write_text(f"symbol,event_date\n{firm},2022-04-04\n")
    asked = ("study", "--prices", prices, "--benchmark", "MKT", "--model", "two_index", *windows, "--format")
    alone = run(*asked, "json", "--event-date", "2022-04-04", "--symbols", firm)
    whole = run(*asked, "json", "--events", listed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("commands.lists.MOST_WHOLE", 0)
        blocks = run(*asked, "json", "--events", listed)
    return [json.loads(answer.out)["aar"] for answer in (alone, whole, blocks)]


def test_an_index_that_a_model_reads_is_read_from_the_files_and_is_no_firm(
    prices: Path, run: Run, tmp_path: Path, document: Callable[..., Any]
) -> None:
    (prices / "F2.csv").rename(prices / "^IXIC.csv")
    answer = document("study", "--prices", prices, *OWN_FILES, "--model", "two_index")
    assert "F1" in answer["firms"]
    assert "^IXIC" not in answer["firms"]
    alone, *others = numbers_of_two_indices(prices, "F1", run, tmp_path)
    assert alone == pytest.approx(answer["firms"]["F1"]["abnormal_returns"])
    for other in others:
        assert other == pytest.approx(alone)


def test_an_index_that_the_files_lack_is_that_of_the_snapshot(prices: Path, run: Run, tmp_path: Path) -> None:
    alone, *others = numbers_of_two_indices(prices, "F1", run, tmp_path)
    for other in others:
        assert other == pytest.approx(alone)
    answer = run("study", "--prices", prices, *OWN_FILES, "--model", "two_index")
    assert "^IXIC from" in answer.out
    assert "prices to 9 May 2022" in " ".join(answer.out.split())  # those of the firms


def test_an_index_that_nobody_has_is_one_line_that_says_what_to_do(
    prices: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = replace(NORMAL_RETURNS["two_index"], needs=("benchmark", "NOSUCH"))
    monkeypatch.setitem(NORMAL_RETURNS, "two_index", entry)
    (tmp_path / "one.csv").write_text("symbol,event_date\nF1,2022-04-04\n")
    asked = ("study", "--prices", prices, "--benchmark", "MKT", "--model", "two_index")
    for more in (("--event-date", "2022-04-04"), ("--events", tmp_path / "one.csv")):
        answer = run(*asked, *more)
        assert_one_line(answer)
        assert (
            f"reads NOSUCH, which neither {prices} nor the newest snapshot has; add its prices" in answer.err
        )


def test_a_curve_tries_two_indices_whichever_model_is_preferred(
    prices: Path, run: Run, document: Callable[..., Any]
) -> None:
    curves = [
        document("robustness", "--prices", prices, *OWN_FILES, *more)["curve"]
        for more in ((), ("--model", "two_index"))
    ]
    alone, preferred = (of_two_indices(curve) for curve in curves)
    assert alone == preferred
    assert {*curves[0]["target"]} == {*curves[1]["target"]}
    assert "^IXIC" not in {*curves[0]["target"], *curves[0]["benchmark"]}
    study = document("study", "--prices", prices, *OWN_FILES, "--model", "two_index")
    (effect,) = {row[-1] for row in alone if row[:-1] == ("F1", "[0]", "kept", 250, 10)}
    assert study["firms"]["F1"]["abnormal_returns"][10] == pytest.approx(effect, rel=1e-9)


def of_two_indices(curve: dict[str, list[Any]]) -> list[tuple[Any, ...]]:
    names = ("target", "window", "earlier_jumps", "length", "gap", "effect")
    rows = zip(curve["model"], *(curve[name] for name in names), strict=True)
    return sorted((row[1:] for row in rows if row[0] == "two_index"), key=str)


def test_an_index_is_paired_with_sessions_of_the_benchmark_on_every_road(
    prices: Path, run: Run, tmp_path: Path
) -> None:
    """The files lack every eighth session of New York, where the index has bars."""
    for path in prices.iterdir():
        lines = path.read_text().splitlines()
        kept = [line for k, line in enumerate(lines) if k % 8 != 5 or line.startswith("2022-04")]
        path.write_text("\n".join(kept) + "\n")
    few = ("--estimation-window", "-150", "-21", "--event-window", "-5", "5")
    alone, *others = numbers_of_two_indices(prices, "F1", run, tmp_path, few)
    for other in others:
        assert other == pytest.approx(alone)
