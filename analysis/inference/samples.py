"""Samples of firms and dates on which nothing was known to happen, and the evidence that they give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from analysis.inference.daily import Daily, count
from analysis.inference.evidence import Evidence
from analysis.inference.sampling import Sampling, spread_over_dates
from analysis.inference.simulation_design import FIFTHS, Population, SimulationDesign, Treatment, first_date
from analysis.inference.together import (
    by_pairs,
    lagged_correlation,
    of_cars,
    residual_correlations,
    skewness,
    succession,
    successive_correlations,
)
from analysis.inference.volatility import usual_volatility
from analysis.market.bars import Floats, Ints
from analysis.market.errors import DesignError
from analysis.market.events import Window
from analysis.models.normal_returns import NORMAL_RETURNS, Fit, Terms
from analysis.models.rolling import Rolling, expected_volatility
from analysis.models.synthetic import mix_terms, ridge

MOST_PLACEBOS = 500
SPANS = {"one": 1, "late": 1, "week": 5, "month": 21}  # sessions within which firms have day 0
ROOM = 2  # times the dates that a sample draws
AT_ONCE = 5_000  # studies fitted at once

Pseudo = dict[Window, tuple[Floats, Floats]]


def draw(
    drawn_from: Population, design: SimulationDesign, size: int, random: np.random.Generator
) -> tuple[Ints, Ints, int]:
    """Firms without repetition and dates of `size` samples, shape (size, N) each, and a seed for gaps."""
    firms = drawn_from.returns.shape[1]
    chosen = random.permuted(np.tile(np.arange(firms), (size, 1)), axis=1)[:, : design.firms]
    dates = _dates(drawn_from, design, size, random)
    return chosen, dates, int(random.integers(2**31))


def _dates(drawn_from: Population, design: SimulationDesign, size: int, random: np.random.Generator) -> Ints:
    n, last = design.firms, len(drawn_from.returns) - 1 - max(design.event_window.end, 0)
    known = _candidates(drawn_from, design)
    if (span := SPANS.get(design.dates)) is not None:
        one = random.choice(known, size=(size, 1))
        return np.asarray(np.minimum(one + random.integers(0, span, size=(size, n)), last))
    length = len(design.event_window)
    apart = known[known % length == random.integers(length)]  # windows of two never meet
    own = {"two": 2, "unequal": max(n // 3, 1)}.get(design.dates, n)
    if len(apart) < ROOM * own:  # else the samples would all have the same dates
        raise DesignError(
            f"{own} dates whose windows {design.event_window} share no day need room for {ROOM * own}; "
            f"there is room for {len(apart)}"
        )
    picked = random.permuted(np.tile(apart, (size, 1)), axis=1)[:, : own + 1]
    place = np.arange(n) % own if design.dates == "two" else np.minimum(np.arange(n), own)
    return np.asarray(picked[:, place])


@lru_cache(maxsize=1)
def _candidates(drawn_from: Population, design: SimulationDesign) -> Ints:
    """Sessions that can be day 0."""
    dates = np.arange(first_date(design), len(drawn_from.returns) - max(design.event_window.end, 0))
    if design.times == "all":
        return dates
    ratio = departure(drawn_from.benchmarks.mean(axis=1), design)[dates]
    fifth = FIFTHS.index(design.times)
    low, high = np.quantile(ratio, (fifth / 5, (fifth + 1) / 5))
    return np.asarray(dates[(ratio >= low) & (ratio <= high)])


def departure(returns: Floats, design: SimulationDesign) -> Floats:
    """Volatility expected before each event window over that of its estimation window, shape (T,)."""
    before = design.event_window.start - design.estimation_window.end - 1
    out, window = np.full(len(returns), np.nan), design.estimation_window
    past = sliding_window_view(returns, len(window) + before)
    for start in range(0, len(returns) + window.start, AT_ONCE):
        some = past[start : start + AT_ONCE].T
        days = np.arange(start, start + some.shape[1]) - window.start
        known = days < len(returns)
        out[days[known]] = (expected_volatility(some) / some[: len(window)].std(axis=0))[known]
    return out


@dataclass(frozen=True, eq=False)
class Samples:
    """S samples of N firms and dates, fitted; windows of all of them are tested at once.

    Parameters
    ----------
    firms, dates : array of int, shape (S, N)
    pseudo : mapping of window to two arrays, shape (F, MOST_PLACEBOS + T)
        SCARs, and SCARs by recent volatility, of every firm on every session; NaN before the first.
    """

    drawn_from: Population
    design: SimulationDesign
    firms: Ints
    dates: Ints
    seed: int
    pseudo: Pseudo

    @cached_property
    def fit(self) -> Fit:
        """Market models; rows are the estimation window, then all sessions to the end of the event window."""
        firms, dates = self.firms.ravel(), (self.dates - self.delay).ravel()
        gone = _missing_returns(self.design, dates, np.random.default_rng(self.seed))
        return fitted(self.drawn_from, self.design, firms, dates, gone)

    @property
    def delay(self) -> Ints:
        """Sessions by which each firm is behind the others, shape (N,)."""
        firms = np.arange(self.firms.shape[1])
        return firms % 2 if self.design.dates == "late" else np.zeros_like(firms)

    @cached_property
    def daily(self) -> Daily:
        """Residuals and abnormal returns by event time."""
        design, length = self.design, len(self.design.event_window)
        by_sample = self.fit.residuals.reshape(-1, *self.firms.shape).swapaxes(0, 1)
        errors = self.fit.errors[-length:].reshape(length, *self.firms.shape).swapaxes(0, 1)
        days = self.dates[:, None] + design.event_window.event_time[:, None]
        return Daily(
            np.ascontiguousarray(by_sample[:, : len(design.estimation_window)]),
            np.ascontiguousarray(by_sample[:, -length:]),
            errors,
            self.fit.sigma.reshape(self.firms.shape),
            days,
        )

    @cached_property
    def correlations(self) -> Floats:
        """Correlations of residuals by calendar, shape (S, N, N); of firms whose windows may meet."""
        return residual_correlations(self.aligned)

    @cached_property
    def successive(self) -> Floats:
        """The same of a residual and another firm's of the next session, shape (S, N, N)."""
        return successive_correlations(self.aligned)

    @cached_property
    def lagged(self) -> Floats:
        """Its mean over all pairs, shape (S,)."""
        return lagged_correlation(self.aligned)

    @cached_property
    def lopsided(self) -> Floats:
        """Mean skewness of the residuals of a firm, shape (S,)."""
        return np.asarray(np.nanmean(skewness(self.daily.estimation), axis=1))

    @cached_property
    def aligned(self) -> Floats:
        """Residuals by calendar where the dates of a sample lie together, else by event time."""
        estimation, shift = self.daily.estimation, self.dates - self.dates.min(axis=1, keepdims=True)
        if self.design.dates not in ("week", "month"):
            return estimation
        span = estimation.shape[1] + int(shift.max())
        aligned = np.full((len(shift), span, shift.shape[1]), np.nan)
        place = np.arange(estimation.shape[1])[:, None] + shift[:, None, :]
        np.put_along_axis(aligned, place, estimation, axis=1)
        return aligned

    def evidence(self, window: Window, treatment: Treatment) -> Evidence:
        """What the tests of a window look at after a treatment of day 0, which no estimate has seen."""
        chosen, shape = window.among(self.design.event_window.event_time), self.firms.shape
        daily = self.daily if treatment == Treatment() else self._treated(treatment)
        used = np.isfinite(daily.event) & chosen[:, None]
        error = window_sums(self.fit, self.design, (window,))[1].reshape(shape)
        apart = np.abs(self.dates[:, :, None] - self.dates[:, None, :])
        shared = np.maximum(len(window) - apart, 0) / len(window)
        together = by_pairs(of_cars(self.correlations, shared), error, self.fit.nobs.reshape(shape))
        return Evidence(
            daily=daily,
            chosen=chosen,
            car=np.where(used, daily.event, 0.0).sum(axis=1),
            car_se=error,
            sigma=self.daily.sigma,
            nobs=self.fit.nobs.reshape(shape),
            df_resid=self.fit.df_resid.reshape(shape),
            dates=self.dates,
            recent=self._recent(window, shape),
            market=self._market(window),
            **together,
            placebos=lambda recent: (
                error * (self._recent(window, shape) if recent else 1.0),
                self._placebos(self.pseudo[window][int(recent)]),
            ),
        )

    def _treated(self, treatment: Treatment) -> Daily:
        event, zero = self.daily.event.copy(), -self.design.event_window.start
        event[:, zero] = event[:, zero] * np.sqrt(treatment.variance_factor) + treatment.effect
        return replace(self.daily, event=event)

    def _recent(self, window: Window, shape: tuple[int, ...]) -> Floats:
        """Volatility expected before the window in units of sigma."""
        known = self.fit.residuals[: window.start - 1 - self.design.event_window.end]
        return np.asarray((expected_volatility(known) / self.fit.sigma).reshape(shape))

    def _market(self, window: Window) -> Floats:
        """The same of the benchmarks, in units of their volatility in the estimation window."""
        estimation = self.design.estimation_window
        rows = np.arange(estimation.start, window.start)[:, None] + (self.dates - self.delay).ravel()
        past = self.drawn_from.benchmarks[rows, self.firms.ravel()]
        ratio = expected_volatility(past) / usual_volatility(past[: len(estimation)])
        return np.asarray(ratio.reshape(self.firms.shape))

    def _placebos(self, scars: Floats) -> Floats:
        """Mean SCAR of each sample on the dates before its own, shape (S, Q)."""
        before = sliding_window_view(scars, MOST_PLACEBOS, axis=1)
        latest = self.dates - self.delay + 1 - len(self.design.event_window)
        return np.asarray(before[self.firms, latest].mean(axis=1))

    def samplings(self, gathered: Evidence, window: Window) -> list[Sampling]:
        """What decides trust, sample by sample."""
        n, length = self.firms.shape[1], len(self.design.estimation_window)
        inflation, recent = 1 + (n - 1) * gathered.correlation, gathered.departure
        market = gathered.market_departure
        donors = self.drawn_from.donors.shape[1] if self.design.mixed else 0
        upper = np.triu_indices(n, 1)
        between = self.correlations[:, upper[0], upper[1]]
        mean = np.nansum(between, axis=1) / np.maximum(count(between), 1)
        following = succession(self.successive, self.dates, len(window))
        return [
            Sampling(
                firms=n,
                **spread_over_dates(dates, dates + window.start, dates + window.end),
                repeats=0,
                correlation=float(mean[k]),
                lagged=float(self.lagged[k]),
                succession=float(following[k]),
                skewness=float(self.lopsided[k]),
                inflation=float(inflation[k]),
                differences=float(gathered.differences[k]),
                nobs=int(gathered.nobs[k].min()),
                missing=float(1 - gathered.nobs[k].mean() / length),
                recent=float(recent[k]),
                market=float(market[k]),
                length=len(window),
                donors=donors,
            )
            for k, dates in enumerate(self.dates)
        ]


