"""Overview: what was reported, what happened, and how unusual it was."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from dash import html
from dash.development.base_component import Component

from analysis.market.events import Window
from dashboard.render import figures, theme
from dashboard.render.theme import interval, percent
from dashboard.views import captions, claims, hours, reaction
from dashboard.views.case import Case
from dashboard.web import blocks, tables

PATH = "/"
TITLE = "Overview"
CONTROLS: tuple[str, ...] = ()


def layout(case: Case) -> list[Component]:
    """The finding, reported against measured, the paths, the claims and the facts, where there are any."""
    return [
        finding(case),
        firm_cards(case),
        *_claims_section(case),
        hours.section(case),
        blocks.section(
            "reaction", "Did it last?", _car_intro(case), blocks.others(case), reaction.car_chart(case)
        ),
        blocks.section("prices", "Prices around the event", price_chart(case)),
        *_verdicts_section(case),
        *claims.facts_section(case),
    ]


def _claims_section(case: Case) -> list[Component]:
    if all(check.reported.reported is None for check in case.featured):
        return []
    chart = reported_chart(case)
    return [blocks.section("claims-chart", "Reported against measured", _claims_intro(case), chart)]


def _verdicts_section(case: Case) -> list[Component]:
    if not any(check.reported.featured for check in case.studies.checks):
        return []
    table = claims.claims_table(case.featured, case)
    return [blocks.section("verdicts", "Claim by claim", table, without_figure(case))]


# ---- the finding ---------------------------------------------------------------------------------


def finding(case: Case) -> Component:
    """The finding about the first firm in one sentence, with how unusual it was in a second."""
    symbol = case.study.symbols[0]
    day = case.study.car(Window(0, 0)).loc[symbol]
    name, when = case.name(symbol), theme.day(case.study.event_sessions[symbol])
    market = captions.usual_part(case, symbol)
    return blocks.finding(
        case,
        f"{name} closed {percent(case.study.returns.loc[0, symbol])} on {when}, "
        f"{percent(day['car'])} net of the market",
        f"The abnormal return is what remains after {market}; its 95 % interval runs from "
        f"{interval(day['ci_low'], day['ci_high'])}. {unusual(case, symbol)}",
    )


def unusual(case: Case, symbol: str) -> str:
    """How many sessions of the estimation window were at least as abnormal as day 0."""
    residuals = case.study.estimation_residuals[symbol].dropna().abs()
    as_large = int((residuals >= case.study.abnormal_returns[symbol].abs().loc[0]).sum())
    count = "None" if as_large == 0 else str(as_large)
    return f"{count} of the {len(residuals)} sessions that the model was fitted on moved as far from normal."


def firm_cards(case: Case) -> Component:
    """Per firm: the close, the abnormal part, and how many earlier sessions were as extreme."""
    day = case.study.car(Window(0, 0))
    return html.Ul([_card(case, symbol, day) for symbol in case.study.symbols], className="cards", id="cards")


def _card(case: Case, symbol: str, day: pd.DataFrame) -> Component:
    return html.Li(
        [
            html.P(case.name(symbol), className="name"),
            html.P(percent(case.study.returns.loc[0, symbol]), className="figure"),
            html.P([html.Strong(percent(day.loc[symbol, "car"])), " abnormal"], className="abnormal"),
            html.P(f"95 %: {interval(*day.loc[symbol, ['ci_low', 'ci_high']])}", className="interval"),
        ]
    )


# ---- reported against measured -------------------------------------------------------------------


def _claims_intro(case: Case) -> Component:
    return html.P(
        "The same day gives several true figures: the low, the close, and the part that the market does not "
        "explain. Each claim of the articles is held against all three.",
        className="dek",
        id="claims-dek",
    )


def reported_chart(case: Case) -> Component:
    """The claims that carry a figure, a row each."""
    rows = [claims.row(check, case) for check in case.featured if check.reported.reported is not None]
    untold = [check for check in case.featured if check.reported.reported is None]
    beyond = f" The {len(untold)} claims without a figure stand in the table further down." if untold else ""
    caption = captions.caption(
        f"Moves against the previous close; the square is the abnormal return on day 0.{beyond} "
        f"{case.stand_ins}",
        captions.modelled(case),
        captions.source(
            case, [*(c.reported.symbol for c in case.featured if c.reported.symbol), *captions.studied(case)]
        ),
    )
    header = ("Claim", "Reported", "Close", "Low", "High", "Abnormal", "95 % low", "95 % high")
    data = [
        (
            c.label,
            *(percent(v) for v in (c.reported, c.close, c.low, c.high, c.abnormal, c.ci_low, c.ci_high)),
        )
        for c in rows
    ]
    return blocks.chart_block(
        "reported-against-measured",
        figures.reported_against_measured(rows),
        f"For {len(rows)} claims: the reported move, the close, the day's range and the abnormal return.",
        caption,
        tables.table("Reported and measured moves", header, data, numeric=range(1, 8)),
        key=_key(),
    )


def _key() -> Component:
    return blocks.key(
        ("diamond", "reported"),
        ("dot", "close"),
        ("bar", "day's low to high"),
        ("square", "abnormal return, 95 % interval"),
    )


# ---- paths -----------------------------------------------------------------------------------------


def _car_intro(case: Case) -> Component:
    window = case.design.event_window
    return html.P(
        f"Abnormal returns added up from session {theme.number(window.start, 0)} "
        f"to {theme.number(window.end, 0, True)}. "
        "A band that holds zero leaves open whether anything remained.",
        className="dek",
        id="car-dek",
    )


def price_chart(case: Case) -> Component:
    """Prices indexed to the last close before the event, over the event window."""
    symbols = case.study.symbols[: captions.MOST_LINES]
    lines = [indexed(case, symbol) for symbol in symbols]
    day = case.study.event_sessions[symbols[0]]
    every = [indexed(case, symbol) for symbol in case.study.symbols]
    header = ("Date", *case.names(case.study.symbols))
    return blocks.chart_block(
        "indexed-prices",
        figures.lines_over_dates(lines, [figures.Mark(day, theme.day(day), event=True), *confounders(case)]),
        "Prices of each firm, last close before the event set to 100.",
        captions.caption(
            f"The last close before the event is 100. {_confounder_words(case)} "
            f"{captions.few(case, captions.MOST_LINES)} {case.stand_ins}",
            captions.unmodelled(
                "adjusted closes in local currency",
                captions.period(date for line in lines for date in line.dates),
            ),
            captions.source(case, symbols),
        ),
        tables.table("Indexed prices", header, _price_rows(every), numeric=range(1, len(header))),
    )


def indexed(case: Case, symbol: str) -> figures.Line:
    """Adjusted closes over the event window, 100 at the last close before day 0."""
    returns = case.study.returns[symbol]
    growth = (1 + returns).cumprod()
    return figures.Line(
        captions.short(case.name(symbol)),
        case.study.sessions[symbol].to_numpy().astype("datetime64[D]"),
        (100 * growth / growth.loc[-1]).to_numpy(),
        case.look(symbol),
    )


def _price_rows(lines: Sequence[figures.Line]) -> list[tuple[str, ...]]:
    dates = np.unique(np.concatenate([line.dates for line in lines]))
    by_date = [dict(zip(line.dates, line.values, strict=True)) for line in lines]
    return [(theme.day(date), *(theme.number(values.get(date), 1) for values in by_date)) for date in dates]


def confounders(case: Case) -> list[figures.Mark]:
    """Other reasons for prices to move, inside the event window."""
    dates = dict.fromkeys(e.date for e in case.dossier.event.timeline if e.kind == "confounder")
    return [figures.Mark(date, letter) for date, letter in zip(dates, "abcdefghijklmnop", strict=False)]


def _confounder_words(case: Case) -> str:
    def news(mark: figures.Mark) -> str:
        return " and ".join(e.label for e in case.dossier.event.timeline if e.date == mark.date)

    told = "; ".join(f"({mark.label}) {theme.day(mark.date)}, {news(mark)}" for mark in confounders(case))
    return f"Other news: {told}." if told else ""


# ---- words -----------------------------------------------------------------------------------------


def without_figure(case: Case) -> Component:
    """The articles that report no move of a price."""
    publishers = {article.id: article for article in case.dossier.articles}
    silent = [check for check in case.studies.checks if check.reported.basis == "none"]
    rows = [
        (publishers[c.reported.source].publisher, publishers[c.reported.source].title, c.reported.statement)
        for c in silent
        if c.reported.source in publishers
    ]
    header = ("Article", "Title", "On prices")
    return tables.table("Articles that report no price", header, rows, identifier="silent", stacked=True)
