from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pandas as pd
import pytest

from analysis.inference.sampling import Sampling
from analysis.inference.significance import TESTS
from analysis.inference.trusted import DONOR_RULES, doubt_of
from tests.analysis.inference.test_trust import NEVER
from tests.analysis.test_documents import section
from tools import size_table
from tools.made_up import made_up_population
from tools.size_cells import ALIKE, SECTORS, SKEWED
from tools.size_table import PAGE, POWER, TABLE, Cell, shown, sizes


@pytest.mark.parametrize("key", TESTS)
def test_every_test_has_a_section_that_says_when_to_use_it_and_who_proposed_it(key: str) -> None:
    text = re.sub(r"\s+", " ", section(f"{TESTS[key].label} (`{key}`)", "###"))
    assert TESTS[key].reference in text
    assert "*Use it*" in text


def test_the_methodology_describes_no_test_that_does_not_exist() -> None:
    assert re.findall(r"^### .* \(`(\w+)`\)$", section("Tests", "##"), re.M) == list(TESTS)


SIZES = pd.read_csv(TABLE)
NUMBERS = [field.name for field in fields(Sampling) if field.name in SIZES]
BOUND = 7.5  # percent


def sampling_of_row(row: pd.Series) -> Sampling:
    """The typical sample of a row of the table."""
    values = {name: float(row[name]) for name in NUMBERS}
    shares = ("effective_dates", "correlation", "inflation", "missing", "recent", "market", "lagged")
    shares += ("differences",)
    return Sampling(**{name: x if name in shares else round(x) for name, x in values.items()})  # type: ignore[arg-type]


def trusted_rows(population: str) -> list[tuple[str, pd.Series]]:
    """Tests and the rows of the table in which their rule trusts them."""
    rows = [row for _, row in SIZES[SIZES["population"] == population].iterrows()]
    return [
        (key, row)
        for row in rows
        for key in dict.fromkeys((*TESTS, *DONOR_RULES))
        if not pd.isna(row.get(key)) and doubt_of(key, sampling_of_row(row)) is None
    ]


@pytest.mark.parametrize(
    ("population", "least"), [("made up", 700), ("bundled", 350), (ALIKE, 15), (SECTORS, 15), (SKEWED, 70)]
)
def test_a_trusted_test_has_an_upper_limit_below_the_bound(population: str, least: int) -> None:
    found = trusted_rows(population)
    over = [
        (
            key,
            row["model"],
            row["firms"],
            row["scheme"],
            row["sessions"],
            row["times"],
            row["window"],
            row[key],
        )
        for key, row in found
        if row[key] + 1.96 * row[f"{key}_error"] >= BOUND
    ]
    assert len(found) > least
    assert over == []


def test_every_test_that_can_be_trusted_is_trusted_somewhere_in_the_table() -> None:
    assert {key for key, row in trusted_rows("made up") if not row["donors"]} == set(TESTS) - NEVER


def test_of_synthetic_controls_ranks_among_donors_and_by_recent_volatility_are_trusted() -> None:
    found = {(key, row["firms"]) for key, row in trusted_rows("made up") if row["donors"]}
    assert found == {("placebo_firms", 1), ("recent_placebo_rank", 1), ("kolari_pynnonen", 5)}


def test_the_table_covers_what_trust_depends_on() -> None:
    for name, values in {
        "firms": {1, 2, 5, 10, 15, 20, 30},
        "scheme": {"one", "late", "two", "week", "month", "own", "unequal"},
        "sessions": {20, 60, 250},
        "bars_missing": {0.0, 0.02, 0.05},
        "times": {"all", "calm", "quiet", "lively", "rough"},
        "window": {"[0]", "[0, +1]", "[-1, +1]", "[-5, +5]", "[-10, +10]"},
    }.items():
        assert set(SIZES[name]) == values


def test_tests_that_take_related_firms_as_independent_do_mislead_in_the_table() -> None:
    wide = SIZES[(SIZES["scheme"] == "week") & (SIZES["firms"] == 30) & (SIZES["window"] == "[-10, +10]")]
    for key in ("cross_sectional", "patell", "boehmer", "generalized_sign", "grank_z", "wild_cluster"):
        assert (wide[key] > 25).all(), key
    late = SIZES[(SIZES["scheme"] == "late") & (SIZES["window"] != "[0]")]
    assert (late[["kolari_pynnonen", "corrado_rank"]] > 6.9).all(axis=None)
    two_alike = SIZES[(SIZES["scheme"] == "two") & (SIZES["population"] == ALIKE)]
    assert (two_alike["kolari_pynnonen"] > 7).all()
    in_sectors = SIZES[(SIZES["population"] == SECTORS) & (SIZES["firms"] == 30) & (SIZES["scheme"] == "one")]
    assert (in_sectors["kolari_pynnonen"] > 7).all()
    one_holds_most = SIZES[
        (SIZES["scheme"] == "unequal") & (SIZES["firms"] == 30) & (SIZES["window"] == "[0]")
    ]
    assert (one_holds_most["calendar_time"] > 15).all()


def test_calm_times_of_the_market_mislead_in_the_bundled_table_and_not_in_made_up_calm() -> None:
    calm = SIZES[(SIZES["times"] == "calm") & (SIZES["scheme"] == "one") & (SIZES["donors"] == 0)]
    many, long = calm["firms"] == 30, calm["length"] == 21
    bundled, made_up = calm["population"] == "bundled", calm["population"] == "made up"
    assert (calm.loc[bundled & many & long, ["portfolio", "kolari_pynnonen"]] > 10).all(axis=None)
    assert (calm.loc[made_up & many, "portfolio"] < 3).all()
    assert (calm.loc[bundled, "market"] < 0.7).all()  # by which they are refused


def test_the_page_shows_the_table() -> None:
    assert shown(SIZES, pd.read_csv(POWER)).split("\n", 1)[1] in PAGE.read_text(encoding="utf-8")


def test_every_row_has_draws_enough_for_its_limit_to_mean_something() -> None:
    """A test that keeps its level passes with its upper limit but for one row in a thousand."""
    assert (SIZES["samples"] >= 2000).all()
    assert SIZES["seed"].nunique() == 1


def test_a_kind_of_groups_that_is_made_is_not_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(size_table, "KEPT", tmp_path)
    monkeypatch.setattr(size_table, "drawn_from", lambda name, seed, donors: made_up_population(6, 700))
    first = size_table.piece("made up", Cell(2, "one", sessions=60), 20, 1)
    made = Path(first).read_bytes()
    assert pd.read_csv(first)["seed"].eq(1).all()
    monkeypatch.setattr(size_table, "sizes", None)
    assert size_table.piece("made up", Cell(2, "one", sessions=60), 20, 1) == first
    assert Path(first).read_bytes() == made


@pytest.mark.slow
def test_the_committed_table_can_be_made_again() -> None:
    cell = Cell(5, "own")
    known = SIZES[(SIZES["population"] == "bundled") & (SIZES["firms"] == 5) & (SIZES["scheme"] == "own")]
    assert (known["donors"] == 0).all()
    made = sizes("bundled", cell, int(known["samples"].iloc[0]))
    assert made is not None
    for key in set(TESTS) & set(made):
        assert made[key].to_numpy() == pytest.approx(known[key].to_numpy(), abs=0.2, nan_ok=True), key
