"""Make the tables of size and power: docs/sizes.csv, docs/power.csv, and what docs/methodology.md shows.

``make sizes`` or ``python -m tools.size_table [--seed N] [--samples N]``. With 2,000 samples the error of a
size of 5 % is half a point. A test that keeps its level passes the bound of 7.5 % with its upper limit but
for one row in a thousand; one that rejects 7.5 % passes by luck in one row of forty. Firms on one date get
four times as many of made-up returns: their sizes lie closest to the bound. The bundled returns are one
history, of which no number of samples says more than it holds; so they are drawn anew in pieces, for the
kinds of groups of `BUNDLED`.

Every kind of group has a seed of its own, made of the seed and its name, so that the tables come out the
same whoever computes what. What is done is kept under var/sizes, and a run that was cut goes on there;
remove that folder after a change of what is simulated.
"""

from __future__ import annotations

import argparse
import datetime as dt
import multiprocessing
import re
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.inference.significance import TESTS
from analysis.inference.simulation import simulate, simulate_samplings
from analysis.inference.simulation_design import Treatment
from analysis.market.errors import DesignError
from tools.size_cells import (
    BUNDLED,
    CLOSEST,
    DONORS,
    LEADING,
    POPULATIONS,
    POWERED,
    SKEWED,
    SPECIAL,
    TIMES,
    WINDOWS,
    Cell,
    bundled_population,
    cells,
    drawn_from,
    mixed,
    seed_of,
)

ROOT = Path(__file__).parents[1]
DOCS, KEPT = ROOT / "docs", ROOT / "var" / "sizes"
PAGE, TABLE, POWER = DOCS / "methodology.md", DOCS / "sizes.csv", DOCS / "power.csv"
SEED = 20261127
SAMPLES = 2000
PROCESSES = 2
SLOW = "joint"  # its bootstrap takes ten times as long as all others: for two kinds of groups alone
SHOWN = {
    "placebo_firms": "Placebo firms",
    "recent_placebo_rank": "Placebo dates, recent volatility",
    "placebo_rank": "Placebo dates",
    "conformal": "Conformal",
    "portfolio": "t",
    "kolari_pynnonen": "Kolari-Pynnonen t",
}
TREATMENTS = {
    "Size on a rough day": Treatment(variance_factor=2.0),
    "Power against -2 %": Treatment(effect=-0.02),
    "Power against -4 %": Treatment(effect=-0.04),
}


def sizes(name: str, cell: Cell, samples: int, seed: int = SEED) -> pd.DataFrame | None:
    """A row per window: the cell, what decides trust, and size and error of every test, in percent.

    None where the returns have no room for such samples.
    """
    tests = [key for key in TESTS if key != SLOW or cell in (Cell(5, "one"), Cell(5, "own"))]
    wanted = replace(cell.design, samples=samples, seed=seed_of(seed, name, cell))
    try:
        table, drawn = simulate_samplings(drawn_from(name, seed, cell.donors), wanted, tests)
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
            "model": wanted.model,
            "scheme": cell.dates,
            "sessions": cell.sessions,
            "bars_missing": cell.missing,
            "times": cell.times,
            "window": str(window),
            "samples": samples,
            "seed": seed,
            "made": str(dt.date.today()),
        }
        rows.append(labels | {key: round(float(value), 4) for key, value in sampling.items()} | numbers)
    return pd.DataFrame(rows)


def powers(cell: Cell, samples: int, seed: int = SEED) -> pd.DataFrame:
    """Share rejected on day 0 in percent, of bundled returns: a row per treatment."""
    tests = [key for key in TESTS if key != SLOW]
    treatments = (Treatment(), *TREATMENTS.values())
    wanted = replace(
        cell.design,
        samples=samples,
        seed=seed_of(seed, "power", cell),
        windows=WINDOWS[:1],
        treatments=treatments,
    )
    table: Any = simulate(bundled_population(), wanted, tests)["rejected"]
    rows: list[dict[Any, Any]] = []
    for name, treatment in TREATMENTS.items():
        found = {key: table[key, "[0]", treatment.effect, treatment.variance_factor] for key in tests}
        numbers = {key: round(100 * float(value), 1) for key, value in found.items()}
        rows.append({"what": name, "firms": cell.firms, "scheme": cell.dates, "samples": samples} | numbers)
    return pd.DataFrame(rows)


