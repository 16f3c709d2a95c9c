"""A table of events becomes the list that a study takes: one set of names, all times in UTC."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data.files.event_list import read_events


def written(folder: Path, content: str) -> Path:
    (folder / "events.csv").write_text(content)
    return folder / "events.csv"


def test_firms_and_benchmarks_share_their_names(tmp_path: Path) -> None:
    rows = "BBB,2024-03-01,MKT,up\nMKT,2024-03-02,,\nAAA,2024-03-03,BBB,down\n"
    content = f"symbol,event_date,benchmark,group\n{rows}"
    events, said, _ = read_events(written(tmp_path, content))
    assert events.names == ("AAA", "BBB", "MKT")
    assert [events.names[firm] for firm in events.firm] == ["BBB", "MKT", "AAA"]
    assert events.benchmark.tolist() == [2, -1, 1]
    assert [events.groups[group] if group >= 0 else None for group in events.group] == ["up", None, "down"]
    assert events.line.tolist() == [2, 3, 4]
    assert list(events.labels) == ["BBB@2024-03-01", "MKT@2024-03-02", "AAA@2024-03-03"]
    assert np.isnat(events.moment).all()
    assert said == ""


@pytest.mark.parametrize(
    ("symbol", "utc", "zone"),
    [
        ("AAA", "2024-07-01T20:30:00", "America/New_York"),
        ("SAP.DE", "2024-07-01T14:30:00", "Europe/Berlin"),
        ("7203.T", "2024-07-01T07:30:00", "Asia/Tokyo"),
    ],
)
def test_a_time_without_a_zone_is_read_in_that_of_the_exchange_by_name(
    tmp_path: Path, symbol: str, utc: str, zone: str
) -> None:
    events, said, _ = read_events(written(tmp_path, f"symbol,event_date\n{symbol},2024-07-01 16:30\n"))
    assert [str(moment) for moment in events.moment] == [utc]
    assert said == f"1 time without a zone is read in that of the share's exchange ({zone})"


def test_a_moment_has_its_day_on_the_clocks_of_the_exchange(tmp_path: Path) -> None:
    rows = "AAA,2024-07-02T01:30Z\n7203.T,2024-06-30T23:00Z\n"
    events, _, _ = read_events(written(tmp_path, f"symbol,event_date\n{rows}"))
    assert list(events.labels) == ["AAA@2024-07-01", "7203.T@2024-07-01"]


def test_a_time_with_a_zone_is_what_it_says(tmp_path: Path) -> None:
    content = "symbol,event_date\nAAA,2024-07-01T16:30+02:00\nBBB,2024-07-01 09:00\nCCC,2024-07-01 08:00\n"
    events, said, _ = read_events(written(tmp_path, content))
    moments = ["2024-07-01T14:30:00", "2024-07-01T13:00:00", "2024-07-01T12:00:00"]
    assert [str(moment) for moment in events.moment] == moments
    assert said == "2 times without a zone are read in that of the share's exchange (America/New_York)"
