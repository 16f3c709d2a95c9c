"""Spans of claims: what they are counted from, and which are not understood."""

from __future__ import annotations

import datetime as dt

import pytest

from analysis.claims.periods import base_day, begins_after, last_rival_day, sessions_back, understood

THURSDAY = dt.date(2025, 4, 3)


@pytest.mark.parametrize(
    ("period", "day"),
    [
        ("week", "2025-03-30"),
        ("month", "2025-03-31"),
        ("quarter", "2025-03-31"),
        ("ytd", "2024-12-31"),
        ("year", "2024-12-31"),
        ("2-week", "2025-03-20"),
        ("12-month", "2024-04-03"),
        ("5-year", "2020-04-03"),
        ("since 2025-03-14", "2025-03-14"),
    ],
)
def test_a_span_is_counted_from_the_day_before_it(period: str, day: str) -> None:
    assert str(base_day(period, THURSDAY)) == day
    assert understood(period)


@pytest.mark.parametrize(
    ("period", "late"),
    [("since 2030", True), (f"since {THURSDAY}", True), ("since 2025", False), ("since the merger", False)],
)
def test_a_span_that_begins_later_is_known(period: str, late: bool) -> None:
    assert begins_after(period, THURSDAY) is late


@pytest.mark.parametrize(
    ("period", "known"),
    [
        ("since 2020", True),
        ("ever", True),
        ("since the merger", True),
        ("since 2020-02-31", False),
        ("since forever", False),
    ],
)
def test_a_span_without_a_day_to_count_from_is_known_by_its_year_alone(period: str, known: bool) -> None:
    assert base_day(period, THURSDAY) is None
    assert understood(period) is known


@pytest.mark.parametrize(
    ("period", "day"),
    [
        ("since 2020", "2020-12-31"),
        ("since 2020-03", "2020-03-31"),
        ("since 2020-03-16", "2020-03-16"),
        ("month", "2025-03-31"),
        ("20-year", "2005-04-03"),
        ("since 2020-13", "None"),
        ("since 2020-02-31", "None"),
        ("ever", "None"),
    ],
)
def test_a_record_since_a_year_leaves_that_year_its_own(period: str, day: str) -> None:
    assert str(last_rival_day(period, THURSDAY)) == day


def test_days_are_counted_in_sessions() -> None:
    assert [sessions_back(period) for period in ("day", "5-day", "week")] == [1, 5, None]


@pytest.mark.parametrize("period", ["fortnight", "0-day", "5 days", "", "Since 2020"])
def test_other_words_are_not_understood(period: str) -> None:
    assert not understood(period)
