"""Phrases that stand for what was named elsewhere: "the chipmaker", "its shares", "both stocks"."""

from __future__ import annotations

from dataclasses import replace

from analysis.claims.memory import Subject
from analysis.claims.phrases import Phrase, Phrases
from analysis.claims.tags import COUNTED

COUNTS = {"both": 2, "pair": 2, "duo": 2, "twins": 2, "trio": 3, **COUNTED}


def several(nouns: Phrases, start: int, end: int) -> Phrase | None:
    """ "Both stocks", "the two lenders", "all three": the firms that were named together."""
    while start and nouns.tokens[start - 1].lower in ("the", "all", "its", "their"):
        start -= 1
    return all_of_them(nouns, start, nouns.text_with(start, end))


def all_of_them(nouns: Phrases, start: int, mention: str) -> Phrase | None:
    """The firms named together, as what a mention of all of them stands for."""
    count = next((COUNTS[word] for word in mention.lower().split() if word in COUNTS), 0)
    near = tuple(reversed(_named_before(nouns, start))) if count else ()
    found = nouns.memory.several(count, near)
    return Phrase(start, tuple(replace(s, mention=mention, trust=0.7) for s in found)) if found else None


def _named_before(nouns: Phrases, position: int) -> list[Subject]:
    """The instruments of the sentence before a token, the last first."""
    return [nouns.subject(t) for t in reversed(nouns.tokens[:position]) if t.is_instrument]


def one_of_two(nouns: Phrases, end: int) -> Phrase:
    """ "The former", "the latter": of the last two that were named."""
    start = nouns.with_article(end)
    near = _named_before(nouns, start)[:2][::-1]
    pair = near if len(near) == 2 else nouns.memory.ordered[-2:]
    if len(pair) < 2:
        return Phrase(start)
    chosen = pair[0] if nouns.tokens[end].lower == "former" else pair[1]
    mention = nouns.text_with(start, end)
    return Phrase(nouns.head_of(start), (replace(chosen, mention=mention, trust=0.8 * chosen.trust),))


def in_a_deal(nouns: Phrases, end: int, place: int) -> Phrase:
    """ "The bidder", "its target": of the last deal that was spoken of."""
    start = end - (nouns.tokens[end - 1].lower in ("takeover", "bid"))
    start -= nouns.tokens[start - 1].tag in ("DET", "PRON")
    if nouns.memory.deal is None:
        return Phrase(start)
    mention, found = nouns.text_with(start, end), nouns.memory.deal[place]
    return Phrase(nouns.head_of(start), (replace(found, mention=mention, trust=0.8 * found.trust),))


def standing_for(nouns: Phrases, start: int, end: int, description: str) -> Phrase:
    """The instrument that a description or pronoun stands for: named before it, or else behind it."""
    found = _relative(nouns, start) or nouns.memory.firm(description, nouns.near(start)) or _ahead(nouns, end)
    if found is None:
        return Phrase(start)
    mention = nouns.text_with(start, end)
    return Phrase(start, (replace(found, mention=mention, trust=0.85 * found.trust),))


def _relative(nouns: Phrases, start: int) -> Subject | None:
    """ "SGH, which also saw its stock drop": what the relative pronoun stands for."""
    for position in range(start, max(0, start - 6), -1):
        if nouns.tokens[position].tag in ("COMMA", "FIG", "CONJ"):
            return None
        if nouns.tokens[position].lower in ("which", "whose"):
            end = position - 1 - (nouns.tokens[position - 1].tag == "COMMA")
            phrase = nouns.ending_at(end)
            if phrase is not None and phrase.is_none and nouns.has("NAME", end):
                token = nouns.tokens[end]  # "X owns 28% of Y, whose shares"
                return nouns.subject(token) if token.is_instrument else None
            return phrase.subjects[-1] if phrase is not None and phrase.subjects else None
    return None


def _ahead(nouns: Phrases, end: int) -> Subject | None:
    """A name that comes later in the sentence: "Its shares fell 5% after Boeing said"."""
    names = (nouns.subject(t) for t in nouns.tokens[end:] if t.tag == "NAME" and t.note == "known")
    return next((s for s in names if s.is_firm), None)
