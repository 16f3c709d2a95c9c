"""Claims as people read them: the same words in charts and tables."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from analysis.claims.bases import BASES
from analysis.claims.reported import HEDGES, Article, ReportedMove
from analysis.claims.verdicts import VERDICTS, MoveCheck
from dashboard import blocks, tables, theme
from dashboard.case import Case
from dashboard.figures import Claim


def reported(move: ReportedMove) -> str:
    """The figure as it was printed, with its hedge: ``nearly −17 %``."""
    if move.reported is None or move.printed_high:
        return (move.figure or "").replace("-", theme.MINUS) or move.statement or theme.DASH
    return HEDGES[move.qualifier] + theme.percent(move.reported, move.decimals)


def basis_of(move: ReportedMove) -> str:
    """What the figure measures, as people read it behind the figure."""
    return f"over {move.period}" if move.basis == "period" else BASES[move.basis].label


def publisher(article: Article) -> str:
    """Name of the paper without its authors."""
    return article.publisher.split(",")[0].split(" (")[0]


def source(move: ReportedMove, case: Case) -> str:
    """Publisher of an article, or the outlet's name, with the time if known."""
    publishers = {article.id: publisher(article) for article in case.dossier.articles}
    name = publishers.get(move.source, move.source)
    return f"{name}, {theme.moment(move.time)}" if move.time else name


def row(check: MoveCheck, case: Case) -> Claim:
    """A claim as a row of the chart."""
    move = check.reported
    close = f", closed {theme.percent(check.measured.close)}" if check.measured.close is not None else ""
    return Claim(
        label=case.name(move.symbol),
        detail=f"{reported(move)} {basis_of(move)}{close}",
        reported=move.reported,
        close=check.measured.close,
        low=check.measured.low,
        high=check.measured.high,
        abnormal=check.measured.abnormal_return,
        ci_low=check.measured.ci_low,
        ci_high=check.measured.ci_high,
    )


def badge(key: str) -> Component:
    """A verdict as icon and word."""
    look = theme.verdict(key)
    return blocks.badge(look.icon, VERDICTS[key].label, look.tone)


def claims_table(checks: Sequence[MoveCheck], case: Case, identifier: str = "claims") -> Component:
    """Claims with what was measured, the verdict and its reason, and who said it when."""
    header = ("Claim", "Close", "Day's range", "Abnormal", "Verdict")
    rows = [
        (
            _claim(check.reported, case),
            theme.percent(check.measured.close),
            theme.interval(check.measured.low, check.measured.high),
            _abnormal(check),
            [badge(check.verdict), html.Div(theme.sentence(check.reason), className="reason")],
        )
        for check in checks
    ]
    silent = sum(check.reported.basis == "none" for check in checks)
    caption = f"{_count(len(rows) - silent, 'claim')} about prices, and what prices say about them"
    caption += f"; {_count(silent, 'text')} without a figure" if silent else ""
    return tables.table(caption, header, rows, numeric=(1, 2, 3), identifier=identifier, stacked=True)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _said(move: ReportedMove, case: Case) -> str:
    """What was said of which instrument; a text that names none begins with a capital."""
    said = reported(move)
    return f"{case.name(move.symbol)} {said}" if move.symbol else said[:1].upper() + said[1:]


def _claim(move: ReportedMove, case: Case) -> list[str | Component]:
    return [
        html.Strong(_said(move, case)),
        html.Span(f", {BASES[move.basis].icon} {basis_of(move)}" if move.figure else "", className="soft"),
        html.Div(source(move, case), className="soft small"),
    ]


def _abnormal(check: MoveCheck) -> list[str | Component]:
    shown: list[str | Component] = [theme.percent(check.measured.abnormal_return)]
    if check.measured.ci_low is not None:
        bounds = theme.interval(check.measured.ci_low, check.measured.ci_high)
        shown.append(html.Div(bounds, className="interval"))
    return shown


def facts_section(case: Case) -> list[Component]:
    """The facts under their heading, where an event has any."""
    if not case.dossier.facts:
        return []
    return [blocks.section("facts", "Where the articles disagree", facts_table(case))]


def facts_table(case: Case) -> Component:
    """What the articles say beside prices, article by article."""
    articles = case.dossier.articles
    rows = [
        (fact.name, *(dict(fact.by_article).get(article.id, theme.DASH) for article in articles))
        for fact in case.dossier.facts
    ]
    header = ("Fact", *(f"{publisher(article)}: {article.title}" for article in articles))
    return tables.table("Other facts, article by article", header, rows, identifier="facts-table")
