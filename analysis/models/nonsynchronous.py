"""Betas of shares and benchmarks that do not close at the same moment; regressors [1, same, before, after].

Each beta has two forms: of a study with all its residuals, and from sums of products (`rolling`).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.market.bars import Floats
from analysis.models.least_squares import (
    Fit,
    Terms,
    centred,
    least_squares,
    predicted,
    residual_spread,
    usable_rows,
    varies,
)
from analysis.models.rolling import LEAST, linear


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


def dimson_of_sums(sums: Floats) -> tuple[Floats, Floats]:
    """The same from sums of products: alpha, and the sum of betas on the benchmark's same day."""
    coefficients, errors = linear(sums)
    summed = coefficients[:, 1:].sum(axis=1), errors[:, 1:].sum(axis=1)
    return np.stack([coefficients[:, 0], summed[0]], axis=1), np.stack([errors[:, 0], summed[1]], axis=1)


def scholes_williams(returns: Floats, terms: Terms, estimation: slice, event: slice) -> Fit:
    """Scholes & Williams (1977): (b_before + b_same + b_after) / (1 + 2 rho) from simple regressions.

    rho is the benchmark's first-order autocorrelation. The forecast error follows from the estimator's
    other form: an instrumental variable, the sum of the three benchmark returns.
    """
    usable = usable_rows(returns, terms, estimation)
    columns = [*np.moveaxis(terms.regressors, 2, 0)[1:], returns - terms.offset]
    lines, means = zip(*(centred(column[estimation], usable) for column in columns), strict=True)
    found, spread = _corrected(np.einsum("inm,jnm->ijn", lines, lines))
    mean, beta = means[0], np.where(varies(lines[0], means[0]), found, np.nan)
    coefficients = np.stack([means[-1] - beta * mean, beta], axis=1)
    expected = predicted(terms.offset, terms.regressors[..., :2], coefficients)
    nobs = usable.sum(axis=0)
    residuals, variance, rsquared = residual_spread(returns, expected, usable, nobs - 2, estimation)
    apart = (terms.regressors[event][..., 1] - mean).T
    deviation = np.sqrt(variance)
    loadings = np.stack(
        [
            np.broadcast_to((deviation / np.sqrt(np.maximum(nobs, 1)))[:, None], apart.shape),
            apart * (deviation * spread)[:, None],
        ]
    )
    variances = np.broadcast_to(variance[:, None], apart.shape)
    return Fit(coefficients, expected, residuals, deviation, rsquared, nobs, nobs - 2, variances, loadings)


def scholes_williams_of_sums(sums: Floats) -> tuple[Floats, Floats]:
    """The same from sums of products."""
    nobs = np.maximum(sums[0, 0], 1.0)
    means = sums[0, 1:] / nobs
    products = sums[1:, 1:] - nobs * means[:, None] * means
    found, spread = _corrected(products)
    beta = np.where(products[0, 0] > LEAST * sums[1, 1], found, np.nan)
    errors = np.zeros((len(nobs), 2, 2))
    errors[:, 0, 0], errors[:, 0, 1], errors[:, 1, 1] = 1 / np.sqrt(nobs), -means[0] * spread, spread
    return np.stack([means[-1] - beta * means[0], beta], axis=1), errors


def _corrected(products: Floats) -> tuple[Floats, Floats]:
    """Beta and its error in units of sigma, (N,) each, from products (4, 4, N) of deviations from means.

    Of the benchmark's same day, day before and day after, and of the share.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        squares = np.einsum("iin->in", products)
        rho = products[0, 1] / np.sqrt(squares[0] * squares[1])
        beta = (products[:3, 3] / squares[:3]).sum(axis=0) / (1 + 2 * rho)
        spread = np.sqrt(products[:3, :3].sum(axis=(0, 1))) / np.abs(products[:3, 0].sum(axis=0))
    return beta, spread
