"""Ratios of costs that were measured in turns, held against their limits."""

from __future__ import annotations

import os
import platform
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.processes import Cost, Work

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
HEADING = (
    "| what: against what | cost | wall | median | least | largest | asked for | |\n"
    "|---|--:|--:|--:|--:|--:|---|---|"
)


class Ratio(NamedTuple):
    """One piece of work against another: at most, or at least, `limit` times its processor time or memory."""

    name: str
    work: str
    yardstick: str
    limit: float
    at_least: bool = False
    unit: str = "cpu"


class Measured(NamedTuple):
    """The ratio of each pair, and the median cost of the work."""

    ratio: Ratio
    pairs: Sequence[float]
    cost: Cost

    @property
    def missed(self) -> bool:
        """Whether the median is on the wrong side of the limit."""
        median, limit = statistics.median(self.pairs), self.ratio.limit
        return median < limit if self.ratio.at_least else median > limit

    def line(self) -> str:
        """A row of the table."""
        median, low, high = statistics.median(self.pairs), min(self.pairs), max(self.pairs)
        spent = f"{self.cost.cpu:.2f} s" if self.ratio.unit == "cpu" else f"{self.cost.peak:.0f} MB"
        asked = f"{'at least' if self.ratio.at_least else 'at most'} {self.ratio.limit:g}"
        said = "**missed**" if self.missed else "kept"
        factors = " | ".join(f"{value:.2f}" for value in (median, low, high))
        return f"| {self.ratio.name} | {spent} | {self.cost.wall:.2f} s | {factors} | {asked} | {said} |"


def in_turns(works: Mapping[str, Work], rounds: int) -> dict[str, list[Cost]]:
    """The costs of all works, one after another in every round, so that they meet the same load."""
    costs: dict[str, list[Cost]] = {name: [] for name in works}
    for number in range(1, rounds + 1):
        start = time.perf_counter()
        for name, work in works.items():
            costs[name].append(work())
        print(f"round {number} of {rounds}: {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    return costs


def measured(ratio: Ratio, costs: Mapping[str, Sequence[Cost]]) -> Measured:
    """The ratio of the two costs in each round."""
    rounds = zip(costs[ratio.work], costs[ratio.yardstick], strict=True)
    pairs = [getattr(ours, ratio.unit) / getattr(theirs, ratio.unit) for ours, theirs in rounds]
    return Measured(ratio, pairs, Cost(*map(statistics.median, zip(*costs[ratio.work], strict=True))))


def report(section: str, found: Sequence[Measured]) -> bool:
    """Print the table, write it into its section of docs/performance.md; whether a limit is missed."""
    table = "\n".join([HEADING, *(one.line() for one in found)])
    print(table, flush=True)
    write(section, f"Measured on {circumstances()}; {len(found[0].pairs)} rounds.\n\n{table}")
    for one in found:
        if one.missed:
            print(f"missed: {one.ratio.name}", flush=True)
    return any(one.missed for one in found)


def write(section: str, text: str) -> None:
    """Put text between the marks of a section of docs/performance.md."""
    start, end = f"<!-- {section}: written by make bench -->", f"<!-- end of {section} -->"
    page = PAGE.read_text()
    PAGE.write_text(f"{page[: page.index(start)]}{start}\n{text}\n{page[page.index(end) :]}")


def circumstances() -> str:
    """Day, machine, Python and load."""
    day = time.strftime("%-d %B %Y", time.gmtime())
    load = os.getloadavg()[0]
    cores = f"{os.cpu_count()} cores of {_processor()}"
    return f"{day} with {cores}, Python {platform.python_version()}, one thread, load {load:.1f}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((x.split(":")[1].strip() for x in lines if x.startswith("model name")), platform.machine())
