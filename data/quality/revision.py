"""How bars differ from the last snapshot's beyond what announced splits and dividends explain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from analysis.market.bars import Floats
from analysis.market.events import Dates
from data.quality.cleaning import dates_of
from data.quality.delivery import Delivery, returns

AROUND_SPLIT = 5  # sessions whose median tells whether prices before a split were restated
SAME_SCALE = 0.05
REWRITTEN = 1e-3
PRICES = ("open", "high", "low", "close")


@dataclass(frozen=True, slots=True)
class Change:
    """A number of a session that is not what it was; `new` is None where the session is gone.

    Parameters
    ----------
    field : str
        ``open``, ``high``, ``low``, ``close``, or ``return`` (of the adjusted closes, decimal); ``scale`` is
        a factor on all prices before the session, ``unit`` one on all held prices.
    old : float
        As the last snapshot has it, restated for splits since.
    size : float
        Of a price relative, of a return absolute.
    """

    session: dt.date
    field: str
    old: float
    new: float | None
    size: float


@lru_cache(maxsize=2)
def applied(delivery: Delivery) -> Mapping[dt.date, float]:
    """What each announced split has multiplied the last snapshot's earlier prices by, 1 if nothing, by date.

    A split at a ratio S is 1/S where it was applied since, S where it was undone. A split dated on a held
    day counts like one after the last: only what happened to the prices before it tells.
    """
    ratio = _ratio(delivery)
    factors: dict[dt.date, float] = {}
    splits = delivery.actions("split")
    for day, split in zip(pd.DatetimeIndex(splits.index), splits, strict=True):
        earlier = np.asarray(ratio.index < day)
        if not (np.isfinite(split) and split > 0 and earlier.any()):
            continue
        after = ratio[~earlier].iloc[:AROUND_SPLIT].median() if not earlier.all() else 1.0
        step = ratio[earlier].iloc[-AROUND_SPLIT:].median() / after
        by = min(1.0, 1 / split, split, key=lambda factor: abs(np.log(step / factor)))
        factors[day.date()] = by
        ratio = ratio.where(~earlier, ratio / by)
    return factors


def _ratio(delivery: Delivery) -> pd.Series[float]:
    """New over old close of the shared sessions."""
    both = delivery.both
    return delivery.usable["close"].loc[both] / delivery.before["close"].loc[both]


def _explained(delivery: Delivery) -> pd.Series[float]:
    """By what splits have multiplied the prices of the shared sessions."""
    factor = pd.Series(1.0, delivery.both)
    for day, by in applied(delivery).items():
        factor[factor.index < pd.Timestamp(day)] *= by
    return factor


def restated(delivery: Delivery, ex_date: np.datetime64, split: float) -> bool:
    """Whether prices before a split were divided by its ratio since the last snapshot, within rounding."""
    day = pd.Timestamp(ex_date)
    left = _ratio(delivery) / _explained(delivery)
    before = left[left.index < day].iloc[-AROUND_SPLIT:]
    return applied(delivery).get(day.date()) == 1 / split and abs(before.median() - 1) <= REWRITTEN


def scale_left(delivery: Delivery) -> float:
    """What most prices were multiplied by besides, 1 if by less than 5 %."""
    left = float((_ratio(delivery) / _explained(delivery)).median()) if len(delivery.both) else 1.0
    return left if abs(left - 1) >= SAME_SCALE else 1.0


@lru_cache(maxsize=2)
def changes(delivery: Delivery) -> tuple[Change, ...]:
    """Numbers of shared sessions that differ by more than 0.1 %, by field, then by session."""
    scale = _explained(delivery) * scale_left(delivery)
    new, old = delivery.usable.loc[delivery.both], delivery.before.loc[delivery.both]
    found: list[Change] = []
    for field in PRICES:
        was = old[field] * scale
        found += _differing(field, was, new[field], np.abs(new[field] / was - 1).to_numpy())
    now, was = returns(new["adj_close"]), returns(old["adj_close"] * scale)
    off = (now - was).abs().to_numpy()
    return (*found, *_differing("return", was, now, np.where(off <= _dividends(delivery, new), 0, off)))


def _differing(field: str, was: pd.Series[float], now: pd.Series[float], size: Floats) -> Iterator[Change]:
    days = pd.DatetimeIndex(was.index).date
    for place in np.flatnonzero(size > REWRITTEN).tolist():
        day = days[place]
        yield Change(day, field, float(was.iloc[place]), float(now.iloc[place]), float(size[place]))


def _dividends(delivery: Delivery, bars: pd.DataFrame) -> Floats:
    """By how much a dividend, announced late or withdrawn, may change each return, shape (T,)."""
    share = np.zeros(len(bars))
    close = bars["close"].to_numpy()
    share[1:] = paid(delivery.actions("dividend"), dates_of(bars))[1:] / close[:-1]
    return share * 1.1


def paid(dividends: pd.Series[float], dates: Dates) -> Floats:
    """Dividends per session; one that falls between two sessions goes off on the later."""
    out = np.zeros(len(dates) + 1)
    np.add.at(out, np.searchsorted(dates, dates_of(dividends.to_frame())), dividends.to_numpy())
    return out[:-1]


def recorded(delivery: Delivery) -> tuple[Change, ...]:
    """Everything that is not as it was: factors on all earlier prices, numbers of sessions, sessions gone."""
    if delivery.before.empty:
        return ()
    last, unit = delivery.before.index[-1].date(), scale_left(delivery)
    factors = [("scale", *split) for split in applied(delivery).items()] + [("unit", last, unit)]
    scaled = [Change(day, field, 1.0, by, abs(by - 1)) for field, day, by in factors if by != 1]
    gone = delivery.before["close"].drop(delivery.both)
    days = pd.DatetimeIndex(gone.index).date
    lost = [Change(day, "close", float(close), None, 1.0) for day, close in zip(days, gone, strict=True)]
    return (*scaled, *changes(delivery), *lost)
