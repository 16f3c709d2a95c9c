"""One model before every estimation window at once, with all its CAR windows: the work behind a
specification curve.

Each observation stands in the grid once per estimation window, its other estimation days missing,
so that one fit serves all windows, days 0 and benchmarks, and its numbers are those of separate studies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from analysis.choices.influence import medians
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
    """CAR of N firms and, last, CAAR of the group, in S studies over E estimation and W CAR windows.

    Parameters
    ----------
    effect, se, df, firms : array, shape (S, E, N + 1, W)
        `firms` is the number of firms that an answer rests on.
    reasons : array of str, shape (S, E, N + 1)
        Why there is no answer; empty where there is one.
    """

    effect: Floats
    se: Floats
    df: Floats
    firms: Floats
    reasons: Strings


@dataclass(frozen=True, eq=False)
class Sought:
    """The observations of S studies of the same N firms, which differ in day 0 or benchmark.

    Parameters
    ----------
    panel : EventPanel
        All of them.
    column : array of int, shape (S, N)
        Where each stands in the panel; -1 where there is none.
    absent : array of str, shape (S, N)
        Why there is none; empty where there is one.
    """

    panel: EventPanel
    column: Ints
    absent: Strings

    @cached_property
    def dates(self) -> Dates:
        """Date of each event time, shape (T, S, N); NaT where there is no observation."""
        out = np.full((len(self.panel.event_time), *self.column.shape), np.datetime64("NaT", "D"))
        there = self.column >= 0
        out[:, there] = self.panel.dates[:, self.column[there]]
        return out

    def shared_days(self, windows: Sequence[Window]) -> Floats:
        """Share of the days of each CAR window that two firms have in common, shape (S, W, N, N)."""
        days = [self.dates[self.panel.rows(window)] for window in windows]
        return np.array([[shared_days(of[:, study]) for of in days] for study in range(len(self.column))])


@dataclass(frozen=True, eq=False)
class Grid:
    """One model of S studies over E estimation windows: C observations, one per study, window and firm.

    Parameters
    ----------
    design : StudyDesign
        Its estimation window spans all E of them.
    panel : EventPanel
        Estimation returns outside an observation's own window are missing.
    cells : tuple of array, shape (C,) each
        Numbers of each observation's study, estimation window and firm.
    reasons : array of str, shape (S, E, N)
        Why a study, window and firm are no observation; empty where they are one.
    """

    sought: Sought
    design: StudyDesign
    panel: EventPanel
    terms: Terms
    cells: tuple[Ints, ...]
    reasons: Strings

    @cached_property
    def results(self) -> StudyResults:
        """The study of all observations, of those too that cannot be fitted."""
        rows = self.panel.rows(self.design.estimation_window), self.panel.rows(self.design.event_window)
        fit = NORMAL_RETURNS[self.design.model].fit(self.panel.returns, self.terms, *rows)
        return StudyResults(self.design, self.panel, fit, self.terms.names, dict(self.terms.imposed), {})

    def without_jumps(self) -> Grid:
        """The grid without the estimation days whose residual is beyond `JUMP` robust deviations.

        The robust deviation is 1.4826 times the median absolute residual of all days.
        """
        rows = self.panel.rows(self.design.estimation_window)
        size = np.abs(self.results.fit.residuals[rows].T)
        usual = 1.4826 * medians(size, np.isfinite(size).sum(axis=1))  # NaN where not fitted: nothing to drop
        returns = self.panel.returns.copy()
        returns[rows][(size > JUMP * usual[:, None]).T] = np.nan
        return replace(self, panel=replace(self.panel, returns=returns))

    def answers(self, windows: Sequence[Window], shared: Floats) -> Answers:
        """CAR of every firm and CAAR of the group, with its portfolio test, in every CAR window.

        `shared` are the `shared_days` of these windows.
        """
        failed = unfitted(self.design, self.panel, self.results.fit)
        out, reasons = failed.out, self.reasons.copy()
        reasons[self._at(out)] = [failed.reason(column) for column in np.flatnonzero(out).tolist()]
        firms = np.full((3, *reasons.shape, len(windows)), np.nan)  # car, se, df
        study, window, firm = self._at(~out)
        firms[:, study, window, firm] = _cars(self.results, windows)[:, ~out]
        return _answers(firms, self._correlations(~out), shared, reasons)

    def _at(self, chosen: npt.NDArray[np.bool_]) -> tuple[Ints, ...]:
        return tuple(places[chosen] for places in self.cells)

    def _correlations(self, fitted: npt.NDArray[np.bool_]) -> Floats:
        """Correlations of the firms' residuals in each estimation window, shape (S, E, N, N)."""
        rows = self.panel.rows(self.design.estimation_window)
        dates = self.sought.dates[rows]
        days = np.unique(dates[~np.isnat(dates)])
        place = np.searchsorted(days, dates)  # where a firm has no date: behind the last day
        study, window, firm = self._at(fitted)
        by_day = np.full((*self.reasons.shape, len(days) + 1), np.nan)
        by_day[study, window, firm, place[:, study, firm]] = self.results.fit.residuals[rows][:, fitted]
        return residual_correlations(by_day[..., :-1].swapaxes(-1, -2))


