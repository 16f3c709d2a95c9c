"""Names among the words of a sentence: those of the directory, and other capitalised ones."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.claims import things
from analysis.claims import words as w
from analysis.claims.capitals import (
    CAPITAL,
    MONTH,
    VERBS,
    begins_a_name,
    describes_a_name,
    is_a_class,
    is_a_plural,
    is_an_aside,
    may_be_named,
)
from analysis.claims.directory import LONGEST_NAME, Directory, Listing
from analysis.claims.joined import unlisted_index, with_tickers
from analysis.claims.kinds import KINDS, KINDS_OF_INDEX
from analysis.claims.tokens import Token

TITLE_CASE = 0.72


def named(text: str, raw: Sequence[Token], directory: Directory) -> list[Token]:
    """Known names as one token each, tickers joined to them, then other capitalised words."""
    title = _is_title(raw)
    out: list[Token] = []
    position = 0
    while position < len(raw):
        name, used = _known(text, raw, position, title, directory)
        if name is None:
            name, used = _unknown(text, raw, position, title, directory)
        out.append(name or raw[position])
        position += used or 1
    return list(with_tickers(out))


def _is_title(raw: Sequence[Token]) -> bool:
    if any(t.lower in VERBS for t in raw if t.text.islower()):
        return False  # a headline in capitals writes its verb with one too
    long = [t.text for t in raw if t.tag == "WORD" and len(t.text) > 3 and t.text[0].isalpha()]
    return len(long) > 3 and sum(word[0].isupper() for word in long) >= TITLE_CASE * len(long)


def _known(
    text: str, raw: Sequence[Token], first: int, title: bool, directory: Directory
) -> tuple[Token | None, int]:
    if raw[first].tag != "WORD":
        return None, 0
    if not CAPITAL.match(raw[first].text) and raw[first].text not in directory.uncapitalised:
        return None, 0
    for last in range(min(first + LONGEST_NAME, len(raw)), first, -1):
        if raw[last - 1].tag != "WORD":
            continue
        start, end = raw[first].start, raw[last - 1].end
        listing = directory.named(text[start:end])
        if listing and not _is_doubtful(raw, first, last, title, listing):
            while (
                last + 1 < len(raw)
                and raw[last].lower in things.LEGAL
                and raw[last].tag == "WORD"
                and raw[last].text[0].isupper()
            ):
                last += 1
                if raw[last - 1].lower in ABBREVIATED and raw[last].text == "." and last + 1 < len(raw):
                    last += 1
            last = _and_company(raw, last)
            if listing.kind == "index" and not title and (wider := _wider(text, raw, first, last, listing)):
                return wider
            name = text[start:end]
            return Token(name, name.lower(), start, end, "NAME", note="known", listing=listing), last - first
    return None, 0


ABBREVIATED = ("inc", "corp", "co", "ltd", "plc", "cos")


def _and_company(raw: Sequence[Token], last: int) -> int:
    """Where a name ends: "... and Company" belongs to it."""
    if (
        last + 1 < len(raw)
        and raw[last].lower in ("and", "&")
        and raw[last + 1].text in ("Company", "Co", "Sons")
    ):
        return last + 2
    return last


def _wider(
    text: str, raw: Sequence[Token], first: int, last: int, listing: Listing
) -> tuple[Token, int] | None:
    """A longer name that begins with an index's: "Nifty Midcap 50" is another index than the Nifty."""
    end = last + _is_numbered(raw, last)
    named = end
    while named < len(raw) and raw[named].text[0].isupper() and raw[named].lower not in GENERAL:
        named += 1
    if end < named < min(len(raw), end + 4) and raw[named].lower in ("index", "sub-index", "subindex"):
        end = named  # "Hang Seng Properties Index"
    while (
        end < len(raw)
        and raw[end].tag == "WORD"
        and raw[end].start - raw[end - 1].end == 1
        and _widens(raw[end], end > last or listing.symbol is None)
    ):
        end += 1
    if end == last:
        return None
    start, stop = raw[first].start, raw[end - 1].end
    return unlisted_index(text[start:stop], start, stop), end - first


def _is_numbered(raw: Sequence[Token], last: int) -> bool:
    """ "FTSE 350 mining index": a number that makes it another index, and counts no points."""
    if last + 1 >= len(raw) or raw[last].start - raw[last - 1].end != 1:
        return False
    return (
        raw[last].text.isdigit()
        and raw[last + 1].tag == "WORD"
        and raw[last + 1].lower not in ("points", "pts")
    )


def _widens(token: Token, within: bool) -> bool:
    word = token.lower
    if word.isdigit():
        return len(word) < 4 and within
    word = word.rstrip("0123456789")
    return token.text[0].isupper() and (
        word in things.SECTORS or word in things.COMPANIES or word in KINDS_OF_INDEX
    )


GENERAL = things.INDICES | {"stock", "share", "all-share", "industrial"}


def _is_doubtful(raw: Sequence[Token], first: int, last: int, title: bool, listing: Listing) -> bool:
    """A common word at the start of a sentence, or the beginning of a longer name that is not known."""
    word = raw[first].lower
    after = raw[last] if last < len(raw) else None
    glued = after is not None and after.tag == "WORD" and after.start - raw[last - 1].end <= 1
    if last - first == 1 and word in things.ALSO_WORDS and (first == 0 or raw[first - 1].text in '":-'):
        figured = after is not None and after.tag == "FIG"
        return not figured and not (glued and after is not None and _follows_a_name(after.lower))
    if last - first == 1 and raw[first].text.isdigit():
        return True
    if listing.kind != "share" or not glued or after is None or not after.text[0].isupper():
        return False
    return not _follows_a_name(after.lower) and not title and not MONTH.match(after.lower)


