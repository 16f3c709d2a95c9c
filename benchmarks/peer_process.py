"""The peers' environment, installed when needed, and the process they run in.

    python -m benchmarks.peer_process             installs them, at set-up

The environment is `var/peers`, never the project's own. Where the package index cannot be reached,
one line says so, and what is measured against peers is left out.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[1]
PEERS = ROOT / "var" / "peers"
REQUIREMENTS = ROOT / "benchmarks" / "peers.txt"
IMPATIENT = ("-q", "--disable-pip-version-check", "--retries", "1", "--timeout", "20")
LEFT_OUT = "the ratios against peers are left out"

Ask = Callable[[str], float]


def peers_python() -> Path | None:
    """The Python of the peers' own environment, or None if they cannot be installed."""
    stamp, python = PEERS / "installed.txt", PEERS / "bin" / "python"
    if stamp.exists() and stamp.read_text() == REQUIREMENTS.read_text():
        return python
    print("installing the peers into var/peers", file=sys.stderr, flush=True)
    venv.create(PEERS, with_pip=True, clear=True)
    command = [python, "-m", "pip", "install", *IMPATIENT, "-r", REQUIREMENTS]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        why = (answer.stderr.strip().splitlines() or ["no reason given"])[-1]
        print(f"{LEFT_OUT}: pip could not install them ({why})", file=sys.stderr, flush=True)
        return None
    stamp.write_text(REQUIREMENTS.read_text())
    return python


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
