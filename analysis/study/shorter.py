"""Shorter windows where bars are too few: one for all firms of a single study."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.market.events import Window
from analysis.market.panels import EventPanel
from analysis.models.least_squares import Ints
from analysis.study.design import EVENT_WINDOW, StudyDesign

SHORTEST = 120  # sessions


def shortened(design: StudyDesign, panel: EventPanel) -> StudyDesign:
    """The design with the longest windows that its firms share; itself where nothing is short.

    A firm with fewer than `SHORTEST` sessions before the estimation window's end, or without a bar from
    day 0 on, shortens nobody's: it is left out. Of event windows only the usual one ends earlier.
    """
    first, last = explained(design, panel)
    design = _estimated_on_less(design, first)
    if design.event_window != EVENT_WINDOW:
        return design
    there = last[(last >= 0) & (first <= design.estimation_window.start)]
    end = int(there.min(initial=EVENT_WINDOW.end))
    if end == EVENT_WINDOW.end:
        return design
    return replace(design, event_window=Window(EVENT_WINDOW.start, end))


def _estimated_on_less(design: StudyDesign, first: Ints) -> StudyDesign:
    window = design.estimation_window
    can = first[window.end - first + 1 >= SHORTEST]
    start = int(can.max(initial=window.start))
    if start <= window.start or window.end - start + 1 >= len(window):
        return design
    return replace(design, estimation_window=Window(start, window.end))


def explained(design: StudyDesign, panel: EventPanel) -> tuple[Ints, Ints]:
    """Event times of the first and last session of which returns can be explained, shape (N,) each."""
    first, last = panel.bars
    if "benchmark" in design.needs:
        first, last = np.maximum(first, panel.benchmark_bars[0]), np.minimum(last, panel.benchmark_bars[1])
    return first, last


def shortening(asked: StudyDesign, used: StudyDesign, panel: EventPanel) -> str:
    """Which windows were shortened, and for whom; empty where none was."""
    first, last = explained(used, panel)
    said = []
    if used.estimation_window != asked.estimation_window:
        said.append(_less_before(asked.estimation_window, used.estimation_window, panel, first))
    if used.event_window != asked.event_window:
        said.append(_less_after(used.event_window.end, panel, last))
    return " ".join(said)


def _less_before(asked: Window, used: Window, panel: EventPanel, first: Ints) -> str:
    shortest = panel.observations[int(np.argmax(first))].label
    every = " for all firms" if len(panel.observations) > 1 else ""
    return (
        f"The estimation window is {used}{every}, not {asked}: "
        f"{shortest} has {-int(first.max())} sessions before day 0."
    )


def _less_after(end: int, panel: EventPanel, last: Ints) -> str:
    many = f"{end} sessions" if end > 1 else "1 session"
    until = f"end at {end:+d}" if end else "end on day 0"
    if last.min() == last.max():
        there = f"Only {many} after day 0 so far" if end else "No session after day 0 so far"
        return f"{there}: windows {until}."
    shortest = panel.observations[int(np.argmin(last))].label
    return f"Windows of all firms {until}: {shortest} has {many if end else 'no session'} after day 0."


def fitting(window: Window, first: int) -> str:
    """What would fit a history that begins at an event time, in words for a refusal."""
    if window.end - first + 1 >= SHORTEST:
        return f"{Window(first, window.end)} would fit"
    return f"no window of {SHORTEST} fits: choose a later event, or another firm"
