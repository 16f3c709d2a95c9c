"""The commands of the command line: options in, a result out. What they are about comes from `subjects`."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analysis.errors import DesignError
from commands import console, subjects
from commands.console import say
from commands.one_event import show_study
from commands.printing import Format
from commands.subjects import DEFAULT_EVENT

if TYPE_CHECKING:
    from app import Source

REFRESH_EVERY = "AFTERSHOCK_REFRESH_EVERY"
READ_ONLY = "AFTERSHOCK_READ_ONLY"
MOST_READ = 32 * 1024 * 1024  # of a request that the pages then refuse; beyond it the line is cut
M_ARENA_MAX = -8  # of mallopt(3)
ABOUT = "What a market did around a piece of news, next to what the news said it did."

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help=ABOUT)


def _said(text: str) -> str:
    """Text that is not empty: an unset variable of a script must not mean the default, or this folder."""
    if not text.strip():
        raise typer.BadParameter("it is empty")
    return text


def _path(text: str) -> Path:
    return Path(_said(text))


EventSlug = Annotated[
    str | None,
    typer.Argument(
        metavar="[EVENT]", parser=_said, show_default=DEFAULT_EVENT, help="Event of the catalogue."
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", help="How the result is printed.")]
SnapshotOption = Annotated[
    str | None, typer.Option("--snapshot", metavar="ID", help="Prices of an earlier snapshot (see status).")
]
WorkersOption = Annotated[
    int | None,
    typer.Option(metavar="N", help="Threads to spread the work over; with --cluster local processes."),
]
ClusterOption = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler to spread it over; local starts one.")
]
WindowOption = Annotated[tuple[int, int] | None, typer.Option(metavar="A B", help="In sessions from day 0.")]


@cli.command()
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")
    ] = 8050,
    refresh_every: Annotated[
        str, typer.Option(envvar=REFRESH_EVERY, help="When to fetch prices: close (of New York), 24h, off.")
    ] = "close",
    read_only: Annotated[
        bool, typer.Option("--read-only", envvar=READ_ONLY, help="Readers cannot start a refresh.")
    ] = False,
    browser: Annotated[bool, typer.Option(help="Open the page, when started on a desktop.")] = True,
) -> None:
    """Serve the dashboard (what happens when no command is named)."""
    import logging

    import waitress

    _settle()
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a line per waiting request otherwise
    context.obj.refresh_every = refresh_every
    try:
        listener = waitress.create_server(
            lambda *request: pages(*request),  # made below: what may fail, fails before
            host=host,
            port=port,
            threads=8,
            max_request_body_size=MOST_READ,
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DesignError(
            f"cannot listen on {host}:{port} ({reason}); choose another --port or --host"
        ) from None
    with closing(listener):
        pages: Any = wsgi(context.obj, read_only)
        _, port = (getattr(listener, "effective_listen", None) or [(host, listener.effective_port)])[0]
        address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        say(f"Aftershock is on {address} (Ctrl+C stops it)")
        if browser and _on_a_desktop():
            import webbrowser

            webbrowser.open(address)
        listener.run()


def wsgi(source: Source, read_only: bool = False) -> Any:
    """The pages as a WSGI application."""
    _settle()
    from dashboard import create_app

    if source.refresh_every != "off":
        source.live.start()
    return create_app(source, read_only=read_only).server


def _settle() -> None:
    """Make ready for long, before the first thread: garbage is collected as Python does it by itself, and
    threads share one heap of glibc. With a heap each, what pages leave free is kept several times.
    """
    import ctypes
    import gc

    gc.set_threshold(700, 10, 10)  # `app.py` begins with another
    with suppress(AttributeError, OSError, TypeError):  # another C library, which has no such setting
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)


@cli.command()
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
            parser=_path, help="Folder of CSV files in Yahoo's columns; with --events also one long file."
        ),
    ] = None,
    events: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            parser=_path,
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
    from analysis.reactions import OWN_MEAN
    from analysis.study import StudyDesign, event_study

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
    what, firms, market, unread = subjects.of_one(
        context.obj, event, event_date, snapshot, prices, benchmark, symbols
    )
    design = StudyDesign(what, tuple(symbols or firms), benchmark, reaction=reaction, **choices)
    results = event_study(design, market)
    show_study(replace(results, excluded={**unread, **results.excluded}), form)


def _windows(*windows: tuple[int, int] | None) -> dict[str, Any]:
    """The event window and the estimation window, as far as they were chosen."""
    from analysis.event import Window

    named = zip(("event_window", "estimation_window"), windows, strict=True)
    return {name: Window(*window) for name, window in named if window is not None}


def _refuse(why: str, given: Mapping[str, object]) -> None:
    """Raise if an option was given that another one excludes."""
    if unwanted := [name for name, value in given.items() if value]:
        raise DesignError(f"{why}: not with {', '.join(unwanted)}")


def _study_list(listed: subjects.Listed, form: Format, **choices: Any) -> None:
    """Study a list of events."""
    from analysis.many_events import study_events
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
    with console.progress("shards") as step, spread_over(workers, cluster) as spread:
        summary = study_files(events, prices, benchmark, spread, step, **choices)
    show_summary(summary, form)


@cli.command()
def reported(
    context: typer.Context,
    event: EventSlug = None,
    form: FormatOption = "text",
    snapshot: SnapshotOption = None,
) -> None:
    """Print what was reported, with a verdict for each claim."""
    from analysis.study import StudyDesign, event_study
    from analysis.verdicts import check_moves

    source: Source = context.obj
    dossier = source.dossier(event or DEFAULT_EVENT)
    market = source.market(dossier.event.slug, snapshot)
    results = event_study(StudyDesign(dossier.event, dossier.claimed), market)
    console.show_claims(check_moves(dossier.moves, market, results), form)


@cli.command()
def robustness(context: typer.Context, event: EventSlug = None, form: FormatOption = "text") -> None:
    """Print how far the answer depends on choices: a specification curve."""
    from analysis.specification import specification_curve
    from commands.robustness import choices_of, show_robustness

    dossier = context.obj.dossier(event or DEFAULT_EVENT)
    market = context.obj.market(dossier.event.slug)
    show_robustness(specification_curve(choices_of(dossier), market), market.provenance, form)


@cli.command()
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
        Path | None, typer.Option(parser=_path, help="Folder of CSV files to draw from.")
    ] = None,
    benchmark: Annotated[str | None, typer.Option(help="With --prices: one of its files.")] = None,
    workers: WorkersOption = None,
    cluster: ClusterOption = None,
) -> None:
    """Print how often each test rejects when nothing happened, and when something did."""
    from analysis.simulation import SimulationDesign, Treatment, population
    from analysis.simulation import simulate as draw
    from commands.simulate import show_sizes
    from commands.workers import spread_over

    treatments = (Treatment(), Treatment(variance_factor=variance_factor), Treatment(effect=effect))
    design = SimulationDesign(firms, samples, not own_dates, treatments, seed=seed)
    drawn_from = population(*subjects.shares(context.obj, event, prices, benchmark))
    with console.progress("samples") as step, spread_over(workers, cluster) as spread:
        table = draw(drawn_from, design, progress=lambda *done: step("samples", *done), spread=spread)
    show_sizes(table, drawn_from, design, form)


@cli.command()
def refresh(
    context: typer.Context,
    event: EventSlug = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(metavar="SYMBOL", help="Take its bars although a check objects; may be repeated."),
    ] = None,
) -> None:
    """Fetch prices once: exit code 0 all fresh, 3 some (which and why), 4 none (what was there stays)."""
    source: Source = context.obj
    with console.fetching() as report:
        outcome = source.live.refresh([event or DEFAULT_EVENT], progress=report, accepted=accept or ())
    print(outcome.message)
    raise typer.Exit(outcome.exit_code)


@cli.command()
def status(
    context: typer.Context,
    snapshot: SnapshotOption = None,
    compare: Annotated[
        tuple[str, str] | None, typer.Option(metavar="A B", help="What changed between two snapshots.")
    ] = None,
    restore: Annotated[bool, typer.Option("--restore", help="Start anew from the bundled prices.")] = False,
) -> None:
    """Print what prices there are, from where, and how fresh."""
    if restore:
        from data.store import restore as anew

        say(f"the old store was moved to {anew()[1]}")
    store = context.obj.store
    if compare is not None:
        from data.comparison import compare as changes

        console.show_changes(changes(store, *map(store.snapshot, compare)))
    else:
        console.show_status(context.obj.live.status(snapshot), [known.id for known in store.snapshots()])


@cli.command()
def export(
    context: typer.Context,
    out: Annotated[Path, typer.Option(metavar="DIR", parser=_path, help="Folder for the files.")],
    event: EventSlug = None,
    charts: Annotated[
        str, typer.Option("--format", help="Formats of the charts: svg, png, pdf, html.")
    ] = "svg,png,pdf,html",
    tables: Annotated[str, typer.Option(help="Formats of the data: csv, xlsx.")] = "csv,xlsx",
    snapshot: SnapshotOption = None,
) -> None:
    """Write every chart and table of an event, for reports."""
    from dashboard.exports import TABLES
    from dashboard.publish import CHART_FORMATS, chosen, publish

    kinds = chosen(charts, CHART_FORMATS, "--format"), chosen(tables, tuple(TABLES), "--tables")
    if not any(kinds):
        raise DesignError("--format and --tables name no format: nothing to write")
    with console.progress("charts and tables") as step:
        files, remark = publish(_case(context.obj, event, snapshot), out, *kinds, progress=step)
    if remark:
        say(remark)
    print(f"{len(files)} files in {out}")


@cli.command()
def report(
    context: typer.Context,
    out: Annotated[Path, typer.Option(metavar="FILE", parser=_path, help="Ends in .html or .pdf.")],
    event: EventSlug = None,
    paper: Annotated[str, typer.Option(help="a4 or letter.")] = "a4",
    snapshot: SnapshotOption = None,
) -> None:
    """Write one self-contained report of an event."""
    from dashboard.report import PAPER, write

    if out.suffix.lower() not in (".html", ".pdf"):
        raise DesignError(f"--out {out.name!r} must end in .html or .pdf")
    if paper.lower() not in PAPER:
        raise DesignError(f"--paper {paper!r} is not known; allowed: {', '.join(PAPER)}")
    write(_case(context.obj, event, snapshot), out, paper.lower())
    print(out)


def _case(source: Source, event: str | None, snapshot: str | None) -> Any:
    """The default view of an event, on the newest snapshot or a named one."""
    from dashboard.case import Case
    from dashboard.state import View

    slug = event or DEFAULT_EVENT
    return Case(View(slug), source.dossier(slug), source.market(slug, snapshot))


def _on_a_desktop() -> bool:
    """Whether somebody sits in front: a terminal, a screen, no CI."""
    screen = sys.platform in ("darwin", "win32") or "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    return screen and sys.stderr.isatty() and "CI" not in os.environ
