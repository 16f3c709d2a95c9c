"""From a text to the market moves that it reports."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence

from analysis.claims.claims import Move, Moves
from analysis.claims.clause import RANKING
from analysis.claims.days import Reference, Timing, dateline
from analysis.claims.deals import deal_of
from analysis.claims.directory import Directory, suffix_of
from analysis.claims.joined import CODE
from analysis.claims.kinds import NO_INDEX
from analysis.claims.memory import Memory, Subject
from analysis.claims.others import others
from analysis.claims.proposal import Proposal
from analysis.claims.regions import region_of, timings
from analysis.claims.tagging import tagged
from analysis.claims.text import Sentence, sentences
from analysis.claims.timing import Times
from analysis.claims.tokens import Tagged, Token
from analysis.claims.unsaid import HEADINGS

HEADING = re.compile(r"^[^.%]{3,90}:?\s*$")
BEFORE_A_NAME = 60  # characters: "The US-traded shares of the Dutch supplier ..."
LESS_SURE = {"gapping": 0.95, "list": 0.9, "bracket": 0.95, "compared": 0.9}


def read_claims(
    text: str, directory: Directory, date: dt.date | None = None, week: dt.date | None = None
) -> list[Proposal]:
    """The market moves that an English text reports, in its order.

    Parameters
    ----------
    text : str
        An article, or a part of one. Markup, column breaks and odd blanks are read over.
    directory : Directory
        Who is called what.
    date : date, optional
        The day of the article, against which "Monday" is read; else its dateline, if it prints one.
    week : date, optional
        A day of the week that the text speaks of, where it has no date itself: "Monday" is that week's.

    Returns
    -------
    list of Proposal
        `start` and `end` are characters of `text`. Nothing where no market moved.
    """
    memory = Memory(directory, text)
    reference = _reference(date or dateline(text), week)
    found: list[Proposal] = []
    for sentence in sentences(text):
        found.extend(_sentence(sentence, memory, reference))
    return found


def _reference(article: dt.date | None, week: dt.date | None) -> Reference:
    if article is None and week is not None:
        return Reference(_last_day_of_the_week(week), week, False)
    return Reference(article, article, True)


def _last_day_of_the_week(day: dt.date) -> dt.date:
    """The Sunday of a day's week; news of a weekend is that of the week after it."""
    return day + dt.timedelta(days=6 - day.weekday() + (7 if day.weekday() > 4 else 0))


def _sentence(sentence: Sentence, memory: Memory, reference: Reference) -> Iterator[Proposal]:
    memory.begin(sentence.paragraph)
    read = tagged(sentence.text, memory.directory)
    reader = Moves(read.tokens, memory)
    deal = deal_of(read.tokens, reader.nouns)
    memory.deal = deal or memory.deal
    moves = list(reader.read())
    _take_heading(sentence.text, read, memory)
    times = Times(read.text, read.tokens, read.adjuncts, reference, memory.span)
    for move, timing in zip(moves, timings(moves, read, times, memory), strict=True):
        yield _proposal(move, timing, _symbol(move, moves, read, memory), read, sentence, memory)
    yield from others(sentence, read, reader.nouns, memory)
    memory.other_index = _speaks_of_another_index(read)
    _remember(read, reader, [*(move.subject for move in moves), *(deal or ())], memory)


def _take_heading(text: str, read: Tagged, memory: Memory) -> None:
    """A line without a figure above a list says which way its figures go, and when."""
    if not HEADING.match(text) and not text.rstrip().endswith(":"):
        if memory.new_paragraph and any(t.tag == "MOVE" for t in read.tokens):
            memory.heading_sign, memory.heading_phase = 0, ""
        return
    words = set(text.lower().replace(":", "").split())
    signs = {HEADINGS[word] for word in words & HEADINGS.keys()}
    memory.heading_sign = signs.pop() if len(signs) == 1 else 0
    phases = [
        a.kind
        for a in read.adjuncts
        if a.group == "phase" and a.kind in ("premarket", "afterhours", "close", "open")
    ]
    memory.heading_phase = phases[0] if phases else ""


def _remember(read: Tagged, reader: Moves, claimed: Sequence[Subject], memory: Memory) -> None:
    """Instruments that pronouns of later sentences may stand for: what the sentence is about first."""
    named = [(i, t) for i, t in enumerate(read.tokens) if t.tag == "NAME" and _is_instrument(t, claimed)]
    topic = [] if not read.tokens or read.tokens[0].tag == "NAME" else _topic(read, reader)
    first = next((t for t in read.tokens if t.tag == "NAME"), None)
    if first is not None and first not in [t for _, t in named] and _is_firm(first, read):
        topic = [*topic, reader.nouns.subject(first)]
    memory.ordered = [reader.nouns.subject(t) for _, t in named] or memory.ordered
    memory.unlisted = _unlisted(read, reader) or memory.unlisted
    leading = [reader.nouns.subject(t) for i, t in named if reader.nouns.leads(i)]
    rest = [reader.nouns.subject(t) for i, t in named if not reader.nouns.leads(i)]
    memory.heard([*topic, *leading, *(s for s in claimed if s.kind != "share"), *rest])


