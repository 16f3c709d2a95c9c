"""How fast, as ratios measured in one run: independent of the machine.

``make bench`` prints each ratio with its limit and fails if one is exceeded.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from typing import NamedTuple

from benchmarks import bench_control, bench_memory, bench_specification
from benchmarks.refreshed_store import refreshed_store
from tools.serving import APPLICATION, ROOT, serving

ONE_LINE_DASH = """
import sys, dash, waitress
app = dash.Dash(); app.layout = dash.html.P("one line")
server = waitress.create_server(app.server, port=0)
print(f"http://127.0.0.1:{server.effective_port}", file=sys.stderr, flush=True); server.run()
"""


class Ratio(NamedTuple):
    """Something of ours, the yardstick beside it, and how many times as long ours may take."""

    name: str
    ours: Callable[[], object]
    yardstick: Callable[[], object]
    limit: float
    tries: int = 5
    clock: Callable[[], float] = time.perf_counter


def children() -> float:
    """Processor time of the processes that were started and have ended: a busy machine changes it little."""
    times = os.times()
    return times.children_user + times.children_system


def python(*arguments: str, **environment: str) -> Callable[[], None]:
    """Run Python to the end."""

    def run() -> None:
        subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            check=True,
            env={**os.environ, **environment},
        )

    return run


def after_a_refresh() -> None:
    """Run a study whose prices are no longer those of the project."""
    python("app.py", "study", AFTERSHOCK_DATABASE_URL=refreshed_store())()


def first_answer(*arguments: str) -> Callable[[], None]:
    """Start a server and wait for its first page."""

    def run() -> None:
        with serving(arguments) as address, urllib.request.urlopen(address) as page:
            page.read()

    return run


RATIOS = (
    *(
        Ratio(
            f"a study printed as {form}, against importing pandas",
            python("app.py", "study", "--format", form),
            python("-c", "import pandas"),
            1.5,
            tries=15,
            clock=children,
        )
        for form in ("text", "json")
    ),
    Ratio(
        "a study after a refresh, against importing pandas",
        after_a_refresh,
        python("-c", "import pandas"),
        1.5,
        tries=15,
        clock=children,
    ),
    Ratio(
        "the first page from a cold start, against a one-line Dash app",
        first_answer(*APPLICATION),
        first_answer("-c", ONE_LINE_DASH),
        3.0,
    ),
    Ratio(
        "twenty choices on an open page, against a minimal callback with the same parts",
        bench_control.control,
        bench_control.minimal,
        bench_control.LIMIT,
        tries=25,
    ),
    Ratio(
        "a specification curve, against as many separate studies",
        bench_specification.curve,
        bench_specification.separate_studies,
        bench_specification.LIMIT,
    ),
)


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Time of one run."""
    start = clock()
    work()
    return clock() - start


def measured(ratio: Ratio) -> tuple[float, float]:
    """Times of ours and of the yardstick, taken in turns so that both meet the same load.

    By the clock on the wall the shortest of each, as others can only add to it; by processor time the pair
    with the median ratio.
    """
    pairs = [
        (seconds(ratio.ours, ratio.clock), seconds(ratio.yardstick, ratio.clock)) for _ in range(ratio.tries)
    ]
    if ratio.clock is children:
        return sorted(pairs, key=lambda pair: pair[0] / pair[1])[ratio.tries // 2]
    ours, yardstick = zip(*pairs, strict=True)
    return min(ours), min(yardstick)


def main() -> None:
    """Print every ratio and the memory of the web process; exit 1 if one exceeds its limit."""
    refreshed_store()
    slow = False
    for ratio in RATIOS:
        ours, yardstick = measured(ratio)
        factor = ours / yardstick
        slow |= factor > ratio.limit
        print(
            f"{ratio.name}: {ours:.2f} s / {yardstick:.2f} s = {factor:.2f} (at most {ratio.limit:g})",
            flush=True,
        )
    sys.exit(bench_memory.main() or slow)


if __name__ == "__main__":
    main()
