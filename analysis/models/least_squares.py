"""Fits of linear normal-return models, for all observations at once.

Panels have shape (T, N), event time by observation. They are views of arrays that hold an observation's
numbers side by side, so that every sum runs along memory and no number depends on the company it keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from analysis.market.bars import Floats

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


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
    gaps : array, shape (T, N), or None
        Sessions that each return spans; None where it is one for all.
    """

    names: tuple[str, ...]
    regressors: Floats
    offset: Floats
    imposed: tuple[tuple[str, float], ...] = ()
    gaps: Floats | None = None

    def known(self, rows: slice | int, returns: Floats | float = 0.0) -> Flags:
        """Where all that explains a return is known, and the returns of the rows themselves if given.

        A sum is missing wherever one of its parts is; mostly that of all tells that none is.
        """
        offset, regressors = self.offset[rows], self.regressors[rows]
        with np.errstate(invalid="ignore", over="ignore"):
            if np.isfinite(offset.sum() + np.sum(returns) + regressors.sum()):
                return np.ones(offset.shape, dtype=bool)
            total = offset + returns
            for regressor in np.moveaxis(regressors, -1, 0):
                total += regressor
        return np.asarray(np.isfinite(total))

    def columns(self, chosen: Ints | Flags) -> Terms:
        """The terms of some observations."""
        return self.each(lambda values: values[:, chosen])

    def each(self, change: Callable[[Floats], Floats]) -> Terms:
        """The terms with a change made to each of their arrays."""
        gaps = None if self.gaps is None else change(self.gaps)
        return replace(self, regressors=change(self.regressors), offset=change(self.offset), gaps=gaps)


@dataclass(frozen=True, eq=False, slots=True)
class Fit:
    """A model fitted to N observations.

    Parameters
    ----------
    coefficients : array, shape (N, len(terms.names))
    expected, residuals : array, shape (T, N)
        Over all rows of the panel: residuals are the abnormal returns in the event window. Elsewhere
        those of a return over g sessions are divided by sqrt(g).
    sigma, rsquared : array, shape (N,)
        Residual standard deviation with M - k degrees of freedom; share of variance explained.
    nobs, df_resid : array, shape (N,)
        Usable sessions of the estimation window, and those minus k.
    variances : array, shape (N, L)
        What the errors of the L abnormal returns of the event window would vary by, were the
        coefficients known.
    loadings : array, shape (k, N, L)
        How these abnormal returns move with the k independent errors of the coefficients, in units of
        their deviations: the covariance of two days is the sum of products of their loadings. NaN on days
        without a regressor.
    failed : mapping of column to reason
        Observations that the method gave up on.
    """

    coefficients: Floats
    expected: Floats
    residuals: Floats
    sigma: Floats
    rsquared: Floats
    nobs: Ints
    df_resid: Ints
    variances: Floats
    loadings: Floats
    failed: Mapping[int, str] = field(default_factory=dict)

    @property
    def errors(self) -> Floats:
        """Standard error of each abnormal return of the event window, shape (L, N)."""
        return np.asarray(np.sqrt(self.variances + (self.loadings**2).sum(axis=0)).T)

    def window_sums(self, event: slice, windows: Flags) -> tuple[Floats, Floats]:
        """Sums of abnormal returns over W windows, and their standard errors, shape (W, N) each.

        Days without an abnormal return add nothing to either.

        Parameters
        ----------
        event : slice
            Rows of the event window.
        windows : array of bool, shape (W, L)
            Its days that belong to each window.
        """
        chosen = windows.astype(float)
        total, own, together = (np.einsum("wl,...nl->...wn", chosen, part) for part in self._held(event))
        return total, np.sqrt(own + (together**2).sum(axis=0))

    def path_sums(self, event: slice) -> tuple[Floats, Floats]:
        """Running sums of abnormal returns and their standard errors, shape (N, L) each, as `window_sums`."""
        total, own, together = (part.cumsum(axis=-1) for part in self._held(event))
        return total, np.sqrt(own + (together**2).sum(axis=0))

    def _held(self, event: slice) -> list[Floats]:
        """Abnormal returns (N, L), their variances and loadings; zero on days without an abnormal return."""
        abnormal = self.residuals[event].T
        there = np.isfinite(abnormal)
        return [np.where(there, part, 0.0) for part in (abnormal, self.variances, self.loadings)]

    def observations(self, chosen: Ints | Flags) -> Fit:
        """The fits of some observations."""
        kept = np.arange(len(self.sigma))[chosen]
        failed = {new: self.failed[old] for new, old in enumerate(kept.tolist()) if old in self.failed}
        return Fit(
            self.coefficients[kept],
            self.expected[:, kept],
            self.residuals[:, kept],
            self.sigma[kept],
            self.rsquared[kept],
            self.nobs[kept],
            self.df_resid[kept],
            self.variances[kept],
            self.loadings[:, kept],
            failed,
        )


