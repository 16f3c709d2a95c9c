"""Kernels against peers, plain numpy and the machine, in one run on one thread.

    python -m benchmarks.bench_kernels            nine pairs; writes docs/performance.md
    python -m benchmarks.bench_kernels --short    three pairs; fails below half of a ratio, tried twice

First the numbers must agree; then both sides of a ratio run in turns, so that they meet the same
load. Seconds are those of the thread's processor, which a busy neighbour does not change much.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from analysis.kernels.factors import fit_factor_events
from analysis.kernels.fits import EventFits, Panel, fit_events, panel
from analysis.kernels.groups import random_date_means
from analysis.kernels.placebos import placebo_table
from analysis.kernels.power import planted_statistics
from analysis.kernels.ranks import average_ranks
from analysis.many.battery import battery
from benchmarks import kernel_case as case
from benchmarks import plain
from benchmarks.peer_process import ROOT, Ask, peers
from data.files.long_table import matrix

PAGE = ROOT / "docs" / "performance.md"
START, END = "<!-- ratios: written by make bench -->", "<!-- end of ratios -->"
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
)
PAIRS, SHORT_PAIRS, STRETCH = 9, 3, 0.05

Seconds = Callable[[], float]


class Ratio(NamedTuple):
    """Ours and a yardstick: at least `limit` times as fast, or at most `limit` of its time.

    A peer that is not there is no yardstick.
    """

    name: str
    ours: Seconds
    yardstick: Seconds | None
    limit: float
    at_least: bool = True


class Measured(NamedTuple):
    """Median ratio of the pairs, its least and largest, and our median seconds."""

    ratio: Ratio
    median: float
    low: float
    high: float
    seconds: float

    @property
    def reached(self) -> bool:
        """Whether the median keeps the limit."""
        return (self.median >= self.ratio.limit) == self.ratio.at_least or self.median == self.ratio.limit

    @property
    def best(self) -> float:
        """The pair that speaks most for us."""
        return self.high if self.ratio.at_least else self.low

    def halfway(self, value: float) -> bool:
        """Whether a ratio keeps half of the limit."""
        if self.ratio.at_least:
            return value >= self.ratio.limit / 2
        return value <= self.ratio.limit * 2


# ---- the work --------------------------------------------------------------------------------------


@cache
def dense() -> Panel:
    """The case's panel."""
    return panel(case.returns, case.market)


@cache
def gappy() -> Panel:
    """The same with one return in a hundred missing."""
    return panel(case.with_gaps, case.market)


@cache
def table() -> tuple[np.ndarray, np.ndarray]:
    """Room for a placebo table."""
    return np.empty_like(case.returns), np.empty_like(case.returns)


@cache
def room() -> EventFits:
    """Room for the fits of the case's events."""
    return fit_events(dense(), case.firm, case.day, case.ESTIMATION, case.EVENT, case.WINDOWS)


def fitted(prepared: Panel) -> EventFits:
    """AR, CAR and SAR of the case's events."""
    return fit_events(prepared, case.firm, case.day, case.ESTIMATION, case.EVENT, case.WINDOWS, room())


def tested(prepared: Panel) -> dict[str, float]:
    """Fits, and eight tests of day 0."""
    fits = fitted(prepared)
    found = battery(prepared, case.firm, case.day, case.ESTIMATION, case.EVENT, (0, 0), fits, 0)
    return {key: float(outcome.statistic) for key, outcome in found.items()}


def placebos(prepared: Panel) -> tuple[np.ndarray, np.ndarray]:
    """AR and SAR of every firm on every date."""
    return placebo_table(prepared, case.LEAD, case.SIZE, table())


@cache
def sessions() -> np.ndarray:
    """A table of SARs to draw dates from."""
    return np.ascontiguousarray(placebos(dense())[1][:, case.LEAD :])


