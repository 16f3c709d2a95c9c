"""Firms or events that are tested together, and what decides trust in the tests of each window."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from analysis.inference.calendar import CalendarAlpha, calendar_alphas
from analysis.inference.daily import mean
from analysis.inference.evidence import (
    Evidence,
    evidence,
    mean_lagged_correlation,
    mean_residual_correlation,
    part_of,
    successive_pairs,
)
from analysis.inference.placebo import placebo
from analysis.inference.sampling import Sampling, sampling_of
from analysis.inference.together import skewness, succession, weekdays
from analysis.inference.volatility import recent_volatility
from analysis.market.bars import Ints
from analysis.market.events import Window
from analysis.study.study import StudyResults


@dataclass(frozen=True, eq=False, slots=True)
class Group:
    """Firms or events that are tested together.

    Parameters
    ----------
    evidence : callable
        What the tests of a window look at.
    sampling : callable
        What decides which of them can be trusted in that window.
    draws : callable
        How many pseudo-event dates a window has.
    part : callable
        What the portfolio test of some of them looks at.
    name : callable
        What one of them is called, with the day of a window on which it moved most; of the estimation
        window where none is given.
    reaction : str
        What was studied, a key of `REACTIONS`.
    alphas : callable
        Calendar-time alphas of a window; none if it is not long.
    no_alphas : str
        Why long windows have none either, in a sentence; empty where they have.
    outcomes : dict
        What tests found, by key and window.
    """

    evidence: Callable[[Window], Evidence]
    sampling: Callable[[Window], Sampling]
    draws: Callable[[Window], int]
    part: Callable[[Ints, Window], Evidence]
    name: Callable[[int, Window | None], str]
    reaction: str = "return"
    alphas: Callable[[Window], tuple[CalendarAlpha, ...]] = lambda window: ()
    no_alphas: str = ""
    outcomes: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)


def group_of(results: StudyResults) -> Group:
    """The firms of a study."""

    def draws(window: Window) -> int:
        return int(np.isfinite(placebo(results, window).mean_scar).sum())

    return results.once(
        "group",
        lambda: Group(
            lambda window: evidence(results, window),
            lambda window: sampling(results, window),
            draws,
            lambda chosen, window: part_of(results, chosen, window),
            lambda firm, window: _largest_day(results, firm, window),
            results.design.reaction,
            lambda window: calendar_alphas(results, window),
        ),
    )


def _largest_day(results: StudyResults, firm: int, window: Window | None) -> str:
    rows = results.panel.rows(window or results.design.estimation_window)
    residuals = np.abs(np.nan_to_num(results.fit.residuals[rows, firm]))
    day = results.panel.dates[rows, firm][int(np.argmax(residuals))]
    observed = results.panel.observations
    return f"{observed.names[observed.firm[firm]]} on {day}"


def sampling(results: StudyResults, window: Window) -> Sampling:
    """Count the dates of a study, its overlaps, and what correlation does to the mean of a window."""
    return results.once(("sampling", window), lambda: _sampling(results, window))


def _sampling(results: StudyResults, window: Window) -> Sampling:
    rows = (results.panel.rows(Window(day, day)).start for day in (0, window.start, window.end))
    zero, first, last = (results.panel.dates[row] for row in rows)
    following = float(succession(successive_pairs(results), weekdays(zero), len(window)))
    if results.one_event:
        zero, first, last = (np.full(len(zero), day) for day in (zero.min(), first.min(), last.max()))
    correlations = results.once(
        "mean correlations", lambda: (mean_residual_correlation(results), mean_lagged_correlation(results))
    )
    observations, length = results.panel.observations, len(results.design.estimation_window)
    days = (zero, first, last)
    lopsided = results.once(
        "skewness", lambda: float(mean(skewness(results.estimation_residuals.to_numpy())))
    )
    gathered = evidence(results, window)
    found = sampling_of(gathered, observations, days, correlations, following, lopsided, length)
    return replace(found, **_mixes(results, results.symbols))


def sampling_of_firm(results: StudyResults, window: Window, symbol: str) -> Sampling:
    """What decides trust in the p values of one firm."""
    j, length = results.symbols.index(symbol), len(results.design.estimation_window)
    nobs = int(results.fit.nobs[j])
    return Sampling(
        *(1, 1, 1, 0, 0, 0, 1.0, float("nan"), 1.0),
        nobs=nobs,
        missing=1 - nobs / length,
        recent=float(recent_volatility(results, window)[j]),
        length=len(window),
        **_mixes(results, (symbol,)),
    )


def _mixes(results: StudyResults, symbols: Sequence[str]) -> dict[str, Any]:
    """Fewest donors of some firms and their lowest R²; nothing of a model that has no donors."""
    donors = results.panel.market.donors
    mixed = [symbol for symbol in symbols if symbol in donors]
    if not mixed:
        return {}
    fits = results.parameters.loc[mixed, "rsquared"]
    return {"donors": min(len(donors[symbol].used) for symbol in mixed), "rsquared": float(fits.min())}
