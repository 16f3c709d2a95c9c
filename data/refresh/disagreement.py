"""Where another source has other closes: said, and never averaged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.market.errors import DataError
from data.quality.checks import Finding
from data.quality.cleaning import dates_of
from data.quality.revision import REWRITTEN
from data.quality.words import count, listed, percent

if TYPE_CHECKING:
    from data.refresh.renewal import Feed


def disagreement(symbol: str, bars: pd.DataFrame, source: str, beside: Feed) -> list[Finding]:
    """Sessions whose closes differ by more than 0.1 %; or that the other source has none of the symbol."""
    try:
        other = beside.daily(symbol, bars.index[0].date()).bars["close"]
    except DataError as error:
        return [Finding(symbol, "other_source", "info", f"{beside.source} could not be compared: {error}")]
    both = bars.index.intersection(other.index)
    size = (other.loc[both] / bars["close"].loc[both] - 1).abs()
    size = size[size > REWRITTEN]
    if size.empty:
        return []
    days = dates_of(size.to_frame())
    worst = days[int(np.argmax(size.to_numpy()))]
    sentence = (
        f"{beside.source} and {source} differ on the close of {count(len(days), 'session')}: {listed(days)}, "
        f"most on {worst} by {percent(float(size.max()))}. Shown is {source}."
    )
    return [Finding(symbol, "other_source", "warning", sentence, tuple(days.tolist()))]
