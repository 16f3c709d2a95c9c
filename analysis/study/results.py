"""The results of a study: abnormal returns, their sums and means, and the uncertainty of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from analysis.market.bars import Floats
from analysis.market.errors import DesignError
from analysis.market.events import DAY_ZERO, Window
from analysis.market.panels import EventPanel
from analysis.models.distributions import reach, two_sided_t
from analysis.models.least_squares import Fit, Flags, Ints
from analysis.study.design import StudyDesign
from analysis.study.halts import Reopening

Answer = TypeVar("Answer")


@dataclass(frozen=True, eq=False)
class StudyResults:
    """Abnormal returns of N firms over the L sessions of the event window, and their uncertainty.

    All tables are decimal; rows are event time, columns symbols. `excluded` gives a reason per
    symbol that could not be studied, `reopenings` what prices did over halts that began on day 0 or +1,
    of those left out too. `shortening` says which windows are shorter than was asked for.
    """

    design: StudyDesign
    panel: EventPanel
    fit: Fit
    coefficient_names: tuple[str, ...]
    imposed: Mapping[str, float]
    excluded: Mapping[str, str]
    reopenings: tuple[Reopening, ...] = ()
    shortening: str = ""
    _kept: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)

    def once(self, key: Hashable, compute: Callable[[], Answer]) -> Answer:
        """What was computed from these results under a key; kept as long as they are."""
        if key not in self._kept:
            self._kept[key] = compute()
        answer: Answer = self._kept[key]
        return answer

    @property
    def symbols(self) -> tuple[str, ...]:
        """Symbols studied, in the order of the design."""
        return self.panel.labels

    @property
    def benchmarks(self) -> dict[str, str]:
        """Benchmark of each symbol."""
        return {o.label: o.benchmark for o in self.panel.observations}

    @property
    def benchmarks_read(self) -> dict[str, str | None]:
        """The same, None where the model reads none: it then only tells sessions."""
        reads = "benchmark" in self.design.needs
        return {symbol: named if reads else None for symbol, named in self.benchmarks.items()}

    @property
    def event_sessions(self) -> dict[str, dt.date]:
        """Day 0 of each symbol on its own exchange."""
        (day_zero,) = self.panel.dates[self.panel.rows(DAY_ZERO)]
        return dict(zip(self.symbols, day_zero.tolist(), strict=True))

    @property
    def spans(self) -> dict[str, tuple[np.datetime64, np.datetime64, np.datetime64]]:
        """First and last session that the study of each symbol uses, and the first of its event window."""
        windows = self.design.estimation_window, self.design.event_window
        rows = [self.panel.rows(window) for window in windows]
        first, last = min(row.start for row in rows), max(row.stop for row in rows) - 1
        days = (self.panel.dates[row] for row in (first, last, rows[1].start))
        return dict(zip(self.symbols, zip(*days, strict=True), strict=True))

    @property
    def moved(self) -> dict[str, str]:
        """Day 0 of each symbol whose exchange was closed on the event's date, in words."""
        day = self.design.event.session
        if day is None:
            return {}
        return {
            symbol: f"{session}: {day} is no session of its exchange"
            for symbol, session in self.event_sessions.items()
            if session != day
        }

    @cached_property
    def one_event(self) -> bool:
        """Whether one piece of news can have given all firms their day 0.

        Firms of an exchange then share the session, and one moment lies after the close before day 0
        and not after the close of day 0 on every exchange.
        """
        observations, market = self.panel.observations, self.panel.market
        days = []
        for calendar, places in observations.by_calendar(market):
            positions = observations.position[places]
            if (positions != positions[0]).any():
                return False
            days.append((market.sessions[calendar], int(positions[0])))
        closes = [(sessions.closes, place) for sessions, place in days if sessions.closes is not None]
        ends = closes if len(closes) == len(days) else [(one.dates, place) for one, place in days]
        return bool(max(end[place - 1] for end, place in ends) < min(end[place] for end, place in ends))

    @cached_property
    def sessions(self) -> pd.DataFrame:
        """Date of each event time."""
        return self._event_table(self.panel.dates.astype("datetime64[s]"))

    @cached_property
    def returns(self) -> pd.DataFrame:
        """Simple returns."""
        return self._event_table(self.panel.returns)

    @cached_property
    def expected_returns(self) -> pd.DataFrame:
        """Returns that the model expects."""
        return self._event_table(self.fit.expected)

    @cached_property
    def abnormal_returns(self) -> pd.DataFrame:
        """AR: return minus expected return."""
        return self._event_table(self.fit.residuals)

    @cached_property
    def standard_errors(self) -> pd.DataFrame:
        """Standard error of each AR, prediction error included."""
        return self._frame(self.fit.errors, self.design.event_window)

    @cached_property
    def statistics(self) -> pd.DataFrame:
        """SAR: abnormal return over its standard error, t distributed with M - k degrees of freedom."""
        return self.abnormal_returns / self.standard_errors

    @cached_property
    def pvalues(self) -> pd.DataFrame:
        """Two-sided p value of each AR."""
        values = two_sided_t(self.statistics.to_numpy(), self.fit.df_resid)
        return self._frame(values, self.design.event_window)

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """Coefficients, sigma, rsquared, nobs and df_resid per symbol."""
        columns = dict(self.imposed) | dict(zip(self.coefficient_names, self.fit.coefficients.T, strict=True))
        fit = self.fit
        columns |= {"sigma": fit.sigma, "rsquared": fit.rsquared, "nobs": fit.nobs, "df_resid": fit.df_resid}
        return pd.DataFrame(columns, index=pd.Index(self.symbols, name="symbol"))

    @cached_property
    def estimation_residuals(self) -> pd.DataFrame:
        """Residuals of the estimation window in event time."""
        window = self.design.estimation_window
        return self._frame(self.fit.residuals[self.panel.rows(window)], window)

    @cached_property
    def residuals(self) -> pd.DataFrame:
        """Residuals of the estimation window by calendar date, NaN where a firm had no session."""
        dates = self.panel.dates[self.panel.rows(self.design.estimation_window)]
        values = self.estimation_residuals.to_numpy()
        days = np.unique(dates[~np.isnat(dates)])
        out = np.full((len(days), len(self.symbols)), np.nan)
        place = np.searchsorted(days, dates).clip(0, len(days) - 1)
        real = ~np.isnat(dates)
        out[place[real], np.broadcast_to(np.arange(dates.shape[1]), dates.shape)[real]] = values[real]
        return pd.DataFrame(out, index=pd.DatetimeIndex(days, name="session"), columns=self.returns.columns)

    @property
    def aar(self) -> pd.Series[float]:
        """AAR: mean abnormal return over firms, per event time."""
        return self.abnormal_returns.mean(axis=1)

    def car(self, window: Window) -> pd.DataFrame:
        """CAR of each symbol over a window inside the event window.

        Days without an abnormal return are left out of the sum and of its variance.

        Returns
        -------
        DataFrame
            Columns car, se, statistic, df, pvalue, ci_low, ci_high (95 %).
        """
        car, se = self.cars((window,))[:, 0]
        with np.errstate(invalid="ignore", divide="ignore"):
            statistic = car / se
        half = reach(self.fit.df_resid) * se
        return pd.DataFrame(
            {
                "car": car,
                "se": se,
                "statistic": statistic,
                "df": self.fit.df_resid,
                "pvalue": two_sided_t(statistic, self.fit.df_resid),
                "ci_low": car - half,
                "ci_high": car + half,
            },
            index=self.parameters.index,
        )

    def cars(self, windows: Sequence[Window]) -> Floats:
        """CAR of each symbol over windows and its standard error, shape (2, W, N)."""
        days = np.zeros((len(windows), len(self._there)), dtype=bool)
        for flags, window in zip(days, windows, strict=True):
            flags[self._rows(window)] = True
        sums = self.fit.window_sums(self.panel.rows(self.design.event_window), days)
        return np.where(days @ self._there, sums, np.nan)

    @property
    def event_gaps(self) -> Floats | None:
        """Sessions that each abnormal return spans, shape (L, N); None where it is one for all."""
        gaps = self.panel.gaps
        return None if gaps is None else gaps[self.panel.rows(self.design.event_window)]

    def car_per_session(self, window: Window) -> Floats:
        """CAR of each symbol, returns over g sessions divided by sqrt(g) as residuals are, shape (N,)."""
        rows, ar = self._rows(window), self.fit.residuals[self.panel.rows(window)]
        if self.event_gaps is not None:
            ar = ar / np.sqrt(self.event_gaps[rows])
        there = self._there[rows]
        return np.where(there.any(axis=0), np.where(there, ar, 0.0).sum(axis=0), np.nan)

    def held(self, window: Window) -> Ints:
        """Sessions of a window that its CAR is of, per symbol, shape (N,): at most the window's length.

        A return over several sessions holds those of them that lie inside the window.
        """
        chosen = self._there[self._rows(window)]
        if self.event_gaps is None:
            return np.asarray(chosen.sum(axis=0))
        gaps, since = self.event_gaps[self._rows(window)], np.arange(1, len(window) + 1)
        inside = np.minimum(np.where(chosen, gaps, 0), since[:, None])
        return np.asarray(inside.sum(axis=0), dtype=np.int64)

    def caar(self, window: Window) -> float:
        """CAAR: mean CAR over firms."""
        return float(self.car(window)["car"].mean())

    @cached_property
    def _there(self) -> Flags:
        """Which abnormal returns of the event window are known, shape (L, N)."""
        return np.isfinite(self.fit.residuals[self.panel.rows(self.design.event_window)])

    def _rows(self, window: Window) -> slice:
        """Rows of a window among those of the event window."""
        if not self.design.event_window.covers(window):
            raise DesignError(f"window {window} is not inside the event window {self.design.event_window}")
        first = self.design.event_window.start
        return slice(window.start - first, window.end - first + 1)

    def _event_table(self, values: Floats) -> pd.DataFrame:
        return self._frame(values[self.panel.rows(self.design.event_window)], self.design.event_window)

    def _frame(self, values: Floats, window: Window) -> pd.DataFrame:
        index = pd.Index(window.event_time, name="event_time")
        return pd.DataFrame(values, index=index, columns=pd.Index(self.symbols, name="symbol"))
