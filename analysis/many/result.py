"""What a study of many events found, and what decides how far to trust it."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np

from analysis.inference.daily import mean
from analysis.inference.evidence import Evidence
from analysis.inference.pooled import ByDay
from analysis.inference.sampling import Sampling, overlaps, sampling_of
from analysis.inference.together import (
    by_pairs,
    car_correlations,
    pooled,
    pooled_succession,
    succession,
    weekdays,
)
from analysis.inference.trust import Group
from analysis.many.blocks import Columns
from analysis.many.events import Said
from analysis.market.bars import Floats, Ints
from analysis.market.events import Dates, Window
from analysis.study.study import StudyDesign, span

AT_ONCE = 100_000  # events


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
    pairs, successive : array, shape (E, E), or None
        Correlations of residuals on the same and on successive days, where events are few enough for them.
    skewness : array, shape (E,), or None
        That of the residuals of each event; None where it is not measured.
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
    successive: Floats | None
    skewness: Floats | None
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
            shared = f"{sum(n for _, n in self.clusters):,} of {len(events):,} {self.noun}s"
            out.append(f"{shared} share their day 0 with another; most on {day} ({count:,})")
        first, second, _ = self.overlaps
        if len(first):
            verb = f"{self.noun} overlaps" if len(first) == 1 else f"{self.noun}s overlap"
            out.append(
                f"{len(first):,} {verb} the next one of their firm within event window "
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

    def spans(self, symbols: Set[str]) -> dict[str, list[tuple[np.datetime64, ...]]]:
        """First and last session that the study of each event uses, and the first of its event window."""
        whole, events = span(self.design), self.columns.events
        everyone = np.arange(len(events))
        ends = whole.start, whole.end, self.design.event_window.start
        days = [self.days(everyone, Window(end, end))[0] for end in ends]
        out = {}
        for name in symbols & set(events.names):
            code = events.names.index(name)
            mine = (events.firm == code) | (events.benchmark == code)
            out[name] = sorted(set(zip(*(each[mine] for each in days), strict=True)))
        return out

    def group_of(self, chosen: Ints) -> Group:
        """Some of the events, for the tests of their mean."""
        evidence = lru_cache(lambda window: self.evidence_of(chosen, window))
        return replace(
            self.group,
            evidence=evidence,
            sampling=lambda window: self.drawn(evidence(window), chosen, window),
            part=lambda some, window: self.evidence_of(chosen[some], window),
            name=lambda event, window: self.group.name(int(chosen[event]), window),
            alphas=lambda window: (),
        )

    def drawn(self, gathered: Evidence, chosen: Ints, window: Window) -> Sampling:
        """What decides trust in a window of some of the events."""
        ends = (self.days(chosen, Window(day, day))[0] for day in (window.start, window.end))
        spans = (self.columns.session[chosen], *ends)
        observations, estimation = self.columns.observations.take(chosen), self.design.estimation_window
        days = weekdays(self.columns.session[chosen])
        if self.successive is None:
            following = pooled_succession(self.lagged, days, len(window))
        else:
            following = float(succession(self.successive[np.ix_(chosen, chosen)], days, len(window)))
        lopsided = 0.0 if self.skewness is None else float(mean(self.skewness[chosen]))
        both = self.pooled, self.lagged
        return sampling_of(gathered, observations, spans, both, following, lopsided, len(estimation))

    def evidence_of(self, chosen: Ints, window: Window) -> Evidence:
        """What the portfolio test of some of the events looks at."""
        whole = self.group.evidence(window)
        columns, row = self.columns, self.design.car_windows.index(window)
        car, car_se = columns.car[row, chosen], columns.car_se[row, chosen]
        with np.errstate(invalid="ignore", divide="ignore"):
            if self.pairs is None:
                errors = errors_of(columns.car_se[row], self.days, chosen, window)
                together = pooled(self.pooled, errors, car_se)
            else:
                pairs = car_correlations(self.pairs[np.ix_(chosen, chosen)], self.days(chosen, window))
                together = by_pairs(pairs, car_se, columns.nobs[chosen])
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
            market=columns.market[row, chosen],
            **together,
            placebos=lambda recent: (car_se, np.empty(0)),
        )


def errors_of(car_se: Floats, days: Callable[[Ints, Window], Dates], chosen: Ints, window: Window) -> ByDay:
    """Standard errors (E,) of the CARs of some events by calendar day, a part of them at a time."""
    parts = []
    for start in range(0, len(chosen), AT_ONCE):
        some = chosen[start : start + AT_ONCE]
        dates = days(some, window)
        parts.append(ByDay.of(dates, np.broadcast_to(car_se[some], dates.shape)))
    return ByDay.merged(parts)