def _missing_returns(design: SimulationDesign, dates: Ints, random: np.random.Generator) -> Floats | None:
    """Added to returns (rows, columns): NaN where one of its two bars is missing; day 0 always has both."""
    if not design.missing:
        return None
    time = _event_times(design)
    bars = random.random((len(time) + 1, len(dates))) < design.missing
    zero = int(np.flatnonzero(time == 0)[0])
    bars[zero : zero + 2] = False
    return np.where(bars[1:] | bars[:-1], np.nan, 0.0)


def _event_times(design: SimulationDesign) -> Ints:
    ahead = np.arange(design.estimation_window.end + 1, design.event_window.end + 1)
    return np.concatenate([design.estimation_window.event_time, ahead])


def fitted(
    drawn_from: Population,
    design: SimulationDesign,
    firms: Ints,
    dates: Ints,
    gone: Floats | None = None,
    time: Ints | None = None,
) -> Fit:
    """Models of firms on dates (flat arrays); rows end with the event window.

    Of other event times, where they are given, all are estimated on.
    """
    rows = (_event_times(design) if time is None else time)[:, None] + dates
    returns = drawn_from.returns[rows, firms]
    if gone is not None:
        returns = returns + gone
    model, before = NORMAL_RETURNS[design.model], len(design.estimation_window if time is None else time)
    terms = _terms(drawn_from, design, rows, firms)
    return model.fit(returns, terms, slice(0, before), slice(before, len(rows)))


