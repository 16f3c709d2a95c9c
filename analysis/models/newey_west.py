"""Least squares whose errors allow for restless and related days (Newey & West 1987)."""

from __future__ import annotations

import numpy as np

from analysis.market.bars import Floats


def newey_west_lags(days: int) -> int:
    """Days over which errors may be correlated, by the rule of Newey & West (1994)."""
    return int(4 * (days / 100) ** (2 / 9))


def newey_west(values: Floats, regressors: Floats, lags: int) -> tuple[Floats, Floats]:
    """Least squares (k,) and its covariance (k, k) by Newey & West (1987), times D / (D - k)."""
    coefficients = np.linalg.lstsq(regressors, values, rcond=None)[0]
    scores = regressors * (values - regressors @ coefficients)[:, None]
    middle = scores.T @ scores
    for lag in range(1, lags + 1):
        shared = scores[lag:].T @ scores[:-lag]
        middle += (1 - lag / (lags + 1)) * (shared + shared.T)
    days, k = regressors.shape
    inverse = np.linalg.inv(np.linalg.qr(regressors, mode="r"))
    bread = inverse @ inverse.T
    return np.asarray(coefficients), np.asarray(bread @ middle @ bread * days / (days - k))
