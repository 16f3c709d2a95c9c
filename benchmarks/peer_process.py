"""The peers' environment, installed when needed, and the process they run in.

    python -m benchmarks.peer_process             installs them, at set-up

The environment is `var/peers`, never the project's own. Where the package index cannot be reached,
one line says so, and what is measured against peers is left out.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tools.packages import SetupError
from tools.setup import Environment, prepare

ROOT = Path(__file__).parents[1]
PEERS = ROOT / "var" / "peers"
REQUIREMENTS = ROOT / "benchmarks" / "peers.txt"
LEFT_OUT = "the ratios against peers are left out"

Ask = Callable[[str], float]


def peers_python() -> Path | None:
    """The Python of the peers' own environment, or None if they cannot be installed."""
    environment = Environment(PEERS)
    try:
        prepare(environment, [REQUIREMENTS])
    except SetupError as error:
        print(f"{LEFT_OUT}: {error}", file=sys.stderr, flush=True)
        return None
    return environment.python


@contextmanager
def peers() -> Iterator[Ask | None]:
    """Asks the peers for a piece of work, and answers with the seconds it took; None without them."""
    python = peers_python()
    if python is None:
        yield None
        return
    command = [python, "-m", "benchmarks.peers"]
    with subprocess.Popen(command, cwd=ROOT, stdin=-1, stdout=-1, text=True) as process:
        yield partial(asked, process)
        process.communicate()


def asked(process: subprocess.Popen[str], line: str) -> float:
    """Seconds that the peers report for a line."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()
    return float(process.stdout.readline())


if __name__ == "__main__":
    peers_python()
