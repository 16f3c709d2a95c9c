"""What commands print: text for people, JSON and CSV for programs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from commands.documents import claim_document
from commands.printing import MISSING, Format, percent, print_csv, print_json, show, table_of

if TYPE_CHECKING:
    from rich.table import Table

    from analysis.reported import ReportedMove
    from analysis.verdicts import MoveCheck
    from data.comparison import Change
    from data.live import Status
    from data.refresh import Progress
    from data.snapshots import Holding


def show_claims(checks: Sequence[MoveCheck], form: Format) -> None:
    """Print claims beside what was measured."""
    records = [claim_document(check) for check in checks]
    if form == "json":
        print_json(records)
    elif form == "csv":
        print_csv(records)
    else:
        print_claims(checks)


def show_status(status: Status, snapshots: Sequence[str]) -> None:
    """Print what a store holds, how it came by it, and what is wrong with it."""
    shown, daily = status.snapshot, [held for held in status.holdings if held.kind == "daily"]
    facts = {
        "Store": status.store,
        "Snapshot": f"{shown.id}, made {shown.created:%Y-%m-%d %H:%M} UTC; all: {', '.join(snapshots)}",
        "Source": f"{shown.source} ({shown.library})",
        "Prices": f"{len(daily)} symbols, the newest bar of {shown.as_of}",
        "Refresh": _last_refresh(status),
        "Next": f"{status.next_run:%Y-%m-%d %H:%M} UTC" if status.next_run else "not scheduled here",
        "Hourly": "; ".join(f"{days} days left for {slug}" for slug, days in status.hourly_days_left.items()),
        "Notice": status.notice or "none",
    }
    for name, fact in facts.items():
        print(f"{name:<10}{fact}")
    _print_held(daily)
    for finding in status.findings:
        print(f"{finding.severity:<9}{finding.symbol:<12}{finding.sentence}")


def _last_refresh(status: Status) -> str:
    if not status.runs:
        return "none yet"
    last = status.runs[0]
    return f"{last.status}, started {last.started:%Y-%m-%d %H:%M} UTC by {last.started_by}: {last.message}"


def _print_held(daily: Sequence[Holding]) -> None:
    table = table_of("Daily bars", ("Symbol", "First", "Last", "Fetched", "Source"), ("Sessions",))
    for held in daily:
        words = (held.symbol, held.first, held.last, held.retrieved, held.source, held.rows)
        table.add_row(*map(str, words))
    show(table)


def show_changes(changes: Sequence[Change]) -> None:
    """Print what differs between two snapshots, a line each."""
    for change in changes:
        print(f"{change.symbol:<12}{change.kind:<8}{change.sentence}")
    if not changes:
        print("no difference")


def print_claims(checks: Sequence[MoveCheck]) -> None:
    """The articles' claims, then those of other outlets, each with its verdict and the reason for it."""
    groups = {"Reported by the articles": True, "Reported by other outlets": False}
    chosen = {title: [c for c in checks if c.reported.featured is flag] for title, flag in groups.items()}
    show(*(_claims(title, rows) for title, rows in chosen.items() if rows))


def _claims(title: str, checks: Iterable[MoveCheck]) -> Table:
    from analysis.verdicts import VERDICTS

    table = table_of(title, ("", "Source", "Symbol", "Basis"), ("Reported", "Close"))
    table.add_column("Verdict")
    for check in checks:
        claim, verdict = check.reported, VERDICTS[check.verdict].label
        table.add_row(
            claim.id,
            claim.source,
            claim.symbol or MISSING,
            claim.basis,
            figure(claim),
            percent(check.measured.close),
            _told(verdict, check.reason),
        )
    return table


def _told(verdict: str, reason: str) -> str:
    """Verdict and reason in one sentence, without saying it twice."""
    return reason[0].upper() + reason[1:] if reason.startswith(verdict.lower()) else f"{verdict}: {reason}"


def figure(claim: ReportedMove) -> str:
    """A reported figure as it was printed, with its hedge."""
    if claim.reported is None:
        return MISSING
    hedge = "" if claim.qualifier == "exact" else f"{claim.qualifier} "
    return f"{hedge}{100 * claim.reported:+.{claim.decimals}f} %"


def say(message: str) -> None:
    """A message for the person at the terminal, beside the result."""
    print(message, file=sys.stderr, flush=True)


@contextmanager
def fetching() -> Iterator[Progress]:
    """How far a refresh is, on stderr: a bar on a terminal, plain lines otherwise."""
    if not sys.stderr.isatty():
        yield lambda done, total, symbol, sentence: print(
            f"{done}/{total} {symbol}: {sentence}", file=sys.stderr, flush=True
        )
        return
    with progress("Fetching") as report:
        yield lambda done, total, symbol, sentence: report(f"{symbol}: {sentence}"[:60], done, total)


@contextmanager
def progress(what: str) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on a terminal; elsewhere nothing, so that logs stay clean.

    Yields a function to call with the name of what is done, how many are done and how many there are.
    """
    from rich.console import Console
    from rich.progress import Progress

    screen = Console(stderr=True)
    with Progress(console=screen, transient=True, disable=not screen.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda name, done, total: bar.update(task, completed=done, total=total, description=name)
