"""Placebo inference: the same study on every earlier date, when nothing is known to have happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

from analysis.inference.familywise import rank_pvalue
from analysis.market.bars import Floats, Ints
from analysis.market.events import DAY_ZERO, Window
from analysis.market.panels import EventPanel, event_panel
from analysis.market.reactions import REACTIONS
from analysis.models.normal_returns import NORMAL_RETURNS, Fit
from analysis.study.study import StudyDesign, StudyResults, span

MOST_DATES = 500  # pseudo-events, the latest before the event
MOST_FIRMS = {"market_model": 2000}  # by model; MOST_OTHERS for those without compiled fits
MOST_OTHERS = 400
PRESENT = 0.8  # share of the firms that a pseudo-date needs to count for the group
DECAY = 0.94  # of squared residuals per day, as in RiskMetrics for daily data
MEMORY = 75  # days
COLUMNS = 200  # pseudo-studies fitted at once: more would not fit into a processor's cache


@dataclass(frozen=True, eq=False)
class Placebo:
    """A study's CARs of one window among those of Q pseudo-event dates.

    Pseudo-dates end before the event window starts, and each has its own estimation window of the
    same shape. Their windows overlap when they are longer than a day: `blocks` tells how many
    separate ones there are.

    Parameters
    ----------
    event : DataFrame, symbol x [car, scar, recent_scar]
        The event's own.
    cars, scars, recent_scars : DataFrame, pseudo-date x symbol
        `recent_scars` are measured by the volatility expected the day before the window (see
        `expected_volatility`) in place of that of the estimation window.
        Rows are calendar dates where the firms share the event's week, else event times.
    """

    window: Window
    event: pd.DataFrame
    cars: pd.DataFrame
    scars: pd.DataFrame
    recent_scars: pd.DataFrame

    @property
    def dates(self) -> pd.Index[Any]:
        """Pseudo-event dates, the earliest first."""
        return self.cars.index

    @property
    def blocks(self) -> int:
        """Number of pseudo-windows of the group that do not overlap."""
        return int(np.isfinite(self.caar).sum()) // len(self.window)

    @cached_property
    def caar(self) -> Floats:
        """Mean CAR per pseudo-date, NaN where fewer than four fifths of the firms have one, shape (Q,)."""
        return _group_mean(self.cars)

    @cached_property
    def mean_scar(self) -> Floats:
        """Mean SCAR per pseudo-date, shape (Q,)."""
        return _group_mean(self.scars)

    @cached_property
    def mean_recent_scar(self) -> Floats:
        """Mean SCAR by recent volatility per pseudo-date, shape (Q,)."""
        return _group_mean(self.recent_scars)

    @cached_property
    def pvalues(self) -> pd.Series[float]:
        """Two-sided p per symbol: (1 + pseudo-dates with at least as large a SCAR) / (Q + 1).

        SCARs, because each is measured by its own estimation window: by plain CARs a time rougher
        than the years before would be full of events.
        """
        return self._per_symbol(self.scars, self.event["scar"])

    @cached_property
    def recent_pvalues(self) -> pd.Series[float]:
        """The same for SCARs by recent volatility."""
        return self._per_symbol(self.recent_scars, self.event["recent_scar"])

    @cached_property
    def raw_pvalues(self) -> pd.Series[float]:
        """The same for plain CARs."""
        return self._per_symbol(self.cars, self.event["car"])

    @property
    def shared_scars(self) -> Floats:
        """SCARs of the pseudo-dates on which four fifths of the firms have one, shape (Q, N)."""
        return shared(self.scars.to_numpy())

    @property
    def group_pvalue(self) -> float:
        """Two-sided p of the mean SCAR."""
        return rank_pvalue(self.mean_scar, float(self.event["scar"].mean()))

    @property
    def as_extreme(self) -> int:
        """Pseudo-dates whose mean SCAR was at least as large as the event's: those that its p counts."""
        return int((np.abs(self.mean_scar) >= abs(float(self.event["scar"].mean()))).sum())

    @property
    def raw_group_pvalue(self) -> float:
        """Two-sided p of the mean CAR."""
        return rank_pvalue(self.caar, float(self.event["car"].mean()))

    @property
    def group_rank(self) -> int:
        """Place of the event's mean SCAR from the lowest among itself and the pseudo-dates, from 1."""
        return 1 + int((self.mean_scar < self.event["scar"].mean()).sum())

    def _per_symbol(self, draws: pd.DataFrame, event: pd.Series[float]) -> pd.Series[float]:
        values = [rank_pvalue(draws[symbol].to_numpy(), event[symbol]) for symbol in event.index]
        return pd.Series(values, index=event.index, name="placebo_pvalue")


