"""The regression behind a firm's normal returns, in detail."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from analysis.market.bars import Floats
from analysis.market.errors import UnknownNameError
from analysis.models.distributions import two_sided_t
from analysis.models.least_squares import per_session
from analysis.models.newey_west import newey_west, newey_west_lags
from analysis.models.normal_returns import NORMAL_RETURNS, Terms, least_squares
from analysis.study.study import StudyResults


@dataclass(frozen=True, eq=False, slots=True)
class EstimationSample:
    """What one firm's model was estimated from, on the M usable sessions of the estimation window.

    Parameters
    ----------
    y : array, shape (M,)
        What is explained: the return less what the model imposes. Returns over g sessions, their
        regressors and their residuals are divided by sqrt(g), as in the fit.
    x : array, shape (M, k)
        Regressors, the constant first.
    residuals : array, shape (M,)
        Returns minus expected returns.
    dates : array of datetime64[D], shape (M,)
    """

    results: StudyResults
    symbol: str
    y: Floats
    x: Floats
    residuals: Floats
    dates: np.ndarray[tuple[int], np.dtype[np.datetime64]]


def estimation_sample(results: StudyResults, symbol: str) -> EstimationSample:
    """The sample of one firm of a study.

    Raises
    ------
    UnknownNameError
        If the firm is not among those studied.
    """
    if symbol not in results.symbols:
        raise UnknownNameError("symbol", symbol, results.symbols)
    column, rows = results.symbols.index(symbol), results.panel.rows(results.design.estimation_window)
    returns, terms = per_session(results.panel.returns, _terms(results))
    y = (returns - terms.offset)[rows, column]
    x = terms.regressors[rows, column]
    used = np.isfinite(y) & np.isfinite(x).all(axis=1)
    residuals, dates = results.fit.residuals[rows, column], results.panel.dates[rows, column]
    return EstimationSample(results, symbol, y[used], x[used], residuals[used], dates[used])


@lru_cache(maxsize=2)
def _terms(results: StudyResults) -> Terms:
    """The right-hand side of a study, gathered once for all its firms."""
    return NORMAL_RETURNS[results.design.model].terms(results.panel)


def regression_table(results: StudyResults, symbol: str) -> pd.DataFrame:
    """Coefficients with ordinary standard errors, and with those that allow for restless, related days.

    The second kind is heteroskedasticity- and autocorrelation-consistent (Newey & West 1987) with
    the usual floor(4 (M / 100)^(2/9)) lags. Where a coefficient comes from no least-squares
    regression, its errors are missing.

    Returns
    -------
    DataFrame
        coefficient x [estimate, se, statistic, pvalue, hac_se, hac_statistic, hac_pvalue].
    """
    sample = estimation_sample(results, symbol)
    names, values = results.coefficient_names, results.parameters.loc[symbol]
    table = pd.DataFrame({"estimate": values[list(names)].astype(float)}, columns=COLUMNS)
    table.index.name = "coefficient"
    if not names or NORMAL_RETURNS[results.design.model].fit is not least_squares:
        return table
    estimate, df = table["estimate"].to_numpy(), len(sample.y) - len(names)
    for prefix, errors in zip(("", "hac_"), _standard_errors(sample), strict=True):
        table[f"{prefix}se"], table[f"{prefix}statistic"] = errors, estimate / errors
        table[f"{prefix}pvalue"] = two_sided_t(estimate / errors, df)
    return table


def _standard_errors(sample: EstimationSample) -> tuple[Floats, Floats]:
    """Ordinary and Newey-West standard errors of the coefficients of a least-squares fit, each (k,)."""
    (rows, k), residuals = sample.x.shape, sample.residuals
    inverse = np.linalg.inv(np.linalg.qr(sample.x, mode="r"))
    bread = inverse @ inverse.T
    ordinary = bread * (residuals @ residuals / (rows - k))
    _, robust = newey_west(sample.y, sample.x, newey_west_lags(rows))
    return np.sqrt(np.diag(ordinary)), np.sqrt(np.diag(robust))


COLUMNS = ["estimate", "se", "statistic", "pvalue", "hac_se", "hac_statistic", "hac_pvalue"]


def on_benchmark(results: StudyResults) -> bool:
    """Whether what the model expects is a line in the benchmark's return of the same day."""
    alone = NORMAL_RETURNS[results.design.model].needs == ("benchmark",)
    return alone and not any(name.startswith("beta_") for name in results.coefficient_names)


def fitted_scatter(results: StudyResults, symbol: str) -> pd.DataFrame:
    """Every day of a firm against its benchmark, or against what another model expects (`on_benchmark`).

    Returns
    -------
    DataFrame
        event_time x [session, window, across, return, expected_return]; `window` is
        ``estimation`` or ``event``. Days without a pair of returns are left out.
    """
    estimation_sample(results, symbol)
    column, panel, design = results.symbols.index(symbol), results.panel, results.design
    expected = results.fit.expected[:, column]
    table = pd.DataFrame(
        {
            "session": panel.dates[:, column].astype("datetime64[s]"),
            "window": "",
            "across": panel.benchmark()[:, column] if on_benchmark(results) else expected,
            "return": panel.returns[:, column],
            "expected_return": expected,
        },
        index=pd.Index(panel.event_time, name="event_time"),
    )
    for name, window in (("estimation", design.estimation_window), ("event", design.event_window)):
        table.loc[window.start : window.end, "window"] = name
    paired = table[["across", "return"]].notna().all(axis=1)
    return table[paired & (table["window"] != "")]
