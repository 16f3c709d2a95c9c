"""What the benchmark measures, how it judges, and that all sides give the same answer."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from benchmarks import __main__ as bench
from benchmarks import made, peer_process, ratios
from benchmarks.processes import Cost, output
from benchmarks.ratios import Ratio, in_turns, measured, report

PEERS = Path("peers")


@pytest.mark.parametrize(
    ("limit", "at_least", "unit", "missed"),
    [
        (2, False, "cpu", False),
        (1.9, False, "cpu", True),
        (2, True, "cpu", False),
        (2.1, True, "cpu", True),
        (3, False, "peak", False),
        (2.9, False, "peak", True),
    ],
)
def test_the_median_of_the_pairs_decides(limit: float, at_least: bool, unit: str, missed: bool) -> None:
    ours = [Cost(2, 9, 300), Cost(20, 9, 300), Cost(1, 9, 300)]
    costs = {"ours": ours, "floor": [Cost(1, 1, 100)] * 3}
    assert measured(Ratio("", "ours", "floor", limit, at_least, unit), costs).missed is missed


def test_both_sides_run_in_turns() -> None:
    order = []
    works = {name: lambda name=name: order.append(name) or Cost(1, 1, 1) for name in "ab"}
    assert {name: len(costs) for name, costs in in_turns(works, 2).items()} == {"a": 2, "b": 2}
    assert order == ["a", "b", "a", "b"]


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "page.md"
    marks = "<!-- {0}: written by make bench -->\nold\n<!-- end of {0} -->"
    path.write_text("before\n" + "\n".join(map(marks.format, ("one", "two"))) + "\nafter\n")
    monkeypatch.setattr(ratios, "PAGE", path)
    return path


@pytest.mark.parametrize(("limit", "said"), [(1, "**missed**"), (3, "kept")])
def test_a_limit_that_is_missed_is_said_and_written(
    page: Path, capsys: pytest.CaptureFixture[str], limit: float, said: str
) -> None:
    costs = {"ours": [Cost(2, 2, 2)], "floor": [Cost(1, 1, 1)]}
    missed = report("one", [measured(Ratio("this: that", "ours", "floor", limit), costs)])
    assert missed is ("missed" in said)
    assert ("\nmissed: this: that\n" in capsys.readouterr().out) is missed
    assert (
        f"| this: that | 2.00 s | 2.00 s | 2.00 | 2.00 | 2.00 | at most {limit} | {said} |"
        in page.read_text()
    )


def test_only_its_own_section_is_written(page: Path) -> None:
    ratios.write("one", "new")
    assert page.read_text().count("old") == 1
    assert page.read_text().startswith(
        "before\n<!-- one: written by make bench -->\nnew\n<!-- end of one -->"
    )
    assert page.read_text().endswith("<!-- end of two -->\nafter\n")


@pytest.mark.parametrize("section", ["ratios", "large"])
def test_the_page_has_the_sections(section: str) -> None:
    assert f"<!-- {section}: written by make bench -->" in ratios.PAGE.read_text()
    assert f"<!-- end of {section} -->" in ratios.PAGE.read_text()


def test_a_process_is_charged_with_its_own_time_and_memory() -> None:
    idle, printed = output("-c", "import os, time; time.sleep(0.2); print(os.environ['OMP_NUM_THREADS'])")
    busy, _ = output("-c", "b = bytearray(200_000_000); b[::4096] = b[1::4096]; sum(range(10_000_000))")
    assert printed == "1\n"
    assert idle.wall > 0.2 > idle.cpu
    assert busy.cpu > idle.cpu
    assert busy.peak > 200


def test_a_process_that_fails_ends_the_benchmark_with_what_it_said() -> None:
    with pytest.raises(SystemExit, match="ended with 3: broken"):
        output("-c", "import sys; print('broken', file=sys.stderr); sys.exit(3)")


def test_everything_that_is_compared_is_run() -> None:
    names = {name for ratio in bench.RATIOS for name in (ratio.work, ratio.yardstick)}
    assert names == bench.works(Path(), PEERS).keys()
    large = {name for ratio in bench.LARGE for name in (ratio.work, ratio.yardstick)}
    assert large == bench.large_works(Path()).keys()


def test_without_peers_only_eventstudy_is_left_out() -> None:
    assert bench.works(Path(), PEERS).keys() - bench.works(Path(), None).keys() == {"eventstudy"}


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A panel of six firms and sixty events."""
    monkeypatch.setattr(made, "FIRMS", 6)
    random = np.random.default_rng(1)
    market = random.normal(0, 0.01, made.SESSIONS)
    levels = np.vstack([made.prices(6, market, random), 100 * np.cumprod(1 + market)])
    made.write_panel(tmp_path / "panel.parquet", [*made.symbols(0, 6), made.BENCHMARK], levels)
    made.write_events(tmp_path / bench.FEW, 60, random)
    return tmp_path


@pytest.mark.slow
def test_the_command_and_the_script_give_the_same_answer(small: Path) -> None:
    bench.gate(small, None)


@pytest.mark.slow
def test_the_floor_reads_the_whole_panel(small: Path) -> None:
    assert output("benchmarks/floor.py", small / "panel.parquet")[1] == "7 (7, 1259)\n"


def test_answers_that_differ_stop_the_benchmark() -> None:
    with pytest.raises(SystemExit, match="nothing was timed"):
        bench.agree("a number", 1.0, 1.1, 0.01)


def test_no_event_is_made_twice_and_each_has_its_windows(small: Path) -> None:
    header, *events = csv.reader((small / bench.FEW).read_text().splitlines())
    assert header == ["symbol", "event_date"]
    assert len(set(map(tuple, events))) == 60
    days = made.sessions(made.SESSIONS)
    assert all(str(days[261]) <= day <= str(days[-11]) for _, day in events)


@pytest.mark.slow
def test_peers_that_cannot_be_installed_are_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "peers.txt").write_text("peer @ file:///nowhere/peer.whl\n")
    monkeypatch.setattr(peer_process, "PEERS", tmp_path / "peers")
    monkeypatch.setattr(peer_process, "REQUIREMENTS", tmp_path / "peers.txt")
    assert peer_process.peers_python() is None
    last = capfd.readouterr().err.splitlines()[-1]
    assert last.startswith(peer_process.LEFT_OUT)
    assert "peer.whl" in last
