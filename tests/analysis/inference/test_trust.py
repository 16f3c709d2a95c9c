from __future__ import annotations

import re
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.inference.group_summary import group_summary
from analysis.inference.group_test import OTHER_REACTION
from analysis.inference.influence import influence
from analysis.inference.sampling import Sampling
from analysis.inference.significance import TESTS
from analysis.inference.together import by_pairs, differences, lagged_correlation
from analysis.inference.trust import group_of
from analysis.inference.trusted import DONOR_RULES, MOST_SIGNED, MOST_SIGNS, RULES, doubt_of
from analysis.market.bars import Floats
from analysis.models.distributions import reach
from tests.analysis.inference.test_significance import DAY, returns_of, study_of
from tests.analysis.test_documents import section
from tools import size_table
from tools.made_up import made_up_population
from tools.size_cells import ALIKE
from tools.size_table import PAGE, POWER, TABLE, Cell, shown, sizes

ASSUME_INDEPENDENCE = ("cross_sectional", "boehmer", "grank_z", "generalized_sign", "wilcoxon")


def one_date(firms: int) -> Sampling:
    """Correlated firms on one date."""
    return Sampling(firms, 1, firms, firms, 0, 0, 1.0, correlation=0.3, inflation=1 + 0.3 * (firms - 1))


def own_dates(firms: int) -> Sampling:
    """Correlated firms whose windows do not meet."""
    return Sampling(firms, firms, 1, 0, 0, 0, float(firms), correlation=0.3, inflation=1.0)


@pytest.mark.parametrize("key", ASSUME_INDEPENDENCE)
def test_firms_with_one_date_are_not_trusted_as_independent(key: str) -> None:
    reason = TESTS[key].trusted(study_of(returns_of(5)), DAY)
    assert reason is not None
    assert "one date" in reason


def test_a_portfolio_of_many_firms_on_one_date_is_not_trusted_for_its_spells_of_volatility() -> None:
    drawn = one_date(25)
    assert "spells of volatility" in str(RULES["portfolio"](drawn))
    assert RULES["placebo_rank"](drawn) is None


def test_firms_with_dates_of_their_own_are_trusted_as_independent() -> None:
    mistrusted = [key for key in TESTS if RULES[key](own_dates(30)) is not None]
    assert mistrusted == ["skewness_adjusted", "patell", "adjusted_patell", "sign", "joint"]
    assert "5 firms are too few" in str(RULES["grank_t"](own_dates(5)))


@pytest.mark.parametrize(
    ("key", "drawn", "words"),
    [
        ("kolari_pynnonen", replace(one_date(5), nobs=5), "5 estimation sessions: with 20 or more"),
        ("boehmer", replace(own_dates(20), overlapping=20, crossing=20, length=21, inflation=4.0),
         "the windows of 20 of 20 firms share days with those of"),
        ("calendar_time", Sampling(29, 10, 20, 20, 0, 0, 2.06, 0.3, 4.0), "one date holds 20 of 29 firms"),
        ("calendar_time", Sampling(140, 41, 100, 100, 0, 0, 1.95, 0.3, 4.0), "holds 100 of 140 firms"),
        ("boehmer", Sampling(29, 10, 20, 20, 0, 0, 2.06, 0.3, 4.0), "one date holds 20 of 29 firms"),
        ("wild_cluster", replace(own_dates(12), crossing=12, inflation=2.0), "the windows of 12 of 12 firms"),
        ("wild_cluster", replace(own_dates(100), crossing=20), "windows of 20 of 100 firms"),
        ("wild_cluster", one_date(20), "there is one date: with 10 or more"),
        ("kolari_pynnonen", replace(one_date(5), missing=0.2), "20 % of the estimation sessions are missing"),
        ("placebo_rank", replace(one_date(5), length=21), "the window has 21 days"),
        ("placebo_rank", replace(one_date(5), recent=1.8), "moved 1.80 times as much"),
        ("calendar_time", replace(own_dates(40), nobs=60, length=21), "with 525 or more"),
        ("patell", one_date(5), "the 5 firms share one date: they move together"),
        ("patell", replace(own_dates(5), recent=1.8), "the firms moved 1.80 times as much"),
        ("adjusted_patell", replace(one_date(5), recent=1.2), "the firms moved 1.20 times as much"),
        ("skewness_adjusted", one_date(5), "the 5 firms share one date: they move together"),
        ("joint", one_date(12), "of 12 it was not tried"),
        ("boehmer", replace(own_dates(100), dates=70, largest=2, overlapping=60),
         "the windows of 60 of 100 firms on 70 dates share days"),
        ("boehmer", replace(own_dates(100), dates=95, largest=2, overlapping=10, inflation=1.2),
         "correlation on the 95 dates of 100 firms multiplies the variance of the mean by 1.20"),
        ("wild_cluster", replace(own_dates(100), crossing=20),
         "other dates and can multiply the variance of the mean by 2.20"),
    ],
)  # fmt: skip
def test_the_reason_says_the_number_that_decided(key: str, drawn: Sampling, words: str) -> None:
    assert words in str(RULES[key](drawn))


