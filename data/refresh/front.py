"""Where a source's history begins later than the one at hand: the sessions before stay.

The two make one history, each return of which was published: before the joint, prices at hand are brought to
the level of the source's, which splits and dividends move. What the source says of sessions that both have is
judged as ever.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from data.quality.checks import Finding
from data.quality.revision import AROUND_SPLIT, PRICES
from data.quality.words import count, day

if TYPE_CHECKING:
    from data.yahoo import Fetched

CHECK = "shorter_history"


def with_front(
    fetched: Fetched, previous: pd.DataFrame | None, former: pd.DataFrame | None
) -> tuple[Fetched, list[Finding]]:
    """What was fetched, after the earlier sessions at hand; and that it is so, if there are any.

    Fewer than five sessions in common tell no level: then nothing is put before. `former` are the dividends
    and splits at hand.
    """
    priced = pd.DatetimeIndex(fetched.bars.index[fetched.bars["close"].notna()])
    if previous is None or priced.empty:
        return fetched, []
    front = previous[previous.index < priced[0]]
    kept = int(front["close"].notna().sum())
    ratio = (fetched.bars / previous).dropna(subset=["close", "adj_close"])[:AROUND_SPLIT]
    if not kept or len(ratio) < AROUND_SPLIT:
        return fetched, []
    level = ratio.median()
    by = dict.fromkeys(PRICES, level["close"])
    by |= {"adj_close": level["adj_close"], "volume": 1 / level["close"]}
    bars = pd.concat([front * pd.Series(by), fetched.bars[priced[0] :]])
    sentence = (
        f"The source's history begins on {day(priced[0].date())}: {count(kept, 'earlier session')} of the "
        f"last snapshot stay; `refresh --accept {fetched.symbol}` leaves them out."
    )
    whole = replace(fetched, bars=bars)
    if former is not None:
        earlier, begin = former[former.index < priced[0]], str(priced[0].date())
        dividends, splits = earlier["dividend"].dropna() * level["close"], earlier["split"].dropna()
        whole = replace(
            whole,
            dividends=pd.concat([dividends, fetched.dividends[begin:]]),
            splits=pd.concat([splits, fetched.splits[begin:]]),
        )
    return whole, [Finding(fetched.symbol, CHECK, "warning", sentence)]
