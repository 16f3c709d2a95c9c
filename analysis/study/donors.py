"""Which shares stand in for one that the news touched: the donors of a synthetic control."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from analysis.market.bars import Floats
from analysis.market.errors import DataError, DesignError, EventStudyError, UnknownNameError
from analysis.market.events import Window, day_zero
from analysis.market.panels import paired_returns
from analysis.market.prices import Donors, Instrument, Market, kind_of
from analysis.models.synthetic import PRESENT
from analysis.study.design import StudyDesign

FEWEST = 5  # donors
UNKNOWN = (
    "nothing tells which shares the news did not touch; name donors (--donors A B ..., or donors=A,B,...)"
)


def with_donors(design: StudyDesign, market: Market) -> Market:
    """The market with the donors of every firm of a design, and their prices.

    By default the shares beside the event's that are listed in the firm's region, of a sector that no
    instrument of the event has, without other news; or those that the design names.

    Raises
    ------
    UnknownNameError
        If a donor that is named is unknown.
    DesignError
        If none is named and the market has no shares beside the event's.
    """
    pool, known = market.pool() if market.pool else None, known_donors(market)
    if unknown := [symbol for symbol in design.donors if symbol not in known]:
        raise UnknownNameError("donor", unknown[0], known)
    if pool is None and not design.donors:
        raise DesignError(f"{design.model}: {UNKNOWN}")
    whole = replace(market, instruments=known)
    if pool:
        whole = whole.with_prices_of(pool)
    firms = dict.fromkeys(map(market.traded, design.symbols))
    return replace(whole, donors={firm: _donors(design, whole, market.instruments, firm) for firm in firms})


def known_donors(market: Market) -> dict[str, Instrument]:
    """What can be named as a donor: the instruments of a market and the shares beside them."""
    return {**(market.pool().instruments if market.pool else {}), **market.instruments}


def require_donors(market: Market, symbol: str) -> None:
    """DataError if a firm has too few donors; names those that were left out."""
    found = market.donors[symbol]
    if len(found.used) < FEWEST:
        why = "; ".join(f"{', '.join(names)}: {reason}" for reason, names in found.by_reason().items())
        raise DataError(
            f"{len(found.used)} donors, at least {FEWEST} are needed"
            f"{f' (left out: {why})' if why else ''}; name other donors"
        )


def _donors(design: StudyDesign, market: Market, own: Mapping[str, Instrument], firm: str) -> Donors:
    named = list(design.donors)
    others = named or [symbol for symbol in _shares_beside(market, firm) if symbol != firm]
    reasons = {firm: "the share itself"} if named else _touched(market, own, others)
    reasons |= _unfit(design, market, firm, [symbol for symbol in others if symbol not in reasons])
    used = tuple(symbol for symbol in others if symbol not in reasons)
    return Donors(used, {symbol: reasons[symbol] for symbol in others if symbol in reasons})


def _shares_beside(market: Market, firm: str) -> Iterator[str]:
    """Shares of the region of a firm."""
    region = market.instrument(firm).region
    for symbol, instrument in sorted(market.instruments.items()):
        if kind_of(symbol, instrument.sector) == "share" and instrument.region == region:
            yield symbol


def _touched(market: Market, own: Mapping[str, Instrument], symbols: Sequence[str]) -> dict[str, str]:
    """Shares that the news may have touched, or other news, each with the reason."""
    sectors = {instrument.sector for instrument in own.values()}
    out = {}
    for instrument in (market.instruments[symbol] for symbol in symbols):
        if instrument.symbol in own:
            out[instrument.symbol] = "an instrument of the event"
        elif instrument.contaminated:
            out[instrument.symbol] = instrument.note or "other news"
        elif instrument.sector in sectors or not instrument.sector:
            out[instrument.symbol] = "of a sector of the event" if instrument.sector else "of no known sector"
    return out


def _unfit(
    design: StudyDesign, market: Market, firm: str, symbols: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Shares without the returns that a donor of a firm needs."""
    if not market.has_bars(firm):
        return
    try:
        sessions = market.sessions_for(firm, market.instrument(firm).benchmark)
        zero = day_zero(design.event, sessions)
    except EventStudyError:
        return  # the study says so of the firm
    calendar = market.calendar(firm, market.instrument(firm).benchmark)
    last = int(np.searchsorted(sessions.dates, market.histories[firm].dates[-1], "right")) - 1 - zero
    event = design.event_window  # as far as the firm itself has bars
    windows = design.estimation_window, Window(event.start, max(min(event.end, last), event.start))
    for symbol in symbols:
        if not market.has_bars(symbol):
            yield symbol, "no prices"
            continue
        returns = paired_returns(market, symbol, calendar)
        if min(_share(returns, zero, window) for window in windows) < PRESENT:
            yield symbol, "too few returns on the firm's sessions"
        elif not np.isfinite(returns[zero]):
            yield symbol, "no return on day 0"


def _share(returns: Floats, zero: int, window: Window) -> float:
    found = returns[max(zero + window.start, 0) : max(zero + window.end + 1, 0)]
    return float(np.isfinite(found).sum()) / len(window)