def test_own_dates_after_rough_times_are_not_for_tests_that_measure_by_the_estimation_window() -> None:
    rough = replace(own_dates(30), recent=1.28)
    for key in ("portfolio", "crude_dependence", "placebo_rank"):
        assert RULES[key](own_dates(30)) is None
        assert "moved 1.28 times as much" in str(RULES[key](rough))
    assert RULES["cross_sectional"](rough) is None
    assert RULES["recent_placebo_rank"](rough) is None


def test_unequal_dates_are_for_the_bootstrap_by_date() -> None:
    drawn = Sampling(29, 10, 20, 20, 0, 0, 2.06, 0.3, 4.0)
    assert [key for key in TESTS if RULES[key](drawn) is None] == [
        "kolari_pynnonen",
        "wild_cluster",
    ]


def test_firms_that_share_many_dates_are_not_taken_as_independent_for_that_was_not_tried() -> None:
    clusters = Sampling(400, 100, 4, 400, 0, 0, effective_dates=100, correlation=0.02, inflation=1.05)
    assert not clusters.independent
    assert "windows of 400 of 400 firms on 100 dates share days" in str(RULES["boehmer"](clusters))
    assert RULES["calendar_time"](clusters) is None


def test_half_of_the_firms_a_day_late_are_not_for_tests_that_see_the_same_day_alone() -> None:
    late = replace(one_date(30), length=2, correlation=0.145, inflation=5.2, lagged=0.0776)
    assert late.echo == pytest.approx(1 + 2 * (1 / 2) * 0.0776 * 29 / 5.2)
    for key in ("kolari_pynnonen", "corrado_rank"):
        assert "multiplies the variance of the mean by 1.43" in str(RULES[key](late))
        assert RULES[key](replace(late, length=1)) is None  # a single day has no day after it
    assert RULES["recent_placebo_rank"](late) is None
    assert replace(own_dates(30), length=3, lagged=0.3).echo == 1


def test_correlation_a_day_apart_is_that_of_the_definition() -> None:
    rng = np.random.default_rng(5)
    residuals = rng.normal(size=(60, 4))
    residuals[1:, 2:] += residuals[:-1, :2]
    residuals[7, 1] = np.nan
    scaled = residuals / np.sqrt(np.nanmean(residuals**2, axis=0))
    products = [
        scaled[t, i] * scaled[t + 1, j] for t in range(59) for i in range(4) for j in range(4) if i != j
    ]
    found = lagged_correlation(residuals)
    assert found == pytest.approx(np.nanmean(products))
    assert found > 0.1
    assert lagged_correlation(residuals[:, :1]) == 0


def test_two_dates_of_firms_that_are_alike_are_refused_and_the_number_is_said() -> None:
    two = Sampling(30, 2, 15, 30, 0, 0, 2.0, correlation=0.8, inflation=12.2)
    assert "residual correlation 0.80" in str(RULES["kolari_pynnonen"](two))
    assert RULES["kolari_pynnonen"](replace(two, correlation=0.3)) is None


def grouped(*sizes: int, inside: float, across: float) -> Floats:
    """Correlations of firms that move in groups."""
    which = np.repeat(np.arange(len(sizes)), sizes)
    out = np.where(which[:, None] == which, inside, across)
    np.fill_diagonal(out, 1.0)
    return out


def test_the_spread_of_firms_in_groups_is_worth_the_differences_of_its_covariance() -> None:
    correlations = grouped(3, 2, inside=0.7, across=0.05)
    spread = (np.eye(5) - 1 / 5) @ correlations
    expected = np.trace(spread) ** 2 / np.trace(spread @ spread)
    assert differences(correlations, np.full(5, 1e12)) == pytest.approx(expected)
    assert differences(grouped(5, inside=0.6, across=0), np.full(5, 1e12)) == pytest.approx(4)
    rng, alike = np.random.default_rng(3), grouped(5, inside=0.3, across=0)
    drawn = [
        differences(np.corrcoef(rng.multivariate_normal(np.zeros(5), alike, 20).T), np.full(5, 20))
        for _ in range(200)
    ]
    assert np.median(drawn) == pytest.approx(4, rel=0.03)  # what chance adds is taken off


