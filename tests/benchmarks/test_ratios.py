"""The kernels keep half of what is asked for, measured in a process of its own."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import bench_kernels, peer_process
from benchmarks.bench_kernels import Ratio, judged

ROOT = Path(__file__).parents[2]
PATIENCE = 600


@pytest.fixture(scope="module")
def answer() -> subprocess.CompletedProcess[str]:
    """What the short benchmark prints."""
    command = [sys.executable, "-m", "benchmarks.bench_kernels", "--short"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)


@pytest.mark.slow
def test_every_ratio_keeps_half_of_what_is_asked_for(answer: subprocess.CompletedProcess[str]) -> None:
    assert answer.returncode == 0, f"\n{answer.stdout}\n{answer.stderr}"
    assert "numpy sliding windows" in answer.stdout


@pytest.mark.slow
def test_peers_are_measured_where_they_can_be_installed(answer: subprocess.CompletedProcess[str]) -> None:
    if peer_process.LEFT_OUT in answer.stderr:
        pytest.skip(answer.stderr.strip().splitlines()[-1])
    assert "eventstudy 0.1a12" in answer.stdout


def ticking(*seconds: float) -> Iterator[float]:
    """Seconds of one run after another; the last one for ever."""
    return itertools.chain(seconds, itertools.repeat(seconds[-1]))


@pytest.mark.parametrize(
    ("theirs", "good"),
    [
        ([8.0], True),
        ([4.0], True),
        ([3.4], False),
        ([3.4, 3.4, 3.4, 4.0, 3.4], True),  # one pair of the second try
        ([3.4, 4.0, 3.4, 3.4], False),  # one of the first is not enough
    ],
)
def test_a_ratio_below_half_is_doubted_once(theirs: list[float], good: bool) -> None:
    ratio = Ratio("", lambda: 1.0, ticking(*theirs).__next__, 7)
    assert judged(ratio, short=True)[1] is good


@pytest.mark.parametrize(("theirs", "good"), [(2.1, True), (1.9, False)])
def test_at_most_twice_of_what_is_allowed(theirs: float, good: bool) -> None:
    ratio = Ratio("", lambda: 4.0, lambda: theirs, 1, at_least=False)
    assert judged(ratio, short=True)[1] is good


@pytest.mark.parametrize(("theirs", "good"), [(7.1, True), (6.9, False)])
def test_the_long_form_asks_for_all(theirs: float, good: bool) -> None:
    assert judged(Ratio("", lambda: 1.0, lambda: theirs, 7), short=False)[1] is good


def test_without_peers_the_other_ratios_are_left() -> None:
    alone = [ratio.name for ratio in bench_kernels.ratios(None) if ratio.yardstick]
    assert len(alone) == len(bench_kernels.ratios(lambda line: 1.0)) - 5
    assert not any("eventstudy" in name or "statsmodels" in name for name in alone)


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
