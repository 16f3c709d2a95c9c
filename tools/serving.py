"""Start the application as a user starts it, for the browser tests, the pictures and the benchmarks."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
APPLICATION = ("app.py", "--port", "0", "--no-browser", "--refresh-every", "off")


class Address(str):
    """Address of a running server, and the number of its process."""

    pid: int


@contextmanager
def serving(command: Sequence[str] = APPLICATION, **environment: str) -> Iterator[Address]:
    """Run a Python command that serves on a free port and says so on stderr; give its address.

    Raises
    ------
    RuntimeError
        If it ends without naming an address.
    """
    with subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    ) as server:
        assert server.stderr is not None
        said = []
        try:
            for line in server.stderr:
                said.append(line)
                if found := re.search(r"http://[\w.:]+", line):
                    threading.Thread(target=server.stderr.read, daemon=True).start()  # a full pipe stops it
                    address = Address(found[0])
                    address.pid = server.pid
                    yield address
                    return
            raise RuntimeError(f"the server did not start: {''.join(said)}")
        finally:
            server.terminate()
