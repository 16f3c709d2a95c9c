"""What pages are made of: raw values that become columns of a file."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from dashboard.views import columns
from dashboard.views.tables import POINTS, Interval, P, days, floats


def flat(column):
    return [(one.name, one.values) for one in column.flat]


def test_an_interval_becomes_its_two_ends():
    assert flat(columns.intervals("Close", [-0.2, None], [0.1, None])) == [
        ("Close, low", (-0.2, None)),
        ("Close, high", (0.1, None)),
    ]


def test_a_number_with_interval_and_p_becomes_four_columns():
    below = columns.intervals("Close", [-0.2], [0.0]), columns.pvalues("Close, p", [0.04])
    names = [name for name, _ in flat(columns.percents("Close", [-0.1], below=below))]
    assert names == ["Close", "Close, low", "Close, high", "Close, p"]


def test_a_file_names_what_a_number_is_counted_in_however_it_is_said():
    columns_ = [columns.pvalues("p", [0.1], P), columns.numbers("Moves by", [0.1], unit=POINTS)]
    assert [one.unit for column in columns_ for one in column.flat] == ["probability", "decimal"]


def test_what_is_missing_is_none_and_compares_equal():
    assert floats([np.nan, np.inf, None, np.float64(1)]) == (None, None, None, 1.0)
    assert columns.percents("Close", [np.nan]) == columns.percents("Close", [None])
    assert columns.intervals("Close", [np.nan], [0.1]).values == (Interval(None, 0.1),)


def test_days_are_plain_dates_whatever_they_came_as():
    day = dt.date(2025, 1, 27)
    assert days([day, pd.Timestamp(day), np.datetime64(day, "ns")]) == (day, day, day)
    assert columns.dates("Day", [None, day]).values == (None, day)
