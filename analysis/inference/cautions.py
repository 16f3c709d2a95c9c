"""What is said before the result of a group: a time unlike that of its estimates, a firm-day that decides."""

from __future__ import annotations

from analysis.inference.group_summary import decided_by, headline
from analysis.inference.rules import CALM, LONGEST_RANKED, awake
from analysis.inference.sampling import Sampling
from analysis.inference.trust import Group
from analysis.market.events import Window

ROUGHER = 1.1  # times the volatility of the estimation window, from which a reader is told before all else


def group_cautions(group: Group, window: Window) -> list[str]:
    """What a reader should know of a window before its tests; as a rule nothing."""
    said = (volatility_caution(group, window), decided_by(group, window, headline(group, window)))
    return [sentence for sentence in said if sentence is not None]


def volatility_caution(group: Group, window: Window) -> str | None:
    """What follows for the tests where recent volatility departs far from that of the estimation window.

    Tests are refused for smaller departures too, and say so themselves (`usual_times`).
    """
    if group.reaction != "return":
        return None
    drawn = group.sampling(window)
    moved, multiple, recent = f"the {drawn.noun}", drawn.recent, round(drawn.recent, 2)
    if recent >= ROUGHER:
        follows = f"tests that measure by the estimation window reject too often; {_instead(drawn)}"
    elif awake(drawn) is not None:
        moved, multiple = "the benchmark", drawn.market
        follows = (
            "after calm times volatility comes back to all firms at once, and most tests of the group reject "
            f"too often; {_instead(drawn)}"
        )
    elif recent < CALM:
        follows = (
            "tests that measure by the estimation window reject too seldom; what they find holds, and what "
            "they do not find may be there"
        )
    else:
        return None
    return (
        f"before {window} {moved} moved {multiple:.2f} times as much as in the estimation window: {follows}"
    )


def _instead(drawn: Sampling) -> str:
    """Where ranks by recent volatility hold their level, they are the answer to rough and calm times."""
    if drawn.length > LONGEST_RANKED:
        return "no rank is trusted over so many days, so read a shorter window too"
    if round(drawn.recent, 2) < CALM:
        return "no rank of the group is trusted then, so read each firm by itself"
    return "read the placebo-date rank by recent volatility"
