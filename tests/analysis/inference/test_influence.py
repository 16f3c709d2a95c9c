from __future__ import annotations

import pytest

from analysis.inference.group_summary import group_summary
from analysis.inference.influence import influence
from analysis.inference.significance import TESTS
from analysis.inference.trust import group_of
from tests.analysis.inference.test_significance import DAY, returns_of, study_of


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
        "one firm-day decides the portfolio t: F2, on 2020-03-12, makes up 100 % of the variance "
        "before the window"
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
