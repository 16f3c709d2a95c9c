"""What the page of the time since says of shares whose bars end early."""

from __future__ import annotations

from dataclasses import replace

from dashboard.views.since import course_of, ended
from tests.dashboard.newsdesk import made_up_case


def test_bars_that_end_early_are_named():
    courses = [course_of(made_up_case(), symbol) for symbol in ("AAA", "BBB")]
    short = replace(courses[1], dates=courses[1].dates[:-20], index=courses[1].index[:-20])
    assert ended(made_up_case(), courses) == ""
    assert ended(made_up_case(), [courses[0], short]).startswith("The bars of Beta end on")
