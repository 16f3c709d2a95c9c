"""Study an event of the catalogue, one of the user's own files, or a list of events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from analysis.market.errors import DesignError
from commands import subjects
from commands.console import progress
from commands.lean import pandas_alone
from commands.options import (
    AcceptOption,
    BenchmarkOption,
    ClusterOption,
    DatesOption,
    DonorsOption,
    EventDateOption,
    EventSlug,
    GapsOption,
    ModelOption,
    PricesOption,
    SnapshotOption,
    WindowOption,
    WorkersOption,
    path,
    windows,
)
from commands.printing import StudyFormat
from commands.source import Source


def study(
    context: typer.Context,
    event: EventSlug = None,
    form: Annotated[StudyFormat, typer.Option("--format", help="How the result is printed.")] = "text",
    stars: Annotated[
        bool, typer.Option("--stars", help="Stars for p values, in tables of --format latex.")
    ] = False,
    model: ModelOption = None,
    reaction: Annotated[
        str, typer.Option(help="What is studied: return, volume or range (of the day).")
    ] = "return",
    gaps: GapsOption = None,
    benchmark: BenchmarkOption = None,
    event_window: WindowOption = None,
    estimation_window: WindowOption = None,
    symbols: Annotated[list[str] | None, typer.Option(metavar="A B ...", help="Firms to study.")] = None,
    prices: PricesOption = None,
    events: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            parser=path,
            help="List of events (CSV, Excel, Parquet): symbol, event_date[, event_time, benchmark, group].",
        ),
    ] = None,
    closed_day: Annotated[
        str, typer.Option(help="Where an event on a closed day goes: next, previous or drop.")
    ] = "next",
    event_date: EventDateOption = None,
    donors: DonorsOption = None,
    snapshot: SnapshotOption = None,
    accept: AcceptOption = None,
    dates: DatesOption = None,
    workers: WorkersOption = None,
    cluster: ClusterOption = None,
    explain: Annotated[
        str | None,
        typer.Option(
            metavar="FORMULA",
            help='Regress CARs on columns of the list, such as "size + sector"; with --events.',
        ),
    ] = None,
) -> None:
    """Print the study of an event, of your own price files with --prices, or of many events with --events."""
    pandas_alone()
    from analysis.market.reactions import OWN_MEAN
    from analysis.study.study import StudyDesign, event_study
    from commands.one_event import show_study
    from dashboard.views.choices import usual_model

    _refuse("only tables of --format latex have stars", {"--stars": stars and form != "latex"})
    choices: dict[str, Any] = windows(event_window, estimation_window) | ({"gaps": gaps} if gaps else {})
    choices["model"] = model or ("market_model" if reaction == "return" else OWN_MEAN)
    taken = frozenset(accept or ())
    if events is not None:
        own = {"EVENT": event, "--event-date": event_date, "--symbols": symbols, "--snapshot": snapshot}
        own |= {"--donors": donors}
        _refuse("--events brings its own firms and dates", own)
        _refuse("--events studies returns", {"--reaction": reaction != "return"})
        if taken and prices is None:
            raise DesignError("--accept takes prices of files as they are: it needs --prices")
        if explain is not None and not explain.strip():
            raise DesignError("--explain is empty; needed: columns joined by +, such as size + sector")
        benchmark = subjects.chosen_benchmark(benchmark, choices["model"], files=False)
        asked = events, prices, benchmark, closed_day, taken, dates, choices, explain or ""
        _study_list(context.obj, asked, (form, stars), (workers, cluster))
        return
    _refuse("one event leaves nothing to explain; --events names a list", {"--explain": explain is not None})
    _refuse("one event needs no workers", {"--workers": workers is not None, "--cluster": cluster})
    if prices is None:
        moved = closed_day != "next"
        only = {"--event-date": event_date, "--accept": accept, "--dates": dates, "--closed-day": moved}
        _refuse("an event of the catalogue has its own date and prices", only)
        benchmark = subjects.chosen_benchmark(benchmark, choices["model"], files=False)
        subject = subjects.of_catalogue(context.obj, event, snapshot, symbols, benchmark)
        if model is None and benchmark is None and reaction == "return":
            choices["model"] = usual_model(subject.market.instruments.values(), subject.firms)
    else:
        _refuse("--prices brings its own prices", {"EVENT": event, "--snapshot": snapshot})
        if event_date is None:
            raise DesignError("--prices needs --event-date, and no EVENT")
        benchmark = subjects.chosen_benchmark(benchmark, choices["model"], files=True)
        files = subjects.PricePath(prices, benchmark, taken, dates, tuple(donors or ()), choices["model"])
        subject = subjects.of_files(context.obj, files, subjects.Day(event_date, closed_day), symbols)
    choices |= {"donors": tuple(donors or ()), "shorten": subject.shorten}
    design = StudyDesign(subject.event, tuple(subject.firms), benchmark, reaction=reaction, **choices)
    results = event_study(design, subject.market)
    show_study(replace(results, excluded={**subject.unread, **results.excluded}), form, subject, stars)


def _refuse(why: str, given: Mapping[str, object]) -> None:
    """Raise if an option was given that another one excludes."""
    if unwanted := [name for name, value in given.items() if value]:
        raise DesignError(f"{why}: not with {', '.join(unwanted)}")


def _study_list(
    source: Source,
    asked: tuple[Any, ...],
    printed: tuple[StudyFormat, bool],
    spread_on: tuple[int | None, str | None],
) -> None:
    """Study a list of events."""
    from commands.list_request import ListRequest
    from commands.lists import study_list
    from commands.many_events import show_list
    from commands.workers import spread_over

    with progress("blocks") as step, spread_over(*spread_on) as spread:
        study = study_list(ListRequest(*asked), source, spread, step)
    show_list(study, *printed)
