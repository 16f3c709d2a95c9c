"""How volatile the days before a window were, beside those of the estimation window."""

from __future__ import annotations

import numpy as np

from analysis.inference.daily import mean
from analysis.market.bars import Floats
from analysis.market.events import Window
from analysis.market.panels import EventPanel
from analysis.models.rolling import expected_volatility
from analysis.study.results import StudyResults


def recent_volatility(results: StudyResults, window: Window) -> Floats:
    """Volatility expected the day before a window over that of the estimation window, shape (N,).

    NaN where the estimation window does not end before the window.
    """
    before, fit, rows = results.design.estimation_window, results.fit, results.panel.rows
    if before.end >= window.start:
        return np.full(len(fit.sigma), np.nan)
    residuals = fit.residuals
    if results.event_gaps is not None:  # the residuals of event days are of all the sessions that they span
        residuals = residuals.copy()
        residuals[rows(results.design.event_window)] /= np.sqrt(results.event_gaps)
    with np.errstate(invalid="ignore", divide="ignore"):
        return expected_volatility(residuals[rows(before).start : rows(window).start]) / fit.sigma


def market_volatility(results: StudyResults, window: Window) -> Floats:
    """The same of each firm's benchmark, shape (N,); NaN for a firm that has none."""
    before, rows = results.design.estimation_window, results.panel.rows
    if before.end >= window.start:
        return np.full(len(results.symbols), np.nan)
    returns, usual = results.once("benchmark", lambda: _benchmark(results.panel, rows(before)))
    with np.errstate(invalid="ignore", divide="ignore"):
        return expected_volatility(returns[rows(before).start : rows(window).start]) / usual


def _benchmark(panel: EventPanel, before: slice) -> tuple[Floats, Floats]:
    """Benchmark returns (T, N), as if each were of one session, and their volatility before the event."""
    returns, alone = panel.benchmark(), panel.observations.firm == panel.observations.benchmark
    if panel.gaps is not None:
        returns = returns / np.sqrt(panel.gaps)
    return returns, np.where(alone, np.nan, usual_volatility(returns[before]))


def usual_volatility(returns: Floats) -> Floats:
    """Root of the mean square of returns (T, N), shape (N,)."""
    return np.sqrt(mean(returns**2, axis=0))
