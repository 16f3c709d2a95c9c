"""Studies of lists of events: as many as a study can hold at once, or block by block."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np

from analysis.inference.daily import Calendar, DailySums, Totals, deviation
from analysis.inference.evidence import Evidence, residual_pairs, successive_pairs
from analysis.inference.together import pooled, skewness
from analysis.inference.trust import Group, group_of
from analysis.many.blocks import Columns, First, Second, columns_of
from analysis.many.events import MOST_SAID, EventList, Said, placed
from analysis.many.result import ManyEvents, errors_of
from analysis.market.bars import Floats, Ints
from analysis.market.errors import DesignError
from analysis.market.events import DAY_ZERO, ClosedDay, Dates, Event, Window
from analysis.market.panels import EventPanel, event_panel
from analysis.market.prices import Market
from analysis.market.trades import MISSING, Gaps
from analysis.models.normal_returns import NORMAL_RETURNS
from analysis.study.study import (
    ESTIMATION_WINDOW,
    EVENT_WINDOW,
    StudyDesign,
    span,
    study_panel,
)

NO_ALPHAS = "Calendar-time alphas of long windows are computed for lists of up to 2,000 events."
MOST_WHOLE = 2000  # events that are studied as one, with placebo dates and pairs of firms; more go by blocks


def list_design(
    events: EventList,
    name: str,
    model: str = "market_model",
    event_window: Window = EVENT_WINDOW,
    estimation_window: Window = ESTIMATION_WINDOW,
    gaps: Gaps = MISSING,
) -> StudyDesign:
    """The design of a study of a list.

    Raises
    ------
    DesignError
        If the list is empty, or the model needs donors, which each event has its own.
    UnknownNameError
        If the model is unknown.
    """
    if not len(events):
        raise DesignError("the list holds no event")
    if model in NORMAL_RETURNS and "donors" in NORMAL_RETURNS[model].needs:
        raise DesignError(f"the model {model!r} is for one event at a time: each needs donors of its own")
    event = Event(name, f"{len(events):,} events of {name}", session=events.date.min().item())
    return StudyDesign(event, (name,), None, model, event_window, estimation_window, gaps=gaps)


def study_events(
    events: EventList,
    market: Market,
    design: StudyDesign,
    closed_day: ClosedDay = "next",
    unread: Mapping[str, str] | None = None,
) -> ManyEvents:
    """Study up to `MOST_WHOLE` events over a market.

    An event on a closed day moves to the next or the previous session, or is dropped; what cannot
    be studied is left out with a reason: unknown symbols, repeats, events outside the data.

    Raises
    ------
    DesignError
        If the rule for closed days is unknown, or no event can be studied.
    """
    found = placed(events, market, closed_day, unread, "benchmark" in design.needs)
    panel = event_panel(market, found.observations, span(design), gaps=design.gaps)
    results = study_panel(design, panel, dict(found.lost.first))
    labels = list(found.observations.labels)
    left = {label: results.excluded[label] for label in labels if label in results.excluded}
    kept = np.array([label not in left for label in labels], dtype=bool)
    lost = found.lost + Said(len(left), tuple(left.items())[:MOST_SAID])
    rows = results.panel.rows(design.event_window)
    group = group_of(results)
    return ManyEvents(
        design,
        columns_of(results, found.events.take(kept)),
        Totals.of(results.fit.residuals[rows]).mean,
        group,
        found.moved,
        lost,
        Said(len(results.reopenings), tuple((m.label, m.text) for m in results.reopenings[:MOST_SAID])),
        lambda chosen, window: results.panel.dates[results.panel.rows(window)][:, chosen],
        residual_pairs(results),
        successive_pairs(results),
        skewness(results.estimation_residuals.to_numpy()),
        group.sampling(DAY_ZERO).correlation,
        group.sampling(DAY_ZERO).lagged,
    )


def joined(design: StudyDesign, market: Market, first: First, second: Second) -> ManyEvents:
    """A study from what its blocks gave; `market` knows the sessions of every event."""
    columns = first.columns

    def days(chosen: Ints, window: Window) -> Dates:
        observations = columns.observations.take(chosen)
        nothing = np.empty((0, 0))
        return EventPanel(market, observations, window.event_time, nothing).dates

    gathered = {window: _evidence(design, first, second, days, window) for window in design.car_windows}
    everyone = np.arange(len(columns.sigma))
    many: ManyEvents
    group = Group(
        gathered.__getitem__,
        lru_cache(lambda window: many.drawn(gathered[window], everyone, window)),
        lambda window: 0,
        lambda chosen, window: many.evidence_of(chosen, window),
        lambda event, window: (
            f"{columns.events.names[columns.events.firm[event]]} on {columns.session[event]}"
        ),
        no_alphas=NO_ALPHAS,
    )
    many = ManyEvents(
        design,
        columns,
        first.abnormal.mean,
        group,
        first.moved,
        first.lost,
        first.halted,
        days,
        None,
        None,
        None,
        first.by_day.correlation,
        first.by_day.lagged,
    )
    return many


def _evidence(
    design: StudyDesign, first: First, second: Second, days: Callable[[Ints, Window], Dates], window: Window
) -> Evidence:
    columns, place = first.columns, design.car_windows.index(window)
    car_se = columns.car_se[place]
    held, dates = first.by_date[place], len(np.unique(columns.session))
    by_date = Calendar(held.total[None], held.firms[None], np.array([dates]))
    with np.errstate(invalid="ignore", divide="ignore"):
        errors = errors_of(car_se, days, np.arange(len(car_se)), window)
        together = pooled(first.by_day.correlation, errors, car_se)
    return Evidence(
        daily=DailySums(
            first.residuals,
            first.abnormal,
            columns.positive,
            first.ranks,
            first.spread.deviation,
            second.scaled,
            second.events[place],
            by_date,
        ),
        chosen=window.among(design.event_window.event_time),
        car=columns.car[place],
        car_se=car_se,
        sigma=columns.sigma,
        nobs=columns.nobs,
        df_resid=columns.df,
        dates=columns.session.astype(np.int64),
        recent=columns.recent[place],
        market=columns.market[place],
        **together,
        placebos=lambda recent: (car_se, np.empty(0)),
    )


def scar_deviations(columns: Columns) -> Floats:
    """Deviation of the SCARs of each CAR window between events, shape (W,)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return deviation(columns.car / columns.car_se)
