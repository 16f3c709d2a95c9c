"""Studies of lists of events: as many as a study can hold at once, or block by block."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np

from analysis.inference.daily import Calendar, DailySums, Totals, deviation
from analysis.inference.evidence import (
    MOST_PAIRS,
    Evidence,
    car_correlations,
    dependence,
    residual_correlations,
)
from analysis.inference.pooled import ByDay, pooled_dependence
from analysis.inference.trust import Group, Sampling, group_of, overlaps, sampling_of
from analysis.many.blocks import Columns, First, Second, columns_of
from analysis.many.events import MOST_SAID, EventList, Said, placed
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
    StudyResults,
    span,
    study_panel,
)

NO_ALPHAS = "Calendar-time alphas of long windows are computed for lists of up to 2,000 events."
MOST_WHOLE = 2000  # events that are studied as one, with placebo dates and pairs of firms; more go by blocks


@dataclass(frozen=True, eq=False)
class ManyEvents:
    """A study of many events, and what decides how far to trust it.

    Parameters
    ----------
    columns : Columns
        What each event gives.
    abnormal : array, shape (L,)
        Mean abnormal return per event time.
    group : Group
        All events together.
    moved, lost, halted : Said
        Events whose day 0 is another day than listed; those that could not be studied; those without a
        bar on day 0 or +1, with their moves when they reopened, studied or not.
    days : callable
        Calendar days of a window of some events, shape (L, n).
    pairs : array, shape (E, E), or None
        Correlations of residuals, where events are few enough for them.
    pooled : float
        The correlation that stands for all pairs else.
    lagged : float
        That of residuals on successive days.
    noun : str
        What one of them is called.
    """

    design: StudyDesign
    columns: Columns
    abnormal: Floats
    group: Group
    moved: Said
    lost: Said
    halted: Said
    days: Callable[[Ints, Window], Dates]
    pairs: Floats | None
    pooled: float
    lagged: float
    noun: str = "event"

    @property
    def firms(self) -> int:
        """How many firms have an event."""
        return len(np.unique(self.columns.events.firm))

    @cached_property
    def clusters(self) -> list[tuple[np.datetime64, int]]:
        """Days 0 that events share, and how many do, largest first."""
        days, counts = np.unique(self.columns.session, return_counts=True)
        order = np.argsort(-counts, kind="stable")
        return [(days[k], int(counts[k])) for k in order.tolist() if counts[k] > 1]

    @cached_property
    def overlaps(self) -> tuple[Ints, Ints, Ints]:
        """Events of one firm whose windows overlap: each, the next, and the sessions that they share."""
        return overlaps(self.columns.observations, len(self.design.event_window))

    @cached_property
    def partial(self) -> Said:
        """Events whose CAR windows lack sessions, and how many each window holds."""
        windows, held = self.design.car_windows, self.columns.held
        short = held < np.array([len(window) for window in windows])[:, None]

        def text(place: int) -> str:
            few = zip(windows, held[:, place].tolist(), short[:, place].tolist(), strict=True)
            return ", ".join(f"{window} holds {n} of {len(window)}" for window, n, lacks in few if lacks)

        return Said.of(np.flatnonzero(short.any(axis=0)), self.columns.events.label, text)

    @cached_property
    def cautions(self) -> tuple[str, ...]:
        """What the list itself says against tests that take events for independent, in words."""
        out, events = [], self.columns.events
        if self.clusters:
            day, count = self.clusters[0]
            shared = f"{sum(n for _, n in self.clusters)} of {len(events)} {self.noun}s"
            out.append(f"{shared} share their day 0 with another; most on {day} ({count})")
        first, second, _ = self.overlaps
        if len(first):
            verb = f"{self.noun} overlaps" if len(first) == 1 else f"{self.noun}s overlap"
            out.append(
                f"{len(first)} {verb} the next one of their firm within event window "
                f"{self.design.event_window}, first {events.label(first[0])} and {events.label(second[0])}"
            )
        if count := self.partial.count:
            verb = f"{self.noun} lacks" if count == 1 else f"{self.noun}s lack"
            out.append(f"{count:,} {verb} sessions in a window")
        if count := self.halted.count:
            verb = f"{self.noun} has" if count == 1 else f"{self.noun}s have"
            out.append(f"{count:,} {verb} no bar on day 0 or +1 and reopened later")
        return tuple(out)

    def by_group(self) -> dict[str, Ints]:
        """Events of each group, in the order of its name."""
        events = self.columns.events
        places = {name: np.flatnonzero(events.group == k) for k, name in enumerate(events.groups)}
        return {name: places[name] for name in sorted(places) if len(places[name])}

    def groups(self) -> dict[str, Group]:
        """All events, then those of each group, by names that tell them apart."""
        named = {f"Group {name}" if name == "All" else name: at for name, at in self.by_group().items()}
        return {"All": self.group} | {name: self.group_of(at) for name, at in named.items()}

    def spans(self, symbols: Set[str]) -> dict[str, list[tuple[np.datetime64, np.datetime64]]]:
        """First and last session that the study of each event of some firms or benchmarks uses."""
        whole, events = span(self.design), self.columns.events
        codes = {name: events.names.index(name) for name in symbols if name in events.names}
        places = {
            name: np.flatnonzero((events.firm == code) | (events.benchmark == code))
            for name, code in codes.items()
        }
        out = {}
        for name, chosen in places.items():
            first, last = (self.days(chosen, Window(end, end))[0] for end in (whole.start, whole.end))
            out[name] = sorted(set(zip(first, last, strict=True)))
        return out

    def group_of(self, chosen: Ints) -> Group:
        """Some of the events, for the tests of their mean."""
        return replace(
            self.group,
            evidence=lambda window: self.evidence_of(chosen, window),
            sampling=lambda window: self.drawn(self.evidence_of(chosen, window), chosen, window),
            part=lambda some, window: self.evidence_of(chosen[some], window),
            name=lambda event, window: self.group.name(int(chosen[event]), window),
            alphas=lambda window: (),
        )

    def drawn(self, gathered: Evidence, chosen: Ints, window: Window) -> Sampling:
        """What decides trust in a window of some of the events."""
        ends = (self.days(chosen, Window(day, day))[0] for day in (window.start, window.end))
        spans = (self.columns.session[chosen], *ends)
        observations, estimation = self.columns.observations.take(chosen), self.design.estimation_window
        return sampling_of(gathered, observations, spans, (self.pooled, self.lagged), len(estimation))

    def evidence_of(self, chosen: Ints, window: Window) -> Evidence:
        """What the portfolio test of some of the events looks at."""
        whole = self.group.evidence(window)
        columns, row = self.columns, self.design.car_windows.index(window)
        car, car_se = columns.car[row, chosen], columns.car_se[row, chosen]
        with np.errstate(invalid="ignore", divide="ignore"):
            if self.pairs is None:
                correlation, caar_se = pooled_dependence(self.pooled, self.errors(chosen, window), car_se)
            else:
                pairs = car_correlations(self.pairs[np.ix_(chosen, chosen)], self.days(chosen, window))
                correlation, caar_se = dependence(pairs, car_se)
        return Evidence(
            daily=whole.daily,
            chosen=whole.chosen,
            car=car,
            car_se=car_se,
            sigma=columns.sigma[chosen],
            nobs=columns.nobs[chosen],
            df_resid=columns.df[chosen],
            dates=whole.dates[chosen],
            recent=columns.recent[row, chosen],
            correlation=correlation,
            caar_se=caar_se,
            placebos=lambda recent: (car_se, np.empty(0)),
        )

    def errors(self, chosen: Ints, window: Window) -> ByDay:
        """Standard errors of the CARs of some events on the days that they are of."""
        return errors_of(self.columns, self.days, self.design, chosen, window)


def errors_of(
    columns: Columns,
    days: Callable[[Ints, Window], Dates],
    design: StudyDesign,
    chosen: Ints,
    window: Window,
) -> ByDay:
    """Standard errors of CARs by calendar day, some events at a time."""
    car_se = columns.car_se[design.car_windows.index(window)]
    parts = []
    for start in range(0, len(chosen), AT_ONCE):
        some = chosen[start : start + AT_ONCE]
        dates = days(some, window)
        parts.append(ByDay.of(dates, np.broadcast_to(car_se[some], dates.shape)))
    return ByDay.merged(parts)


AT_ONCE = 100_000


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
    found = placed(events, market, closed_day, unread)
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
        _pairs(results),
        group.sampling(DAY_ZERO).correlation,
        group.sampling(DAY_ZERO).lagged,
    )


def _pairs(results: StudyResults) -> Floats | None:
    if len(results.symbols) > MOST_PAIRS:
        return None
    return results.once("correlations", lambda: residual_correlations(results.residuals.to_numpy()))


def joined(design: StudyDesign, market: Market, first: First, second: Second) -> ManyEvents:
    """A study from what its blocks gave; `market` knows the sessions of every event."""
    columns = first.columns

    def days(chosen: Ints, window: Window) -> Dates:
        observations = columns.observations.take(chosen)
        nothing = np.empty((0, 0))
        return EventPanel(market, observations, window.event_time, nothing).dates

    correlation = first.by_day.correlation
    gathered = {
        window: _evidence(design, columns, first, second, days, correlation, window)
        for window in design.car_windows
    }
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
        correlation,
        first.by_day.lagged,
    )
    return many


def _evidence(
    design: StudyDesign,
    columns: Columns,
    first: First,
    second: Second,
    days: Callable[[Ints, Window], Dates],
    correlation: float,
    window: Window,
) -> Evidence:
    place = design.car_windows.index(window)
    everyone = np.arange(len(columns.sigma))
    errors = errors_of(columns, days, design, everyone, window)
    held, dates = first.by_date[place], len(np.unique(columns.session))
    by_date = Calendar(held.total[None], held.firms[None], np.array([dates]))
    with np.errstate(invalid="ignore", divide="ignore"):
        average, caar_se = pooled_dependence(correlation, errors, columns.car_se[place])
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
        car_se=columns.car_se[place],
        sigma=columns.sigma,
        nobs=columns.nobs,
        df_resid=columns.df,
        dates=columns.session.astype(np.int64),
        recent=columns.recent[place],
        correlation=average,
        caar_se=caar_se,
        placebos=lambda recent: (columns.car_se[place], np.empty(0)),
    )


def scar_deviations(columns: Columns) -> Floats:
    """Deviation of the SCARs of each CAR window between events, shape (W,)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return deviation(columns.car / columns.car_se)
