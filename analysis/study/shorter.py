"""A shorter estimation window where histories are too short: one for all firms of a single study."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.market.events import Window
from analysis.market.panels import EventPanel
from analysis.models.least_squares import Ints
from analysis.models.normal_returns import NORMAL_RETURNS
from analysis.study.design import StudyDesign

SHORTEST = 120  # sessions


def shortened(design: StudyDesign, panel: EventPanel) -> StudyDesign:
    """The design with the longest estimation window that its firms share; itself where nothing is short.

    A firm with fewer than `SHORTEST` sessions before the window's end shortens nobody's: it is left out.
    """
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


def shortening(asked: StudyDesign, used: StudyDesign, panel: EventPanel) -> str:
    """That the estimation window was shortened, and for whom; empty where it was not."""
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