def piece(name: str, cell: Cell, samples: int, seed: int) -> str:
    """Make the rows of one kind of group, or find them made; the name of the file that holds them."""
    kept = KEPT / f"{seed}-{samples}" / f"{name} {cell}.csv"
    if not kept.exists():
        start = time.monotonic()
        made = powers(cell, samples, seed) if name == "power" else sizes(name, cell, samples, seed)
        kept.parent.mkdir(parents=True, exist_ok=True)
        half = kept.with_suffix(".part")
        (pd.DataFrame(columns=["population"]) if made is None else made).to_csv(half, index=False)
        half.replace(kept)
        print(f"{name}: {cell}: {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    return str(kept)


def pieces(wanted: list[tuple[str, Cell, int, int]]) -> list[str]:
    """Those of some kinds of groups that read the same fits of earlier dates."""
    return [piece(*one) for one in wanted]


def main(samples: int = SAMPLES, seed: int = SEED) -> None:
    """Make both tables anew, on two cores."""
    wanted = [[("made up", cell, samples * cell.weight, seed)] for cell in cells()]
    wanted += [[("bundled", cell, samples, seed)] for cell in BUNDLED]
    wanted += [[("bundled", cell, samples * 4, seed)] for cell in CLOSEST]
    wanted += [[("made up", cell, samples, seed) for cell in some] for some in mixed(DONORS)]
    wanted += [[("bundled", cell, samples, seed) for cell in some] for some in mixed(LEADING)]
    for name, some_kinds in SPECIAL.items():
        wanted += [[(name, cell, samples * times, seed)] for cell, times in some_kinds.items()]
    wanted += [[("power", cell, samples // 4, seed)] for cell in POWERED]
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, spawned) as pool:
        made = [pd.read_csv(file) for files in pool.map(pieces, wanted) for file in files]
    powered = len(POWERED)
    pd.concat([rows for rows in made[:-powered] if len(rows)]).to_csv(TABLE, index=False)
    pd.concat(made[-powered:]).to_csv(POWER, index=False)
    write_page(pd.read_csv(TABLE), pd.read_csv(POWER))


def write_page(table: pd.DataFrame, power: pd.DataFrame) -> None:
    """Replace what follows the introduction of *Size and power* up to the next section."""
    text = PAGE.read_text(encoding="utf-8")
    pattern = re.compile(r"(?<=makes the tables anew\.\n\n).*?(?=^## |\Z)", re.DOTALL | re.MULTILINE)
    PAGE.write_text(pattern.sub(lambda _: shown(table, power) + "\n", text, count=1), encoding="utf-8")


def shown(table: pd.DataFrame, power: pd.DataFrame) -> str:
    """Markdown: sizes on day 0 and over [-10, +10] by kind of group, for each population; and power."""
    drawn = table.groupby("population", sort=False)["samples"].agg(["min", "max"])
    samples = ", ".join(
        f"{few:,}{'' if few == most else f' to {most:,}'} samples of {name} returns of each kind"
        for name, few, most in drawn.itertuples()
    )
    intro = (
        f"{samples}; seed {table['seed'].iloc[0]}, made on {table['made'].max()}. Sizes in percent, "
        "Monte-Carlo errors in brackets; `docs/sizes.csv` holds every window and kind of group."
    )
    ends = WINDOWS[0], WINDOWS[-1]
    parts = [_shown(table, name, str(window)) for name in POPULATIONS for window in ends]
    parts += [
        _shown(table, POPULATIONS[1], str(window), at) for at in (TIMES[0], TIMES[-1]) for window in ends
    ]
    parts += [_mixed(table, name) for name in POPULATIONS[:2]]
    parts += [_powers(power[power["what"] == name], name) for name in TREATMENTS]
    return "\n\n".join([intro, *parts])


def _mixed(table: pd.DataFrame, name: str) -> str:
    """Sizes of one firm and five with a synthetic control, of what can be trusted somewhere and of ranks."""
    plain = (table["times"] == "all") & table["window"].isin([str(WINDOWS[0]), str(WINDOWS[3])])
    rows = table[plain & (table["population"] == name) & (table["donors"] > 0)]
    lines = [f"### Size with a synthetic control, {name} returns", ""]
    lines += ["| Model | Donors | Firms | Window | " + " | ".join(SHOWN.values()) + " |"]
    lines.append("|---|---:|---:|---|" + "---:|" * len(SHOWN))
    for row in rows.to_dict("records"):
        found = " | ".join(_size(row.get(key), row.get(f"{key}_error")) for key in SHOWN)
        kind = row["model"], f"{row['donors']:.0f}", f"{row['firms']:.0f}", row["window"]
        lines.append(f"| {' | '.join(kind)} | {found} |")
    return "\n".join(lines)


def _size(size: Any, error: Any) -> str:
    return "-" if pd.isna(size) else f"{size:.1f} ({error:.1f})"


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


def _shown(table: pd.DataFrame, name: str, window: str, at: str = "all") -> str:
    plain = (table["sessions"] == 250) & (table["bars_missing"] == 0) & (table["times"] == at)
    rows = table[plain & (table["donors"] == 0) & (table["population"] == name) & (table["window"] == window)]
    if name != SKEWED:
        rows = rows[rows["firms"].isin([1, 5, 30])]
    heads = [f"{row.firms:.0f}, {row.scheme}" for row in rows.itertuples()]
    after = "" if at == "all" else f" after {at} times"
    lines = [f"### Size{after}, {name} returns, {window}", "", "| Test | " + " | ".join(heads) + " |"]
    lines.append("|---|" + "---:|" * len(heads))
    for key, test in TESTS.items():
        found = [(row.get(key, float("nan")), row.get(f"{key}_error")) for _, row in rows.iterrows()]
        texts = [_size(size, error) for size, error in found]
        lines.append(f"| {test.label} | " + " | ".join(texts) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=SEED)
    options.add_argument("--samples", type=int, default=SAMPLES)
    main(**vars(options.parse_args()))