def _follows_a_name(word: str) -> bool:
    return word in FOLLOWING or (word.endswith("ed") and len(word) > 4)


DASHES = ("-", "\u2014", "\u2013")
FOLLOWING = frozenset(("'s", "and", "'", ",", "(", ":", "each", "both", "all", *DASHES)).union(
    w.MOVES, w.NOUNS, w.STATE_PHASES, w.DIRECTIONS, w.AUXILIARIES,
    things.SHARES, things.LEGAL, things.TITLES, things.COMPANIES, things.FUTURES, things.SPEAKING,
)  # fmt: skip


def _unknown(
    text: str, raw: Sequence[Token], first: int, title: bool, directory: Directory
) -> tuple[Token | None, int]:
    """A run of capitalised words that the vocabulary does not know: probably a name."""
    if raw[first].text == "Hong" and first + 1 < len(raw) and raw[first + 1].text == "Kong":
        start, end = raw[first].start, raw[first + 1].end
        return Token(text[start:end], "hong kong", start, end, "NAME", note="place"), 2
    last = first
    if is_a_class(raw, first) or is_a_plural(raw, first):
        return None, 0
    while last < len(raw) and (
        may_be_named(raw[last], last == 0 or title, last > first)
        or (last == first and begins_a_name(raw, last, title))
        or (last == first and not title and _is_of_a_people(text, raw, first, directory))
    ):
        if last == first + 1 and raw[first].lower.endswith(LISTED):
            break  # "Seoul-listed Hyundai"
        placed = first > 0 and raw[first - 1].lower in ("in", "at", "from", "of")
        placed = placed and last == first + 1 and raw[first].lower in things.PLACES
        if placed and _known(text, raw, last, title, directory)[0]:
            break  # "in Copenhagen Vestas dropped"
        last += 1
        last = _and_company(raw, last)
        if last + 1 < len(raw) and raw[last].text == "&" and may_be_named(raw[last + 1], False, True):
            last += 1
    last = _before_a_ticker(raw, first) or (first + 1 if _is_short(raw, first) else last)
    if last == first or (first == 0 and last == 1 and is_an_aside(raw)):
        return None, 0
    if first == 0 and describes_a_name(raw, last):
        return None, 0
    if last == first + 1 and raw[first].lower in KINDS and raw[first].text.istitle():
        return None, 0  # "Financial stocks"
    start, end = raw[first].start, raw[last - 1].end
    name = text[start:end]
    return Token(name, name.lower(), start, end, "NAME", note=_what(name.lower())), last - first


def _is_of_a_people(text: str, raw: Sequence[Token], first: int, directory: Directory) -> bool:
    """ "Irish Life fell": before an unknown name a people's is part of it."""
    if raw[first].lower not in PEOPLES or not raw[first].text.istitle() or first + 1 >= len(raw):
        return False
    return (
        may_be_named(raw[first + 1], False, False) and not _known(text, raw, first + 1, False, directory)[0]
    )


PEOPLES = frozenset(
    "american british german french japanese indian australian korean danish irish canadian".split()
)


def _is_short(raw: Sequence[Token], first: int) -> bool:
    """ "Delta and American shed 2%": an adjective that a verb follows is short for a firm."""
    after = raw[first + 1] if first + 1 < len(raw) else None
    linked = first and raw[first - 1].lower in ("and", ",", "while", "whereas")
    if (
        after is None
        or not linked
        or raw[first].lower not in things.PEOPLE_OF
        or not raw[first].text.istitle()
    ):
        return False
    return (
        after.tag == "FIG"
        or after.text == "("
        or after.lower in w.MOVES
        or after.lower in ("each", "both", "down", "up", "lower", "higher")
    )


def _before_a_ticker(raw: Sequence[Token], first: int) -> int:
    """Where a run of capitals ends that a ticker follows: "and Technology One (ASX:TNE)"."""
    last = first
    while last < len(raw) and raw[last].tag == "WORD" and raw[last].text[0].isupper():
        last += 1
    run = last > first + 1 and last < len(raw) and raw[last].tag == "TICKER"
    plain = raw[first].lower not in things.PEOPLE_OF and raw[first].lower not in things.PLACES
    return last if run and plain and first and raw[first - 1].text not in ".:" else 0


LISTED = ("-listed", "-traded", "-quoted", "-based")


def _what(name: str) -> str:
    if name.endswith(LISTED) or set(name.split()) <= things.PLACES:
        return "place"
    if (
        name in things.NO_SHARE
        or name in things.NO_SHARE_PHRASES
        or name.split()[0] in NEVER
        or (name.split()[-1] in things.NO_SHARE and not _mines(name.split()))
    ):
        return "other"
    return "unknown"


def _mines(name: Sequence[str]) -> bool:
    """A firm that is called after what it makes: BlueScope Steel, Harmony Gold; not spot gold, US steel."""
    others = things.NO_SHARE | things.PEOPLE_OF | things.PLACES | things.SMALL | {"spot", "physical"}
    return name[-1] in MADE and not any(word in others for word in name[:-1]) and len(name) > 1


MADE = frozenset("steel gold silver copper lithium uranium platinum oil gas coffee iron".split())


NEVER = frozenset(
    "brent bitcoin treasury cboe federal bank-of-england wti moody's trump biden powell".split()
)
