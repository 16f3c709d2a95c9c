"""Aftershock: what a market did around a piece of news, next to what the news said it did.

The composition root, where data and pages meet, and the command line. `server` is the WSGI
application (``gunicorn app:server``); it is built when first asked for.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.exceptions import TyperException

import console
from analysis.errors import DataError, DesignError, EventStudyError, UnknownNameError
from console import Format

if TYPE_CHECKING:
    from analysis.event import Event
    from analysis.market import Market
    from analysis.reported import Dossier
    from data.store import Store

DEFAULT_EVENT = "deepseek-2025-01-27"

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help=__doc__.split("\n")[0])

EventSlug = Annotated[
    str | None, typer.Argument(metavar="[EVENT]", show_default=DEFAULT_EVENT, help="Event of the catalogue.")
]
FormatOption = Annotated[Format, typer.Option("--format", help="How the result is printed.")]
WindowOption = Annotated[tuple[int, int] | None, typer.Option(metavar="A B", help="In sessions from day 0.")]


# ---- where data and pages meet -------------------------------------------------------------------


class Source:
    """What the pages and the commands need from outside, brought by the data package."""

    def events(self) -> Iterable[str]:
        """Slugs of the catalogue, the default first."""
        from data import catalogue

        return sorted(catalogue.events(), key=lambda slug: slug != DEFAULT_EVENT)

    def dossier(self, slug: str) -> Dossier:
        """What was written about an event."""
        from data import catalogue

        return catalogue.dossier(slug)

    def snapshots(self) -> Iterable[str]:
        """Names of the price snapshots that can be shown, newest first."""
        return [snapshot.id for snapshot in self.store.snapshots()]

    def market(self, slug: str, snapshot: str | None = None) -> Market:
        """Prices around an event, as the newest snapshot has them or a named one."""
        instruments = {instrument.symbol: instrument for instrument in self.dossier(slug).instruments}
        return self.store.market(instruments, snapshot)

    @cached_property
    def store(self) -> Store:
        """The price store; made from the bundled prices when there is none."""
        from data.store import Store

        return Store()


@cache
def _server() -> Any:
    from dashboard import create_app

    return create_app(Source()).server


def __getattr__(name: str) -> Any:
    if name == "server":
        return _server()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


# ---- commands ------------------------------------------------------------------------------------


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")
    ] = 8050,
    browser: Annotated[bool, typer.Option(help="Open the page, when started on a desktop.")] = True,
) -> None:
    """Serve the dashboard (what happens when no command is named)."""
    import waitress

    try:
        listener = waitress.create_server(_server(), host=host, port=port, threads=8)
    except OSError as error:
        raise DesignError(
            f"cannot listen on {host}:{port} ({error.strerror}); choose another --port"
        ) from None
    address = f"http://{host}:{listener.effective_port}"
    _say(f"Aftershock is on {address} (Ctrl+C stops it)")
    if browser and _on_a_desktop():
        import webbrowser

        webbrowser.open(address)
    listener.run()


@cli.command()
def study(
    event: EventSlug = None,
    form: FormatOption = "text",
    model: Annotated[str, typer.Option(help="Normal-return model.")] = "market_model",
    benchmark: Annotated[str | None, typer.Option(help="One benchmark for all firms.")] = None,
    event_window: WindowOption = None,
    estimation_window: WindowOption = None,
    symbols: Annotated[list[str] | None, typer.Option(metavar="A B ...", help="Firms to study.")] = None,
    prices: Annotated[Path | None, typer.Option(help="Folder of CSV files in Yahoo's columns.")] = None,
    event_date: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Day 0, with --prices.")
    ] = None,
) -> None:
    """Print the study of an event, or of your own price files with --prices."""
    from analysis.event import Window
    from analysis.study import StudyDesign, event_study

    if prices is None:
        what, firms, market, unread = _from_catalogue(event, event_date)
    else:
        what, firms, market, unread = _from_files(event, prices, benchmark, event_date, symbols)
    given = {"event_window": event_window, "estimation_window": estimation_window}
    windows: dict[str, Any] = {name: Window(*window) for name, window in given.items() if window is not None}
    design = StudyDesign(what, tuple(symbols or firms), benchmark, model, **windows)
    results = event_study(design, market)
    console.show_study(replace(results, excluded={**unread, **results.excluded}), form)


Subject = tuple["Event", Sequence[str], "Market", Mapping[str, str]]


def _from_catalogue(slug: str | None, event_date: dt.datetime | None) -> Subject:
    """Event, firms, market and what could not be read, for an event of the catalogue."""
    if event_date is not None:
        raise DesignError("--event-date goes with --prices; an event of the catalogue has its own")
    source = Source()
    dossier = source.dossier(slug or DEFAULT_EVENT)
    return dossier.event, dossier.firms, source.market(dossier.event.slug), {}


def _from_files(
    slug: str | None,
    directory: Path,
    benchmark: str | None,
    event_date: dt.datetime | None,
    symbols: Sequence[str] | None,
) -> Subject:
    """The same for a folder of price files; what is wrong with them is the caller's to mend."""
    from analysis.event import Event
    from data.csv_prices import csv_market

    if slug is not None or benchmark is None or event_date is None:
        raise DesignError("--prices needs --benchmark and --event-date, and no EVENT")
    try:
        files = csv_market(directory, benchmark, symbols)
    except DataError as error:
        raise DesignError(str(error)) from None
    firms = [symbol for symbol in files.market.instruments if symbol != benchmark]
    event = Event(directory.name, f"Prices of {directory}", session=event_date.date())
    return event, firms, files.market, files.excluded


