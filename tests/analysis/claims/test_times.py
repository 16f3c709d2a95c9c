"""When a figure was taken: spans that are past, days beside other days, two times in one sentence."""

from __future__ import annotations

import datetime as dt

import pytest

from analysis.claims.extraction import read_claims
from data.symbols import directory

TUESDAY = dt.date(2025, 1, 28)
Read = list[tuple[str, str, str, str | None]]


def read(text: str, date: dt.date | None = TUESDAY, week: dt.date | None = None) -> Read:
    """Value, basis, period and day of every percentage."""
    found = [p for p in read_claims(text, directory(), date, week) if p.basis not in ("rank", "superlative")]
    return [(p.value or "", p.basis, p.period, p.date.isoformat() if p.date else None) for p in found]


@pytest.mark.parametrize(
    ("text", "period", "last"),
    [
        ("Nvidia rose 48% last year.", "year", "2024-12-31"),
        ("Nvidia rose 48% in 2023.", "year", "2023-12-29"),
        ("Nvidia rose 48% in December.", "month", "2024-12-31"),
        ("Nvidia rose 48% in the month of November.", "month", "2024-11-29"),
        ("In November the FTSE 100 gained 2.2 per cent.", "month", "2024-11-29"),
        ("Nvidia rose 8% in January.", "month", None),
        ("Nvidia rose 8% last week.", "week", "2025-01-24"),
        ("Nvidia rose 8% in the fourth quarter.", "quarter", "2024-12-31"),
        ("Nvidia rose 8% in the first half of 2024.", "6-month", "2024-06-28"),
        ("Nvidia rose 8% over the past year.", "12-month", None),
        ("Nvidia rose 8% over five sessions.", "5-day", None),
        ("Between 2 January and 28 March 2024 the DAX added 10%.", "since 2024-01-02", "2024-03-28"),
    ],
)
def test_a_span_of_the_past_is_no_day_and_ends_when_it_ended(
    text: str, period: str, last: str | None
) -> None:
    assert [one[1:] for one in read(text)] == [("period", period, last)]


def test_a_span_that_nothing_fixes_stays_as_it_is_printed() -> None:
    assert read("Nvidia rose 48% last year.", None) == [("48", "period", "last year", None)]
    assert read("Nvidia rose 48% in May.", None) == [("48", "period", "May", None)]


def test_a_month_in_which_something_else_happened_is_no_span() -> None:
    (found,) = read("Nvidia, which listed a rival in December, fell 5%.")
    assert found == ("5", "unknown", "day", None)


def test_two_figures_of_a_firm_have_a_time_each() -> None:
    assert read("Tesla fell 12% last month and 3% on Monday.") == [
        ("12", "period", "month", "2024-12-31"),
        ("3", "unknown", "day", "2025-01-27"),
    ]
    assert read("Nvidia's 171% gain in 2024 was followed by a 17% fall on Monday.") == [
        ("171", "period", "year", "2024-12-31"),
        ("17", "unknown", "day", "2025-01-27"),
    ]


def test_the_same_period_is_that_of_the_figure_before() -> None:
    text = "Intel has lost 40% this year. That compares with a 9% rise in the S&P 500 over the same period."
    assert [one[2] for one in read(text)] == ["ytd", "ytd"]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Nvidia fell 17% on Monday after a 3% drop the day before.", ["2025-01-27", "2025-01-24"]),
        ("Nvidia rose 9% on Tuesday after losing 17% the previous day.", ["2025-01-28", "2025-01-27"]),
        ("Nvidia fell 3% yesterday.", ["2025-01-27"]),
        ("Before Friday the stock of Nvidia had gained 34% this year.", [None]),
        ("Adani fell 28% on Monday; Adani Ports ended 19% lower.", ["2025-01-27", "2025-01-27"]),
    ],
)
def test_a_day_is_read_beside_the_other_days(text: str, days: list[str | None]) -> None:
    assert [one[3] for one in read(text)] == days


def test_today_is_no_day_of_the_week_of_an_event() -> None:
    assert read("Nvidia fell 17% today.", None, week=dt.date(2025, 1, 26))[0][3] is None
    assert read("Nvidia rose 48% last year.", None, week=dt.date(2025, 1, 26))[0][2:] == (
        "year",
        "2024-12-31",
    )
