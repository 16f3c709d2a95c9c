"""Reported: every claim of every article and outlet, against the prices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from analysis.claims.judgements import VERDICTS
from analysis.claims.verdicts import MoveCheck
from dashboard.views import captions, changed, claims, columns
from dashboard.views.case import Case
from dashboard.views.content import Block, Chart, Link, Note, Panel, Row, Section, View
from dashboard.views.tables import Table
from dashboard.views.words import day, period, reported, sentence

PATH = "/reported"
TITLE = "Reported"
CONTROLS: tuple[str, ...] = ("source", "verdict")


def view(case: Case) -> View:
    """What was claimed, how it compares, and each claim with its verdict."""
    sections = _sections(case) if case.dossier.moves else ()
    return captions.page(
        case, PATH, finding(case), (*sections, *claims.facts_section(case)), (changed.news(case),)
    )


def _sections(case: Case) -> tuple[Section, ...]:
    checks = chosen(case)
    listed = claims.claims_table(checks, case) if checks else nothing_fits(case)
    drawn: tuple[Block, ...] = (no_figure(case),)
    if gathered(checks):
        drawn = (_spread_intro(), spread_chart(case, checks))
    spread = [Section("spread", "One day, many figures", drawn)] if gathered(case.studies.checks) else []
    return (
        *spread,
        Section("claims-list", "Claim by claim", (listed,)),
        Section("words", "What the verdicts mean", (verdict_words(),)),
    )


def chosen(case: Case) -> tuple[MoveCheck, ...]:
    """The checks that the reader's filter leaves."""
    return tuple(
        check
        for check in case.studies.checks
        if case.choices.source in ("", check.reported.source) and case.choices.verdict in ("", check.verdict)
    )


def finding(case: Case) -> tuple[str, str]:
    """How many claims hold, in one sentence."""
    if not case.dossier.moves:
        return (
            "No claim about prices is kept for this event",
            "" if case.studies.unstudied else "What prices did stands on the other pages.",
        )
    about_prices = [check for check in case.studies.checks if check.reported.basis != "none"]
    count = Counter(check.verdict for check in about_prices)
    told = ", ".join(f"{count[key]} {VERDICTS[key].label.lower()}" for key in VERDICTS if count[key])
    right = "A figure taken during the day can be right and still not be the day's result."
    return _confirmed(count["confirmed"], len(about_prices)), f"{sentence(told)} {right}" if told else ""


def _confirmed(confirmed: int, every: int) -> str:
    if every == 0:
        return "No text makes a claim about prices"
    if every == 1:
        return f"The one claim about prices is {'' if confirmed else 'not '}confirmed as printed"
    return (
        f"{confirmed} of {every} claims about prices {'is' if confirmed == 1 else 'are'} confirmed as printed"
    )


def nothing_fits(case: Case) -> Note:
    """What the filter leaves out, where it leaves no claim, and the way back."""
    source = case.publishers.get(case.choices.source, case.choices.source)
    of = f" of {source}" if source else ""
    return Note(f"No claim{of} has this verdict.", "", "nothing-fits", _show_all(case))


def no_figure(case: Case) -> Note:
    """Where no claim that the filter leaves has a figure to draw."""
    return Note("None of these claims has a figure about a session.", "", "no-figure", _show_all(case))


def _show_all(case: Case) -> Link:
    return Link("Show all", case.choosing(source="", verdict=""))


def _spread_intro() -> Note:
    return Note(
        "Each diamond is a figure somebody printed about that session; bar and dot are what the session did."
    )


def spread_chart(case: Case, checks: Sequence[MoveCheck]) -> Chart:
    """A row per instrument and session: all reported figures over the session's range and close."""
    groups = gathered(checks)
    first = [group[0] for group in groups]
    rows = tuple(
        Row(case.name(c.reported.symbol), day(at), claims.priced(c.reported, case), at)
        for c in first
        for at in (claims.session_of(c),)
    )
    placed = [(row, check) for row, group in enumerate(groups) for check in group]
    by = {
        role: [(row, check) for row, check in placed if check.reported.featured is (role == "reported")]
        for role in ("outlet", "reported")
    }
    told = (
        claims.figures([c for _, c in by[role]], case, [row for row, _ in by[role]], name, role)
        for role, name in (("outlet", "Reported by other outlets"), ("reported", "Reported by the articles"))
    )
    return Chart(
        "reported-spread",
        "spread",
        f"Reported figures for {len(rows)} instruments and sessions against range and close.",
        (Panel((*claims.measured(first), *told)),),
        captions.caption(
            f"Moves against the previous close, in local currency. {case.stand_ins}",
            captions.unmodelled("prices as traded", _sessions_spanned(checks)),
            captions.credit(case, [c.reported.symbol for c in checks if c.reported.symbol]),
        ),
        _spread_table(case, groups),
        marks=(
            ("diamond", "reported by the articles"),
            ("outlet", "reported by other outlets"),
            ("dot", "close"),
            ("bar", "day's low to high"),
        ),
        rows=rows,
    )


def _sessions_spanned(checks: Sequence[MoveCheck]) -> str:
    days = [claims.session_of(check) for group in gathered(checks) for check in group]
    return f"sessions of {period(days)}" if days else "no session"


def gathered(checks: Sequence[MoveCheck]) -> list[list[MoveCheck]]:
    """Checks with a figure, by instrument and session."""
    groups: dict[tuple[str, object], list[MoveCheck]] = {}
    for check in checks:
        move = check.reported
        if move.reported is not None and move.symbol is not None and move.basis != "period":
            groups.setdefault((move.symbol, claims.session_of(check)), []).append(check)
    return list(groups.values())


def _spread_table(case: Case, groups: Sequence[Sequence[MoveCheck]]) -> Table:
    """A row per figure, as it was printed, beside what the session did."""
    checks = [check for group in groups for check in group]
    moves, measured = [c.reported for c in checks], [c.measured for c in checks]
    return Table(
        "Reported figures by instrument and session",
        (
            columns.texts("Instrument", (case.name(move.symbol) for move in moves)),
            columns.dates("Session", map(claims.session_of, checks)),
            columns.right(columns.texts("Reported", (reported(move) for move in moves))),
            columns.texts("By", (claims.source(move, case) for move in moves)),
            columns.percents("Close", (m.close for m in measured)),
            columns.percents("Low", (m.low for m in measured)),
            columns.percents("High", (m.high for m in measured)),
        ),
    )


def verdict_words() -> Table:
    """Each verdict with its meaning."""
    return Table(
        "Verdicts",
        (
            columns.texts("Verdict", (claims.badge(key) for key in VERDICTS)),
            columns.texts("Meaning", (entry.explanation for entry in VERDICTS.values())),
        ),
        "verdict-meanings",
    )
