"""Fetch prices, and tell how they stand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from analysis.market.errors import EventStudyError
from commands.console import fetching, say
from commands.options import SnapshotOption, said
from commands.printing import show, table_of

if TYPE_CHECKING:
    from commands.source import Source
    from data.refresh.live import Status
    from data.store.comparison import Change
    from data.store.stored import Holding

ALL = "all events"


def refresh(
    context: typer.Context,
    event: Annotated[
        str | None,
        typer.Argument(
            metavar="[EVENT]", callback=said, show_default=ALL, help="Fetch for this one, as --event does."
        ),
    ] = None,
    events: Annotated[
        list[str] | None,
        typer.Option(
            "--event", metavar="SLUG", show_default=ALL, help="Fetch for this one; may be repeated."
        ),
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(metavar="SYMBOL", help="Take its bars although a check objects; may be repeated."),
    ] = None,
) -> None:
    """Fetch prices once: exit code 0 all fresh, 3 some (which and why), 4 none (what was there stays)."""
    source: Source = context.obj
    before = set(changes_of(source))
    with fetching() as report:
        wanted = [*([event] if event else ()), *(events or ())]
        outcome = source.live.refresh(wanted or source.events(), progress=report, accepted=accept or ())
    print(outcome.message)
    show_news(line for line in changes_of(source) if line not in before)
    raise typer.Exit(outcome.exit_code)


def status(
    context: typer.Context,
    snapshot: SnapshotOption = None,
    compare: Annotated[
        tuple[str, str] | None, typer.Option(metavar="A B", help="What changed between two snapshots.")
    ] = None,
    restore: Annotated[bool, typer.Option("--restore", help="Start anew from the bundled prices.")] = False,
    form: Annotated[Literal["text", "json"], typer.Option("--format", help="How it is printed.")] = "text",
) -> None:
    """Print what prices there are, from where, and how fresh."""
    if restore:
        from data.store.store import restore as anew

        say(f"the old store was moved to {anew()[1]}")
    store = context.obj.store
    if compare is not None:
        from data.store.comparison import compare as changes

        show_changes(changes(store, *map(store.snapshot, compare)))
    elif form == "json":
        print(status_json(context.obj.live.status(snapshot), changed(context.obj)))
    else:
        show_status(context.obj.live.status(snapshot), [known.id for known in store.snapshots()])
        show_news(changes_of(context.obj))


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
        "Hourly": "; ".join(f"{days} days left for {slug}" for slug, days in status.hourly_days_left.items())
        or "the source has none",
        "Notice": status.notice or "none",
    }
    for name, fact in facts.items():
        print(f"{name:<10}{fact}")
    _print_held(daily)
    for symbol, reason in status.reasons.items():
        print(f"Not fresh {symbol:<12}{reason}")
    for finding in status.findings:
        print(f"{finding.severity:<9}{finding.symbol:<12}{finding.sentence}")


def status_json(status: Status, changed: Sequence[dict[str, str]]) -> str:
    """What `show_status` prints as JSON, dates and moments in ISO form."""
    document = {
        "store": status.store,
        "snapshot": asdict(status.snapshot),
        "holdings": [asdict(held) for held in status.holdings],
        "runs": [asdict(run) for run in status.runs],
        "next_run": status.next_run,
        "hourly_days_left": dict(status.hourly_days_left),
        "not_fresh": dict(status.reasons),
        "findings": [asdict(finding) for finding in status.findings],
        "changed": list(changed),
        "notice": status.notice,
    }
    return json.dumps(document, indent=1, ensure_ascii=False, default=lambda moment: moment.isoformat())


def changed(source: Source) -> list[dict[str, str]]:
    """Which headlines and verdicts new prices have changed, with the old, the new and the day."""
    found = []
    for slug in source.listed():
        with suppress(EventStudyError):
            found += [{"event": slug, **one} for one in source.changed(slug)]
    return found


def changes_of(source: Source) -> Iterator[str]:
    """The same, a line each."""
    for slug in source.listed():
        with suppress(EventStudyError):
            yield from (f"{slug}: {sentence}" for sentence in source.news(slug))


def show_news(lines: Iterable[str]) -> None:
    """Print what new prices have changed."""
    for line in lines:
        print(f"Changed   {line}".replace("\u00a0", " "))


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
