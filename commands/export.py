"""Write files for others: every chart and table of an event, or one report."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.market.errors import DesignError
from commands.console import progress, say
from commands.options import (
    AcceptOption,
    BenchmarkOption,
    DatesOption,
    EventDateOption,
    EventSlug,
    ModelOption,
    PricesOption,
    SnapshotOption,
    WindowOption,
    path,
)
from commands.own_prices import asked_case

if TYPE_CHECKING:
    from dashboard.views.case import Case


def export(
    context: typer.Context,
    out: Annotated[Path, typer.Option(metavar="DIR", parser=path, help="Folder for the files.")],
    event: EventSlug = None,
    charts: Annotated[
        str, typer.Option("--format", help="Formats of the charts: svg, png, pdf, html.")
    ] = "svg,png,pdf,html",
    tables: Annotated[str, typer.Option(help="Formats of the data: csv, xlsx, latex.")] = "csv,xlsx",
    size: Annotated[
        str, typer.Option(help="Sizes of the pictures: article (680 wide), square (1080), card (1200x630).")
    ] = "article",
    snapshot: SnapshotOption = None,
    prices: PricesOption = None,
    benchmark: BenchmarkOption = None,
    event_date: EventDateOption = None,
    model: ModelOption = None,
    event_window: WindowOption = None,
    estimation_window: WindowOption = None,
    accept: AcceptOption = None,
    dates: DatesOption = None,
) -> None:
    """Write every chart and table of an event, for reports."""
    from dashboard.render.compose import SIZES, USUAL
    from dashboard.render.publish import CHART_FORMATS, TABLE_FORMATS, chosen, publish

    kinds = chosen(charts, CHART_FORMATS, "--format"), chosen(tables, TABLE_FORMATS, "--tables")
    if not any(kinds):
        raise DesignError("--format and --tables name no format: nothing to write")
    sizes = chosen(size, tuple(SIZES), "--size") or (USUAL,)
    _require_place(next(place for place in (out, *out.parents) if place.exists()), folder=True)
    files = prices, benchmark, event_date, accept, dates
    choices = model, event_window, estimation_window
    case = _studied(asked_case(context.obj, event, snapshot, files, choices))
    with progress("charts and tables") as step:
        written, remark = publish(case, out, *kinds, step, sizes)
    if remark:
        say(remark)
    print(f"{len(written)} files in {out}")


def report(
    context: typer.Context,
    out: Annotated[Path, typer.Option(metavar="FILE", parser=path, help="Ends in .html or .pdf.")],
    event: EventSlug = None,
    paper: Annotated[str, typer.Option(help="a4 or letter.")] = "a4",
    short: Annotated[bool, typer.Option("--short", help="Two to four pages.")] = False,
    method: Annotated[bool, typer.Option("--method", help="Add how the numbers are made.")] = False,
    snapshot: SnapshotOption = None,
    prices: PricesOption = None,
    benchmark: BenchmarkOption = None,
    event_date: EventDateOption = None,
    model: ModelOption = None,
    event_window: WindowOption = None,
    estimation_window: WindowOption = None,
    accept: AcceptOption = None,
    dates: DatesOption = None,
) -> None:
    """Write one self-contained report of an event."""
    from dashboard.render.report import PAPER, write

    if out.suffix.lower() not in (".html", ".pdf"):
        raise DesignError(f"--out {out.name!r} must end in .html or .pdf")
    if paper.lower() not in PAPER:
        raise DesignError(f"--paper {paper!r} is not known; allowed: {', '.join(PAPER)}")
    _require_place(out if out.exists() else out.parent, folder=not out.exists())
    files = prices, benchmark, event_date, accept, dates
    choices = model, event_window, estimation_window
    case = _studied(asked_case(context.obj, event, snapshot, files, choices))
    write(case, out, paper.lower(), short=short, method=method)
    print(out)


def _require_place(place: Path, folder: bool) -> None:
    """OSError before the work rather than after it, where a folder, or a file, cannot be written."""
    found = (
        (not place.exists(), errno.ENOENT),
        (folder and not place.is_dir(), errno.ENOTDIR),
        (not folder and not place.is_file(), errno.EISDIR),
        (not os.access(place, os.W_OK), errno.EACCES),
    )
    if code := next((code for wrong, code in found if wrong), 0):
        raise OSError(code, os.strerror(code), str(place))


def _studied(case: Case) -> Case:
    """The case; a study that is impossible is one line, where each page would say so for itself."""
    _ = case.study
    return case
