"""Shorter windows where bars are too few: one for all firms of a single study."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.market.events import Window
from analysis.market.panels import EventPanel
from analysis.models.least_squares import Ints
from analysis.models.normal_returns import NORMAL_RETURNS
from analysis.study.design import EVENT_WINDOW, StudyDesign

SHORTEST = 120  # sessions
NOTHING_AFTER = "No session after day 0 so far"


def shortened(design: StudyDesign, panel: EventPanel) -> StudyDesign:
    """The design with the longest windows that its firms share; itself where nothing is short.

    A firm with fewer than `SHORTEST` sessions before the estimation window's end, or without a bar from
    day 0 on, shortens nobody's: it is left out. Of event windows only the usual one ends earlier.
    """
    design = _estimated_on_less(design, panel)
    if design.event_window != EVENT_WINDOW:
        return design
    first, last = first_bars(design, panel), last_bars(design, panel)
    there = last[(last >= 0) & (first <= design.estimation_window.start)]
    end = int(there.min(initial=EVENT_WINDOW.end))
    if end == EVENT_WINDOW.end:
        return design
    return replace(design, event_window=Window(EVENT_WINDOW.start, end))


def _estimated_on_less(design: StudyDesign, panel: EventPanel) -> StudyDesign:
    window = design.estimation_window
    first = first_bars(design, panel)
    can = first[window.end - first + 1 >= SHORTEST]
    start = int(can.max(initial=window.start))
    if start <= window.start or window.end - start + 1 >= len(window):
        return design
    return replace(design, estimation_window=Window(start, window.end))


def first_bars(design: StudyDesign, panel: EventPanel) -> Ints:
    """Event time of the first session of which each observation's return can be explained, shape (N,)."""
    first = panel.bars[0]
    if "benchmark" in NORMAL_RETURNS[design.model].needs:
        first = np.maximum(first, panel.benchmark_bars[0])
    return first


def last_bars(design: StudyDesign, panel: EventPanel) -> Ints:
    """Event time of the last session of which each observation's return can be explained, shape (N,)."""
    last = panel.bars[1]
    if "benchmark" in NORMAL_RETURNS[design.model].needs:
        last = np.minimum(last, panel.benchmark_bars[1])
    return last


def shortening(asked: StudyDesign, used: StudyDesign, panel: EventPanel) -> str:
    """Which windows were shortened, and for whom; empty where none was."""
    return " ".join(filter(None, (_less_before(asked, used, panel), _less_after(asked, used, panel))))


def _less_after(asked: StudyDesign, used: StudyDesign, panel: EventPanel) -> str:
    end, last = used.event_window.end, last_bars(used, panel)
    if end == asked.event_window.end:
        return ""
    many = f"{end} sessions" if end > 1 else "1 session"
    until = f"end at {end:+d}" if end else "end on day 0"
    if last.min() == last.max():
        there = f"Only {many} after day 0 so far" if end else NOTHING_AFTER
        return f"{there}: windows {until}."
    shortest = panel.observations[int(np.argmin(last))].label
    return f"Windows of all firms {until}: {shortest} has {many if end else 'no session'} after day 0."


def _less_before(asked: StudyDesign, used: StudyDesign, panel: EventPanel) -> str:
    if asked.estimation_window == used.estimation_window:
        return ""
    first = first_bars(used, panel)
    shortest = panel.observations[int(np.argmax(first))].label
    return (
        f"The estimation window is {used.estimation_window} for all firms, not {asked.estimation_window}: "
        f"{shortest} has {-int(first.max())} sessions before day 0."
    )


def fitting(window: Window, first: int) -> str:
    """What would fit a history that begins at an event time, in words for a refusal."""
    if window.end - first + 1 >= SHORTEST:
        return f"{Window(first, window.end)} would fit"
    return f"no window of {SHORTEST} fits: choose a later event, or another firm"
