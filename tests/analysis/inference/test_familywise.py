from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from analysis.inference.familywise import holm, max_t, rank_pvalue, step_down
from analysis.market.bars import Floats


def related(random: np.random.Generator, effects: Floats, dates: int = 99) -> tuple[Floats, Floats]:
    """Draws of related statistics on dates, and those of an event with effects."""
    draws = random.normal(size=(dates + 1, len(effects))) + random.normal(size=(dates + 1, 1))
    return draws[:-1], draws[-1] + effects


def test_a_rank_counts_the_event_itself() -> None:
    assert rank_pvalue(np.array([-3.0, 1.0, 2.0, np.nan]), -2.0) == 3 / 4
    assert rank_pvalue(np.array([-3.0, 1.0, 2.0]), 5.0) == 1 / 4
    assert np.isnan(rank_pvalue(np.array([np.nan]), 5.0))


def test_stepping_down_compares_each_answer_with_those_that_are_not_more_unusual() -> None:
    draws, event = related(np.random.default_rng(4), np.array([6.0, 0.0, -4.0, 1.0]))
    found, left, floor = step_down(draws, event), list(range(4)), 0.0
    for place in sorted(left, key=lambda place: -abs(event[place])):
        beyond = sum(max(abs(date[other]) for other in left) >= abs(event[place]) for date in draws)
        floor = max(floor, (1 + beyond) / 100)
        assert found[place] == floor
        left.remove(place)


def test_stepping_down_lies_between_each_rank_and_max_t() -> None:
    draws, event = related(np.random.default_rng(5), np.array([3.0, 2.0, 1.0, 0.0]))
    alone = [rank_pvalue(column, value) for column, value in zip(draws.T, event, strict=True)]
    assert (step_down(draws, event) <= max_t(draws, event)).all()
    assert (step_down(draws, event) >= alone).all()


def test_an_answer_that_is_missing_has_no_value_and_leaves_the_others_theirs() -> None:
    draws, event = related(np.random.default_rng(4), np.array([6.0, 0.0, 1.0]))
    event[1] = np.nan
    np.testing.assert_array_equal(step_down(draws, event)[[0, 2]], step_down(draws[:, [0, 2]], event[[0, 2]]))
    assert np.isnan(step_down(draws, event)[1])


def test_stepping_down_keeps_its_level_for_the_answers_without_an_effect() -> None:
    random, effects = np.random.default_rng(7), np.array([8.0, 0.0, 0.0, 0.0, 0.0])
    wrong = [step_down(*related(random, effects))[1:].min() <= 0.05 for _ in range(600)]
    assert np.mean(wrong) == pytest.approx(0.05, abs=0.027)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_agrees_with_statsmodels(pvalues: list[float]) -> None:
    _, adjusted, _, _ = multipletests(pvalues, method="holm")
    np.testing.assert_allclose(holm(np.array(pvalues)), adjusted)


def test_holm_leaves_missing_values_out() -> None:
    np.testing.assert_array_equal(holm(np.array([0.01, np.nan, 0.04])), [0.02, np.nan, 0.04])
