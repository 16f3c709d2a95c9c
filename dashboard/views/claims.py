"""Claims about prices beside what was measured: as a chart, as a table, and the facts beside prices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from analysis.claims.bases import BASES
from analysis.claims.judgements import VERDICTS
from analysis.claims.reported import ReportedMove
from analysis.claims.verdicts import MoveCheck
from dashboard.views import captions, columns, words
from dashboard.views.case import Case
from dashboard.views.content import Chart, Panel, Row, Section, Series
from dashboard.views.tables import FILE, FRACTION, Badge, Column, Table, To, floats
from dashboard.views.words import count, percent, publisher, reported, sentence

LOOKS = {
    "confirmed": ("✓", "good"),
    "seen_intraday": ("◐", "partly"),
    "contradicted": ("✕", "bad"),
    "not_checkable": ("?", "unknown"),
    "no_figure": ("–", "neutral"),
}


def badge(key: str) -> Badge:
    """A verdict as icon and word; a plain dot where it has no icon of its own."""
    return Badge(VERDICTS[key].label, *LOOKS.get(key, ("•", "neutral")))


def outlet(move: ReportedMove, case: Case) -> str:
    """Publisher of an article, or the outlet's name."""
    return case.publishers.get(move.source, move.source)


def link(move: ReportedMove, case: Case) -> str:
    """Address of the text that a claim stands in; empty where none is known."""
    return move.link or case.links.get(move.source, "")


def leading(outlet: str, address: str) -> To | str:
    """Who said it, and the way to the text."""
    return To(outlet, address) if address else outlet


def linked(addresses: Sequence[str]) -> tuple[Column, Column]:
    """That no address of a text is known, where that is so; for files the addresses."""
    unknown = ("" if address else "no link known" for address in addresses)
    return columns.texts("Text", unknown, "soft"), columns.texts("Link", addresses, FILE)


def priced(move: ReportedMove, case: Case) -> str:
    """The symbol whose prices a claim is held against; empty where it is about none."""
    return case.market.traded(move.symbol) if move.symbol else ""


def source(move: ReportedMove, case: Case) -> str:
    """Who said it, with the date and time if known."""
    return f"{outlet(move, case)}, {words.instant(move.time)}" if move.time else outlet(move, case)


def basis_of(check: MoveCheck) -> str:
    """What the figure measures, and of a period the close that it counts from."""
    move, base = check.reported, check.measured.base
    if move.basis != "period":
        return BASES[move.basis].label
    return f"over {move.period}" + (f", from the close of {words.day(base)}" if base else "")


def session_of(check: MoveCheck) -> dt.date:
    """The session that a claim is held against: after hours, the one that follows."""
    return check.measured.session or check.reported.date


# ---- the chart -----------------------------------------------------------------------------------


def claims_chart(case: Case, first: MoveCheck | None = None) -> Chart:
    """The claims that carry a figure, a row each; `first` and the others of its firm come first."""
    checks = [check for check in case.featured if check.reported.reported is not None]
    if first:
        checks.sort(key=lambda c: (c is not first, c.reported.symbol != first.reported.symbol))
    untold = len(case.featured) - len(checks)
    beyond = f"{count(untold, 'claim')} without a figure {'is' if untold == 1 else 'are'} not drawn."
    named = [c.reported.symbol for c in case.featured if c.reported.symbol]
    rows = tuple(_row(check, case) for check in checks)
    return Chart(
        "reported-against-measured",
        "claims",
        f"For {len(rows)} claims: the reported move, the close, the day's range and the abnormal return.",
        (Panel((*measured(checks), _abnormal(checks), figures(checks, case))),),
        captions.caption(
            f"Moves against the previous close; the square is the abnormal return on day 0. "
            f"{beyond if untold else ''} {case.stand_ins}",
            captions.modelled(case),
            captions.credit(case, [*named, *captions.studied(case.study)]),
        ),
        _measured_table(rows, checks),
        marks=(
            ("diamond", "reported"),
            ("dot", "close"),
            ("bar", "day's low to high"),
            ("square", "abnormal return, 95 % interval"),
        ),
        rows=rows,
    )


def _row(check: MoveCheck, case: Case) -> Row:
    move, close = check.reported, check.measured.close
    said = f"{reported(move)} {basis_of(check)}"
    said += f", closed {percent(close)}" if close is not None else ""
    return Row(case.name(move.symbol), said, priced(move, case), session_of(check))


def measured(checks: Sequence[MoveCheck]) -> tuple[Series, Series]:
    """The day's range and the close, a row per check."""
    ranges = [(row, c.measured) for row, c in enumerate(checks) if c.measured.low is not None]
    closes = [(row, c.measured) for row, c in enumerate(checks) if c.measured.close is not None]
    low, high = floats(m.low for _, m in ranges), floats(m.high for _, m in ranges)
    return (
        Series("Day's low to high", "range", tuple(row for row, _ in ranges), low=low, high=high),
        Series("Close", "close", tuple(r for r, _ in closes), floats(m.close for _, m in closes)),
    )