def _terms(drawn_from: Population, design: SimulationDesign, rows: Ints, firms: Ints) -> Terms:
    """Terms of firms (N,) on sessions (T, N)."""
    if design.mixed:
        names = tuple(f"D{k}" for k in range(drawn_from.donors.shape[1]))
        return mix_terms(names, drawn_from.donors[rows], NORMAL_RETURNS[design.model].fit is ridge)
    benchmark = drawn_from.benchmarks[rows, firms]
    regressors = np.stack([np.ones_like(benchmark), benchmark], axis=2)
    return Terms(("alpha", "beta"), regressors, np.zeros_like(benchmark))


@lru_cache(maxsize=2)
def pseudo_scars(
    drawn_from: Population, estimation: Window, windows: tuple[Window, ...], model: str = "market_model"
) -> Pseudo:
    """SCARs of every firm on every session with an estimation window, by plain and by recent volatility."""
    design = SimulationDesign(estimation_window=estimation, windows=windows, model=model)
    sessions, firms = drawn_from.returns.shape
    shape = firms, MOST_PLACEBOS + sessions
    out = {window: (np.full(shape, np.nan), np.full(shape, np.nan)) for window in windows}
    first, last = -design.estimation_window.start, sessions - design.event_window.end
    step = AT_ONCE // (1 + drawn_from.donors.shape[1])
    for firm in range(firms):
        for start in range(first, last, step):
            dates = np.arange(start, min(start + step, last))
            studies = _rolling(drawn_from, design, firm, dates)
            place = firm, MOST_PLACEBOS + dates
            cars = zip(*window_sums(studies.fit, design, windows), strict=True)
            expected = studies.volatility([window.start - estimation.end - 1 for window in windows])
            for scars, (car, error), volatility in zip(out.values(), cars, expected, strict=True):
                scars[0][place] = scar = car / error
                scars[1][place] = scar * studies.fit.sigma / volatility
    return out


def _rolling(drawn_from: Population, design: SimulationDesign, firm: int, dates: Ints) -> Rolling:
    """Fits of one firm on successive dates; rows are the sessions from the estimation window on."""
    estimation, ahead = design.estimation_window, design.event_window.end - design.estimation_window.end
    rows = np.arange(dates[0] + estimation.start, dates[-1] + design.event_window.end + 1)[:, None]
    one, size = np.array([firm]), len(estimation)
    terms = _terms(drawn_from, design, rows, one)
    asked = slice(0, size), slice(size, size + ahead), len(dates)
    return NORMAL_RETURNS[design.model].rolling(drawn_from.returns[rows, one], terms, *asked)


def window_sums(fit: Fit, design: SimulationDesign, windows: Sequence[Window]) -> tuple[Floats, Floats]:
    """CARs and their errors of fits that end with the event window, shape (W, N) each."""
    time = _event_times(design)[len(design.estimation_window) :]
    days = np.array([window.among(time) for window in windows])
    return fit.window_sums(slice(-len(time), None), days)
