"""Hold what was reported against prices: a verdict for each claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from commands.console import say
from commands.documents import claim_document
from commands.options import EventSlug, FormatOption, SnapshotOption
from commands.printing import print_csv, print_json, show_blocks
from commands.show import case_of

if TYPE_CHECKING:
    from dashboard.views.case import Case

GROUPS = {"Reported by the articles": True, "Reported by other outlets": False}


def reported(
    context: typer.Context,
    event: EventSlug = None,
    form: FormatOption = "text",
    snapshot: SnapshotOption = None,
) -> None:
    """Print what was reported, with a verdict for each claim."""
    case = case_of(context.obj, event, snapshot)
    records = _records(case) if case.dossier.moves else []
    if not records:
        say("nothing was reported: the event's file lists no moves")
    if form == "json":
        print_json(records)
    elif form == "csv" and records:
        print_csv(records)
    elif records:
        print_claims(case)


def _records(case: Case) -> list[dict[str, Any]]:
    from dashboard.views.claims import link

    return [claim_document(check, link(check.reported, case)) for check in case.studies.checks]


def print_claims(case: Case) -> None:
    """The articles' claims, then those of other outlets, each with its verdict and the reason for it."""
    from dataclasses import replace

    from dashboard.views.claims import claims_table

    for title, featured in GROUPS.items():
        checks = [check for check in case.studies.checks if check.reported.featured is featured]
        if checks:
            show_blocks([replace(claims_table(checks, case), title=title)])
