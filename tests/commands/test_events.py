"""The catalogue, and events side by side, on the command line."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from analysis.market.errors import DesignError
from commands.prices import changed
from commands.source import Source
from data.bundled.findings import findings
from data.catalogue import files
from data.store.place import findings_folder
from tests.commands.conftest import Run, assert_one_line
from tests.waiting import soon

FIRST = "deepseek-2025-01-27"
TWO = (FIRST, "oracle-2025-09-09")


@pytest.fixture(scope="module", autouse=True)
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Findings of this module are kept beside a store of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFTERSHOCK_DATABASE_URL", f"sqlite:///{tmp_path_factory.mktemp('store') / 'prices.db'}")
        yield


def test_every_event_stands_with_its_finding_its_claims_and_its_firms(document: Callable[..., Any]) -> None:
    listed = document("events")
    assert [one["slug"] for one in listed[:1]] == [FIRST]
    assert {one["slug"] for one in listed} == set(files.events())
    assert all(one["origin"] == "bundled" for one in listed)
    claims, study = document("reported", FIRST), document("study", FIRST)
    first = listed[0]
    for verdict, count in first["claims"].items():
        assert count == sum(claim["verdict"] == verdict for claim in claims)
    for symbol, firm in first["firms"].items():
        day_zero = study["firms"][symbol]["car"][0]
        assert (firm["abnormal_return"], firm["ci"]) == (day_zero["car"], day_zero["ci"])
        assert firm["pvalue"] == day_zero["pvalue"]
    assert first["headline"].replace("\u00a0", " ").startswith("ASML Holding fell 11.5 %")


def test_what_is_kept_needs_neither_pandas_nor_scipy() -> None:
    code = (
        "import sys, app; app.main(['events', '--format', 'json']); app.main(['events']);"
        "print([name for name in ('pandas', 'scipy') if name in sys.modules], file=sys.stderr)"
    )
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "[]"


def test_a_row_per_event_in_csv(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("events", "--format", "csv").out)))
    assert len(rows) == len(files.events())
    assert float(rows[0]["move"]) < -0.1


def test_a_broken_event_hides_no_other(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "good.toml").write_bytes((files.EVENTS / f"{TWO[1]}.toml").read_bytes())
    (tmp_path / "bad.toml").write_text("moves = 3")
    for name in ("data.catalogue.dossiers.events", "data.catalogue.files.events"):  # the importer first
        monkeypatch.setattr(name, lambda directory=tmp_path: {p.stem: p for p in tmp_path.glob("*.toml")})
    answer = run("events")
    assert "Oracle" in answer.out
    assert "left out: bad.toml: " in answer.err


def test_a_finding_is_kept_until_its_file_the_prices_or_the_program_change(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AFTERSHOCK_DATABASE_URL", f"sqlite:///{tmp_path / 'prices.db'}")
    monkeypatch.setattr("data.bundled.findings.findings", dict)
    found: list[int] = []

    def ask(source: Source) -> str:
        return source.found(FIRST, lambda before: str(found.append(0) or len(found)))

    assert [ask(Source()), ask(Source())] == ["1", "1"]
    for change in (
        "data.catalogue.files.fingerprint", "data.store.place.newest_snapshot", "commands.findings.program",
    ):  # fmt: skip
        with monkeypatch.context() as patch:
            patch.setattr(change, lambda *about: "another")
            asked = Source()
            assert ask(asked) == ask(asked) == str(len(found))
    assert len(found) == 4


def test_news_come_of_new_prices_and_stay(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AFTERSHOCK_DATABASE_URL", f"sqlite:///{tmp_path / 'prices.db'}")
    assert Source().news(FIRST) == ()
    event, text = findings()[FIRST]
    before = json.dumps(json.loads(text) | {"headline": "It rose"})
    monkeypatch.setattr("data.bundled.findings.findings", lambda: {FIRST: (event, before)})
    assert Source().news(FIRST) == ()
    monkeypatch.setattr("data.store.place.newest_snapshot", lambda: "newer")
    (told,) = Source().news(FIRST)
    assert "changed the headline: it was “It rose”" in told
    monkeypatch.setattr("data.store.place.newest_snapshot", lambda: "newer still")
    assert Source().news(FIRST) == (told,)
    (one,) = [each for each in changed(Source()) if each["event"] == FIRST]
    assert (one["what"], one["old"], one["claim"]) == ("the headline", "It rose", "")
    assert dt.date.fromisoformat(one["date"])


def test_pages_do_not_wait_for_what_is_found_in_the_background(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """After new prices what was found before is shown, and after a while what is found on the new."""
    monkeypatch.setenv("AFTERSHOCK_DATABASE_URL", f"sqlite:///{tmp_path / 'prices.db'}")
    monkeypatch.setattr("commands.findings.FIRST", 0)
    source, go = Source(), threading.Event()
    source.patient = False
    assert source.found_by_now(FIRST, lambda before: "never") == (findings()[FIRST][1], True)
    monkeypatch.setattr("data.store.place.newest_snapshot", lambda: "newer")
    source = Source()
    source.patient = False

    def find(before: str | None) -> str:
        assert go.wait(10)
        return "new"

    first = source.state()
    assert source.found_by_now(FIRST, find) == (findings()[FIRST][1], False)
    go.set()
    assert soon(lambda: source.state() != first)
    assert source.found_by_now(FIRST, find) == ("new", True)


def test_what_fails_in_the_background_is_tried_in_sight(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AFTERSHOCK_DATABASE_URL", f"sqlite:///{tmp_path / 'prices.db'}")
    monkeypatch.setattr("commands.findings.FIRST", 0)
    monkeypatch.setattr("data.bundled.findings.findings", dict)
    source = Source()
    source.patient = False

    def find(before: str | None) -> str:
        raise DesignError("it cannot be found")

    first = source.state()
    assert source.found_by_now(FIRST, find) == ("", False)
    assert soon(lambda: source.state() != first)
    with pytest.raises(DesignError):
        source.found_by_now(FIRST, find)


def test_an_event_that_nobody_looked_at_has_no_news(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AFTERSHOCK_DATABASE_URL", f"sqlite:///{tmp_path / 'prices.db'}")
    monkeypatch.setattr("data.bundled.findings.findings", dict)
    assert Source().news(FIRST) == ()
    assert not (tmp_path / "findings").exists()


# ---- side by side ----------------------------------------------------------------------------------


def test_events_side_by_side_hold_what_each_study_says(document: Callable[..., Any]) -> None:
    both = document("compare", *TWO)
    alone = document("study", FIRST)
    first = both["events"][0]
    assert first["abnormal"] == pytest.approx(alone["windows"]["[0]"]["mean"])
    assert [first["low"], first["high"]] == pytest.approx(alone["windows"]["[0]"]["ci"])
    assert first["pvalue"] == pytest.approx(alone["group"]["portfolio"]["pvalue"])
    assert first["rank"]["rank"] == 1
    assert both["pooled"]["events"] == sum(one["firms"] for one in both["events"])
    assert set(both["pooled"]["tests"]) == set(alone["group"])


def test_events_side_by_side_in_text_and_in_csv(run: Run) -> None:
    assert "HOW RARE WAS THAT DAY?" in run("compare", *TWO).out
    assert [
        row["slug"] for row in csv.DictReader(io.StringIO(run("compare", *TWO, "--format", "csv").out))
    ] == [*TWO]


def test_a_benchmark_of_another_exchange_brings_its_sessions_along(document: Callable[..., Any]) -> None:
    both = document("compare", "siemens-energy-gamesa-2023-06-22", "siemens-energy-guarantees-2023-10-26")
    assert both["pooled"]["events"] == sum(one["firms"] for one in both["events"]) == 3


def test_one_event_is_no_comparison(run: Run) -> None:
    answer = run("compare", FIRST, FIRST)
    assert_one_line(answer)
    assert "named twice" in answer.err


def test_an_unknown_event_is_named_where_two_others_remain(document: Callable[..., Any]) -> None:
    assert list(document("compare", *TWO, "nonsense")["left_out"]) == ["nonsense"]


def test_stores_in_one_folder_keep_their_findings_apart(monkeypatch, tmp_path):
    def folder(url: str):
        monkeypatch.setenv("AFTERSHOCK_DATABASE_URL", url)
        return findings_folder()

    one, two = (folder(f"sqlite:///{tmp_path}/{name}.db") for name in ("one", "two"))
    assert one != two
    assert one.parent == two.parent == tmp_path / "findings"
    assert folder("postgresql://a/one") != folder("postgresql://a/two")
