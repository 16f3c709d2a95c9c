"""Several studies, each of an event of its own, as one list of events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analysis.many.events import EventList
from analysis.many.lists import list_design, study_events
from analysis.many.result import ManyEvents
from analysis.market.errors import DesignError
from analysis.market.events import Sessions
from analysis.market.prices import Instrument, Market, PriceHistory
from analysis.study.study import StudyResults


def pooled(name: str, studies: Sequence[StudyResults]) -> ManyEvents:
    """All firms of some studies on one snapshot, each on the day 0 that its study found.

    The studies have one design but for event, firms and windows that one of them may have shortened. A list
    does not shorten its estimation: one without the longest is left out. Its event window is the shortest.

    Raises
    ------
    DesignError
        If there is none, no event can be studied, or a firm has other prices in another study.
    """
    if not studies:
        raise DesignError("there is no study to pool")
    events = _listed(studies)
    design = max((one.design for one in studies), key=lambda known: len(known.estimation_window))
    shortest = min((one.design.event_window for one in studies), key=len)
    listed = list_design(events, name, design.model, shortest, design.estimation_window, design.gaps)
    return replace(study_events(events, joined_market(studies), listed), noun="firm-event")


def _listed(studies: Sequence[StudyResults]) -> EventList:
    rows = [(group, symbol, one) for group, one in enumerate(studies) for symbol in one.symbols]
    names = tuple(sorted({name for _, s, one in rows for name in (s, one.benchmarks[s])}))
    number = {name: place for place, name in enumerate(names)}
    return EventList(
        names,
        np.array([number[symbol] for _, symbol, _ in rows], dtype=np.int64),
        np.array([number[one.benchmarks[symbol]] for _, symbol, one in rows], dtype=np.int64),
        np.array([one.event_sessions[symbol] for _, symbol, one in rows], dtype="datetime64[D]"),
        np.full(len(rows), "NaT", dtype="datetime64[s]"),
        tuple(one.design.event.slug for one in studies),
        np.array([group for group, _, _ in rows], dtype=np.int64),
        np.arange(1, len(rows) + 1),
    )


def joined_market(studies: Sequence[StudyResults]) -> Market:
    """What the firms of some studies on one snapshot need, on the longest sessions of each exchange."""
    instruments: dict[str, Instrument] = {}
    histories: dict[str, PriceHistory] = {}
    sessions: dict[str, Sessions] = {}
    for one in studies:
        market = one.panel.market
        for symbol, benchmark in one.benchmarks.items():
            instruments |= {name: market.instrument(name) for name in (symbol, benchmark)}
            for name in (symbol, benchmark):
                found = market.histories[name]
                if histories.setdefault(name, found).source != found.source:
                    raise DesignError(f"{name} has prices of another source in one of the events")
            for calendar in (market.calendar(symbol, benchmark), market.calendar(benchmark)):
                both = (sessions.get(calendar), market.sessions[calendar])
                sessions[calendar] = max(filter(None, both), key=lambda found: len(found.dates))
    return replace(studies[0].panel.market, instruments=instruments, histories=histories, sessions=sessions)
