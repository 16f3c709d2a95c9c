"""One model before every estimation window at once, with all its CAR windows: the work behind a
specification curve.

Each observation stands in the grid once per estimation window, its other estimation days missing,
so that one fit serves all windows and its numbers are those of separate studies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from analysis.errors import DataError
from analysis.event import Window
from analysis.market import Floats
from analysis.normal_returns import NORMAL_RETURNS, Terms, least_squares
from analysis.panel import EventPanel, Ints
from analysis.study import StudyDesign, StudyResults, unfitted, unusable

JUMP = 4.0  # robust standard deviations beyond which an estimation day is an earlier jump
NO_FIRM = "no firm could be studied"
TOO_FEW = "too few sessions on which all firms have a residual"
Strings = npt.NDArray[np.object_]


@dataclass(frozen=True, eq=False, slots=True)
class Answers:
    """CAR of N firms and, last, CAAR of the group, over E estimation windows and W CAR windows.

    Parameters
    ----------
    effect, se, df, firms : array, shape (E, N + 1, W)
        `firms` is the number of firms that an answer rests on.
    reasons : array of str, shape (E, N + 1)
        Why there is no answer; empty where there is one.
    """

    effect: Floats
    se: Floats
    df: Floats
    firms: Floats
    reasons: Strings


@dataclass(frozen=True, eq=False)
class Grid:
    """One model of one study over E estimation windows: C observations, one per window and firm.

    Parameters
    ----------
    design : StudyDesign
        Its estimation window spans all E of them.
    panel : EventPanel
        Estimation returns outside an observation's own window are missing.
    window, firm : array, shape (C,)
        Numbers of each observation's estimation window and firm.
    reasons : array of str, shape (E, N)
        Why a pair of window and firm is no observation; empty where it is one.
    """

    design: StudyDesign
    panel: EventPanel
    terms: Terms
    window: Ints
    firm: Ints
    reasons: Strings

    @cached_property
    def results(self) -> StudyResults:
        """The study of all observations; those that cannot be fitted are named in `excluded`."""
        rows = self.panel.rows(self.design.estimation_window), self.panel.rows(self.design.event_window)
        fit = least_squares(self.panel.returns, self.terms, *rows)
        failed = unfitted(self.design, self.panel, fit)
        return StudyResults(self.design, self.panel, fit, self.terms.names, dict(self.terms.imposed), failed)

    def without_jumps(self) -> Grid:
        """The grid without the estimation days whose residual is beyond `JUMP` robust deviations.

        The robust deviation is 1.4826 times the median absolute residual of all days.
        """
        rows = self.panel.rows(self.design.estimation_window)
        size = np.abs(self.results.fit.residuals[rows])
        size[:, np.isnan(size).all(axis=0)] = 0.0  # not fitted: nothing to drop
        returns = self.panel.returns.copy()
        returns[rows][size > JUMP * 1.4826 * np.nanmedian(size, axis=0)] = np.nan
        return replace(self, panel=replace(self.panel, returns=returns))

    def answers(self, windows: Sequence[Window]) -> Answers:
        """CAR of every firm and CAAR of the group in every CAR window."""
        shape, reasons = self.reasons.shape, self.reasons.copy()
        firms = np.full((4, *shape, len(windows)), np.nan)  # car, se, df, se / sigma
        group, df = np.full((2, shape[0]), np.nan)
        if len(self.window):
            failed = self.results.excluded
            fitted = np.array([label not in failed for label in self.panel.labels], dtype=bool)
            reasons[self.window[~fitted], self.firm[~fitted]] = list(failed.values())
            firms[:, self.window[fitted], self.firm[fitted]] = _cars(self.results, windows, fitted)
            group, df = _portfolio(self.results, np.where(fitted, self.window, -1), shape[0])
        return _answers(firms, group, df, reasons)


def grid(
    design: StudyDesign,
    estimations: Sequence[Window],
    panel: EventPanel,
    excluded: Mapping[str, str],
    firms: Sequence[str],
) -> Grid:
    """Lay a panel out over estimation windows; what cannot be studied in one is left out with a reason."""
    try:
        terms = NORMAL_RETURNS[design.model].terms(panel)
    except DataError as error:
        excluded = dict.fromkeys(firms, str(error))
        terms = Terms((), np.empty((*panel.returns.shape, 0)), np.zeros_like(panel.returns))
    reasons = np.full((len(estimations), len(firms)), "", dtype=object)
    for number, estimation in enumerate(estimations):
        known = {**unusable(replace(design, estimation_window=estimation), panel, terms), **excluded}
        reasons[number] = [known.get(symbol, "") for symbol in firms]
    window, firm = np.nonzero(reasons == "")
    columns = np.array([panel.labels.index(firms[int(number)]) for number in firm], dtype=np.int64)
    spread = Window(min(e.start for e in estimations), max(e.end for e in estimations))
    tiled = _tiled(panel, columns, [estimations[int(number)] for number in window], spread)
    terms = replace(terms, regressors=terms.regressors[:, columns], offset=terms.offset[:, columns])
    return Grid(replace(design, estimation_window=spread), tiled, terms, window, firm, reasons)


def _tiled(panel: EventPanel, columns: Ints, estimations: Sequence[Window], spread: Window) -> EventPanel:
    """Columns of a panel, each with the returns of its own estimation window and of the event."""
    time = panel.event_time[:, None]
    start, end = np.array([(e.start, e.end) for e in estimations], dtype=int).reshape(-1, 2).T
    kept = ((time >= start) & (time <= end)) | (time > spread.end)
    observations = tuple(
        replace(panel.observations[column], label=f"{panel.labels[column]} {estimation}")
        for column, estimation in zip(columns, estimations, strict=True)
    )
    returns = np.where(kept, panel.returns[:, columns], np.nan)
    return replace(panel, observations=observations, dates=panel.dates[:, columns], returns=returns)


def _cars(results: StudyResults, windows: Sequence[Window], chosen: npt.NDArray[np.bool_]) -> Floats:
    """car, se, df and se / sigma of chosen observations and every CAR window, shape (4, C, W)."""
    cars = np.array([results.car_and_error(window) for window in windows])[:, :, chosen].transpose(1, 2, 0)
    df, sigma = (values[chosen, None] for values in (results.fit.df_resid, results.fit.sigma))
    return np.stack([*cars, np.broadcast_to(df, cars[0].shape), cars[1] / sigma])


def _portfolio(results: StudyResults, window: Ints, estimations: int) -> tuple[Floats, Floats]:
    """Standard deviation of the equal-weight portfolio's residual per estimation window, and its df.

    The portfolio's days are those on which all its firms have a residual.
    """
    residuals = results.residuals.to_numpy()
    sd, df = np.full((2, estimations), np.nan)
    for number in np.unique(window[window >= 0]):
        portfolio = residuals[:, window == number].mean(axis=1)
        portfolio = portfolio[np.isfinite(portfolio)]
        df[number] = len(portfolio) - len(results.coefficient_names)
        if df[number] > 0:
            sd[number] = np.sqrt((portfolio**2).sum() / df[number])
    return sd, df


def _answers(firms: Floats, sd: Floats, df: Floats, reasons: Strings) -> Answers:
    """Firms' answers with that of the group: mean CAR, and the portfolio's standard error.

    The group's prediction error is the mean of its firms', each relative to its sigma: exact for
    firms with the same regressors.
    """
    car, se, dfs, relative_se = firms
    known = np.isfinite(car)
    count = known.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        caar = np.where(known, car, 0.0).sum(axis=1) / count
        relative = np.sqrt(np.where(known, relative_se**2, 0.0).sum(axis=1) / count)
    spread = np.broadcast_to(df[:, None], count.shape)
    why = np.where(count.any(axis=1), np.where(df > 0, "", TOO_FEW), NO_FIRM)
    return Answers(
        _joined(car, caar),
        _joined(se, sd[:, None] * relative),
        _joined(dfs, spread),
        _joined(known.astype(float), count),
        np.concatenate([reasons, why[:, None].astype(object)], axis=1),
    )


def _joined(firms: Floats, group: Floats) -> Floats:
    return np.concatenate([firms, group[:, None]], axis=1)
