"""A list of events becomes listed events; a line that cannot be one is named."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import pytest

from analysis.many.lists import ListedEvent
from analysis.market.errors import DataError
from data.files.event_list import read_events

GOOD = "symbol,event_date,benchmark,group\nAAA,2024-03-01,MKT,up\nBBB,2024-03-02,,\n"


def written(directory: Path, content: str | bytes) -> Path:
    path = directory / "events.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        "\ufeff" + GOOD,
        GOOD.replace(",", ";"),
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("symbol,event_date", "Ticker, Event Date"),
        GOOD.replace("2024-03-01", "2024-03-01T15:30:00Z"),
    ],
    ids=["plain", "BOM", "semicolons", "CRLF", "other names", "with a time"],
)
def test_a_line_is_an_event(tmp_path: Path, content: str) -> None:
    assert read_events(written(tmp_path, content)) == (
        ListedEvent("AAA", dt.date(2024, 3, 1), "MKT", "up", 2),
        ListedEvent("BBB", dt.date(2024, 3, 2), None, None, 3),
    )


def test_benchmark_and_group_can_be_left_out(tmp_path: Path) -> None:
    (event,) = read_events(written(tmp_path, "symbol,event_date\n\nAAA,2024-03-01\n"))
    assert (event.label, event.benchmark, event.group, event.line) == ("AAA@2024-03-01", None, None, 3)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"the file is empty; needed: a header with symbol and event_date, and rows"),
        ("symbol,event_date\n", r"line 1: no event below the header"),
        ("symbol,day\nAAA,2024-03-01\n", r"line 1: no column event_date; found: symbol, day"),
        ("event_date\n2024-03-01\n", r"line 1: no column symbol; found: event_date"),
        (GOOD.replace("2024-03-02", "03/02/2024"), r"line 3: event_date '03/02/2024' is no date"),
        (GOOD.replace("2024-03-02", "2024-02-30"), r"line 3: event_date '2024-02-30' is no date"),
        (GOOD.replace("2024-03-02", ""), r"line 3: event_date '' is no date; needed: YYYY-MM-DD"),
        (GOOD.replace("BBB", ""), r"line 3: no symbol"),
        (GOOD + "CCC,2024-03-01\n", r"line 4: 2 values, but the header has 4"),
        (GOOD.encode().replace(b"BBB", b"\xff"), r"line 3: no UTF-8 text"),
        (random.Random(1).randbytes(100_000), r"no table of text"),
    ],
)
def test_what_is_no_list_of_events_is_named_in_one_line(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    with pytest.raises(DataError, match=message) as caught:
        read_events(written(tmp_path, content))
    assert str(caught.value).startswith("events.csv")
    assert "\n" not in str(caught.value)


def test_a_list_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"events\.csv: cannot be read: No such file"):
        read_events(tmp_path / "events.csv")
