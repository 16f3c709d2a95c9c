"""The sessions of a benchmark from files: its own dates, and what the calendar of its exchange adds."""

from __future__ import annotations

import numpy as np

from analysis.market.events import Dates
from analysis.market.prices import PriceHistory
from data.bundled.calendars import bundled_calendars
from data.bundled.exchanges import EXCHANGES
from data.files.blanks import ending

LEAST = 20  # dates with a price: fewer fit any calendar
STRAY = 1 / 200  # of the dates may be no session
HELD = 0.9  # of the sessions have to be there


def benchmark_sessions(history: PriceHistory) -> Dates:
    """Days on which the exchange of a benchmark was open, from its first price to its last.

    A calendar fits if all dates with a price (but one in 200) are its sessions, and nine in ten of these
    are there; the ending of the symbol says which calendars are tried, all of them if it says nothing. Of
    several the one with the fewest sessions without a price is taken. Its sessions are those of the
    benchmark, so that a row that is missing gives two missing returns. Where no calendar fits, a row
    without a price is a session, and a day without a row is none. It depends on no other symbol.
    """
    if not (fitting := _fitting(history)):
        return history.dates
    own = min(fitting, key=len)
    outside = history.dates[(history.dates < own[0]) | (history.dates > own[-1])]
    return np.union1d(np.union1d(own, _held(history)), outside)


def on_a_calendar(history: PriceHistory) -> bool:
    """Whether the sessions of a benchmark are those of an exchange."""
    return bool(_fitting(history))


def _held(history: PriceHistory) -> Dates:
    return history.dates[np.isfinite(history.column("adj_close"))]


def _fitting(history: PriceHistory) -> list[Dates]:
    """Sessions of each calendar that fits."""
    held = _held(history)
    fitting = []
    for calendar in _calendars(history.symbol):
        inside = held[(held >= calendar[0]) & (held <= calendar[-1])]
        if len(inside) >= LEAST:
            first, last = np.searchsorted(calendar, inside[[0, -1]])
            own = calendar[first : last + 1]
            strays = np.count_nonzero(own[np.searchsorted(own, inside)] != inside)
            if strays <= STRAY * len(inside) and len(inside) - strays >= HELD * len(own):
                fitting.append(own)
    return fitting


def _calendars(symbol: str) -> list[Dates]:
    """Sessions of the exchanges that a symbol may be listed on: of its ending, else of all."""
    known = bundled_calendars()
    exchange = EXCHANGES.get(ending(symbol)) if ending(symbol) else None
    if exchange is None:
        return list(known.values())
    return [known[exchange.mic]] if exchange.mic in known else []
