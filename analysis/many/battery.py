"""The group tests of very many events, from sums instead of a matrix of residuals."""

from __future__ import annotations

import numpy as np

from analysis.inference import parametric, rank_tests
from analysis.inference.evidence import Evidence, Outcome, deviation, normal, student
from analysis.kernels.compiled import Floats, Ints
from analysis.kernels.fits import EventFits, Panel
from analysis.kernels.groups import GroupSums, group_sums

PARAMETRIC = ("cross_sectional", "patell", "boehmer", "kolari_pynnonen")


def battery(
    returns: Panel,
    firm: Ints,
    day_zero: Ints,
    estimation: tuple[int, int],
    event: tuple[int, int],
    window: tuple[int, int],
    fits: EventFits,
    column: int,
) -> dict[str, Outcome]:
    """Tests of one CAR window over events that are already fitted.

    Residuals are aligned by event time. `column` is the window's place among the fitted CARs.

    Returns
    -------
    dict of str to Outcome
        The entries of `TESTS` cross_sectional, patell, boehmer, kolari_pynnonen, sign,
        generalized_sign, corrado_rank and grank_t.
    """
    with np.errstate(all="ignore"):
        car, car_se = fits.car[:, column], fits.car_se[:, column]
        scar = car / car_se
        standing = scar / deviation(scar) * fits.sigma
        sums = group_sums(returns, firm, day_zero, estimation, fits, standing, event)
        return outcomes(sums, fits, car, car_se, slice(window[0] - event[0], window[1] - event[0] + 1))


def outcomes(
    sums: GroupSums, fits: EventFits, car: Floats, car_se: Floats, days: slice
) -> dict[str, Outcome]:
    """Tests from the sums of all events; `days` are the tested rows of the event window."""
    n = len(car)
    correlation = np.asarray(((sums.units**2).sum() - n) / (n * (n - 1.0)))
    gathered = _evidence(fits, car, car_se, correlation)
    found = {key: getattr(parametric, key)(gathered) for key in PARAMETRIC}
    return found | {
        "sign": rank_tests.sign(gathered),
        "generalized_sign": _generalized_sign(sums, car),
        "corrado_rank": corrado(sums, days),
        "grank_t": grank(sums),
    }


def _evidence(fits: EventFits, car: Floats, car_se: Floats, correlation: Floats) -> Evidence:
    """What the parametric tests and the sign test look at; they ask for nothing else."""
    nothing = np.empty((0, len(car)))
    return Evidence(
        estimation=nothing,
        event=nothing,
        event_se=nothing,
        event_days=nothing.astype(np.int64),
        chosen=np.empty(0, bool),
        car=car,
        car_se=car_se,
        sigma=fits.sigma,
        nobs=fits.nobs,
        df_resid=fits.nobs - 2,
        correlation=correlation,
        caar_se=np.asarray(np.nan),
        placebos=lambda: (np.empty(0), np.empty(0)),
    )


def _generalized_sign(sums: GroupSums, car: Floats) -> Outcome:
    known = np.isfinite(car)
    n, share = known.sum(), sums.positive[known].mean()
    return normal(((car > 0).sum() - n * share) / np.sqrt(n * share * (1 - share)))


def corrado(sums: GroupSums, days: slice) -> Outcome:
    """Corrado's rank test over some rows of the event window, from sums."""
    average = sums.ranks / sums.ranked
    tested = average[len(sums.units) :][days]
    spread = np.sqrt(np.nanmean(average**2))
    return normal(np.nansum(tested) / (np.sqrt(np.isfinite(tested).sum()) * spread))


def grank(sums: GroupSums) -> Outcome:
    """The generalised rank t test, from sums."""
    average, sessions = sums.uniform / sums.counted, float((sums.counted > 0).sum())
    variance = np.nansum(sums.counted / sums.counted[-1] * average**2) / sessions
    z = average[-1] / np.sqrt(variance)
    return student(z * np.sqrt((sessions - 2) / (sessions - 1 - z**2)), np.asarray(sessions - 2))
