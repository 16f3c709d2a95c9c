"""The peers' environment, `var/peers`, never the project's own.

    python -m benchmarks.peer_process             installs it

Where the package index cannot be reached, one line says so, and what is measured against peers is left out.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
PEERS = ROOT / "var" / "peers"
REQUIREMENTS = ROOT / "benchmarks" / "peers.txt"
IMPATIENT = ("-q", "--disable-pip-version-check", "--retries", "1", "--timeout", "20")
LEFT_OUT = "the ratios against peers are left out"


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


if __name__ == "__main__":
    peers_python()
