"""Make the scripts and styles of the pages small once, at set-up, so that no reader waits for them.

    python -m tools.pack_scripts

Plotly is cut down to the trace types that are drawn, and everything that the first page loads is
compressed as far as it gets. It is kept in `__pycache__` beside the dashboard, or below
PYTHONPYCACHEPREFIX if that is set. Without it the pages work as well, and weigh twice as much.
"""

from __future__ import annotations

import gzip
import os
import re
import sys
import time
import zipfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from commands.source import Source
from dashboard.render import packed
from dashboard.web import create_app
from dashboard.web.server import DRAWING, FINGERPRINT
from tools.slim import UnknownBundleError, slim


class NoNews(Source):
    """The application's source, without the state of the prices: set-up makes no store."""

    def notice(self) -> None:
        """Nothing to say."""


def pack(content: bytes, key: str) -> dict[str, bytes]:
    """Content in both compressions, each as small as it gets, by the key under which it is asked for."""
    import brotli

    return {
        f"br;{key}": brotli.compress(content),
        f"gzip;{key}": gzip.compress(content, 9, mtime=0),
    }


def write(files: Mapping[str, bytes], store: Path) -> None:
    """Replace what was kept, at once."""
    store.parent.mkdir(parents=True, exist_ok=True)
    made = store.with_suffix(f".{os.getpid()}")
    with zipfile.ZipFile(made, "w") as file:
        for name, content in files.items():
            file.writestr(name, content)
    made.replace(store)


def smaller() -> packed.Plotly:
    """The installed Plotly with only the trace types that are drawn here.

    Raises
    ------
    UnknownBundleError
        If it is not built as expected.
    """
    script = slim(packed.whole().script)
    return packed.Plotly(f"{packed.stem()}-{sha256(script).hexdigest()[:8]}.min.js", script)


def files() -> dict[str, bytes]:
    """Plotly, and every script and style that the page names under a fingerprint, compressed."""
    client = create_app(NoNews()).server.test_client()
    named = re.findall(r'(?:src|href)="([^"]+)"', client.get("/").text)
    made: dict[str, bytes] = {}
    for address in filter(FINGERPRINT.match, named):
        with client.get(address) as answer:
            made |= pack(answer.data, address)
    try:
        plotly = smaller()
    except UnknownBundleError as error:
        print(f"Plotly stays whole: {error}", file=sys.stderr)
        return made
    return made | {plotly.name: plotly.script} | pack(plotly.script, DRAWING + plotly.name)


def main() -> None:
    """Make them, and keep them where that is possible."""
    start = time.monotonic()
    print("packing the scripts of the pages (once; some seconds)", file=sys.stderr, flush=True)
    made = files()
    try:
        write(made, packed.STORE)
    except OSError as error:
        print(f"not kept, so the pages weigh more: {packed.STORE}: {error.strerror}", file=sys.stderr)
    else:
        print(f"packed in {time.monotonic() - start:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
