"""A tag for every word, from the tables of words; its neighbours settle what may be two things."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from analysis.claims import things
from analysis.claims import words as w
from analysis.claims.calendar_words import NUMBER_WORDS
from analysis.claims.figures import Figure
from analysis.claims.kinds import is_role
from analysis.claims.tokens import Token


def _table(
    *parts: tuple[str, dict[str, int] | dict[str, str] | Sequence[str]],
) -> dict[tuple[str, ...], tuple[str, object]]:
    return {
        tuple(phrase.split()): (tag, phrases[phrase] if isinstance(phrases, dict) else 0)
        for tag, phrases in parts
        for phrase in phrases
    }


PHRASES = _table(
    ("WORD", ["euro zone", "euro area", "blue chip"]),
    ("OTHER", things.NO_SHARE_PHRASES),
    ("MOVE", {verb: sign for sign, verbs in w.PARTICLES.items() for verb in verbs.split(";")}),
    ("DIR", w.DIRECTION_PHRASES),
    ("HEDGE", w.HEDGE_PHRASES),
    ("CONJ", ["as well as", "along with"]),
    ("SHARE", things.SHARE_PHRASES),
    ("SECT", things.SECTOR_PHRASES),
)
FIRST_WORDS = {phrase[0]: max(len(p) for p in PHRASES if p[0] == phrase[0]) for phrase in PHRASES}


def phrases(tokens: Sequence[Token]) -> Iterator[Token]:
    """Phrases of several words as one token, then a tag for every single word."""
    position = 0
    while position < len(tokens):
        token = tokens[position]
        phrase, used = _phrase(tokens, position) if token.tag in ("WORD", "NAME") else (None, 0)
        yield phrase or (_tag(token) if token.tag == "WORD" else token)
        position += used or 1


def _phrase(tokens: Sequence[Token], first: int) -> tuple[Token | None, int]:
    for length in range(FIRST_WORDS.get(tokens[first].lower, 0), 0, -1):
        part = tokens[first : first + length]
        found = PHRASES.get(tuple(t.lower for t in part))
        if found and all(t.tag == "WORD" or found[0] in ("OTHER", "SECT") for t in part):
            tag, value = found
            text = " ".join(t.text for t in part)
            sign, note = (value, "") if isinstance(value, int) else (0, str(value))
            return Token(text, text.lower(), part[0].start, part[-1].end, tag, sign=sign, note=note), length
    return None, 0


PUNCTUATION = {
    ",": "COMMA",
    "(": "LP",
    ")": "RP",
    "[": "LP",
    "]": "RP",
    ":": "COLON",
    ";": "PART",
    "\u2014": "DASH",
    "\u2013": "DASH",
    "-": "DASH",
    "|": "BAR",
    "/": "BAR",
    "'s": "POSS",
    "'": "POSS",
    '"': "QUOTE",
    ".": "STOP",
    "*": "STOP",
    "?": "STOP",
    "!": "STOP",
}
PREPOSITIONS = frozenset(
    "of in on at by to for from into over among across within between under out through "
    "near towards toward onto per via behind".split()
)


def _tag(token: Token) -> Token:
    word = token.lower
    if word[0].isdigit() and not word.isdigit() and word.replace(",", "").replace(".", "").isdigit():
        return replace(token, tag="AMOUNT", note="number")
    if token.text == "IT":
        return replace(token, tag="SECT")
    for tag, table in (
        ("CONJ", ("and", "&", "or")),
        ("DET", ("the", "a", "an", "this", "that", "these", "those", "such")),
    ):
        if word in table:
            return replace(token, tag=tag)
    if word in PUNCTUATION:
        return replace(token, tag=PUNCTUATION[word])
    if word in w.BY_WORD:
        sign, value = w.BY_WORD[word]
        return replace(
            token, tag="BYWORD", sign=sign, figure=Figure(token.start, token.end, value, words=token.text)
        )
    if word in w.MOVES:
        return replace(token, tag="MOVE", sign=w.MOVES[word], verb=word in w.NOUNS)
    if word in w.NOUNS:
        return replace(token, tag="NOUN", sign=w.NOUNS[word])
    if word in w.SOFTENED:
        return replace(token, tag="SOFT", note=word)
    if word in w.CAUSES:
        return replace(token, tag="CAUSE", sign=w.CAUSES[word])
    if word in w.DIRECTIONS:
        return replace(token, tag="DIR", sign=w.DIRECTIONS[word])
    if word in w.STATE_PHASES:
        return replace(token, tag="STATE", note=w.STATE_PHASES[word])
    return _tag_noun(token)


def _tag_noun(token: Token) -> Token:
    word = token.lower
    for tag, table in (
        ("SHARE", things.SHARES),
        ("FUT", things.FUTURES),
        ("PRON", things.PERSONS),
        ("HYPO", w.HYPOTHETICAL),
        ("PART", w.PARTING),
        ("AUX", w.AUXILIARIES),
        ("INDEX", things.INDICES),
        ("OTHER", things.NO_SHARE),
        ("DESC", things.COMPANIES),
        ("SECT", things.SECTORS),
    ):
        if word in table:
            return replace(token, tag=tag)
    if word in w.HEDGE_WORDS:
        return replace(token, tag="HEDGE", note=w.HEDGE_WORDS[word])
    if word in PREPOSITIONS:
        return replace(token, tag="PREP")
    if word.endswith("ly"):
        return replace(token, tag="ADV")
    if word.endswith(("-shares", "-stock")):  # "its H-shares"
        return replace(token, tag="SHARE")
    if word.endswith("-index"):  # "the KSE 30-Index"
        return replace(token, tag="INDEX")
    if word.endswith(("maker", "-maker")):
        return replace(token, tag="DESC")
    if word.endswith(("makers", "-makers")):
        return replace(token, tag="SECT")
    return token


def settled(tokens: Sequence[Token]) -> Iterator[Token]:
    """Words that are verb or noun, adverb or preposition, as their neighbours decide."""
    for position, token in enumerate(tokens):
        before = tokens[position - 1] if position else None
        after = tokens[position + 1] if position + 1 < len(tokens) else None
        yield _settle(token, before, after)


def _standing_for_a_firm(token: Token, before: Token, after: Token | None) -> Token | None:
    """ "The former", "all three", "its target", "its London line": words for what was named elsewhere."""
    word, following = token.lower, after.tag if after is not None else ""
    if word in ("former", "latter") and before.lower == "the":
        return replace(token, tag="WORD" if following in NOUNS_BEHIND else "PRON")
    if word in COUNTED and before.lower in ("all", "the"):
        return replace(token, tag="PRON") if following in VERBS_BEHIND else token
    if word in ROLES_IN_DEALS and before.lower in ("the", "its", "their", "takeover", "bid"):
        acts = following in (*VERBS_BEHIND, "POSS", "COMMA", "FIG") and following != "DIR"
        return replace(token, tag="DESC", note="deal") if acts else token
    if word in ("line", "listing") and before.note == "place":
        return replace(token, tag="SHARE")
    return None


def _settle(token: Token, before: Token | None, after: Token | None) -> Token:
    tag, word = token.tag, token.lower
    if tag == "WORD" and after is not None and after.tag == "NAME" and _says_a_trade(token, before):
        return replace(token, tag="SECT" if word.endswith("s") else "DESC")
    if before is not None and (standing := _standing_for_a_firm(token, before, after)) is not None:
        return standing
    if word == "led" and before is not None and (after is None or after.lower != "by"):
        return replace(token, tag="WORD")
    if tag == "MOVE" and token.verb and _makes_noun(before, after):
        return replace(token, tag="NOUN", sign=w.NOUNS[word])
    if (
        tag == "MOVE"
        and word in ("lost", "gaining", "shed", "firm", "pop", "race", "add", "slip", "boom")
        and before is not None
        and before.tag == "DET"
    ):
        return replace(token, tag="WORD")
    if word in ("over", "above") and after is not None and after.tag != "FIG" and after.tag != "HEDGE":
        return replace(token, tag="DIR" if word == "above" else "PREP")
    if word in ("over", "above") and after is not None and after.tag == "FIG":
        return replace(token, tag="HEDGE", note="over")
    if tag == "DET" and word in ("a", "an") and after is not None and after.tag in ("FIG", "HEDGE"):
        return replace(token, tag="HEDGE", note="exact")
    if word in ("by", "another") and after is not None and after.tag == "AMOUNT":
        return replace(token, tag="HEDGE", note="exact")  # "rose by 40 points, or 2%"
    if word in ("by", "around", "about", "some", "another", "a", "an") and (
        after is None
        or (
            after.tag not in ("FIG", "HEDGE", "COMMA")
            and not (word == "by" and after.lower in ("a", "an", "another"))
        )
    ):
        return replace(token, tag="DET" if word in ("a", "an", "another", "some") else "PREP", note="")
    if (
        word == "up"
        and before is not None
        and before.lower in ("made", "makes", "make", "making", "set", "sets")
    ):
        return replace(token, tag="WORD")
    if word == "up" and after is not None and after.tag == "STATE":
        return replace(token, tag="ADV")
    return token


NOUNS_BEHIND = ("NAME", "WORD", "DESC", "SECT", "OTHER", "INDEX", "SHARE", "NOUN", "FUT")
VERBS_BEHIND = ("MOVE", "STATE", "AUX", "CAUSE", "DIR", "ADV")
COUNTED = {word: n for word, n in NUMBER_WORDS.items() if 2 <= n <= 5}
ROLES_IN_DEALS = {
    **dict.fromkeys(("bidder", "suitor", "acquirer", "buyer", "predator", "purchaser"), 0),
    **dict.fromkeys(("target", "prey", "quarry", "acquiree"), 1),
}


def _says_a_trade(token: Token, before: Token | None) -> bool:
    """ "Kitchenware seller ProCook", "Jewellers Chow Tai Fook": what the firm that follows does."""
    first = before is None or before.tag in ("STOP", "QUOTE", "COLON")
    return is_role(token.lower) and (token.text.islower() or first)


def _makes_noun(before: Token | None, after: Token | None) -> bool:
    if before is None:
        return after is not None and after.tag == "PREP" and after.lower in ("of", "in", "for")
    return (
        before.tag in ("FIG", "DET", "POSS", "NOUN", "SOFT")
        or before.lower in NOUN_BEFORE
        or (after is not None and after.lower == "of")
    )


NOUN_BEFORE = frozenset(
    "its their a sharp steep big biggest largest sharpest steepest heavy modest slight "
    "early further worst best average deepest of strong "
    "one-day daily weekly monthly double-digit premarket intraday record fresh similar "
    "huge massive opening initial straight "
    "second third fourth fifth sixth consecutive total combined recent previous earlier "
    "following extending after any no this that "
    "another hefty small smaller larger bigger the for price".split()
)
