"""The peers' environment, `var/peers`, never the project's own.

    python -m benchmarks.peer_process             installs it

Where the package index cannot be reached, one line says so, and what is measured against peers is left out.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tools.packages import SetupError
from tools.setup import Environment, prepare

ROOT = Path(__file__).parents[1]
PEERS = ROOT / "var" / "peers"
REQUIREMENTS = ROOT / "benchmarks" / "peers.txt"
LEFT_OUT = "the ratios against peers are left out"


def peers_python() -> Path | None:
    """The Python of the peers' own environment, or None if they cannot be installed."""
    environment = Environment(PEERS)
    try:
        prepare(environment, [REQUIREMENTS])
    except SetupError as error:
        print(f"{LEFT_OUT}: {error}", file=sys.stderr, flush=True)
        return None
    return environment.python


if __name__ == "__main__":
    peers_python()