@cache
def days() -> np.ndarray:
    """Returns of 10,000 events over 271 days, to be ranked."""
    rows = case.day[:, None] + np.arange(case.ESTIMATION[0], case.EVENT[1] + 1)
    return np.ascontiguousarray(case.returns[case.firm[:, None], rows])


def planted() -> np.ndarray:
    """Brown-Warner: 250 samples of 50 firms, 11 effects, 6 tests."""
    return planted_statistics(
        dense(), case.sample_firm, case.sample_day, case.effects, case.ESTIMATION, case.EVENT
    )


def fits_and_ranks() -> None:
    """What Brown-Warner sampling cannot do without."""
    fit_events(
        dense(),
        case.sample_firm.ravel(),
        case.sample_day.ravel(),
        case.ESTIMATION,
        case.EVENT,
        case.WINDOWS[:1],
    )
    average_ranks(sampled_days())


@cache
def sampled_days() -> np.ndarray:
    """Returns of the samples' events, to be ranked."""
    rows = case.sample_day.ravel()[:, None] + np.arange(case.ESTIMATION[0], case.EVENT[1] + 1)
    return np.ascontiguousarray(case.returns[case.sample_firm.ravel()[:, None], rows])


@cache
def long_table() -> pd.DataFrame:
    """Five million rows: 4,000 symbols on 1,250 dates."""
    symbols = np.array([f"S{i:04d}" for i in range(4000)])
    dates = np.datetime64("2020-01-01") + np.arange(1250)
    values = np.random.default_rng(1).normal(size=len(symbols) * len(dates))
    columns = {"symbol": np.repeat(symbols, len(dates)), "session": np.tile(dates, len(symbols))}
    return pd.DataFrame(columns | {"value": values})


def spread() -> np.ndarray:
    """The long table as a matrix."""
    rows = long_table()
    return matrix(rows["symbol"], rows["session"], rows["value"]).values


def pivoted() -> np.ndarray:
    """The same by pandas."""
    return long_table().pivot(index="session", columns="symbol", values="value").to_numpy().T


# ---- ratios ----------------------------------------------------------------------------------------


def here(work: Callable[[], object]) -> Seconds:
    """Processor seconds of a piece of work in this thread: the mean over `STRETCH` seconds of it."""

    def seconds() -> float:
        start, runs = time.thread_time(), 0
        while not runs or time.thread_time() - start < STRETCH:
            work()
            runs += 1
        return (time.thread_time() - start) / runs

    return seconds


def ratios(ask: Ask | None) -> tuple[Ratio, ...]:
    """Every ratio, and what it must reach."""

    def peer(name: str) -> Seconds | None:
        return partial(ask, name) if ask else None

    fit, fit_gaps = here(lambda: fitted(dense())), here(lambda: fitted(gappy()))
    placebo, placebo_gaps = here(lambda: placebos(dense())), here(lambda: placebos(gappy()))
    tests, tests_gaps = here(lambda: tested(dense())), here(lambda: tested(gappy()))
    draw = here(lambda: random_date_means(sessions(), case.DRAWS, 1))
    random = np.random.default_rng(1)
    shape = case.DRAWS, case.FIRMS
    gather = here(lambda: plain.random_dates(sessions(), random))
    integers = here(lambda: random.integers(0, sessions().shape[1], shape))
    ranks = here(lambda: average_ranks(days()))
    factors = here(
        lambda: fit_factor_events(
            case.returns, case.factors, case.firm, case.day, case.ESTIMATION, case.EVENT
        )
    )
    return (
        Ratio("fit, AR, CAR, SAR: eventstudy 0.1a12", fit, peer("eventstudy"), 1500),
        Ratio("fit, AR, CAR, SAR: statsmodels OLS loop", fit, peer("statsmodels_loop"), 1300),
        Ratio("fit, AR, CAR, SAR: numpy sliding windows", fit, here(plain.event_fits), 7),
        Ratio("fit with 1 % missing: without", fit_gaps, fit, 1.2, False),
        Ratio("fit and eight tests: eventstudy's fit alone", tests, peer("eventstudy"), 100),
        Ratio("fit and eight tests: numpy and scipy", tests, here(plain.battery), 13),
        Ratio("fit and eight tests with 1 % missing: without", tests_gaps, tests, 1.2, False),
        Ratio("placebo table: RollingOLS.fit", placebo, peer("rolling_ols"), 6000),
        Ratio("placebo table: bottleneck moments", placebo, peer("bottleneck_moments"), 3),
        Ratio("placebo table with 1 % missing: without", placebo_gaps, placebo, 1.2, False),
        Ratio("random dates: numpy gather", draw, gather, 0.08, False),
        Ratio("random dates: drawing the integers alone", draw, integers, 1, False),
        Ratio("ranks of 10,000 x 271: scipy rankdata", ranks, here(lambda: rankdata(days(), axis=1)), 8),
        Ratio("five factors: numpy batched solve", factors, here(plain.factor_fits), 9),
        Ratio("Brown-Warner sampling: its fits and ranks", here(planted), here(fits_and_ranks), 3, False),
        Ratio("5 million rows to a matrix: pandas pivot", here(spread), here(pivoted), 12),
    )  # fmt: skip


