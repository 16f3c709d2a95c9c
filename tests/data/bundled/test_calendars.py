"""Sessions are those of exchange_calendars, whether bundled or not."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import numpy as np
import pytest

from analysis.market.errors import DataError, UnknownNameError
from data.bundled.calendars import calendar_of, library_sessions, sessions
from data.bundled.manifest import manifest

FIRST, LAST = dt.date(2014, 12, 1), dt.date(2027, 12, 31)


@pytest.mark.parametrize("mic", manifest().entries("sessions"))
def test_bundled_sessions_are_the_librarys(mic: str) -> None:
    bundled, library = sessions(mic, FIRST, LAST), library_sessions(mic, FIRST, LAST)
    np.testing.assert_array_equal(bundled.dates, library.dates)
    np.testing.assert_array_equal(bundled.closes, library.closes)


@pytest.mark.parametrize(
    ("mic", "close"),
    [
        ("XTKS", "06:30"),
        ("XAMS", "16:30"),
        ("XPAR", "16:30"),
        ("XETR", "16:30"),
        ("XMIL", "16:30"),
        ("XNYS", "21:00"),
        ("XNAS", "21:00"),
    ],
)
def test_closes_of_the_monday_are_in_utc(mic: str, close: str) -> None:
    monday = dt.date(2025, 1, 27)
    assert sessions(mic, monday, monday).closes == np.array([f"2025-01-27T{close}"], dtype="datetime64[s]")


def test_both_ends_are_included() -> None:
    week = sessions("XNYS", dt.date(2025, 1, 6), dt.date(2025, 1, 10))
    assert week.dates.astype(str).tolist() == ["2025-01-06", "2025-01-07", "2025-01-08", "2025-01-10"]


def test_outside_the_table_the_library_answers() -> None:
    before = sessions("XNAS", dt.date(2014, 1, 1), dt.date(2014, 1, 3))
    assert (before.exchange, before.dates.astype(str).tolist()) == ("XNAS", ["2014-01-02", "2014-01-03"])
    other = sessions("XKRX", dt.date(2025, 1, 27), dt.date(2025, 1, 31))
    assert other.dates.astype(str).tolist() == ["2025-01-31"]
    assert not len(sessions("XNYS", dt.date(2014, 1, 1), dt.date(2014, 1, 1)).dates)


def test_markets_share_the_sessions_of_another() -> None:
    shared = {mic: calendar_of(mic) for mic in ("XNAS", "ARCX", "OTCM", "XCME", "XPAR")}
    assert shared == {"XNAS": "XNYS", "ARCX": "XNYS", "OTCM": "XNYS", "XCME": "CMES", "XPAR": "XPAR"}


@pytest.mark.parametrize(
    ("mic", "start", "end", "error", "message"),
    [
        (
            "XNYC",
            "2025-01-01",
            "2025-02-01",
            UnknownNameError,
            r"^unknown exchange 'XNYC'\. Did you mean 'XNYS'",
        ),
        ("XNYS", "2025-02-01", "2025-01-01", DataError, r"^XNYS: no sessions from 2025-02-01 to 2025-01-01"),
        ("XKRX", "1901-01-01", "1901-02-01", DataError, r"^XKRX: no sessions from 1901-01-01 to 1901-02-01"),
    ],
)
def test_what_no_calendar_answers_is_said_in_one_line(
    mic: str, start: str, end: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message) as refusal:
        sessions(mic, dt.date.fromisoformat(start), dt.date.fromisoformat(end))
    assert "\n" not in str(refusal.value)


def test_the_bundled_range_needs_no_heavy_import() -> None:
    code = (
        "import sys, datetime as dt; from data.bundled.calendars import sessions;"
        "sessions('XNYS', dt.date(2015, 1, 2), dt.date(2025, 12, 31));"
        "sys.exit('exchange_calendars' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
