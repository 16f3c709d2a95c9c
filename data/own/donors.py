"""Shares beside those of an event, of which a synthetic control takes its donors."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from analysis.claims.reported import Dossier
from analysis.market.prices import Instrument, kind_of
from data.bundled.manifest import manifest
from data.catalogue.dossiers import dossiers
from data.own.instruments import row_of
from data.own.record import FieldError

NEAR = dt.timedelta(days=15)  # ten sessions to either side


def donor_instruments(event: Dossier) -> dict[str, Instrument]:
    """Every bundled share; those of another event near this one are marked, and their note names it."""
    out: dict[str, Instrument] = {}
    for symbol in manifest().entries("bars"):
        try:
            instrument = Instrument(**row_of(symbol, "wider"))
        except FieldError:  # of no exchange: an index, a future
            continue
        if kind_of(symbol, instrument.sector) == "share":
            out[symbol] = instrument
    for other in dossiers().values():
        if other.event.slug == event.event.slug or abs(other.event.known_on - event.event.known_on) > NEAR:
            continue
        for symbol in set(other.firms) & set(out):
            note = f"other news on {other.event.known_on:%-d %b %Y}"
            out[symbol] = replace(out[symbol], contaminated=True, note=note)
    return out
