"""Phrases that name an index or its futures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analysis.claims import things
from analysis.claims.kinds import GENERAL_INDEX, NO_INDEX
from analysis.claims.memory import Subject
from analysis.claims.phrases import Phrase, Phrases, is_kind, is_plain
from analysis.claims.places import PEOPLE, market_of
from analysis.claims.references import several
from analysis.claims.tokens import NAMING, Token

MIDCAPS = ("^FTMC", "^MDAXI", "^MID")
NO_KIND = ("average", "measure", "indicator", "basket", "composite")
MID = {"mid-cap", "midcap"}
SEVERAL = ("indices", "indexes", "benchmarks", "averages", "gauges")
MODIFIERS = (*NAMING, "WORD", "ADV", "OTHER", "HEDGE", "AMOUNT")


def modified(nouns: Phrases, end: int) -> int:
    """Where the words begin that describe an index, a sector or futures."""
    start = end
    while start > 0:
        token = nouns.tokens[start - 1]
        possessed = token.tag == "POSS" and start > 1 and nouns.tokens[start - 2].tag == "NAME"
        if token.tag in MODIFIERS:
            kind = nouns.tokens[start].tag == "SECT" and nouns.has("DET", start - 2) and is_plain(token.lower)
            if token.tag == "WORD" and not (
                kind  # "the food producers index"
                or is_kind(token)
                or (start == end and is_plain(token.lower))
                or token.text[0].isupper()
            ):
                break
            start -= 1
        elif (
            token.tag == "CONJ"
            and nouns.tokens[end].tag != "SECT"
            and start > 1
            and nouns.tokens[start - 2].tag in ("SECT", "OTHER")
            and nouns.tokens[start].tag in ("SECT", "WORD", "OTHER")
        ) or possessed:
            start -= 2
        else:
            break
    return start


def index(nouns: Phrases, end: int) -> Phrase:
    """The phrase whose last word is "index", "benchmark" or the like."""
    start = modified(nouns, end)
    inner = nouns.tokens[start:end]
    words = {word for t in inner for word in t.lower.split()}
    begin = nouns.with_article(start)
    counted = start and nouns.tokens[start - 1].lower in ("both", "two", "three")
    if counted and (them := several(nouns, start - 1, end)):
        return them
    if _bars(nouns, begin) or words & NO_INDEX or any(t.tag == "NAME" and t.note == "other" for t in inner):
        return Phrase(begin)
    if any(t.tag == "CONJ" for t in inner) and not any(t.tag == "NAME" for t in inner):
        return Phrase(begin, _several(nouns, start, end))
    printed = nouns.text(start, end)
    listing = nouns.memory.directory.named(printed)
    names = [t for t in inner if t.tag == "NAME" and t.listing is not None]
    if (
        listing is None
        and names
        and names[-1].listing is not None
        and names[-1].listing.kind != "share"
        and not _narrows(inner)
    ):
        named = nouns.subject(names[-1])
        printed = nouns.text_with(nouns.tokens.index(names[-1]), end)
        plain = names[-1].listing.symbol or nouns.tokens[end].lower in SEVERAL
        return Phrase(begin, (named if plain else replace(named, name=printed),))
    if listing is not None:
        return Phrase(begin, (Subject(printed, None, listing, listing.kind),))
    return _unnamed_index(nouns, begin, start, end, printed, words)


def _several(nouns: Phrases, start: int, end: int) -> tuple[Subject, ...]:
    """ "IT and capital goods indices": one index each."""
    links = [i for i in range(start, end) if nouns.tokens[i].tag == "CONJ"]
    starts, ends = [start, *(i + 1 for i in links)], [*(i - 1 for i in links), end]
    names = (nouns.text(a, b) for a, b in zip(starts, ends, strict=True))
    return tuple(Subject(name, kind="sector", trust=0.85) for name in names)


def _narrows(inner: Sequence[Token]) -> bool:
    """Whether words behind an index's name speak of a part of it ("Stoxx 600 technology index")."""
    last = max(i for i, t in enumerate(inner) if t.tag == "NAME")
    return any(t.lower not in GENERAL_INDEX for t in inner[last + 1 :])


