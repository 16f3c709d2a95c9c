"""Numbers, dates and claims as people see them."""

from __future__ import annotations

import datetime as dt
import doctest

import numpy as np
import pytest

from analysis.market.events import Window
from dashboard.views import cells, words
from dashboard.views.tables import Badge, Interval, Number


def test_doctests_print_what_they_say():
    assert doctest.testmod(words).failed == 0


@pytest.mark.parametrize(
    ("value", "shown"),
    [(-0.16971, "−16.97 %"), (0.0007, "+0.07 %"), (-0.00001, "0.00 %"), (None, "–"), (np.nan, "–")],
)
def test_percent_is_signed_with_a_true_minus(value, shown):
    assert words.percent(value).replace("\u00a0", " ") == shown


@pytest.mark.parametrize("value", [dt.date(2025, 1, 27), np.datetime64("2025-01-27", "s")])
def test_day_is_written_out(value):
    assert words.day(value).replace("\u00a0", " ") == "27 Jan 2025"


@pytest.mark.parametrize(("value", "shown"), [(0.0004, "< 0.001"), (0.04271, "0.043"), (None, "–")])
def test_pvalue_is_never_a_bare_zero(value, shown):
    assert words.pvalue(value) == shown


@pytest.mark.parametrize(
    ("window", "said"),
    [
        (Window(0, 0), "on day 0"),
        (Window(2, 2), "on session +2"),
        (Window(-1, 1), "over sessions −1 to +1"),
    ],
)
def test_a_window_reads_as_people_say_it(window, said):
    assert words.span(window) == said


def test_a_period_of_one_day_is_that_day():
    day = dt.date(2025, 1, 27)
    assert words.period([day]).replace("\u00a0", " ") == "27 Jan 2025"
    both = words.period([day + dt.timedelta(days=1), day])
    assert both.replace("\u00a0", " ") == "27 Jan 2025 to 28 Jan 2025"


def test_a_name_at_the_end_of_a_line_has_no_brackets():
    assert words.short("TSMC (New York receipt)*") == "TSMC*"


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (None, "decimal", "–"),
        (0.5, "decimal", "+50.00 %"),
        (0.5, "probability", "0.500"),
        (0.5, "times", "×0.50"),
        (0.5, "", "+0.50"),
        ("text", "decimal", "text"),
        (Number(0.5, "", 1, False), "decimal", "0.5"),
        (Interval(-0.1, 0.2), "decimal", "−10.00 % to +20.00 %"),
        (Interval(None, None), "decimal", "–"),
        (Badge("Fine", "✓", "good"), "", "Fine"),
        (dt.date(2025, 1, 27), "date", "27 Jan 2025"),
        (dt.datetime(2025, 1, 27, 8, 15, tzinfo=dt.timezone.utc), "", "27 Jan 2025, 08:15 UTC"),
    ],
)
def test_a_value_is_written_by_its_kind_and_its_unit(value, unit, shown):
    assert cells.text(value, unit, 2, True).replace("\u00a0", " ") == shown
