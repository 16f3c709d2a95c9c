"""Sizes of synthetic controls that sentences name are those of the table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.inference.rules import DONOR_RULES
from analysis.inference.trust import Sampling

DOCS = Path(__file__).parents[3] / "docs"
TABLE = pd.read_csv(DOCS / "sizes.csv")
MIXED = TABLE[TABLE["donors"] > 0]


@pytest.mark.parametrize("key", ["placebo_rank", "conformal"])
def test_a_refusal_names_the_largest_sizes_and_whose_returns_they_are_of(key: str) -> None:
    bundled, made = (MIXED[MIXED["population"] == name] for name in ("bundled", "made up"))
    usual = bundled.loc[bundled["times"] != "rough", key].max()
    rough = made.loc[made["times"] == "rough", key].max()
    told = str(DONOR_RULES[key](Sampling(1, 1, 1, 0, 0, 0, 1.0, 0.0, 1.0)))
    assert abs(float(told.split("up to ")[1].split(" %")[0]) - usual) <= 0.051
    assert told.endswith(f"after rough times up to {round(rough + 1e-9)} % of made up ones")


def test_the_page_names_the_sizes_of_placebo_firms_by_population() -> None:
    rows = MIXED[(MIXED["firms"] == 1) & (MIXED["donors"] >= 22) & (MIXED["length"] <= 11)]
    found = rows.groupby("population")["placebo_firms"].agg(["min", "max"])
    made, bundled = (found.loc[name] for name in ("made up", "bundled"))
    text = " ".join((DOCS / "methodology.md").read_text().split())
    assert (
        f"it rejects {made['min']:.1f} to {made['max']:.1f} % of true nulls of made up returns, "
        f"{bundled['min']:.1f} to {bundled['max']:.1f} % of bundled ones"
    ) in text
