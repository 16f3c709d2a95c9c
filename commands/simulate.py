"""How often each test rejects: what is simulated, and how sizes and power are printed."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.market.errors import DesignError
from commands import subjects
from commands.console import progress
from commands.documents import Document
from commands.options import ClusterOption, EventSlug, FormatOption, WorkersOption, path
from commands.printing import MISSING, Format, percent, print_json, show, table_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.inference.simulation import Population, SimulationDesign, Treatment

NOTES = (
    "Share of samples in which a test rejects at {level:.0%}, Monte-Carlo error in brackets. Nothing "
    "happened in the first column, which should say {level:.0%}; on a rough day the variance of day 0 is "
    "{factor:g} times as large and its mean is not; the last column is the power against {effect} on "
    "day 0, and means little where the first is wrong."
)


def simulate(
    context: typer.Context,
    event: EventSlug = None,
    form: FormatOption = "text",
    firms: Annotated[int, typer.Option(help="Firms in a sample.")] = 5,
    samples: Annotated[int, typer.Option(help="Samples drawn.")] = 1000,
    own_dates: Annotated[bool, typer.Option("--own-dates", help="A date per firm, not one for all.")] = False,
    effect: Annotated[float, typer.Option(help="Planted on day 0; -0.02 takes 2 % off.")] = -0.02,
    variance_factor: Annotated[float, typer.Option(help="Variance of day 0 on a rough day.")] = 2.0,
    seed: Annotated[int, typer.Option(min=0, help="The same seed draws the same samples.")] = 20250127,
    prices: Annotated[
        Path | None, typer.Option(parser=path, help="Folder of CSV files to draw from.")
    ] = None,
    benchmark: Annotated[str | None, typer.Option(help="With --prices: one of its files.")] = None,
    workers: WorkersOption = None,
    cluster: ClusterOption = None,
) -> None:
    """Print how often each test rejects when nothing happened, and when something did."""
    from analysis.inference.simulation import SimulationDesign, Treatment, population
    from analysis.inference.simulation import simulate as draw
    from commands.workers import spread_over

    treatments = (Treatment(), Treatment(variance_factor=variance_factor), Treatment(effect=effect))
    design = SimulationDesign(firms, samples, not own_dates, treatments, seed=seed)
    drawn_from = population(*subjects.shares(context.obj, event, _files(event, prices, benchmark)))
    with progress("samples") as step, spread_over(workers, cluster) as spread:
        table = draw(drawn_from, design, progress=lambda *done: step("samples", *done), spread=spread)
    show_sizes(table, drawn_from, design, form)


def _files(event: str | None, prices: Path | None, benchmark: str | None) -> subjects.PricePath | None:
    if prices is None:
        if benchmark is not None:
            raise DesignError("--benchmark goes with --prices; shares of the catalogue have their own")
        return None
    if event is not None or benchmark is None:
        raise DesignError("--prices needs --benchmark, and no EVENT")
    return subjects.PricePath(prices, benchmark)


def show_sizes(table: pd.DataFrame, drawn_from: Population, design: SimulationDesign, form: Format) -> None:
    """Print how often every test rejects."""
    if form == "json":
        print_json(sizes_document(table, drawn_from, design))
    elif form == "csv":
        table.reset_index().to_csv(sys.stdout, index=False)
    else:
        print_sizes(table, drawn_from, design)


def sizes_document(table: pd.DataFrame, drawn_from: Population, design: SimulationDesign) -> Document:
    """The experiment and one record per test and treatment."""
    sessions, shares = drawn_from.returns.shape
    rows = table.astype(object).where(table.notna(), None).reset_index()
    return {
        "firms": design.firms,
        "samples": design.samples,
        "shared_date": design.shared_date,
        "level": design.level,
        "seed": design.seed,
        "shares": shares,
        "sessions": sessions,
        "rates": rows.to_dict("records"),
    }


def print_sizes(table: pd.DataFrame, drawn_from: Population, design: SimulationDesign) -> None:
    """One row per test, one column per treatment."""
    from analysis.inference.significance import TESTS

    _, rough, fall = design.treatments
    dates = "one date" if design.shared_date else "dates of their own"
    sessions, shares = drawn_from.returns.shape
    print(
        f"{design.samples:,} samples of {design.firms} of {shares} shares on {dates}, {sessions} sessions\n"
    )
    columns = ("Size", "Size, rough day", f"Power, {percent(fall.effect)}")
    printed = table_of("How often tests reject", ["Test"], columns)
    for key, test in TESTS.items():
        printed.add_row(test.label, *(_rate(table, key, treatment) for treatment in design.treatments))
    level, factor = design.level, rough.variance_factor
    show(printed, NOTES.format(level=level, factor=factor, effect=percent(fall.effect)))


def _rate(table: pd.DataFrame, key: str, treatment: Treatment) -> str:
    rows = table.xs((treatment.effect, treatment.variance_factor), level=("effect", "variance_factor"))
    rejected, error = rows.loc[[key], ["rejected", "error"]].to_numpy()[0]
    return MISSING if math.isnan(rejected) else f"{100 * rejected:.1f} % ({100 * error:.1f})"
