"""How often each test rejects: what is simulated, and how sizes and power are printed."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from analysis.market.errors import DesignError
from commands import subjects
from commands.console import progress
from commands.documents import Document, pair, plain
from commands.lean import pandas_alone
from commands.options import ClusterOption, DonorsOption, EventSlug, FormatOption, WorkersOption, path, said
from commands.printing import Format, print_json, print_table_csv, show, table_of
from dashboard.views.words import DASH, percent

if TYPE_CHECKING:
    import pandas as pd

    from analysis.inference.simulation_design import Population, SimulationDesign, Treatment
    from analysis.market.events import Window

DATES = {
    "one": "one date",
    "late": "one date, every other of them a session late",
    "two": "two dates",
    "week": "dates within a week",
    "month": "dates within a month",
    "own": "dates of their own",
    "unequal": "one date and, a third of them, dates of their own",
}
ALONE = {"placebo_firms": "Placebo firms", "conformal": "Conformal"}  # of one firm with donors
NOTES = (
    "Share of samples in which a test rejects at {level:.0%}, Monte-Carlo error in brackets. Nothing "
    "happened in the first column, which should say {level:.0%}; on a rough day the variance of day 0 is "
    "{factor:g} times as large and its mean is not; the last column is the power against {effect} on "
    "day 0, and means little where the first is wrong. Trusted: the share of the samples "
    "in which the rule of the test trusts it."
)


def simulate(
    context: typer.Context,
    event: EventSlug = None,
    form: FormatOption = "text",
    firms: Annotated[int, typer.Option(help="Firms in a sample.")] = 5,
    samples: Annotated[int, typer.Option(help="Samples drawn.")] = 1000,
    own_dates: Annotated[bool, typer.Option("--own-dates", help="The same as --dates own.")] = False,
    dates: Annotated[
        str,
        typer.Option(
            help="one for all firms; late: every other firm moves a session later; two; a week or a month of "
            "them; own ones; or unequal: most firms on one."
        ),
    ] = "one",
    windows: Annotated[
        list[str] | None, typer.Option("--window", help="Tested window, such as -1,1; more than one will do.")
    ] = None,
    estimation: Annotated[int, typer.Option(help="Sessions of the estimation window.")] = 250,
    missing: Annotated[float, typer.Option(help="Share of the bars that are missing; 0.05 is 5 %.")] = 0.0,
    times: Annotated[
        str, typer.Option(help="all dates, or a fifth of them: calm, quiet, usual, lively or rough.")
    ] = "all",
    model: Annotated[
        str, typer.Option(help="market_model; or synthetic or synthetic_ridge, with --donors.")
    ] = "market_model",
    donors: DonorsOption = None,
    effect: Annotated[float, typer.Option(help="Planted on day 0; -0.02 takes 2 % off.")] = -0.02,
    variance_factor: Annotated[float, typer.Option(help="Variance of day 0 on a rough day.")] = 2.0,
    seed: Annotated[int, typer.Option(min=0, help="The same seed draws the same samples.")] = 20250127,
    prices: Annotated[
        Path | None, typer.Option(parser=path, help="Folder of CSV files to draw from.")
    ] = None,
    benchmark: Annotated[
        str | None, typer.Option(callback=said, help="With --prices: one of its files.")
    ] = None,
    workers: WorkersOption = None,
    cluster: ClusterOption = None,
) -> None:
    """Print how often each test rejects when nothing happened, and when something did."""
    pandas_alone()
    from analysis.inference.simulation import simulate as draw
    from analysis.inference.simulation_design import SimulationDesign, Treatment, population
    from commands.workers import spread_over

    if donors and model == "market_model":
        raise DesignError("--donors goes with --model synthetic or synthetic_ridge")
    treatments = (Treatment(), Treatment(variance_factor=variance_factor), Treatment(effect=effect))
    tested = tuple(map(_window, windows or ["0,0"]))
    design = SimulationDesign(
        firms,
        samples,
        "own" if own_dates else cast(Any, dates),
        treatments,
        _estimation(estimation, tested),
        tested,
        missing,
        cast(Any, times),
        seed=seed,
        model=model,
    )
    drawn_from = population(*subjects.shares(context.obj, event, _files(event, prices, benchmark, model)))
    drawn_from = drawn_from.apart(tuple(donors or ()))
    with progress("samples") as step, spread_over(workers, cluster) as spread:
        table = draw(drawn_from, design, progress=lambda *done: step("samples", *done), spread=spread)
    show_sizes(table, drawn_from, design, form)


def _window(text: str) -> Window:
    from analysis.market.events import Window

    found = re.fullmatch(r"\[?\s*([+-]?\d+)(?:\s*,\s*([+-]?\d+))?\s*\]?", text)
    if found is None:
        raise DesignError(f"window {text!r}: give its first and last day, such as -1,1")
    start = int(found[1])
    return Window(start, start if found[2] is None else int(found[2]))


def _estimation(sessions: int, tested: tuple[Window, ...]) -> Window:
    """So many sessions that end before day -10, or before the first window."""
    from analysis.market.events import Window

    if sessions < 1:
        raise DesignError(f"{sessions} estimation sessions: at least one is needed")
    end = min(-11, *(window.start - 1 for window in tested))
    return Window(end - sessions + 1, end)


def _files(
    event: str | None, prices: Path | None, benchmark: str | None, model: str
) -> subjects.PricePath | None:
    if prices is None:
        if benchmark is not None:
            raise DesignError("--benchmark goes with --prices; shares of the catalogue have their own")
        return None
    if event is not None or benchmark in (None, subjects.NO_BENCHMARK):
        raise DesignError("--prices needs --benchmark, one of its symbols, and no EVENT")
    return subjects.PricePath(prices, benchmark, model=model)


def show_sizes(table: pd.DataFrame, drawn_from: Population, design: SimulationDesign, form: Format) -> None:
    """Print how often every test rejects."""
    if form == "json":
        print_json(sizes_document(table, drawn_from, design))
    elif form == "csv":
        print_table_csv(table.reset_index())
    else:
        print_sizes(table, drawn_from, design)


def sizes_document(table: pd.DataFrame, drawn_from: Population, design: SimulationDesign) -> Document:
    """The experiment and one record per test and treatment."""
    sessions, shares = drawn_from.returns.shape
    rows = plain(table).reset_index()
    return {
        "firms": design.firms,
        "samples": design.samples,
        "dates": design.dates,
        "shared_date": design.dates == "one",
        "windows": [pair(window) for window in design.windows],
        "estimation_window": pair(design.estimation_window),
        "missing": design.missing,
        "times": design.times,
        "level": design.level,
        "model": design.model,
        "donors": drawn_from.donors.shape[1],
        "seed": design.seed,
        "shares": shares,
        "sessions": sessions,
        "rates": rows.to_dict("records"),
    }


def print_sizes(table: pd.DataFrame, drawn_from: Population, design: SimulationDesign) -> None:
    """One row per test, one column per treatment; a table per window."""
    from analysis.inference.significance import TESTS
    from analysis.models.normal_returns import NORMAL_RETURNS

    _, rough, fall = design.treatments
    sessions, shares = drawn_from.returns.shape
    label, donors = NORMAL_RETURNS[design.model].label, drawn_from.donors.shape[1]
    mixed = f"\n{label}, of {donors} donors" if design.mixed else ""
    print(
        f"{design.samples:,} samples of {design.firms} of {shares} shares on {DATES[design.dates]}, "
        f"{sessions} sessions\nestimation window {design.estimation_window}, {design.missing:.0%} of the "
        f"bars missing, {design.times} times{mixed}\n"
    )
    columns = ("Size", "Size, rough day", f"Power, {percent(fall.effect)}", "Trusted")
    level, factor = design.level, rough.variance_factor
    for window in design.windows:
        printed = table_of(f"How often tests reject, window {window}", ["Test"], columns)
        labels = {key: test.label for key, test in TESTS.items()} | (ALONE if design.mixed else {})
        for key in (key for key in labels if key in table.index.get_level_values("test")):
            cells = (_rate(table, key, window, treatment) for treatment in design.treatments)
            printed.add_row(labels[key], *cells, _trusted(table, key, window))
        last = window == design.windows[-1]
        show(
            printed,
            *([NOTES.format(level=level, factor=factor, effect=percent(fall.effect))] if last else []),
        )


def _rate(table: pd.DataFrame, key: str, window: Window, treatment: Treatment) -> str:
    place = (key, str(window), treatment.effect, treatment.variance_factor)
    if place not in table.index:
        return DASH
    rate = table[["rejected", "error"]].T[place]
    return DASH if math.isnan(rate.iloc[0]) else f"{100 * rate.iloc[0]:.1f} % ({100 * rate.iloc[1]:.1f})"


def _trusted(table: pd.DataFrame, key: str, window: Window) -> str:
    return f"{table['trusted'][key, str(window), 0.0, 1.0]:.0%}"
