"""Normal-return models: what a share would have returned without the event.

Every model states ``expected = offset + regressors @ coefficients``; the fit estimates the
coefficients on the estimation window, for all observations at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.market import Floats
from analysis.panel import EventPanel


@dataclass(frozen=True, eq=False, slots=True)
class Terms:
    """The right-hand side of a model for N observations over T event times.

    Parameters
    ----------
    names : tuple of str
        Names of the k coefficients; ``alpha`` and ``beta`` carry their usual meaning.
    regressors : array, shape (T, N, k)
    offset : array, shape (T, N)
        Part of the expected return that is imposed rather than estimated.
    imposed : tuple of (str, float)
        Coefficients that the model fixes, for the record.
    """

    names: tuple[str, ...]
    regressors: Floats
    offset: Floats
    imposed: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Fit:
    """A model fitted to N observations.

    Parameters
    ----------
    coefficients : array, shape (N, k)
    expected, residuals : array, shape (T, N)
        Over all rows of the panel: residuals are the abnormal returns in the event window.
    sigma, rsquared : array, shape (N,)
        Residual standard deviation with M - k degrees of freedom; share of variance explained.
    nobs, df_resid : array, shape (N,)
        Usable sessions of the estimation window, and those minus k.
    forecast_covariance : array, shape (N, L, L)
        Covariance of the L abnormal returns of the event window, prediction error included.
    """

    coefficients: Floats
    expected: Floats
    residuals: Floats
    sigma: Floats
    rsquared: Floats
    nobs: npt.NDArray[np.int64]
    df_resid: npt.NDArray[np.int64]
    forecast_covariance: Floats


@dataclass(frozen=True, slots=True)
class NormalReturnModel:
    """An entry of `NORMAL_RETURNS`: what people read, and the functions that do the work."""

    key: str
    label: str
    explanation: str
    reference: str
    terms: Callable[[EventPanel], Terms]
    fit: Callable[[Floats, Terms, slice, slice], Fit]


def least_squares(returns: Floats, terms: Terms, estimation: slice, event: slice) -> Fit:
    """Ordinary least squares per observation, with the covariance of its forecast errors.

    A row with a missing return or regressor is left out of its observation's fit. The covariance
    of the abnormal returns is s^2 (I + X0 (X1'X1)^-1 X0') (MacKinlay 1997; Campbell, Lo &
    MacKinlay 1997, ch. 4).
    """
    y = returns - terms.offset
    usable = np.isfinite(y[estimation]) & np.isfinite(terms.regressors[estimation]).all(axis=2)
    nobs = usable.sum(axis=0)
    k = terms.regressors.shape[2]
    df = nobs - k
    design = np.where(usable[..., None], terms.regressors[estimation], 0.0).transpose(1, 0, 2)
    target = np.where(usable, y[estimation], 0.0).T
    coefficients, whitener = _solve(design, target)
    expected = terms.offset + np.einsum("tnk,nk->tn", terms.regressors, coefficients)
    residuals = returns - expected
    errors = np.where(usable, residuals[estimation], 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = np.where(df > 0, (errors**2).sum(axis=0) / df, np.nan)
    rsquared = _rsquared(np.where(usable, returns[estimation], np.nan), errors)
    projected = np.einsum("lnk,nkj->nlj", terms.regressors[event], whitener)
    hat = projected @ projected.transpose(0, 2, 1)
    covariance = variance[:, None, None] * (np.eye(hat.shape[1]) + hat)
    return Fit(coefficients, expected, residuals, np.sqrt(variance), rsquared, nobs, df, covariance)


def _solve(design: Floats, target: Floats) -> tuple[Floats, Floats]:
    """Coefficients (N, k) and R^-1 (N, k, k) of the QR decomposition; NaN where the rank is short."""
    n, rows, k = design.shape
    if k == 0:
        return np.zeros((n, 0)), np.zeros((n, 0, 0))
    if rows < k:
        return np.full((n, k), np.nan), np.full((n, k, k), np.nan)
    q, r = np.linalg.qr(design)
    diagonal = np.abs(np.diagonal(r, axis1=1, axis2=2))
    size = np.linalg.norm(design, axis=1)
    full_rank = (diagonal > 1e-10 * size).all(axis=1) & (size > 0).all(axis=1)
    inverse = np.full_like(r, np.nan)
    inverse[full_rank] = np.linalg.inv(r[full_rank])
    return np.einsum("nkj,nmj,nm->nk", inverse, q, target), inverse


def _rsquared(returns: Floats, errors: Floats) -> Floats:
    count = np.isfinite(returns).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        centred = returns - np.nansum(returns, axis=0) / count
        return np.asarray(1.0 - (errors**2).sum(axis=0) / np.nansum(centred**2, axis=0))


def _market_model(panel: EventPanel) -> Terms:
    benchmark = panel.benchmark()
    ones = np.ones_like(benchmark)
    return Terms(("alpha", "beta"), np.stack([ones, benchmark], axis=2), np.zeros_like(benchmark))


def _market_adjusted(panel: EventPanel) -> Terms:
    benchmark = panel.benchmark()
    return Terms((), np.empty((*benchmark.shape, 0)), benchmark, imposed=(("alpha", 0.0), ("beta", 1.0)))


def _constant_mean(panel: EventPanel) -> Terms:
    ones = np.ones_like(panel.returns)
    return Terms(("alpha",), ones[..., None], np.zeros_like(ones), imposed=(("beta", 0.0),))


_ENTRIES = (
    NormalReturnModel(
        "market_model",
        "Market model",
        "The share moves with its benchmark by its own alpha and beta, estimated before the event.",
        "Fama, Fisher, Jensen & Roll (1969); MacKinlay (1997)",
        _market_model,
        least_squares,
    ),
    NormalReturnModel(
        "market_adjusted",
        "Market-adjusted return",
        "The share is expected to return exactly what its benchmark returned: nothing is estimated.",
        "Brown & Warner (1980)",
        _market_adjusted,
        least_squares,
    ),
    NormalReturnModel(
        "constant_mean",
        "Constant mean return",
        "The share is expected to return its own average before the event, whatever the market did.",
        "Brown & Warner (1980)",
        _constant_mean,
        least_squares,
    ),
)

NORMAL_RETURNS: dict[str, NormalReturnModel] = {entry.key: entry for entry in _ENTRIES}
