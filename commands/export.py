"""Write files for others: every chart and table of an event, or one report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.market.errors import DesignError
from commands.console import progress, say
from commands.options import EventSlug, SnapshotOption, path
from commands.show import case_of


def export(
    context: typer.Context,
    out: Annotated[Path, typer.Option(metavar="DIR", parser=path, help="Folder for the files.")],
    event: EventSlug = None,
    charts: Annotated[
        str, typer.Option("--format", help="Formats of the charts: svg, png, pdf, html.")
    ] = "svg,png,pdf,html",
    tables: Annotated[str, typer.Option(help="Formats of the data: csv, xlsx.")] = "csv,xlsx",
    size: Annotated[
        str, typer.Option(help="Sizes of the pictures: article (680 wide), square (1080), card (1200x630).")
    ] = "article",
    snapshot: SnapshotOption = None,
) -> None:
    """Write every chart and table of an event, for reports."""
    from dashboard.render.compose import SIZES, USUAL
    from dashboard.render.files import TABLES
    from dashboard.render.publish import CHART_FORMATS, chosen, publish

    kinds = chosen(charts, CHART_FORMATS, "--format"), chosen(tables, tuple(TABLES), "--tables")
    if not any(kinds):
        raise DesignError("--format and --tables name no format: nothing to write")
    sizes = chosen(size, tuple(SIZES), "--size") or (USUAL,)
    with progress("charts and tables") as step:
        files, remark = publish(case_of(context.obj, event, snapshot), out, *kinds, step, sizes)
    if remark:
        say(remark)
    print(f"{len(files)} files in {out}")


def report(
    context: typer.Context,
    out: Annotated[Path, typer.Option(metavar="FILE", parser=path, help="Ends in .html or .pdf.")],
    event: EventSlug = None,
    paper: Annotated[str, typer.Option(help="a4 or letter.")] = "a4",
    snapshot: SnapshotOption = None,
) -> None:
    """Write one self-contained report of an event."""
    from dashboard.render.report import PAPER, write

    if out.suffix.lower() not in (".html", ".pdf"):
        raise DesignError(f"--out {out.name!r} must end in .html or .pdf")
    if paper.lower() not in PAPER:
        raise DesignError(f"--paper {paper!r} is not known; allowed: {', '.join(PAPER)}")
    write(case_of(context.obj, event, snapshot), out, paper.lower())
    print(out)
