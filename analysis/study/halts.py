"""Firms without a bar on day 0 or the day after: what their price did until it was there again."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analysis.market.bars import Ints
from analysis.market.events import DAY_ZERO, Dates, Window
from analysis.market.panels import EventPanel, event_panel
from analysis.market.trades import BETWEEN_TRADES, next_bars
from analysis.models.distributions import two_sided_t
from analysis.models.least_squares import Fit, Flags, Terms, least_squares
from analysis.models.normal_returns import NORMAL_RETURNS, NormalReturnModel
from analysis.study.design import StudyDesign
from analysis.study.exclusions import fewest_returns

FALLBACK = "market_model"  # where the model of the study knows single sessions alone


@dataclass(frozen=True, slots=True)
class Reopening:
    """The move of a firm from its last bar before a halt to the first after it.

    Parameters
    ----------
    column : int
        Which observation of the panel.
    label : str
    missing, since, until : datetime64[D]
        The first day without a bar, the last bar before it and the next after it.
    event_time : int
        Of the day without a bar: 0 or 1.
    sessions : int
        How many the move spans.
    observed : float
        Simple return over the gap.
    abnormal, statistic, pvalue : float
        The same beyond what the model expects, and how unusual that is; NaN where it cannot be had.
    model : str
        A key of `NORMAL_RETURNS`.
    """

    column: int
    label: str
    missing: np.datetime64
    since: np.datetime64
    until: np.datetime64
    event_time: int
    sessions: int
    observed: float
    abnormal: float
    statistic: float
    pvalue: float
    model: str

    @property
    def text(self) -> str:
        """What happened, without the name of the firm."""
        gap = (
            f"no bar on day {_signed(self.event_time)} ({self.missing}); from {self.since} to its next bar "
            f"on {self.until} ({self.sessions} sessions)"
        )
        if not np.isfinite(self.abnormal):
            return f"{gap} its return was {_percent(self.observed)}"
        p = "p < 0.001" if self.pvalue < 0.001 else f"p = {self.pvalue:.3f}"
        label = NORMAL_RETURNS[self.model].label
        return (
            f"{gap} its abnormal return was {_percent(self.abnormal)} ({label}; t {self.statistic:.2f}, {p})"
        )


def _percent(value: float) -> str:
    return f"{100 * value:+.2f} %"


def _signed(event_time: int) -> str:
    return f"{event_time:+d}" if event_time else "0"


def halted(design: StudyDesign, panel: EventPanel) -> Ints:
    """Columns of firms that lack a bar on day 0 or, inside the event window, on day +1, and trade later.

    Read off the returns: one that is missing beside others tells which bar is.
    """
    if design.reaction != "return":
        return np.empty(0, dtype=np.int64)
    rows = panel.rows(Window(0, min(1, design.event_window.end)))
    missing = np.isnan(panel.returns[rows])
    # between neighbouring sessions that of day +1 lacks exactly where one of the two bars does
    out = missing.any(axis=0) if design.gaps == BETWEEN_TRADES else missing[-1]
    if not out.any():
        return np.empty(0, dtype=np.int64)
    first, last = panel.bars
    columns = np.flatnonzero(out & (first < 0) & (last > 0))
    return columns[_gaps(panel, columns)[2]]


def reopenings(design: StudyDesign, panel: EventPanel, columns: Ints) -> list[Reopening]:
    """What the price of some `halted` firms did over the gap.

    The abnormal return is that between trades: the return over the gap less alpha times its sessions and
    beta times the benchmark's return over the same gap, with the full prediction error. A model that
    knows single sessions alone gives way to the market model.
    """
    if not len(columns):
        return []
    event_time, reopened, _ = _gaps(panel, columns)
    ends = replace(panel.observations.take(columns), position=reopened)
    move = event_panel(panel.market, ends, DAY_ZERO, gaps=BETWEEN_TRADES)
    model = NORMAL_RETURNS[design.model if NORMAL_RETURNS[design.model].between_trades else FALLBACK]
    fit = _fitted(design, model, panel.take(columns), move)
    sound = (fit.nobs >= fewest_returns(design)) & (fit.df_resid > 2)
    abnormal = np.where(sound, fit.residuals[-1], np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        statistic = abnormal / fit.errors[0]
    spans = move.constant[0].astype(np.int64)
    missing, since = panel.dates[panel.rows(DAY_ZERO).start + event_time, columns], _sessions(move, -spans)
    pvalues = two_sided_t(statistic, fit.df_resid)
    return [
        Reopening(
            column=int(columns[k]),
            label=move.observations.labels[k],
            missing=missing[k],
            since=since[k],
            until=move.dates[0, k],
            event_time=int(event_time[k]),
            sessions=int(spans[k]),
            observed=float(move.returns[0, k]),
            abnormal=float(abnormal[k]),
            statistic=float(statistic[k]),
            pvalue=float(pvalues[k]),
            model=model.key,
        )
        for k in range(len(columns))
    ]


def _gaps(panel: EventPanel, columns: Ints) -> tuple[Ints, Ints, Flags]:
    """The day on which each had no bar, the session of its next bar, and whether there is one."""
    market, sub = panel.market, panel.observations.take(columns)
    event_time, reopened = np.zeros((2, len(columns)), dtype=np.int64)
    kept = np.zeros(len(columns), dtype=bool)
    for calendar, places in sub.by_calendar(market):
        known, which = np.unique(sub.firm[places], return_inverse=True)
        sessions = market.sessions[calendar].dates
        following = next_bars(market.prices([sub.names[k] for k in known], sessions).T)
        day = sub.position[places]
        first = (following[which, day] == day).astype(np.int64)  # day 0 has its bar
        after = following[which, np.minimum(day + first, len(sessions) - 1)]
        event_time[places], reopened[places] = first, after
        kept[places] = (after > day + first) & (after < len(sessions))
    return event_time, reopened, kept


def _fitted(design: StudyDesign, model: NormalReturnModel, before: EventPanel, move: EventPanel) -> Fit:
    """The model fitted to the estimation window, with the return over the gap as its only event day."""
    rows = before.rows(design.estimation_window)
    old, new = (model.terms(panel) for panel in (before, move))
    terms = Terms(
        old.names,
        np.concatenate([old.regressors[rows], new.regressors]),
        np.concatenate([old.offset[rows], new.offset]),
        gaps=np.concatenate([before.constant[rows], move.constant]),
    )
    returns, last = np.concatenate([before.returns[rows], move.returns]), len(design.estimation_window)
    return least_squares(returns, terms, slice(0, last), slice(last, last + 1))


def _sessions(panel: EventPanel, shift: Ints) -> Dates:
    """Date of the session `shift` sessions after day 0 of each observation, shape (N,)."""
    moved = replace(panel.observations, position=panel.observations.position + shift)
    return np.asarray(replace(panel, observations=moved).dates[0])
