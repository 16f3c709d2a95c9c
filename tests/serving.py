"""The application under several workers of gunicorn, on a store of the test, without waits for Yahoo."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.waiting import address_in

ROOT = Path(__file__).parents[1]


@contextmanager
def served(store: Path, workers: int = 2, **settings: str) -> Iterator[str]:
    """Some workers; the address of their pages."""
    log = store.with_name("server.log")
    environment = {
        "AFTERSHOCK_DATABASE_URL": f"sqlite:///{store}",
        "AFTERSHOCK_FETCH_CACHE": str(store.parent),
        **{f"AFTERSHOCK_FETCH_{name}": "0" for name in ("PAUSE", "JITTER", "BACKOFF")},
        "AFTERSHOCK_FETCH_ATTEMPTS": "1",
        **settings,
    }
    options = ["--workers", str(workers), "--bind", "127.0.0.1:0", "--no-control-socket"]
    command = [sys.executable, "-m", "gunicorn", *options, "app:server"]
    with (
        log.open("w") as messages,
        subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stderr=messages) as server,
    ):
        try:
            yield address_in(log, server)
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
