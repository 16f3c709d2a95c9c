"""Placebo firms: the synthetic control of every donor, as if the news had been its own."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.inference.familywise import rank_pvalue
from analysis.market.events import Window
from analysis.models.least_squares import Terms
from analysis.models.normal_returns import NORMAL_RETURNS
from analysis.study.study import StudyResults


def placebo_firms(results: StudyResults, window: Window) -> pd.Series[float]:
    """Two-sided p per firm: its CAR over its sigma among those of its donors (Abadie et al. 2010).

    Each donor is a mix of the other donors; p is (1 + donors that moved at least as far) / (donors + 1), and
    NaN for a firm without them.
    """
    return results.once(("placebo firms", window), lambda: _placebo_firms(results, window))


def _placebo_firms(results: StudyResults, window: Window) -> pd.Series[float]:
    rows = [results.panel.rows(w) for w in (results.design.estimation_window, results.design.event_window)]
    days = results.panel.rows(window)
    model = NORMAL_RETURNS[results.design.model]
    terms = model.terms(results.panel)
    first = terms.names.index("alpha") + 1 if "alpha" in terms.names else 0
    found = []
    for j in range(len(results.symbols)):
        own = [k for k in range(first, len(terms.names)) if terms.regressors[:, j, k].any()]
        donors = terms.regressors[:, j, own]
        mixes = np.repeat(donors[:, None, :], len(own), axis=1)
        mixes[:, range(len(own)), range(len(own))] = 0.0
        if first:
            mixes = np.concatenate([np.ones((*mixes.shape[:2], 1)), mixes], axis=2)
        names = tuple(terms.names[k] for k in own)
        fit = model.refit(donors, Terms(names, mixes, np.zeros_like(donors)), *rows)
        with np.errstate(all="ignore"):  # a share that does not move has no size
            sizes = np.nansum(fit.residuals[days], axis=0) / fit.sigma
        event = np.nansum(results.fit.residuals[days, j]) / results.fit.sigma[j]
        found.append(rank_pvalue(sizes, float(event)))
    return pd.Series(found, index=results.parameters.index, name="placebo_firms")
