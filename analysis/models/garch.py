"""A normal-return model whose errors have a variance that comes in waves."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.market.bars import Floats
from analysis.models.least_squares import Fit, Terms, least_squares, predicted, residual_spread, usable_rows

STARTS = (0.05, 0.90), (0.15, 0.60), (0.02, 0.97), (0.30, 0.30)  # a, g; besides the library's own
EDGE = 1e-6
VARIANCE_PARAMETERS = ("omega", "arch", "garch")
NOT_CONVERGED = "the GARCH(1,1) likelihood found no maximum"
WRONG_ORDER = "a GARCH(1,1) forecast needs an estimation window that ends before the event window"


def garch(returns: Floats, terms: Terms, estimation: slice, event: slice) -> Fit:
    """Least squares with GARCH(1,1) errors (Bollerslev 1986), by normal maximum likelihood (library arch).

    The variance of an abnormal return is the forecast made at the end of the estimation window,
    so that the event itself does not enter it, plus the prediction error of the mean. Statistics
    are held against t with M - k - 3 degrees of freedom, which is close to the normal distribution
    of the asymptotic theory and a little more cautious.
    """
    fit = least_squares(returns, terms, estimation, event)
    n, k = fit.coefficients.shape
    coefficients = np.full((n, k + len(VARIANCE_PARAMETERS)), np.nan)
    variances, loadings = np.full_like(fit.variances, np.nan), np.full_like(fit.loadings, np.nan)
    failed = {}
    for column in np.flatnonzero((fit.df_resid > len(VARIANCE_PARAMETERS)) & (fit.sigma > 0)):
        if event.start < estimation.stop:
            failed[int(column)] = WRONG_ORDER
            continue
        one = _maximum_likelihood(
            (returns - terms.offset)[estimation, column],
            terms.regressors[estimation, column],
            terms.regressors[event, column],
            event.start - estimation.stop,
            float(fit.sigma[column]),
        )
        if one is None:
            failed[int(column)] = NOT_CONVERGED
        else:
            coefficients[column], variances[column], loadings[:, column] = one
    errors = variances, loadings
    return _fitted(fit, returns, terms, estimation, coefficients, errors, failed)


def _maximum_likelihood(
    y: Floats, x: Floats, ahead: Floats, gap: int, scale: float
) -> tuple[Floats, Floats, Floats] | None:
    """Coefficients (k + 3,), and from `gap` days after the last row on variances (L,) and loadings (k, L).

    Returns are divided by `scale`, their residual standard deviation, where the search is well behaved.
    """
    from arch.univariate import GARCH, LS

    usable = np.isfinite(y) & np.isfinite(x).all(axis=1)
    model = LS(
        y[usable] / scale, x=x[usable] / scale, constant=False, volatility=GARCH(1, 0, 1), rescale=False
    )
    k = x.shape[1]
    mean = np.asarray(np.linalg.lstsq(x[usable], y[usable])[0], dtype=float)
    best = _highest(model, mean)
    if best is None:
        return None
    found, uncertainty, result = best
    last = result.resid[-1] ** 2, result.conditional_volatility[-1] ** 2
    variances = scale**2 * _forecast(found[k:], *last, steps=gap + len(ahead))[gap:]
    found[k] *= scale**2
    return found, variances, (ahead @ _root(uncertainty[:k, :k])).T


def _highest(model: Any, mean: Floats) -> tuple[Floats, Floats, Any] | None:
    """Parameters, their covariance and the fit of the highest likelihood that the searches find.

    The likelihood has several maxima, and one search ends at a lower one now and then.
    """
    starts = None, *([*mean, 1 - arch - garch, arch, garch] for arch, garch in STARTS)
    with np.errstate(all="ignore"):
        fits = [model.fit(disp="off", show_warning=False, starting_values=start) for start in starts]
        for fit in sorted(fits, key=lambda fit: -fit.loglikelihood):
            found = np.array(fit.params, dtype=float)
            if fit.convergence_flag or not np.isfinite(found).all():
                continue
            try:
                uncertainty = np.asarray(fit.param_cov, dtype=float)
            except np.linalg.LinAlgError:
                continue
            if np.isfinite(uncertainty).all():
                return found, uncertainty, fit
    return None


def on_boundary(arch: float, garch: float) -> str | None:
    """What the variance then lacks, where a parameter lies on the boundary of those allowed; else None."""
    if arch < EDGE:
        return "the GARCH fit lies on the boundary a = 0: the variance does not react to shocks"
    if garch < EDGE:
        return "the GARCH fit lies on the boundary g = 0: the variance has no memory beyond a day"
    if arch + garch > 1 - EDGE:
        return "the GARCH fit lies on the boundary a + g = 1: the variance returns to no level"
    return None


def _root(covariance: Floats) -> Floats:
    """A matrix that gives the covariance when multiplied by its own transpose."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))


def _forecast(parameters: Floats, shock: float, variance: float, steps: int) -> Floats:
    """Variances 1, 2, ... `steps` days after a day with a squared error and a variance."""
    omega, arch, garch = parameters
    out = np.empty(steps)
    out[0] = omega + arch * shock + garch * variance
    for step in range(1, steps):
        out[step] = omega + (arch + garch) * out[step - 1]
    return out


def _fitted(
    fit: Fit,
    returns: Floats,
    terms: Terms,
    estimation: slice,
    coefficients: Floats,
    errors: tuple[Floats, Floats],
    failed: dict[int, str],
) -> Fit:
    """The least-squares fit with the coefficients, residuals and variances of the likelihood."""
    k = terms.regressors.shape[2]
    expected = predicted(terms.offset, terms.regressors, coefficients[:, :k])
    df = fit.df_resid - len(VARIANCE_PARAMETERS)
    usable = usable_rows(returns, terms, estimation)
    residuals, variance, rsquared = residual_spread(returns, expected, usable, df, estimation)
    return Fit(coefficients, expected, residuals, np.sqrt(variance), rsquared, fit.nobs, df, *errors, failed)
