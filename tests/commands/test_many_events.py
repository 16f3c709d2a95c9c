"""Many events on the command line."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import app

REFERENCE = Path(__file__).parents[1] / "reference" / "common_date"
WINDOWS = ("--event-window", "-10", "10", "--estimation-window", "-270", "-21")
PRICES = ("--prices", str(REFERENCE / "prices"), "--benchmark", "MKT", *WINDOWS)
LIST = """symbol,event_date,group
F1,2022-04-04,up
F2,2022-04-03,up
F3,2022-04-04,down
F3,2022-04-04,down
F4,2021-03-05,down
F9,2022-04-04,
"""

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run ``study --events`` on a list."""

    def run(content: str, *arguments: str) -> tuple[int, str, str]:
        (tmp_path / "events.csv").write_text(content)
        code = app.main(["study", "--events", str(tmp_path / "events.csv"), *arguments])
        return code, *capsys.readouterr()

    return run


def test_every_event_has_the_numbers_of_the_reference_case(run: Run) -> None:
    document = json.loads(run(LIST, *PRICES, "--format", "json")[1])
    expected = json.loads((REFERENCE / "expected.json").read_text())
    events = document["events"]
    assert events["event"][::5] == ["F1@2022-04-04", "F2@2022-04-03", "F3@2022-04-04"]
    for place, (symbol, window) in enumerate(zip(events["symbol"], events["window"], strict=True)):
        known = [car for car in expected["firms"][symbol]["car"] if _shown(car["window"]) == window]
        for car in known:
            found = [events[name][place] for name in ("car", "se", "pvalue")]
            assert found == pytest.approx([car[name] for name in ("car", "se", "pvalue")], rel=1e-9)
    assert set(events["window"]) >= {"[0]", "[0, +1]", "[-10, +10]"}


def _shown(window: list[int]) -> str:
    start, end = (f"{day:+d}" if day else "0" for day in window)
    return f"[{start}]" if start == end else f"[{start}, {end}]"


def test_no_number_of_a_wide_table_is_cut(run: Run) -> None:
    text = run(LIST.replace(",up", ",firms that had been known to deliver"), *PRICES)[1]
    assert "…" not in text
    assert "firms that had been known to deliver" in text


def test_what_was_moved_left_out_or_shared_is_told(run: Run) -> None:
    document = json.loads(run(LIST, *PRICES, "--format", "json")[1])
    moved = {"event": "F2@2022-04-03", "reason": "2022-04-04: 2022-04-03 is no session of MKT"}
    assert document["moved"] == {"count": 1, "first": [moved]}
    assert document["clusters"] == {"count": 1, "first": [{"session": "2022-04-04", "events": 3}]}
    assert document["overlaps"] == {"count": 0, "first": []}
    excluded = {entry["event"]: entry["reason"] for entry in document["excluded"]["first"]}
    assert document["excluded"]["count"] == len(excluded) == 3
    assert excluded["F3@2022-04-04 (line 5)"] == "listed before, on line 4"
    assert excluded["F9@2022-04-04"] == "no prices of F9"
    assert "needs 270 sessions before day 0" in excluded["F4@2021-03-05"]
    assert {name: group["events"] for name, group in document["groups"].items()} == {"up": 2, "down": 1}
    assert document["group"]["kolari_pynnonen"]["trusted"]
    assert document["group"]["portfolio"]["reason"].startswith(
        "one firm-day decides the portfolio t: F2, on 2021-08-16,"
    )
    assert not document["group"]["cross_sectional"]["trusted"]


def test_events_of_one_firm_that_overlap_are_listed(run: Run) -> None:
    document = json.loads(run(LIST + "F1,2022-04-08,\n", *PRICES, "--format", "json")[1])
    pair = {"event": "F1@2022-04-04", "next_event": "F1@2022-04-08", "sessions_shared": 17}
    assert document["overlaps"] == {"count": 1, "first": [pair]}


def test_a_document_says_its_schema_and_its_tests_by_window(run: Run) -> None:
    document = json.loads(run(LIST, *PRICES, "--format", "json")[1])
    assert document["schema"] == 2
    assert list(document["windows"]) == ["[0]", "[0, +1]", "[-1, +1]", "[-5, +5]", "[-10, +10]"]
    day = document["windows"]["[0]"]
    assert day["events"] == 3
    assert day["ci"][0] < day["mean"] < day["ci"][1]
    assert day["tests"] == document["group"]
    assert len(document["aar"]) == 21


