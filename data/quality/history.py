"""Checks of bars against their neighbours, against dividends and splits, and against the last snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pandas as pd

from analysis.market.events import Dates
from data.quality.cleaning import as_bars, dates_of
from data.quality.delivery import Delivery, Observation, Severity
from data.quality.moves import FACTOR, JUMP_DEVIATIONS, moves, robust_deviation
from data.quality.revision import Change, applied, changes, paid, restated, scale_left
from data.quality.words import count, day, listed, percent
from data.quality.words import move as move_in_words

MIN_SESSIONS = 4  # three returns, for a usual deviation
NEAR_SPLIT = 0.05  # wider than for a study: to keep the last snapshot costs less than to lose a firm
SAME_SPLIT_DAYS = 30
ADJUSTMENT_SLACK, DIVIDEND_SLACK, ADJUSTMENT_SEVERE = 1e-3, 0.1, 0.05
NAMES = {"currency": "currency", "timezone": "time zone"}


def jumps(delivery: Delivery) -> Iterator[Observation]:
    """Moves that stand out; those that the last snapshot has too are known."""
    bars, known = as_bars(delivery.usable), delivery.known()
    for move in moves(bars, slack=NEAR_SPLIT):
        date = bars.dates[move.row : move.row + 1]
        announced = delivery.splits_on(date[0])
        severe = move.severe and not announced  # whether that one was applied is a check of its own
        severity: Severity = "info" if known[move.row] else "severe" if severe else "warning"
        and_split = "a split was announced for that day" if announced else "no split was announced"
        yield severity, f"{move.sentence('The price', listed(date))}; {and_split}.", date


def split_applied(delivery: Delivery) -> Iterator[Observation]:
    """A split whose day moves by its ratio: not applied; or by the inverse: applied twice.

    One that is announced no longer counts too: whether it was taken back with reason, its day tells.
    """
    if len(delivery.usable) < MIN_SESSIONS:
        return
    dates, known = dates_of(delivery.usable), delivery.known()
    logs = np.diff(np.log(delivery.usable["close"].to_numpy()), prepend=np.nan)
    splits, usual = delivery.actions("split"), _usual(delivery)
    for ex_date, split in zip(dates_of(splits.to_frame()), splits, strict=True):
        row = int(np.searchsorted(dates, ex_date))
        if not 0 < row < len(dates) or known[row] or split <= 0:
            continue
        move = float(logs[row])
        near = _near(delivery, ex_date, split, move, usual)
        for off, what in ((move + np.log(split), "not applied"), (move - np.log(split), "applied twice")):
            if abs(off) < near:
                date = dates[row : row + 1]
                when = "is" if delivery.splits_on(ex_date) else "was"
                said = f"A split of {split:g} to 1 {when} announced for {listed(date)}"
                moved = move_in_words(float(np.expm1(move)))
                yield "severe", f"{said}, and looks {what}: the price {moved} on that day.", date


def _near(delivery: Delivery, ex_date: np.datetime64, split: float, move: float, usual: float) -> float:
    """How near a move must come to a split's ratio to be taken for it; 0: that it is says nothing.

    Where the split is no larger than moves are, the overlap with the last snapshot tells alone. Prices that
    were restated by its very ratio since leave no doubt but for a ratio that no news makes. A split after the
    last snapshot that left them alone leaves much, and one that was undone. Where nothing tells, a move
    within the usual ones is one of them.
    """
    if not _tells(split, usual):
        return 0.0
    if restated(delivery, ex_date, split):
        return NEAR_SPLIT if max(split, 1 / split) >= FACTOR else 0.0
    changed = applied(delivery).get(pd.Timestamp(ex_date).date(), 1.0) != 1
    fresh = len(delivery.before) > 0 and dates_of(delivery.before)[-1] < ex_date
    return abs(move) / 2 if changed or fresh or abs(move) > usual else 0.0


def _tells(split: float, usual: float) -> bool:
    """Whether a move by a split's ratio is none of the usual ones."""
    return bool(abs(np.log(split)) > usual)


def _usual(delivery: Delivery) -> float:
    """The largest log return that is none that stands out."""
    return float(JUMP_DEVIATIONS * robust_deviation(np.diff(np.log(delivery.usable["close"].to_numpy()))))


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
    share = paid(delivery.dividends, dates)[1:] / close[:-1]
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
    """All earlier prices multiplied by one number: after a split that is right, else a change of unit.

    Of a split that is too small for its day to tell, it is severe that it left them alone or is undone.
    """
    dates, scale = dates_of(delivery.before)[-1:], scale_left(delivery)
    for split, factor in applied(delivery).items():
        at = pd.Timestamp(split)
        ratio = float(delivery.actions("split")[at])
        severe = not _tells(ratio, _usual(delivery)) and ratio != 1
        if factor == ratio != 1:
            said = f"The split of {ratio:g} to 1 of {day(split)} was taken back: earlier prices are"
            yield "severe" if severe else "info", f"{said} {factor:.4g} times what they were.", dates
        elif factor != 1:
            yield "info", f"Earlier prices are restated by {factor:.4g} for the split of {day(split)}.", dates
        elif dates[0] < np.datetime64(split) <= dates_of(delivery.usable)[-1]:
            known = delivery.former is not None and at in delivery.former["split"].dropna().index
            said = f"There was a split of {ratio:g} to 1, and earlier prices are unchanged."
            yield "severe" if severe and not known else "warning", said, dates
    if scale != 1:
        splits = "no split" if set(applied(delivery).values()) <= {1.0} else "more than the splits"
        sentence = f"Earlier prices are {scale:.4g} times those of the last snapshot, with {splits} since."
        yield "severe", sentence, dates


def rewritten(delivery: Delivery) -> Iterator[Observation]:
    """Prices or returns of settled sessions that are not what they were; volumes are always revised."""
    found = [each for each in changes(delivery) if np.datetime64(each.session) not in delivery.recent]
    if found:
        yield "severe", f"History was rewritten on {_in_words(found)}", _sessions(found)


def revised(delivery: Delivery) -> Iterator[Observation]:
    """Prices or returns of the last sessions that are not what they were."""
    found = [each for each in changes(delivery) if np.datetime64(each.session) in delivery.recent]
    if found:
        yield "info", f"Recent bars were revised on {_in_words(found)}", _sessions(found)


def _sessions(found: Sequence[Change]) -> Dates:
    return np.unique(np.array([each.session for each in found], dtype="datetime64[D]"))


def _in_words(found: Sequence[Change]) -> str:
    parts = []
    for name in dict.fromkeys(each.field for each in found):
        own = [each for each in found if each.field == name]
        worst = max(own, key=lambda each: each.size)
        most = f"most on {day(worst.session)} by {percent(worst.size)}"
        parts.append(f"{name} of {count(len(own), 'session')}, {most}")
    return f"{listed(_sessions(found))}: {'; '.join(parts)}."
