"""Calendar-time factor alphas, for windows so long that added-up abnormal returns mislead."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.market.bars import Floats, Ints
from analysis.market.events import Window
from analysis.market.panels import EventPanel
from analysis.models.distributions import two_sided_t
from analysis.models.newey_west import newey_west, newey_west_lags
from analysis.models.normal_returns import NORMAL_RETURNS, Terms

if TYPE_CHECKING:
    from analysis.study.study import StudyResults

LONG = 20  # sessions beyond which a window is long
FACTOR_MODELS = ("market_model", "fama_french_3", "fama_french_5")
SPARE = 10  # days that are needed beyond one for each coefficient
NOT_TRUSTED = (
    "on made-up returns it rejects 6.4 to 7.1 % (0.6) of true nulls over 21 to 61 days on one date, and 5.0 "
    "to 5.8 % over 125 days or for ten dates and more"
)


@dataclass(frozen=True, slots=True)
class CalendarAlpha:
    """Mean abnormal return per day of a portfolio that holds each firm through its window.

    Parameters
    ----------
    key, label : str
        The model whose factors explain the portfolio, of `NORMAL_RETURNS`.
    days : int
        Calendar days on which a firm is held and the factors are known.
    firms : float, optional
        Firms held on a day, on average.
    alpha, se, statistic, pvalue : float, optional
        Per day and decimal; None where `reason` says why.
    df, lags : int
        Degrees of freedom of t, and days over which errors may be correlated.
    """

    key: str
    label: str
    days: int
    firms: float | None = None
    alpha: float | None = None
    se: float | None = None
    statistic: float | None = None
    pvalue: float | None = None
    df: int | None = None
    lags: int | None = None
    reason: str | None = None


def calendar_alphas(results: StudyResults, window: Window) -> tuple[CalendarAlpha, ...]:
    """Alphas of the firms of a study by each of `FACTOR_MODELS`; nothing of a window that is not long.

    Alpha and the exposures are estimated in the window itself, on its calendar days.
    Jaffe (1974); Mandelker (1974); Fama (1998); errors by Newey & West (1987).
    """
    panel = results.panel
    if len(window) <= LONG or results.design.reaction != "return" or panel.gaps is not None:
        return ()
    inside = replace(panel, event_time=window.event_time, returns=panel.returns[panel.rows(window)])
    return tuple(_alpha(key, inside) for key in FACTOR_MODELS)


def _alpha(key: str, panel: EventPanel) -> CalendarAlpha:
    model = NORMAL_RETURNS[key]
    returns, factors, held = portfolio(panel, _terms(key, panel))
    days, k = factors.shape
    empty = CalendarAlpha(key, model.label, days)
    if days < k + SPARE:
        known = (
            f"returns and factors are known on {days} days of the window" if days else "no factors are known"
        )
        return replace(empty, reason=f"{known}; at least {k + SPARE} days are needed")
    if np.linalg.matrix_rank(factors) < k:
        return replace(empty, reason="the factors do not vary independently in the window")
    lags, df = newey_west_lags(days), days - k
    coefficients, covariance = newey_west(returns, factors, lags)
    alpha, se = float(coefficients[0]), float(np.sqrt(covariance[0, 0]))
    if not se > 1e-12:
        return replace(empty, reason="the factors leave no variance to measure by")
    return CalendarAlpha(
        key,
        model.label,
        days,
        firms=float(held.mean()),
        alpha=alpha,
        se=se,
        statistic=alpha / se,
        pvalue=float(two_sided_t(np.asarray(alpha / se), df)),
        df=df,
        lags=lags,
    )


def _terms(key: str, panel: EventPanel) -> Terms:
    """Terms of a model; missing where a firm has no benchmark and stands in for it."""
    terms = NORMAL_RETURNS[key].terms(panel)
    if "benchmark" not in NORMAL_RETURNS[key].needs:
        return terms
    alone = panel.observations.firm == panel.observations.benchmark
    return replace(terms, offset=np.where(alone, np.nan, terms.offset))


def portfolio(panel: EventPanel, terms: Terms) -> tuple[Floats, Floats, Ints]:
    """Means over the firms held on each calendar day: returns (D,), factors (D, k); how many they are (D,).

    The first factor is the constant. A firm counts on a day on which its return and factors are known.
    """
    returns = panel.returns - terms.offset
    known = np.isfinite(returns) & np.isfinite(terms.regressors).all(axis=2) & ~np.isnat(panel.dates)
    _, day, held = np.unique(panel.dates[known], return_inverse=True, return_counts=True)
    columns = [returns, *np.moveaxis(terms.regressors, 2, 0)]
    means = [np.bincount(day, column[known], len(held)) / held for column in columns]
    return means[0], np.stack(means[1:], axis=1), held
