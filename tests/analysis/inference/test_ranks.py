"""Ranks along a line, against those of scipy."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.inference.ranks import average_ranks
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
