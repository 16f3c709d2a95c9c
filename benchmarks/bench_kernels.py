"""Fits and ranks alone, against statsmodels and scipy: part of ``make bench``, and no reason for code.

A panel of 1,000 firms on 1,260 sessions, 10,000 events. First the numbers must agree; then both sides run in
turns. Seconds are those of the thread's processor.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
import statsmodels.api as sm
from numpy.lib.stride_tricks import sliding_window_view as windows
from scipy.stats import rankdata

from analysis.kernels.fits import fit_events, panel
from analysis.kernels.ranks import average_ranks
from benchmarks.processes import Cost
from benchmarks.ratios import Ratio, in_turns, measured, report

FIRMS, SESSIONS, EVENTS, SAMPLE = 1000, 1260, 10_000, 100
ESTIMATION, EVENT, WINDOWS = (-260, -11), (-10, 10), np.array([[0, 0], [-10, 10]])
ROUNDS, STRETCH = 9, 0.05
RATIOS = (
    Ratio("a loop of statsmodels' OLS: fits, AR, SAR", "statsmodels", "fits", 500, at_least=True),
    Ratio("scipy's rankdata: ranks of 10,000 x 271", "scipy", "ranks", 8, at_least=True),
)

random = np.random.default_rng(20250127)
market = random.normal(0.0004, 0.01, SESSIONS)
returns = random.standard_t(5, (FIRMS, SESSIONS)) * 0.015 + random.uniform(0.5, 1.5, (FIRMS, 1)) * market
firm, day = np.divmod(np.sort(random.integers(0, FIRMS * 990, EVENTS)), 990)
day += 260
around = np.ascontiguousarray(windows(returns, 271, axis=1)[firm, day - 260])
prepared = panel(returns, market)
room = fit_events(prepared, firm, day, ESTIMATION, EVENT, WINDOWS)


def fits() -> np.ndarray:
    """AR and SAR of the events, written into arrays that exist already; the AR."""
    return fit_events(prepared, firm, day, ESTIMATION, EVENT, WINDOWS, room).abnormal


def by_statsmodels() -> np.ndarray:
    """AR of a sample of the events by one OLS each, and their forecast errors."""
    out = np.empty((SAMPLE, 21))
    for place, e in enumerate(range(0, EVENTS, EVENTS // SAMPLE)):
        before, after = slice(day[e] - 260, day[e] - 10), slice(day[e] - 10, day[e] + 11)
        fit = sm.OLS(returns[firm[e], before], sm.add_constant(market[before])).fit()
        expected = fit.get_prediction(sm.add_constant(market[after]))
        out[place] = returns[firm[e], after] - expected.predicted_mean
        out[place] / expected.se_obs
    return out


def timed(work: Callable[[], object], share: float = 1.0) -> Callable[[], Cost]:
    """Mean cost over `STRETCH` seconds of a piece of work; one that does a share is charged for all."""

    def run() -> Cost:
        start, wall, runs = time.thread_time(), time.perf_counter(), 0
        while not runs or time.thread_time() - start < STRETCH:
            work()
            runs += 1
        charged = runs * share
        return Cost((time.thread_time() - start) / charged, (time.perf_counter() - wall) / charged, 0.0)

    return run


def agree(name: str, ours: object, theirs: object, tolerance: float) -> None:
    """Exit with a line that says by how much, unless two results agree."""
    distance = float(np.max(np.abs(np.asarray(ours) - np.asarray(theirs))))
    if not distance <= tolerance:
        sys.exit(f"{name}: differs by {distance:.2g}, allowed is {tolerance:g}; nothing was timed")


def main() -> None:
    """Measure and write the table; exit 1 if a limit is missed."""
    agree("statsmodels", fits()[:: EVENTS // SAMPLE], by_statsmodels(), 1e-12)
    agree("ranks", average_ranks(around), rankdata(around, axis=1), 0)
    works = {
        "fits": timed(fits),
        "statsmodels": timed(by_statsmodels, SAMPLE / EVENTS),
        "ranks": timed(lambda: average_ranks(around)),
        "scipy": timed(lambda: rankdata(around, axis=1)),
    }
    costs = in_turns(works, ROUNDS)
    sys.exit(report("kernels", [measured(ratio, costs) for ratio in RATIOS]))


if __name__ == "__main__":
    main()