def _unlisted(read: Tagged, reader: Moves) -> Subject | None:
    """The first unknown name of a sentence: who "the company" is where no firm is known."""
    names = [i for i, t in enumerate(read.tokens) if t.is_instrument]
    first = next((read.tokens[i] for i in names if i or " " in read.tokens[i].text or len(names) == 1), None)
    return reader.nouns.subject(first) if first is not None and first.note == "unknown" else None


def _speaks_of_another_index(read: Tagged) -> bool:
    """ "The index of consumer sentiment", which "the index" of the next sentence stands for."""
    words = {word for t in read.tokens for word in t.lower.split()}
    shares = any(t.kind == "index" for t in read.tokens)
    return bool(words & {"index", "gauge", "measure"}) and bool(words & NO_INDEX) and not shares


def _is_instrument(token: Token, claimed: Sequence[Subject]) -> bool:
    return token.note == "known" or any(s.name == token.text for s in claimed) or bool(token.ticker)


def _is_firm(token: Token, read: Tagged) -> bool:
    """An unknown name in a sentence that speaks of shares is taken for a firm's."""
    return token.note == "unknown" and any(
        t.tag == "SHARE" or t.lower in RANKING or t.lower == "traded" for t in read.tokens
    )


def _topic(read: Tagged, reader: Moves) -> list[Subject]:
    phrase = (
        reader.clauses.first(len(read.tokens))
        if read.tokens[0].tag in ("DET", "PRON", "DESC", "SHARE")
        else None
    )
    return (
        [Subject(s.name, None, s.listing, s.kind, s.ticker) for s in phrase.subjects if s.mention]
        if phrase
        else []
    )


# ---------------------------------------------------------------------- from a move to a proposal
def _proposal(
    move: Move, timing: Timing, symbol: str | None, read: Tagged, sentence: Sentence, memory: Memory
) -> Proposal:
    subject = move.subject
    first, last = read.tokens[move.start].start, read.tokens[move.end].end
    start, end = sentence.span(first, last)
    if memory.text[end - 1] == "&" and read.text[last - 1] != "&":  # the figure's sign is an entity
        end = memory.text.find(";", end) + 1
    return Proposal(
        text=sentence.words(first, last, memory.text[start:end]),
        start=start,
        end=end,
        subject=subject.name,
        mention=subject.mention,
        symbol=symbol,
        sign=move.sign,
        value=move.figure.value,
        value_high=move.figure.high,
        value_text=move.figure.words,
        qualifier=move.hedge,  # type: ignore[arg-type]  # the tables hold no other
        basis=timing.basis,  # type: ignore[arg-type]  # the tables hold no other
        period=timing.period,
        date=timing.date,
        confidence=round(0.97 * subject.trust * LESS_SURE.get(move.how, 1.0), 2),
        why=_why(move, timing.said),
    )


def _symbol(move: Move, moves: Sequence[Move], read: Tagged, memory: Memory) -> str | None:
    subject = move.subject
    if subject.listing is not None and subject.listing.elsewhere:
        region = region_of(move, moves, read)
        here = memory.listed_at(subject.listing, read.text[region.start : region.end])
        if here is not None:
            return here
    ticker = subject.ticker
    if subject.listing is None and not ticker and CODE.fullmatch(subject.name):
        return subject.name if subject.name in memory.directory.by_symbol else None
    last = max((t.end for t in read.tokens[: move.at] if t.tag == "FIG"), default=0)
    first = max(last, read.tokens[move.start].start - BEFORE_A_NAME)
    said = f"{read.text[first : read.tokens[move.end].end]} {subject.mention or ''}"
    if "those " in said:
        said = read.text
    found = memory.symbol_of(subject, said, read.text)
    return _beside_its_peers(found, subject, read) if found and not ticker else found


def _beside_its_peers(symbol: str, subject: Subject, read: Tagged) -> str:
    """Rio Tinto beside Fortescue is the share in Sydney: where all others of the sentence are."""
    listings = [t.listing for t in read.tokens if t.listing is not None and t.listing != subject.listing]
    settled = (one.symbol for one in listings if one.kind == "share" and not one.elsewhere)
    homes = {suffix_of(peer) for peer in settled if peer}
    if len(homes) != 1 or subject.listing is None or suffix_of(symbol) in homes or homes == {""}:
        return symbol
    return next((s for s in subject.listing.elsewhere if suffix_of(s) in homes), symbol)


def _why(move: Move, said: str) -> str:
    subject = f"subject {move.subject.name}" + (
        f' for "{move.subject.mention}"' if move.subject.mention else ""
    )
    return f"{move.how}, {subject}, {'said: ' + said if said else 'phase not stated'}"