@cli.command()
def reported(event: EventSlug = None, form: FormatOption = "text") -> None:
    """Print what was reported, with a verdict for each claim."""
    from analysis.study import StudyDesign, event_study
    from analysis.verdicts import check_moves

    source = Source()
    dossier = source.dossier(event or DEFAULT_EVENT)
    market = source.market(dossier.event.slug)
    results = event_study(StudyDesign(dossier.event, dossier.claimed), market)
    console.show_claims(check_moves(dossier.moves, market, results), form)


@cli.command()
def status(
    restore: Annotated[bool, typer.Option("--restore", help="Start anew from the bundled prices.")] = False,
) -> None:
    """Print what prices there are, from where, and how fresh."""
    if restore:
        from data.store import restore as anew

        _say(f"the old store was moved to {anew()[1]}")
    console.show_status(Source().store)


@cli.command()
def export(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the files.")],
    event: EventSlug = None,
    charts: Annotated[
        str, typer.Option("--format", help="Formats of the charts: svg, png, pdf, html.")
    ] = "svg,png,pdf,html",
    tables: Annotated[str, typer.Option(help="Formats of the data: csv, xlsx.")] = "csv,xlsx",
) -> None:
    """Write every chart and table of an event, for reports."""
    from dashboard.exports import TABLES
    from dashboard.publish import CHART_FORMATS, chosen, publish

    kinds = chosen(charts, CHART_FORMATS, "--format"), chosen(tables, tuple(TABLES), "--tables")
    with console.progress("charts and tables") as step:
        files, remark = publish(_case(event), out, *kinds, progress=step)
    if remark:
        _say(remark)
    print(f"{len(files)} files in {out}")


@cli.command()
def report(
    out: Annotated[Path, typer.Option(metavar="FILE", help="Ends in .html or .pdf.")],
    event: EventSlug = None,
    paper: Annotated[str, typer.Option(help="a4 or letter.")] = "a4",
) -> None:
    """Write one self-contained report of an event."""
    from dashboard.report import PAPER, write

    if out.suffix.lower() not in (".html", ".pdf"):
        raise DesignError(f"--out {out.name!r} must end in .html or .pdf")
    if paper.lower() not in PAPER:
        raise DesignError(f"--paper {paper!r} is not known; allowed: {', '.join(PAPER)}")
    write(_case(event), out, paper.lower())
    print(out)


def _case(event: str | None) -> Any:
    """The default view of an event."""
    from dashboard.case import Case
    from dashboard.state import View

    source = Source()
    slug = event or DEFAULT_EVENT
    return Case(View(slug), source.dossier(slug), source.market(slug))


# ---- from the command line -------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; an error is one line on stderr."""
    given = _spelled_out(sys.argv[1:] if arguments is None else arguments)
    try:
        code: int = cli(args=given, standalone_mode=False) or 0
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # the reader has stopped: say no more, not even at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except TyperException as error:
        return _fail(error.format_message(), error.exit_code)
    except (DesignError, UnknownNameError) as error:
        return _fail(str(error), 2)
    except EventStudyError as error:
        return _fail(str(error), 1)
    except Exception as error:
        if os.environ.get("AFTERSHOCK_DEBUG"):
            raise
        return _fail(f"{type(error).__name__}: {error} (AFTERSHOCK_DEBUG=1 shows where)", 1)


def _spelled_out(arguments: Sequence[str]) -> list[str]:
    """Arguments with ``serve`` where no command is named, and ``--symbols`` before each of its values."""
    named = arguments and (not arguments[0].startswith("-") or arguments[0] == "--help")
    out: list[str] = [] if named else ["serve"]
    several = False
    for position, argument in enumerate(arguments):
        if argument.startswith("-"):
            several = argument == "--symbols"
        elif several and arguments[position - 1] != "--symbols":
            out.append("--symbols")
        out.append(argument)
    return out


def _fail(message: str, code: int) -> int:
    _say(f"error: {' '.join(message.split())}")
    return code


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def _on_a_desktop() -> bool:
    """Whether somebody sits in front: a terminal, a screen, no CI."""
    screen = sys.platform in ("darwin", "win32") or "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    return screen and sys.stderr.isatty() and "CI" not in os.environ


if __name__ == "__main__":
    sys.exit(main())