def _unnamed_index(nouns: Phrases, begin: int, start: int, end: int, printed: str, words: set[str]) -> Phrase:
    inner = nouns.tokens[start:end]
    places = [t.lower for t in inner if (t.tag == "NAME" and t.note == "place") or t.lower in PEOPLE]
    words = {word for word in words if not word.endswith(("-heavy", "-share"))}
    if places and not words - {w for place in places for w in place.split()} - GENERAL_INDEX - {"'s"}:
        listing = market_of(nouns.memory.directory, places[0])
        return Phrase(begin, (Subject(printed, None, listing, "index", trust=0.8),))
    if not words and nouns.tokens[end].lower in SEVERAL:
        return Phrase(begin)
    midcap = nouns.memory.index(printed.lower(), nouns.near(start)) if words & MID else None
    if midcap and midcap.listing and midcap.listing.symbol in MIDCAPS and words <= GENERAL_INDEX | MID:
        return Phrase(begin, (replace(midcap, mention=nouns.text_with(begin, end), trust=0.85),))
    word = nouns.tokens[end].lower
    if words - GENERAL_INDEX or (word in (*SEVERAL, "market", "markets") and word != "gauges"):
        return _of_a_kind(nouns, begin, start, end, words)
    if nouns.memory.other_index or any(t.lower in ("vix", "volatility") for t in nouns.tokens):
        return Phrase(begin)
    found = (
        _of_the_place(nouns, begin, end)
        or _of_its_futures(nouns, start)
        or nouns.memory.index(printed.lower(), nouns.near(start))
    )
    if found is None:
        return Phrase(begin, (Subject(printed, kind="index", trust=0.6),))
    return Phrase(begin, (replace(found, mention=nouns.text_with(begin, end), trust=0.85),))


def _of_a_kind(nouns: Phrases, begin: int, start: int, end: int, words: set[str]) -> Phrase:
    """ "Europe's travel and leisure index", "the local market": what is said of no listed index."""
    if "bond" in words or nouns.tokens[end].lower in NO_KIND:
        return Phrase(begin)
    placed = nouns.tokens[start].note == "place" and nouns.has("POSS", start + 1)
    printed = nouns.text(start + 2 if placed and nouns.has("SECT", start + 2) else start, end)
    return Phrase(begin, (Subject(printed, kind="sector", trust=0.85),))


def _of_the_place(nouns: Phrases, begin: int, end: int) -> Subject | None:
    """ "In Dubai, the index dropped", "the main index in Shanghai": the index of the place beside it."""
    before, behind = nouns.tokens[max(begin - 3, 0) : begin], nouns.tokens[end + 1 : end + 3]
    comma = len(before) == 3 and before[2].tag == "COMMA"
    for pair in (behind, before[:2] if comma else ()):
        if len(pair) == 2 and pair[0].lower == "in" and pair[1].note == "place":
            listing = market_of(nouns.memory.directory, pair[1].lower)
            return Subject(listing.name, listing=listing, kind="index") if listing else None
    return None


def _of_its_futures(nouns: Phrases, start: int) -> Subject | None:
    """ "S&P 500 futures had been up, but the index itself was down": the index of the futures."""
    named = [t for t in nouns.tokens[:start] if t.tag == "NAME" and t.listing is not None]
    if not named or named[-1].kind != "future":
        return None
    name = named[-1].text.removesuffix(" futures").removesuffix(" Futures")
    listing = nouns.memory.directory.named(name)
    return Subject(name, listing=listing, kind="index") if listing else None


def _bars(nouns: Phrases, begin: int) -> bool:
    return nouns.role(begin) == "thing" and nouns.tokens[begin - 1].lower in (
        "of",
        "in",
        "for",
        "on",
        "at",
    )


def future(nouns: Phrases, end: int) -> Phrase:
    """The phrase whose last word is "futures"."""
    start = modified(nouns, end)
    inner = nouns.tokens[start:end]
    begin = nouns.with_article(start)
    if any(t.tag == "OTHER" or t.note == "other" or set(t.lower.split("-")) & things.NO_SHARE for t in inner):
        return Phrase(begin)
    names = [t for t in inner if t.tag == "NAME" and t.listing is not None]
    traded = any(t.tag == "OTHER" or t.note == "other" for t in nouns.tokens[:start])
    if traded and not names:  # "iron ore fell 2.9%, while Singapore futures lost 2.2%"
        return Phrase(begin)
    if names:
        return Phrase(begin, (future_of(nouns, names[-1].text),))
    return Phrase(begin, (Subject(nouns.text(start, end), kind="future", trust=0.7),))


def future_of(nouns: Phrases, name: str) -> Subject:
    """The futures on an index, from its name."""
    directory = nouns.memory.directory
    base = name.removesuffix(" index").removesuffix(" Index")
    listing = directory.named(f"{base} futures")
    if listing is None and (index := directory.named(base)) is not None:
        listing = directory.named(f"{index.name} futures")
    printed = name if "futures" in name.lower() else f"{name} futures"
    return Subject(printed, None, listing, "future")
