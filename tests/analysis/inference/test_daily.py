from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.inference.daily import Daily, Totals, average_ranks, deviation
from analysis.market.bars import Floats

TINY = 5e-324
ODD = [0.0, -0.0, TINY, -TINY, 1.0, np.nextafter(1.0, 2.0), -1.0, np.inf, -np.inf, np.nan, 1e308, -1e308]
VALUES = st.one_of(st.sampled_from(ODD), st.floats(allow_nan=True, allow_infinity=True))


def ranked(values: Floats) -> Floats:
    return np.asarray(scipy.stats.rankdata(values, axis=0, nan_policy="omit"))


@settings(deadline=None, max_examples=150)
@given(st.lists(VALUES, min_size=1, max_size=40))
def test_ranks_are_those_of_scipy_for_any_numbers(values: list[float]) -> None:
    column = np.array(values)[:, None]
    np.testing.assert_array_equal(average_ranks(column), ranked(column))


@pytest.mark.parametrize("days", [1, 2, 3, 255, 256, 257])
def test_ranks_of_any_length_and_with_ties(days: int) -> None:
    random = np.random.default_rng(days)
    values = random.normal(size=(days, 7))
    values[:, 1] = np.round(values[:, 1], 1)
    values[::3, 2] = np.nan
    values[:, 3] = 0.5
    values[:, 4] = np.nan
    values[:, 5] = 1.0 + np.spacing(1.0) * random.integers(0, 3, days)  # apart by the last bit alone
    np.testing.assert_array_equal(average_ranks(values), ranked(values))


def test_samples_are_ranked_one_by_one_and_along_any_axis() -> None:
    values = np.round(np.random.default_rng(3).normal(size=(4, 30, 5)), 1)
    values[2, ::5] = np.nan
    found = average_ranks(values)
    for sample, ranks in zip(values, found, strict=True):
        np.testing.assert_array_equal(ranks, ranked(sample))
    np.testing.assert_array_equal(average_ranks(values.swapaxes(1, 2), axis=-1), found.swapaxes(1, 2))


def test_ranking_leaves_its_input_alone() -> None:
    values = np.array([[0.0, -0.0], [np.nan, 2.0], [1.0, 1.0]])
    before = values.copy()
    average_ranks(values)
    np.testing.assert_array_equal(values, before)


def test_totals_of_parts_are_those_of_all() -> None:
    values = np.random.default_rng(5).normal(size=(6, 40))
    values[2, ::3] = np.nan
    values[4] = np.nan
    parts = Totals.of(values[:, :15]) + Totals.of(values[:, 15:])
    whole = Totals.of(values)
    np.testing.assert_allclose(parts.total, whole.total, rtol=1e-12)
    np.testing.assert_array_equal(parts.firms, np.isfinite(values).sum(axis=1))
    assert np.isnan(parts.mean[4])


def test_values_that_differ_by_rounding_alone_have_no_deviation() -> None:
    values = np.array([[1.0, 1.0 + 1e-16, 1.0], [1.0, 2.0, 4.0]])
    assert np.isnan(deviation(values)[0])
    assert deviation(values)[1] == pytest.approx(np.std([1, 2, 4], ddof=1))


def firms_of(rounded: int | None = None, missing: bool = False) -> Daily:
    """Residuals of 9 firms over 30 days, and their event days."""
    random = np.random.default_rng(7)
    estimation, event = random.normal(size=(30, 9)), random.normal(size=(3, 9))
    if rounded is not None:
        estimation, event = np.round(estimation, rounded), np.round(event, rounded)
    if missing:
        estimation[::4, 2] = np.nan
        event[1, 3] = np.nan
    return Daily(estimation, event, np.full((3, 9), 1.1), np.full(9, 1.25), np.empty((0, 0), np.int64))


@pytest.mark.parametrize("rounded", [None, 1])
@pytest.mark.parametrize("missing", [False, True])
def test_an_event_is_ranked_as_one_more_day(rounded: int | None, missing: bool) -> None:
    daily = firms_of(rounded, missing)
    standing = np.random.default_rng(8).normal(size=9)
    if rounded is not None:
        standing = np.round(standing, 1) / daily.sigma  # so that some are equal to a residual
    if missing:
        standing[5] = np.nan
    days = np.vstack([daily.estimation, standing * daily.sigma])
    ranks = ranked(days)
    count = np.isfinite(days).sum(axis=0)
    uniform = ranks / (count + 1) - 0.5
    shares = np.where(np.isfinite(standing), (count - 1) / (count + 1), 0.0)
    found = daily.ranked_event(standing)
    np.testing.assert_allclose(found.uniform.total, np.nansum(uniform, axis=1), atol=1e-12)
    np.testing.assert_array_equal(found.uniform.firms, np.isfinite(uniform).sum(axis=1))
    assert float(found.days) == pytest.approx(shares.sum(), rel=1e-14)


@pytest.mark.parametrize("missing", [False, True])
def test_ranks_of_days_are_centred(missing: bool) -> None:
    daily = firms_of(missing=missing)
    days = np.vstack([daily.estimation, daily.event])
    count = np.isfinite(days).sum(axis=0)
    np.testing.assert_allclose(daily.ranks.total, np.nansum(ranked(days) - (count + 1) / 2, axis=1))
    scaled = np.vstack([daily.estimation / 1.25, daily.event / 1.1 / daily.spread[:, None]])
    expected = np.nansum(ranked(scaled) / (count + 1) - 0.5, axis=1)
    np.testing.assert_allclose(daily.scaled_ranks(daily.spread).total, expected, atol=1e-12)
