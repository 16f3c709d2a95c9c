"""Market moves that a text reports, as proposals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from commands.console import say
from commands.documents import Document
from commands.options import FormatOption
from commands.printing import print_csv, print_json, show, table_of
from dashboard.views.words import DASH

if TYPE_CHECKING:
    import datetime as dt

    from analysis.claims.directory import Directory
    from analysis.claims.proposal import Proposal
    from commands.source import Source

FileArgument = Annotated[str, typer.Argument(metavar="FILE", help="A text file, or - for standard input.")]
EventOption = Annotated[
    str | None,
    typer.Option("--event", metavar="SLUG", help="Event whose week and instruments the text speaks of."),
]
DateOption = Annotated[
    str | None, typer.Option("--date", metavar="DATE", help="Day of the article, YYYY-MM-DD.")
]


def claims(
    context: typer.Context,
    file: FileArgument,
    event: EventOption = None,
    date: DateOption = None,
    form: FormatOption = "text",
) -> None:
    """Find the market moves that an English text reports."""
    from analysis.claims.extraction import read_claims
    from data.article import article
    from data.symbols import directory

    if event is not None and date is not None:
        raise typer.BadParameter("give --event or --date, not both")
    day = None if date is None else _day(date)
    names, week = directory(), None
    if event is not None:
        names, week = _of_event(context.obj, event)
    found = read_claims(article(file), names, day, week)
    if not found:
        say("no market move was found in this text")
    records = [claim_document(proposal) for proposal in found]
    if form == "json":
        print_json(records)
    elif form == "csv" and records:
        print_csv(records)
    elif records:
        _show(found)


def _day(printed: str) -> dt.date:
    import datetime as dt

    from data.catalogue.contradictions import YEARS

    try:
        day = dt.date.fromisoformat(printed)
    except ValueError:
        raise typer.BadParameter(f"--date {printed!r} is no date: write YYYY-MM-DD") from None
    if day.year not in YEARS:
        raise typer.BadParameter(f"--date {printed!r}: give a day from {YEARS[0]} to {YEARS[-1]}")
    return day


def _of_event(source: Source, slug: str) -> tuple[Directory, dt.date]:
    from data.symbols import with_instruments

    dossier = source.dossier(slug)
    return with_instruments(dossier.instruments), dossier.event.known_on


def claim_document(proposal: Proposal) -> Document:
    """One proposal as ``--format json`` prints it."""
    names = proposal.__dataclass_fields__
    return {name: getattr(proposal, name) for name in names} | {
        "date": proposal.date.isoformat() if proposal.date else None
    }


def _show(found: Sequence[Proposal]) -> None:
    table = table_of("Reported moves", ("Symbol", "Subject", "Basis"), ("Reported",))
    table.add_column("From the text")
    for proposal in found:
        table.add_row(
            proposal.symbol or DASH,
            proposal.subject,
            _basis(proposal),
            figure(proposal),
            " ".join(proposal.text.split()),
        )
    show(table)


def _basis(proposal: Proposal) -> str:
    words = proposal.period if proposal.basis == "period" else proposal.basis.replace("_", " ")
    return f"{words}, {proposal.date}" if proposal.date else words


def figure(proposal: Proposal) -> str:
    """A figure as it was printed, with its hedge: ``nearly -17 %``."""
    from analysis.claims.proposal import HEDGES

    if proposal.value is None:
        return DASH
    sign = {1: "+", -1: "-"}.get(proposal.sign or 0, "")
    hedge = HEDGES[proposal.qualifier]
    upper = f" to {sign}{proposal.value_high}" if proposal.value_high else ""
    unit = {"points": " points", "market_value": ""}.get(proposal.basis, " %")
    return f"{hedge}{sign}{proposal.value}{upper}{unit}"
