"""Many readers at once, against the server as users start it: ``make load``.

    python -m tools.load_test --clients 50 --seconds 60

Every client opens pages, changes choices by the callback that a browser would send, and takes files
away. Only this machine is asked. Exit code 1 if an answer was an error.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import brotli

from tools.serving import serving

MOST_CLIENTS, LONGEST = 200, 600
PATIENCE = 60.0  # seconds for one answer
CALLBACK = "/_dash-update-component"
OUTPUTS = ("main.children", "nav.data-html", "footer.children", "live.children", "title.data", "shown.data")
HEADERS = {"Content-Type": "application/json", "Accept-Encoding": "br"}
EVENT = "deepseek-2025-01-27"
OF_EVENT = ("", "reaction", "inference", "robustness", "reported", "since")
PAGES = (*(f"/e/{EVENT}/{name}" for name in OF_EVENT), "/data", "/method")
CHOICES = (
    "",
    "?car=0..1",
    "?car=-1..1",
    "?window=-5..5",
    "?model=constant_mean",
    "?model=market_adjusted&car=-1..1",
    "?benchmark=SPY",
    "?estimation=-130..-11",
    "?symbols=NVDA,AVGO,MU",
    "?symbols=NVDA,ASML.AS,ENR.DE&window=-1..1",
    "?model=magic&window=wide",
)
FILES = tuple(f"/download/{EVENT}/{name}.csv" for name in ("overview/car-paths", "reaction/decomposition"))


@dataclass
class Record:
    """What the clients met: seconds of every answer by kind, and errors in words."""

    times: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def took(self, kind: str, seconds: float) -> None:
        """Note an answer."""
        self.times.setdefault(kind, []).append(seconds)


class Client:
    """A reader with a connection of their own."""

    def __init__(self, address: str, record: Record, seed: int, pause: float) -> None:
        self._host = urlsplit(address).netloc
        self._record, self._random, self._pause = record, random.Random(seed), pause
        self._connection = http.client.HTTPConnection(self._host, timeout=PATIENCE)
        self._shown: list[str] | None = None

    def read(self, until: float) -> None:
        """Do what readers do until the time is over."""
        while time.monotonic() < until:
            self._random.choices((self._open, self._choose, self._take), (2, 6, 1))[0]()
            time.sleep(self._random.expovariate(1 / self._pause) if self._pause else 0)
        self._connection.close()

    def _open(self) -> None:
        self._shown = None
        self._ask("page", "GET", self._random.choice(PAGES))

    def _choose(self) -> None:
        path, search = self._random.choice(PAGES), self._random.choice(CHOICES)
        if self._shown and self._random.random() < 0.7:
            path = self._shown[0]
        answer = self._ask("choice", "POST", CALLBACK, question(path, search, self._shown))
        self._shown = json.loads(answer)["response"]["shown"]["data"] if answer else None

    def _take(self) -> None:
        self._ask("file", "GET", self._random.choice(FILES) + self._random.choice(CHOICES))

    def _ask(self, kind: str, method: str, path: str, body: str | None = None) -> bytes:
        start = time.perf_counter()
        try:
            self._connection.request(method, path, body, HEADERS)
            answer = self._connection.getresponse()
            content = unpacked(answer.read(), answer.getheader("Content-Encoding"))
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            self._record.errors.append(f"{method} {path}: {error!r}")
            return b""
        self._record.took(kind, time.perf_counter() - start)
        if answer.status != 200 or b"Something went wrong" in content:
            self._record.errors.append(f"{method} {path}: {answer.status} {content[:80]!r}")
            return b""
        return content


def unpacked(content: bytes, encoding: str | None) -> bytes:
    """The content of an answer that may be compressed, as it is for browsers."""
    return bytes(brotli.decompress(content)) if encoding == "br" else content


def question(path: str, search: str, shown: Any = None, places: Sequence[str] = OUTPUTS) -> str:
    """The callback request of a page whose address changes to `path` and `search`."""
    outputs = [dict(zip(("id", "property"), place.split("."), strict=True)) for place in places]
    values = {"pathname": path, "search": search}
    return json.dumps(
        {
            "output": f"..{'...'.join(places)}..",
            "outputs": outputs,
            "inputs": [{"id": "url", "property": name, "value": text} for name, text in values.items()],
            "state": [{"id": "shown", "property": "data", "value": shown}],
            "changedPropIds": ["url.search"],
        }
    )


def resident(pid: int) -> float:
    """Memory of a process in MB, as the system counts it."""
    shown = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(shown.stdout) / 1024


def run(address: str, clients: int, seconds: float, pause: float) -> Record:
    """Let the clients read for some time, all at once."""
    record, until = Record(), time.monotonic() + seconds
    readers = [Client(address, record, seed, pause) for seed in range(clients)]
    threads = [threading.Thread(target=reader.read, args=(until,)) for reader in readers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return record


def summary(record: Record, seconds: float, memory: Callable[[], str]) -> str:
    """Requests per second, times by kind and errors, a line each."""
    every = [t for times in record.times.values() for t in times]
    lines = [f"{len(every)} requests in {seconds:.0f} s: {len(every) / seconds:.0f} per second"]
    for kind, times in sorted({**record.times, "all": every}.items()):
        *_, p95 = statistics.quantiles(times, n=20) if len(times) > 1 else times * 2
        middle = statistics.median(times)
        lines.append(f"{kind:7} {len(times):6}  median {1000 * middle:5.0f} ms  p95 {1000 * p95:5.0f} ms")
    return "\n".join([*lines, f"errors {len(record.errors)}", memory(), *record.errors[:5]])


def main() -> None:
    """Start the server, let the clients read, print what they met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--clients", type=int, default=50, help=f"at most {MOST_CLIENTS}")
    parser.add_argument("--seconds", type=float, default=60, help=f"at most {LONGEST}")
    parser.add_argument("--pause", type=float, default=1, help="of a reader, in seconds on average; 0: none")
    chosen = parser.parse_args()
    if not (0 < chosen.clients <= MOST_CLIENTS and 0 < chosen.seconds <= LONGEST):
        parser.error(f"1 to {MOST_CLIENTS} clients for up to {LONGEST} seconds")
    sys.exit(1 if measured(chosen.clients, chosen.seconds, chosen.pause) else 0)


def measured(clients: int, seconds: float, pause: float) -> int:
    """Run on a server with a store of its own, print the summary; returns how many errors there were."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(AFTERSHOCK_DATABASE_URL=f"sqlite:///{folder}/prices.db") as address,
    ):
        before, start = resident(address.pid), time.monotonic()
        record = run(address, clients, seconds, pause)
        took, after = time.monotonic() - start, resident(address.pid)
    print(summary(record, took, lambda: f"memory {before:.0f} MB before, {after:.0f} MB after"))
    return len(record.errors)


if __name__ == "__main__":
    main()
