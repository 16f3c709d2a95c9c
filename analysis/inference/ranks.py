"""Ranks along a line of numbers, exact and fast."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.market.bars import Floats
from analysis.models.least_squares import Flags

SHORT = 11  # bits of a place up to which a cell and a place fit into 32


def average_ranks(values: Floats, axis: int = -2) -> Floats:
    """Ranks from 1 along an axis; ties share their average rank, missing values have none.

    Numbers become short whole ones: a cell of their line's range, and below that their place. Those are
    sorted eight times as fast, and sorted again by place they say the rank of each. Lines of which two
    numbers share a cell are ranked by the numbers themselves, so that ranks are exact.
    """
    lines = np.ascontiguousarray(np.moveaxis(values, axis, -1))
    flat = lines.reshape(-1, lines.shape[-1])
    missing = np.isnan(flat)
    gaps = bool(missing.any())
    keys, bits = _cells(flat, missing if gaps else None)
    keys.sort(axis=-1)
    cells = keys >> bits
    shared = cells[:, 1:] == cells[:, :-1]
    if gaps:
        shared &= cells[:, 1:] != cells.max()
    close = np.flatnonzero(shared.any(axis=-1))
    keys <<= keys.itemsize * 8 - bits  # the place alone
    keys >>= keys.itemsize * 8 - 2 * bits
    keys |= np.arange(flat.shape[-1], dtype=keys.dtype)
    keys.sort(axis=-1)
    keys &= (1 << bits) - 1
    ranks: Floats = keys.astype(float) + 1.0
    if len(close):
        ranks[close] = _shared_ranks(flat[close])
    if gaps:
        ranks[missing] = np.nan
    return np.moveaxis(ranks.reshape(lines.shape), -1, axis)


def _cells(lines: Floats, missing: Flags | None) -> tuple[npt.NDArray[np.unsignedinteger[Any]], int]:
    """Whole numbers in the order of the numbers of each line (n, D), and how many bits hold their place.

    Missing numbers come last, all in one cell, which is none's own.
    """
    bits = max(int(lines.shape[-1] - 1).bit_length(), 1)
    short = bits <= SHORT
    cells = 2.0 ** ((31 if short else 52) - bits) - 2.0
    with np.errstate(all="ignore"):
        size = np.fmax.reduce(np.abs(lines), axis=-1, initial=0.0)
        scale = cells / size
        sound = np.isfinite(size) & np.isfinite(scale)
        scaled = lines * scale[:, None]
    if not sound.all():
        scaled[~sound] = 0.0  # one cell: ranked by the numbers
    scaled += cells
    if missing is not None:
        scaled[missing] = 2.0 * cells + 1.0
    keys: Any = scaled.astype(np.uint32 if short else np.uint64)
    keys <<= bits
    keys |= np.arange(lines.shape[-1], dtype=keys.dtype)
    return keys, bits


def _shared_ranks(lines: Floats) -> Floats:
    """Ranks of lines (n, D) in which equal values share the mean of theirs; NaN come last."""
    order = np.argsort(lines, axis=-1)
    ordered = np.take_along_axis(lines, order, axis=-1)
    place = np.broadcast_to(np.arange(1.0, ordered.shape[-1] + 1), ordered.shape)
    starts = np.ones(ordered.shape, dtype=bool)
    starts[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    ends = np.concatenate([starts[..., 1:], np.ones_like(starts[..., :1])], axis=-1)
    first = np.maximum.accumulate(np.where(starts, place, 0.0), axis=-1)
    last = np.minimum.accumulate(np.where(ends, place, np.inf)[..., ::-1], axis=-1)[..., ::-1]
    ranks = np.empty_like(ordered)
    np.put_along_axis(ranks, order, (first + last) / 2, axis=-1)
    return ranks
