"""How fast, as ratios measured in one run: independent of the machine.

``make bench`` prints each ratio with its limit and fails if one is exceeded.
"""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from typing import NamedTuple

from benchmarks import bench_control, bench_specification
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


def python(*arguments: str) -> Callable[[], None]:
    """Run Python to the end."""

    def run() -> None:
        subprocess.run([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)

    return run


def first_answer(*arguments: str) -> Callable[[], None]:
    """Start a server and wait for its first page."""

    def run() -> None:
        with serving(arguments) as address, urllib.request.urlopen(address) as page:
            page.read()

    return run


RATIOS = (
    Ratio(
        "a study, against importing pandas and scipy.stats",
        python("app.py", "study", "--format", "json"),
        python("-c", "import pandas, scipy.stats"),
        2.0,
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


def seconds(work: Callable[[], object]) -> float:
    """Wall-clock time of one run."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measured(ratio: Ratio) -> tuple[float, float]:
    """Shortest times of ours and of the yardstick, taken in turns so that both meet the same load."""
    pairs = [(seconds(ratio.ours), seconds(ratio.yardstick)) for _ in range(ratio.tries)]
    ours, yardstick = zip(*pairs, strict=True)
    return min(ours), min(yardstick)


def main() -> None:
    """Print every ratio; exit 1 if one exceeds its limit."""
    slow = False
    for ratio in RATIOS:
        ours, yardstick = measured(ratio)
        factor = ours / yardstick
        slow |= factor > ratio.limit
        print(
            f"{ratio.name}: {ours:.2f} s / {yardstick:.2f} s = {factor:.2f} (at most {ratio.limit:g})",
            flush=True,
        )
    sys.exit(slow)


if __name__ == "__main__":
    main()
