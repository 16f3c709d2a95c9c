"""Fits of linear normal-return models, for all observations at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from analysis.market.prices import Floats


@dataclass(frozen=True, eq=False, slots=True)
class Terms:
    """The right-hand side of a model for N observations over T event times.

    Parameters
    ----------
    names : tuple of str
        Names of the coefficients that the fit gives; ``alpha`` and ``beta`` carry their usual meaning.
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
    coefficients : array, shape (N, len(terms.names))
    expected, residuals : array, shape (T, N)
        Over all rows of the panel: residuals are the abnormal returns in the event window.
    sigma, rsquared : array, shape (N,)
        Residual standard deviation with M - k degrees of freedom; share of variance explained.
    nobs, df_resid : array, shape (N,)
        Usable sessions of the estimation window, and those minus k.
    forecast_covariance : array, shape (N, L, L)
        Covariance of the L abnormal returns of the event window, prediction error included.
    failed : mapping of column to reason
        Observations that the method gave up on.
    """

    coefficients: Floats
    expected: Floats
    residuals: Floats
    sigma: Floats
    rsquared: Floats
    nobs: npt.NDArray[np.int64]
    df_resid: npt.NDArray[np.int64]
    forecast_covariance: Floats
    failed: Mapping[int, str] = field(default_factory=dict)


def least_squares(
    returns: Floats, terms: Terms, estimation: slice, event: slice, ahead: Floats | None = None
) -> Fit:
    """Ordinary least squares per observation, with the covariance of its forecast errors.

    A row with a missing return or regressor is left out of its observation's fit. The covariance
    of the abnormal returns is s^2 (I + X0 (X1'X1)^-1 X0') (MacKinlay 1997; Campbell, Lo &
    MacKinlay 1997, ch. 4).

    Parameters
    ----------
    ahead : array, shape (T, N, k), optional
        Regressors of the expected return where they differ from those of the estimation.
    """
    ahead = terms.regressors if ahead is None else ahead
    usable = usable_rows(returns, terms, estimation)
    nobs = usable.sum(axis=0)
    df = nobs - terms.regressors.shape[2]
    design = np.where(usable[..., None], terms.regressors[estimation], 0.0).transpose(1, 0, 2)
    target = np.where(usable, (returns - terms.offset)[estimation], 0.0).T
    coefficients, whitener = _solve(design, target)
    expected = terms.offset + np.einsum("tnk,nk->tn", ahead, coefficients)
    residuals, variance, rsquared = residual_spread(returns, expected, usable, df, estimation)
    projected = np.einsum("lnk,nkj->nlj", ahead[event], whitener)
    hat = projected @ projected.transpose(0, 2, 1)
    covariance = variance[:, None, None] * (np.eye(hat.shape[1]) + hat)
    return Fit(coefficients, expected, residuals, np.sqrt(variance), rsquared, nobs, df, covariance)


def dimson(returns: Floats, terms: Terms, estimation: slice, event: slice) -> Fit:
    """Dimson (1979): the betas on the benchmark's day before, same day and day after, summed.

    Estimated in one regression on [1, same, before, after]; the expected return is alpha plus the
    sum times the benchmark's same-day return, so that the event-day market enters day 0 alone.
    """
    ahead = terms.regressors[..., [0, 1, 1, 1]]
    fit = least_squares(returns, terms, estimation, event, ahead)
    alpha, betas = fit.coefficients[:, :1], fit.coefficients[:, 1:]
    coefficients = np.concatenate([alpha, betas.sum(axis=1, keepdims=True), betas], axis=1)
    return replace(fit, coefficients=coefficients)


def scholes_williams(returns: Floats, terms: Terms, estimation: slice, event: slice) -> Fit:
    """Scholes & Williams (1977): (b_before + b_same + b_after) / (1 + 2 rho) from simple regressions.

    `terms` has the regressors [1, same, before, after]; rho is the benchmark's first-order
    autocorrelation. The forecast error follows from the estimator's other form: an instrumental
    variable, the sum of the three benchmark returns.
    """
    usable = usable_rows(returns, terms, estimation)
    y, mean_y = _centred((returns - terms.offset)[estimation], usable)
    (same, mean), (before, _), (after, _) = (
        _centred(terms.regressors[estimation][..., column], usable) for column in (1, 2, 3)
    )
    instrument = same + before + after
    with np.errstate(invalid="ignore", divide="ignore"):
        slopes = sum(_dot(x, y) / _dot(x, x) for x in (same, before, after))
        rho = _dot(same, before) / np.sqrt(_dot(same, same) * _dot(before, before))
        beta = np.where(_varies(same, mean), slopes / (1 + 2 * rho), np.nan)
        spread = _dot(instrument, instrument) / _dot(instrument, same) ** 2
    alpha = mean_y - beta * mean
    expected = terms.offset + alpha + beta * terms.regressors[..., 1]
    nobs = usable.sum(axis=0)
    residuals, variance, rsquared = residual_spread(returns, expected, usable, nobs - 2, estimation)
    apart = (terms.regressors[event][..., 1] - mean).T
    hat = 1 / np.maximum(nobs, 1)[:, None, None] + spread[:, None, None] * apart[:, :, None] * apart[:, None]
    covariance = variance[:, None, None] * (np.eye(hat.shape[1]) + hat)
    coefficients = np.stack([alpha, beta], axis=1)
    return Fit(coefficients, expected, residuals, np.sqrt(variance), rsquared, nobs, nobs - 2, covariance)


def usable_rows(returns: Floats, terms: Terms, estimation: slice) -> npt.NDArray[np.bool_]:
    """Rows of the estimation window on which an observation has all that its fit needs, shape (M, N)."""
    usable: npt.NDArray[np.bool_] = np.isfinite(returns[estimation]) & np.isfinite(terms.offset[estimation])
    for regressor in np.moveaxis(terms.regressors[estimation], 2, 0):
        usable &= np.isfinite(regressor)
    return usable


def residual_spread(
    returns: Floats,
    expected: Floats,
    usable: npt.NDArray[np.bool_],
    df: npt.NDArray[np.int64],
    estimation: slice,
) -> tuple[Floats, Floats, Floats]:
    """Residuals of all rows (T, N), their variance in the estimation window and R squared (N,)."""
    residuals = returns - expected
    errors = np.where(usable, residuals[estimation], 0.0)
    centred, _ = _centred(returns[estimation], usable)
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = np.where(df > 0, _dot(errors, errors) / df, np.nan)
        return residuals, variance, 1.0 - _dot(errors, errors) / _dot(centred, centred)


def _centred(values: Floats, usable: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Deviations from the mean of the usable rows, zero on the others, and the mean (N,)."""
    mean = np.where(usable, values, 0.0).sum(axis=0) / np.maximum(usable.sum(axis=0), 1)
    return np.where(usable, values - mean, 0.0), mean


def _varies(centred: Floats, mean: Floats) -> npt.NDArray[np.bool_]:
    """Whether deviations are more than the rounding of their mean."""
    size = np.sqrt(_dot(centred, centred))
    return np.asarray((size > 0) & (size > 1e-10 * np.abs(mean)))


def _dot(one: Floats, other: Floats) -> Floats:
    return np.asarray(np.einsum("mn,mn->n", one, other))


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
    return (inverse @ (q.transpose(0, 2, 1) @ target[..., None]))[..., 0], inverse
