from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from analysis.inference.group_summary import group_summary
from analysis.inference.influence import influence
from analysis.inference.significance import TESTS
from analysis.inference.simulation import simulate
from analysis.inference.simulation_design import SimulationDesign
from analysis.inference.trust import Sampling, group_of
from tests.analysis.inference.test_significance import DAY, returns_of, study_of
from tests.analysis.test_documents import section
from tools.size_table import bundled_population

ASSUME_INDEPENDENCE = ("cross_sectional", "patell", "boehmer", "grank_z", "generalized_sign", "wilcoxon")


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
    assert "spells of volatility" in str(TESTS["portfolio"].trust(drawn))
    assert TESTS["placebo_rank"].trust(drawn) is None


def test_firms_with_dates_of_their_own_are_trusted_as_independent() -> None:
    drawn = own_dates(25)
    mistrusted = [key for key, test in TESTS.items() if test.trust(drawn) is not None]
    assert mistrusted == ["joint"]
    assert TESTS["grank_t"].trust(own_dates(5)) is not None


def test_many_clusters_are_independent_only_if_their_correlation_is_harmless() -> None:
    clusters = Sampling(400, 100, 4, 400, 0, 0, effective_dates=100, correlation=0.02, inflation=1.05)
    assert clusters.independent
    assert not replace(clusters, inflation=2.0).independent
    assert not replace(clusters, effective_dates=2.0).independent
    assert not replace(clusters, repeats=200).independent


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
    assert [key for key, test in TESTS.items() if test.trusted(volumes, DAY) is None] == ["placebo_rank"]


# ------------------------------------------------------------------------------------- docs/methodology.md


@pytest.mark.parametrize("key", TESTS)
def test_every_test_has_a_section_that_says_when_to_use_it_and_who_proposed_it(key: str) -> None:
    text = re.sub(r"\s+", " ", section(f"{TESTS[key].label} (`{key}`)", "###"))
    assert TESTS[key].reference in text
    assert "*Use it*" in text


def test_the_methodology_describes_no_test_that_does_not_exist() -> None:
    assert re.findall(r"^### .* \(`(\w+)`\)$", section("Tests", "##"), re.M) == list(TESTS)


def rates(table: str, column: int) -> dict[str, tuple[float, float]]:
    """Rejection rate and Monte-Carlo error by label, of one column of a committed table."""
    rows = [
        line.strip("| ").split(" | ") for line in section(table, "###").splitlines() if line.startswith("| ")
    ]
    cells = {row[0].strip(): re.fullmatch(r"([\d.]+) \(([\d.]+)\)", row[column].strip()) for row in rows}
    return {label: (float(cell[1]), float(cell[2])) for label, cell in cells.items() if cell}


def test_what_is_trusted_for_five_firms_on_one_date_holds_its_level_in_the_committed_table() -> None:
    results = study_of(returns_of(5))
    trusted = [test.label for test in TESTS.values() if test.trusted(results, DAY) is None]
    assert set(group_summary(results, DAY).headline) <= {"portfolio", "placebo_rank"}
    assert trusted == [
        "Portfolio t",
        "Placebo-date rank",
        "Placebo-date rank by recent volatility",
        "Kolari-Pynnonen t",
    ]
    sizes = rates("Size", 1)
    for label in set(trusted) & set(sizes):
        rate, error = sizes[label]
        assert abs(rate - 5.0) <= 2 * error, label


def test_the_tests_that_are_named_as_misleading_do_mislead_in_the_committed_table() -> None:
    sizes = rates("Size", 1)
    for key in ("cross_sectional", "patell", "boehmer", "generalized_sign", "grank_z"):
        rate, error = sizes[TESTS[key].label]
        assert rate > 5.0 + 4 * error


@pytest.mark.slow
def test_the_committed_table_can_be_made_again() -> None:
    tests = [key for key in TESTS if key != "joint"]  # the bootstrap takes ten times as long as all others
    found = simulate(bundled_population(), SimulationDesign(firms=5, samples=2000), tests)
    for key in tests:
        if (made := found.loc[key].iloc[0])["computed"]:
            rate, error = rates("Size", 1)[TESTS[key].label]
            assert (100 * made["rejected"], 100 * made["error"]) == pytest.approx((rate, error), abs=0.15), (
                key
            )


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
    assert reason.startswith("F2 on 2020-03-12 decides: it makes 100% of the variance before it")
    assert group_summary(results, DAY).decided_by == reason


def test_one_firm_that_makes_the_mean_is_named_with_its_day() -> None:
    returns = returns_of(5)
    returns["F3"][99] = -0.9
    found = influence(group_of(study_of(returns)), DAY)
    assert found is not None
    assert found.name.startswith("F3 on ")
    without = {name: values for name, values in returns.items() if name != "F3"}
    alone = TESTS["portfolio"].function(study_of(without), DAY)
    assert found.pvalue_without == pytest.approx(alone.pvalue)
