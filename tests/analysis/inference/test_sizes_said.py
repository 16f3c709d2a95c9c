"""Sizes that sentences name are those of the table."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from analysis.inference.rules import LONGEST_RANKED
from analysis.inference.sampling import Sampling
from analysis.inference.trusted import (
    CORRADO,
    DONOR_RULES,
    IN_PART,
    PLACEBO,
    PORTFOLIO,
    RECENT,
    RULES,
    SKEWNESS,
    SPREAD,
)

DOCS = Path(__file__).parents[3] / "docs"
TABLE = pd.read_csv(DOCS / "sizes.csv")
MIXED = TABLE[TABLE["donors"] > 0]
FIRMS = TABLE[TABLE["donors"] == 0]
USUAL, ROUGH, OWN = FIRMS["times"] == "all", FIRMS["times"] == "rough", FIRMS["scheme"] == "own"
ONE, TOGETHER = FIRMS["scheme"] == "one", FIRMS["scheme"].isin(["week", "month"])
SKEWED = (FIRMS["population"] == "skewed") & (FIRMS["firms"] == 30)
SHARED = FIRMS["scheme"].isin(["two", "unequal", "week", "month"]) & (FIRMS["length"] <= LONGEST_RANKED)


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


ONE_FIRM = Sampling(1, 1, 1, 0, 0, 0, 1.0, 0.0, 1.0)


@pytest.mark.parametrize(
    ("sentence", "key", "rows"),
    [
        (PORTFOLIO, "portfolio", [ONE & USUAL, ONE & ROUGH]),
        (SKEWNESS, "skewness_adjusted", [OWN]),
        (PLACEBO, "placebo_rank", [SHARED & USUAL]),
        (RECENT, "recent_placebo_rank", [SHARED & USUAL]),
        (CORRADO, "corrado_rank", [TOGETHER]),
        (IN_PART, "kolari_pynnonen", [TOGETHER & USUAL]),
        (str(RULES["patell"](ONE_FIRM)), "patell", [OWN & USUAL, OWN & ROUGH]),
        (str(RULES["adjusted_patell"](ONE_FIRM)), "adjusted_patell", [(ONE | OWN) & USUAL, OWN & ROUGH]),
        (str(RULES["joint"](ONE_FIRM)), "joint", [USUAL]),
        *((SPREAD, key, [SKEWED]) for key in ("corrado_zivney", "grank_t", "grank_z")),
    ],
)
def test_a_reason_names_the_largest_size_of_its_kind_of_groups(
    sentence: str, key: str, rows: list[pd.Series[bool]]
) -> None:
    told = re.findall(r"up to (\d+(?:\.\d)?) %", sentence)
    for said, chosen in zip(told, rows, strict=True):
        decimals = len(said.partition(".")[2])
        assert float(said) == round(FIRMS.loc[chosen, key].max(), decimals), (key, said)
