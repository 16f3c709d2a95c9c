"""Make the tables of size and power: docs/sizes.csv, docs/power.csv, and what docs/methodology.md shows.

``make sizes`` or ``python -m tools.size_table [SAMPLES]``: 2,000 samples of each kind take half an hour. Of
bundled returns half as many are drawn: there is one history of them, and more samples say little more. The
tables are one process's work with one seed, so that they come out the same everywhere.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.inference.significance import TESTS
from analysis.inference.simulation import simulate, simulate_samplings
from analysis.inference.simulation_design import (
    Dates,
    Population,
    SimulationDesign,
    Times,
    Treatment,
    population,
)
from analysis.market.errors import DesignError
from analysis.market.events import Window
from data.bundled.bundle import bundled_market
from data.bundled.calendars import sessions
from data.catalogue import dossiers as catalogue
from tools.made_up import made_up_population

DOCS = Path(__file__).parents[1] / "docs"
PAGE, TABLE, POWER = DOCS / "methodology.md", DOCS / "sizes.csv", DOCS / "power.csv"
EVENT = "deepseek-2025-01-27"
SAMPLES = 2000
SINCE = dt.date(2022, 1, 3)
WINDOWS = tuple(Window(*pair) for pair in ((0, 0), (0, 1), (-1, 1), (-5, 5), (-10, 10)))
SLOW = "joint"  # its bootstrap takes ten times as long as all others: for two kinds of groups alone
POPULATIONS = ("made up", "bundled")
TREATMENTS = {
    "Size on a rough day": Treatment(variance_factor=2.0),
    "Power against -2 %": Treatment(effect=-0.02),
    "Power against -4 %": Treatment(effect=-0.04),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """Groups of one kind: how many firms and estimation sessions, how their dates lie, and when."""

    firms: int
    dates: Dates
    sessions: int = 250
    missing: float = 0.0
    times: Times = "all"

    @property
    def design(self) -> SimulationDesign:
        """The experiment, its samples aside."""
        estimation = Window(-10 - self.sessions, -11)
        return SimulationDesign(
            self.firms,
            dates=self.dates,
            estimation_window=estimation,
            windows=WINDOWS,
            missing=self.missing,
            times=self.times,
        )


def cells() -> Iterator[Cell]:
    """Every number of firms with every kind of dates; then one thing at a time is another."""
    yield Cell(1, "one")
    schemes: tuple[Dates, ...] = ("one", "own", "week")
    for firms in (2, 5, 10, 30):
        yield from (Cell(firms, dates) for dates in schemes[: 2 if firms == 2 else 3])
    yield Cell(10, "unequal")
    yield Cell(30, "unequal")
    varied: tuple[Cell, ...] = (Cell(5, "one"), Cell(10, "own"), Cell(30, "unequal"))
    for cell in varied:
        yield from (Cell(cell.firms, cell.dates, sessions=sessions) for sessions in (20, 60))
        yield from (Cell(cell.firms, cell.dates, missing=missing) for missing in (0.02, 0.05))
    for times in ("calm", "rough"):
        yield from (
            Cell(cell.firms, cell.dates, times=times)
            for cell in (Cell(1, "one"), Cell(5, "one"), Cell(30, "one"))
        )


def bundled_population() -> Population:
    """The bundled shares of exchanges in the United States and Europe, from 2022: most are that old."""
    dossier = catalogue.dossier(EVENT)
    market = bundled_market(dossier.instruments)
    recent = {mic: sessions(mic, SINCE, market.provenance.as_of) for mic in market.sessions}
    found: Population = population(replace(market, sessions=recent), dossier.shares)
    return found


@cache
def drawn_from(name: str) -> Population:
    """The returns of one of `POPULATIONS`."""
    return bundled_population() if name == "bundled" else made_up_population()


def sizes(name: str, cell: Cell, samples: int) -> pd.DataFrame | None:
    """A row per window: the cell, what decides trust, and size and error of every test, in percent.

    None where the returns have no room for such samples.
    """
    tests = [key for key in TESTS if key != SLOW or cell in (Cell(5, "one"), Cell(5, "own"))]
    try:
        table, drawn = simulate_samplings(drawn_from(name), replace(cell.design, samples=samples), tests)
    except DesignError:
        return None
    rows: list[dict[Any, Any]] = []
    for window in WINDOWS:
        found: Any = table.xs((str(window), 0.0, 1.0), level=("window", "effect", "variance_factor"))
        sampling = drawn.loc[str(window)].to_dict()
        known = found[found["computed"] > 0.5]
        numbers = {
            f"{key}{suffix}": round(100 * value, 2)
            for suffix, column in (("", "rejected"), ("_error", "error"))
            for key, value in known[column].to_dict().items()
        }
        labels = {
            "population": name,
            "scheme": cell.dates,
            "sessions": cell.sessions,
            "bars_missing": cell.missing,
            "times": cell.times,
            "window": str(window),
            "samples": samples,
            "made": str(dt.date.today()),
        }
        rows.append(labels | {key: round(float(value), 4) for key, value in sampling.items()} | numbers)
    return pd.DataFrame(rows)


def main(samples: int = SAMPLES) -> None:
    """Make both tables anew."""
    tables: list[pd.DataFrame] = []
    for name, drawn in zip(POPULATIONS, (samples, samples // 2), strict=True):
        for cell in cells():
            start = time.monotonic()
            found = sizes(name, cell, drawn)
            told = "no room" if found is None else f"{time.monotonic() - start:.0f} s"
            print(f"{name}: {cell}: {told}", file=sys.stderr, flush=True)
            if found is not None:
                tables.append(found)
                pd.concat(tables).to_csv(TABLE, index=False)
    powers(samples).to_csv(POWER, index=False)
    write_page(pd.read_csv(TABLE), pd.read_csv(POWER))


def powers(samples: int) -> pd.DataFrame:
    """Share rejected on day 0 in percent, of bundled returns: a row per kind of group, treatment and test."""
    tests = [key for key in TESTS if key != SLOW]
    rows: list[dict[Any, Any]] = []
    for cell in (Cell(5, "one"), Cell(30, "one"), Cell(5, "own"), Cell(30, "own")):
        treatments = (Treatment(), *TREATMENTS.values())
        wanted = replace(cell.design, samples=samples, windows=WINDOWS[:1], treatments=treatments)
        table: Any = simulate(drawn_from("bundled"), wanted, tests)["rejected"]
        for name, treatment in TREATMENTS.items():
            found = {key: table[key, "[0]", treatment.effect, treatment.variance_factor] for key in tests}
            numbers = {key: round(100 * float(value), 1) for key, value in found.items()}
            rows.append(
                {"what": name, "firms": cell.firms, "scheme": cell.dates, "samples": samples} | numbers
            )
    return pd.DataFrame(rows)


def write_page(table: pd.DataFrame, power: pd.DataFrame) -> None:
    """Replace what follows the introduction of *Size and power* up to the next section."""
    text = PAGE.read_text(encoding="utf-8")
    pattern = re.compile(r"(?<=makes the tables anew\.\n\n).*?(?=^## |\Z)", re.DOTALL | re.MULTILINE)
    PAGE.write_text(pattern.sub(lambda _: shown(table, power) + "\n", text, count=1), encoding="utf-8")


def shown(table: pd.DataFrame, power: pd.DataFrame) -> str:
    """Markdown: sizes on day 0 and over [-10, +10] by kind of group, for each population; and power."""
    drawn = table.groupby("population", sort=False)["samples"].max()
    samples = ", ".join(f"{count:,} samples of {name} returns of each kind" for name, count in drawn.items())
    intro = (
        f"{samples}; seed {SimulationDesign().seed}, made on {table['made'].iloc[0]}. Sizes in percent, "
        "Monte-Carlo errors in brackets; `docs/sizes.csv` holds every window and kind of group."
    )
    ends = WINDOWS[0], WINDOWS[-1]
    parts = [_shown(table, name, str(window)) for name in POPULATIONS for window in ends]
    parts += [_powers(power[power["what"] == name], name) for name in TREATMENTS]
    return "\n\n".join([intro, *parts])


def _powers(rows: pd.DataFrame, name: str) -> str:
    heads = [f"{row.firms}, {row.scheme}" for row in rows.itertuples()]
    lines = [f"### {name}, bundled returns, [0]", "", "| Test | " + " | ".join(heads) + " |"]
    lines.append("|---|" + "---:|" * len(heads))
    for key, test in TESTS.items():
        texts = [
            "-" if pd.isna(value) else f"{value:.1f}" for value in rows.get(key, [float("nan")] * len(rows))
        ]
        lines.append(f"| {test.label} | " + " | ".join(texts) + " |")
    return "\n".join(lines)


def _shown(table: pd.DataFrame, name: str, window: str) -> str:
    plain = (table["sessions"] == 250) & (table["bars_missing"] == 0) & (table["times"] == "all")
    rows = table[plain & (table["population"] == name) & (table["window"] == window)]
    rows = rows[rows["firms"].isin([1, 5, 30])]
    heads = [f"{row.firms:.0f}, {row.scheme}" for row in rows.itertuples()]
    lines = [f"### Size, {name} returns, {window}", "", "| Test | " + " | ".join(heads) + " |"]
    lines.append("|---|" + "---:|" * len(heads))
    for key, test in TESTS.items():
        found = [(row.get(key, float("nan")), row.get(f"{key}_error")) for _, row in rows.iterrows()]
        texts = ["-" if pd.isna(size) else f"{size:.1f} ({error:.1f})" for size, error in found]
        lines.append(f"| {test.label} | " + " | ".join(texts) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
