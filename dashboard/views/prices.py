"""Data: which prices are shown, where they come from, how they were checked, and how they are refreshed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from dashboard.views import captions, changed, columns, words
from dashboard.views.case import Case
from dashboard.views.content import Note, Progress, Section, View
from dashboard.views.source import Finding, Holding, PriceStatus, Run
from dashboard.views.tables import Badge, Table
from dashboard.views.words import day, instant, number, sentence

PATH = "/data"
TITLE = "Data"
CONTROLS: tuple[str, ...] = ("snapshot",)
LIVE = True
IN_REPORT = False

SEVERITIES = {
    "severe": Badge("Severe", "✕", "bad"),
    "warning": Badge("Warning", "!", "partly"),
    "info": Badge("Note", "i", "neutral"),
}
STATES = {
    "running": Badge("Running", "…", "neutral"),
    "fresh": Badge("Fresh", "✓", "good"),
    "partly": Badge("Partly", "◐", "partly"),
    "nothing": Badge("Nothing new", "–", "partly"),
    "failed": Badge("Failed", "✕", "bad"),
}
ASKED_BY = {"button": "a reader", "schedule": "the schedule", "command": "a command"}


def view(case: Case) -> View:
    """Snapshot, refreshes, coverage and findings."""
    credit = captions.provenance(case)
    if case.source is None or not case.placed:
        lead = (Note(words.credit(credit), ""), captions.remarks(case))
        return View("", "Prices of this report", "", lead, (), credit)
    status = case.source.status(case.choices.snapshot or None)
    title, told = finding(case, status)
    return View(
        case.dossier.event.name,
        title,
        told,
        (changed.news(case),),
        (
            Section("refresh", "Refresh", (progress(status), *waiting(status), history(status))),
            Section("coverage", "What there is, instrument by instrument", (coverage(case, status),)),
            Section("quality", "What the checks found", (findings(status),)),
            Section("snapshot", "This snapshot", (snapshot(status),)),
        ),
        credit,
    )


def finding(case: Case, status: PriceStatus) -> tuple[str, str]:
    """How far the prices reach and how complete they are."""
    daily = [holding for holding in status.holdings if holding.kind == "daily"]
    current = sum(holding.last >= status.snapshot.as_of - dt.timedelta(days=4) for holding in daily)
    return (
        f"Prices to {day(status.snapshot.as_of)}",
        f"{words.count(len(daily), 'instrument')} with daily bars; {_reach(len(daily), current)}. "
        f"{_hourly(status, case.dossier.event.slug)}{case.stand_ins}",
    )


def _reach(every: int, current: int) -> str:
    """How many instruments end with the snapshot: says nothing about how old the snapshot is."""
    most = "all of them" if current == every else str(current)
    return f"{most} reach this snapshot's last days"


def _hourly(status: PriceStatus, event: str) -> str:
    if not status.hourly_days_left:
        return "The source has no hourly bars; those kept here stay. "
    left = status.hourly_days_left.get(event, 0)
    if left <= 0:
        return "The source no longer serves hourly bars of the event; those kept here stay. "
    return f"The source serves hourly bars of the event for {words.count(left, 'more day')}. "


# ---- refresh ---------------------------------------------------------------------------------------


def progress(status: PriceStatus) -> Progress:
    """How far a running refresh is, or when the next is due."""
    last = next(iter(status.runs), None)
    if last is not None and last.status == "running":
        told = f"{last.done} of {last.total}: {plain(last.message) or 'starting'}"
        return Progress("refresh-progress", told, last.done, max(last.total, 1))
    if status.next_run is None:
        return Progress("refresh-progress", "No refresh is scheduled.")
    return Progress("refresh-progress", f"Next refresh: {instant(status.next_run)}.")


def waiting(status: PriceStatus) -> tuple[Table, ...]:
    """Why instruments are not fresh, until they are, those of one reason together; nothing when all are."""
    if not status.reasons:
        return ()
    symbols: dict[str, list[str]] = {}
    for symbol, reason in status.reasons.items():
        symbols.setdefault(sentence(plain(reason)), []).append(symbol)
    table = Table(
        f"{words.count(len(status.reasons), 'instrument')} with earlier bars, and why",
        (
            columns.texts("Symbol", map(", ".join, symbols.values())),
            columns.texts("Reason", symbols),
        ),
        "waiting-table",
        stacked=True,
    )
    return (table,)


def plain(message: str) -> str:
    """A message without what it has in brackets: the words of machines, as of a lost connection."""
    return re.sub(r"\s*\(.*\)", "", message, flags=re.S)


def history(status: PriceStatus) -> Table:
    """The last refreshes."""
    runs = status.runs[:10]
    never = ["There has been no refresh yet: the bundled prices are shown."]
    none = [] if runs else [None]
    return Table(
        "Last refreshes",
        (
            columns.texts("Started", [run.started for run in runs] or none),
            columns.texts("Result", [_badge(STATES, run.status) for run in runs] or none),
            columns.texts("Asked by", [ASKED_BY.get(r.started_by, r.started_by) for r in runs] or none),
            columns.texts("Took", [_took(run) for run in runs] or none),
            columns.texts(
                "In words",
                [sentence(plain(run.message)) if run.message else None for run in runs] or never,
                below=(columns.texts("Details", [_details(run) for run in runs] or none, "details"),),
            ),
        ),
        "refresh-history",
        stacked=True,
    )


def _details(run: Run) -> str | None:
    return None if run.message == plain(run.message) else sentence(run.message)


def _took(run: Run) -> str | None:
    if run.finished is None:
        return None
    return f"{number((run.finished - run.started).total_seconds(), 0)} s"


# ---- tables ----------------------------------------------------------------------------------------


def coverage(case: Case, status: PriceStatus) -> Table:
    """First and last bar and their number per instrument; those without bars say so."""
    held = {(holding.symbol, holding.kind): holding for holding in status.holdings}
    symbols = [instrument.symbol for instrument in case.dossier.instruments]
    daily = [held.get((symbol, "daily")) for symbol in symbols]
    hourly = [held.get((symbol, "hourly")) for symbol in symbols]
    return Table(
        words.count(len(symbols), "instrument"),
        (
            columns.texts("Instrument", (case.instrument(symbol).name for symbol in symbols)),
            columns.texts("Symbol", symbols),
            columns.dates("First bar", (bars and bars.first for bars in daily)),
            columns.dates("Last bar", (bars and bars.last for bars in daily)),
            columns.numbers("Bars", (bars and bars.rows for bars in daily), 0),
            columns.numbers("Hourly bars", (bars and bars.rows for bars in hourly), 0),
            columns.dates("Retrieved", (bars and bars.retrieved for bars in daily)),
            columns.texts("Source", (_from(case, *of) for of in zip(symbols, daily, strict=True))),
        ),
        "coverage-table",
    )


def _from(case: Case, symbol: str, daily: Holding | None) -> str:
    if daily is not None:
        return daily.source
    traded = case.market.traded(symbol)
    return f"no daily bars; {traded} stands in" if traded != symbol else "no daily bars"


def findings(status: PriceStatus) -> Table | Note:
    """What the quality checks found, the gravest first."""
    if not status.findings:
        return Note(
            "The checks of this snapshot found nothing, or it was taken in as bundled; see data/README.md.",
            "soft",
            "no-findings",
        )
    order = list(SEVERITIES)
    found: list[Finding] = sorted(status.findings, key=lambda f: (order.index(f.severity), f.symbol))
    return Table(
        words.count(len(found), "finding"),
        (
            columns.texts("Symbol", (f.symbol for f in found)),
            columns.texts("Severity", (_badge(SEVERITIES, f.severity) for f in found)),
            columns.texts("Finding", (sentence(f.sentence) for f in found)),
            columns.texts("Sessions", (_sessions(f.sessions) for f in found)),
        ),
        "findings-table",
        stacked=True,
    )


def _sessions(days: Sequence[dt.date]) -> str | None:
    shown = ", ".join(day(one) for one in days[:4])
    return f"{shown} and {len(days) - 4} more" if len(days) > 4 else shown or None


def _badge(looks: Mapping[str, Badge], key: str) -> Badge:
    return looks.get(key, Badge(key, "•", "neutral"))


def snapshot(status: PriceStatus) -> Table:
    """What identifies the snapshot."""
    shown = status.snapshot
    rows = {
        "Id": shown.id,
        "Written": instant(shown.created),
        "Origin": shown.origin,
        "Source": shown.source,
        "Library": shown.library,
        "Complete": (
            "every instrument was fresh" if shown.complete else "some instruments kept earlier bars"
        ),
        "SHA-256": shown.sha256,
    }
    return Table(
        "Identity of the snapshot",
        (columns.texts("What", rows), columns.texts("Value", rows.values())),
        "snapshot-table",
    )
