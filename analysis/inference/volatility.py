"""Whether the time before an event was rougher or calmer than the estimation window."""

from __future__ import annotations

from analysis.inference.rules import CALM, ROUGH
from analysis.inference.trust import Group
from analysis.market.events import Window


def volatility_caution(group: Group, window: Window) -> str | None:
    """What follows for the tests where recent volatility departs from that of the estimation window."""
    if group.reaction != "return":
        return None
    drawn = group.sampling(window)
    if drawn.recent > ROUGH:
        told = "measure by the estimation window reject too often"
    elif drawn.recent < CALM:
        told = "measure by the estimation window reject too seldom"
    else:
        return None
    return (
        f"before {window} the {drawn.noun} moved {drawn.recent:.1f} times as much as in the "
        f"estimation window: tests that {told}; read the placebo-date rank by recent volatility"
    )
