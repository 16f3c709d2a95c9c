from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.stats

from analysis.inference.group_summary import group_summary
from analysis.inference.together import (
    by_pairs,
    differences,
    lagged_correlation,
    pooled_succession,
    skewness,
    succession,
    successive_correlations,
)
from analysis.inference.trusted import RULES
from analysis.market.bars import Floats
from analysis.models.distributions import reach
from tests.analysis.inference.test_significance import DAY, returns_of, study_of
from tests.analysis.inference.test_trust import one_date


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


def test_what_successive_dates_add_is_the_sum_over_days_of_their_windows() -> None:
    rng = np.random.default_rng(6)
    zero, successive, length = np.array([10, 11, 11, 13, 30]), rng.uniform(-0.5, 0.5, (5, 5)), 3
    by_hand = 0.0
    for i in range(5):
        for j in range(5):
            days = [(zero[i] + u, zero[j] + v) for u in range(length) for v in range(length)]
            if zero[i] != zero[j]:
                by_hand += successive[i, j] * sum(after == before + 1 for before, after in days)
    assert succession(successive, zero, length) == pytest.approx(2 * by_hand / (5 * length))
    alike = succession(np.full((5, 5), 0.2), zero, length)
    assert pooled_succession(0.2, zero, length) == pytest.approx(alike)


def test_skewness_is_that_of_scipy_where_bars_are_missing() -> None:
    values = np.random.default_rng(8).gamma(1.0, size=(80, 3))
    values[5, 1] = np.nan
    assert skewness(values) == pytest.approx(scipy.stats.skew(values, axis=0, nan_policy="omit"))


def test_a_firm_that_repeats_another_a_session_later_has_its_correlation_one_way_only() -> None:
    first = np.random.default_rng(7).normal(size=300)
    later = np.r_[0.0, first[:-1]]
    found = successive_correlations(np.c_[first, later])
    assert found[0, 1] == pytest.approx(1, abs=0.02)
    assert abs(found[1, 0]) < 0.2


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