def test_events_are_listed_one_by_one_up_to_a_number(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commands.list_documents.MOST_LISTED", 2)
    assert json.loads(run(LIST, *PRICES, "--format", "json")[1])["events"] is None


def test_text_tells_the_same(run: Run) -> None:
    text = run(LIST, *PRICES)[1]
    assert text.startswith("Caution: one firm-day decides the portfolio t: F2, on 16 Aug 2021, makes")
    assert "\n3 events of 3 firms on 1 day;" in text
    for line in (
        "Caution: 3 of 3 events share their day 0 with another; most on 4 Apr 2022 (3)",
        "Moved to a session: F2@2022-04-03: 4 Apr 2022: 3 Apr 2022 is no session of MKT",
        "Not studied: F9@2022-04-04: no prices of F9",
    ):
        assert line in text


def test_many_cautions_about_prices_hide_no_other(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three firms jump before the estimation window; a fourth has no prices."""
    monkeypatch.setattr("commands.many_events.MOST_LINES", 2)
    shutil.copytree(REFERENCE / "prices", tmp_path / "p")
    for symbol in ("F1", "F2", "F3"):
        bars = pd.read_csv(tmp_path / "p" / f"{symbol}.csv")
        bars.loc[:2, ["Open", "High", "Low", "Close", "Adj Close"]] /= 1.37
        bars.to_csv(tmp_path / "p" / f"{symbol}.csv", index=False)
    text = run(LIST, "--prices", str(tmp_path / "p"), "--benchmark", "MKT", *WINDOWS)[1]
    told = [line.split(": ")[1] for line in text.splitlines() if line.startswith("Caution: ")]
    assert [line[:10] for line in told if " rose by " in line] == ["F1 rose by", "F2 rose by"]
    assert told[-1] == "1 more (--format json lists all)"
    assert any(line.startswith("1 firm of the list has no prices in ") for line in told)


def test_text_marks_the_p_values_that_are_not_to_be_trusted_window_by_window(run: Run) -> None:
    text = run(LIST, *PRICES)[1]
    assert "A number in brackets: not to be trusted in that window, for the reason below." in text
    (row,) = (line for line in text.splitlines() if line.startswith("Boehmer-Musumeci-Poulsen t"))
    assert row.count("(") == 5
    (row,) = (line for line in text.splitlines() if line.startswith("Kolari-Pynnonen t"))
    assert "(" not in row


def test_csv_has_a_row_per_event_and_window(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run(LIST, *PRICES, "--format", "csv")[1])))
    assert len(rows) == 3 * 5
    assert {row["group"] for row in rows} == {"up", "down"}


def test_a_closed_day_can_be_dropped(run: Run) -> None:
    text = run(LIST, *PRICES, "--closed-day", "drop")[1]
    assert "Not studied: F2@2022-04-03: 3 Apr 2022 is no session of MKT" in text


def test_without_price_files_the_catalogues_prices_serve(run: Run) -> None:
    code, text, _ = run("symbol,event_date\nNVDA,2024-08-29\nNVDA,2024-11-21\nASML.AS,2024-10-15\n")
    assert code == 0
    assert "\n3 events of 2 firms on 3 days" in text


@pytest.mark.parametrize(
    ("content", "arguments", "message"),
    [
        ("symbol\nF1\n", PRICES, "events.csv: no column event_date; found: symbol"),
        (LIST, (*PRICES, "--closed-day", "later"), "closed day 'later': allowed are next, previous, drop"),
        (LIST, ("--prices", "nowhere.csv", "--benchmark", "MKT"), "nowhere.csv: cannot be read"),
        (LIST, (*PRICES, "--benchmark", "XXX"), "no prices of the benchmark XXX"),
        (LIST, (*PRICES, "--accept", "XXX"), "--accept XXX: no such symbol in this study; it has F1"),
        (LIST, ("--accept", "F1"), "--accept takes prices of files as they are: it needs --prices"),
        (LIST, (*PRICES, "--symbols", "F1"), "--events brings its own firms and dates"),
        (
            LIST.replace("2022", "2012"),
            PRICES,
            "nothing to study. F1@2012-04-04, F3@2012-04-04: 2012-04-04 is outside",
        ),
    ],
)
def test_what_cannot_be_done_is_one_line(
    run: Run, content: str, arguments: tuple[str, ...], message: str
) -> None:
    code, out, error = run(content, *arguments)
    assert (code, out) == (2, "")
    assert message in error
    assert error.count("\n") == 1
