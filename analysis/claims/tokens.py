"""A sentence as tagged tokens: names, movers, figures and the small words between them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from analysis.claims import words as w
from analysis.claims.adjuncts import MONTHS, Adjunct, adjuncts
from analysis.claims.directory import LONGEST_NAME, Directory, Listing
from analysis.claims.figures import MONEY, POINTS, Figure, figures

TOKEN = re.compile(
    r"\d(?:[\d,]*\d)?(?:\.\d+)?(?![\w])|(?:[A-Z]\.){2,}|[A-Z]\.(?=\s[A-Z][a-z])|(?<=\w)'s\b|"
    r"(?:[^\W\d_]|[\d])(?:[\w]|[&.+/-](?=\w)|'(?!s\b)(?=\w))*|[&%$]|\n|[^\w\s]"
)
BLANK = re.compile(r"\s+")
TICKER = re.compile(
    r"\s?<\.?[A-Z0-9]{1,8}(?:[.=][A-Z0-9]{1,4})?>|\s\.[A-Z]{1,4}[0-9]{0,4}[A-Z0-9]{1,6}\b|"
    r"\(\s*(?:(?P<exchange>[A-Za-z][A-Za-z "
    r"]{1,12}?)\s?[:\-]\s?)?(?P<ticker>\^?[A-Z0-9]{1,10}(?:[.\-][A-Z]{1,3})?)(?:\s?[;,/|"
    r"][^()]{0,60})?\s*\)"
)
WIDGET = re.compile(
    r"(?<= )[A-Z][A-Z0-9.]{0,7}, [+\u2013-]\d{1,3}\.\d\d%(?= )"
)  # a quote that a page put behind a name
CAPITAL = re.compile(r"[A-Z\u00c0-\u00de0-9]|[a-z]{1,5}[A-Z]")
MONTH = re.compile(rf"(?:{MONTHS})$", re.IGNORECASE)
TITLE_CASE = 0.72


@dataclass(frozen=True, slots=True)
class Token:
    """A word or phrase with its tag; what further fields say depends on the tag."""

    text: str
    lower: str
    start: int
    end: int
    tag: str
    sign: int = 0
    note: str = ""
    figure: Figure | None = None
    listing: Listing | None = None
    ticker: str = ""
    verb: bool = False  # a noun that may be a verb as well, or a verb that may be a noun


@dataclass(frozen=True, slots=True)
class Tagged:
    """A sentence's tokens, and the phrases of time that were taken out from between them."""

    text: str
    tokens: tuple[Token, ...]
    adjuncts: tuple[Adjunct, ...]


def tagged(text: str, directory: Directory) -> Tagged:
    """Tokens of a sentence without its phrases of time."""
    widgets = list(WIDGET.finditer(text))
    numbers = [f for f in figures(text) if not any(m.start() <= f.start < m.end() for m in widgets)]
    times = tuple(a for a in adjuncts(text) if not any(a.start < f.end and f.start < a.end for f in numbers))
    fixed = _fixed(text, numbers, times, [(m.start(), m.end()) for m in widgets])
    raw = list(_raw(text, fixed))
    named = _names(text, raw, directory)
    phrased = list(_phrases(named))
    return Tagged(text, tuple(_settled(phrased)), times)


def _fixed(
    text: str, numbers: Sequence[Figure], times: Sequence[Adjunct], widgets: Sequence[tuple[int, int]]
) -> list[Token]:
    """Stretches that are one token each: figures, times, tickers in brackets, amounts and points."""
    fixed = [Token(text[f.start : f.end], "", f.start, f.end, "FIG", figure=f) for f in numbers]
    fixed += [Token(text[a:b], "", a, b, "TICKER") for a, b in widgets]
    stretches = [(a.start, a.end, "TIME", "") for a in times]
    stretches += [(m.start(), m.end(), "TICKER", _ticker(m)) for m in TICKER.finditer(text)]
    stretches += [(m.start(), m.end(), "AMOUNT", "points") for m in POINTS.finditer(text)]
    stretches += [(m.start(), m.end(), "AMOUNT", "money") for m in MONEY.finditer(text)]
    for start, end, tag, note in stretches:
        if not any(start < t.end and t.start < end for t in fixed):
            fixed.append(Token(text[start:end], "", start, end, tag, note=note))
    return sorted(fixed, key=lambda token: token.start)


def _ticker(match: re.Match[str]) -> str:
    return f"{(match['exchange'] or '').strip().lower()}:{match['ticker']}" if match["ticker"] else ""


