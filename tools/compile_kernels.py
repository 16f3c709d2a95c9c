"""Compile every kernel once, at set-up, so that nobody waits for a compiler later.

    python -m tools.compile_kernels

The machine code is kept in `__pycache__` beside each kernel, or in NUMBA_CACHE_DIR if that is set,
or in the user's own cache if the tree cannot be written to.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import pandas as pd

from analysis.kernels.compiled import forget
from analysis.kernels.factors import fit_factor_events
from analysis.kernels.fits import fit_events, panel
from analysis.kernels.groups import random_date_means
from analysis.kernels.placebos import placebo_table
from analysis.kernels.power import planted_statistics
from analysis.kernels.ranks import average_ranks
from analysis.many.battery import battery
from data.files.long_table import matrix

ESTIMATION, EVENT = (-30, -6), (-5, 5)


def main() -> None:
    """Run each kernel on a panel of a few firms."""
    start = time.monotonic()
    print("compiling the kernels (once; about half a minute)", file=sys.stderr, flush=True)
    forget()
    random = np.random.default_rng(1)
    returns, market = random.normal(size=(4, 80)), random.normal(size=80)
    firm, day = np.arange(4), np.full(4, 40)
    prepared = panel(returns, market)
    fits = fit_events(prepared, firm, day, ESTIMATION, EVENT, np.array([[0, 0]]))
    battery(prepared, firm, day, ESTIMATION, EVENT, (0, 0), fits, 0)
    placebo_table(prepared, 30, 25)
    average_ranks(returns)
    average_ranks(random.normal(size=(1, 30_000)))
    random_date_means(returns, 10, 1)
    fit_factor_events(returns, returns[:2].copy(), firm, day, ESTIMATION, EVENT)
    planted_statistics(prepared, firm[None], day[None], np.array([0.0, 0.1]), ESTIMATION, EVENT)
    rows = pd.DataFrame(
        {"symbol": ["A", "B"], "date": pd.to_datetime(["2025-01-27"] * 2), "value": [1.0, 2.0]}
    )
    matrix(rows["symbol"], rows["date"], rows["value"])
    print(f"compiled in {time.monotonic() - start:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
