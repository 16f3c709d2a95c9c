"""Firms whose dates lie a session beside those of their benchmark, as their returns tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from zoneinfo import ZoneInfo

import numpy as np

from analysis.market.bars import Floats
from analysis.market.prices import Market
from data.bundled.exchanges import EXCHANGES, Exchange
from data.files.blanks import ending
from data.quality.caution import Caution

MOST_MOVE = 0.1  # returns beyond it count as this: one crash is no pattern
LEAST_PAIRS, LEAST_CORRELATION = 60, 0.2
MARGIN = 5.0  # deviations of the difference of two correlations
HOURS_APART = 1.0
AT_ONCE = 256  # firms


def beside_their_benchmark(market: Market, pairs: Collection[tuple[str, str]]) -> Iterator[Caution]:
    """A caution per firm whose returns go with those of the session before or after, and not of the same.

    Parameters
    ----------
    pairs : collection of (firm, benchmark)

    Notes
    -----
    The correlation one session off must exceed that of the same session by five deviations, sqrt(2 / n) each.
    Pairs that are known to close at different times are passed over: Tokyo follows New York by a session.
    """
    firms: dict[str, list[str]] = {}
    for firm, benchmark in sorted(pairs):
        if firm != benchmark and market.has_bars(firm) and benchmark in market.sessions:
            firms.setdefault(benchmark, []).append(firm)
    for benchmark, own in firms.items():
        for start in range(0, len(own), AT_ONCE):
            yield from _of_benchmark(market, benchmark, own[start : start + AT_ONCE])


def _of_benchmark(market: Market, benchmark: str, firms: list[str]) -> Iterator[Caution]:
    index, returns = (
        np.clip(market.returns(names, benchmark), -MOST_MOVE, MOST_MOVE) for names in ([benchmark], firms)
    )
    number = np.isfinite(returns).sum(axis=0)
    returns, index = np.nan_to_num(returns), np.nan_to_num(index[:, 0])
    same, before, after = (_correlations(returns, index, shift) for shift in (0, -1, 1))
    needed = np.maximum(same + MARGIN * np.sqrt(2 / np.maximum(number, 1)), LEAST_CORRELATION)
    for k in np.flatnonzero((np.maximum(before, after) > needed) & (number >= LEAST_PAIRS)).tolist():
        if not _apart(firms[k], benchmark):
            late = bool(before[k] > after[k])
            yield _caution(firms[k], benchmark, late, (before if late else after)[k], same[k])


def _correlations(returns: Floats, index: Floats, shift: int) -> Floats:
    """Correlation of each column with the index `shift` sessions later, about zero."""
    moved = np.roll(index, -shift)
    size = np.sqrt(np.einsum("tn,tn->n", returns, returns) * (index @ index))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(moved @ returns / size)


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
