"""Abnormal returns of very many events by the models that estimate no slope."""

from __future__ import annotations

import numpy as np

from analysis.kernels.compiled import Floats, Ints
from analysis.kernels.fits import EventFits
from analysis.market.events import Window

PARAMETERS = {"market_adjusted": 0, "constant_mean": 1}
CHUNK = 4096  # events whose windows are in memory at once


def fit_means(
    model: str,
    returns: Floats,
    market: Floats,
    firm: Ints,
    day_zero: Ints,
    estimation: Window,
    event: Window,
    windows: Ints,
) -> EventFits:
    """AR, SAR and CARs over the market's return or over the firm's own mean (Brown & Warner 1980).

    Parameters
    ----------
    model : a key of `PARAMETERS`
    returns : array, shape (N, T)
        NaN where missing.
    firm, day_zero : array of int, shape (E,)
        Row and column of each event, whose windows are inside the panel.
    windows : array of int, shape (W, 2)
        CAR windows inside the event window.
    """
    above = returns - market if model == "market_adjusted" else returns
    chunks = [slice(start, start + CHUNK) for start in range(0, max(len(firm), 1), CHUNK)]
    parts = [
        _fitted(above, firm[chunk], day_zero[chunk], estimation, event, windows, PARAMETERS[model])
        for chunk in chunks
    ]
    fits = EventFits(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    return fits._replace(beta=np.full(len(firm), 1.0 if model == "market_adjusted" else 0.0))


def _fitted(
    above: Floats, firm: Ints, day: Ints, estimation: Window, event: Window, windows: Ints, parameters: int
) -> EventFits:
    """Fits of `above` on a constant, or on nothing."""
    rows = firm[:, None]
    before = above[rows, day[:, None] + estimation.event_time]
    around = above[rows, day[:, None] + event.event_time]
    nobs = np.isfinite(before).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        alpha = np.nansum(before, axis=1) / nobs * parameters
        squares = np.nansum((before - alpha[:, None]) ** 2, axis=1)
        variance = np.where(nobs > parameters, squares / (nobs - parameters), np.nan)
        share = parameters / nobs
        abnormal = around - alpha[:, None]
        inside = [slice(a - event.start, b - event.start + 1) for a, b in windows]
        days = np.stack([np.isfinite(abnormal[:, w]).sum(axis=1) for w in inside], axis=1)
        car = np.stack([np.nansum(abnormal[:, w], axis=1) for w in inside], axis=1)
        error = np.sqrt(variance[:, None] * (days + days**2 * share[:, None]))
        sar = abnormal / np.sqrt(variance * (1 + share))[:, None]
    known = days > 0
    car, error = np.where(known, car, np.nan), np.where(known, error, np.nan)
    return EventFits(alpha, alpha, np.sqrt(variance), nobs, abnormal, sar, car, error)
