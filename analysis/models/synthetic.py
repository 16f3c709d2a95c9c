"""Synthetic control on daily returns: a share as a mix of donors that the news did not touch.

Weights are fitted to returns rather than to cumulated prices: prices wander, so that a mix can follow one by
chance, and errors of returns are those that every other model of a study has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.market.bars import Floats
from analysis.market.panels import EventPanel
from analysis.models.least_squares import Fit, Terms

PRESENT = 0.95  # share of the estimation window on which a donor needs a return
ACTIVE = 1e-9  # least weight that is not rounding
ROUNDING = 1e-11
NO_BETA = ("beta", float("nan"))  # none is estimated
PENALTIES = np.logspace(-4, 2, 40)  # of the ridge, in units of the largest eigenvalue


@dataclass(frozen=True, eq=False, slots=True)
class Mix:
    """Weights of J donors, and how a mix of their returns errs.

    Parameters
    ----------
    used : float
        Degrees of freedom that the weights take.
    spread : callable
        From returns of the donors, shape (L, J), to loadings on independent errors of unit size, (L, r).
    """

    alpha: float
    weights: Floats
    used: float
    spread: Callable[[Floats], Floats]


def donor_terms(panel: EventPanel) -> Terms:
    """Returns of every donor of any firm; those that are no donors of a firm are zero there."""
    donors = [panel.market.donors[observation.symbol].used for observation in panel.observations]
    names = tuple(dict.fromkeys(donor for own in donors for donor in own))
    regressors = np.zeros((*panel.returns.shape, len(names)))
    for place, name in enumerate(names):
        mine = np.array([name in own for own in donors])
        regressors[:, mine, place] = panel.index(name)[:, mine]
    return mix_terms(names, regressors)


def ridge_terms(panel: EventPanel) -> Terms:
    """The same, with a constant first."""
    terms = donor_terms(panel)
    return mix_terms(terms.names, terms.regressors, constant=True)


def mix_terms(names: tuple[str, ...], donors: Floats, constant: bool = False) -> Terms:
    """Terms of a mix of donors, shape (T, N, J), by default without a constant."""
    nothing = np.zeros(donors.shape[:2])
    if not constant:
        return Terms(names, donors, nothing, (("alpha", 0.0), NO_BETA))
    regressors = np.concatenate([np.ones((*nothing.shape, 1)), donors], axis=2)
    return Terms(("alpha", *names), regressors, nothing, (NO_BETA,))


def simplex(returns: Floats, terms: Terms, estimation: slice, event: slice) -> Fit:
    """Weights that are not negative and sum to one (Abadie, Diamond & Hainmueller 2010)."""
    return _fit(returns, terms.regressors, estimation, event, simplex_mix, 0)


def ridge(returns: Floats, terms: Terms, estimation: slice, event: slice) -> Fit:
    """Any weights, shrunk by a ridge that is chosen by leaving one day out (Doudchenko & Imbens 2016)."""
    return _fit(returns, terms.regressors[..., 1:], estimation, event, ridge_mix, 1)


def simplex_mix(y: Floats, x: Floats) -> Mix:
    """The mix nearest to `y`, shape (M,), of the columns of `x`, shape (M, J).

    With weights that sum to one, xw - y = (x - y)w. Non-negative least squares of [x - y; 1]w on [0; 1],
    scaled to sum to one, is the solution on the simplex, exactly.
    """
    apart = x - y[:, None]
    found = nearest(apart.T @ apart / (len(y) * y.var()) + 1)
    weights = found / found.sum()
    first, *others = np.flatnonzero(weights > ACTIVE).tolist()

    def against(values: Floats) -> Floats:
        return values[:, others] - values[:, [first]]

    inverse = np.linalg.pinv(np.linalg.qr(against(x), mode="r"))
    return Mix(0.0, weights, len(others), lambda ahead: against(ahead) @ inverse)


def nearest(gram: Floats) -> Floats:
    """The w >= 0 at which w'Gw / 2 - sum(w) is least; `gram` G has shape (J, J).

    Active set of Lawson & Hanson (1974), which begins with every weight that solving without the bound
    leaves positive. scipy's would be 38 MB of a process that serves pages.
    """
    inside = np.full(len(gram), True)
    try:
        while (w := _solved(gram, inside)).min() < 0:
            inside &= w > 0
    except np.linalg.LinAlgError:  # donors that move alike
        inside, w = np.full(len(gram), False), np.zeros(len(gram))
    for _ in range(3 * len(gram)):
        pull = np.where(inside, 0.0, 1 - gram @ w)
        if pull.max() <= ROUNDING:
            break
        inside[np.argmax(pull)] = True
        while (whole := _solved(gram, inside))[inside].min() <= 0:
            falls = inside & (whole <= 0)
            w += (w[falls] / (w[falls] - whole[falls])).min() * (whole - w)
            inside &= w > ROUNDING
        w = whole
    return w


def _solved(gram: Floats, inside: npt.NDArray[np.bool_]) -> Floats:
    out, places = np.zeros(len(gram)), np.flatnonzero(inside)
    out[places] = np.linalg.solve(gram[places[:, None], places], np.ones(len(places)))
    return out


def ridge_mix(y: Floats, x: Floats) -> Mix:
    """The ridge regression of `y` on the columns of `x` whose leave-one-out errors are smallest."""
    middle = x.mean(axis=0)
    left, size, right = np.linalg.svd(x - middle, full_matrices=False)
    kept = size**2 / (size**2 + PENALTIES[:, None] * size[0] ** 2)  # (penalties, J)
    along, target = left.T @ y, y - y.mean()
    errors = target[:, None] - left @ (kept * along).T
    errors /= 1 - 1 / len(y) - left**2 @ kept.T
    share = kept[np.argmin((errors**2).mean(axis=0))]
    shrunk = right.T * (share / size)
    weights = shrunk @ along
    root = 1 / np.sqrt(len(y))

    def spread(ahead: Floats) -> Floats:
        return np.column_stack([np.full(len(ahead), root), (ahead - middle) @ shrunk])

    return Mix(float(y.mean() - middle @ weights), weights, 1 + float(share.sum()), spread)


def _fit(
    returns: Floats,
    donors: Floats,
    estimation: slice,
    event: slice,
    mix: Callable[[Floats, Floats], Mix],
    constant: int,
) -> Fit:
    """Fit observation by observation; donors without returns, and without movement, have no weight."""
    t, n, k = donors.shape
    later = len(range(*event.indices(t)))
    expected, coefficients = np.full((t, n), np.nan), np.full((n, constant + k), np.nan)
    sigma, rsquared, nobs, df = np.full(n, np.nan), np.full(n, np.nan), np.zeros(n, int), np.zeros(n, int)
    variances, loadings = np.full((n, later), np.nan), np.zeros((k + 1, n, later))
    for j in range(n):
        y, x = returns[:, j], donors[:, j]
        here = np.isfinite(x[estimation]).mean(axis=0) >= PRESENT
        seen = x[estimation][:, here]
        here[here] = np.fmax.reduce(seen) > np.fmin.reduce(seen)
        x = x[:, here]
        rows = np.isfinite(y[estimation]) & np.isfinite(x[estimation]).all(axis=1)
        nobs[j] = rows.sum()
        if here.sum() < 2 or nobs[j] <= here.sum() + 1:
            continue
        if not np.ptp(y[estimation][rows]):  # nothing to mix: who asks for the fit is told so by its error
            sigma[j], df[j] = 0.0, nobs[j] - 1
            continue
        found = mix(y[estimation][rows], x[estimation][rows])
        expected[:, j] = found.alpha + x @ found.weights
        errors = (y - expected[:, j])[estimation][rows]
        df[j] = nobs[j] - int(np.ceil(found.used))
        sigma[j] = np.sqrt(errors @ errors / df[j])
        rsquared[j] = 1 - errors @ errors / (nobs[j] * y[estimation][rows].var())
        coefficients[j] = 0.0
        coefficients[j, :constant] = found.alpha
        coefficients[j, constant:][here] = found.weights
        variances[j] = np.where(np.isfinite(expected[event, j]), sigma[j] ** 2, np.nan)
        ahead = sigma[j] * found.spread(x[event]).T
        loadings[: len(ahead), j] = ahead
    return Fit(
        coefficients, expected, returns - expected, sigma, rsquared, nobs, df, variances, loadings
    )  # fmt: skip
