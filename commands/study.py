"""Study an event of the catalogue, one of the user's own files, or a list of events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from analysis.market.errors import DesignError
from commands import subjects
from commands.console import progress
from commands.lean import pandas_alone
from commands.one_event import show_study
from commands.options import (
    ClusterOption,
    EventSlug,
    FormatOption,
    SnapshotOption,
    WindowOption,
    WorkersOption,
    path,
)
from commands.printing import Format


def study(
    context: typer.Context,
    event: EventSlug = None,
    form: FormatOption = "text",
    model: Annotated[
        str | None, typer.Option(show_default="market_model", help="Normal-return model.")
    ] = None,
    reaction: Annotated[
        str, typer.Option(help="What is studied: return, volume or range (of the day).")
    ] = "return",
    benchmark: Annotated[str | None, typer.Option(help="One benchmark for all firms.")] = None,
    event_window: WindowOption = None,
    estimation_window: WindowOption = None,
    symbols: Annotated[list[str] | None, typer.Option(metavar="A B ...", help="Firms to study.")] = None,
    prices: Annotated[
        Path | None,
        typer.Option(
            parser=path, help="Folder of CSV files in Yahoo's columns; with --events also one long file."
        ),
    ] = None,
    events: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            parser=path,
            help="CSV list: symbol, event_date[, benchmark, group]; with --workers also Parquet.",
        ),
    ] = None,
    closed_day: Annotated[
        str, typer.Option(help="Where an event of --events on a closed day goes: next, previous or drop.")
    ] = "next",
    event_date: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Day 0, with --prices.")
    ] = None,
    snapshot: SnapshotOption = None,
    workers: WorkersOption = None,
    cluster: ClusterOption = None,
) -> None:
    """Print the study of an event, of your own price files with --prices, or of many events with --events."""
    if events is None:  # long files of many firms are read by pyarrow
        pandas_alone()
    from analysis.market.reactions import OWN_MEAN
    from analysis.study.study import StudyDesign, event_study

    spread = {"--workers": workers is not None, "--cluster": cluster}
    choices = _windows(event_window, estimation_window)
    choices["model"] = model or ("market_model" if reaction == "return" else OWN_MEAN)
    if events is not None:
        own = {"EVENT": event, "--event-date": event_date, "--symbols": symbols, "--snapshot": snapshot}
        _refuse("--events brings its own firms and dates", own)
        _refuse("--events studies returns", {"--reaction": reaction != "return"})
        listed = events, prices, benchmark
        choices["closed_day"] = closed_day
        if any(spread.values()):
            _study_shards(*listed, form, workers, cluster, **choices)
        else:
            _study_list(subjects.of_list(context.obj, *listed), form, name=events.name, **choices)
        return
    _refuse("one event needs no workers", spread)
    _refuse("one event has its own day 0", {"--closed-day": closed_day != "next"})
    what, firms, market, unread = subjects.of_one(
        context.obj, event, event_date, snapshot, prices, benchmark, symbols
    )
    design = StudyDesign(what, tuple(firms), benchmark, reaction=reaction, **choices)
    results = event_study(design, market)
    show_study(replace(results, excluded={**unread, **results.excluded}), form)


def _windows(*windows: tuple[int, int] | None) -> dict[str, Any]:
    """The event window and the estimation window, as far as they were chosen."""
    from analysis.market.events import Window

    named = zip(("event_window", "estimation_window"), windows, strict=True)
    return {name: Window(*window) for name, window in named if window is not None}


def _refuse(why: str, given: Mapping[str, object]) -> None:
    """Raise if an option was given that another one excludes."""
    if unwanted := [name for name, value in given.items() if value]:
        raise DesignError(f"{why}: not with {', '.join(unwanted)}")


def _study_list(listed: subjects.Listed, form: Format, **choices: Any) -> None:
    """Study a list of events."""
    from analysis.many.lists import study_events
    from commands.many_events import show_events

    events, market, unread = listed
    show_events(study_events(events, market, unread=unread, **choices), form)


def _study_shards(
    events: Path,
    prices: Path | None,
    benchmark: str | None,
    form: Format,
    workers: int | None,
    cluster: str | None,
    **choices: Any,
) -> None:
    """Study a list of events together, its firms spread over workers; nothing per event is kept."""
    from commands.event_shards import study_files
    from commands.many_events import show_summary
    from commands.workers import spread_over

    if prices is None or benchmark is None:
        raise DesignError("--workers and --cluster need --prices and --benchmark")
    with progress("shards") as step, spread_over(workers, cluster) as spread:
        summary = study_files(events, prices, benchmark, spread, step, **choices)
    show_summary(summary, form)
