"""What is said before the result of a group: a time unlike that of its estimates, a firm-day that decides."""

from __future__ import annotations

from analysis.inference.group_summary import decided_by, headline
from analysis.inference.rules import CALM, EVEN, LONGEST_RANKED
from analysis.inference.trust import Group
from analysis.market.events import Window


def group_cautions(group: Group, window: Window) -> list[str]:
    """What a reader should know of a window before its tests; as a rule nothing."""
    said = (volatility_caution(group, window), decided_by(group, window, headline(group, window)))
    return [sentence for sentence in said if sentence is not None]


def volatility_caution(group: Group, window: Window) -> str | None:
    """What follows for the tests where recent volatility departs from that of the estimation window.

    Its limits are those of the rules (`usual_times`), beyond which tests are refused.
    """
    if group.reaction != "return":
        return None
    drawn = group.sampling(window)
    recent = round(drawn.recent, 2)
    if recent > EVEN:
        follows = f"reject too often; {_instead(drawn.length)}"
    elif recent < CALM:
        follows = "reject too seldom; what they find holds, and what they do not find may be there"
    else:
        return None
    return (
        f"before {window} the {drawn.noun} moved {recent:.2f} times as much as in the "
        f"estimation window: tests that measure by the estimation window {follows}"
    )


def _instead(length: int) -> str:
    """Where ranks by recent volatility hold their level, they are the answer to rough times."""
    if length <= LONGEST_RANKED:
        return "read the placebo-date rank by recent volatility"
    return "no rank is trusted over so many days, so read a shorter window too"
