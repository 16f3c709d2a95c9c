"""Where another source has other closes: said, and never averaged.

Of an answer that is refused too: whether the other source contradicts it is what one then wants to know.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.market.errors import DataError
from data.quality.checks import Finding
from data.quality.cleaning import dates_of
from data.quality.revision import REWRITTEN
from data.quality.words import count, day, listed, percent

if TYPE_CHECKING:
    from data.refresh.renewal import Feed


def disagreement(symbol: str, bars: pd.DataFrame, source: str, beside: Feed) -> list[Finding]:
    """Sessions whose closes differ by more than 0.1 %; or that the other source has none of the symbol."""
    said, days = _compared(symbol, bars, source, beside)
    if not days:
        return [Finding(symbol, "other_source", "info", said)] if said else []
    return [Finding(symbol, "other_source", "warning", f"{said}. Shown is {source}.", days)]


def beside_refused(symbol: str, bars: pd.DataFrame, source: str, beside: Feed | None) -> str:
    """What another source says of bars that are refused, to put behind the reason; empty without one."""
    if beside is None:
        return ""
    said, _ = _compared(symbol, bars, source, beside)
    return f"; {said or f'{beside.source} has the same closes as this answer'}"


def _compared(symbol: str, bars: pd.DataFrame, source: str, beside: Feed) -> tuple[str, tuple[dt.date, ...]]:
    """In what another source differs, empty if in nothing, and on which sessions."""
    try:
        other = beside.daily(symbol, bars.index[0].date()).bars["close"]
    except DataError as error:
        return f"{beside.source} could not be compared: {error}", ()
    both = bars.index.intersection(other.index)
    size = (other.loc[both] / bars["close"].loc[both] - 1).abs()
    size = size[size > REWRITTEN]
    if size.empty:
        return "", ()
    days = dates_of(size.to_frame())
    worst = days[int(np.argmax(size.to_numpy()))]
    said = (
        f"{beside.source} and {source} differ on the close of {count(len(days), 'session')}: {listed(days)}, "
        f"most on {day(worst.item())} by {percent(float(size.max()))}"
    )
    return said, tuple(days.tolist())
