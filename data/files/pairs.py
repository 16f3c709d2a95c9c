"""Firms whose dates lie a session beside those of their benchmark, as their returns tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from zoneinfo import ZoneInfo

import numpy as np

from analysis.market.bars import Floats, Ints
from analysis.market.events import Dates
from analysis.market.prices import Market
from data.bundled.exchanges import EXCHANGES, Exchange
from data.files.blanks import ending
from data.quality.caution import Caution

MOST_MOVE = 0.1  # returns beyond it count as this: one crash is no pattern
LEAST_PAIRS, LEAST_CORRELATION = 60, 0.2
MARGIN = 5.0  # deviations of the difference of two correlations
HOURS_APART = 1.0
LAST, AT_ONCE = 500, 256  # sessions of a firm that are looked at; firms


def beside_their_benchmark(market: Market, pairs: Collection[tuple[str, str]]) -> Iterator[Caution]:
    """A caution per firm whose returns go with those of the session before or after, and not of the same.

    Parameters
    ----------
    pairs : collection of (firm, benchmark)

    Notes
    -----
    The correlation one session off, over a firm's last 500 sessions, must exceed that of the same session by
    five deviations of sqrt(2 / n).
    Pairs that are known to close at different times are passed over: Tokyo follows New York by a session.
    """
    firms: dict[str, list[str]] = {}
    for firm, benchmark in sorted(pairs):
        if firm != benchmark and market.has_bars(firm) and benchmark in market.sessions:
            firms.setdefault(benchmark, []).append(firm)
    for benchmark, own in firms.items():
        sessions = market.sessions[benchmark].dates
        index = np.pad(_moves(market.prices([benchmark], sessions).T)[0], (LAST + 1, 1))
        for start in range(0, len(own), AT_ONCE):
            some = own[start : start + AT_ONCE]
            found = zip(some, *_correlations(market, some, sessions, index), strict=True)
            for firm, same, before, after, needed in found:
                if max(before, after) > needed and not _apart(firm, benchmark):
                    yield _caution(firm, benchmark, before > after, max(before, after), same)


def _correlations(
    market: Market, firms: list[str], sessions: Dates, index: Floats
) -> tuple[list[float], ...]:
    """With the index on the same session, the one before, the one after; and what the latter have to reach.

    `index` holds the benchmark's moves, with `LAST` + 1 zeros before them and one after.
    """
    prices, around = np.full((len(firms), LAST), np.nan), np.zeros((len(firms), LAST + 2))
    for row, beside, firm in zip(prices, around, firms, strict=True):
        history = market.histories[firm]
        dates, closes = history.dates[-LAST:], history.column("adj_close")[-LAST:]
        place = places(dates, sessions)
        there = place >= 0
        if there.any():
            end = place[there][-1] + 1
            there &= place >= end - LAST
            row[place[there] - end] = closes[there]
            beside[:] = index[end : end + LAST + 2]
    moves = _moves(prices)
    number = np.count_nonzero(moves, axis=1)
    size = np.sqrt(np.einsum("nt,nt->n", moves, moves) * np.einsum("nt,nt->n", around, around))
    with np.errstate(invalid="ignore", divide="ignore"):
        same, before, after = (
            np.einsum("nt,nt->n", moves, around[:, k : k + LAST]) / size for k in (1, 0, 2)
        )
    needed = np.maximum(same + MARGIN * np.sqrt(2 / np.maximum(number, 1)), LEAST_CORRELATION)
    needed[(number < LEAST_PAIRS) | ~np.isfinite(needed)] = np.inf
    return same.tolist(), before.tolist(), after.tolist(), needed.tolist()


def places(dates: Dates, sessions: Dates) -> Ints:
    """Where dates stand among sessions; -1 where they do not."""
    first = int(np.searchsorted(sessions, dates[0]))
    if np.array_equal(sessions[first : first + len(dates)], dates):  # as almost always: a tenth of the time
        return np.arange(first, first + len(dates))
    place = np.searchsorted(sessions, dates)
    return np.where(sessions[np.minimum(place, len(sessions) - 1)] == dates, place, -1)


def _moves(prices: Floats) -> Floats:
    """Returns along the second axis, within `MOST_MOVE`; zero where there is none."""
    out = np.zeros_like(prices)
    out[:, 1:] = np.clip(prices[:, 1:] / prices[:, :-1] - 1, -MOST_MOVE, MOST_MOVE)
    out[np.isnan(out)] = 0
    return out


def _caution(firm: str, benchmark: str, late: bool, shifted: float, same: float) -> Caution:
    side, where = ("before", "late") if late else ("after", "early")
    said = (
        f"{firm}: its returns go with those of {benchmark} on the session {side} (correlation {shifted:.2f}, "
        f"on the same session {same:.2f}): its dates seem to lie a session {where}, unless the two close at "
        "different times."
    )
    return Caution(firm, "shifted", said, doubtful=True)


def _apart(firm: str, benchmark: str) -> bool:
    """Whether two symbols are known to close at different hours."""
    closes = [_close(place) for place in (_place(firm), _place(benchmark)) if place is not None]
    return len(closes) == 2 and abs(closes[0] - closes[1]) > HOURS_APART


def _place(symbol: str) -> Exchange | None:
    """Where a symbol is listed; of an index, where its shares are."""
    from data.symbols import directory, exchanges

    known = directory().by_symbol.get(symbol) if symbol.startswith("^") else None
    if known is None:
        return None if symbol.startswith("^") else EXCHANGES.get(ending(symbol))
    return next((EXCHANGES.get(one.suffix) for one in exchanges().values() if one.place == known.place), None)


def _close(place: Exchange) -> float:
    """Hour of the close in UTC, on a day of winter."""
    hour, minute = map(int, place.close.split(":"))
    local = dt.datetime(2024, 1, 15, hour, minute, tzinfo=ZoneInfo(place.zone)).astimezone(dt.timezone.utc)
    return local.hour + local.minute / 60
