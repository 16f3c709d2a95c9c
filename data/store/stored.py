"""A snapshot and what it holds, as their rows tell, and the market that comes of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.market.events import Sessions
from analysis.market.prices import Instrument, Market, PriceHistory, Provenance
from data.bundled.calendars import sessions
from data.bundled.manifest import Lazy

Row = Any  # sqlite3 and SQLAlchemy have rows of their own


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state of all prices, never changed once written.

    `origin` is ``refresh`` or the id of the bundled prices it took in; `complete` tells whether
    every instrument was fresh when it was made; `sha256` is that of its list of series.
    """

    number: int
    id: str
    created: dt.datetime
    origin: str
    source: str
    library: str
    sha256: str
    as_of: dt.date
    complete: bool


@dataclass(frozen=True, slots=True)
class Holding:
    """What a snapshot holds of one symbol: `kind` is ``daily``, ``hourly`` or ``actions``."""

    kind: str
    symbol: str
    series: str
    source: str
    retrieved: dt.date
    currency: str
    timezone: str
    first: dt.date
    last: dt.date
    rows: int

    def __str__(self) -> str:
        return f"{self.symbol} ({self.kind} bars)"


def snapshot_of(row: Row) -> Snapshot:
    """The snapshot that a row of the database describes."""
    dates = {"created": dt.datetime.fromisoformat(row["created"]), "as_of": _date(row["as_of"])}
    return Snapshot(**{**row, **dates, "complete": bool(row["complete"])})


def holding_of(row: Row) -> Holding:
    """The holding that a row of the database describes."""
    return Holding(**{**row, **{name: _date(row[name]) for name in ("retrieved", "first", "last")}})


def market_of(
    known: Mapping[str, Instrument],
    snapshot: Snapshot,
    held: Iterable[Holding],
    frame: Callable[[Holding], pd.DataFrame],
    factors: Mapping[str, pd.DataFrame],
) -> Market:
    """The market of some instruments as a snapshot has it; `frame` reads bars when they are first used."""
    wanted = [item for item in held if item.symbol in known]
    daily = {item.symbol: item for item in wanted if item.kind == "daily"}
    hourly = {item.symbol: item for item in wanted if item.kind == "hourly"}
    first = min((item.first for item in daily.values()), default=snapshot.as_of)

    def history(symbol: str) -> PriceHistory:
        return PriceHistory.of(symbol, frame(daily[symbol]), daily[symbol].source, daily[symbol].retrieved)

    def calendar(mic: str) -> Sessions:
        return sessions(mic, first, snapshot.as_of)

    return Market(
        known,
        Lazy(daily, history),
        Lazy({instrument.sessions_of for instrument in known.values()}, calendar),
        Provenance(snapshot.id, snapshot.source, snapshot.created.date(), snapshot.as_of),
        factors,
        Lazy(hourly, lambda symbol: frame(hourly[symbol])),
    )


def _date(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
