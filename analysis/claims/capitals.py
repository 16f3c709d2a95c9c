"""What a capital says: a name, or a common word at the beginning of a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analysis.claims import things
from analysis.claims import words as w
from analysis.claims.calendar_words import MONTHS
from analysis.claims.kinds import is_role
from analysis.claims.tokens import Token

CAPITAL = re.compile(r"[A-Z\u00c0-\u00de0-9]|[a-z]{1,5}[A-Z]")
MONTH = re.compile(rf"(?:{MONTHS})$", re.IGNORECASE)
VERBS = frozenset(w.MOVES).union(w.STATE_PHASES)  # of moving, and of standing at a price


def is_a_class(raw: Sequence[Token], place: int) -> bool:
    """ "Its B shares", "class B shares"."""
    behind = raw[place + 1].lower if place + 1 < len(raw) else ""
    return len(raw[place].text) == 1 and raw[place].text.isupper() and behind in things.SHARES


def is_a_plural(raw: Sequence[Token], place: int) -> bool:
    """ "Premiums rose by 12%": a capital at the beginning of a sentence makes no name of a plain plural."""
    if place or len(raw) < 3 or raw[1].lower in ("was", "is", "has"):
        return False
    if raw[0].text.istitle() and raw[1].text.islower() and PLURAL.fullmatch(raw[1].text.title()):
        plain = raw[1].lower not in VOCABULARY and raw[1].lower not in things.SPEAKING
        return plain and raw[2].lower in VERBS  # "Paid memberships"
    return raw[1].lower in VERBS and bool(PLURAL.fullmatch(raw[0].text))


PLURAL = re.compile(r"[A-Z][a-z]{3,}(?<![aiosuy])s")
NAMED_FIRST = frozenset(
    "first best big new old great north south bank banco banca banque grupo groupe gold silver "
    "copper oil".split()
)  # "shares of First Cash"


METALS = frozenset("gold silver copper bank".split())


def begins_a_name(raw: Sequence[Token], place: int, title: bool) -> bool:
    """ "Close Brothers": a verb with a capital within a sentence, and a capital behind it."""
    word = raw[place]
    if title or place + 1 >= len(raw) or (place and raw[place - 1].text in ".:\"'(-"):
        return False
    first = word.lower in METALS or (word.lower in w.STATE_PHASES and not word.lower.endswith(("ing", "ed")))
    if not place and not first:
        return False
    capital = (
        word.tag == "WORD"
        and word.text.istitle()
        and (word.lower in w.STATE_PHASES or word.lower in NAMED_FIRST)
    )
    return capital and may_be_named(raw[place + 1], False, False)


def is_an_aside(raw: Sequence[Token]) -> bool:
    """ "Similarly, the index": a capitalised word and a comma begin many sentences."""
    behind = [t.lower for t in raw[1:3]]
    commas = [i for i, t in enumerate(raw[2:16], start=2) if t.text == ","]
    after = raw[commas[0] + 1].lower if commas and commas[0] + 1 < len(raw) else ""
    apposed = after in VERBS  # "Morrisons, the grocer, fell"
    return (
        bool(behind)
        and not apposed
        and behind[0] == ","
        and (len(behind) < 2 or behind[1] not in ("down", "up", "which", "whose", "off"))
        and raw[0].text.istitle()
    )


def describes_a_name(raw: Sequence[Token], end: int) -> bool:
    """ "Agriculture chemicals company Nufarm": what a firm does, before its name."""
    if raw[0].text.istitle() and is_role(raw[0].lower) and len(raw) > 1 and raw[1].text[0].isupper():
        return raw[0].lower.endswith("s") or raw[0].lower in things.COMPANIES  # "Jewellers Chow Tai Fook"
    if end > 1:
        return False
    for place, token in enumerate(raw[1:7], start=1):
        word = token.lower
        if (word in things.COMPANIES or is_role(word)) and token.text.islower():
            return place + 1 < len(raw) and raw[place + 1].text[0].isupper()
        verbal = word in VERBS or word in w.AUXILIARIES or word in w.PARTING
        plain = token.tag == "WORD" and token.text.replace("-", "").isalpha() and token.text.islower()
        if not plain or verbal or word.endswith(("ed", "s")):
            return False
    return False


PREFIXING = frozenset(
    "owner parent maker producer owned backed controlled linked operator heavyweight listed heavy "
    "focused chip related".split()
)
WITHIN = things.PEOPLE_OF.union(things.SECTORS, things.NO_SHARE, things.COMPANIES)


def may_be_named(token: Token, first_word: bool, within: bool) -> bool:
    """Whether a word with a capital may be a name, or go on with one."""
    word = token.lower
    if token.tag != "WORD" or not token.text[0].isalpha() or not CAPITAL.match(token.text):
        return False
    if within and word == "plus" and not first_word:  # Canal Plus
        return True
    if within and not first_word and word in WITHIN:
        return True
    if word.endswith(("maker", "makers", "ly")) and (first_word or "-" in word):
        return False
    if word.endswith(("-shares", "-share", "-stock", "-class")):
        return False  # "its H-shares"
    if "-" in word and not within and word.rpartition("-")[2] in PREFIXING:
        return False  # "O2-owner Telefonica", "Tech-heavy Kosdaq"
    if (
        word in things.PEOPLE_OF
        or word in ("i", "a", "the", "rs", "am", "pm", "gmt", "et", "cet")
        or MONTH.match(word)
    ):
        return False
    if word in things.LEGAL:
        return within
    return word not in VOCABULARY or ((word in things.NO_SHARE or word in things.PLACES) and not first_word)


VOCABULARY = things.SHARES.union(
    w.MOVES, w.NOUNS, w.CAUSES, w.DIRECTIONS, w.STATE_PHASES, w.AUXILIARIES, w.HEDGE_WORDS, w.PARTING,
    w.HYPOTHETICAL, things.INDICES, things.FUTURES, things.SECTORS, things.COMPANIES, things.PERSONS,
    things.NO_SHARE, things.TITLES, things.SMALL,
)  # fmt: skip
