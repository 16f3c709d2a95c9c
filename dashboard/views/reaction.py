"""Reaction: abnormal returns session by session, added up, and what they are made of."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from dash import html
from dash.development.base_component import Component

from analysis.choices.decomposition import decomposition, remarks
from analysis.market.events import Window
from analysis.models.distributions import CONFIDENCE, reach
from analysis.models.normal_returns import NORMAL_RETURNS
from dashboard.render import figures, theme
from dashboard.render.theme import interval, percent
from dashboard.views import captions, regression, volume
from dashboard.views.case import Case
from dashboard.web import blocks, tables

PATH = "/reaction"
TITLE = "Reaction"
CONTROLS: tuple[str, ...] = ("symbols", "model", "benchmark", "window", "estimation", "car")


def layout(case: Case) -> list[Component]:
    """The reaction over the chosen window, its path, its parts and its numbers."""
    return [
        finding(case),
        caution(case),
        excluded(case),
        blocks.section(
            "cumulative", "Abnormal returns added up", _car_intro(), blocks.others(case), car_chart(case)
        ),
        blocks.section("daily", "Session by session", ar_chart(case)),
        blocks.section("parts", "What the move is made of", _parts_intro(case), parts_chart(case)),
        volume.section(case),
        blocks.section("windows", "Over other windows", windows_table(case)),
        blocks.section(
            "parameters",
            "The model behind it",
            _model_intro(),
            regression.scatter_chart(case),
            parameters_table(case),
            regression.coefficients_table(case),
        ),
    ]


def finding(case: Case) -> Component:
    """The mean CAR over the chosen window, and how many firms stand out."""
    window = case.view.car_window
    car = case.study.car(window)
    day = window == Window(0, 0)
    when = f"On {captions.day_zero(case)}" if day else theme.sentence(captions.span(window)).rstrip(".")
    alone = len(car) == 1
    firms = case.name(car.index[0]) if alone else f"the {len(car)} firms"
    average = "" if alone else ", on average"
    beyond = "the market" if NORMAL_RETURNS[case.design.model].needs else "what is usual"
    title = f"{when} {firms} moved {percent(car['car'].mean())} beyond {beyond}{average}"
    return blocks.finding(case, title, stand_out(car["pvalue"]))


def stand_out(pvalues: pd.Series[float]) -> str:
    """How many firms moved farther than ordinary sessions do."""
    far, usual = int((pvalues < 1 - CONFIDENCE).sum()), "on 19 of 20 ordinary occasions (the 5 % level)"
    if len(pvalues) == 1:
        return f"It {'moved' if far else 'did not move'} farther than {usual}."
    return (
        f"{far} of {len(pvalues)} moved farther than {usual}, each judged by itself; shares that fall "
        "together on one day are no independent witnesses."
    )


def caution(case: Case) -> Component:
    """When the chosen model misleads, in a sentence."""
    model = NORMAL_RETURNS[case.design.model]
    return html.P(f"{model.label}: {model.explanation} {model.caution}", className="soft small", id="caution")


def excluded(case: Case) -> Component:
    """Firms that could not be studied, with the reason."""
    reasons = [f"{case.name(s)} ({s}): {reason}." for s, reason in case.study.excluded.items()]
    return html.Div([blocks.message("Left out or replaced", *reasons)] if reasons else [], id="excluded")


def _car_intro() -> Component:
    return html.P(
        "An abnormal return is what a share moved beyond what its model expects. Added up over sessions "
        "it is the cumulative abnormal return, CAR.",
        className="dek",
    )


def _model_intro() -> Component:
    return html.P(
        "How each share moved before the event: beta is how strongly it went with its benchmark, alpha its "
        "drift per session, sigma the size of an ordinary surprise, R² the part of its movement that the "
        "benchmark explains.",
        className="dek",
    )


def shown(case: Case) -> tuple[str, ...]:
    """The firms that get a panel."""
    return case.study.symbols[: captions.MOST_PANELS]


def car_chart(case: Case, identifier: str = "car-paths") -> Component:
    """A panel per firm: CAR with its pointwise and its simultaneous band, one scale for all."""
    found, symbols = case.studies.car_band, shown(case)
    reach = [found.car, found.low, found.high]
    axis = theme.percent_axis((v for t in reach for v in t[list(symbols)].to_numpy().ravel()), steps=4)
    last = found.car.index[-1]
    panels = [
        (
            case.name(symbol),
            f"{percent(found.car.loc[last, symbol], 1)} by session {theme.number(last, 0, True)}",
            figures.path_panel(
                found.car[symbol],
                (found.low[symbol], found.high[symbol]),
                (found.simultaneous_low[symbol], found.simultaneous_high[symbol]),
                case.look(symbol),
                axis,
            ),
        )
        for symbol in symbols
    ]
    return blocks.chart_block(
        identifier,
        panels,
        "Cumulative abnormal returns of each firm around day 0.",
        captions.caption(
            "Abnormal returns added up from the start of the event window. Dark band: 95 % at each session "
            "by itself; light band: 95 % for the whole path, from earlier dates, cut where it leaves the "
            f"panel. {captions.few(case)} {case.stand_ins}",
            captions.modelled(case),
            captions.source(case),
        ),
        path_table(case, found.car, "Cumulative abnormal returns"),
    )


def ar_chart(case: Case) -> Component:
    """A panel per firm: abnormal return by session, with the band that 95 % of normal sessions keep to."""
    study, symbols = case.study, shown(case)
    half = study.standard_errors * reach(study.fit.df_resid)
    everything = (study.abnormal_returns[list(symbols)], half[list(symbols)], -half[list(symbols)])
    axis = theme.percent_axis((v for table in everything for v in table.to_numpy().ravel()), steps=4)
    panels = [
        (
            case.name(symbol),
            f"{percent(study.abnormal_returns.loc[0, symbol])} on day 0",
            figures.bar_panel(study.abnormal_returns[symbol], half[symbol], case.look(symbol), axis),
        )
        for symbol in symbols
    ]
    return blocks.chart_block(
        "ar-paths",
        panels,
        "Abnormal returns of each firm by session.",
        captions.caption(
            "Abnormal return by session; the band holds 95 % of the sessions in which nothing happens. "
            f"{captions.few(case)} {case.stand_ins}",
            captions.modelled(case),
            captions.source(case),
        ),
        path_table(case, study.abnormal_returns, "Abnormal returns"),
    )


def path_table(case: Case, table: pd.DataFrame, caption: str) -> Component:
    """Event time by firm."""
    header = ("Session", *case.names(list(table.columns)))
    rows = [
        (theme.number(t, 0, True), *(percent(v) for v in row))
        for t, row in zip(table.index, table.to_numpy(), strict=True)
    ]
    return tables.table(caption, header, rows, numeric=range(len(header)))


# ---- parts ---------------------------------------------------------------------------------------


def parts(case: Case) -> pd.DataFrame:
    """Returns added up over the chosen window, split into drift, market and abnormal part."""
    return decomposition(case.study, case.view.car_window)[["alpha", "explained", "abnormal"]].fillna(0.0)


def _parts_intro(case: Case) -> Component:
    return html.P(
        f"The returns {captions.span(case.view.car_window)}, added up: the share's own drift, the part "
        "that goes with the market, and what neither explains.",
        className="dek",
        id="parts-dek",
    )


def parts_chart(case: Case) -> Component:
    """A bar per firm, split into its parts."""
    split = parts(case).loc[list(shown(case))]
    header = ("Firm", "Drift (alpha)", "Market", "Abnormal", "Together")
    rows = [
        (case.name(str(symbol)), *(percent(v) for v in row), percent(row.sum()))
        for symbol, row in zip(split.index, split.to_numpy(), strict=True)
    ]
    return blocks.chart_block(
        "decomposition",
        figures.parts_bars(case.names(list(split.index)), split),
        "For each firm the drift, market and abnormal part of its return.",
        captions.caption(
            f"Simple returns {captions.span(case.view.car_window)}. "
            f"{' '.join(theme.sentence(remark) for remark in remarks(case.study))} "
            f"{captions.few(case)} {case.stand_ins}",
            captions.modelled(case),
            captions.source(case),
        ),
        tables.table("Parts of the return", header, rows, numeric=range(1, 5)),
        key=blocks.key(("drift", "drift (alpha)"), ("market", "market"), ("abnormal-bar", "abnormal")),
    )


# ---- tables --------------------------------------------------------------------------------------


def windows_table(case: Case) -> Component:
    """CAR with interval and p value, by firm and window."""
    chosen = tuple(dict.fromkeys((case.view.car_window, *case.design.car_windows)))
    found = [case.study.car(window) for window in chosen]
    header = ("Firm", *(f"CAR {theme.window(window)}" for window in chosen))
    rows: list[list[tables.Cell]] = [
        [case.name(symbol), *(_car_cell(table.loc[symbol]) for table in found)]
        for symbol in case.study.symbols
    ]
    mean: list[tables.Cell] = ["Mean", *(percent(table["car"].mean()) for table in found)]
    table = tables.table(
        "Cumulative abnormal returns by window: 95 % interval, p value of t",
        header,
        [*rows, mean],
        numeric=range(1, len(header)),
        identifier="car-windows",
    )
    return html.Div(table, id="windows-table")


def _car_cell(row: Any) -> list[str | Component]:
    bounds = html.Div(interval(row["ci_low"], row["ci_high"]), className="interval")
    return [percent(row["car"]), bounds, html.Div(["p ", theme.pvalue(row["pvalue"])], className="interval")]


def parameters_table(case: Case) -> Component:
    """Coefficients and fit of the model, by firm."""
    table = case.study.parameters
    rows = [
        (
            case.name(str(symbol)),
            case.study.benchmarks[str(symbol)],
            *(_parameter(name, table.at[symbol, str(name)]) for name in table),
        )
        for symbol in table.index
    ]
    header = ("Firm", "Benchmark", *(NAMES.get(str(name), str(name)) for name in table))
    shown = tables.table(
        "Parameters, estimated before the event",
        header,
        rows,
        numeric=range(2, len(header)),
        identifier="model-parameters",
    )
    words = f"{captions.modelled(case)} {captions.source(case)}"
    return html.Div([shown, html.P(words, className="soft small")], id="parameters-table")


NAMES = {
    "alpha": "Alpha, per session",
    "beta": "Beta",
    "sigma": "Sigma, per session",
    "rsquared": "R²",
    "nobs": "Sessions",
    "df_resid": "Degrees of freedom",
}


def _parameter(name: object, value: theme.Scalar) -> str:
    if name in ("alpha", "sigma"):
        return percent(value, 3, signed=name == "alpha")
    whole = name in ("nobs", "df_resid") or (isinstance(value, np.integer))
    return theme.number(value, 0 if whole else 3)