def grid(design: StudyDesign, estimations: Sequence[Window], sought: Sought) -> Grid:
    """Lay studies out over estimation windows; what cannot be studied in one is left out with a reason.

    Of the design counts what is no choice of a study: its model and its event window.
    """
    panel = sought.panel
    reasons = np.empty((len(sought.column), len(estimations), sought.column.shape[1]), dtype=object)
    try:
        terms = NORMAL_RETURNS[design.model].terms(panel)
    except DataError as error:
        terms = Terms((), np.empty((*panel.returns.shape, 0)), np.zeros_like(panel.returns))
        reasons[...] = str(error)
    else:
        for number, estimation in enumerate(estimations):
            out = unusable(replace(design, estimation_window=estimation), panel, terms)
            told = [out.reason(c) if gone else "" for c, gone in enumerate(out.out.tolist())]
            found = np.array([*told, ""], dtype=object)[sought.column]
            reasons[:, number] = np.where(sought.absent == "", found, sought.absent)
    study, window, firm = np.nonzero(reasons == "")
    columns = sought.column[study, firm]
    spread = Window(min(e.start for e in estimations), max(e.end for e in estimations))
    tiled = _tiled(panel, columns, [estimations[int(number)] for number in window], spread)
    used, cells = replace(design, estimation_window=spread), (study, window, firm)
    return Grid(sought, used, tiled, terms.columns(columns), cells, reasons)


def _tiled(panel: EventPanel, columns: Ints, estimations: Sequence[Window], spread: Window) -> EventPanel:
    """Columns of a panel, each with the returns of its own estimation window and of the event."""
    time = panel.event_time[:, None]
    start, end = np.array([(e.start, e.end) for e in estimations], dtype=int).reshape(-1, 2).T
    kept = ((time >= start) & (time <= end)) | (time > spread.end)
    tiled = panel.take(columns)
    return replace(tiled, returns=np.where(kept, tiled.returns, np.nan))


def _cars(results: StudyResults, windows: Sequence[Window]) -> Floats:
    """car, se and df of every observation and CAR window, shape (3, C, W)."""
    car, se = results.cars(windows).transpose(0, 2, 1)
    return np.stack([car, se, np.broadcast_to(results.fit.df_resid[:, None], car.shape)])


def _answers(firms: Floats, correlations: Floats, shared: Floats, reasons: Strings) -> Answers:
    """Firms' answers with that of the group, whose errors are correlated on the days firms share."""
    car, se, df = firms
    known = np.isfinite(car)
    caar = mean(car, axis=-2)
    together = of_cars(correlations[:, :, None], shared[:, None])
    caar_se = dependence(together, se.swapaxes(-1, -2))[1]
    least_df = np.where(known, df, np.inf).min(axis=-2)
    none = np.where(known.any(axis=(-1, -2)), "", NO_FIRM).astype(object)
    return Answers(
        _joined(car, caar),
        _joined(se, caar_se),
        _joined(df, np.where(np.isfinite(least_df), least_df, np.nan)),
        _joined(known.astype(float), known.sum(axis=-2)),
        np.concatenate([reasons, none[..., None]], axis=-1),
    )


def _joined(firms: Floats, group: Floats) -> Floats:
    return np.concatenate([firms, group[..., None, :]], axis=-2)