def least_squares(
    returns: Floats, terms: Terms, estimation: slice, event: slice, ahead: Floats | None = None
) -> Fit:
    """Ordinary least squares per observation, with the covariance of its forecast errors.

    A row with a missing return or regressor is left out of its observation's fit; returns over several
    sessions are weighted by their number. The covariance of the abnormal returns is
    s^2 (I + X0 (X1'X1)^-1 X0') (MacKinlay 1997; Campbell, Lo & MacKinlay 1997, ch. 4).

    Parameters
    ----------
    ahead : array, shape (T, N, k), optional
        Regressors of the expected return where they differ from those of the estimation.
    """
    if terms.gaps is not None:
        return _weighted(returns, terms, terms.gaps, estimation, event)
    ahead = terms.regressors if ahead is None else ahead
    usable = usable_rows(returns, terms, estimation)
    nobs = usable.sum(axis=0)
    df = nobs - terms.regressors.shape[2]
    design = [_filled(x[estimation], usable) for x in np.moveaxis(terms.regressors, 2, 0)]
    target = _filled((returns - terms.offset)[estimation], usable)
    coefficients, inverse = _solve(design, target)
    expected = predicted(terms.offset, ahead, coefficients)
    residuals, variance, rsquared = residual_spread(returns, expected, usable, df, estimation)
    later = [np.ascontiguousarray(x[event].T) for x in np.moveaxis(ahead, 2, 0)]
    deviation = np.sqrt(variance)
    return Fit(
        coefficients, expected, residuals, deviation, rsquared, nobs, df,
        np.broadcast_to(variance[:, None], residuals[event].T.shape),
        loadings_of(later, inverse, deviation, residuals[event].shape),
    )  # fmt: skip


def _weighted(returns: Floats, terms: Terms, gaps: Floats, estimation: slice, event: slice) -> Fit:
    """Weighted least squares of returns over g sessions, whose variance is g times that of one.

    All is divided by sqrt(g) (Maynes & Rumsey 1993), so that sigma is of a single session, and so are
    the residuals; but the abnormal returns of the event window are of the whole g sessions.
    """
    root = np.sqrt(gaps)
    fit = least_squares(*per_session(returns, terms), estimation, event)
    residuals = fit.residuals.copy()
    residuals[event] *= root[event]
    later = root[event].T
    return replace(
        fit,
        expected=fit.expected * root,
        residuals=residuals,
        variances=fit.variances * later**2,
        loadings=fit.loadings * later,
    )


def per_session(returns: Floats, terms: Terms) -> tuple[Floats, Terms]:
    """Returns and terms divided by the root of the sessions that they span: of one variance."""
    if terms.gaps is None:
        return returns, terms
    root = np.sqrt(terms.gaps)
    even = replace(
        terms, regressors=terms.regressors / root[..., None], offset=terms.offset / root, gaps=None
    )
    return returns / root, even


def predicted(offset: Floats, regressors: Floats, coefficients: Floats) -> Floats:
    """Expected returns of all rows, shape (T, N)."""
    expected = offset.T.copy()
    for column, x in enumerate(np.moveaxis(regressors, 2, 0)):
        expected += x.T * coefficients[:, column, None]
    return expected.T