def _raw(text: str, fixed: Sequence[Token]) -> Iterator[Token]:
    position = 0
    for token in [*fixed, None]:
        end = len(text) if token is None else token.start
        for match in TOKEN.finditer(text, position, end):
            yield Token(match[0], match[0].lower(), match.start(), match.end(), "WORD")
        if token is not None:
            if token.tag != "TIME":
                yield token
            position = token.end


# ------------------------------------------------------------------------------ names
def _names(text: str, raw: Sequence[Token], directory: Directory) -> list[Token]:
    """Known names as one token each, tickers joined to them, then other capitalised words."""
    title = _is_title(raw)
    out: list[Token] = []
    position = 0
    while position < len(raw):
        name, used = _known(text, raw, position, directory)
        if name is None:
            name, used = _unknown(text, raw, position, title, directory)
        out.append(name or raw[position])
        position += used or 1
    return list(_with_tickers(out, directory))


def _is_title(raw: Sequence[Token]) -> bool:
    long = [t.text for t in raw if t.tag == "WORD" and len(t.text) > 3 and t.text[0].isalpha()]
    return len(long) > 3 and sum(word[0].isupper() for word in long) >= TITLE_CASE * len(long)


def _known(text: str, raw: Sequence[Token], first: int, directory: Directory) -> tuple[Token | None, int]:
    if raw[first].tag != "WORD":
        return None, 0
    if not CAPITAL.match(raw[first].text) and raw[first].text not in directory.uncapitalised:
        return None, 0
    for last in range(min(first + LONGEST_NAME, len(raw)), first, -1):
        if raw[last - 1].tag != "WORD":
            continue
        start, end = raw[first].start, raw[last - 1].end
        listing = directory.named(text[start:end])
        if listing and not _is_doubtful(raw, first, last, listing):
            used = last - first
            while (
                last < len(raw)
                and raw[last].lower in w.LEGAL
                and raw[last].tag == "WORD"
                and raw[last].text[0].isupper()
            ):
                last, used = last + 1, used + 1
            last, used = _and_company(raw, last, used)
            if listing.kind == "index" and (wider := _wider(text, raw, first, last, listing)):
                return wider
            name = text[start:end]
            return Token(name, name.lower(), start, end, "NAME", note="known", listing=listing), used
    return None, 0


def _and_company(raw: Sequence[Token], last: int, used: int) -> tuple[int, int]:
    """ "... and Company" belongs to the name before it."""
    if (
        last + 1 < len(raw)
        and raw[last].lower in ("and", "&")
        and raw[last + 1].text in ("Company", "Co", "Sons")
    ):
        return last + 2, used + 2
    return last, used


def _wider(
    text: str, raw: Sequence[Token], first: int, last: int, listing: Listing
) -> tuple[Token, int] | None:
    """A longer name that begins with an index's: "Nifty Midcap 50" is another index than the Nifty."""
    end = last
    while (
        end < len(raw)
        and raw[end].tag == "WORD"
        and raw[end].start - raw[end - 1].end == 1
        and _widens(raw[end], end > last or listing.symbol is None)
    ):
        end += 1
    if end == last or _is_title(raw):
        return None
    name = text[raw[first].start : raw[end - 1].end]
    return Token(
        name,
        name.lower(),
        raw[first].start,
        raw[end - 1].end,
        "NAME",
        note="known",
        listing=Listing(None, name, kind="index"),
    ), end - first


def _widens(token: Token, within: bool) -> bool:
    word = token.lower
    if word.isdigit():
        return len(word) < 4 and within
    return token.text[0].isupper() and (word in w.SECTORS or word in w.COMPANIES or word in KINDS_OF_INDEX)


KINDS_OF_INDEX = frozenset(
    "midcap smallcap small mid cap large bank financial services consumer equal weight "
    "value growth tech auto metal it banks insurance travel oil gas basic health care "
    "private realty".split()
)


def _is_doubtful(raw: Sequence[Token], first: int, last: int, listing: Listing) -> bool:
    """A common word at the start of a sentence, or the beginning of a longer name that is not known."""
    word = raw[first].lower
    after = raw[last] if last < len(raw) else None
    glued = after is not None and after.tag == "WORD" and after.start - raw[last - 1].end <= 1
    if last - first == 1 and word in w.ALSO_WORDS and (first == 0 or raw[first - 1].text in '":-'):
        return not (glued and after is not None and (_follows_a_name(after.lower)))
    if last - first == 1 and raw[first].text.isdigit():
        return True
    if listing.kind != "share" or not glued or after is None or not after.text[0].isupper():
        return False
    return not _follows_a_name(after.lower) and not _is_title(raw) and not MONTH.match(after.lower)


