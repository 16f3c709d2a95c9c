"""When a share is back at its level of before, how deep it fell, and how unusual its day 0 was."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.study.course import Course, as_unusual, course, indexed, together
from tests.dashboard.newsdesk import FALL, made_up_case

DAYS = np.datetime64("2025-01-20") + np.arange(7)


def made_up_course(*index: float) -> Course:
    return Course("AAA", DAYS[: len(index)], np.array(index), base=1)


@pytest.mark.parametrize(
    ("index", "sessions"),
    [
        ((0.9, 1, 0.8, 0.9, 1.0, 1.2), 2),
        ((0.9, 1, 1.2, 1.1, 0.9), 2),
        ((0.9, 1, 1.0), 0),
        ((0.9, 1, 0.8, 0.99), None),
        ((0.9, 1, 1.2, 1.01), None),
    ],
    ids=["after two", "a rise", "on day 0", "not yet", "a rise that stays"],
)
def test_sessions_until_the_price_is_back_count_from_day_zero(index, sessions):
    assert made_up_course(*index).undone(1) == sessions


def test_lowest_close_is_looked_for_after_the_event_alone():
    assert made_up_course(0.1, 1, 0.8, 0.7, 0.9).lowest == 3


def test_drawdown_is_against_the_highest_close_so_far():
    assert made_up_course(0.5, 1, 0.5, 2.0, 1.0).drawdown == pytest.approx([0, -0.5, 0, -0.5])


def test_the_deepest_point_is_a_position_on_the_dates():
    assert made_up_course(0.5, 1, 0.5, 2.0, 0.8).deepest == 4


def test_course_is_indexed_at_the_last_close_before_the_event():
    case = made_up_case()
    history = case.market.histories["AAA"]
    found = course("AAA", history, case.study.event_sessions["AAA"])
    assert found.index[found.base] == 1
    assert found.index[found.base + 1] == pytest.approx(1 + FALL)
    assert found.dates[-1] == history.dates[-1]


def test_prices_stand_at_one_before_the_event():
    found = indexed(made_up_case().study, "AAA")
    assert found[9] == pytest.approx(1)
    assert found[10] == pytest.approx(1 + FALL)


def test_sessions_as_abnormal_as_day_0_are_counted_among_those_of_the_estimation():
    study = made_up_case().study
    assert as_unusual(study, "AAA") == (0, 250)
    quiet = study.estimation_residuals["AAA"].abs().max()
    assert abs(study.abnormal_returns.loc[0, "AAA"]) > quiet


def test_half_of_a_fall_is_undone_when_half_is_regained_and_of_a_rise_when_half_is_lost() -> None:
    fall = Course("A", np.arange(6).astype("M8[D]"), np.array([1.0, 0.8, 0.85, 0.91, 0.95, 1.0]), 0)
    rise = Course("A", np.arange(5).astype("M8[D]"), np.array([1.0, 1.2, 1.3, 1.09, 1.05]), 0)
    assert (fall.undone(0.5), fall.undone(1)) == (2, 4)
    assert (rise.undone(0.5), rise.undone(1)) == (2, None)


def test_shares_together_are_the_mean_of_their_indices_while_each_has_a_close() -> None:
    one = Course("A", np.arange(4).astype("M8[D]"), np.array([0.9, 1.0, 0.8, 0.9]), 1)
    two = Course("B", np.arange(2).astype("M8[D]"), np.array([1.0, 0.6]), 0)
    both = together([one, two])
    assert both.index.tolist() == [1.0, pytest.approx(0.7)]
