"""Make the scripts and styles of the pages small once, at set-up, so that no reader waits for them.

    python -m tools.pack_scripts

Plotly is cut down to the trace types that are drawn, and everything that the first page loads is
compressed as far as it gets. It is kept in `__pycache__` beside the dashboard, or below
PYTHONPYCACHEPREFIX if that is set. Without it the pages work as well, and weigh twice as much.
"""

from __future__ import annotations

import logging
import re
import sys
import time

from commands.source import Source
from dashboard import create_app, packed
from dashboard.server import DRAWING, FINGERPRINT
from dashboard.slim import UnknownBundleError


class NoNews(Source):
    """The application's source, without the state of the prices: set-up makes no store."""

    def notice(self) -> None:
        """Nothing to say."""


def files() -> dict[str, bytes]:
    """Plotly, and every script and style that the page names under a fingerprint, compressed."""
    client = create_app(NoNews()).server.test_client()
    named = re.findall(r'(?:src|href)="([^"]+)"', client.get("/").text)
    made: dict[str, bytes] = {}
    for address in filter(FINGERPRINT.match, named):
        with client.get(address) as answer:
            made |= packed.pack(answer.data, address)
    try:
        plotly = packed.smaller()
    except UnknownBundleError as error:
        print(f"Plotly stays whole: {error}", file=sys.stderr)
        return made
    return made | {plotly.name: plotly.script} | packed.pack(plotly.script, DRAWING + plotly.name)


def main() -> None:
    """Make them, and keep them where that is possible."""
    start = time.monotonic()
    logging.disable()  # that they are not yet packed
    print("packing the scripts of the pages (once; some seconds)", file=sys.stderr, flush=True)
    made = files()
    try:
        packed.write(made)
    except OSError as error:
        print(f"not kept, so the pages weigh more: {packed.STORE}: {error.strerror}", file=sys.stderr)
    else:
        print(f"packed in {time.monotonic() - start:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
