"""Checks of bars against their neighbours, against dividends and splits, and against the last snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.market.events import Dates
from data.quality.cleaning import as_bars, dates_of
from data.quality.delivery import Delivery, Observation, Severity, returns
from data.quality.moves import Move, moves
from data.quality.words import count, day, listed, percent

NEAR_SPLIT = 0.05  # wider than for a study: to keep the last snapshot costs less than to lose a firm
SAME_SPLIT_DAYS = 30
ADJUSTMENT_SLACK, DIVIDEND_SLACK, ADJUSTMENT_SEVERE = 1e-3, 0.1, 0.05
REWRITTEN, REWRITTEN_SEVERE = 1e-3, 0.01
NAMES = {"currency": "currency", "timezone": "time zone"}


def jumps(delivery: Delivery) -> Iterator[Observation]:
    """Moves that stand out; those that the last snapshot has too are known."""
    bars, known = as_bars(delivery.usable), delivery.known()
    for move in moves(bars, slack=NEAR_SPLIT):
        date = bars.dates[move.row : move.row + 1]
        announced = delivery.splits is not None and date[0] in dates_of(delivery.splits.to_frame())
        severe = announced or move.severe
        severity: Severity = "info" if known[move.row] else "severe" if severe else "warning"
        yield severity, _jump_in_words(move, date, announced), date


def _jump_in_words(move: Move, date: Dates, announced: bool) -> str:
    sentence = move.sentence("The price", listed(date))
    if announced:
        return (
            f"{sentence}: a split was announced for that day, and the prices before are not adjusted for it."
        )
    return f"{sentence}; no split was announced."


def split_twice(delivery: Delivery) -> Iterator[Observation]:
    """The same ratio twice within a month: one split, announced again."""
    if delivery.splits is None:
        return
    splits = delivery.splits.sort_index()
    days = dates_of(splits.to_frame())
    again = (splits.to_numpy()[1:] == splits.to_numpy()[:-1]) & (
        np.diff(days) <= np.timedelta64(SAME_SPLIT_DAYS, "D")
    )
    for first, second, ratio in zip(
        days[:-1][again], days[1:][again], splits.to_numpy()[1:][again], strict=True
    ):
        both = np.unique(np.array([first, second]))
        sentence = f"A split of {ratio:g} to 1 is announced twice, on {listed(both)}."
        yield "warning", sentence, both


def adjusted_close(delivery: Delivery) -> Iterator[Observation]:
    """Adj Close / Close must step by 1 - D/P where a dividend D goes off a price P, and nowhere else."""
    if delivery.dividends is None or len(delivery.usable) < 2:
        return
    bars, dates = delivery.usable, dates_of(delivery.usable)
    factor = (bars["adj_close"] / bars["close"]).to_numpy()
    close = bars["close"].to_numpy()
    share = _paid(delivery.dividends, dates)[1:] / close[:-1]
    off = factor[:-1] / factor[1:] - (1 - share)
    wrong = np.abs(off) > ADJUSTMENT_SLACK + DIVIDEND_SLACK * share
    if not wrong.any():
        return
    worst = int(np.argmax(np.abs(off)))
    new = np.abs(off[wrong & ~delivery.known()[1:]])
    sentence = (
        f"The adjusted close disagrees with the dividends on {count(int(wrong.sum()), 'session')}: "
        f"{listed(dates[1:][wrong])}; the return of {listed(dates[worst + 1 : worst + 2])} is off by "
        f"{percent(abs(off[worst]))}."
    )
    yield "severe" if (new > ADJUSTMENT_SEVERE).any() else "warning", sentence, dates[1:][wrong]


def _paid(dividends: pd.Series[float], dates: Dates) -> npt.NDArray[np.float64]:
    """Dividends per session; one that falls between two sessions goes off on the later."""
    paid = np.zeros(len(dates) + 1)
    np.add.at(paid, np.searchsorted(dates, dates_of(dividends.to_frame())), dividends.to_numpy())
    return paid[:-1]


# --- against the last snapshot ----------------------------------------------------------------------------


def changed(what: str) -> Callable[[Delivery], Iterator[Observation]]:
    """A check that `what` (currency, timezone) is the expected one."""

    def observe(delivery: Delivery) -> Iterator[Observation]:
        found, expected = getattr(delivery, what), getattr(delivery, f"expected_{what}")
        if found and expected and found != expected:
            none = np.array([], dtype="datetime64[D]")
            yield "severe", f"The {NAMES[what]} is {found}; expected was {expected}.", none

    return observe


def lost_sessions(delivery: Delivery) -> Iterator[Observation]:
    """Sessions that the last snapshot has and these bars have not."""
    lost = np.setdiff1d(dates_of(delivery.before), dates_of(delivery.usable))
    if len(lost):
        unusable = int(np.isin(lost, dates_of(delivery.bars)).sum())
        why = f"; {count(unusable, 'bar')} came empty, stale, impossible or too early" if unusable else ""
        sentence = f"{count(len(lost), 'session')} of the last snapshot would be lost: {listed(lost)}{why}."
        yield "severe", sentence, lost


def rescaled(delivery: Delivery) -> Iterator[Observation]:
    """All earlier prices divided by one number: right after a split, a change of unit otherwise."""
    scale, split = _scale(delivery), _splits_since(delivery)
    dates = dates_of(delivery.before)[-1:]
    announced = f"a split of {split:g} to 1" if split != 1 else "no split"
    if scale == split == 1:
        return
    if abs(scale * split - 1) < NEAR_SPLIT:
        yield "info", f"Earlier prices are restated for {announced}.", dates
    elif scale == 1:
        yield "warning", f"There was {announced}, and earlier prices are unchanged.", dates
    else:
        sentence = f"Earlier prices are {scale:.4g} times those of the last snapshot, with {announced} since."
        yield "severe", sentence, dates


def rewritten(delivery: Delivery) -> Iterator[Observation]:
    """Prices or returns of past sessions that are not what they were; volumes are always revised."""
    new, old = delivery.usable.loc[delivery.both], delivery.before.loc[delivery.both]
    changes = {
        name.replace("_", " "): np.abs(new[name] / (old[name] * _scale(delivery)) - 1)
        for name in ("open", "high", "low", "close")
    }
    changes["return"] = np.abs(returns(new["adj_close"]) - returns(old["adj_close"]))
    moved = {name: change[change > REWRITTEN] for name, change in changes.items()}
    moved = {name: change for name, change in moved.items() if len(change)}
    if not moved:
        return
    dates = np.unique(np.concatenate([dates_of(change.to_frame()) for change in moved.values()]))
    severe = any((change > REWRITTEN_SEVERE).any() for change in moved.values())
    sentence = f"History was rewritten on {listed(dates)}: {'; '.join(map(_change_in_words, moved.items()))}."
    yield "severe" if severe else "warning", sentence, dates


def _change_in_words(change: tuple[str, pd.Series[float]]) -> str:
    name, size = change
    worst = f"most on {day(pd.Timestamp(str(size.idxmax())))} by {percent(size.max())}"
    return f"{name} of {count(len(size), 'session')}, {worst}"


def _scale(delivery: Delivery) -> float:
    """New close over old close of the shared sessions, where most agree."""
    both = delivery.both
    if not len(both):
        return 1.0
    ratio = float(np.median(delivery.usable["close"].loc[both] / delivery.before["close"].loc[both]))
    return ratio if abs(ratio - 1) >= NEAR_SPLIT else 1.0


def _splits_since(delivery: Delivery) -> float:
    """New shares per old one by the splits after the last snapshot's last bar, each counted once."""
    if delivery.splits is None or not len(delivery.before):
        return 1.0
    recent = delivery.splits[delivery.splits.index > delivery.before.index[-1]]
    return float(np.prod(recent.drop_duplicates().to_numpy()))
