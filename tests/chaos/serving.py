"""The application under several workers of gunicorn, on a store of the test."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0


@contextmanager
def served(store: Path, **settings: str) -> Iterator[str]:
    """Two workers; the address of their pages."""
    log = store.with_name("server.log")
    environment = {
        "AFTERSHOCK_DATABASE_URL": f"sqlite:///{store}",
        "AFTERSHOCK_FETCH_CACHE": str(store.parent),
        **{f"AFTERSHOCK_FETCH_{name}": "0" for name in ("PAUSE", "JITTER", "BACKOFF")},
        "AFTERSHOCK_FETCH_ATTEMPTS": "1",
        **settings,
    }
    command = ["gunicorn", "--workers", "2", "--bind", "127.0.0.1:0", "--no-control-socket", "app:server"]
    with (
        log.open("w") as messages,
        subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, env=os.environ | environment, stderr=messages
        ) as server,
    ):
        try:
            assert soon(lambda: "Listening at" in log.read_text())
            found = re.search(r"http://127\.0\.0\.1:\d+", log.read_text())
            assert found
            yield found.group()
        finally:
            server.terminate()


def ask(address: str, seconds: float = 60) -> tuple[int, str]:
    """Status and text of an answer."""
    request = urllib.request.Request(address, headers={"Accept": "text/html"})
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            return answer.status, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(errors="replace")


def soon(condition: Callable[[], bool]) -> bool:
    """Whether something becomes true within `PATIENCE` seconds."""
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True
