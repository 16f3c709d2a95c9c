"""Why an observation cannot be studied: found for all at once, said for each in one line."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analysis.market.events import Window
from analysis.market.panels import EventPanel, Ints, Observation
from analysis.market.reactions import REACTIONS
from analysis.models.normal_returns import NORMAL_RETURNS, Fit, Terms
from analysis.study.design import StudyDesign

NO_FACTORS = "there are no factor returns for its region"


def unusable(design: StudyDesign, panel: EventPanel, terms: Terms) -> dict[str, str]:
    """Reasons why observations cannot be studied, seen before any fit: short history, day 0, gaps."""
    model = NORMAL_RETURNS[design.model]
    traded, row = np.isfinite(panel.returns), panel.rows(Window(0, 0)).start
    explained = np.isfinite(terms.offset) & np.isfinite(terms.regressors).all(axis=2)
    paired = (traded & explained)[panel.rows(design.estimation_window)].sum(axis=0)
    needed = max(len(design.estimation_window) // 2, 1)
    reasons = {}
    for column in np.flatnonzero(~(traded & explained)[row] | (paired < needed)):
        observation, day = panel.observations[column], panel.dates[row, column]
        sources = model.sources(observation)
        if not traded[row, column]:
            reason = f"no {design.reaction} on day 0 ({day}): {REACTIONS[design.reaction].missing}"
        elif paired[column] < needed:
            together = f" together with {sources}" if sources else ""
            reason = (
                f"{paired[column]} usable {design.reaction}s{together} in estimation window "
                f"{design.estimation_window}; at least {needed} are needed"
            )
        else:
            reason = f"{sources}: no return on day 0 ({day}) that spans the same sessions"
        reasons[observation.label] = reason
    if "factors" in model.needs:
        reasons |= {
            o.label: NO_FACTORS for o in panel.observations if panel.region(o) not in panel.market.factors
        }
    if "benchmark" in model.needs:
        reasons |= _short_histories(design, panel, panel.benchmark_bars, lambda o: o.benchmark)
    return reasons | _short_histories(design, panel, panel.bars, lambda o: o.symbol)


def _short_histories(
    design: StudyDesign, panel: EventPanel, bars: tuple[Ints, Ints], name: Callable[[Observation], str]
) -> dict[str, str]:
    """Reasons for observations of which a symbol's bars do not span both windows."""
    first, last = bars
    reasons = {}
    for kind, window in (("event", design.event_window), ("estimation", design.estimation_window)):
        for column in np.flatnonzero((first > window.start) | ((last < window.end) & (window.end > 0))):
            observation = panel.observations[column]
            symbol = name(observation)
            whose = "" if symbol == observation.symbol else f"its benchmark {symbol}: "
            early = first[column] > window.start
            needed, side = (-window.start, "before") if early else (window.end, "after")
            available = max(-first[column] if early else last[column], 0)
            reason = f"needs {needed} sessions {side} day 0; {available} are available"
            reasons[observation.label] = f"{whose}{kind} window {window} {reason}"
    return reasons


def unfitted(design: StudyDesign, panel: EventPanel, fit: Fit) -> dict[str, str]:
    """Reasons why a fit says nothing: no rank, no degrees of freedom, or nothing left to explain."""
    scale = np.nanstd(panel.returns[panel.rows(design.estimation_window)], axis=0)
    few = fit.df_resid < 3
    dependent = np.asarray(~np.isfinite(fit.coefficients).all(axis=1))
    still = ~(fit.sigma > 1e-10 * scale)
    reasons = {}
    for column in np.flatnonzero(few | dependent | still):
        observation = panel.observations[column]
        if few[column]:
            parameters = fit.nobs[column] - fit.df_resid[column]
            reason = f"{fit.nobs[column]} usable {design.reaction}s for {parameters} parameters"
        elif int(column) in fit.failed:
            reason = fit.failed[int(column)]
        elif dependent[column]:
            sources = NORMAL_RETURNS[design.model].sources(observation)
            reason = f"the returns of {sources} do not vary independently"
        else:
            reason = "its abnormal returns do not vary in the estimation window"
        reasons[observation.label] = reason
    return reasons
