"""A list of events becomes columns; a line that cannot be an event is named."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.market.errors import DataError
from data.files import events
from data.files.events import Coded, EventTable, read_event_table

GOOD = "symbol,event_date,benchmark,group\nAAA,2024-03-01,MKT,up\nBBB,2024-03-02,,\n"


def written(directory: Path, content: str | bytes) -> Path:
    path = directory / "events.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def words(coded: Coded) -> list[str | None]:
    return [coded.names[code] if code >= 0 else None for code in coded.codes]


def times(table: EventTable) -> list[str]:
    return table.times.astype(str).tolist()


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        "\ufeff" + GOOD,
        GOOD.replace(",", ";"),
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("symbol,event_date", "Ticker, Event Date"),
        GOOD.replace("2024-03-01", "2024-03-01 00:00:00"),
        GOOD.encode("utf-16"),
        GOOD.replace("2024-03-01", "15/03/2024").replace("2024-03-02", "02/03/2024").replace("15/", "01/")
        + "CCC,31/03/2024,,\n",
    ],
    ids=["plain", "BOM", "semicolons", "CRLF", "other names", "midnight", "UTF-16", "day first"],
)
def test_a_line_is_an_event(tmp_path: Path, content: str | bytes) -> None:
    table = read_event_table(written(tmp_path, content))
    assert words(table.symbol)[:2] == ["AAA", "BBB"]
    assert table.dates.astype(str).tolist()[:2] == ["2024-03-01", "2024-03-02"]
    assert words(table.benchmark)[:2] == ["MKT", None]
    assert words(table.group)[:2] == ["up", None]
    assert table.lines.tolist()[:2] == [2, 3]
    assert np.isnat(table.times).all()
    assert np.isnat(table.clock_times).all()


@pytest.mark.parametrize(
    ("cell", "utc", "clock"),
    [
        ("2024-06-03 16:30:00", "NaT", "2024-06-03T16:30:00"),
        ("2024-06-03 4:30 PM", "NaT", "2024-06-03T16:30:00"),
        ("2024-06-03T16:30-04:00", "2024-06-03T20:30:00", "NaT"),
        ("2024-06-03T16:30:00Z", "2024-06-03T16:30:00", "NaT"),
        ("2024-06-03 16:30 America/New_York", "2024-06-03T20:30:00", "NaT"),
        ("2024-06-03 16:30 ET", "2024-06-03T20:30:00", "NaT"),
        ("2024-06-03", "NaT", "NaT"),
    ],
)
def test_a_time_is_kept_with_its_zone_or_apart(tmp_path: Path, cell: str, utc: str, clock: str) -> None:
    table = read_event_table(written(tmp_path, f"symbol,event_date\nAAA,{cell}\n"))
    assert table.dates.astype(str).tolist() == ["2024-06-03"]
    assert times(table) == [utc]
    assert table.clock_times.astype(str).tolist() == [clock]
    if len(cell) > 10:
        content = f"symbol,event_date,event_time\nAAA,2024-06-03,{cell[11:]}\n"
        assert times(read_event_table(written(tmp_path, content))) == [utc]


def test_a_time_without_a_date_is_on_the_day_of_its_event_in_summer_and_winter(tmp_path: Path) -> None:
    content = (
        "symbol,date,event_time\nA,2024-01-03,16:30 America/New_York\nA,2024-07-03,16:30 America/New_York\n"
    )
    assert times(read_event_table(written(tmp_path, content))) == [
        "2024-01-03T21:30:00",
        "2024-07-03T20:30:00",
    ]


@pytest.mark.parametrize("name", ["NAN", "NULL", "NA", "TRUE", "INF", "069080", "1E5", "-"])
def test_a_ticker_stays_what_it_is(tmp_path: Path, name: str) -> None:
    table = read_event_table(written(tmp_path, f"symbol,event_date,benchmark\n{name},2024-06-03,{name}\n"))
    assert words(table.symbol) == words(table.benchmark) == [name]


def test_other_columns_are_kept(tmp_path: Path) -> None:
    table = read_event_table(
        written(tmp_path, "symbol,date,size,note\nA,2024-03-01,1.5,x\n\nB,2024-03-01,,\n")
    )
    np.testing.assert_array_equal(table.extra["size"], [1.5, np.nan])
    assert words(table.extra["note"]) == ["x", None]
    assert table.lines.tolist() == [2, 4]


@pytest.mark.parametrize("ending", ["parquet", "xlsx"])
def test_a_table_of_another_kind_gives_the_same(tmp_path: Path, ending: str) -> None:
    frame = pd.DataFrame(
        {
            "symbol": ["NA", "10107"],
            "event_date": pd.to_datetime(["2024-03-01 00:00", "2024-03-02 16:30"]),
            "group": ["up", None],
        }
    )
    path = tmp_path / f"events.{ending}"
    frame.to_parquet(path) if ending == "parquet" else frame.to_excel(path, index=False)
    table = read_event_table(path)
    assert words(table.symbol) == ["NA", "10107"]
    assert words(table.group) == ["up", None]
    assert table.dates.astype(str).tolist() == ["2024-03-01", "2024-03-02"]
    assert table.clock_times.astype(str).tolist() == ["NaT", "2024-03-02T16:30:00"]


def test_times_of_a_zone_become_utc(tmp_path: Path) -> None:
    moments = pd.to_datetime(["2024-03-01 16:30", "2024-03-02 00:00"]).tz_localize("America/New_York")
    pd.DataFrame({"permno": [10107, 10108], "date": moments}).to_parquet(tmp_path / "events.parquet")
    table = read_event_table(tmp_path / "events.parquet")
    assert words(table.symbol) == ["10107", "10108"]
    assert table.dates.astype(str).tolist() == ["2024-03-01", "2024-03-02"]
    assert times(table) == ["2024-03-01T21:30:00", "NaT"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"the file is empty; needed: a header and rows"),
        ("symbol,event_date\n", r"no event below the header"),
        ("symbol,day0\nAAA,2024-03-01\n", r"no column event_date; found: symbol, day0"),
        ("event_date\n2024-03-01\n", r"no column symbol; found: event_date"),
        (
            GOOD.replace("2024-03-02", "03/02/2024"),
            r"no date tells the day from the month in 03/02/2024$",
        ),
        (GOOD.replace("2024-03-02", "2024-02-30"), r"line 3: event_date '2024-02-30' is no date"),
        (GOOD.replace("2024-03-02", "2024-03-02 25:00"), r"line 3: event_date '2024-03-02 25:00' is no date"),
        (GOOD.replace("2024-03-02", "2024-03-02 9:00 Mars"), r"line 3: event_date '2024-03-02 9:00 Mars'"),
        (GOOD.replace("2024-03-02", ""), r"line 3: event_date '' is no date; needed: YYYY-MM-DD"),
        (GOOD.replace("BBB", ""), r"line 3: no symbol"),
        (GOOD + "CCC,2024-03-01\n", r"line 4: 2 values, but the header has 4"),
        (
            "symbol,date,event_time\nA,2024-03-01,noon\n",
            r"line 2: event_time 'noon' is no time; needed: 16:30",
        ),
        (random.Random(1).randbytes(100_000), r"no table of text"),
    ],
)
def test_what_is_no_list_of_events_is_named_in_one_line(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    with pytest.raises(DataError, match=message) as caught:
        read_event_table(written(tmp_path, content))
    assert str(caught.value).startswith("events.csv")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("cell", ["TBD", "", "2024-13-45"])
def test_a_bad_first_date_leaves_the_header_what_it_is(tmp_path: Path, cell: str) -> None:
    path = written(tmp_path, f"symbol,event_date\nF001,{cell}\nF002,2020-12-14\n")
    with pytest.raises(DataError, match=rf"line 2: event_date '{cell}' is no date; needed: YYYY-MM-DD"):
        read_event_table(path)


def test_too_many_events_are_refused_before_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "MOST_EVENTS", 1)
    with pytest.raises(DataError, match="2 events; at most 1: save the list as Parquet"):
        read_event_table(written(tmp_path, GOOD))


def test_a_list_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"events\.csv: cannot be read: No such file"):
        read_event_table(tmp_path / "events.csv")
