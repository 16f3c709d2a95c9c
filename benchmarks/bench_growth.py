"""Time and memory against events, firms and draws, with the exponent of growth.

    python -m benchmarks.bench_growth             writes docs/performance.md

Each size runs in a process of its own. Memory is the peak of the arrays that the work makes, measured in
a first run that is not timed: memory that the system hands out for the first time costs time of its own.
The exponent is the slope of log time over log size from the sizes that take more than a few milliseconds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable

import numpy as np

from benchmarks.bench_kernels import ONE_THREAD, PAGE, ROOT

START, END = "<!-- growth: written by benchmarks.bench_growth -->", "<!-- end of growth -->"
SESSIONS, LEAD, SIZE = 1260, 260, 250
ESTIMATION, EVENT, WINDOWS = (-260, -11), (-10, 10), np.array([[0, 0], [-10, 10]])
BLOCK = 100_000  # events in a block of firms
LEAST = 0.004  # seconds; below, fixed costs decide


def panel_of(firms: int) -> tuple[np.ndarray, np.ndarray, np.random.Generator]:
    """Made-up returns of some firms and of the market."""
    random = np.random.default_rng(1)
    market = random.normal(0, 0.01, SESSIONS)
    return random.normal(0, 0.02, (firms, SESSIONS)) + market, market, random


def placed(count: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Firm and day of events of 1,000 firms, sorted."""
    days = SESSIONS - 10 - LEAD - 1  # the first session has no return
    firm, day = np.divmod(np.sort(random.integers(0, 1000 * days, count)), days)
    return firm, day + LEAD + 1


def events(count: int) -> Callable[[], object]:
    """Fits and eight tests of `count` events of 1,000 firms."""
    from analysis.kernels.fits import fit_events, panel
    from analysis.many.battery import battery

    returns, market, random = panel_of(1000)
    (firm, day), prepared = placed(count, random), panel(returns, market)

    def work() -> object:
        fits = fit_events(prepared, firm, day, ESTIMATION, EVENT, WINDOWS)
        return battery(prepared, firm, day, ESTIMATION, EVENT, (0, 0), fits, 0)

    return work


def sums(count: int) -> Callable[[], object]:
    """Means and seven tests of `count` events, added up over blocks of firms as `study --workers` does."""
    from analysis.many.event_sums import (
        Shard,
        ShardDesign,
        first_pass,
        merged_moments,
        merged_sums,
        outcomes,
        scar_deviation,
        second_pass,
    )
    from analysis.market.events import Window

    returns, market, random = panel_of(1000)
    prices, index = (100 * np.cumprod(1 + moves, axis=-1) for moves in (returns, market))
    firm, day = placed(count, random)
    design = ShardDesign(Window(*ESTIMATION), Window(*EVENT), (Window(0, 0), Window(-10, 10)), Window(0, 0))
    edges = np.linspace(0, 1000, min(max(1, count // BLOCK), 1000) + 1).astype(int)
    cuts = zip(edges, np.searchsorted(firm, edges), edges[1:], np.searchsorted(firm, edges[1:]), strict=False)
    blocks = [Shard(prices[a:b], index, firm[i:j] - a, day[i:j]) for a, i, b, j in cuts]

    def work() -> object:
        moments = merged_moments(first_pass(block, design) for block in blocks)
        deviation = scar_deviation(moments, design)
        return outcomes(moments, merged_sums(second_pass(b, design, deviation) for b in blocks), design)

    return work


def firms(count: int) -> Callable[[], object]:
    """The placebo table of `count` firms, written into arrays that are there."""
    from analysis.kernels.fits import panel
    from analysis.kernels.placebos import placebo_table

    returns, market, _ = panel_of(count)
    prepared, out = panel(returns, market), (np.empty_like(returns), np.empty_like(returns))
    return lambda: placebo_table(prepared, LEAD, SIZE, out)


def draws(count: int) -> Callable[[], object]:
    """`count` draws of the mean of 1,000 firms at random dates."""
    from analysis.kernels.groups import random_date_means

    table = panel_of(1000)[0]
    return lambda: random_date_means(table, count, 1)


CASES: dict[str, tuple[Callable[[int], Callable[[], object]], tuple[int, ...]]] = {
    "events": (events, (100, 1000, 10_000, 100_000, 1_000_000, 10_000_000)),
    "events by blocks": (sums, (10_000, 100_000, 1_000_000, 10_000_000)),
    "firms": (firms, (10, 100, 1000, 10_000)),
    "draws": (draws, (100, 1000, 10_000, 100_000, 1_000_000)),
}


def measured(name: str, size: int) -> tuple[float, float]:
    """Median seconds and peak megabytes, in a new process."""
    command = [sys.executable, "-m", "benchmarks.bench_growth", name, str(size)]
    answer = subprocess.run(
        command, cwd=ROOT, env=os.environ | ONE_THREAD, capture_output=True, text=True, check=True
    )
    seconds, megabytes = json.loads(answer.stdout)
    return seconds, megabytes


def run(name: str, size: int) -> None:
    """Print the seconds and megabytes of one size."""
    build, sizes = CASES[name]
    build(min(sizes))()
    work = build(size)
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    times = []
    while not times or (sum(times) < 0.5 and len(times) < 25):
        start = time.thread_time()
        work()
        times.append(time.thread_time() - start)
    print(json.dumps([float(np.median(times)), peak / 1e6]))


def exponent(sizes: tuple[int, ...], seconds: list[float]) -> float:
    """Slope of log seconds over log size."""
    chosen = [(n, s) for n, s in zip(sizes, seconds, strict=True) if s >= LEAST]
    logs = np.log(np.array(chosen if len(chosen) > 1 else list(zip(sizes, seconds, strict=True))))
    return float(np.polyfit(logs[:, 0], logs[:, 1], 1)[0])


def section(name: str) -> list[str]:
    """The table of one case."""
    build, sizes = CASES[name]
    found = [measured(name, size) for size in sizes]
    for size, (seconds, megabytes) in zip(sizes, found, strict=True):
        print(f"{name} {size:,}: {seconds:.4f} s, {megabytes:.0f} MB", flush=True)
    slope = exponent(sizes, [seconds for seconds, _ in found])
    said = str(build.__doc__).rstrip(".").replace("`count` ", "")
    rows = [
        f"| {size:,} | {1000 * seconds:,.2f} ms | {megabytes:,.0f} MB |"
        for size, (seconds, megabytes) in zip(sizes, found, strict=True)
    ]
    return [
        f"**{said}**: exponent {slope:.2f}.",
        "",
        f"| {name} | time | memory |",
        "|---|---|---|",
        *rows,
        "",
    ]


def main() -> None:
    """Measure every size and write the page."""
    if len(sys.argv) == 3:
        run(sys.argv[1], int(sys.argv[2]))
        return
    text = "\n".join([START, "", *(line for name in CASES for line in section(name)), END])
    page = PAGE.read_text()
    PAGE.write_text(page[: page.index(START)] + text + page[page.index(END) + len(END) :])


if __name__ == "__main__":
    main()
