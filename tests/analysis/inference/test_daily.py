from __future__ import annotations

import numpy as np
import pytest

from analysis.inference.daily import Daily, Totals, deviation
from tests.analysis.inference.test_ranks import ranked


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
