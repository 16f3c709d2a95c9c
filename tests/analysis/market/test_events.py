from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from analysis.market.errors import DesignError
from analysis.market.events import Event, Sessions, Window, day_zero

DATES = np.array(["2025-01-23", "2025-01-24", "2025-01-27", "2025-01-28"], dtype="datetime64[D]")
NEW_YORK = Sessions("XNYS", DATES, DATES.astype("datetime64[s]") + np.timedelta64(21 * 3600, "s"))
PARIS = Sessions("XPAR", DATES, DATES.astype("datetime64[s]") + np.timedelta64(16 * 3600 + 1800, "s"))


def news(text: str, zone: str = "UTC") -> Event:
    return Event(
        "news", "News", information_time=dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    )


def test_a_window_counts_both_ends_and_prints_signs() -> None:
    window = Window(-1, 2)
    assert (len(window), list(window.event_time), str(window)) == (4, [-1, 0, 1, 2], "[-1, +2]")
    assert str(Window(0, 0)) == "[0]"
    assert (2 in window, 3 in window) == (True, False)


def test_a_window_cannot_end_before_it_starts() -> None:
    with pytest.raises(DesignError, match=r"\[3, 1\]: the start lies after the end"):
        Window(3, 1)


@pytest.mark.parametrize(
    ("other", "shared", "inside"), [((2, 4), True, False), ((3, 4), False, False), ((0, 0), True, True)]
)
def test_windows_overlap_and_cover(other: tuple[int, int], shared: bool, inside: bool) -> None:
    window = Window(-1, 2)
    assert window.overlaps(Window(*other)) is shared
    assert window.covers(Window(*other)) is inside


@pytest.mark.parametrize(
    ("time", "paris", "new_york"),
    [
        ("2025-01-26 12:00", 2, 2),  # a Sunday
        ("2025-01-27 10:00", 2, 2),  # before both closes
        ("2025-01-27 18:00", 3, 2),  # after Paris closed, before New York did
        ("2025-01-27 16:30", 3, 2),  # at the very close of Paris: too late for it
        ("2025-01-24 22:00", 2, 2),  # after both closes on a Friday
    ],
)
def test_day_zero_is_each_exchanges_first_close_after_the_news(time: str, paris: int, new_york: int) -> None:
    assert (day_zero(news(time), PARIS), day_zero(news(time), NEW_YORK)) == (paris, new_york)


def test_day_zero_minds_the_time_zone_of_the_news() -> None:
    assert day_zero(news("2025-01-27 17:45", "Europe/Paris"), PARIS) == 3
    assert day_zero(news("2025-01-28 05:00", "Asia/Tokyo"), NEW_YORK) == 2


@pytest.mark.parametrize("time", ["2025-01-22 10:00", "2025-01-28 21:00", "2030-01-01 00:00"])
def test_news_outside_the_sessions_is_refused(time: str) -> None:
    with pytest.raises(DesignError, match="outside the data of XNYS: 2025-01-23 to 2025-01-28"):
        day_zero(news(time), NEW_YORK)


def test_news_needs_closing_times() -> None:
    with pytest.raises(DesignError, match="MKT has no closing times: name the event's session instead"):
        day_zero(news("2025-01-27 10:00"), Sessions("MKT", DATES))


def test_a_closed_day_moves_to_the_next_session() -> None:
    closed = Event("news", "News", session=dt.date(2025, 1, 25))
    assert day_zero(closed, PARIS) == day_zero(Event("n", "N", session=dt.date(2025, 1, 27)), PARIS) == 2


def test_a_closed_day_that_is_asked_for_names_its_neighbours() -> None:
    with pytest.raises(DesignError, match=r"2025-01-25 is no session of XPAR.*2025-01-24 and 2025-01-27"):
        PARIS.position(dt.date(2025, 1, 25))


@pytest.mark.parametrize("date", [dt.date(2024, 12, 31), dt.date(2025, 1, 29)])
def test_a_session_outside_the_data_says_what_there_is(date: dt.date) -> None:
    with pytest.raises(DesignError, match=f"{date} is outside the data of XPAR: 2025-01-23 to 2025-01-28"):
        PARIS.position(date)


def test_an_exchange_without_sessions_says_so() -> None:
    with pytest.raises(DesignError, match="outside the data of XPAR: no sessions"):
        Sessions("XPAR", DATES[:0]).position(dt.date(2025, 1, 27))
    with pytest.raises(DesignError, match="outside the data of XPAR: no sessions"):
        day_zero(news("2025-01-27 10:00"), Sessions("XPAR", DATES[:0], DATES[:0].astype("datetime64[s]")))


def test_an_event_has_one_moment_with_a_zone() -> None:
    with pytest.raises(DesignError, match="either an information time or a session"):
        Event("news", "News")
    with pytest.raises(DesignError, match="either an information time or a session"):
        Event(
            "news",
            "News",
            information_time=dt.datetime(2025, 1, 27, tzinfo=dt.UTC),
            session=dt.date(2025, 1, 27),
        )
    with pytest.raises(DesignError, match="needs a time zone"):
        Event("news", "News", information_time=dt.datetime(2025, 1, 27))
