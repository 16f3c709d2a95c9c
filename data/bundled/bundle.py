"""The bundled snapshot: real prices of the first event that need no network.

Its files are described in data/README.md and written by tools/bundle_snapshot.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import pandas as pd

from analysis.market.prices import Instrument, Market, PriceHistory, Provenance
from data.bundled.calendars import sessions
from data.bundled.manifest import REFERENCE, Lazy, Manifest, manifest
from data.quality.cleaning import as_bars
from data.quality.rules import stale


def bundled_market(instruments: Iterable[Instrument], directory: Path = REFERENCE) -> Market:
    """The market of some instruments as bundled; bars are read, and their hashes checked, when used.

    Instruments without bundled bars have no history. Sessions span the snapshot's first to last bar.
    """
    listed = manifest(directory)
    known = {instrument.symbol: instrument for instrument in instruments}
    calendars = sorted({instrument.sessions_of for instrument in known.values()})
    first, last = (dt.date.fromisoformat(listed.content[end]) for end in ("first", "last"))
    return Market(
        instruments=known,
        histories=Lazy(
            [symbol for symbol in listed.entries("bars") if symbol in known], histories(directory).__getitem__
        ),
        sessions=Lazy(calendars, lambda mic: sessions(mic, first, last)),
        provenance=provenance(directory),
        factors=Lazy(listed.entries("factors"), lambda region: _factors(listed, region)),
        hourly=Lazy(listed.entries("hourly"), lambda symbol: _hourly(listed, symbol)),
    )


def histories(directory: Path = REFERENCE) -> Lazy[PriceHistory]:
    """Daily bars of every bundled symbol."""
    listed = manifest(directory)
    return Lazy(listed.entries("bars"), lambda symbol: _history(listed, symbol))


def provenance(directory: Path = REFERENCE) -> Provenance:
    """Where the bundled bars come from and how far they reach."""
    content = manifest(directory).content
    return Provenance(
        snapshot=content["name"],
        source=content["short_source"],
        retrieved=dt.date.fromisoformat(content["compiled_on"]),
        as_of=dt.date.fromisoformat(content["last"]),
    )


def origin(bundled: Provenance) -> str:
    """The id of the bundled prices as a snapshot: another one for every release that bundles others."""
    return f"{bundled.snapshot}-{bundled.retrieved:%Y%m%d}"


def _history(listed: Manifest, symbol: str) -> PriceHistory:
    """Daily bars; a stale bar (a copy of the day before, without trade) counts as missing."""
    bars = _table(listed.read("bars", symbol), "session").astype(float)
    retrieved = dt.date.fromisoformat(listed.content["compiled_on"])
    return PriceHistory.of(
        symbol,
        bars.drop(bars.index[stale(as_bars(bars))]),
        listed.entries("bars")[symbol]["source"],
        retrieved,
    )


def _factors(listed: Manifest, region: str) -> pd.DataFrame:
    return _table(listed.read("factors", region), "date")


def _hourly(listed: Manifest, symbol: str) -> pd.DataFrame:
    return _table(listed.read("hourly", symbol), "opened")


def _table(content: bytes, index: str) -> pd.DataFrame:
    return pd.read_csv(BytesIO(content), index_col=index, parse_dates=[index])
