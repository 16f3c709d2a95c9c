"""Reported: every claim of every article and outlet, against the prices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from analysis.claims.verdicts import VERDICTS, MoveCheck
from dashboard import blocks, captions, claims, figures, tables, theme
from dashboard.case import Case
from dashboard.theme import percent

PATH = "/reported"
TITLE = "Reported"
CONTROLS: tuple[str, ...] = ("source", "verdict")


def layout(case: Case) -> list[Component]:
    """What was claimed, how it compares, and each claim with its verdict."""
    if not case.dossier.moves:
        return [nothing_reported(case), *claims.facts_section(case)]
    checks = chosen(case)
    return [
        finding(case),
        blocks.section("spread", "One day, many figures", _spread_intro(), spread_chart(case, checks)),
        blocks.section("claims-list", "Claim by claim", claims_part(case, checks)),
        blocks.section("words", "What the verdicts mean", verdict_words()),
        *claims.facts_section(case),
    ]


def chosen(case: Case) -> tuple[MoveCheck, ...]:
    """The checks that the reader's filter leaves."""
    return tuple(
        check
        for check in case.studies.checks
        if case.view.source in ("", check.reported.source) and case.view.verdict in ("", check.verdict)
    )


def finding(case: Case) -> Component:
    """How many claims hold, in one sentence."""
    about_prices = [check for check in case.studies.checks if check.reported.basis != "none"]
    count = Counter(check.verdict for check in about_prices)
    told = ", ".join(f"{count[key]} {VERDICTS[key].label.lower()}" for key in VERDICTS if count[key])
    confirmed = count["confirmed"]
    return blocks.finding(
        case,
        f"{confirmed} of {len(about_prices)} claims about prices are confirmed at their word",
        f"{theme.sentence(told)} A figure taken during the day can be right and still not be the "
        "day's result.",
    )


def nothing_reported(case: Case) -> Component:
    """What to read where nobody reported a move."""
    return blocks.finding(
        case,
        "No claim about prices is kept for this event",
        "The event's file lists none; what prices did stands on the other pages.",
    )


def _spread_intro() -> Component:
    return html.P(
        "Each diamond is a figure somebody printed about that session; bar and dot are what the session did.",
        className="dek",
    )


def spread_chart(case: Case, checks: Sequence[MoveCheck]) -> Component:
    """A row per instrument and session: all reported figures over the session's range and close."""
    rows = spreads(case, checks)
    header = ("Instrument", "Session", "Reported", "Close", "Low", "High")
    data = [
        (
            row.label,
            row.detail,
            ", ".join(percent(value) for value, _ in row.reported),
            *(percent(v) for v in (row.close, row.low, row.high)),
        )
        for row in rows
    ]
    return blocks.chart_block(
        "reported-spread",
        figures.reported_spread(rows),
        f"Reported figures for {len(rows)} instruments and sessions against range and close.",
        captions.caption(
            f"Moves against the previous close, in local currency. {case.stand_ins}",
            captions.unmodelled("prices as traded", _sessions_spanned(checks)),
            captions.source(case, [c.reported.symbol for c in checks if c.reported.symbol]),
        ),
        tables.table("Reported figures by instrument and session", header, data, numeric=range(2, 6)),
        key=blocks.key(
            ("diamond", "reported by the articles"),
            ("diamond outlet", "reported by other outlets"),
            ("dot", "close"),
            ("bar", "day's low to high"),
        ),
    )


def _sessions_spanned(checks: Sequence[MoveCheck]) -> str:
    days = [check.reported.date for check in checks if check.reported.reported is not None]
    return f"sessions of {captions.period(days)}" if days else "no session"


def spreads(case: Case, checks: Sequence[MoveCheck]) -> list[figures.Spread]:
    """Checks with a figure, gathered by instrument and session."""
    gathered: dict[tuple[str, object], list[MoveCheck]] = {}
    for check in checks:
        move = check.reported
        if move.reported is not None and move.symbol is not None and move.basis != "period":
            gathered.setdefault((move.symbol, check.measured.session or move.date), []).append(check)
    return [_spread(case, group) for group in gathered.values()]


def _spread(case: Case, group: Sequence[MoveCheck]) -> figures.Spread:
    move, measured = group[0].reported, group[0].measured
    reported = [(check.reported.reported or 0.0, claims.source(check.reported, case)) for check in group]
    return figures.Spread(
        label=case.name(move.symbol),
        detail=theme.day(measured.session or move.date),
        reported=reported,
        featured=[check.reported.featured for check in group],
        close=measured.close,
        low=measured.low,
        high=measured.high,
    )


def claims_part(case: Case, checks: Sequence[MoveCheck]) -> Component:
    """The table of claims, or what to do when the filter leaves none."""
    if not checks:
        nothing = blocks.message("No claim fits this filter.", "Choose another source or verdict, or reset.")
        return html.Div(nothing, id="claims-part")
    return html.Div(claims.claims_table(checks, case), id="claims-part")


def verdict_words() -> Component:
    """Each verdict with its meaning."""
    rows: list[list[tables.Cell]] = [
        [claims.badge(key), entry.explanation] for key, entry in VERDICTS.items()
    ]
    return tables.table("Verdicts", ("Verdict", "Meaning"), rows, identifier="verdict-meanings")
