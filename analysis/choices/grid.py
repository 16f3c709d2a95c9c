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

from analysis.inference.daily import mean
from analysis.inference.together import dependence, of_cars, residual_correlations, shared_days
from analysis.market.bars import Floats, Ints
from analysis.market.errors import DataError
from analysis.market.events import Dates, Window
from analysis.market.panels import EventPanel
from analysis.models.normal_returns import NORMAL_RETURNS, Terms
from analysis.study.checks import JUMP
from analysis.study.exclusions import unfitted, unusable
from analysis.study.study import StudyDesign, StudyResults

NO_FIRM = "no firm could be studied"
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
    dates : array, shape (T, N)
        Dates of the firms; NaT for those that are never an observation.
    reasons : array of str, shape (E, N)
        Why a pair of window and firm is no observation; empty where it is one.
    """

    design: StudyDesign
    panel: EventPanel
    terms: Terms
    window: Ints
    firm: Ints
    dates: Dates
    reasons: Strings

    @cached_property
    def results(self) -> StudyResults:
        """The study of all observations; those that cannot be fitted are named in `excluded`."""
        rows = self.panel.rows(self.design.estimation_window), self.panel.rows(self.design.event_window)
        fit = NORMAL_RETURNS[self.design.model].fit(self.panel.returns, self.terms, *rows)
        failed = unfitted(self.design, self.panel, fit)
        reasons = {self.panel.labels[c]: failed.reason(c) for c in np.flatnonzero(failed.out).tolist()}
        return StudyResults(self.design, self.panel, fit, self.terms.names, dict(self.terms.imposed), reasons)

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
        """CAR of every firm and CAAR of the group, with its portfolio test, in every CAR window."""
        firms = np.full((3, *self.reasons.shape, len(windows)), np.nan)  # car, se, df
        reasons = self.reasons.copy()
        correlations = np.zeros((*self.reasons.shape, self.reasons.shape[1]))
        if len(self.window):
            failed = self.results.excluded
            fitted = np.array([label not in failed for label in self.panel.labels], dtype=bool)
            reasons[self.window[~fitted], self.firm[~fitted]] = list(failed.values())
            at = self.window[fitted], self.firm[fitted]
            firms[:, *at] = _cars(self.results, windows)[:, fitted]
            correlations = self._correlations(fitted)
        return _answers(firms, correlations, self._shared_days(windows), reasons)

    def _correlations(self, fitted: npt.NDArray[np.bool_]) -> Floats:
        """Correlations of the firms' residuals in each estimation window, shape (E, N, N)."""
        rows = self.panel.rows(self.design.estimation_window)
        dates = self.dates[rows]
        days = np.unique(dates[~np.isnat(dates)])
        place = np.searchsorted(days, dates)  # where a firm has no date: behind the last day
        window, firm = self.window[fitted], self.firm[fitted]
        by_window = np.full((*self.reasons.shape, len(days) + 1), np.nan)
        by_window[window, firm, place[:, firm]] = self.results.fit.residuals[rows][:, fitted]
        return residual_correlations(by_window[..., :-1].transpose(0, 2, 1))

    def _shared_days(self, windows: Sequence[Window]) -> Floats:
        """Share of the days of each CAR window that two firms have in common, shape (W, N, N)."""
        return np.array([shared_days(self.dates[self.panel.rows(window)]) for window in windows])


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
        out = unusable(replace(design, estimation_window=estimation), panel, terms)
        known = {panel.labels[c]: out.reason(c) for c in np.flatnonzero(out.out).tolist()}
        known |= excluded
        reasons[number] = [known.get(symbol, "") for symbol in firms]
    window, firm = np.nonzero(reasons == "")
    columns = np.array([panel.labels.index(firms[int(number)]) for number in firm], dtype=np.int64)
    dates = np.full((len(panel.event_time), len(firms)), np.datetime64("NaT", "D"))
    dates[:, firm] = panel.dates[:, columns]
    spread = Window(min(e.start for e in estimations), max(e.end for e in estimations))
    tiled = _tiled(panel, columns, [estimations[int(number)] for number in window], spread)
    return Grid(
        replace(design, estimation_window=spread), tiled, terms.columns(columns), window, firm, dates, reasons
    )


def _tiled(panel: EventPanel, columns: Ints, estimations: Sequence[Window], spread: Window) -> EventPanel:
    """Columns of a panel, each with the returns of its own estimation window and of the event."""
    time = panel.event_time[:, None]
    start, end = np.array([(e.start, e.end) for e in estimations], dtype=int).reshape(-1, 2).T
    kept = ((time >= start) & (time <= end)) | (time > spread.end)
    labels = [f"{panel.labels[column]} {window}" for column, window in zip(columns, estimations, strict=True)]
    observations = replace(panel.observations.take(columns), labels=tuple(labels))
    returns = np.where(kept, panel.returns[:, columns], np.nan)
    return replace(panel, observations=observations, returns=returns)


def _cars(results: StudyResults, windows: Sequence[Window]) -> Floats:
    """car, se and df of every observation and CAR window, shape (3, C, W)."""
    car, se = results.cars(windows).transpose(0, 2, 1)
    return np.stack([car, se, np.broadcast_to(results.fit.df_resid[:, None], car.shape)])


def _answers(firms: Floats, correlations: Floats, shared: Floats, reasons: Strings) -> Answers:
    """Firms' answers with that of the group, whose errors are correlated on the days firms share."""
    car, se, df = firms
    known = np.isfinite(car)
    caar = mean(car, axis=1)
    caar_se = dependence(of_cars(correlations[:, None], shared), se.transpose(0, 2, 1))[1]
    least_df = np.where(known, df, np.inf).min(axis=1)
    none = np.where(known.any(axis=(1, 2)), "", NO_FIRM).astype(object)
    return Answers(
        _joined(car, caar),
        _joined(se, caar_se),
        _joined(df, np.where(np.isfinite(least_df), least_df, np.nan)),
        _joined(known.astype(float), known.sum(axis=1)),
        np.concatenate([reasons, none[:, None]], axis=1),
    )


def _joined(firms: Floats, group: Floats) -> Floats:
    return np.concatenate([firms, group[:, None]], axis=1)