def loadings_of(
    regressors: Sequence[Floats], inverse: Floats, deviation: Floats, shape: tuple[int, ...]
) -> Floats:
    """Loadings of the event days on the errors of the coefficients, shape (k, N, L)."""
    k = inverse.shape[2]
    out = np.zeros((k, shape[1], shape[0]))
    for j in range(k):
        for i in range(min(j + 1, len(regressors))):
            out[j] += regressors[i] * (inverse[:, i, j] * deviation)[:, None]
    return out


def usable_rows(returns: Floats, terms: Terms, estimation: slice) -> Flags:
    """Rows of the estimation window on which an observation has all that its fit needs, shape (M, N)."""
    return terms.known(estimation, returns[estimation])


def residual_spread(
    returns: Floats, expected: Floats, usable: Flags, df: Ints, estimation: slice
) -> tuple[Floats, Floats, Floats]:
    """Residuals of all rows (T, N), their variance in the estimation window and R squared (N,)."""
    residuals = returns - expected
    errors = _filled(residuals[estimation], usable)
    apart, _ = centred(returns[estimation], usable)
    with np.errstate(invalid="ignore", divide="ignore"):
        squares = _dot(errors, errors)
        variance = np.where(df > 0, squares / df, np.nan)
        return residuals, variance, 1.0 - squares / _dot(apart, apart)


def _filled(values: Floats, usable: Flags) -> Floats:
    """Rows (M, N) as one line per observation (N, M), zero where not usable."""
    return values.T if usable.all() else np.where(usable.T, values.T, 0.0)


def centred(values: Floats, usable: Flags) -> tuple[Floats, Floats]:
    """Deviations from the mean of the usable rows (N, M), zero on the others, and the mean (N,)."""
    lines = _filled(values, usable)
    mean = lines.sum(axis=1) / np.maximum(usable.sum(axis=0), 1)
    return _filled((lines - mean[:, None]).T, usable), mean


def varies(apart: Floats, mean: Floats) -> Flags:
    """Whether deviations are more than the rounding of their mean."""
    size = np.sqrt(_dot(apart, apart))
    return np.asarray((size > 0) & (size > 1e-10 * np.abs(mean)))


def _dot(one: Floats, other: Floats) -> Floats:
    return np.asarray(np.einsum("nm,nm->n", one, other))


def _solve(design: Sequence[Floats], target: Floats) -> tuple[Floats, Floats]:
    """Coefficients (N, k) and R^-1 (N, k, k) of the QR decomposition; NaN where the rank is short.

    By Gram-Schmidt, one regressor after the other for all observations at once.
    """
    n, k = len(target), len(design)
    upper, along = np.zeros((n, k, k)), np.empty((n, k))
    lines: list[Floats] = []  # orthogonal, not scaled
    full_rank = np.ones(n, dtype=bool)
    for j, regressor in enumerate(design):
        line = regressor
        for i in range(j):
            upper[:, i, j] = _dot(lines[i], line) / upper[:, i, i]
            line = line - (upper[:, i, j] / upper[:, i, i])[:, None] * lines[i]
        length = np.sqrt(_dot(line, line))
        full_rank &= length > 1e-10 * np.sqrt(_dot(regressor, regressor))
        upper[:, j, j] = np.where(full_rank, length, np.nan)
        lines.append(line)
        along[:, j] = _dot(line, target) / upper[:, j, j]
    inverse = inverse_of(upper)
    coefficients = np.where(full_rank[:, None], np.einsum("nij,nj->ni", inverse, along), np.nan)
    return coefficients, np.where(full_rank[:, None, None], inverse, np.nan)


def inverse_of(upper: Floats) -> Floats:
    """Inverses of upper triangular matrices, shape (N, k, k)."""
    k = upper.shape[1]
    out = np.zeros_like(upper)
    for j in range(k):
        out[:, j, j] = 1.0 / upper[:, j, j]
        for i in reversed(range(j)):
            products = np.einsum("nm,nm->n", upper[:, i, i + 1 : j + 1], out[:, i + 1 : j + 1, j])
            out[:, i, j] = -products / upper[:, i, i]
    return out
