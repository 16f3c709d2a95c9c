"""Moves that stand out, and which of them look like a split or a change of unit that was not applied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np

from analysis.market.bars import Bars, Floats, Ints
from data.quality.rules import BLOCK, NONE, Flags
from data.quality.trading import confirmed_by_trading
from data.quality.words import move as move_in_words

JUMP_RETURN, JUMP_DEVIATIONS = 0.25, 8.0
FRACTIONS = np.array([(5, 4), (4, 3), (3, 2), (5, 3), (2, 1), (5, 2), (3, 1), (4, 1), (5, 1)])
UNITS = np.array([100, 1000])  # pence and pounds, cents and euros; grams and kilograms
NEAR_FRACTION, NEAR_UNIT = 0.02, 0.1
CLOSE_TO = 0.05  # of a fraction of at least 2:1: a split on a day on which the share moved too
UNCONFIRMED = "no unusual trading confirms"
SPLIT = "a split that the prices before are not adjusted for"
FACTOR = 2  # a move of this factor should have shown in the day's trading


@dataclass(frozen=True, eq=False, slots=True)
class Moves:
    """K moves that stand out: beyond 8 usual deviations, and beyond 25 % or near a ratio of 5:4.

    Parameters
    ----------
    row : array of int, shape (K,)
        Row of the later of the two prices, ascending.
    change : array, shape (K,)
        The simple return.
    deviations : array, shape (K,)
        The log return in robust standard deviations of the symbol's log returns.
    numerator, denominator : array of int, shape (K,)
        Simple fraction near the ratio of the larger to the smaller price; zeros if none is.
    unit : array of int, shape (K,)
        100 or 1,000 where the ratio is near it, 0 otherwise.
    confirmed : array of bool, shape (K,)
        Whether something shows trading as news brings it, which a split that was not applied does not:
        an unusual volume; where none is reported, the day's range; where there is none, the days around.
        Asked of moves near a fraction or a unit, or by a factor close to 2 or more; False for others.
    """

    row: Ints
    change: Floats
    deviations: Floats
    numerator: Ints
    denominator: Ints
    unit: Ints
    confirmed: Flags

    def __iter__(self) -> Iterator[Move]:
        """One by one, in order of the rows."""
        columns = (getattr(self, each.name).tolist() for each in fields(self))
        return map(Move, *columns)


@dataclass(frozen=True, slots=True)
class Move:
    """One of `Moves`."""

    row: int
    change: float
    deviations: float
    numerator: int
    denominator: int
    unit: int
    confirmed: bool

    @property
    def ratio(self) -> float:
        """Of the larger to the smaller price."""
        return max(1 + self.change, 1 / (1 + self.change))

    @property
    def kind(self) -> Literal["unit", "split", "jump"]:
        """What it looks like: a price in another unit, a split that was not applied, or news."""
        if self.unit:
            return "unit"  # no news multiplies a price by a hundred, whatever is traded
        return "split" if self.numerator and not self.confirmed else "jump"

    @property
    def severe(self) -> bool:
        """Whether it is more likely a fault than news: another unit, or a split of at least 2:1."""
        return self.kind == "unit" or (self.kind == "split" and self.numerator >= FACTOR * self.denominator)

    def sentence(self, subject: str, when: str) -> str:
        """Its size, its date, and what it looks like, in words without a full stop."""
        said = f"{subject} {move_in_words(self.change)} on {when}"
        if self.kind == "jump":
            return said if self.confirmed else f"{said}{self._unconfirmed()}"
        if self.kind == "unit":
            factor = f"a factor of about {self.unit:,}"
            return f"{said}, {factor}: it looks like a price in another unit"
        ratio = f"a ratio of about {self._split(self.numerator, self.denominator)} that {UNCONFIRMED}"
        return f"{said}, {ratio}: {'it looks like' if self.severe else 'news, or'} {SPLIT}"

    def _split(self, numerator: int, denominator: int) -> str:
        """A ratio as splits are announced: 2:1 where the price halves, 1:2 where it doubles."""
        return f"{numerator}:{denominator}" if self.change < 0 else f"{denominator}:{numerator}"

    def _unconfirmed(self) -> str:
        """What a move that looks like no split has of one all the same."""
        near, of = (int(one[0]) for one in simple_fraction(np.array([self.ratio]), CLOSE_TO))
        if near >= FACTOR * of > 0:
            ratio = f"a ratio of {self.ratio:.3f}, close to {self._split(near, of)}, that {UNCONFIRMED}"
            return f", {ratio}: news, or {SPLIT}"
        return "; no unusual trading confirms it" if self.ratio >= FACTOR else ""


def moves(bars: Bars, missing: Ints = NONE, slack: float = NEAR_FRACTION) -> Moves:
    """Moves that stand out among the adjusted closes, each against the last price before it.

    Parameters
    ----------
    missing : array of int
        Rows without a price, ascending; their values are not read.
    slack : float
        How near a ratio must lie to a simple fraction, relative.

    Notes
    -----
    The usual deviation is 1.4826 times the median absolute deviation of a symbol's log returns: the moves
    that are looked for do not stretch it, so that one bad bar cannot hide itself.
    """
    prices = bars.columns["adj_close"]
    prices = np.delete(prices, missing) if len(missing) else prices
    starts = bars.starts - np.searchsorted(missing, bars.starts)
    later = _far(prices)
    later = later[~np.isin(later, starts)]
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(prices[later] / prices[later - 1])
    deviations = np.abs(logs) / _usual(prices, starts, later)
    wanted = deviations > JUMP_DEVIATIONS
    later, logs, deviations = later[wanted], logs[wanted], deviations[wanted]
    before, row = _with_missing(later - 1, missing), _with_missing(later, missing)
    fraction = _fraction(bars, before, row, logs, slack)
    return _described(bars, row, logs, deviations, fraction)


def _with_missing(rows: Ints, missing: Ints) -> Ints:
    """Numbers of rows as they are when the missing ones are counted too."""
    return rows + np.searchsorted(missing - np.arange(len(missing)), rows, side="right")


def _far(prices: Floats) -> Ints:
    """Rows whose price is at least 5/4, less the slack, of the one before, or the other way round."""
    return np.concatenate([NONE, *_far_blocks(prices)])


def _far_blocks(prices: Floats) -> Iterator[Ints]:
    least = (1 - NEAR_FRACTION) * FRACTIONS[0, 0] / FRACTIONS[0, 1]
    for first in range(1, len(prices), BLOCK):
        after = prices[first : first + BLOCK]
        ratio = after / prices[first - 1 : first - 1 + len(after)]
        yield np.flatnonzero((ratio > least) | (ratio < 1 / least)) + first


def _usual(prices: Floats, starts: Ints, later: Ints) -> Floats:
    """Usual deviation of the symbol of each row of `later`; infinite with fewer than three returns."""
    places, which = np.unique(np.searchsorted(starts, later, side="right") - 1, return_inverse=True)
    usual = np.full(len(places), np.inf)
    for number, place in enumerate(places.tolist()):
        logs = np.diff(np.log(prices[starts[place] : starts[place + 1]]))
        if len(logs) >= 3:
            usual[number] = robust_deviation(logs)
    return usual[which]


def robust_deviation(logs: Floats) -> float:
    """1.4826 times the median absolute deviation; 1.2533 times the mean one if most returns are equal."""
    deviation = 1.4826 * _median(np.abs(logs - _median(logs)))
    return deviation or 1.2533 * float(np.mean(np.abs(logs)))


def _median(values: Floats) -> float:
    """The same as numpy's, in a fifth of its time for a thousand values."""
    half = len(values) // 2
    if len(values) % 2:
        return float(np.partition(values, half)[half])
    both = np.partition(values, (half - 1, half))
    return float((both[half - 1] + both[half]) / 2)