def _follows_a_name(word: str) -> bool:
    return (
        word in w.MOVES
        or word in w.NOUNS
        or word in w.SHARES
        or word in w.STATE_PHASES
        or word in w.DIRECTIONS
        or word in w.AUXILIARIES
        or word in w.LEGAL
        or word in w.TITLES
        or word in w.COMPANIES
        or word in w.FUTURES
        or word in SPEAKING
        or (word.endswith("ed") and len(word) > 4)
        or word in ("'s", "and", "'", ",", "(", ":", "each", "both", "all", "-")
    )


def _unknown(
    text: str, raw: Sequence[Token], first: int, title: bool, directory: Directory
) -> tuple[Token | None, int]:
    """A run of capitalised words that the vocabulary does not know: probably a name."""
    last = first
    while last < len(raw) and _may_be_named(raw[last], last == 0 or title, last > first):
        if last == first + 1 and raw[first].lower in w.PLACES and _known(text, raw, last, directory)[0]:
            break  # "in Copenhagen Vestas dropped"
        last += 1
        last, _ = _and_company(raw, last, 0)
        if last + 1 < len(raw) and raw[last].text == "&" and _may_be_named(raw[last + 1], False, True):
            last += 1
    if last == first or (first == 0 and last == 1 and _is_an_aside(raw)):
        return None, 0
    start, end = raw[first].start, raw[last - 1].end
    name = text[start:end]
    return Token(name, name.lower(), start, end, "NAME", note=_what(name.lower())), last - first


def _is_an_aside(raw: Sequence[Token]) -> bool:
    """ "Similarly, the index": a capitalised word and a comma begin many sentences."""
    behind = [t.lower for t in raw[1:3]]
    return (
        bool(behind)
        and behind[0] == ","
        and (len(behind) < 2 or behind[1] not in ("down", "up", "which", "whose", "off"))
        and raw[0].text.istitle()
    )


def _may_be_named(token: Token, first_word: bool, within: bool) -> bool:
    word = token.lower
    if token.tag != "WORD" or not token.text[0].isalpha() or not CAPITAL.match(token.text):
        return False
    if (
        within
        and not first_word
        and (word in w.PEOPLE_OF or word in w.SECTORS or word in w.NO_SHARE or word in w.COMPANIES)
    ):
        return True
    if word.endswith(("maker", "makers", "ly")) and (first_word or "-" in word):
        return False
    if (
        word in w.PEOPLE_OF
        or word in ("i", "a", "the", "rs", "am", "pm", "gmt", "et", "cet")
        or MONTH.match(word)
    ):
        return False
    if word in w.LEGAL or (within and word in w.COMPANIES and not first_word):
        return within
    return not _is_vocabulary(word) or (word in w.NO_SHARE | w.PLACES and not first_word)


def _is_vocabulary(word: str) -> bool:
    return (
        word in w.MOVES
        or word in w.NOUNS
        or word in w.CAUSES
        or word in w.SHARES
        or word in w.INDICES
        or word in w.FUTURES
        or word in w.SECTORS
        or word in w.COMPANIES
        or word in w.DIRECTIONS
        or word in w.STATE_PHASES
        or word in w.AUXILIARIES
        or word in w.PERSONS
        or word in w.HEDGE_WORDS
        or word in w.PARTING
        or word in w.HYPOTHETICAL
        or word in w.NO_SHARE
        or word in w.TITLES
        or word in SMALL
    )


SPEAKING = frozenset(
    "said says beat reports posts cut cuts gave made won will would plans unveils misses "
    "tops sees set expects raises warns names agrees bought sold".split()
)
SMALL = frozenset(
    "during amid amongst following after before despite unlike besides beyond around about against like once "
    "the a an and or of in on at by to for from with into over under out its his her "
    "their this that these those there here then "
    "now one two three four five six seven eight nine ten other others some many most "
    "more less no yes only also still yet both each all "
    "such own same top worst best biggest largest smaller larger big blue chip early "
    "late new old meanwhile however elsewhere earlier "
    "later among amongst between across within against per not just even overall still "
    "despite since meantime separately "
    "analysts investors traders shareholders markets trading wall main major leading "
    "winners losers gainers decliners fallers risers "
    "laggards movers report reports results news update monday's year week month quarter "
    "day today yesterday tomorrow "
    "european asian american technology tech value growth first second third fourth last "
    "next previous former latest "
    "on's profit sales revenue net operating quarterly annual full-year half-year "
    "pre-tax hot cold up down if so as "
    "heavy light strong weak good bad mixed selling buying demand supply including excluding using".split()
)


