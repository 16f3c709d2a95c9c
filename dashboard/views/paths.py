"""Charts of a panel per firm in event time: added up, session by session, and their tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import pandas as pd

from analysis.models.distributions import reach
from analysis.study.study import StudyResults
from dashboard.views import captions, columns
from dashboard.views.case import Case
from dashboard.views.content import Chart, Panel, Series
from dashboard.views.tables import Column, Table, days, floats
from dashboard.views.words import held, number, percent


def drawn(study: StudyResults) -> tuple[str, ...]:
    """The firms that get a panel."""
    return study.symbols[: captions.MOST_PANELS]


def car_chart(case: Case) -> Chart:
    """A panel per firm: CAR with its pointwise and its simultaneous band."""
    from analysis.inference.firm_inference import car_band

    study = case.study
    found = case.studies.kept(car_band, study)
    last, whole = found.car.index[-1], study.design.event_window
    panels = []
    for symbol, sessions in zip(drawn(study), study.held(whole).tolist(), strict=False):
        path = series(case, study, symbol, "Cumulative abnormal return", "path", found.car[symbol])
        band = series(case, study, symbol, "95 % band of the whole path", "band")
        panels.append(
            Panel(
                (
                    _ends(path, found.low[symbol], found.high[symbol]),
                    _ends(band, found.simultaneous_low[symbol], found.simultaneous_high[symbol]),
                ),
                case.name(symbol),
                f"{percent(found.car.loc[last, symbol], 1)} by session {number(last, 0, True)}"
                f"{held(sessions, len(whole))}",
            )
        )
    return Chart(
        "car-paths",
        "paths",
        "Cumulative abnormal returns of each firm around day 0.",
        tuple(panels),
        captions.caption(
            "Abnormal returns added up from the start of the event window. The dark band is the 95 % "
            "interval of each session alone. The light one holds 95 % of whole paths on earlier dates, and "
            f"is cut where it leaves the panel. {captions.few(case)} {case.stand_ins}",
            captions.modelled(case),
            captions.credit(case),
        ),
        path_table(case, found.car, "Cumulative abnormal returns"),
    )


def ar_chart(case: Case) -> Chart:
    """A panel per firm: abnormal return by session, with the band that 95 % of normal sessions keep to."""
    study = case.study
    panels = bar_panels(
        case, study, "Abnormal return", lambda value: value, lambda value: f"{percent(value)} on day 0"
    )
    return Chart(
        "ar-paths",
        "bars",
        "Abnormal returns of each firm by session.",
        panels,
        captions.caption(
            "Abnormal return by session; the band holds 95 % of ordinary sessions. "
            f"{captions.few(case)} {case.stand_ins}",
            captions.modelled(case),
            captions.credit(case),
        ),
        path_table(case, study.abnormal_returns, "Abnormal returns"),
    )


def bar_panels(
    case: Case,
    study: StudyResults,
    name: str,
    told: Callable[[pd.Series[float]], pd.Series[float]],
    result: Callable[[float], str],
    unit: str = "decimal",
) -> tuple[Panel, ...]:
    """A panel per firm with its bars by session; `told` turns what was studied into what is shown."""
    half = study.standard_errors * reach(study.fit.df_resid)
    panels = []
    for symbol in drawn(study):
        values = told(study.abnormal_returns[symbol])
        bars = series(case, study, symbol, name, "bars", values, unit)
        bars = _ends(bars, told(-half[symbol]), told(half[symbol]))
        panels.append(Panel((bars,), case.name(symbol), result(float(values.loc[0]))))
    return tuple(panels)


def series(
    case: Case,
    study: StudyResults,
    symbol: str,
    name: str,
    role: str,
    values: Iterable[float] = (),
    unit: str = "decimal",
) -> Series:
    """Values of a firm at the sessions of the event window."""
    return Series(
        name,
        role,
        tuple(study.design.event_window.event_time.tolist()),
        floats(values),
        symbol=symbol,
        unit=unit,
        dates=days(study.sessions[symbol].to_numpy()),
        look=case.look(symbol),
    )


def _ends(drawn: Series, low: Iterable[float], high: Iterable[float]) -> Series:
    return replace(drawn, low=floats(low), high=floats(high))


def path_table(
    case: Case,
    table: pd.DataFrame,
    title: str,
    column: Callable[[str, Iterable[float]], Column] = columns.percents,
) -> Table:
    """Event time by firm."""
    firms = (column(case.name(str(symbol)), table[symbol]) for symbol in table)
    return Table(title, (columns.sessions(table.index), *firms))
