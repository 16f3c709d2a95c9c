"""The event study: a frozen design in, frozen results out."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from analysis.errors import DataError, DesignError, UnknownNameError
from analysis.event import Event, Window, day_zero
from analysis.exclusions import unfitted, unusable
from analysis.market import Floats, Market
from analysis.normal_returns import NORMAL_RETURNS, Fit
from analysis.panel import EventPanel, Ints, Observation, event_panel
from analysis.reactions import OWN_MEAN, REACTIONS

CAR_WINDOWS = (Window(0, 0), Window(0, 1), Window(-1, 1), Window(-5, 5), Window(-10, 10))
EVENT_WINDOW = Window(-10, 10)
ESTIMATION_WINDOW = Window(-260, -11)
CONFIDENCE = 0.95
MOST_REASONS = 10  # in one message


@dataclass(frozen=True, slots=True)
class StudyDesign:
    """Everything a reader can choose: the state of a page, the caption and the cache key in one.

    `benchmark` None means each instrument's own default; `reaction` is what is studied, a key of
    `REACTIONS`. Reactions other than the return are measured against their own mean.

    Raises
    ------
    DesignError
        If the windows overlap, the event window leaves out day 0, no symbol is named, or the
        reaction does not go with the model.
    UnknownNameError
        If the model is not in `NORMAL_RETURNS`, or the reaction not in `REACTIONS`.
    """

    event: Event
    symbols: tuple[str, ...]
    benchmark: str | None = None
    model: str = "market_model"
    event_window: Window = EVENT_WINDOW
    estimation_window: Window = ESTIMATION_WINDOW
    reaction: str = "return"

    def __post_init__(self) -> None:
        if self.model not in NORMAL_RETURNS:
            raise UnknownNameError("model", self.model, NORMAL_RETURNS)
        if self.reaction not in REACTIONS:
            raise UnknownNameError("reaction", self.reaction, REACTIONS)
        if self.reaction != "return" and self.model != OWN_MEAN:
            raise DesignError(
                f"the {self.reaction} is measured against its own mean: choose the model {OWN_MEAN!r}"
            )
        if not self.symbols:
            raise DesignError("a study needs at least one symbol")
        if repeated := [symbol for symbol, count in Counter(self.symbols).items() if count > 1]:
            raise DesignError(f"symbol {', '.join(sorted(repeated))} is named twice")
        if 0 not in self.event_window:
            raise DesignError(f"event window {self.event_window} must contain day 0")
        if self.event_window.overlaps(self.estimation_window):
            raise DesignError(
                f"estimation window {self.estimation_window} overlaps event window {self.event_window}; "
                f"end it at {self.event_window.start - 1:+d} or before"
            )

    @property
    def car_windows(self) -> tuple[Window, ...]:
        """The standard CAR windows that fit into the event window, and the event window itself."""
        fitting = tuple(window for window in CAR_WINDOWS if self.event_window.covers(window))
        return fitting if self.event_window in fitting else (*fitting, self.event_window)


@dataclass(frozen=True, eq=False)
class StudyResults:
    """Abnormal returns of N firms over the L sessions of the event window, and their uncertainty.

    All tables are decimal; rows are event time, columns symbols. `excluded` gives a reason per
    symbol that could not be studied.
    """

    design: StudyDesign
    panel: EventPanel
    fit: Fit
    coefficient_names: tuple[str, ...]
    imposed: Mapping[str, float]
    excluded: Mapping[str, str]

    @property
    def symbols(self) -> tuple[str, ...]:
        """Symbols studied, in the order of the design."""
        return self.panel.labels

    @property
    def benchmarks(self) -> dict[str, str]:
        """Benchmark of each symbol."""
        return {o.label: o.benchmark for o in self.panel.observations}

    @property
    def event_sessions(self) -> dict[str, dt.date]:
        """Day 0 of each symbol on its own exchange."""
        return dict(zip(self.symbols, self.sessions.loc[0].dt.date, strict=True))

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
        variances = np.diagonal(self.fit.forecast_covariance, axis1=1, axis2=2).T
        return self._frame(np.sqrt(variances), self.design.event_window)

    @cached_property
    def sar(self) -> pd.DataFrame:
        """SAR: abnormal return over its standard error, t distributed with M - k degrees of freedom."""
        return self.abnormal_returns / self.standard_errors

    @property
    def statistics(self) -> pd.DataFrame:
        """The t statistic of each AR, which is its SAR."""
        return self.sar

    @cached_property
    def pvalues(self) -> pd.DataFrame:
        """Two-sided p value of each AR."""
        values = two_sided_p(self.sar.to_numpy(), self.fit.df_resid)
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
        car, se = self.car_and_error(window)
        with np.errstate(invalid="ignore", divide="ignore"):
            statistic = car / se
        half = stdtrit(self.fit.df_resid, (1 + CONFIDENCE) / 2) * se
        return pd.DataFrame(
            {
                "car": car,
                "se": se,
                "statistic": statistic,
                "df": self.fit.df_resid,
                "pvalue": two_sided_p(statistic, self.fit.df_resid),
                "ci_low": car - half,
                "ci_high": car + half,
            },
            index=self.parameters.index,
        )

    def car_and_error(self, window: Window) -> tuple[Floats, Floats]:
        """CAR of each symbol over a window and its standard error, shape (N,) each."""
        ar, chosen = self._selected(window)
        covariance = np.where(np.isnan(self.fit.forecast_covariance), 0.0, self.fit.forecast_covariance)
        se = np.sqrt(np.einsum("ln,nlm,mn->n", chosen, covariance, chosen))
        car, se = np.where(chosen.any(axis=0), [ar.sum(axis=0), se], np.nan)
        return car, se

    def scar(self, window: Window) -> pd.Series[float]:
        """SCAR: CAR over its full standard error."""
        return self.car(window)["statistic"]

    def caar(self, window: Window) -> float:
        """CAAR: mean CAR over firms."""
        return float(self.car(window)["car"].mean())

    def bhar(self, window: Window) -> pd.Series[float]:
        """BHAR: compounded return minus compounded expected return.

        Raises
        ------
        DesignError
            If the reaction is not the return: volumes and ranges do not compound.
        """
        if self.design.reaction != "return":
            raise DesignError(f"a {self.design.reaction} does not compound: BHAR is of returns alone")
        chosen = self._selected(window)[1] == 1
        actual = (1 + self.returns.where(chosen)).prod(min_count=1)
        return actual - (1 + self.expected_returns.where(chosen)).prod(min_count=1)

    def _selected(self, window: Window) -> tuple[Floats, Floats]:
        """Abnormal returns (L, N) with zeros outside the window, and the 0/1 choice of days."""
        if not self.design.event_window.covers(window):
            raise DesignError(f"window {window} is not inside the event window {self.design.event_window}")
        ar = self.abnormal_returns.to_numpy()
        inside = (self.design.event_window.event_time >= window.start) & (
            self.design.event_window.event_time <= window.end
        )
        chosen = inside[:, None] & np.isfinite(ar)
        return np.where(chosen, ar, 0.0), chosen.astype(float)

    def _event_table(self, values: Floats) -> pd.DataFrame:
        return self._frame(values[self.panel.rows(self.design.event_window)], self.design.event_window)

    def _frame(self, values: Floats, window: Window) -> pd.DataFrame:
        index = pd.Index(window.event_time, name="event_time")
        return pd.DataFrame(values, index=index, columns=pd.Index(self.symbols, name="symbol"))


def two_sided_p(statistic: Floats, df: Floats | Ints | float) -> Floats:
    """Two-sided p value of a t statistic; NaN stays NaN."""
    return np.asarray(2.0 * stdtr(df, -np.abs(statistic)))


def event_study(design: StudyDesign, market: Market) -> StudyResults:
    """Run a study: day 0 per exchange, normal returns, abnormal returns and their covariance.

    Raises
    ------
    DesignError
        If no symbol of the design can be studied; the message gives each reason.
    UnknownNameError
        If a symbol or the benchmark is unknown.
    """
    observations, excluded = observe(design, market)
    _require(observations, excluded)
    span = Window(
        min(design.estimation_window.start, design.event_window.start),
        max(design.estimation_window.end, design.event_window.end),
    )
    series = REACTIONS[design.reaction].series
    return study_panel(design, event_panel(market, observations, span, series), excluded)


def study_panel(design: StudyDesign, panel: EventPanel, excluded: Mapping[str, str]) -> StudyResults:
    """Study observations that are already gathered, leaving out those that cannot be fitted.

    Raises
    ------
    DesignError
        If none is left; the message gives each reason.
    """
    _require(panel.labels, excluded)
    model = NORMAL_RETURNS[design.model]
    terms = model.terms(panel)
    if lost := unusable(design, panel, terms):
        return study_panel(design, panel.without(lost), {**excluded, **lost})
    estimation, event = panel.rows(design.estimation_window), panel.rows(design.event_window)
    fit = model.fit(panel.returns, terms, estimation, event)
    if failed := unfitted(design, panel, fit):
        return study_panel(design, panel.without(failed), {**excluded, **failed})
    return StudyResults(design, panel, fit, terms.names, dict(terms.imposed), excluded)


def observe(design: StudyDesign, market: Market) -> tuple[list[Observation], dict[str, str]]:
    """One observation per symbol that has bars, a benchmark and a day 0; the others with a reason."""
    if design.benchmark is not None and not market.has_bars(market.instrument(design.benchmark).symbol):
        raise DesignError(f"benchmark {design.benchmark} has no bars in this snapshot; choose another")
    observations: list[Observation] = []
    excluded: dict[str, str] = {}
    for symbol in design.symbols:
        traded = market.traded(symbol)
        if traded != symbol:
            excluded[symbol] = f"no bars in this snapshot; measured through its stand-in {traded}"
        if any(observation.label == traded for observation in observations):
            continue
        try:
            observations.append(_observation(design, market, traded))
        except (DesignError, DataError) as error:
            excluded[traded] = str(error)
    return observations, excluded


def _observation(design: StudyDesign, market: Market, symbol: str) -> Observation:
    benchmark = design.benchmark or market.instrument(symbol).benchmark
    if not market.has_bars(symbol):
        raise DataError("no bars in this snapshot")
    if benchmark is None:
        raise DesignError("has no default benchmark; name one")
    if benchmark == symbol:
        raise DesignError("is its own benchmark")
    if not market.has_bars(benchmark):
        raise DataError(f"its benchmark {benchmark} has no bars in this snapshot")
    return Observation(symbol, symbol, benchmark, day_zero(design.event, market.sessions_for(symbol)))


def _require(observations: Sequence[object], excluded: Mapping[str, str]) -> None:
    if not observations:
        reasons = [f"{symbol}: {reason}" for symbol, reason in excluded.items()]
        more = [f"and {len(reasons) - MOST_REASONS} more"] if len(reasons) > MOST_REASONS else []
        raise DesignError(f"nothing to study. {'; '.join(reasons[:MOST_REASONS] + more)}")