def test_a_firm_without_a_return_in_the_window_is_not_among_those_that_differ() -> None:
    correlations, errors, nobs = grouped(3, 3, inside=0.7, across=0.0), np.ones(6), np.arange(200, 206)
    correlations[0, 1] = correlations[1, 0] = 0.2
    errors[3:] = np.nan
    some, alone = by_pairs(correlations, errors, nobs), by_pairs(correlations[:3, :3], errors[:3], nobs[:3])
    np.testing.assert_allclose([*some.values()], [*alone.values()])


@pytest.mark.parametrize("sizes", [(3, 2), (15, 15)])
def test_firms_of_one_date_that_move_in_groups_are_not_for_the_spread_between_them(
    sizes: tuple[int, int],
) -> None:
    correlations, n = grouped(*sizes, inside=0.8, across=0.0), sum(sizes)
    cars = np.random.default_rng(1).multivariate_normal(np.zeros(n), correlations, 20_000)
    r = (correlations.sum() - n) / (n * (n - 1))
    t = np.sqrt(n * (1 - r) / (1 + (n - 1) * r)) * cars.mean(axis=1) / cars.std(axis=1, ddof=1)
    assert (np.abs(t) > reach(n - 1)).mean() > 0.08  # of true nulls, without any spell or fat tail
    worth = float(differences(correlations, np.full(n, 250)))
    reason = str(RULES["kolari_pynnonen"](replace(one_date(n), differences=worth)))
    assert f"is worth {worth:.1f} independent differences, not {n - 1}" in reason
    assert RULES["kolari_pynnonen"](replace(one_date(n), differences=n - 1)) is None


@pytest.mark.parametrize("key", ["sign", "wilcoxon"])
def test_tests_of_the_median_are_not_for_many_firms(key: str) -> None:
    limit = {"sign": MOST_SIGNS, "wilcoxon": MOST_SIGNED}[key]
    assert RULES[key](own_dates(limit)) is None
    assert f"{limit + 1} firms are too many" in str(RULES[key](own_dates(limit + 1)))
    assert RULES["generalized_sign"](own_dates(300)) is None


def test_a_date_of_twenty_among_nine_others_is_refused_for_what_it_is() -> None:
    unequal = Sampling(29, 10, 20, 20, 0, 0, 2.06, -0.001, 1.05)
    for key in ("corrado_rank", "boehmer"):
        reason = str(RULES[key](unequal))
        assert reason.startswith("one date holds 20 of 29 firms"), key
        assert not re.search("windows of different dates|move together|0.00", reason), key
    assert "by 1.30" in str(RULES["boehmer"](replace(unequal, inflation=1.3)))
    assert "windows of different dates" in str(RULES["corrado_rank"](replace(unequal, crossing=29)))


@pytest.mark.parametrize("key", ["portfolio", "cross_sectional", "corrado_rank", "kolari_pynnonen"])
def test_where_pairs_are_not_measured_dates_are_shared_only_as_far_as_it_cannot_matter(key: str) -> None:
    shared = Sampling(2320, 2064, 5, 320, 0, 0, 2320**2 / 3600, 0.1, 1.01, pooled=True)
    assert "multiplies the variance of the mean of 2,320 firms by 1.55" in str(RULES[key](shared))
    assert RULES[key](replace(shared, pooled=False)) is None
    assert RULES[key](replace(shared, effective_dates=2200.0)) is None
    assert "by 1.22" in str(RULES["portfolio"](replace(shared, effective_dates=2320.0, crossing=22.6)))


def test_a_limit_of_recent_volatility_is_held_against_the_number_that_is_printed() -> None:
    assert RULES["placebo_rank"](replace(one_date(5), recent=1.004)) is None
    reason = str(RULES["placebo_rank"](replace(one_date(5), recent=1.01)))
    assert "1.01 times" in reason
    assert "up to 1.00" in reason


def test_effective_firms_fall_from_n_to_one_with_correlation() -> None:
    alike = returns_of(1)
    rng = np.random.default_rng(3)
    near = {f"F{j}": alike["F0"] + rng.normal(0, 1e-5, 110) for j in range(5)}
    assert group_summary(study_of({"MKT": alike["MKT"]} | near), DAY).effective_firms == pytest.approx(
        1, abs=0.01
    )
    assert group_summary(study_of(returns_of(5)), DAY).effective_firms == pytest.approx(5, abs=1.5)


