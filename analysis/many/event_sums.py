"""A study of very many events from sums over shards of firms: nothing per event is kept.

Two passes over the shards: the first gives means and spreads, the second the ranks, which need the
spread of the SCARs. Sums are added in the order of the shards, whoever computed them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt

from analysis.inference.evidence import Outcome, normal, student
from analysis.kernels.compiled import Floats, Ints
from analysis.kernels.fits import EventFits, Panel, fit_events, panel
from analysis.kernels.groups import GroupSums, group_sums
from analysis.many.battery import corrado, grank
from analysis.many.mean_fits import PARAMETERS, fit_means
from analysis.market.events import Window

NO_HISTORY = "too short a history for its windows"
NO_DAY_ZERO = "no return on day 0"
FEW_RETURNS = "fewer than half of the returns of its estimation window"
MODELS = {"market_model": 2, **PARAMETERS}
NO_VARIANCE = "abnormal returns that do not vary in the estimation window"


@dataclass(frozen=True, eq=False, slots=True)
class Shard:
    """Prices of some firms on the benchmark's sessions, and their events.

    Parameters
    ----------
    prices : array, shape (N, T)
        Adjusted closes, NaN where there is no bar.
    market : array, shape (T,)
        The benchmark's.
    firm, day_zero : array of int, shape (E,)
        Row and column of each event, sorted.
    """

    prices: Floats
    market: Floats
    firm: Ints
    day_zero: Ints


@dataclass(frozen=True, slots=True)
class ShardDesign:
    """Model and windows of a study by shards; the tests look at `tested`."""

    estimation: Window
    event: Window
    windows: tuple[Window, ...]
    tested: Window
    model: str = "market_model"

    @property
    def parameters(self) -> int:
        """How many the model estimates for each event."""
        return MODELS[self.model]

    @property
    def pairs(self) -> Ints:
        """CAR windows as numbers, shape (W, 2)."""
        return np.array([(w.start, w.end) for w in self.windows], dtype=np.int64)


@dataclass(frozen=True, eq=False, slots=True)
class Moments:
    """Sums over events, per CAR window (W,) or event time (L,); `+` adds those of another shard.

    `spread` and `scar_spread` are sums of squares around the means.
    """

    count: Floats
    car: Floats
    spread: Floats
    scar: Floats
    scar_spread: Floats
    t_variance: Floats
    abnormal: Floats
    days: Floats
    firms: int
    sessions: npt.NDArray[np.bool_]
    excluded: Counter[str]

    def __add__(self, other: Moments) -> Moments:
        """Moments of both (Chan, Golub & LeVeque 1983)."""
        count = self.count + other.count
        car, spread = _joined(self.count, self.car, self.spread, other.count, other.car, other.spread)
        scar, scar_spread = _joined(
            self.count, self.scar, self.scar_spread, other.count, other.scar, other.scar_spread
        )
        return Moments(
            count,
            car,
            spread,
            scar,
            scar_spread,
            self.t_variance + other.t_variance,
            self.abnormal + other.abnormal,
            self.days + other.days,
            self.firms + other.firms,
            self.sessions | other.sessions,
            self.excluded + other.excluded,
        )


def _joined(
    n: Floats, mean: Floats, spread: Floats, m: Floats, other: Floats, more: Floats
) -> tuple[Floats, Floats]:
    share = m / np.maximum(n + m, 1.0)
    away = other - mean
    return mean + away * share, spread + more + away**2 * n * share


def first_pass(shard: Shard, design: ShardDesign) -> Moments:
    """Moments of the events of a shard that can be studied."""
    _, firm, day, fits, excluded = _fitted(shard, design)
    known = np.isfinite(fits.car)
    count, df = known.sum(axis=0).astype(float), fits.nobs - float(design.parameters)
    with np.errstate(invalid="ignore", divide="ignore"):
        scar = fits.car / fits.car_se
        variance = np.where(df > 2, df / (df - 2.0), np.nan)[:, None] * np.where(known, 1.0, np.nan)
    here = np.isfinite(fits.abnormal)
    sessions = np.zeros(len(shard.market), bool)
    sessions[day] = True
    return Moments(
        count,
        *_centred(fits.car, count),
        *_centred(scar, count),
        np.nansum(variance, axis=0),
        np.where(here, fits.abnormal, 0.0).sum(axis=0),
        here.sum(axis=0).astype(float),
        len(np.unique(firm)),
        sessions,
        excluded,
    )


def _centred(values: Floats, count: Floats) -> tuple[Floats, Floats]:
    mean = np.nansum(values, axis=0) / np.maximum(count, 1.0)
    return mean, np.nansum((values - mean) ** 2, axis=0)


def second_pass(shard: Shard, design: ShardDesign, deviation: float) -> GroupSums:
    """Rank and sign sums of the same events; `deviation` is that of all SCARs of the tested window.

    `positive` holds the sum of shares, the positive CARs and the events, instead of a share each.
    """
    prepared, firm, day, fits, _ = _fitted(shard, design)
    estimation, event = _pair(design.estimation), _pair(design.event)
    column = design.windows.index(design.tested)
    car = fits.car[:, column]
    standing = car / fits.car_se[:, column] / deviation * fits.sigma
    sums = group_sums(prepared, firm, day, estimation, fits, standing, event)
    known = np.isfinite(car)
    shares = np.array([sums.positive[known].sum(), (car > 0).sum(), known.sum(), len(car)], dtype=float)
    return sums._replace(positive=shares)


def _fitted(shard: Shard, design: ShardDesign) -> tuple[Panel, Ints, Ints, EventFits, Counter[str]]:
    """Fits of the events that can be studied, and how many cannot, by reason."""
    returns, market = simple_returns(shard.prices), simple_returns(shard.market)
    first, last = _bars(shard.prices)
    firm, day = shard.firm, shard.day_zero
    start = day + min(design.estimation.start, design.event.start)
    end = day + max(design.estimation.end, design.event.end)
    long_enough = (start >= first[firm]) & (end <= last[firm])
    excluded = Counter({NO_HISTORY: int((~long_enough).sum())})
    prepared = panel(returns, market)
    firm, day = firm[long_enough], day[long_enough]
    traded = np.isfinite(returns[firm, day]) & np.isfinite(market[day])
    excluded[NO_DAY_ZERO] = int((~traded).sum())
    firm, day = firm[traded], day[traded]
    fits = _fits(prepared, returns, firm, day, design)
    few = fits.nobs < max(len(design.estimation) // 2, 5)
    with np.errstate(invalid="ignore"):
        still = ~few & ~(fits.sigma > 1e-10 * _scale(returns, firm, day, design, fits.sigma))
    excluded[FEW_RETURNS], excluded[NO_VARIANCE] = int(few.sum()), int(still.sum())
    keep = ~few & ~still
    if not keep.all():
        firm, day = firm[keep], day[keep]
        fits = EventFits._make(values[keep] for values in fits)
    return prepared, firm, day, fits, excluded


def _fits(prepared: Panel, returns: Floats, firm: Ints, day: Ints, design: ShardDesign) -> EventFits:
    if design.model in PARAMETERS:
        windows = design.estimation, design.event, design.pairs
        return fit_means(design.model, returns, prepared.market, firm, day, *windows)
    return fit_events(prepared, firm, day, _pair(design.estimation), _pair(design.event), design.pairs)


def _scale(returns: Floats, firm: Ints, day: Ints, design: ShardDesign, sigma: Floats) -> Floats:
    """Deviation of the returns before an event, where sigma is suspiciously small; zero elsewhere."""
    out = np.zeros(len(firm))
    for e in np.flatnonzero(~(sigma > 1e-6)):
        span = slice(day[e] + design.estimation.start, day[e] + design.estimation.end + 1)
        out[e] = np.nanstd(returns[firm[e], span])
    return out


def simple_returns(prices: Floats) -> Floats:
    """Returns between neighbouring sessions along the last axis, NaN first and beside a missing bar."""
    out = np.full(prices.shape, np.nan)
    out[..., 1:] = prices[..., 1:] / prices[..., :-1] - 1.0
    return out


def _bars(prices: Floats) -> tuple[Ints, Ints]:
    """First and last session with a bar of each firm."""
    known = np.isfinite(prices)
    length = prices.shape[1]
    first = np.where(known.any(axis=1), known.argmax(axis=1), length)
    return first, np.where(known.any(axis=1), length - 1 - known[:, ::-1].argmax(axis=1), -1)


def _pair(window: Window) -> tuple[int, int]:
    return window.start, window.end


def merged_moments(parts: Iterable[Moments]) -> Moments:
    """Moments of all shards, added in their order."""
    return reduce(Moments.__add__, parts)


def merged_sums(parts: Iterable[GroupSums]) -> GroupSums:
    """Sums of all shards, added in their order."""
    return reduce(lambda a, b: GroupSums(*(x + y for x, y in zip(a, b, strict=True))), parts)


def scar_deviation(moments: Moments, design: ShardDesign) -> float:
    """Standard deviation of the SCARs of the tested window over all events."""
    column = design.windows.index(design.tested)
    return float(np.sqrt(moments.scar_spread[column] / (moments.count[column] - 1)))


def cross_sectional(moments: Moments) -> Outcome:
    """Cross-sectional t of the mean CAR of every window."""
    n = moments.count
    with np.errstate(invalid="ignore", divide="ignore"):
        return student(moments.car * np.sqrt(n * (n - 1) / moments.spread), n - 1)


def outcomes(moments: Moments, sums: GroupSums, design: ShardDesign) -> dict[str, Outcome]:
    """The tests of all events in the tested window, by their keys in `TESTS`."""
    column = design.windows.index(design.tested)
    n, scar = moments.count[column], moments.scar[column]
    share, positive, known, events = sums.positive
    first = design.tested.start - design.event.start
    with np.errstate(all="ignore"):
        boehmer = scar * np.sqrt(n * (n - 1) / moments.scar_spread[column])
        r = ((sums.units**2).sum() - events) / (events * (events - 1.0))
        ratio = np.where(1 + (n - 1) * r > 0, (1 - r) / (1 + (n - 1) * r), np.nan)
        t = cross_sectional(moments)
        return {
            "cross_sectional": student(t.statistic[column], n - 1),
            "patell": normal(n * scar / np.sqrt(moments.t_variance[column])),
            "boehmer": student(boehmer, n - 1),
            "kolari_pynnonen": student(boehmer * np.sqrt(ratio), n - 1),
            "generalized_sign": normal((positive - share) / np.sqrt(share * (1 - share / known))),
            "corrado_rank": corrado(sums, slice(first, first + len(design.tested))),
            "grank_t": grank(sums),
        }