def _described(bars: Bars, row: Ints, logs: Floats, deviations: Floats, fraction: tuple[Ints, Ints]) -> Moves:
    numerator, denominator = fraction
    unit = np.zeros(len(row), np.int64)
    for each in UNITS:
        unit[np.abs(np.exp(np.abs(logs)) / each - 1) < NEAR_UNIT] = each
    confirmed = np.zeros(len(row), dtype=bool)
    doubted = (numerator > 0) | (unit > 0) | (np.abs(logs) > np.log((1 - CLOSE_TO) * FACTOR))
    confirmed[doubted] = confirmed_by_trading(
        bars, row[doubted], logs[doubted], (np.abs(logs) / deviations)[doubted]
    )
    change = np.expm1(logs)
    keep = (np.abs(change) > JUMP_RETURN) | ((numerator > 0) & ~confirmed)
    return Moves(
        row[keep], change[keep], deviations[keep], numerator[keep], denominator[keep], unit[keep],
        confirmed[keep],
    )  # fmt: skip


def _fraction(bars: Bars, before: Ints, row: Ints, logs: Floats, slack: float) -> tuple[Ints, Ints]:
    """The simple fraction near the ratio of the closes, else near that of the open to the close before.

    A split goes off overnight, and the day's own move comes on top of it: of 14 splits of large shares
    the closes tell eight, the two together twelve.
    """
    by_close = simple_fraction(np.exp(np.abs(logs)), slack)
    if not {"open", "close"} <= bars.columns.keys():
        return by_close
    overnight = np.log(bars.columns["open"][row] / bars.columns["close"][before]) * np.sign(logs)
    by_open = simple_fraction(np.exp(np.where(overnight > 0, overnight, 0.0)), slack)
    near = by_close[0] > 0
    return np.where(near, by_close[0], by_open[0]), np.where(near, by_close[1], by_open[1])


def simple_fraction(ratio: Floats, slack: float = NEAR_FRACTION) -> tuple[Ints, Ints]:
    """Numerator and denominator of the simple fraction near each ratio above one; zeros if none is near.

    Simple are the fractions of numbers up to five, and all whole numbers.
    """
    nearest = np.argmin(np.abs(ratio[:, None] / (FRACTIONS[:, 0] / FRACTIONS[:, 1]) - 1), axis=1)
    numerator, denominator = FRACTIONS[nearest].T
    whole = ratio > 5.5
    numerator = np.where(whole, np.rint(np.minimum(ratio, 1e15)).astype(np.int64), numerator)
    denominator = np.where(whole, 1, denominator)
    near = np.abs(ratio * denominator / numerator - 1) < slack
    return np.where(near, numerator, 0), np.where(near, denominator, 0)
