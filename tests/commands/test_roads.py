"""Whichever road asks: the same numbers, and the same bytes wherever blocks run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.commands.conftest import Run
from tests.commands.roads import SHARED, WINDOWS, Document, by_blocks
from tests.reference import cases
from tests.reference.cases import DAY, Case

OF_PAIRS = {"portfolio", "adjusted_patell", "kolari_pynnonen"}  # one correlation stands for all pairs


NOT_BY_BLOCKS = {"placebo_rank", "recent_placebo_rank", "joint"}


SEVERAL = [cases.three_firms, cases.thin_trading, cases.halted, cases.group_named_all]


@pytest.mark.parametrize("case", [cases.three_firms, cases.thin_trading, cases.halted])
def test_a_list_of_one_day_is_the_study_of_that_day(
    case: Callable[[], Case], tmp_path: Path, document: Callable[..., Document]
) -> None:
    prices, events = case().write(tmp_path)
    own = ("--prices", prices, "--benchmark", "MKT")
    single = document("study", *own, "--event-date", DAY)
    listed = document("study", "--events", events, *own)
    for key in SHARED:  # an event is called by its firm and date
        assert json.dumps(listed[key]).replace(f"@{DAY}", "") == json.dumps(single[key]), key
    rows = pd.DataFrame(listed["events"]).set_index(["symbol", "window"])
    for symbol, firm in single["firms"].items():
        for window, car in zip(WINDOWS, firm["car"], strict=True):
            found = rows.loc[(symbol, window)]
            for name in ("car", "se", "statistic", "df", "pvalue"):
                assert found[name] == car[name]
            assert [found["ci_low"], found["ci_high"]] == car["ci"]


@pytest.mark.parametrize("case", SEVERAL)
def test_blocks_and_the_whole_agree_but_for_what_needs_pairs_of_events(
    case: Callable[[], Case],
    tmp_path: Path,
    document: Callable[..., Document],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    prices, events = case().write(tmp_path)
    command = ("study", "--events", events, "--prices", prices, "--benchmark", "MKT")
    whole = document(*command)
    by_blocks(monkeypatch)
    blocks = document(*command)
    for key in (
        "schema",
        "design",
        "events",
        "groups",
        "moved",
        "overlaps",
        "clusters",
        "excluded",
        "cautions",
    ):
        assert numbers(blocks[key]) == pytest.approx(numbers(whole[key]), rel=1e-9, nan_ok=True), key
        assert words(blocks[key]) == words(whole[key]), key
    assert blocks["aar"] == pytest.approx(whole["aar"], rel=1e-9)
    for window, found in blocks["windows"].items():
        wanted = whole["windows"][window]
        assert found["events"] == wanted["events"]
        assert found["mean"] == pytest.approx(wanted["mean"], rel=1e-9)
        assert found["se"] == pytest.approx(wanted["se"], rel=0.01)
        for name, test in found["tests"].items():
            same = wanted["tests"][name]
            if name in NOT_BY_BLOCKS:
                assert test["pvalue"] is None
                assert test["reason"]
                continue
            if "it is not measured how" in (test["reason"] or ""):
                assert test["trusted"] is False
                test, same = ({**one, "trusted": None} for one in (test, same))
            near = 0.1 if name in OF_PAIRS else 1e-9
            assert numbers(test) == pytest.approx(numbers(same), rel=near), f"{window} {name}"


def numbers(value: Any) -> list[float]:
    """All numbers of a document, in its order, but for the portfolio tests of groups."""
    if isinstance(value, dict):
        return [number for key, one in value.items() if key != "portfolio" for number in numbers(one)]
    if isinstance(value, list):
        return [number for one in value for number in numbers(one)]
    return [float(value)] if isinstance(value, int | float) else []


def words(value: Any) -> Any:
    """A document without its numbers."""
    if isinstance(value, dict):
        return {key: words(one) for key, one in value.items()}
    if isinstance(value, list):
        return [words(one) for one in value]
    return None if isinstance(value, int | float) else value


@pytest.mark.slow
@pytest.mark.parametrize("road", ["whole", "blocks"])
def test_a_cluster_prints_the_same_bytes(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, road: str
) -> None:
    if road == "blocks":
        by_blocks(monkeypatch)
    prices, events = cases.group_named_all().write(tmp_path)
    command = ("study", "--events", events, "--prices", prices, "--benchmark", "MKT", "--format", "json")
    ways = ((), ("--workers", "1"), ("--workers", "2"), ("--cluster", "local", "--workers", "2"))
    answers = [run(*command, *way) for way in ways]
    assert {(answer.code, answer.out) for answer in answers} == {(0, answers[0].out)}
