"""Ways in which a source's answer is wrong: one entry of `FAULTS` per kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from tests.chaos.second import TRANSPORT, Answer
from tests.chaos.truth import PRICES, Truth


@dataclass(frozen=True)
class Fault:
    """A way in which an answer is wrong.

    Parameters
    ----------
    says : callable (truth, day, first day of the fault, number between 0 and 1) -> Answer
    said : str
        What the refresh has to say of the symbol, a regular expression; empty where nobody can tell that day.
    needs : str
        What the truth has to hold: ``split`` or ``dividend`` on the first day, ``split before`` two before;
        a ``small split`` is one of a ratio within a day's moves.
    longest : int
        Days.
    days : int or None
        On how many days it has to be said before it may be taken, and then is; None: it never is.
    opened : str
        What has to stand open although the bars are taken, which then are the truth; a regular expression.
    """

    says: Callable[[Truth, dt.date, dt.date, float], Answer]
    said: str = ""
    needs: str = ""
    longest: int = 2
    days: int | None = None
    opened: str = ""


def _scaled(answer: Answer, rows: slice, factor: float) -> Answer:
    bars = answer.bars.copy()
    bars.iloc[rows, [bars.columns.get_loc(name) for name in PRICES]] *= factor
    return replace(answer, bars=bars)


def provisional(truth: Truth, day: dt.date, first: dt.date, chance: float) -> Answer:
    """The last bar is off by some per cent."""
    return _scaled(truth.on(day), slice(-1, None), 1 + (0.02 + 0.04 * chance) * (1 if chance > 0.5 else -1))


def missing(truth: Truth, day: dt.date, first: dt.date, chance: float) -> Answer:
    """The day's bar is not there yet."""
    answer = truth.on(day)
    return replace(answer, bars=answer.bars.loc[: pd.Timestamp(day) - pd.Timedelta(days=1)])


def copied(truth: Truth, day: dt.date, first: dt.date, chance: float) -> Answer:
    """The last bar is a flat copy of the day before, without volume."""
    answer = truth.on(day)
    bars = answer.bars.copy()
    bars.iloc[-1, [bars.columns.get_loc(name) for name in PRICES[:4]]] = bars["close"].iloc[-2]
    bars.iloc[-1, bars.columns.get_loc("adj_close")] = bars["adj_close"].iloc[-2]
    bars.iloc[-1, bars.columns.get_loc("volume")] = 0.0
    return replace(answer, bars=bars)


def withdrawn(truth: Truth, day: dt.date, first: dt.date, chance: float) -> Answer:
    """The bar of the session before the fault is gone."""
    return replace(truth.on(day), bars=truth.on(day).bars.drop(truth.before(first)))


def emptied(truth: Truth, day: dt.date, first: dt.date, chance: float) -> Answer:
    """The bar of the session before the fault holds no prices."""
    bars = truth.on(day).bars.copy()
    bars.loc[truth.before(first)] = np.nan
    return replace(truth.on(day), bars=bars)


def old_answer(truth: Truth, day: dt.date, first: dt.date, chance: float) -> Answer:
    """What was said some days ago, from somebody's cache."""
    return truth.on(first - dt.timedelta(days=4 + int(5 * chance)))


def cut(truth: Truth, day: dt.date, first: dt.date, chance: float) -> Answer:
    """The history begins some months later than it did."""
    answer = truth.on(day)
    bars = answer.bars.iloc[30 + int(60 * chance) :]
    since = bars.index[0].date()
    dividends = {ex: paid for ex, paid in answer.dividends.items() if ex >= since}
    return replace(answer, bars=bars, dividends=dividends)


def rewritten(truth: Truth, day: dt.date, first: dt.date, chance: float) -> Answer:
    """A week of last year is told otherwise."""
    return _scaled(truth.on(day), slice(100, 105), 1.02 + 0.03 * chance)


def hundredfold(truth: Truth, day: dt.date, first: dt.date, chance: float) -> Answer:
    """Prices since the fault are in pence, cents or thousands."""
    answer = truth.on(day)
    since = int(answer.bars.index.searchsorted(pd.Timestamp(first)))
    return _scaled(answer, slice(since, None), (100, 0.01, 1000)[int(3 * chance)])