def measure(ratio: Ratio, pairs: int) -> Measured:
    """Run both sides in turns."""
    assert ratio.yardstick is not None
    ratio.ours()
    times = np.array([(ratio.ours(), ratio.yardstick()) for _ in range(pairs)])
    factors = times[:, 1] / times[:, 0] if ratio.at_least else times[:, 0] / times[:, 1]
    return Measured(ratio, *(float(f(factors)) for f in (np.median, np.min, np.max)), np.median(times[:, 0]))


def judged(ratio: Ratio, short: bool) -> tuple[Measured, bool]:
    """A ratio, and whether it is good enough.

    In the short form a median below half is doubted once: a neighbour on the same core takes half of
    our speed, and less of that of a peer which rarely computes. Then one of nine pairs has to keep half.
    """
    found = measure(ratio, SHORT_PAIRS if short else PAIRS)
    if not short:
        return found, found.reached
    if found.halfway(found.median):
        return found, True
    found = measure(ratio, PAIRS)
    return found, found.halfway(found.best)


def bandwidth(pairs: int) -> tuple[float, float]:
    """Bytes per second of copying the panel, and of reading and writing the placebo table."""
    target, size = np.empty_like(case.returns), case.returns.nbytes
    copy = np.median([here(lambda: np.copyto(target, case.returns))() for _ in range(3 * pairs)])
    work = np.median([here(lambda: placebos(dense()))() for _ in range(pairs)])
    return 2 * size / copy, 3 * size / work


# ---- accuracy gate ---------------------------------------------------------------------------------


def gate() -> None:
    """Stop unless the numbers agree with numpy's: AR and CAR to 1e-14, statistics to 1e-12."""
    fits, (ar, sar, car, car_se, *_) = fitted(dense()), plain.event_fits()
    agree("AR", fits.abnormal, ar, 1e-14)
    agree("CAR", fits.car, car, 1e-14)
    agree("SAR", fits.sar, sar, 1e-12)
    agree("SCAR", fits.car / fits.car_se, car / car_se, 1e-12)
    found, wanted = tested(dense()), plain.battery()
    for key in wanted:
        agree(key, found[key], wanted[key], 1e-11 * max(1.0, abs(wanted[key])))
    agree("five factors", np.concatenate(fit_factor_events(
        case.returns, case.factors, case.firm, case.day, case.ESTIMATION, case.EVENT
    )), np.concatenate(plain.factor_fits()), 1e-12)  # fmt: skip
    agree("ranks", average_ranks(days()), rankdata(days(), axis=1), 0)
    agree("matrix", spread(), pivoted(), 0)


