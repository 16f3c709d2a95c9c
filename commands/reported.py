"""Hold what was reported against prices: a verdict for each claim."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import typer

from commands.console import say
from commands.documents import claim_document
from commands.options import EventSlug, FormatOption, SnapshotOption
from commands.printing import MISSING, Format, percent, print_csv, print_json, show, table_of
from commands.source import DEFAULT_EVENT

if TYPE_CHECKING:
    from rich.table import Table

    from analysis.claims.reported import ReportedMove
    from analysis.claims.verdicts import MoveCheck
    from commands.source import Source


def reported(
    context: typer.Context,
    event: EventSlug = None,
    form: FormatOption = "text",
    snapshot: SnapshotOption = None,
) -> None:
    """Print what was reported, with a verdict for each claim."""
    from analysis.claims.verdicts import check_moves
    from analysis.study.study import StudyDesign, event_study

    source: Source = context.obj
    dossier = source.dossier(event or DEFAULT_EVENT)
    market = source.market(dossier.event.slug, snapshot)
    results = event_study(StudyDesign(dossier.event, dossier.claimed), market)
    show_claims(check_moves(dossier.moves, market, results), form)


def show_claims(checks: Sequence[MoveCheck], form: Format) -> None:
    """Print claims beside what was measured."""
    records = [claim_document(check) for check in checks]
    if not records:
        say("nothing was reported: the event's file lists no moves")
    if form == "json":
        print_json(records)
    elif form == "csv" and records:
        print_csv(records)
    elif form == "text":
        print_claims(checks)


def print_claims(checks: Sequence[MoveCheck]) -> None:
    """The articles' claims, then those of other outlets, each with its verdict and the reason for it."""
    groups = {"Reported by the articles": True, "Reported by other outlets": False}
    chosen = {title: [c for c in checks if c.reported.featured is flag] for title, flag in groups.items()}
    show(*(_claims(title, rows) for title, rows in chosen.items() if rows))


def _claims(title: str, checks: Iterable[MoveCheck]) -> Table:
    from analysis.claims.verdicts import VERDICTS

    table = table_of(title, ("", "Source", "Symbol", "Basis"), ("Reported", "Close"))
    table.add_column("Verdict")
    for check in checks:
        claim, verdict = check.reported, VERDICTS[check.verdict].label
        table.add_row(
            claim.id,
            claim.source,
            claim.symbol or MISSING,
            claim.basis,
            claim.figure or MISSING,
            percent(check.measured.close),
            _statement(claim) + _told(verdict, check.reason),
        )
    return table


def _statement(claim: ReportedMove) -> str:
    """A claim without a figure in words; a text that reports none has its words as the reason."""
    said = claim.figure is None and claim.basis != "none"
    return f"{claim.statement[:1].upper()}{claim.statement[1:]}. " if said else ""


def _told(verdict: str, reason: str) -> str:
    """Verdict and reason in one sentence, without saying it twice."""
    return reason[0].upper() + reason[1:] if reason.startswith(verdict.lower()) else f"{verdict}: {reason}"