def _what(name: str) -> str:
    if (
        name.endswith(("-listed", "-traded", "-quoted", "-based"))
        or name in w.PLACES
        or name in ("hong kong", "new york", "south korea", "wall street", "new zealand", "south africa")
    ):
        return "place"
    if (
        name in w.NO_SHARE
        or name in w.NO_SHARE_PHRASES
        or name.split()[-1] in w.NO_SHARE
        or name.split()[0] in NEVER
    ):
        return "other"
    return "unknown"


NEVER = frozenset(
    "brent bitcoin treasury cboe federal bank-of-england wti moody's trump biden powell".split()
)


def _with_tickers(tokens: Sequence[Token], directory: Directory) -> Iterator[Token]:
    """Names with the ticker that stands in brackets behind them."""
    out: list[Token] = []
    for token in tokens:
        if token.tag == "TICKER" and out and out[-1].tag in ("NAME", "WORD"):
            name = out[-1]
            if name.tag == "NAME" and name.note != "place" and token.note:
                out[-1] = replace(
                    name, ticker=token.note, note=name.note if name.note == "known" else "unknown"
                )
            continue
        if (
            token.text == "."
            and out
            and out[-1].tag == "NAME"
            and token.start == out[-1].end
            and token is not tokens[-1]
        ):
            continue  # the dot of "Co." and "Inc."
        out.append(token)
    yield from out


# ------------------------------------------------------------------------------ phrases and tags
def _table(
    *parts: tuple[str, dict[str, int] | dict[str, str] | Sequence[str]],
) -> dict[tuple[str, ...], tuple[str, object]]:
    return {
        tuple(phrase.split()): (tag, phrases[phrase] if isinstance(phrases, dict) else 0)
        for tag, phrases in parts
        for phrase in phrases
    }


PHRASES = _table(
    ("OTHER", w.NO_SHARE_PHRASES),
    ("MOVE", w.PARTICLES),
    ("DIR", w.DIRECTION_PHRASES),
    ("HEDGE", w.HEDGE_PHRASES),
    ("CONJ", ["as well as", "along with"]),
    ("SHARE", w.SHARE_PHRASES),
    ("SECT", w.SECTOR_PHRASES),
)
FIRST_WORDS = {phrase[0]: max(len(p) for p in PHRASES if p[0] == phrase[0]) for phrase in PHRASES}


def _phrases(tokens: Sequence[Token]) -> Iterator[Token]:
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
        ("DET", ("the", "a", "an", "this", "that", "these", "those")),
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
        ("SHARE", w.SHARES),
        ("FUT", w.FUTURES),
        ("PRON", w.PERSONS),
        ("HYPO", w.HYPOTHETICAL),
        ("PART", w.PARTING),
        ("AUX", w.AUXILIARIES),
        ("INDEX", w.INDICES),
        ("OTHER", w.NO_SHARE),
        ("DESC", w.COMPANIES),
        ("SECT", w.SECTORS),
    ):
        if word in table:
            return replace(token, tag=tag)
    if word in w.HEDGE_WORDS:
        return replace(token, tag="HEDGE", note=w.HEDGE_WORDS[word])
    if word in PREPOSITIONS:
        return replace(token, tag="PREP")
    if word.endswith("ly"):
        return replace(token, tag="ADV")
    if word.endswith(("maker", "-maker")):
        return replace(token, tag="DESC")
    if word.endswith(("makers", "-makers")):
        return replace(token, tag="SECT")
    return token


def _settled(tokens: Sequence[Token]) -> Iterator[Token]:
    """Words that are verb or noun, adverb or preposition, as their neighbours decide."""
    for position, token in enumerate(tokens):
        before = tokens[position - 1] if position else None
        after = tokens[position + 1] if position + 1 < len(tokens) else None
        yield _settle(token, before, after)


def _settle(token: Token, before: Token | None, after: Token | None) -> Token:
    tag, word = token.tag, token.lower
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


def _makes_noun(before: Token | None, after: Token | None) -> bool:
    if before is None:
        return after is not None and after.tag == "PREP" and after.lower in ("of", "in", "for")
    return (
        before.tag in ("FIG", "DET", "POSS", "NOUN")
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
