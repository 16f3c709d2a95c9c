"""The event among earlier dates, for the group and for each firm: a part of the page of inference."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.inference.placebo import Placebo
from dashboard.views import captions, columns, paths, words
from dashboard.views.case import Case
from dashboard.views.content import Chart, Note, Panel, Series
from dashboard.views.tables import Table, days, floats
from dashboard.views.words import percent, span


def intro(case: Case) -> Note:
    return Note(
        "The same study, made as if the event had happened on each earlier date: the mean abnormal return "
        f"{span(case.choices.car_window)} on dates when nothing in particular was known to happen.",
        key="placebo-dek",
    )


def group_chart(case: Case, pseudo: Placebo) -> Chart:
    """Distribution of the group's mean over pseudo-dates, the event marked."""
    mean = float(pseudo.event["car"].mean())
    draws = _draws(pseudo, pseudo.caar, "Mean abnormal return, earlier dates")
    known = len(draws.values)
    apart = "" if pseudo.blocks == known else f" ({pseudo.blocks:,} of them without overlap)"
    return Chart(
        "placebo-dates",
        "histograms",
        f"Histogram of {known:,} earlier dates; the event stands at {percent(mean)}.",
        (Panel((draws, _event(case, mean, "Mean abnormal return, event"))),),
        captions.caption(
            f"Mean abnormal return of {_firms(case)} {span(pseudo.window)}, as if the event had "
            f"happened on each of {known:,} earlier dates{apart}. Two-sided, by the mean itself: "
            f"{words.p(pseudo.raw_group_pvalue)}; by the mean in standard errors of its date, which is the "
            f"placebo-date rank: {words.p(pseudo.group_pvalue)}.",
            captions.modelled(case),
            captions.credit(case),
        ),
        _placebo_table(draws, _firms(case)),
    )


def _draws(pseudo: Placebo, values: Any, name: str, symbol: str = "", look: int | None = None) -> Series:
    """What earlier dates gave, as far as they gave anything."""
    found = np.asarray(values, dtype=float)
    known = np.isfinite(found)
    return Series(
        name,
        "draws",
        days(pd.DatetimeIndex(pseudo.dates)[known]),
        floats(found[known]),
        symbol=symbol,
        look=look,
    )


def _event(case: Case, value: float, name: str, symbol: str = "") -> Series:
    day = case.study.event_sessions[symbol or case.study.symbols[0]]
    return Series(name, "event", (day,), floats([value]), symbol=symbol)


def _firms(case: Case) -> str:
    count = len(case.study.symbols)
    return case.name(case.study.symbols[0]) if count == 1 else f"the {count} firms"


def _placebo_table(draws: Series, firms: str) -> Table:
    known = pd.Series(draws.values, index=list(draws.at), dtype=float)
    farthest = known.abs().sort_values(ascending=False).index[:10]
    return Table(
        f"The ten earlier dates that moved {firms} most",
        (
            columns.dates("Date", farthest),
            columns.percents("Mean abnormal return", (known[when] for when in farthest)),
        ),
    )


def firms_intro() -> Note:
    return Note("The same for each share by itself; p is the share of ordinary dates that go as far.")


def firm_chart(case: Case, pseudo: Placebo) -> Chart:
    """A histogram per firm, the event marked."""
    cars: dict[Any, float] = pseudo.event["car"].to_dict()
    panels = tuple(
        Panel(
            (
                _draws(
                    pseudo, pseudo.cars[symbol], "Abnormal return, earlier dates", symbol, case.look(symbol)
                ),
                _event(case, float(cars[symbol]), "Abnormal return, event", symbol),
            ),
            case.name(symbol),
            f"placebo {words.p(pseudo.pvalues[symbol])}",
        )
        for symbol in paths.drawn(case.study)
    )
    symbols = case.study.symbols
    return Chart(
        "placebo-firms",
        "histograms",
        "For each firm the abnormal returns of earlier dates, with the event marked.",
        panels,
        captions.caption(
            f"Abnormal returns {span(pseudo.window)}, as if the event had happened on each "
            f"earlier date; the line marks the event. {captions.few(case)} {case.stand_ins}",
            captions.modelled(case),
            captions.credit(case),
        ),
        Table(
            "Placebo dates by firm",
            (
                columns.texts("Firm", case.names(symbols)),
                columns.percents("Abnormal return", (cars[symbol] for symbol in symbols)),
                columns.numbers("Earlier dates", (pseudo.cars[s].notna().sum() for s in symbols), 0),
                columns.pvalues("Placebo p", (pseudo.pvalues[symbol] for symbol in symbols)),
                columns.pvalues("Placebo p by plain size", (pseudo.raw_pvalues[s] for s in symbols)),
            ),
        ),
    )
