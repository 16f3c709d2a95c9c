"""Tails and quantiles of test statistics.

scipy takes longer to import than a page to be served, so that it is imported when first asked.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analysis.market import Floats

CONFIDENCE = 0.95

DegreesOfFreedom = Floats | npt.NDArray[np.int64] | float


def two_sided_t(statistic: Floats, df: DegreesOfFreedom) -> Floats:
    """Two-sided p value of a t statistic; NaN stays NaN."""
    from scipy.special import stdtr

    return np.asarray(2.0 * stdtr(df, -np.abs(statistic)))


def two_sided_normal(statistic: Floats) -> Floats:
    """Two-sided p value of a standard normal statistic; NaN stays NaN."""
    from scipy.special import ndtr

    return np.asarray(2.0 * ndtr(-np.abs(statistic)))


def reach(df: DegreesOfFreedom) -> Floats:
    """Standard errors that a 95 % interval reaches to either side, by the t distribution."""
    from scipy.special import stdtrit

    return np.asarray(stdtrit(df, (1 + CONFIDENCE) / 2))


def f_tail(numerator_df: float, denominator_df: float, statistic: float) -> float:
    """Upper tail of the F distribution."""
    from scipy.special import fdtrc

    return float(fdtrc(numerator_df, denominator_df, statistic))


def binomial_cdf(successes: Floats, trials: Floats, probability: float) -> Floats:
    """Probability of at most so many successes."""
    from scipy.special import bdtr

    return np.asarray(bdtr(successes, trials, probability))
