"""Columns of a list that a formula names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.market.errors import DataError
from data.files.attributes import attributes
from data.files.events import read_event_table

CONTENT = (
    "symbol,date,Market cap,sector,group\nA,2024-03-01,1.5,oil,x\n\nB,2024-03-01,,,y\nC,2024-03-01,2,tech,\n"
)


def named(tmp_path: Path, formula: str, content: str = CONTENT) -> pd.DataFrame:
    """What a formula names of a list."""
    (tmp_path / "events.csv").write_text(content)
    return attributes(read_event_table(tmp_path / "events.csv"), formula, "events.csv")


def test_a_formula_names_columns_whatever_their_case_and_the_file_says_which_are_numbers(
    tmp_path: Path,
) -> None:
    table = named(tmp_path, " market_CAP+sector + group")
    assert list(table) == ["Market cap", "sector", "group"]
    assert table.index.tolist() == [2, 4, 5]
    np.testing.assert_array_equal(table["Market cap"], [1.5, np.nan, 2.0])
    assert table["sector"].cat.categories.tolist() == ["oil", "tech"]
    assert table["sector"].isna().tolist() == [False, True, False]
    assert table["group"].tolist()[:2] == ["x", "y"]


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        ("size", "'size' is no column of events.csv"),
        ("sector + ", "a name is missing beside +"),
        ("sector*group", "'sector*group' is no column"),
        ("log(sector)", "'log(sector)' is no column"),
        ("symbol", "'symbol' is no column"),
        ("大小", "'大小' is no column"),
        ("sector + Sector", "sector is there twice"),
        ("__import__('pathlib').Path('made').touch()", "is no column"),
    ],
)
def test_another_formula_is_refused_and_never_evaluated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, formula: str, wanted: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match=r"^--explain") as caught:
        named(tmp_path, formula)
    assert wanted in str(caught.value)
    assert not Path("made").exists()


def test_a_column_of_many_texts_is_refused_with_one_of_them(tmp_path: Path) -> None:
    rows = "".join(f"A{k},2024-03-01,text {k:03d}\n" for k in range(51))
    with pytest.raises(DataError, match="column note has 51 different texts, such as 'text 000'; at most 50"):
        named(tmp_path, "note", f"symbol,date,note\n{rows}")
