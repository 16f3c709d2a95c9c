"""Placebo firms: the synthetic control of every donor, as if the news had been its own."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.inference.familywise import rank_pvalue
from analysis.market.bars import Floats
from analysis.market.events import Window
from analysis.models.normal_returns import NORMAL_RETURNS, Fit
from analysis.models.synthetic import donor_terms, mix_terms, ridge
from analysis.study.study import StudyResults


def placebo_firms(results: StudyResults, window: Window) -> pd.Series[float]:
    """Two-sided p per firm: its CAR over its sigma among those of its donors (Abadie et al. 2010).

    Each donor is a mix of the other donors; p is (1 + donors that moved at least as far) / (donors + 1), and
    NaN for a firm without them.
    """
    return results.once(("placebo firms", window), lambda: _placebo_firms(results, window))


def _placebo_firms(results: StudyResults, window: Window) -> pd.Series[float]:
    estimation, days = results.panel.rows(results.design.estimation_window), results.panel.rows(window)
    donors = donor_terms(results.panel).regressors
    event = errors_over(results.fit, days)
    found = []
    for j in range(len(results.symbols)):
        own = donors[:, j, donors[:, j].any(axis=0)]
        fit = fit_of_donors(results.design.model, own, estimation)
        found.append(rank_pvalue(errors_over(fit, days), float(event[j])))
    return pd.Series(found, index=results.parameters.index, name="placebo_firms")


def fit_of_donors(model: str, donors: Floats, estimation: slice) -> Fit:
    """Each donor as a mix of the others; `donors` has shape (T, J)."""
    _, count = donors.shape
    mixes = np.repeat(donors[:, None, :], count, axis=1)
    mixes[:, range(count), range(count)] = 0.0
    fit = NORMAL_RETURNS[model].fit
    terms = mix_terms(tuple(map(str, range(count))), mixes, fit is ridge)
    return fit(donors, terms, estimation, slice(0, 0))


def errors_over(fit: Fit, days: slice) -> Floats:
    """Errors summed over some rows, in sigmas, shape (N,)."""
    with np.errstate(all="ignore"):  # a share that does not move has no size
        return np.asarray(np.nansum(fit.residuals[days], axis=0) / fit.sigma)
