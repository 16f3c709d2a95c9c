"""p values of one firm's synthetic control in simulated samples: among its donors, and by cyclic shifts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from analysis.inference.familywise import rank_pvalue
from analysis.inference.firm_inference import cyclic_pvalue
from analysis.inference.placebo_firms import errors_over, fit_of_donors
from analysis.inference.samples import Samples, fitted
from analysis.inference.simulation_design import Population
from analysis.market.bars import Floats
from analysis.market.events import Window
from analysis.models.normal_returns import Fit


def firm_pvalues(samples: Samples) -> Iterator[tuple[tuple[str, Window], Floats]]:
    """p values of S samples of one firm, shape (S,), by key and window."""
    windows = samples.design.windows
    for window in windows:
        yield ("conformal", window), _conformal(samples, window)
    placebo = np.array([_placebo_firms(samples, k) for k in range(len(samples.dates))])
    for window, pvalues in zip(windows, placebo.T, strict=True):
        yield ("placebo_firms", window), pvalues


def _placebo_firms(samples: Samples, k: int) -> list[float]:
    """Those of one sample, window by window."""
    design, date = samples.design, int(samples.dates[k, 0])
    among = _errors_of_donors(
        samples.drawn_from, design.model, design.estimation_window, design.windows, date
    )
    own = samples.fit.observations(np.array([k]))
    found = _errors(own, design.estimation_window, design.windows)
    return [rank_pvalue(errors, float(event[0])) for errors, event in zip(among, found, strict=True)]


@lru_cache(maxsize=8192)  # firms of one date are compared with the same donors
def _errors_of_donors(
    drawn_from: Population, model: str, estimation: Window, windows: tuple[Window, ...], date: int
) -> list[Floats]:
    """Errors of the donors on a date in sigmas, an array per window."""
    zero = -estimation.start
    donors = drawn_from.donors[date - zero : date + max(window.end for window in windows) + 1]
    fit = fit_of_donors(model, donors, slice(0, len(estimation)))
    return _errors(fit, estimation, windows)


def _errors(fit: Fit, estimation: Window, windows: Sequence[Window]) -> list[Floats]:
    """Errors over windows in sigmas, an array per window; rows begin with the estimation window."""
    zero = -estimation.start
    return [errors_over(fit, slice(zero + w.start, zero + w.end + 1)) for w in windows]


def _conformal(samples: Samples, window: Window) -> Floats:
    estimation = samples.design.estimation_window.event_time
    time = np.concatenate([estimation, window.event_time])
    fit = fitted(samples.drawn_from, samples.design, samples.firms[:, 0], samples.dates[:, 0], time=time)
    return np.array([cyclic_pvalue(errors, len(window)) for errors in fit.residuals.T])
