"""Prices of CRSP: quotes behind a minus sign, and an adjusted close rebuilt from the returns."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

PRICES = ("open", "high", "low", "close")


def unsigned(columns: Mapping[str, Floats]) -> dict[str, Floats]:
    """Columns where a negative price is the midpoint of bid and ask, and zero or a code is missing.

    Without returns the adjusted close is the price over CRSP's factor of splits, if that is there.
    """
    out = dict(columns)
    for role in PRICES:
        if role in out:
            prices = np.abs(out[role])
            out[role] = np.where(prices > 0, prices, np.nan)
    if "volume" in out:
        out["volume"] = np.where(out["volume"] >= 0, out["volume"], np.nan)
    factor = out.pop("split_factor", None)
    split = 1.0 if factor is None else np.where(factor > 0, factor, np.nan)
    if "ret" not in out:
        out["adj_close"] = out["close"] / split
    else:
        out["ret"] = np.where(out["ret"] >= -1, out["ret"], np.nan)
        out["level"] = out["close"] / split if "close" in out else np.full(len(out["ret"]), np.nan)
    return out


def adjusted_by_returns(ret: Floats, level: Floats, close: Floats) -> Floats:
    """Adjusted closes of one instrument, in order of dates, whose simple returns are `ret`.

    A row without a return has an adjusted close only if it can start anew: there is a price and none on the
    row before. Over such a break the adjusted close follows `level`, the price adjusted for splits. The
    last adjusted close is the last price.

    Parameters
    ----------
    ret, level, close : array, shape (T,)
        Returns, prices adjusted for splits, prices as traded; NaN where missing.
    """
    known, priced = np.isfinite(ret), np.isfinite(level) & (level > 0)
    before = np.concatenate([[False], (known | priced)[:-1]])
    there = known | (priced & ~before)
    growth = np.where(known, 1.0 + np.nan_to_num(ret), _over_breaks(level, priced))
    index = np.cumprod(growth)
    alive = there & (index > 0)
    anchors = np.flatnonzero(alive & np.isfinite(close))
    scale = close[anchors[-1]] / index[anchors[-1]] if anchors.size else 100.0
    return np.where(alive, index * scale, np.nan)


def _over_breaks(level: Floats, priced: npt.NDArray[np.bool_]) -> Floats:
    """Growth of the level since the last row that has one; 1 where there is none."""
    growth = np.ones(len(level))
    places = np.flatnonzero(priced)
    growth[places[1:]] = level[places[1:]] / level[places[:-1]]
    return growth
