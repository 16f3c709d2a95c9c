"""A specification curve of the bundled event, against as many separate studies.

    python -m benchmarks.bench_specification

Both answer the same specifications for the five firms; the curve also tests the group and drops
earlier jumps, which the separate studies do not.
"""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from functools import cache
from itertools import product

from analysis.choices.curve import Choices, SpecificationCurve, specification_curve
from analysis.market.errors import DesignError
from analysis.market.prices import Market
from analysis.study.study import event_study
from data.bundled.bundle import bundled_market
from data.catalogue.dossiers import dossier

SLUG = "deepseek-2025-01-27"
BENCHMARKS = (None, "^IXIC", "SPY", "URTH")
LIMIT = 0.3


@cache
def case() -> tuple[Choices, Market]:
    """The choices (more than a thousand specifications) and the bundled market."""
    known = dossier(SLUG)
    choices = Choices(known.event, known.firms, benchmarks=BENCHMARKS, gaps=(0, 10))
    return choices, bundled_market(known.instruments)


def curve() -> SpecificationCurve:
    """All specifications at once."""
    return specification_curve(*case())


def separate_studies() -> int:
    """One `event_study` per specification; returns how many."""
    choices, market = case()
    designs = [
        choices.design(*chosen)
        for chosen in product(
            choices.days_zero, choices.benchmarks, choices.models, choices.estimation_windows
        )
        for _ in product(choices.earlier_jumps, choices.windows)
    ]
    for design in designs:
        with suppress(DesignError):
            event_study(design, market)
    return len(designs)


def main() -> None:
    """Print the number of specifications, both times and their ratio; exit 1 above the limit."""
    curve()
    ours, theirs = [], []
    for _ in range(3):
        start = time.perf_counter()
        curve()
        middle = time.perf_counter()
        count = separate_studies()
        ours.append(middle - start)
        theirs.append(time.perf_counter() - middle)
    ratio = min(ours) / min(theirs)
    print(f"{count:,} specifications: {min(ours):.2f} s; as separate studies {min(theirs):.2f} s; ", end="")
    print(f"{1000 * min(ours) / count * 1000:.0f} ms per thousand; ratio {ratio:.2f} (at most {LIMIT})")
    sys.exit(ratio > LIMIT)


if __name__ == "__main__":
    main()
