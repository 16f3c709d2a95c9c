"""The kernels keep half of what is asked for, measured in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import bench_kernels, peer_process
from benchmarks.bench_kernels import Measured, Ratio

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


@pytest.mark.parametrize(("limit", "median", "kept"), [(7, 3.4, False), (7, 3.6, True)])
def test_half_of_at_least(limit: float, median: float, kept: bool) -> None:
    ratio = Ratio("", float, float, limit)
    assert Measured(ratio, median, median, median, 1.0).halfway is kept


@pytest.mark.parametrize(("limit", "median", "kept"), [(0.08, 0.17, False), (0.08, 0.15, True)])
def test_half_of_at_most(limit: float, median: float, kept: bool) -> None:
    ratio = Ratio("", float, float, limit, at_least=False)
    assert Measured(ratio, median, median, median, 1.0).halfway is kept


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
    assert capfd.readouterr().err.count("\n") == 2
