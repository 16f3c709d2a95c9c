"""Who buys whom in a sentence: what "the bidder" and "its target" of a report stand for."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.claims.memory import Subject
from analysis.claims.phrases import Phrases
from analysis.claims.tokens import Token

BUYING = (
    "buy",
    "bought",
    "acquir",
    "acquisition",
    "takeover",
    "takeout",
    "bid",
    "offer",
    "purchas",
    "approach",
)
NO_BUYING = ("bidder", "buyer", "acquirer", "purchaser", "buyback", "buybacks", "buy-back")


def deal_of(tokens: Sequence[Token], nouns: Phrases) -> tuple[Subject, Subject] | None:
    """The bidder and its target, where a sentence names both; None elsewhere."""
    firms = [i for i, t in enumerate(tokens) if t.is_instrument and t.kind in ("", "share")]
    for at, token in enumerate(tokens):
        if not token.lower.startswith(BUYING) or token.lower in NO_BUYING:
            continue
        before, behind = [i for i in firms if i < at], [i for i in firms if at < i < at + 9]
        if not behind:
            continue
        by = [i for i in range(at + 1, behind[-1]) if tokens[i].lower in ("by", "from")]
        if by:
            bidder = next((i for i in behind if i > by[0]), None)
            targets = [i for i in behind if i < by[0]] or before[-1:]
        else:
            bidder, targets = (before[-1] if before else None), behind[:1]
        if bidder is not None and targets and tokens[bidder].text != tokens[targets[0]].text:
            return nouns.subject(tokens[bidder]), nouns.subject(tokens[targets[0]])
    return None
