"""What the page of the time since says of shares whose bars end early."""

from __future__ import annotations

from dataclasses import replace

from dashboard.views.since import course_of, ended, finding
from tests.dashboard.newsdesk import made_up_case


def test_bars_that_end_early_are_named():
    courses = [course_of(made_up_case(), symbol) for symbol in ("AAA", "BBB")]
    short = replace(courses[1], dates=courses[1].dates[:-20], index=courses[1].index[:-20])
    assert ended(made_up_case(), courses) == ""
    assert ended(made_up_case(), [courses[0], short]).startswith("The bars of Beta end on")


def test_a_rise_is_back_when_it_is_given_back():
    courses = [course_of(made_up_case(), symbol) for symbol in ("AAA", "BBB")]
    risen = [replace(one, index=one.index.copy()) for one in courses]
    for one in risen:
        one.index[one.base :] = 1.2
        one.index[one.base] = 1
    assert finding(made_up_case(), risen)[1].startswith("None has been back at it since.")
    risen[0].index[one.base + 2] = 0.9
    assert "1 of 2 was back at it at least once, after 1 session." in finding(made_up_case(), risen)[1]
    assert "stood 20.0" in finding(made_up_case(), risen[1:])[0]
