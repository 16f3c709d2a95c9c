"""The judge of prices: the same rules for bars from any source, before a study uses them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from analysis.market.bars import BAR_COLUMNS, Bars, Ints
from analysis.market.events import Sessions
from data.quality.caution import KINDS, Caution, decisive
from data.quality.moves import Moves, moves
from data.quality.rules import NONE, Unusable, closed, on_weekend, symbol_of, unusable
from data.quality.whole import whole_series
from data.quality.words import count

HOPELESS = ("returns", "constant", "constant_growth")  # nothing else need be said of such a series
ORDER = {kind: place for place, kind in enumerate(KINDS)}

__all__ = ["KINDS", "Caution", "Judged", "decisive", "judge", "order"]


@dataclass(frozen=True, eq=False, slots=True)
class Judged:
    """Bars fit for a study, and what must be said about them.

    Parameters
    ----------
    bars : Bars
        Without the bars of closed days; every value of a stale or impossible bar is NaN.
    stale : mapping of symbol to int
        Number of stale bars, of the symbols that have any.
    cautions : tuple of Caution
        By symbol, then in the order of `KINDS`, then by date.
    severe : mapping of symbol to Caution
        Why a symbol is left out unless a reader accepts it. Its bars are still there.
    """

    bars: Bars
    stale: Mapping[str, int]
    cautions: tuple[Caution, ...]
    severe: Mapping[str, Caution]


def judge(
    bars: Bars,
    sessions: Sessions | Mapping[str, Sessions] | None = None,
    keep: Collection[str] = BAR_COLUMNS,
) -> Judged:
    """Take out what is no price, and say what is odd.

    Parameters
    ----------
    sessions : Sessions, or mapping of symbol to Sessions, optional
        Calendars of the exchanges, for all or for some of the symbols; without one no day is closed.
    keep : collection of str
        Columns that the judged bars have, where the source has them: to copy the others takes time.

    Returns
    -------
    Judged
        What is said of a symbol follows from its own bars alone.
    """
    shut = NONE if sessions is None else closed(bars, sessions)
    bad = unusable(bars).without(shut)
    found = moves(bars, np.union1d(bad.rows, shut))
    series = [
        caution
        for caution in whole_series(bars, bad.impossible, on_weekend(bars))
        if caution.kind != "weekend" or not _has_calendar(caution.symbol, sessions)
    ]
    hopeless = {caution.symbol for caution in series if caution.kind in HOPELESS and caution.severe}
    said = [*_on_closed_days(bars, shut), *_bad_bars(bars, bad), *_moves(bars, found)]
    cautions = sorted(series + [each for each in said if each.symbol not in hopeless], key=order)
    severe = {caution.symbol: caution for caution in reversed(cautions) if caution.severe}
    stale = {bars.symbols[place]: number for place, _, number in _numbers(bars, bad.copies)}
    usable = _masked(bars, bad.rows, keep).without_rows(shut)
    return Judged(usable, stale, tuple(cautions), dict(sorted(severe.items())))


def order(caution: Caution) -> tuple[str, int, bool]:
    """By symbol and kind; moves of a kind stay in order of time."""
    return caution.symbol, ORDER[caution.kind], not caution.severe


def _has_calendar(symbol: str, sessions: Sessions | Mapping[str, Sessions] | None) -> bool:
    return isinstance(sessions, Sessions) or symbol in (sessions or {})


def _masked(bars: Bars, rows: Ints, keep: Collection[str]) -> Bars:
    columns = {name: values for name, values in bars.columns.items() if name in keep}
    if len(rows):
        columns = {name: values.copy() for name, values in columns.items()}
        for values in columns.values():
            values[rows] = np.nan
    return replace(bars, columns=columns)


# --- what is said ------------------------------------------------------------------------------------------


def _numbers(bars: Bars, rows: Ints) -> Iterator[tuple[int, Ints, int]]:
    """Symbols that have some of the rows: place, those rows, and how many."""
    ends = np.searchsorted(rows, bars.starts)
    for place in np.flatnonzero(np.diff(ends)).tolist():
        own = rows[ends[place] : ends[place + 1]]
        yield place, own, len(own)


def _counted(bars: Bars, rows: Ints, kind: str, what: str) -> Iterator[Caution]:
    for place, own, number in _numbers(bars, rows):
        symbol, date = bars.symbols[place], bars.dates[own[0]]
        total = int(bars.starts[place + 1] - bars.starts[place])
        said = f"{symbol}: {number:,} of {count(total, 'bar')} {what}, the first on {date}."
        yield Caution(symbol, kind, said, date)


def _on_closed_days(bars: Bars, shut: Ints) -> Iterator[Caution]:
    what = "left out, on days on which the exchange was closed"
    return _counted(bars, shut, "closed_days", what)


def _bad_bars(bars: Bars, bad: Unusable) -> Iterator[Caution]:
    copied = "copied from the day before, without volume, and taken as missing"
    yield from _counted(bars, bad.stale, "stale", copied)
    again = "repeat the close before, in runs too long for chance, and are taken as missing"
    yield from _counted(bars, bad.repeated, "stale", again)
    yield from _counted(bars, bad.impossible, "impossible", "with impossible prices, taken as missing")


def _moves(bars: Bars, found: Moves) -> Iterator[Caution]:
    for place, move in zip(symbol_of(bars, found.row).tolist(), found, strict=True):
        symbol, date = bars.symbols[place], bars.dates[move.row]
        said = f"{move.sentence(symbol, str(date))}."
        yield Caution(symbol, move.kind, said, date, move.change, move.deviations, move.severe)