def _abnormal(checks: Sequence[MoveCheck]) -> Series:
    found = [(row, c.measured) for row, c in enumerate(checks) if c.measured.abnormal_return is not None]
    low, high = floats(m.ci_low for _, m in found), floats(m.ci_high for _, m in found)
    values = floats(m.abnormal_return for _, m in found)
    return Series("Abnormal return", "abnormal", tuple(row for row, _ in found), values, low, high)


def figures(
    checks: Sequence[MoveCheck],
    case: Case,
    rows: Sequence[int] | None = None,
    name: str = "Reported",
    role: str = "reported",
) -> Series:
    """What was reported, each figure with its outlet and time; `rows` are those of the chart."""
    moves = [check.reported for check in checks]
    return Series(
        name,
        role,
        tuple(range(len(moves)) if rows is None else rows),
        floats(move.reported for move in moves),
        sources=tuple(outlet(move, case) for move in moves),
        times=tuple(move.time for move in moves),
        labels=tuple(reported(move) for move in moves),
        verdicts=tuple(VERDICTS[check.verdict].label for check in checks),
    )


def _measured_table(rows: Sequence[Row], checks: Sequence[MoveCheck]) -> Table:
    def column(name: str, of: str) -> Column:
        return columns.percents(name, (getattr(check.measured, of) for check in checks))

    return Table(
        "Reported and measured moves",
        (
            columns.texts("Claim", (row.label for row in rows)),
            columns.right(columns.texts("Reported", (reported(check.reported) for check in checks))),
            column("Close", "close"),
            column("Low", "low"),
            column("High", "high"),
            column("Abnormal", "abnormal_return"),
            column("95 % low", "ci_low"),
            column("95 % high", "ci_high"),
        ),
    )


# ---- the table -----------------------------------------------------------------------------------


def claims_table(checks: Sequence[MoveCheck], case: Case) -> Table:
    """Claims with what was measured, the verdict and its reason, and who said it when."""
    moves, found = [c.reported for c in checks], [c.measured for c in checks]
    silent = sum(move.basis == "none" for move in moves)
    about = f"{count(len(moves) - silent, 'claim')} about prices, and what prices say about them"
    without = f"{count(silent, 'text')} without a figure"
    title = "; ".join([*([about] if silent < len(moves) else []), *([without] if silent else [])])
    interval = columns.intervals(
        "95 % interval", (m.ci_low for m in found), (m.ci_high for m in found), "interval"
    )
    abnormal = columns.percents("Abnormal", (m.abnormal_return for m in found), below=(interval,))
    return Table(
        title,
        (
            columns.texts("Claim", (_said(move, case) for move in moves), "strong", _told(checks, case)),
            columns.percents("Close", (m.close for m in found)),
            columns.intervals("Day's range", (m.low for m in found), (m.high for m in found)),
            abnormal,
            columns.texts(
                "Verdict",
                (badge(check.verdict) for check in checks),
                below=(columns.texts("Reason", (sentence(c.reason) for c in checks), "reason"),),
            ),
        ),
        "claims",
        stacked=True,
    )


def _told(checks: Sequence[MoveCheck], case: Case) -> tuple[Column, ...]:
    """When of the day, who said it, and what is to be known of it.

    For files also of whom, on which day and how much, as a number, and the address of the text.
    """
    moves = [check.reported for check in checks]
    bases = (
        Badge(basis_of(check), BASES[move.basis].icon, "plain") if move.figure else ""
        for move, check in zip(moves, checks, strict=True)
    )
    links = [link(move, case) for move in moves]
    sources = (leading(source(move, case), to) for move, to in zip(moves, links, strict=True))
    return (
        columns.texts("Basis", bases, "after"),
        columns.texts("Source", sources, "soft"),
        *linked(links),
        columns.texts("Note", (move.note for move in moves), "soft"),
        columns.texts("Symbol", (priced(move, case) for move in moves), FILE),
        replace(columns.dates("Date", (move.date for move in moves)), style=FILE),
        Column("Reported", floats(move.reported for move in moves), FRACTION, style=FILE),
        Column("Reported, high", floats(move.reported_high for move in moves), FRACTION, style=FILE),
    )


def _said(move: ReportedMove, case: Case) -> str:
    """What was said of which instrument; a text that names none begins with a capital."""
    said = reported(move)
    return f"{case.name(move.symbol)} {said}" if move.symbol else said[:1].upper() + said[1:]


# ---- facts ---------------------------------------------------------------------------------------


def facts_section(case: Case) -> list[Section]:
    """The facts under their heading, where an event has any."""
    if not case.dossier.facts:
        return []
    return [Section("facts", "Where the articles disagree", (facts_table(case),))]


def facts_table(case: Case) -> Table:
    """What the articles say beside prices, article by article."""
    facts: list[dict[str, Any]] = [dict(fact.by_article) for fact in case.dossier.facts]
    said = (
        columns.texts(f"{publisher(article)}: {article.title}", (fact.get(article.id) for fact in facts))
        for article in case.dossier.articles
    )
    names = columns.texts("Fact", (fact.name for fact in case.dossier.facts))
    return Table("Other facts, article by article", (names, *said), "facts-table")
