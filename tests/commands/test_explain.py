"""``study --events FILE --explain FORMULA``."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.commands.conftest import Run, assert_one_line
from tests.commands.test_lists import WINDOWS, listed, panel

NUMBERS = ("value", "se", "pvalue")
FORMULA = "market_cap + sector"


@pytest.fixture
def command(tmp_path: Path) -> tuple[str | Path, ...]:
    """A study of a list whose events have a size and a sector."""
    panel().to_parquet(tmp_path / "prices.parquet", index=False)
    events = listed()
    sizes = np.random.default_rng(1).lognormal(10, 1, len(events)).round(1)
    events["Market cap"] = np.where(np.arange(len(events)) == 9, np.nan, sizes)
    events["sector"] = np.where(events["symbol"] < "F10", "oil", "tech")
    events.to_csv(tmp_path / "events.csv", index=False)
    named = "--events", tmp_path / "events.csv", "--prices", tmp_path / "prices.parquet"
    return ("study", *named, *WINDOWS, "--explain", FORMULA)


def test_json_has_every_window_and_the_columns_that_were_used(
    run: Run, command: tuple[str | Path, ...]
) -> None:
    document = json.loads(run(*command, "--format", "json").out)
    found = document["explain"]
    assert found["formula"] == "Market cap + sector"
    assert found["columns"] == {"Market cap": {"base": None}, "sector": {"base": "tech"}}
    assert list(found["windows"]) == list(document["windows"])
    day_zero = found["windows"]["[0]"]
    rows = pd.DataFrame(document["events"]).query("window == '[0]'")
    assert day_zero["events"] == len(rows) - 1
    means = {mean["level"]: mean for mean in day_zero["comparisons"][0]["means"]}
    assert means["oil"]["events"] + means["tech"]["events"] == len(rows) - 1
    assert found["notes"][0].startswith("1 of 121 events have no Market cap")


def test_where_events_are_studied_changes_nothing(
    run: Run, command: tuple[str | Path, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = json.loads(run(*command, "--format", "json").out)["explain"]
    monkeypatch.setattr("commands.lists.MOST_WHOLE", 0)
    parts = json.loads(run(*command, "--format", "json").out)["explain"]
    for window, one in whole["windows"].items():
        for mine, other in zip(one["coefficients"], parts["windows"][window]["coefficients"], strict=True):
            assert [mine[key] for key in NUMBERS] == pytest.approx([other[key] for key in NUMBERS], rel=1e-6)


def test_csv_has_a_row_per_number(run: Run, command: tuple[str | Path, ...]) -> None:
    rows = list(csv.DictReader(io.StringIO(run(*command, "--format", "csv").out)))
    first = [row for row in rows if row["window"] == "[0]"]
    assert [(row["part"], row["term"], row["level"]) for row in first] == [
        ("coefficient", "Intercept", ""),
        ("coefficient", "Market cap", ""),
        ("coefficient", "sector", "oil"),
        ("mean", "sector", "oil"),
        ("mean", "sector", "tech"),
        ("difference", "sector", "oil"),
        ("equal means", "sector", ""),
    ]
    assert 0 < float(first[-1]["pvalue"]) < 1


def test_text_says_what_a_number_counts_in_and_what_to_know_first(
    run: Run, command: tuple[str | Path, ...]
) -> None:
    text = run(*command).out
    assert "CAR [0] on Market cap + sector" in text
    assert "sector: oil against tech" in text
    assert "Market cap, a deviation (" in text
    assert "Caution: only 24 firms" in text
    assert "All levels of sector equal on day 0: F(1, 23) = " in text


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (("study", "--explain", "size"), "one event leaves nothing to explain"),
        (("study", "--events", "README.md", "--explain", " "), "--explain is empty"),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_line(run: Run, arguments: tuple[str, ...], wanted: str) -> None:
    answer = run(*arguments)
    assert_one_line(answer)
    assert wanted in answer.err


def test_latex_has_means_tests_and_regressions_with_stars_where_they_are_asked_for(
    run: Run, command: tuple[str | Path, ...]
) -> None:
    source = run(*command, "--format", "latex", "--stars").out
    for label in ("means", "tests", "explain-0", "explain-sector-0"):
        assert f"\\label{{tab:{label}}}" in source
    assert r"CAR {[}0{]} on Market cap + sector" in source
    assert r"\citet{camerongelbachmiller2011}" in source
    assert "@article{camerongelbachmiller2011" in source
    assert "^{*}" in source
    assert_one_line(run(*command, "--stars"))
