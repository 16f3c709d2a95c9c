"""Phrases that stand for what was named elsewhere: "the chipmaker", "its shares", "both stocks"."""

from __future__ import annotations

from dataclasses import replace

from analysis.claims.memory import Subject
from analysis.claims.phrases import Phrase, Phrases


def several(nouns: Phrases, start: int, end: int) -> Phrase | None:
    """ "Both stocks", "the two lenders": the firms that were named together."""
    return all_of_them(nouns, nouns.with_article(start), nouns.text_with(start, end))


def all_of_them(nouns: Phrases, start: int, mention: str) -> Phrase | None:
    """The firms named together, as what a mention of all of them stands for."""
    found = nouns.memory.several()
    return Phrase(start, tuple(replace(s, mention=mention, trust=0.7) for s in found)) if found else None


def standing_for(nouns: Phrases, start: int, end: int, description: str) -> Phrase:
    """The instrument that a description or pronoun stands for: named before it, or else behind it."""
    found = _relative(nouns, start) or nouns.memory.firm(description, nouns.near(start)) or _ahead(nouns, end)
    if found is None:
        return Phrase(start)
    mention = nouns.text_with(start, end)
    return Phrase(start, (replace(found, mention=mention, trust=0.85 * found.trust),))


def _relative(nouns: Phrases, start: int) -> Subject | None:
    """ "SGH, which also saw its stock drop": what the relative pronoun stands for."""
    for position in range(start - 1, max(0, start - 6), -1):
        if nouns.tokens[position].tag in ("COMMA", "FIG", "CONJ"):
            return None
        if nouns.tokens[position].lower in ("which", "whose"):
            phrase = nouns.ending_at(position - 1 - (nouns.tokens[position - 1].tag == "COMMA"))
            return phrase.subjects[-1] if phrase is not None and phrase.subjects else None
    return None


def _ahead(nouns: Phrases, end: int) -> Subject | None:
    """A name that comes later in the sentence: "Its shares fell 5% after Boeing said"."""
    names = (nouns.subject(t) for t in nouns.tokens[end:] if t.tag == "NAME" and t.note == "known")
    return next((s for s in names if s.is_firm), None)
