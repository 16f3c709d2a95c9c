"""What the group tests look at: the abnormal returns of a study as plain arrays.

Firms are the last axis and sessions the one before; any axes in front are samples that are tested
at once, which is how a simulation runs thousands of studies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.inference.daily import Daily, DailySums, count, mean
from analysis.inference.placebo import group_mean, placebo
from analysis.inference.together import (
    by_pairs,
    car_correlations,
    lagged_correlation,
    residual_correlations,
    successive_correlations,
)
from analysis.inference.volatility import market_volatility, recent_volatility
from analysis.market.bars import Floats, Ints
from analysis.market.events import DAY_ZERO, Dates, Window
from analysis.models.distributions import two_sided_normal, two_sided_t
from analysis.study.study import StudyResults

BY_FIRM = ("car", "car_se", "sigma", "nobs", "df_resid", "dates", "recent", "market")


@dataclass(frozen=True, eq=False, slots=True)
class Evidence:
    """Abnormal returns of N firms over M estimation and L event sessions, NaN where missing.

    Parameters
    ----------
    daily : Daily or DailySums
        Residuals and ranks, day by day.
    chosen : array of bool, shape (L,)
        The days of the event window that are tested.
    car, car_se, sigma, nobs, df_resid : array, shape (..., N)
    dates : array of int, shape (..., N)
        Day 0; one for all firms of one event.
    recent : array, shape (..., N)
        Volatility expected the day before the window over that of the estimation window.
    market : array, shape (..., N)
        The same of the benchmarks.
    correlation : array, shape (...)
        Mean correlation between the CARs of two firms: that of their residuals times the share of
        tested days that they have in common (Kolari, Pape & Pynnonen 2018).
    caar_se : array, shape (...)
        Standard error of the mean CAR that allows for these correlations.
    differences : array, shape (...)
        As many independent differences between firms is their spread worth: N - 1 where each two are equally
        correlated, fewer where they move in groups. NaN where it is not measured.
    placebos : callable giving arrays, shapes (..., N) and (..., Q)
        Errors of the CARs, and the means on Q pseudo-event dates of CARs over such errors, by the same
        kind of fit: standard errors, or, where asked, errors by the volatility expected the day before.
        Called only by the tests that need them.
    """

    daily: Daily | DailySums
    chosen: npt.NDArray[np.bool_]
    car: Floats
    car_se: Floats
    sigma: Floats
    nobs: Ints
    df_resid: Ints
    dates: Ints
    recent: Floats
    market: Floats
    correlation: Floats
    caar_se: Floats
    differences: Floats
    placebos: Callable[[bool], tuple[Floats, Floats]]

    @property
    def scar(self) -> Floats:
        """CAR over its standard error, shape (..., N)."""
        return np.asarray(self.car / self.car_se)

    @property
    def caar(self) -> Floats:
        """Mean CAR, shape (...)."""
        return mean(self.car)

    @property
    def departure(self) -> Floats:
        """Recent volatility that is typical of the firms: the geometric mean of `recent`, shape (...)."""
        return geometric_mean(self.recent)

    @property
    def market_departure(self) -> Floats:
        """The same of their benchmarks."""
        return geometric_mean(self.market)

    @property
    def firms(self) -> Ints:
        """Firms with a CAR, shape (...)."""
        return count(self.car)


def geometric_mean(values: Floats) -> Floats:
    """That of the values above zero, shape (...)."""
    return np.asarray(np.exp(mean(np.log(np.where(values > 0, values, np.nan)))))


@dataclass(frozen=True, eq=False, slots=True)
class Outcome:
    """Statistic and two-sided p value of a test for every sample; `df` where there is one."""

    statistic: Floats
    pvalue: Floats
    df: Floats | Ints | None = None


def student(statistic: Floats, df: Floats | Ints) -> Outcome:
    """Outcome of a statistic that is t distributed under the null."""
    return Outcome(statistic, two_sided_t(statistic, df), df)


def normal(statistic: Floats) -> Outcome:
    """Outcome of a statistic that is standard normal under the null."""
    return Outcome(statistic, two_sided_normal(statistic))


def evidence(results: StudyResults, window: Window) -> Evidence:
    """Gather the arrays of a study for the tests of one window."""
    return results.once(("evidence", window), lambda: _evidence(results, window))


def daily(results: StudyResults) -> Daily:
    """Residuals and abnormal returns of a study, day by day; the same for every window."""

    def gather() -> Daily:
        estimation = results.residuals if results.one_event else results.estimation_residuals
        rows = results.panel.rows(results.design.event_window)
        days = results.panel.dates[rows]
        numbers = np.where(np.isnat(days), -1, days.astype(np.int64))
        fit = results.fit
        event = fit.residuals[rows]
        return Daily(estimation.to_numpy(), event, fit.errors, fit.sigma, numbers, results.event_gaps)

    return results.once("daily", gather)


def _evidence(results: StudyResults, window: Window) -> Evidence:
    design, fit, panel = results.design, results.fit, results.panel
    car, car_se = results.cars((window,))[:, 0]
    days = panel.dates[panel.rows(design.event_window)]
    chosen = window.among(design.event_window.event_time)
    with np.errstate(invalid="ignore", divide="ignore"):
        together = _dependence(results, days[chosen], car_se, np.arange(len(car_se)))
    return Evidence(
        daily=daily(results),
        chosen=chosen,
        car=car,
        car_se=car_se,
        sigma=fit.sigma,
        nobs=fit.nobs,
        df_resid=fit.df_resid,
        dates=day_zeros(results),
        recent=recent_volatility(results, window),
        market=market_volatility(results, window),
        **together,
        placebos=lambda recent: results.once(
            ("placebos", window, recent), lambda: _placebos(results, window, recent, slice(None))
        ),
    )


def part_of(results: StudyResults, chosen: Ints, window: Window) -> Evidence:
    """What the tests that need no days look at of some of the firms."""
    whole = evidence(results, window)
    days = results.panel.dates[results.panel.rows(window)]
    with np.errstate(invalid="ignore", divide="ignore"):
        together: dict[str, Any] = _dependence(results, days, whole.car_se, chosen)
    columns = {name: getattr(whole, name)[chosen] for name in BY_FIRM}
    return replace(
        whole,
        **together,
        placebos=lambda recent: _placebos(results, window, recent, chosen),
        **columns,
    )


def day_zeros(results: StudyResults) -> Ints:
    """Day 0 of each firm as a number, shape (N,); one for all firms of one event."""
    days = results.panel.dates[results.panel.rows(DAY_ZERO).start].astype(np.int64)
    return np.full(len(days), days.min()) if results.one_event else days


def _placebos(
    results: StudyResults, window: Window, recent: bool, chosen: Ints | slice
) -> tuple[Floats, Floats]:
    pseudo = placebo(results, window)
    errors = pseudo.event["car"] / pseudo.event["recent_scar" if recent else "scar"]
    scars = pseudo.recent_scars if recent else pseudo.scars
    return errors.to_numpy()[chosen], group_mean(scars.iloc[:, chosen])


def mean_residual_correlation(results: StudyResults) -> float:
    """Mean correlation of residuals over pairs of firms, aligned by calendar; NaN for one firm."""
    with np.errstate(all="ignore"):
        return float(mean(residual_pairs(results)[np.triu_indices(len(results.symbols), 1)]))


def mean_lagged_correlation(results: StudyResults) -> float:
    """The same of a residual and another firm's of the session before; zero for one firm."""
    return float(lagged_correlation(results.residuals.to_numpy()))


def successive_pairs(results: StudyResults) -> Floats:
    """Correlations of a firm's residual with another's of the next session, (N, N)."""
    return results.once("successive", lambda: successive_correlations(results.residuals.to_numpy()))


def residual_pairs(results: StudyResults) -> Floats:
    """Correlations of residuals between firms, (N, N)."""
    return results.once("correlations", lambda: residual_correlations(results.residuals.to_numpy()))


def _dependence(results: StudyResults, days: Dates, car_se: Floats, chosen: Ints) -> dict[str, Floats]:
    """That of the CARs of some firms, as `Evidence` has it."""
    days, error = days[:, chosen], car_se[chosen]
    residual = residual_pairs(results)[np.ix_(chosen, chosen)]
    return by_pairs(car_correlations(residual, days), error, results.fit.nobs[chosen])
