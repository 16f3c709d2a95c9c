"""Write the tables of size and power into docs/methodology.md, from the bundled shares.

Run ``python -m tools.size_table [SAMPLES]``: 2,000 samples take some minutes.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd

from analysis.inference.significance import TESTS
from analysis.inference.simulation import (
    Population,
    Progress,
    SimulationDesign,
    Treatment,
    population,
    simulate,
)
from data.bundled.bundle import bundled_market
from data.bundled.calendars import sessions
from data.catalogue import dossiers as catalogue

PAGE = Path(__file__).parents[1] / "docs" / "methodology.md"
EVENT = "deepseek-2025-01-27"
SINCE = dt.date(2022, 1, 3)
TREATMENTS = {
    "Size": Treatment(),
    "Size on a rough day": Treatment(variance_factor=2.0),
    "Power against -2 %": Treatment(effect=-0.02),
    "Power against -4 %": Treatment(effect=-0.04),
}
GROUPS = {
    "5 firms, one date": (5, True),
    "25 firms, one date": (25, True),
    "5 firms, own dates": (5, False),
    "25 firms, own dates": (25, False),
}


def bundled_population() -> Population:
    """The bundled shares of exchanges in the United States and Europe, from 2022: most are that old."""
    dossier = catalogue.dossier(EVENT)
    market = bundled_market(dossier.instruments)
    recent = {mic: sessions(mic, SINCE, market.provenance.as_of) for mic in market.sessions}
    return population(replace(market, sessions=recent), dossier.shares)


def tables(drawn_from: Population, samples: int) -> str:
    """Markdown: one table per treatment, one row per test, one column per kind of group."""
    found = {}
    for name, (firms, shared) in GROUPS.items():
        design = SimulationDesign(firms, samples, shared, tuple(TREATMENTS.values()))
        found[name] = simulate(drawn_from, design, progress=_say(name))
    days, firms = drawn_from.returns.shape
    intro = (
        f"{samples:,} samples of each kind, drawn from {firms} shares over {days} sessions from "
        f"{SINCE.year}; seed {SimulationDesign().seed}. All numbers in percent."
    )
    return "\n\n".join([intro, *(_table(name, treatment, found) for name, treatment in TREATMENTS.items())])


def _table(name: str, treatment: Treatment, found: dict[str, pd.DataFrame]) -> str:
    rows = [f"### {name}", "", "| Test | " + " | ".join(GROUPS) + " |", "|---|" + "---:|" * len(GROUPS)]
    for key, test in TESTS.items():
        treated = [
            table.xs((treatment.effect, treatment.variance_factor), level=(1, 2)) for table in found.values()
        ]
        cells = [_cell(table.loc[[key]].iloc[0]) for table in treated]
        rows.append(f"| {test.label} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _cell(rate: pd.Series[float]) -> str:
    return f"{100 * rate['rejected']:.1f} ({100 * rate['error']:.1f})" if rate["computed"] else "-"


def _say(name: str) -> Progress:
    return lambda done, of: print(f"\r{name}: {done} of {of}", end="", file=sys.stderr, flush=True)


def main(samples: int = 2000) -> None:
    """Replace what follows the introduction of *Size and power* up to the next section."""
    text = PAGE.read_text(encoding="utf-8")
    written = tables(bundled_population(), samples)
    pattern = re.compile(r"(?<=makes the tables anew\.\n\n).*?(?=^## |\Z)", re.DOTALL | re.MULTILINE)
    PAGE.write_text(pattern.sub(lambda _: written + "\n", text, count=1), encoding="utf-8")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