def test_firms_that_mirror_each_other_have_no_effective_number() -> None:
    made_up = returns_of(1)
    (symbol,) = made_up.keys() - {"MKT"}
    mirrored = {**made_up, "MIRROR": 2 * made_up["MKT"] - made_up[symbol]}
    summary = group_summary(study_of(mirrored), DAY)
    assert summary.mean_residual_correlation == pytest.approx(-1)
    assert summary.effective_firms is None


def test_of_volumes_only_the_rank_among_earlier_dates_is_trusted() -> None:
    results = study_of(returns_of(5))
    volumes = replace(results, design=replace(results.design, reaction="volume", model="constant_mean"))
    reasons = {key: test.trusted(volumes, DAY) for key, test in TESTS.items()}
    rank = reasons.pop("placebo_rank")
    assert rank is None or "times as much as in the estimation window" in rank
    assert set(reasons.values()) == {OTHER_REACTION}


# ------------------------------------------------------------------------------------- docs/methodology.md


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
    shares = ("effective_dates", "correlation", "inflation", "missing", "recent", "lagged")
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


@pytest.mark.parametrize(("population", "least"), [("made up", 700), ("bundled", 200), (ALIKE, 20)])
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
    never = {"skewness_adjusted", "patell", "adjusted_patell", "joint"}
    assert {key for key, row in trusted_rows("made up") if not row["donors"]} == set(TESTS) - never


def test_of_synthetic_controls_ranks_among_donors_and_by_recent_volatility_are_trusted() -> None:
    found = {(key, row["firms"]) for key, row in trusted_rows("made up") if row["donors"]}
    assert found == {("placebo_firms", 1), ("recent_placebo_rank", 1), ("kolari_pynnonen", 5)}


@pytest.mark.parametrize(
    ("key", "change", "words"),
    [
        ("placebo_firms", {"donors": 60}, "was simulated with"),
        ("placebo_firms", {"nobs": 120}, "a firm has 120"),
        ("placebo_firms", {"length": 21}, "the window has 21 days"),
        ("recent_placebo_rank", {"recent": 0.5, "donors": 22}, "moved 0.50 times as much"),
        ("recent_placebo_rank", {"recent": 0.9}, "holds its level from 0.95"),
        ("conformal", {}, "after rough times up to 10 %"),
        ("kolari_pynnonen", {}, "for 5 firms on one date, not 1 firm"),
        ("kolari_pynnonen", {"firms": 5, "dates": 1, "length": 2}, "holds its level on single days"),
        ("patell", {}, "not simulated"),
    ],
)
def test_beyond_what_was_simulated_no_synthetic_control_is_trusted(
    key: str, change: dict[str, Any], words: str
) -> None:
    mixed = replace(own_dates(1), donors=20)
    assert words in str(doubt_of(key, replace(mixed, **change)))
    if key == "placebo_firms":
        assert doubt_of(key, mixed) is None


def test_the_table_covers_what_trust_depends_on() -> None:
    for name, values in {
        "firms": {1, 2, 5, 10, 30},
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
    one_holds_most = SIZES[
        (SIZES["scheme"] == "unequal") & (SIZES["firms"] == 30) & (SIZES["window"] == "[0]")
    ]
    assert (one_holds_most["calendar_time"] > 15).all()


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


# ---------------------------------------------------------------------------------------------- influence


def test_a_glitch_that_decides_the_group_is_named_and_the_portfolio_t_is_not_trusted() -> None:
    returns = returns_of(5)
    for j in range(5):
        returns[f"F{j}"][99] -= 0.08  # of day 0
    assert influence(group_of(study_of(returns)), DAY) is None
    returns["F2"][50] = 1e4
    results = study_of(returns)
    assert TESTS["portfolio"].function(results, DAY).pvalue > 0.05
    reason = str(TESTS["portfolio"].trusted(results, DAY))
    assert reason.startswith(
        "F2 on 2020-03-12 decides the portfolio t: it makes 100 % of the variance before it"
    )
    assert group_summary(results, DAY).decided_by == reason


def test_one_firm_that_makes_the_mean_is_named_with_its_day() -> None:
    returns = returns_of(5)
    returns["F3"][99] = -0.9
    found = influence(group_of(study_of(returns)), DAY)
    assert found is not None
    assert found.name.startswith("F3 on ")
    without = {name: values for name, values in returns.items() if name != "F3"}
    alone = TESTS["portfolio"].function(study_of(without), DAY)
    assert found.pvalues["portfolio t"][1] == pytest.approx(alone.pvalue)
