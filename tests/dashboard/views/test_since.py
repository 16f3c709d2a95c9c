"""When a share is back at its level of before, and how deep it fell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dashboard.views.since import Course, course, ended
from tests.dashboard.newsdesk import FALL, made_up_case

DAYS = np.datetime64("2025-01-20") + np.arange(7)


def made_up_course(*index: float) -> Course:
    return Course("AAA", DAYS[: len(index)], np.array(index), base=1)


@pytest.mark.parametrize(
    ("index", "sessions"),
    [((0.9, 1, 0.8, 0.9, 1.0, 1.2), 2), ((0.9, 1, 1.1), 0), ((0.9, 1, 0.8, 0.99), None)],
    ids=["after two", "on day 0", "not yet"],
)
def test_sessions_until_regained_count_from_day_zero(index, sessions):
    assert made_up_course(*index).regained == sessions


def test_lowest_close_is_looked_for_after_the_event_alone():
    assert made_up_course(0.1, 1, 0.8, 0.7, 0.9).lowest == 3


def test_drawdown_is_against_the_highest_close_so_far():
    assert made_up_course(0.5, 1, 0.5, 2.0, 1.0).drawdown == pytest.approx([0, -0.5, 0, -0.5])


def test_bars_that_end_early_are_named():
    courses = [course(made_up_case(), symbol) for symbol in ("AAA", "BBB")]
    short = replace(courses[1], dates=courses[1].dates[:-20], index=courses[1].index[:-20])
    assert ended(made_up_case(), courses) == ""
    assert ended(made_up_case(), [courses[0], short]).startswith("The bars of Beta end on")


def test_course_is_indexed_at_the_last_close_before_the_event():
    found = course(made_up_case(), "AAA")
    assert found.index[found.base] == 1
    assert found.index[found.base + 1] == pytest.approx(1 + FALL)
    assert found.dates[-1] == made_up_case().market.histories["AAA"].dates[-1]
