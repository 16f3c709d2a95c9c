"""How unusual one firm's reaction was: by theory, by its own history, and among several firms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.inference.familywise import holm, max_t, step_down
from analysis.inference.placebo import history, placebo, pseudo_studies, shared
from analysis.market.bars import Floats
from analysis.market.events import Window
from analysis.models.distributions import CONFIDENCE, reach
from analysis.models.normal_returns import NORMAL_RETURNS, Fit
from analysis.study.study import StudyResults

FEWEST_PATHS = 19  # pseudo-event windows below which no 95 % band can be drawn


def firm_inference(results: StudyResults, window: Window) -> pd.DataFrame:
    """Every p value of each firm's CAR over a window.

    Returns
    -------
    DataFrame
        Rows are symbols. Columns: `car`, `statistic`; `pvalue` of t with M - k degrees of freedom;
        `sample_quantile_lower`, `_upper`, `_two`, `_abs` (see `sample_quantile`); `conformal` (see
        `conformal_pvalues`); `placebo`, the rank among earlier dates; and, allowing for the number
        of firms, `familywise` (max-T over placebo dates), `stepdown` (Romano and Wolf's, on the same
        dates) and `holm` (of `pvalue`). NaN where a p value cannot be had.
    """
    table = results.car(window)[["car", "statistic", "pvalue"]].copy()
    residuals, sums = results.estimation_residuals, results.car_per_session(window)
    quantiles = [
        sample_quantile(residuals[s].to_numpy(), float(value), len(window))
        for s, value in zip(table.index, sums, strict=True)
    ]
    for name in ("lower", "upper", "two", "abs"):
        table[f"sample_quantile_{name}"] = [quantile[name] for quantile in quantiles]
    pseudo = placebo(results, window)
    table["conformal"] = conformal_pvalues(results, window)
    table["placebo"] = pseudo.pvalues
    asked = pseudo.shared_scars, pseudo.event["scar"].to_numpy()
    table["familywise"], table["stepdown"] = max_t(*asked), step_down(*asked)
    table["holm"] = holm(table["pvalue"].to_numpy())
    return table


def across_windows(results: StudyResults) -> pd.DataFrame:
    """Romano and Wolf's step-down p of every firm in every CAR window, all of them asked at once.

    Returns
    -------
    DataFrame, symbol x window
        A date counts that has four fifths of the SCARs; all are NaN where there is none.
    """
    windows = results.design.car_windows
    pseudo = [placebo(results, window) for window in windows]
    draws = shared(np.hstack([one.scars.to_numpy() for one in pseudo]))
    event = np.concatenate([one.event["scar"].to_numpy() for one in pseudo])
    found = step_down(draws, event).reshape(len(windows), -1).T
    return pd.DataFrame(found, index=results.parameters.index, columns=pd.Index(windows, name="window"))


def sample_quantile(residuals: Floats, car: float, length: int = 1) -> dict[str, float]:
    """Rank of a CAR among the sums of `length` successive residuals (Gelbach, Helland & Klick 2013).

    Returns
    -------
    dict
        One-sided ``lower`` and ``upper``, ``two`` = twice the smaller, ``abs`` by absolute size;
        each (1 + sums at least as extreme) / (sums + 1).
    """
    sums = np.convolve(residuals, np.ones(length), mode="valid")
    sums = sums[np.isfinite(sums)]
    if not len(sums) or not np.isfinite(car):
        return dict.fromkeys(("lower", "upper", "two", "abs"), float("nan"))
    extreme = {"lower": sums <= car, "upper": sums >= car, "abs": np.abs(sums) >= abs(car)}
    found = {side: (1 + int(beyond.sum())) / (len(sums) + 1) for side, beyond in extreme.items()}
    return found | {"two": min(1.0, 2 * min(found["lower"], found["upper"]))}


def conformal_pvalues(results: StudyResults, window: Window) -> pd.Series[float]:
    """Share of cyclic shifts that put as large a sum into the window, the model refitted with the event.

    Under the null the event days are days like any other, so the model is estimated on them too;
    shifting residuals in a circle keeps their serial dependence (Chernozhukov, Wuthrich & Zhu 2021).
    """
    design, panel = results.design, results.panel
    model = NORMAL_RETURNS[design.model]
    rows = np.r_[panel.rows(design.estimation_window), panel.rows(window)]
    terms = model.terms(panel).each(lambda values: values[rows])
    nothing = slice(len(rows), len(rows))  # the event days are days like any other
    fit = model.refit(panel.returns[rows], terms, slice(0, len(rows)), nothing)
    values = [cyclic_pvalue(fit.residuals[:, j], len(window)) for j in range(len(results.symbols))]
    return pd.Series(values, index=results.parameters.index, name="conformal")


@dataclass(frozen=True, eq=False, slots=True)
class CarBand:
    """CAR paths from the start of the event window, each with two bands: tables event_time x symbol.

    `low`, `high` hold at each event time by itself (t distributed); `simultaneous_low`,
    `simultaneous_high` hold along the whole path: 95 % of the paths from pseudo-event dates stay
    inside throughout. The latter are NaN without enough history.
    """

    car: pd.DataFrame
    low: pd.DataFrame
    high: pd.DataFrame
    simultaneous_low: pd.DataFrame
    simultaneous_high: pd.DataFrame


def car_band(results: StudyResults) -> CarBand:
    """CAR paths over the event window with pointwise and simultaneous (sup-t) 95 % bands."""
    paths, deviations = results.fit.path_sums(results.panel.rows(results.design.event_window))
    days = results.abnormal_returns
    car, errors = pd.DataFrame(paths.T, days.index, days.columns), deviations.T
    pointwise = reach(results.fit.df_resid) * errors
    simultaneous = _critical_values(results) * errors
    return CarBand(car, car - pointwise, car + pointwise, car - simultaneous, car + simultaneous)


def _critical_values(results: StudyResults) -> Floats:
    """The 95 % quantile over pseudo-event dates of the largest standardised CAR on a path, shape (N,)."""
    lags, panel = history(results)
    largest = np.full((len(results.symbols), len(lags)), np.nan)
    for firms, studies in pseudo_studies(results, lags, panel):
        fit, part = studies.fit, largest[firms]
        known = fit.nobs * 2 >= len(results.design.estimation_window)
        part[...] = np.where(known, largest_on_paths(fit), np.nan).reshape(part.shape)
    return np.array([_upper_quantile(column[np.isfinite(column)]) for column in largest])


def largest_on_paths(fit: Fit) -> Floats:
    """The largest standardised CAR on each path of pseudo-studies, shape (n,); NaN without any return.

    A path begins with its first return: days before it have neither a sum nor an error.
    """
    paths, errors = fit.path_sums(slice(None))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.fmax.reduce(np.abs(paths / errors), axis=1))


def _upper_quantile(draws: Floats) -> float:
    """The order statistic that one more draw exceeds with probability 5 % at most."""
    place = int(np.ceil(CONFIDENCE * (len(draws) + 1)))
    return float(np.sort(draws)[place - 1]) if len(draws) >= FEWEST_PATHS else float("nan")


def cyclic_pvalue(residuals: Floats, length: int) -> float:
    """Share of cyclic shifts whose last `length` entries sum to at least as much, in absolute value."""
    if not np.isfinite(residuals[-length:]).all():
        return float("nan")
    known = residuals[np.isfinite(residuals)]
    around = np.concatenate([known, known[: length - 1]])
    sums = np.abs(np.convolve(around, np.ones(length), mode="valid"))
    observed = sums[len(known) - length]
    return float((sums >= observed * (1 - 1e-12)).mean())
