"""Pieces of work over threads and a local cluster: in their order, whatever happens to a worker."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from analysis.market.errors import DesignError
from commands.workers import in_pieces, spread_over


def test_a_piece_is_as_many_blocks_as_take_long_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commands.workers.time.perf_counter", map(float, itertools.count()).__next__)
    monkeypatch.setattr("commands.workers.LEAST", 3.5)  # blocks of a second
    sizes = []

    def spread(work: Callable[[Any], Any], pieces: Sequence[Any]) -> Iterator[Any]:
        sizes.extend(map(len, pieces))
        return map(work, pieces)

    assert list(in_pieces(abs, range(-20, 0), spread)) == list(range(20, 0, -1))
    assert sizes == [5, 5, 5]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_blocks_are_worked_on_here(count: int) -> None:
    assert list(in_pieces(abs, range(-count, 0), map)) == list(range(count, 0, -1))


@pytest.mark.parametrize("workers", [None, 1, 2, 5])
@pytest.mark.parametrize("least", [0, 60])
def test_results_come_in_the_order_of_the_work(
    workers: int | None, least: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commands.workers.LEAST", least)
    with spread_over(workers, None) as spread:
        assert list(in_pieces(abs, range(-30, 0), spread)) == list(range(30, 0, -1))


def test_an_error_in_a_thread_ends_the_work() -> None:
    with pytest.raises(ZeroDivisionError), spread_over(2, None) as spread:
        list(spread(lambda piece: 1 // piece, [3, 2, 1, 0, 1]))


def test_what_a_worker_imports_is_no_command_line() -> None:
    show = "import sys, commands.lists; print('typer' in sys.modules, 'commands.cli' in sys.modules)"
    root = Path(__file__).parents[2]
    answer = subprocess.run(
        [sys.executable, "-c", show], cwd=root, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "False False"


class Deadly:
    """A piece of work that ends its worker the first time it is done."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __call__(self, piece: int) -> int:
        if piece == 3 and not self.mark.exists():
            self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return piece * piece


@pytest.mark.slow
def test_a_worker_killed_half_way_costs_no_result(tmp_path: Path) -> None:
    with spread_over(2, "local") as spread:
        assert list(spread(Deadly(tmp_path / "killed"), range(8))) == [n * n for n in range(8)]
    assert (tmp_path / "killed").exists()


def test_less_than_one_worker_is_refused() -> None:
    with pytest.raises(DesignError, match="--workers 0: at least one is needed"), spread_over(0, None):
        pass


def test_workers_of_a_scheduler_are_not_counted_here() -> None:
    expected = "--workers counts threads here or processes of --cluster local, not of a scheduler"
    with pytest.raises(DesignError, match=expected), spread_over(2, "tcp://127.0.0.1:9"):
        pass


def test_a_scheduler_that_does_not_answer_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commands.workers.PATIENCE", "1s")
    expected = r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"
    with pytest.raises(DesignError, match=expected), spread_over(None, "tcp://127.0.0.1:9"):
        pass


@pytest.mark.slow
def test_a_lost_scheduler_is_one_line() -> None:
    with scheduler() as (address, stop), spread_over(None, address) as spread:
        stop()
        with pytest.raises(DesignError, match="was lost; start it again"):
            list(spread(abs, range(4)))


@contextlib.contextmanager
def scheduler() -> Iterator[tuple[str, Callable[[], None]]]:
    """A scheduler in a process of its own, and a function that ends it."""
    options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        found = (line.split("Scheduler at:")[1].strip() for line in process.stderr if "Scheduler at:" in line)
        address = next(found)
        try:
            yield address, process.kill
        finally:
            process.kill()
            process.stderr.close()
