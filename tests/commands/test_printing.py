"""CSV on stdout is safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from commands.printing import print_csv, print_table_csv
from tests.commands.conftest import Run, assert_one_line
from tests.reference import cases


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_no_text_of_a_table_is_a_formula_and_numbers_stay_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    starts = ["=1+1", "+A1", "-A1", "@SUM(A1)", "\tx", "NVDA", None]
    numbers = np.arange(7) - 3.5
    print_table_csv(pd.DataFrame({"text": starts, "number": numbers, "day": pd.to_datetime("2024-06-03")}))
    found = rows(capsys.readouterr().out)
    assert [row["text"] for row in found] == [*(f"'{one}" for one in starts[:5]), "NVDA", ""]
    assert [float(row["number"]) for row in found] == numbers.tolist()
    assert found[0]["day"].startswith("2024-06-03")


def test_numbers_have_ten_digits_in_every_csv(capsys: pytest.CaptureFixture[str]) -> None:
    print_table_csv(pd.DataFrame({"number": [1 / 3], "count": [7]}))
    print_csv([{"number": 1 / 3, "count": 7}])
    assert capsys.readouterr().out == "number,count\n0.3333333333,7\n" * 2


def test_symbols_and_groups_of_files_are_no_formulas(tmp_path: Path, run: Run) -> None:
    table = cases.closes()[["MKT", "A", "B"]].rename(columns={"A": "=A", "B": "-B"})
    table.to_csv(tmp_path / "wide.csv")
    (tmp_path / "events.csv").write_text("symbol,event_date,group\n=A,2024-06-03,@x\n-B,2024-06-03,+y\n")
    own = ("study", "--prices", tmp_path / "wide.csv", "--benchmark", "MKT", "--format", "csv")
    single = rows(run(*own, "--event-date", "2024-06-03").out)
    assert {row["symbol"] for row in single} == {"'=A", "'-B"}
    many = rows(run(*own, "--events", tmp_path / "events.csv").out)
    assert {(row["event"], row["symbol"], row["group"]) for row in many} == {
        ("'=A@2024-06-03", "'=A", "'@x"),
        ("'-B@2024-06-03", "'-B", "'+y"),
    }
    assert any(float(row["car"]) < 0 for row in many)


def test_a_list_without_price_files_says_what_the_catalogue_lacks(tmp_path: Path, run: Run) -> None:
    (tmp_path / "events.csv").write_text("symbol,event_date\nXX,2024-06-03\nYY,2024-06-03\n")
    answer = run("study", "--events", tmp_path / "events.csv")
    assert "no prices of XX, YY, the firms of the list, in the newest snapshot (--prices names" in answer.err
    assert_one_line(answer)


def test_a_list_without_price_files_may_name_any_share_of_the_snapshot(tmp_path: Path, run: Run) -> None:
    (tmp_path / "events.csv").write_text("symbol,event_date\nBA,2024-06-03\nXX,2024-06-03\n")
    answer = json.loads(
        run("study", "--events", tmp_path / "events.csv", "--benchmark", "SPY", "--format", "json").out
    )
    assert set(answer["events"]["symbol"]) == {"BA"}
    assert answer["excluded"]["count"] == 1