def all_hundredfold(truth: Truth, day: dt.date, first: dt.date, chance: float) -> Answer:
    """All prices are."""
    return _scaled(truth.on(day), slice(None), (100, 0.01, 1000)[int(3 * chance)])


def _without(truth: Truth, **gone: object) -> Truth:
    return replace(truth, **gone)


def late_split(truth: Truth, day: dt.date, first: dt.date, chance: float) -> Answer:
    """A split is neither announced nor applied, while the market trades the new shares."""
    return _without(truth, splits={ex: by for ex, by in truth.splits.items() if ex < first}).on(day)


def split_undone(truth: Truth, day: dt.date, first: dt.date, chance: float) -> Answer:
    """A split that was applied is no longer, nor announced."""
    newest = max(ex for ex in truth.splits if ex <= first)
    return _without(truth, splits={ex: by for ex, by in truth.splits.items() if ex != newest}).on(day)


def announced(truth: Truth, day: dt.date, first: dt.date, chance: float) -> Answer:
    """A split is announced and not applied."""
    return replace(late_split(truth, day, first, chance), splits=truth.on(day).splits)


def applied_twice(truth: Truth, day: dt.date, first: dt.date, chance: float) -> Answer:
    """A split is applied to the prices before it, and again."""
    answer = truth.on(day)
    before = int(answer.bars.index.searchsorted(pd.Timestamp(first)))
    return _scaled(answer, slice(0, before), 1 / truth.splits[first])


def late_dividend(truth: Truth, day: dt.date, first: dt.date, chance: float) -> Answer:
    """A dividend is not known yet."""
    return _without(truth, dividends={ex: paid for ex, paid in truth.dividends.items() if ex < first}).on(day)


def nothing_wrong(truth: Truth, day: dt.date, first: dt.date, chance: float) -> Answer:
    """The truth, of a day that makes it hard to tell."""
    return truth.on(day)


def pence(truth: Truth, day: dt.date, first: dt.date, chance: float) -> Answer:
    """The currency is another."""
    return replace(truth.on(day), currency="GBp")


def on_the_way(kind: str) -> Callable[[Truth, dt.date, dt.date, float], Answer]:
    """The answer is right and does not arrive."""
    return lambda truth, day, first, chance: replace(truth.on(day), transport=kind)


REWRITTEN = "History was rewritten|times those of the last"
REFUSED = r"Yahoo|answer|not be read"
FAULTS: Mapping[str, Fault] = {
    "provisional bar": Fault(provisional, longest=1),
    "missing day": Fault(missing, longest=1),
    "copied day": Fault(copied, longest=1),
    "withdrawn bar": Fault(withdrawn, "would be lost", longest=3, days=2),
    "emptied bar": Fault(emptied, "would be lost", longest=3, days=2),
    "old answer": Fault(old_answer, "the answer ends on", longest=3),
    "front cut off": Fault(cut, longest=4, opened="history begins on"),
    "rewritten history": Fault(rewritten, "History was rewritten", longest=4, days=3),
    "factor": Fault(hundredfold, "price in another unit", longest=4),
    "factor on all": Fault(
        all_hundredfold, "times those of the last snapshot|price in another unit", longest=4, days=3
    ),
    "late split": Fault(late_split, "looks like a split", "split"),
    "split undone": Fault(
        split_undone, "looks like a split|looks not applied|times those of", "split before"
    ),
    "split announced, not applied": Fault(announced, "looks not applied", "split"),
    "split applied twice": Fault(applied_twice, "looks applied twice", "split"),
    "small split, applied": Fault(nothing_wrong, needs="small split", longest=1),
    "small split, not applied": Fault(
        announced, f"earlier prices are unchanged|{REWRITTEN}", "small split", longest=4, days=3
    ),
    "small split undone": Fault(
        split_undone, f"was taken back|{REWRITTEN}", "small split before", longest=4, days=3
    ),
    "small split applied twice": Fault(applied_twice, REWRITTEN, "small split", longest=4, days=3),
    "late dividend": Fault(late_dividend, needs="dividend", longest=1),
    "another currency": Fault(pence, "The currency is GBp", longest=4),
    **{kind: Fault(on_the_way(kind), REFUSED) for kind in TRANSPORT if kind},
}