def placebo(results: StudyResults, window: Window) -> Placebo:
    """The study of one window on every admissible pseudo-event date before the event.

    Returns
    -------
    Placebo
        Without pseudo-dates where the history is too short, or the firms are too many.
    """
    windows = results.design.car_windows
    together = windows if window in windows else (window,)
    return results.once(("placebo", together), lambda: _placebos(results, together))[window]


def _placebos(results: StudyResults, windows: Sequence[Window]) -> dict[Window, Placebo]:
    """Those of several windows, from one fit of each pseudo-event."""
    cars = [results.car(window) for window in windows]
    lags, panel = history(results)
    values = np.full((len(windows), 3, len(lags), len(results.symbols)), np.nan)
    for chosen, fit in pseudo_studies(results, lags, panel):
        for table, window in zip(values, windows, strict=True):
            table[:, chosen] = _cars(fit, window, results)
    keys = _keys(results, lags, panel)
    ((_, fit),) = pseudo_studies(results, np.zeros(1, dtype=np.int64), panel)
    return {
        window: Placebo(
            window,
            _event(results, own, *_cars(fit, window, results)[:, 0]),
            *(_by_key(each, keys, results.symbols) for each in table),
        )
        for window, own, table in zip(windows, cars, values, strict=True)
    }


def expected_volatility(residuals: Floats) -> Floats:
    """Volatility that RiskMetrics (1996) expects for the day after the rows, shape (N,).

    Squares of residuals (T, N), each day back weighing 6 % less; missing days have no weight. Days further
    back than `MEMORY` would weigh less than 1 % together.
    """
    residuals = residuals[-MEMORY:]
    weights = DECAY ** np.arange(len(residuals) - 1, -1, -1.0)[:, None]
    squares = np.nansum(weights * residuals**2, axis=0)
    return np.asarray(np.sqrt(squares / (weights * np.isfinite(residuals)).sum(axis=0)))


def recent_volatility(results: StudyResults, window: Window) -> Floats:
    """Volatility expected the day before a window over that of the estimation window, shape (N,).

    NaN where the estimation window does not end before the window.
    """
    before, fit = results.design.estimation_window, results.fit
    if before.end >= window.start:
        return np.full(len(fit.sigma), np.nan)
    rows = slice(results.panel.rows(before).start, results.panel.rows(window).start)
    with np.errstate(invalid="ignore", divide="ignore"):
        return expected_volatility(fit.residuals[rows]) / fit.sigma


