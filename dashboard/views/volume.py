"""Abnormal volume: a part of the reaction page, where volumes are known."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from analysis.market.errors import DesignError
from analysis.market.reactions import REACTIONS
from analysis.models.distributions import reach
from analysis.study.study import StudyResults
from dashboard.render import figures, theme
from dashboard.views import captions
from dashboard.views.case import Case
from dashboard.web import blocks, tables


def section(case: Case) -> Component:
    """Volume by session against what is usual, or why it cannot be shown."""
    try:
        content = volume_chart(case, case.studies.volume)
    except DesignError as error:
        content = blocks.message("No volumes to show", theme.sentence(str(error)))
    return blocks.section("volume", "How much was traded", html.Div(content, id="volume-part"))


def volume_chart(case: Case, study: StudyResults) -> Component:
    """A panel per firm: the session's volume as a multiple of the usual one."""
    symbols = study.symbols[: captions.MOST_PANELS]
    half = study.standard_errors * reach(study.fit.df_resid)
    everything = (study.abnormal_returns[list(symbols)], half[list(symbols)], -half[list(symbols)])
    axis = theme.multiple_axis(v for table in everything for v in table.to_numpy().ravel())
    panels = [
        (
            case.name(symbol),
            f"{theme.multiple(study.abnormal_returns.loc[0, symbol])} the usual on day 0",
            figures.bar_panel(
                study.abnormal_returns[symbol], half[symbol], case.look(symbol), axis, theme.multiple
            ),
        )
        for symbol in symbols
    ]
    entry = REACTIONS["volume"]
    header = ("Session", *case.names(study.symbols))
    rows = [
        (theme.number(t, 0, True), *(theme.multiple(value) for value in row))
        for t, row in zip(study.abnormal_returns.index, study.abnormal_returns.to_numpy(), strict=True)
    ]
    return blocks.chart_block(
        "abnormal-volume",
        panels,
        "Volume of each firm by session, as a multiple of its usual volume.",
        captions.caption(
            f"{entry.explanation} The band holds 95 % of ordinary sessions. {left_out(case, study)} "
            f"{captions.few(case, study=study)}",
            f"{captions.modelled(case, study)} {entry.reference}.",
            captions.source(case, study.symbols),
        ),
        tables.table("Volume as a multiple of the usual one", header, rows, numeric=range(len(header))),
    )


def left_out(case: Case, study: StudyResults) -> str:
    """The firms whose volumes are not known, in words."""
    missing = [case.name(symbol) for symbol in case.study.symbols if symbol not in study.symbols]
    return f"Without usable volumes: {', '.join(missing)}." if missing else ""
