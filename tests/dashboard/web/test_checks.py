"""The browser asks whether choices can be shown before it leaves the view that it has."""

from __future__ import annotations

import pytest

from analysis.market.errors import UnknownNameError
from dashboard.web import checks, create_app, state
from dashboard.web.site import Site
from tests.dashboard.newsdesk import SLUG, MadeUpSource

SITE = Site(MadeUpSource())


@pytest.mark.parametrize("search", ["", "window=-7..3&estimation=-200..-20&car=-2..2", "model=constant_mean"])
def test_nothing_speaks_against_choices_that_go_together(search: str) -> None:
    assert checks.objection(search, SITE, SLUG) == ""


@pytest.mark.parametrize(
    ("search", "says"),
    [
        ("window=wide", "“wide” is no window: give two whole numbers"),
        ("window=3..-3", "3"),
        ("window=3..10", "must contain day 0"),
        ("window=-20..10&estimation=-15..-5", "overlaps"),
        ("window=-10..400", "needs 400 sessions"),
    ],
)
def test_what_speaks_against_others_is_one_line(search: str, says: str) -> None:
    line = checks.objection(search, SITE, SLUG)
    assert says in line
    assert "\n" not in line
    assert "default" not in line


def test_what_a_page_ignores_is_what_is_objected_to() -> None:
    assert bool(state.parse("model=magic", SITE.source)[1]) is bool(
        checks.objection("model=magic", SITE, SLUG)
    )


def test_the_answer_is_plain_text_also_for_nonsense() -> None:
    answer = create_app(MadeUpSource()).server.test_client().get(f"/check/{SLUG}?window=<script>")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")


def test_choices_of_no_event_are_objected_to() -> None:
    with pytest.raises(UnknownNameError, match="nonsense"):
        checks.objection("", SITE, "nonsense")
