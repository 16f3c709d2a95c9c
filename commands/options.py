"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from commands.printing import Format
from commands.source import DEFAULT_EVENT


def said(text: str | None) -> str | None:
    """Text that is not empty: an unset variable of a script must not mean the default, or this folder."""
    if text is not None and not text.strip():
        raise typer.BadParameter("it is empty")
    return text


def path(text: str) -> Path:
    """A path that was written out."""
    return Path(said(text) or "")


EventSlug = Annotated[
    str | None,
    typer.Argument(
        metavar="[EVENT]", callback=said, show_default=DEFAULT_EVENT, help="Event of the catalogue."
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", help="How the result is printed.")]
SnapshotOption = Annotated[
    str | None,
    typer.Option(
        "--snapshot", metavar="ID", callback=said, help="Prices of an earlier snapshot (see status)."
    ),
]
WorkersOption = Annotated[
    int | None,
    typer.Option(metavar="N", help="Threads to spread the work over; with --cluster local processes."),
]
ClusterOption = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS", callback=said, help="A Dask scheduler to spread it over; local starts one."
    ),
]
PricesOption = Annotated[
    Path | None,
    typer.Option(parser=path, help="Your own price files: a file or a folder, in any usual layout."),
]
BenchmarkOption = Annotated[
    str | None,
    typer.Option(callback=said, help="One for all firms; none with a model that reads none."),
]
ModelOption = Annotated[
    str | None, typer.Option(callback=said, show_default="market_model", help="Normal-return model.")
]
EventDateOption = Annotated[
    str | None,
    typer.Option(
        metavar="DATE",
        callback=said,
        help="Day 0, with --prices; with a time, the first session that closes after it.",
    ),
]
WindowOption = Annotated[tuple[int, int] | None, typer.Option(metavar="A B", help="In sessions from day 0.")]
AcceptOption = Annotated[
    list[str] | None,
    typer.Option(metavar="SYMBOL", help="Take its prices although they look wrong; may be repeated."),
]
GapsOption = Annotated[
    Literal["missing", "trade-to-trade"] | None,
    typer.Option(
        show_default="missing",
        help="Returns beside a session without a bar: missing, or from trade-to-trade over the gap.",
    ),
]
DonorsOption = Annotated[
    list[str] | None,
    typer.Option(metavar="A B ...", help="Donors of a synthetic control (--model synthetic)."),
]
DatesOption = Annotated[
    Literal["dmy", "mdy"] | None,
    typer.Option(help="How dates such as 03/04/2024 are written, where the files do not tell."),
]


def windows(*windows: tuple[int, int] | None) -> dict[str, Any]:
    """The event window and the estimation window, as far as they were chosen."""
    from analysis.market.events import Window

    named = zip(("event_window", "estimation_window"), windows, strict=True)
    return {name: Window(*window) for name, window in named if window is not None}
