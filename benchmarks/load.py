"""Fifty readers at once: pages and choices asked of the real server; ``python -m benchmarks.load [SECONDS]``.

Prints how many answers there were, how many failed, and how long they took.
"""

from __future__ import annotations

import itertools
import json
import random
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any

import numpy as np

from dashboard.pages import PAGES
from tools.serving import serving

CLIENTS = 50
PAUSE = 1.0  # seconds between two choices of a reader, on average
CHOICES = ("", "?car=0..1", "?car=-1..1", "?model=constant_mean", "?benchmark=SPY", "?window=-5..5")
OUTPUTS = ("main.children", "nav.children", "footer.children", "live.children", "title.data", "shown.data")


def question(path: str, search: str, shown: Any = None, places: Sequence[str] = OUTPUTS) -> bytes:
    """A callback request as the page makes it."""
    outputs = [dict(zip(("id", "property"), output.split("."), strict=True)) for output in places]
    inputs = [
        {"id": "url", "property": name, "value": value}
        for name, value in (("pathname", path), ("search", search))
    ]
    state = [{"id": "shown", "property": "data", "value": shown}]
    asked = {"output": f"..{'...'.join(places)}..", "outputs": outputs, "inputs": inputs, "state": state}
    return json.dumps({**asked, "changedPropIds": ["url.search"]}).encode()


def ask(address: str, body: bytes | None = None) -> float:
    """Seconds until the whole answer is there."""
    start = time.perf_counter()
    headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip"}
    where = f"{address}/_dash-update-component" if body else address
    with urllib.request.urlopen(urllib.request.Request(where, body, headers), timeout=60) as answer:
        answer.read()
    return time.perf_counter() - start


def reader(address: str, seed: int, until: float, times: list[float], failures: list[str]) -> None:
    """One reader: opens the first page, then a page or a choice about every second."""
    chance = random.Random(seed)
    for turn in itertools.count():
        if time.perf_counter() > until:
            return
        try:
            path, search = chance.choice(PAGES).PATH, chance.choice(CHOICES)
            times.append(ask(address, question(path, search) if turn else None))
        except (urllib.error.URLError, OSError) as error:
            failures.append(str(error))
        time.sleep(chance.expovariate(1 / PAUSE))


def main(seconds: float) -> int:
    """Run the readers and print what they met; 1 if anything failed."""
    times: list[float] = []
    failures: list[str] = []
    with serving() as address:
        until = time.perf_counter() + seconds
        readers = [
            threading.Thread(target=reader, args=(address, seed, until, times, failures))
            for seed in range(CLIENTS)
        ]
        for thread in readers:
            thread.start()
        for thread in readers:
            thread.join()
    low, high = np.percentile(times, [50, 95])
    print(f"{CLIENTS} clients, {seconds:g} s: {len(times)} answers, {len(failures)} failures, "
          f"median {1000 * low:.0f} ms, 95 % within {1000 * high:.0f} ms")  # fmt: skip
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0))
