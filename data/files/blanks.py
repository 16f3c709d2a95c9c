"""Blanks of a table with a column per symbol: a session without a price, or a day on which others trade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from data.files.cells import present
from data.files.columns import Flags
from data.files.headers import Part

WITNESSES = 25  # columns of one exchange that say whether it was open


def ending(symbol: str) -> str:
    """What stands behind the last point of a symbol, which tells its exchange; nothing for the States."""
    _, dot, tail = symbol.rpartition(".")
    return f"{dot}{tail}" if dot else ""


def witnesses(parts: Sequence[Part]) -> dict[str, list[int]]:
    """Columns of prices by the ending of their symbols: some from each, whatever the order of the table."""
    places: dict[str, list[int]] = {}
    for part in sorted(parts, key=lambda part: part.symbol or ""):
        place = part.fields.get("adj_close", part.fields.get("close"))
        if place is not None:
            places.setdefault(ending(part.symbol or ""), []).append(place)
    return {name: _spread(own) for name, own in places.items()}


def _spread(places: list[int]) -> list[int]:
    if len(places) <= WITNESSES:
        return places
    return [places[k] for k in np.linspace(0, len(places) - 1, WITNESSES).astype(int)]


def open_rows(read: Mapping[int, Any], places: Sequence[int]) -> Flags:
    """Rows on which at least half of some columns have a price."""
    held = np.sum([present(read[place]) for place in places], axis=0)
    return np.asarray(2 * held >= len(places))
