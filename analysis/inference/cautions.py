"""What is said before the result of a group: a time unlike that of its estimates, a firm-day that decides."""

from __future__ import annotations

from analysis.inference.influence import influence
from analysis.inference.rules import CALM, LONGEST_RANKED, ROUGH
from analysis.inference.trust import Group
from analysis.market.events import Window


def group_cautions(group: Group, window: Window) -> list[str]:
    """What a reader should know of a window before its tests; as a rule nothing."""
    found = influence(group, window)
    said = (volatility_caution(group, window), None if found is None else found.sentence)
    return [sentence for sentence in said if sentence is not None]


def volatility_caution(group: Group, window: Window) -> str | None:
    """What follows for the tests where recent volatility departs from that of the estimation window."""
    if group.reaction != "return":
        return None
    drawn = group.sampling(window)
    if drawn.recent > ROUGH:
        follows = f"reject too often; {_instead(drawn.length)}"
    elif drawn.recent < CALM:
        follows = "reject too seldom; what they find holds, and what they do not find may be there"
    else:
        return None
    return (
        f"before {window} the {drawn.noun} moved {drawn.recent:.1f} times as much as in the "
        f"estimation window: tests that measure by the estimation window {follows}"
    )


def _instead(length: int) -> str:
    """Where ranks by recent volatility hold their level, they are the answer to rough times."""
    if length <= LONGEST_RANKED:
        return "read the placebo-date rank by recent volatility"
    return "no rank is trusted over so many days, so read a shorter window too"
