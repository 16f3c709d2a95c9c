"""Whole processes and what they cost: from their start to their end, with one thread for every library.

The process that measures stays small, because the peak memory of a new process starts at that of its parent.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from tools.serving import ROOT, serving

ONE_THREAD = dict.fromkeys(
    (
        "OMP_NUM_THREADS",  # pyarrow's too
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "ARROW_IO_THREADS",
    ),
    "1",
)


class Cost(NamedTuple):
    """Seconds of processor (user and system), seconds on the wall, and peak memory in MB."""

    cpu: float
    wall: float
    peak: float


Work = Callable[[], Cost]


def finished(*command: object, python: str | Path = sys.executable, **environment: str) -> Work:
    """Run Python to the end."""
    return lambda: output(*command, python=python, **environment)[0]


def output(*command: object, python: str | Path = sys.executable, **environment: str) -> tuple[Cost, str]:
    """Run Python to the end; its cost and what it printed.

    Its own usage is asked for, so that processes beside it do not count.
    """
    arguments = [str(python), *map(str, command)]
    with tempfile.TemporaryFile("w+") as printed, tempfile.TemporaryFile("w+") as said:
        start = time.perf_counter()
        process = subprocess.Popen(
            arguments, cwd=ROOT, stdout=printed, stderr=said, env=one_thread(environment)
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            sys.exit(f"{' '.join(arguments)} ended with {process.returncode}: {said.read()}")
        printed.seek(0)
        unit = 1e6 if sys.platform == "darwin" else 1e3  # bytes there, kilobytes elsewhere
        return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / unit), printed.read()


def first_page(*command: str, **environment: str) -> Work:
    """Start a server and wait for its first page; its memory is not asked for."""

    def run() -> Cost:
        before, start = os.times(), time.perf_counter()
        with (
            serving(command, **ONE_THREAD, **environment) as address,
            urllib.request.urlopen(address) as page,
        ):
            page.read()
            wall = time.perf_counter() - start
        after = os.times()
        user, system = (getattr(after, n) - getattr(before, n) for n in ("children_user", "children_system"))
        return Cost(user + system, wall, 0.0)

    return run


def one_thread(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment, with one thread for every library; Python keeps its bytecode, as it does for users."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, **ONE_THREAD, **(environment or {})}