def pseudo_studies(results: StudyResults, lags: Ints, panel: EventPanel) -> Iterator[tuple[slice, Fit]]:
    """Fits of the study moved back by each lag, some lags at a time; `lags` fall by one.

    The columns of a fit are lag by lag, firm by firm; its rows are those of the design (`rows_of`). Every
    pseudo-study sees its own returns only, so that a glitch in one estimation window leaves the others as
    they are.
    """
    design = results.design
    model, whole = NORMAL_RETURNS[design.model], span(design)
    terms = model.terms(panel)
    rows = rows_of(design, design.estimation_window), rows_of(design, design.event_window)
    step = max(1, COLUMNS // len(results.symbols))
    for start in range(0, len(lags), step):
        chosen = slice(start, start + step)
        first = whole.start - int(panel.event_time[0]) - int(lags[start])
        moved = partial(_moved, first=first, count=len(lags[chosen]), size=len(whole))
        yield chosen, model.refit(moved(panel.returns), terms.each(moved), *rows)


def rows_of(design: StudyDesign, window: Window) -> slice:
    """Rows of a window among all event times of a design."""
    start = window.start - span(design).start
    return slice(start, start + len(window))


def _event(
    results: StudyResults, own: pd.DataFrame, car: Floats, scar: Floats, recent: Floats
) -> pd.DataFrame:
    """CAR of the event, and SCARs by the same kind of fit as the pseudo-events, which gave the other numbers.

    A model with a slow fit (GARCH errors) is refitted by another on pseudo-dates; the event is then
    measured by that one's standard errors too.
    """
    model = NORMAL_RETURNS[results.design.model]
    event = pd.DataFrame({"car": own["car"], "scar": own["statistic"]})
    if model.fit is not model.refit:
        event["scar"] *= (scar / car) / (own["statistic"] / own["car"])
    with np.errstate(invalid="ignore", divide="ignore"):
        event["recent_scar"] = event["scar"] * (recent / scar)
    return event


def history(results: StudyResults) -> tuple[Ints, EventPanel]:
    """Sessions by which the study can be moved back, the furthest first, and the panel they span."""
    design = results.design
    start, end = span(design).start, span(design).end
    nearest, furthest = len(design.event_window), -1
    if len(results.symbols) <= MOST_FIRMS.get(design.model, MOST_OTHERS):
        first, _ = results.panel.bars
        furthest = min(start - int(first.min()) - 1, nearest + MOST_DATES - 1)
    lags = np.arange(furthest, nearest - 1, -1)
    whole = Window(start - int(lags.max(initial=0)), end)
    series = REACTIONS[design.reaction].series
    return lags, event_panel(results.panel.market, results.panel.observations, whole, series, design.gaps)


def _moved(values: Floats, first: int, count: int, size: int) -> Floats:
    """`size` rows of a table (T, N, ...) from row `first`, `first` + 1, ... on: (size, count * N, ...).

    A column of the answer is a line of memory.
    """
    lines = np.moveaxis(values, (0, 1), (-1, -2))
    windows = sliding_window_view(lines, size, axis=-1)[..., first : first + count, :]
    moved = windows.swapaxes(-3, -2).reshape(*lines.shape[:-2], count * values.shape[1], size)
    return np.moveaxis(moved, (-1, -2), (0, 1))


def _cars(fit: Fit, window: Window, results: StudyResults) -> Floats:
    """CAR, SCAR, and SCAR by recent volatility of pseudo-studies, shape (3, lags, N).

    NaN where half the estimation window is missing.
    """
    design = results.design
    estimation, rows = rows_of(design, design.estimation_window), rows_of(design, window)
    event = rows_of(design, design.event_window)
    here = np.isfinite(fit.residuals[event])
    here[: rows.start - event.start] = here[rows.stop - event.start :] = False
    known = here.any(axis=0) & (fit.nobs >= len(design.estimation_window) // 2)
    car = np.where(known, np.nansum(fit.residuals[rows], axis=0), np.nan)
    error = fit.sum_errors(here.T)
    before = slice(estimation.start, max(estimation.stop, rows.start))
    with np.errstate(invalid="ignore", divide="ignore"):
        scar = np.where(error > 0, car / error, np.nan)
        recent = scar * fit.sigma / expected_volatility(fit.residuals[before])
    found = np.stack([car, scar, np.where(np.isfinite(recent), recent, np.nan)])
    return found.reshape(3, -1, len(results.symbols))


def _keys(results: StudyResults, lags: Ints, panel: EventPanel) -> npt.NDArray[np.generic]:
    """What names a pseudo-event, shape (lags, N): its date if the firms share the event, else the lag.

    Where exchanges learnt of the event on different days, so do they of the pseudo-event: each firm
    counts from the session on which the first exchange learnt of it.
    """
    day_zero = results.panel.dates[results.panel.rows(DAY_ZERO)][0]
    if not results.one_event:
        return np.broadcast_to(-lags[:, None], (len(lags), len(day_zero)))
    zero = int(-panel.event_time[0])
    behind = (panel.dates[: zero + 1] > day_zero.min()).sum(axis=0)
    place = zero - lags[:, None] - behind
    return np.take_along_axis(panel.dates, place, axis=0)


def _by_key(values: Floats, keys: npt.NDArray[np.generic], symbols: tuple[str, ...]) -> pd.DataFrame:
    known = np.unique(keys[~pd.isna(keys)])
    out = np.full((len(known), len(symbols)), np.nan)
    place = np.searchsorted(known, keys).clip(0, max(len(known) - 1, 0))
    real = ~pd.isna(keys)
    out[place[real], np.broadcast_to(np.arange(len(symbols)), keys.shape)[real]] = values[real]
    name = "session" if keys.dtype.kind == "M" else "event_time"
    index = pd.Index(known.astype("datetime64[s]") if keys.dtype.kind == "M" else known, name=name)
    return pd.DataFrame(out, index=index, columns=pd.Index(symbols, name="symbol"))


def shared(draws: Floats) -> Floats:
    """Rows of which four fifths are known."""
    return draws[_enough(draws)]


def _group_mean(table: pd.DataFrame) -> Floats:
    values = table.to_numpy()
    known = np.isfinite(values).sum(axis=1).clip(min=1)
    return np.where(_enough(values), np.nansum(values, axis=1) / known, np.nan)


def _enough(draws: Floats) -> npt.NDArray[np.bool_]:
    return np.asarray(np.isfinite(draws).sum(axis=1) >= PRESENT * draws.shape[1])
