"""Placebo inference: the same study on every earlier date, when nothing is known to have happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.inference.familywise import rank_pvalue
from analysis.market.bars import Floats, Ints
from analysis.market.events import DAY_ZERO, Window
from analysis.market.panels import EventPanel, event_panel
from analysis.market.reactions import REACTIONS
from analysis.models.normal_returns import NORMAL_RETURNS
from analysis.models.rolling import Rolling
from analysis.study.study import StudyDesign, StudyResults, span

MOST_DATES = 500  # pseudo-events, the latest before the event
MOST_FIRMS = {"market_model": 2000}  # by model; MOST_OTHERS for the others
MOST_OTHERS = 400
PRESENT = 0.8  # share of the firms that a pseudo-date needs to count for the group
COLUMNS = 2000  # pseudo-studies fitted at once: more would not fit into a processor's cache


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
        return group_mean(self.cars)

    @cached_property
    def mean_scar(self) -> Floats:
        """Mean SCAR per pseudo-date, shape (Q,)."""
        return group_mean(self.scars)

    @cached_property
    def mean_recent_scar(self) -> Floats:
        """Mean SCAR by recent volatility per pseudo-date, shape (Q,)."""
        return group_mean(self.recent_scars)

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
    def recent_as_extreme(self) -> int:
        """The same by recent volatility."""
        size = abs(float(self.event["recent_scar"].mean()))
        return int((np.abs(self.mean_recent_scar) >= size).sum())

    @property
    def raw_group_pvalue(self) -> float:
        """Two-sided p of the mean CAR."""
        return rank_pvalue(self.caar, float(self.event["car"].mean()))

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
    lags, panel = history(results)
    keys = _keys(results, lags, panel)
    pseudo = _measured(results, windows, lags, panel)
    event = _measured(results, windows, np.zeros(1, dtype=np.int64), panel)
    return {
        window: Placebo(
            window,
            _event(results, results.car(window), *event[:, place, 0]),
            *(_by_key(each, keys, results.symbols) for each in pseudo[:, place]),
        )
        for place, window in enumerate(windows)
    }


def _measured(results: StudyResults, windows: Sequence[Window], lags: Ints, panel: EventPanel) -> Floats:
    """What `_cars` gives for the study moved back by each lag, shape (3, windows, lags, N)."""
    out = np.empty((3, len(windows), len(results.symbols), len(lags)))
    for firms, studies in pseudo_studies(results, lags, panel):
        part = out[:, :, firms]
        part[...] = _cars(studies, windows, results.design).reshape(part.shape)
    return out.swapaxes(2, 3)


def pseudo_studies(results: StudyResults, lags: Ints, panel: EventPanel) -> Iterator[tuple[slice, Rolling]]:
    """Fits of the study moved back by each lag, some firms at a time; `lags` fall by one.

    Every pseudo-study sees its own returns only, so that a glitch in one estimation window leaves the others
    as they are.
    """
    design = results.design
    model, n, count = NORMAL_RETURNS[design.model], len(results.symbols), len(lags)
    terms, step = model.terms(panel), max(1, COLUMNS // max(count, 1))
    first = span(design).start - int(panel.event_time[0]) - int(lags[0]) if count else 0
    estimation, event = (
        _later(rows_of(design, window), first) for window in (design.estimation_window, design.event_window)
    )
    for start in range(0, n if count else 0, step):
        some = np.arange(start, min(start + step, n))
        asked = panel.returns[:, some], terms.columns(some), estimation, event, count
        yield slice(start, start + step), model.rolling(*asked)


def _later(rows: slice, more: int) -> slice:
    return slice(rows.start + more, rows.stop + more)


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


def _cars(studies: Rolling, windows: Sequence[Window], design: StudyDesign) -> Floats:
    """CAR, SCAR, and SCAR by recent volatility of n pseudo-studies, shape (3, W, n).

    NaN where half the estimation window is missing.
    """
    fit, before, time = studies.fit, design.estimation_window, design.event_window.event_time
    days = np.array([window.among(time) for window in windows])
    known = days @ np.isfinite(fit.residuals) & (fit.nobs >= len(before) // 2)
    sums, error = fit.window_sums(slice(None), days)
    car = np.where(known, sums, np.nan)
    ends = [max(before.end + 1, window.start) for window in windows]
    expected = dict(zip({*ends}, studies.volatility([end - int(time[0]) for end in {*ends}]), strict=True))
    with np.errstate(invalid="ignore", divide="ignore"):
        scar = np.where(error > 0, car / error, np.nan)
        recent = scar * fit.sigma / [expected[end] for end in ends]
    return np.stack([car, scar, np.where(np.isfinite(recent), recent, np.nan)])


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


def group_mean(table: pd.DataFrame) -> Floats:
    """Mean of each row, NaN where fewer than four fifths of the columns are known, shape (Q,)."""
    values = table.to_numpy()
    known = np.isfinite(values).sum(axis=1).clip(min=1)
    return np.where(_enough(values), np.nansum(values, axis=1) / known, np.nan)


def _enough(draws: Floats) -> npt.NDArray[np.bool_]:
    return np.asarray(np.isfinite(draws).sum(axis=1) >= PRESENT * draws.shape[1])
