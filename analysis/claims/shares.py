"""Phrases that end in "shares" or "stock": of one firm, of several, or of a group."""

from __future__ import annotations

from dataclasses import replace

from analysis.claims import things
from analysis.claims.kinds import KINDS
from analysis.claims.memory import Subject
from analysis.claims.phrases import Phrase, Phrases, is_kind, is_plain
from analysis.claims.references import COUNTS, several, standing_for


def shares(nouns: Phrases, end: int) -> Phrase:
    """The phrase whose last word is "shares", "stock" or the like."""
    return _measured(nouns, end) or _of_the_shares(nouns, end)


def _measured(nouns: Phrases, end: int) -> Phrase | None:
    """ "The FTSEurofirst 300 index of top shares", "a gauge of chip stocks"."""
    start = end
    while start > 0 and nouns.tokens[start - 1].tag in ("SECT", "DESC", "OTHER", "WORD", "NAME"):
        start -= 1
    at = nouns.preposition(start)
    if not at or nouns.tokens[at].lower != "of":
        return None
    named = nouns.has("INDEX", at - 1) and nouns.has("NAME", at - 2)
    if nouns.tokens[at - 1].kind == "index" or named:
        return nouns.ending_at(at - 1)
    if not nouns.has("INDEX", at - 1):
        return None
    name = nouns.text_with(at - 1, end)
    return Phrase(nouns.with_article(at - 1), (Subject(name, kind="index", trust=0.7),))


def _of_the_shares(nouns: Phrases, end: int) -> Phrase:
    start = end
    while start > 0 and _qualifies(nouns, start - 1, end):
        start -= 1
    owner = start - 1
    before = nouns.tokens[owner] if owner >= 0 else None
    if before is not None and before.tag == "POSS":
        if nouns.tokens[owner - 1].tag == "SECT" and owner > 1 and nouns.tokens[owner - 2].lower in COUNTS:
            return several(nouns, owner - 2, end) or Phrase(start)
        return _owned(nouns, end, owner - 1)
    if before is not None and before.is_instrument and not _is_group(nouns, start, end):
        return _owned(nouns, end, owner)
    if before is not None and before.lower in ("its", "their", "whose"):
        return standing_for(nouns, owner, end, "")
    if before is not None and before.lower in COUNTS and (them := several(nouns, owner, end)):
        return them
    the = before is not None and before.lower == "the" and start == end
    if the and nouns.tokens[end].lower in ("stocks", "counters") and (them := several(nouns, end, end)):
        return them
    if _is_group(nouns, start, end):
        return _group(nouns, start, end)
    begin = owner if before is not None and before.tag == "DET" else start
    if nouns.preposition(begin) is not None and nouns.role(begin) == "thing":
        return Phrase(begin)
    return standing_for(nouns, begin, end, nouns.text(start, end))


def _qualifies(nouns: Phrases, position: int, end: int) -> bool:
    token = nouns.tokens[position]
    if token.tag == "NAME":
        return token.note == "place"
    if token.tag == "WORD":
        return is_kind(token) or (position == end - 1 and is_plain(token.lower))
    return token.tag in ("SHARE", "DESC", "SECT", "OTHER", "INDEX")


def _is_group(nouns: Phrases, start: int, end: int) -> bool:
    """Bank stocks, European shares, Chinese tech stocks: a plural with words that say which."""
    plural = nouns.tokens[end].lower in ("shares", "stocks", "equities")
    return plural and (start < end or nouns.tokens[end].lower in ("stocks", "equities"))


def _group(nouns: Phrases, start: int, end: int) -> Phrase:
    kinds = [
        t
        for t in nouns.tokens[start:end]
        if t.tag in ("DESC", "SECT", "OTHER", "NAME", "INDEX")
        or t.lower in things.PEOPLE_OF
        or t.lower in KINDS
    ]
    listed = [t for t in nouns.tokens[start:end] if t.lower.endswith("-listed")]
    if (nouns.tokens[end].lower == "shares" and not kinds) or listed:
        return standing_for(nouns, start, end, "")
    begin = nouns.with_article(start)
    return Phrase(begin, (Subject(nouns.text(start, end), kind="sector", trust=0.9),))


def _owned(nouns: Phrases, end: int, owner: int) -> Phrase:
    phrase = nouns.ending_at(owner)
    if phrase is None:
        return Phrase(end)
    if any(s.kind in ("index", "sector") and s.mention is None for s in phrase.subjects) and nouns.tokens[
        end
    ].lower in ("stocks", "shares"):
        name = nouns.text(phrase.start, end)
        firm = nouns.memory.directory.named(f"{phrase.subjects[0].name} Inc")  # the Dow is a firm too
        if firm is not None:
            return Phrase(phrase.start, (Subject(phrase.subjects[0].name, None, firm),))
        return Phrase(phrase.start, (Subject(name, kind="sector", trust=0.7),))
    mentioned = tuple(
        s if s.mention is None else replace(s, mention=nouns.text_with(phrase.start, end))
        for s in phrase.subjects
    )
    return Phrase(phrase.start, mentioned)
