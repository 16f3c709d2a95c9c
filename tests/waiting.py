"""For tests that wait for another thread or process: as long as a busy machine may take."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PATIENCE = 300.0  # seconds; a busy machine takes minutes to start three workers
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


def soon(condition: Callable[[], object]) -> bool:
    """Whether something becomes true within `PATIENCE` seconds."""
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def address_in(log: Path, server: subprocess.Popen[Any]) -> str:
    """The address that a server writes into its log when it listens."""
    soon(lambda: server.poll() is not None or ADDRESS.search(log.read_text()))
    found = ADDRESS.search(log.read_text())
    assert found, f"no server: {log.read_text()}"
    return found.group()
