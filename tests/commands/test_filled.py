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


def numbers_of_two_indices(prices: Path, firm: str, run: Run, tmp_path: Path) -> list[Any]:
    """What one event says on day 0, asked alone, in a list, and in a list by blocks."""
    listed = tmp_path / "one.csv"
    listed.write_text(f"symbol,event_date\n{firm},2022-04-04\n")
    asked = ("study", "--prices", prices, "--benchmark", "MKT", "--model", "two_index", *WINDOWS, "--format")
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