def gate_of_peers(ask: Ask) -> None:
    """Stop unless the peers do the same work."""

    def saved(name: str) -> np.ndarray:
        with tempfile.TemporaryDirectory() as folder:
            ask(f"{name} {folder}/{name}.npy")
            ask("nothing")
            return np.asarray(np.load(f"{folder}/{name}.npy"))

    fits, chosen = fitted(dense()), slice(None, None, case.EVENTS // 500)
    agree("eventstudy", fits.abnormal[chosen], saved("eventstudy"), 1e-12)
    agree("statsmodels", fits.abnormal[chosen], saved("statsmodels_loop"), 1e-12)
    agree("bottleneck", placebos(dense())[0][:, case.LEAD :], saved("bottleneck_moments"), 1e-9)


def agree(name: str, ours: object, theirs: object, tolerance: float) -> None:
    """Exit with a line that says by how much, unless two results agree."""
    distance = float(np.max(np.abs(np.asarray(ours) - np.asarray(theirs))))
    if not distance <= tolerance:
        sys.exit(f"{name}: differs by {distance:.2g}, allowed is {tolerance:g}; nothing was timed")


# ---- report ----------------------------------------------------------------------------------------


def line(found: Measured) -> str:
    """A row of the table."""
    sign = "at least" if found.ratio.at_least else "at most"
    digits = 0 if found.median >= 100 else 2
    values = " | ".join(f"{value:,.{digits}f}" for value in (found.median, found.low, found.high))
    reached = "reached" if found.reached else "**not reached**"
    return (
        f"| {found.ratio.name} | {1000 * found.seconds:.2f} ms | {values} | "
        f"{sign} {found.ratio.limit:g} | {reached} |"
    )


def report(results: list[Measured], speeds: tuple[float, float], load: float, pairs: int) -> str:
    """The measured part of docs/performance.md."""
    copy, work = speeds
    heading = "| what: against what | ours | median | least | largest | asked for | |"
    return "\n".join(
        [
            START,
            f"Measured on {time.strftime('%-d %B %Y', time.gmtime())} with {os.cpu_count()} cores of "
            f"{processor()}, Python {platform.python_version()}, numpy {np.__version__}; one thread, "
            f"{pairs} pairs; load of the machine at the start {load:.1f}.",
            "",
            heading,
            "|---|---|---|---|---|---|---|",
            *map(line, results),
            "",
            f"Copying the panel moves {copy / 1e9:.0f} GB/s; the placebo table reads and writes "
            f"{work / 1e9:.1f} GB/s, {100 * work / copy:.0f} % of that.",
            END,
        ]
    )


def processor() -> str:
    """Name of the processor, as far as the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((x.split(":")[1].strip() for x in lines if x.startswith("model name")), platform.machine())


def main() -> None:
    """Measure; exit 1 if a ratio is missed (with --short: missed by half)."""
    if any(os.environ.get(name) != value for name, value in ONE_THREAD.items()):
        command = [sys.executable, "-m", "benchmarks.bench_kernels", *sys.argv[1:]]
        sys.exit(subprocess.run(command, cwd=ROOT, env=os.environ | ONE_THREAD, check=False).returncode)
    short, load = "--short" in sys.argv, os.getloadavg()[0]
    pairs = SHORT_PAIRS if short else PAIRS
    with peers() as ask:
        gate()
        if ask:
            gate_of_peers(ask)
        results, good = [], True
        for ratio in (ratio for ratio in ratios(ask) if ratio.yardstick):
            found, enough = judged(ratio, short)
            results.append(found)
            good &= enough
            print(line(found), flush=True)
    text = report(results, bandwidth(pairs), load, pairs)
    print(text.splitlines()[-2])
    if not short:
        page = PAGE.read_text()
        PAGE.write_text(page[: page.index(START)] + text + page[page.index(END) + len(END) :])
    sys.exit(not good)


if __name__ == "__main__":
    main()
