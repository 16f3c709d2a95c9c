"""Memory of the web process: after its start, and under ever new views.

    python -m benchmarks.bench_memory

Eight readers, as many as the server has threads, open a page each and change its choices; no view is
asked for twice.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product

from tools.load_test import CALLBACK, HEADERS, PAGES, question, resident, unpacked
from tools.serving import serving

READERS = 8
VIEWS = 300
LIMIT = 200.0  # MB

MODELS = ("market_model", "constant_mean", "market_adjusted", "scholes_williams")
FIRMS = ("", "&symbols=NVDA,AVGO,MU", "&symbols=NVDA,ASML.AS,ENR.DE", "&symbols=NVDA,SIE.DE")


def views() -> list[tuple[str, str]]:
    """Page and query of every view, in an order that is always the same."""
    ends = range(1, 11)
    queries = [
        f"?window=-{before}..{after}&model={model}{firms}"
        for before, after, model, firms in product(ends, ends, MODELS, FIRMS)
    ]
    every = list(product(PAGES, queries))
    return random.Random(1).sample(every, VIEWS)


def read(address: str, asked: Sequence[tuple[str, str]]) -> None:
    """Ask for views one after another, each as a change of the one before if it is on the same page."""
    shown = None
    for path, search in sorted(asked):
        body = question(path, search, shown).encode()
        request = urllib.request.Request(address + CALLBACK, body, HEADERS)
        with urllib.request.urlopen(request) as answer:
            content = unpacked(answer.read(), answer.headers["Content-Encoding"])
        shown = json.loads(content)["response"]["shown"]["data"]


def growth(steps: int = 4) -> Iterator[tuple[int, float]]:
    """Number of views asked for and MB of the process, step by step."""
    every = views()
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(AFTERSHOCK_DATABASE_URL=f"sqlite:///{folder}/prices.db") as address,
        ThreadPoolExecutor(READERS) as readers,
    ):
        with urllib.request.urlopen(address) as page:
            page.read()
        yield 0, resident(address.pid)
        size = len(every) // steps
        for step in range(steps):
            part = every[step * size : (step + 1) * size]
            list(readers.map(read, [address] * READERS, (part[reader::READERS] for reader in range(READERS))))
            yield (step + 1) * size, resident(address.pid)


def main() -> bool:
    """Print how the memory grows, and whether it grows beyond the limit."""
    size = 0.0
    for count, size in growth():
        print(f"memory of the web process after {count} views: {size:.0f} MB (at most {LIMIT:g})", flush=True)
    return size > LIMIT


if __name__ == "__main__":
    sys.exit(main())
