from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import pytest

from analysis.inference.pooled import ByDay, pooled_dependence, residuals_by_day
from analysis.market.bars import Floats

DAYS, FIRMS = 12, 8
FIRST = np.datetime64("2024-01-01")


def spread_out() -> tuple[npt.NDArray[np.datetime64], Floats]:
    """Days and residuals of firms that begin on different days, some missing."""
    random = np.random.default_rng(4)
    begin = random.integers(0, 10, FIRMS)
    days = FIRST + (np.arange(DAYS)[:, None] + begin)
    values = random.normal(size=(DAYS, FIRMS)) + random.normal(size=40)[np.arange(DAYS)[:, None] + begin]
    values[3, 2] = np.nan
    days[5, 4] = np.datetime64("NaT")
    return days, values


def test_sums_by_day_are_those_of_a_loop() -> None:
    days, values = spread_out()
    found = ByDay.of(days, values)
    wanted: dict[np.datetime64, list[float]] = {}
    for day, value in zip(days.ravel(), values.ravel(), strict=True):
        if np.isfinite(value) and not np.isnat(day):
            wanted.setdefault(day, []).append(value)
    assert found.dates.tolist() == [day.item() for day in sorted(wanted)]
    for place, day in enumerate(sorted(wanted)):
        held = np.array(wanted[day])
        assert found.total[place] == pytest.approx(held.sum())
        assert found.squares[place] == pytest.approx((held**2).sum())
        assert found.firms[place] == len(held)


def test_sums_of_parts_are_those_of_all() -> None:
    days, values = spread_out()
    whole = ByDay.of(days, values)
    cuts = [slice(0, 3), slice(3, 3), slice(3, FIRMS)]
    parts = ByDay.merged([ByDay.of(days[:, cut], values[:, cut]) for cut in cuts])
    np.testing.assert_array_equal(parts.dates, whole.dates)
    for name in ("total", "squares", "firms"):
        np.testing.assert_allclose(getattr(parts, name), getattr(whole, name), rtol=1e-12)


def test_nothing_on_no_day_is_nothing() -> None:
    nothing = ByDay.of(np.full((2, 2), np.datetime64("NaT"), "datetime64[D]"), np.ones((2, 2)))
    assert len(nothing.dates) == 0
    assert np.isnan(nothing.correlation)


def test_the_correlation_is_the_mean_product_of_two_firms_on_a_day_that_they_share() -> None:
    days, residuals = spread_out()
    unit = residuals / np.sqrt(np.nanmean(residuals**2, axis=0))
    products = [
        unit[s, i] * unit[t, j]
        for i, j in itertools.permutations(range(FIRMS), 2)
        for s, t in itertools.product(range(DAYS), repeat=2)
        if days[s, i] == days[t, j] and np.isfinite(unit[s, i] * unit[t, j])
    ]
    found = residuals_by_day(days, residuals).correlation
    assert found == pytest.approx(np.mean(products), rel=1e-12)


def test_the_error_of_a_mean_counts_every_pair_by_the_days_that_it_shares() -> None:
    length, correlation = 3, 0.3
    begin = np.array([0, 0, 1, 2, 9])
    days = FIRST + (np.arange(length)[:, None] + begin)
    errors = np.array([0.01, 0.02, 0.015, 0.03, 0.01])
    variance, shares = (errors**2).sum(), []
    for i, j in itertools.permutations(range(len(errors)), 2):
        share = np.isin(days[:, i], days[:, j]).sum() / length
        variance += correlation * share * errors[i] * errors[j]
        shares.append(correlation * share)
    average, error = pooled_dependence(
        correlation, ByDay.of(days, np.broadcast_to(errors, days.shape)), errors
    )
    assert float(average) == pytest.approx(np.mean(shares), rel=1e-12)
    assert float(error) == pytest.approx(np.sqrt(variance) / len(errors), rel=1e-12)
