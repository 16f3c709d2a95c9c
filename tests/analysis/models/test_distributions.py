"""Tails and quantiles are those of scipy, and of closed forms where scipy itself is less exact."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from scipy import special

from analysis.models.distributions import (
    FEW,
    binomial_cdf,
    chi2_tail,
    f_tail,
    incomplete_beta,
    reach,
    two_sided_normal,
    two_sided_t,
)

DEGREES = np.array([1, 2, 3, 4, 5, 10, 17.5, 30, 99, 238, 1_000, 1e5, 1e7])[:, None]
STATISTICS = np.concatenate([np.geomspace(1e-3, 50, 60), -np.geomspace(1e-3, 50, 15)])[None]


def test_t_tails_are_those_of_scipy_however_small() -> None:
    assert STATISTICS.size * DEGREES.size <= FEW
    known = 2 * special.stdtr(DEGREES, -np.abs(STATISTICS))
    ours = two_sided_t(STATISTICS, DEGREES)
    assert ours == pytest.approx(known, rel=0, abs=5e-14)
    large = known > 1e-290
    assert ours[large] == pytest.approx(known[large], rel=3e-13)


def test_t_tails_have_closed_forms_for_one_and_two_degrees_of_freedom() -> None:
    t = np.geomspace(1e-9, 1e6, 200)
    assert two_sided_t(t, 1.0) == pytest.approx(1 - 2 * np.arctan(t) / np.pi, rel=0, abs=1e-14)
    assert two_sided_t(t, 2.0) == pytest.approx(1 - t / np.sqrt(2 + t**2), rel=0, abs=1e-14)


def test_few_values_and_many_agree() -> None:
    statistic, successes = np.linspace(-6, 6, FEW + 1), np.arange(FEW + 1.0)
    few = [two_sided_t(statistic[::2], 238), binomial_cdf(successes[::2], np.int64(FEW), 0.5)]
    many = [two_sided_t(statistic, 238)[::2], binomial_cdf(successes, np.int64(FEW), 0.5)[::2]]
    assert np.array(few) == pytest.approx(np.array(many), rel=0, abs=1e-11)  # as exact as scipy's binomial is


def test_normal_tails_are_those_of_scipy() -> None:
    z = np.linspace(-12, 12, 500)
    assert two_sided_normal(z) == pytest.approx(2 * special.ndtr(-np.abs(z)), rel=1e-13)


def test_what_is_infinite_or_missing_stays_so() -> None:
    statistic = np.array([np.inf, -np.inf, 0.0, np.nan])
    for tail in (two_sided_t(statistic, 9), two_sided_normal(statistic)):
        assert tail[:3].tolist() == [0, 0, 1]
        assert np.isnan(tail[3])
    assert np.isnan(two_sided_t(np.array([1.0, 1.0]), np.array([0.0, np.nan]))).all()
    assert np.isnan(reach(np.array([0.0, np.nan]))).all()


def test_reach_is_the_quantile_of_scipy() -> None:
    degrees = DEGREES[:, 0]
    assert reach(degrees) == pytest.approx(special.stdtrit(degrees, 0.975), rel=1e-14)
    assert reach(238).shape == ()


@pytest.mark.parametrize("degrees", [(1, 248), (2, 10), (5, 1_000), (10, 3), (3, 1e5)])
def test_f_tails_are_those_of_scipy(degrees: tuple[float, float]) -> None:
    for statistic in (0.0, 1e-3, 0.5, 1.0, 4.0, 60.0):
        known = special.fdtrc(*degrees, statistic)
        assert f_tail(*degrees, statistic) == pytest.approx(known, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("df", [1, 2, 3, 5, 10, 21])
def test_chi_square_tails_are_those_of_scipy(df: int) -> None:
    for statistic in (0.0, 1e-6, 0.3, 1.0, 20.0, 300.0):
        assert chi2_tail(df, statistic) == pytest.approx(special.chdtrc(df, statistic), rel=1e-13)


@pytest.mark.parametrize("trials", [1, 2, 9, 40, 200, 1_000])
def test_binomial_tails_are_exact(trials: int) -> None:
    ways = np.cumsum([math.comb(trials, count) for count in range(trials + 1)], dtype=object)
    known = [float(Fraction(below, 2**trials)) for below in ways]
    successes = np.arange(trials + 1.0)[:FEW]
    ours = binomial_cdf(successes, np.float64(trials), 0.5)
    assert ours == pytest.approx(known[:FEW], rel=0, abs=1e-14)


def test_the_incomplete_beta_function_is_that_of_scipy_and_symmetric() -> None:
    rng = np.random.default_rng(1)
    for a, b, x in zip(*(10 ** rng.uniform(-1, 3, (2, 300))), rng.uniform(size=300), strict=True):
        value = incomplete_beta(a, b, x, 1 - x)
        assert value == pytest.approx(special.betainc(a, b, x), rel=0, abs=1e-12)
        assert value + incomplete_beta(b, a, 1 - x, x) == pytest.approx(1)
