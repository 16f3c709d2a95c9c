"""Whole series that are no daily prices: returns, constants, weekly bars, dates shifted by a day.

A quick look at a few rows of each symbol tells the few symbols that are worth an exact one.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analysis.market.bars import Bars, Floats, Ints
from data.quality.caution import Caution
from data.quality.rules import Flags, day_numbers, per_symbol

LEAST_ROWS = 20  # fewer say nothing about a series
GLANCE = 16  # rows of a symbol that the quick look reads
SIGN_CHANGES = 0.2  # of neighbouring levels: a yield below zero changes its sign now and then
WITHOUT_TREND = 1.0  # von Neumann's ratio: 2 for independent levels, near 0 for prices
STILL, SAME_GROWTH = 0.9, 1e-6  # of the returns; difference of two log returns that are one rate
DAILY = 4  # days between bars: more is not daily
MANY = 0.1  # of the sessions on one weekday
PERIODS = ((5, 10, "weekly"), (26, 35, "monthly"), (85, 96, "quarterly"), (360, 370, "yearly"))
# Riyadh, Tel Aviv, Cairo, Doha and Kuwait trade, or traded, from Sunday to Thursday.
FROM_SUNDAY = (".SR", ".TA", ".CA", ".QA", ".KW")
SUNDAY, MONDAY, FRIDAY, SATURDAY = 6, 0, 4, 5


def whole_series(bars: Bars, impossible: Ints, weekend: Ints) -> Iterator[Caution]:
    """What is odd about series as a whole; of each symbol the first that is found.

    Parameters
    ----------
    impossible, weekend : array of int
        Rows with impossible prices, and rows on Saturdays and Sundays, ascending.
    """
    glance = _glance(bars)
    suspects = {
        _returns: _may_be_returns(bars, impossible, glance),
        _unmoved: _may_be_unmoved(glance),
        _spacing: _may_be_sparse(bars),
        _weekdays: per_symbol(bars, weekend) > 0,
    }
    enough = np.diff(bars.starts) >= LEAST_ROWS
    settled = np.zeros(len(enough), dtype=bool)
    for rule, suspected in suspects.items():
        for place in np.flatnonzero(suspected & enough & ~settled):
            rows = slice(int(bars.starts[place]), int(bars.starts[place + 1]))
            if caution := rule(bars.symbols[place], bars, rows):
                settled[place] = True
                yield caution


def _glance(bars: Bars) -> Floats:
    """Pairs of neighbouring adjusted closes spread over each symbol, shape (N, GLANCE, 2)."""
    sizes = np.diff(bars.starts)
    first = bars.starts[:-1, None] + np.linspace(0, np.maximum(sizes - 2, 0), GLANCE, axis=1).astype(int)
    first = np.minimum(first, len(bars.dates) - 2)
    return np.asarray(bars.columns["adj_close"][np.stack([first, first + 1], axis=2)])


# --- levels that are returns ----------------------------------------------------------------------------


def _may_be_returns(bars: Bars, impossible: Ints, glance: Floats) -> Flags:
    below_zero = per_symbol(bars, impossible) > MANY * np.diff(bars.starts)
    around_one = ((glance > 0.5) & (glance < 1.5)).mean(axis=(1, 2)) > 0.9
    return np.asarray(below_zero | around_one)


def _returns(symbol: str, bars: Bars, rows: slice) -> Caution | None:
    """Levels that change their sign all the time, or lie around one without a trend (gross returns)."""
    levels = bars.columns["adj_close"][rows]
    levels = levels[np.isfinite(levels)]
    if len(levels) < LEAST_ROWS or levels.min() == levels.max():
        return None
    changes = np.mean(levels[1:] * levels[:-1] < 0)
    scaled = levels / np.abs(levels).max()  # squares of the largest numbers are none
    ratio = np.mean(np.diff(scaled) ** 2) / np.var(scaled)
    gross = levels.min() > 0.2 and levels.max() < 5 and np.std(levels) > 1e-3 and ratio > WITHOUT_TREND
    if changes < SIGN_CHANGES and not gross:
        return None
    why = (
        f"they change their sign on {100 * changes:.0f} % of the days"
        if not gross
        else "they lie around 1 without a trend"
    )
    return Caution(
        symbol,
        "returns",
        f"{symbol}: its prices look like returns, for {why}; prices are needed.",
        severe=True,
    )


# --- prices that stand still, or always grow by the same rate -------------------------------------------


def _may_be_unmoved(glance: Floats) -> Flags:
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        growth = glance[:, :, 1] / glance[:, :, 0]
    usual = np.sort(growth, axis=1)[:, GLANCE // 2 : GLANCE // 2 + 1]
    return np.asarray((np.abs(growth - usual) < SAME_GROWTH).mean(axis=1) > 0.5)


def _unmoved(symbol: str, bars: Bars, rows: slice) -> Caution | None:
    levels = bars.columns["adj_close"][rows]
    levels = levels[levels > 0]
    growth = np.diff(np.log(levels))
    if len(growth) < LEAST_ROWS - 1:
        return None
    usual = float(np.median(growth))
    same = float(np.mean(np.abs(growth - usual) < SAME_GROWTH))
    if same < STILL:
        return None
    if abs(usual) >= SAME_GROWTH:
        each, share = f"{100 * np.expm1(usual):.4g} %", f"{100 * same:.1f} % of its sessions"
        said = f"{symbol}: its growth is constant, {each} on {share}"
        return Caution(symbol, "constant_growth", f"{said}; there is no variance to judge by.", severe=True)
    if levels.min() == levels.max():
        said = f"{symbol}: its price is constant, {levels[0]:g} in all {len(levels):,} bars"
        return Caution(symbol, "constant", f"{said}; there is no variance to judge by.", severe=True)
    return Caution(
        symbol, "constant", f"{symbol}: its price stands still on {100 * same:.1f} % of its sessions."
    )


# --- bars that are not daily ----------------------------------------------------------------------------


def _may_be_sparse(bars: Bars) -> Flags:
    days = day_numbers(bars)
    sizes = np.diff(np.append(0, np.cumsum(np.isfinite(bars.columns["adj_close"])))[bars.starts])
    last = np.maximum(bars.starts[1:] - 1, 0)
    first = np.minimum(bars.starts[:-1], len(days) - 1)
    return np.asarray((days[last] - days[first]) > 2 * sizes)


def _spacing(symbol: str, bars: Bars, rows: slice) -> Caution | None:
    days = day_numbers(bars)[rows][np.isfinite(bars.columns["adj_close"][rows])]
    gap = float(np.median(np.diff(days))) if len(days) >= LEAST_ROWS else 0.0
    if gap <= DAILY:
        return None
    named = [word for least, most, word in PERIODS if least <= gap <= most]
    said = f"{symbol}: its bars are {named[0]}" if named else f"{symbol}: its bars lie {gap:g} days apart"
    beside = "windows count bars and not days, and beside daily bars most of its returns are missing"
    return Caution(symbol, "spacing", f"{said}, not daily: {beside}.", doubtful=True)


# --- weekdays -------------------------------------------------------------------------------------------


def _weekdays(symbol: str, bars: Bars, rows: slice) -> Caution | None:
    """Sessions on weekends: dates a day early (UTC stamps of Asia) or late, or a market that opens then."""
    weekday = (day_numbers(bars)[rows] + 3) % 7
    number = np.bincount(weekday, minlength=7)
    many, few = MANY * len(weekday), MANY / 10 * len(weekday)
    early = number[SUNDAY] > many and number[FRIDAY] <= few and number[SATURDAY] <= few
    late = number[SATURDAY] > many and number[MONDAY] <= few and number[SUNDAY] <= few
    weekend = int(number[SATURDAY] + number[SUNDAY])
    date = bars.dates[rows][np.argmax(weekday >= SATURDAY)]
    if late or (early and not symbol.endswith(FROM_SUNDAY)):
        on, never = ("Sundays", "Friday") if early else ("Saturdays", "Monday")
        said = f"{symbol}: {weekend:,} sessions fall on {on} (the first on {date}) and none on a {never}"
        side = "early, as UTC stamps of an Asian market do" if early else "late"
        return Caution(symbol, "shifted", f"{said}: its dates seem to lie a day {side}.", date, severe=True)
    if early:
        return None
    verb = "session falls" if weekend == 1 else "sessions fall"
    return Caution(
        symbol, "weekend", f"{symbol}: {weekend:,} {verb} on a weekend, the first on {date}.", date
    )
