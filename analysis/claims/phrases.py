"""A noun phrase, and what stands around it: prepositions, articles, what is printed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.claims import things
from analysis.claims.kinds import JUDGING, KINDS, NOT_BEFORE_SHARES
from analysis.claims.memory import Memory, Subject
from analysis.claims.tokens import Token

RATING = frozenset(
    "target targets rating downgrade upgrade downgraded "
    "upgraded analyst analysts neutral overweight underweight underperform".split()
)
GENERAL_WORDS = frozenset(
    "wider broader main benchmark heavyweight heavily-weighted narrower only even".split()
)
PARTS = frozenset("much most all half part some bulk".split())
LOCATING = frozenset("of in at for on among across over between through via within".split())


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase from token `start` on; without subjects it names no instrument."""

    start: int
    subjects: tuple[Subject, ...] = ()

    @property
    def is_none(self) -> bool:
        """Whether it names something that is no instrument."""
        return not self.subjects


class Phrases(ABC):
    """The words of one sentence, where noun phrases are looked for."""

    def __init__(self, tokens: Sequence[Token], memory: Memory) -> None:
        self.tokens = tokens
        self.memory = memory

    @abstractmethod
    def ending_at(self, end: int) -> Phrase | None:
        """The phrase whose last token is `end`; None where no phrase ends there."""

    def has(self, tag: str, position: int) -> bool:
        """Whether a token has a tag; no token before the first has any."""
        return 0 <= position < len(self.tokens) and self.tokens[position].tag == tag

    def opening(self, end: int) -> int | None:
        """Where the bracket opens that closes at `end`."""
        return next((i for i in range(end - 1, -1, -1) if self.tokens[i].tag == "LP"), None)

    def near(self, position: int) -> tuple[Subject, ...]:
        """Instruments named in the sentence before a token, those that begin a clause first."""
        named = [(i, t) for i, t in enumerate(self.tokens[:position]) if t.is_instrument]
        leading = [t for i, t in reversed(named) if self.leads(i)]
        others = [t for i, t in reversed(named) if not self.leads(i)]
        spoken = {t.start for i, t in named if self._speaks(i)}
        return tuple(
            self.subject(t)
            for t in (*leading, *others)
            if t.start not in spoken and (t.note == "known" or t in leading)
        )

    def _speaks(self, position: int) -> bool:
        """An analyst's house that judges a share is not the firm that "the shares" stands for."""
        behind = [t.lower for t in self.tokens[position + 1 : position + 3]]
        whole = {
            t.lower for i, t in enumerate(self.tokens) if not self.has("OTHER", i - 1)
        }  # no sales target
        judged = whole & RATING
        return bool(judged and set(behind) & JUDGING)

    def leads(self, position: int) -> bool:
        """Whether a token begins a clause, or carries a ticker."""
        if self.tokens[position].tag == "NAME" and self.tokens[position].ticker:
            return True
        if self._in_a_list_of(position) or (
            self.has("DESC", position + 1) and self.has("NAME", position + 2)
        ):
            return False  # "Tesco rival Sainsbury's": the second name leads
        start = position
        while self.has("DESC", start - 1) or (start < position and self.has("WORD", start - 1)):
            start -= 1
        start -= start < position and self.has("NAME", start - 1)
        before = self.tokens[start - 1] if start else None
        return before is None or before.tag in ("PART", "CONJ", "COMMA", "STOP", "QUOTE", "COLON", "DASH")

    def _in_a_list_of(self, position: int) -> bool:
        """Whether a name stands in "the parent of A, B and C"."""
        first = position
        while first > 1 and self.tokens[first - 1].tag in ("COMMA", "CONJ") and self.has("NAME", first - 2):
            first -= 2
        return first < position and self.tokens[first - 1].lower == "of"

    def subject(self, token: Token) -> Subject:
        """A name as a subject."""
        listing = token.listing
        kind = listing.kind if listing else "share"
        trust = 1.0 if listing else 0.75
        return Subject(token.text, None, listing, kind, token.ticker, trust)

    def text(self, start: int, end: int) -> str:
        """What is printed from one token to another, without an article before it."""
        while start < end and (
            self.tokens[start].tag == "DET" or self.tokens[start].lower in ("its", "their")
        ):
            start += 1
        while start < end and self.tokens[start].lower in GENERAL_WORDS:
            start += 1
        return self.text_with(start, end)

    def preposition(self, start: int) -> int | None:
        """Where the preposition stands that governs a phrase, if one does."""
        if start < 1:
            return None
        before = self.tokens[start - 1]
        return (
            start - 1
            if before.tag == "PREP"
            or before.lower == "to"
            or (before.tag == "HEDGE" and before.lower == "by")
            else None
        )

    def head(self, preposition: int) -> int:
        """The word that a preposition belongs to: "shares" in "shares of"; -1 where there is none."""
        head = preposition - 1
        while head >= 0 and self.tokens[head].lower in ("tied", "linked", "tracking", "pegged", "listed"):
            head -= 1
        return head

    def role(self, start: int) -> str:
        """What the word before a preposition makes of the phrase behind it.

        "share", "future" or "thing" ("sales of"); "adverb" where it says how or where;
        "" without a preposition.
        """
        at = self.preposition(start)
        if at is None:
            if start and self.tokens[start - 1].lower == "tracking" and self.tokens[start - 2].tag == "FUT":
                return "future"
            return ""
        head = self.head(at)
        if head < 0:
            return "adverb"
        token = self.tokens[head]
        if token.tag == "FUT" or (token.lower in ("those", "that") and self.speaks_of_futures):
            return "future"
        if token.lower in ("those", "that") and self._stands_for_no_share(head):
            return "thing"
        if token.tag == "SHARE" or token.lower in ("those", "that", "trading", "price", "value"):
            return "share"
        return (
            "thing"
            if token.tag in ("WORD", "OTHER", "DESC", "SECT", "NOUN", "NAME", "INDEX", "AMOUNT")
            else "adverb"
        )

    def _stands_for_no_share(self, position: int) -> bool:
        """ "Sales of Ford rose, those of Toyota fell": what "those" repeats."""
        before = [t.tag for t in self.tokens[:position] if t.tag in ("SHARE", "OTHER", "FUT", "INDEX")]
        return bool(before) and before[-1] == "OTHER"

    @property
    def speaks_of_futures(self) -> bool:
        """Whether futures were spoken of in this sentence."""
        return any(t.tag == "FUT" or t.kind == "future" for t in self.tokens)

    def governed(self, start: int) -> Phrase | None:
        """None where no preposition governs the phrase, or one that leaves it an instrument."""
        at = self.preposition(start)
        if at is None:
            return None
        word, role = self.tokens[at].lower, self.role(start)
        if word == "by" and self.has("OTHER", self.head(at)):
            return Phrase(self.head(at))  # "deliveries by X fell"
        if (
            role in ("share", "future")
            or word in ("by", "with", "from", "than", "to")
            or (word == "for" and role != "thing")
        ):
            return None
        if word == "of" and self.tokens[self.head(at)].lower in PARTS:
            return None  # "much of the TSX's advance"
        if role == "thing" and word in LOCATING:
            return Phrase(self.head(at))
        return None if role == "adverb" and word in ("among", "for") else Phrase(at)

    def head_of(self, start: int) -> int:
        """Where the phrase begins, "shares of" or "futures on" before it included."""
        role = self.role(start)
        if role not in ("share", "future"):
            return start
        at = self.preposition(start)
        head = self.head(at if at is not None else start)
        return max(0, head - (head > 0 and self.tokens[head - 1].tag in ("DET", "WORD")))

    def with_article(self, start: int) -> int:
        """Where a phrase begins whose noun or adjective stands at `start`."""
        return start - (start > 0 and self.tokens[start - 1].tag == "DET")

    def text_with(self, start: int, end: int) -> str:
        """What is printed from one token to another, articles included."""
        return "".join(
            " " * (i > start and self.tokens[i].start > self.tokens[i - 1].end) + self.tokens[i].text
            for i in range(start, end + 1)
        )


def is_kind(token: Token) -> bool:
    """A word that may say which kind of share or index is meant: "preferred", "chip-related"."""
    word = token.lower
    return (
        word in KINDS
        or word in things.PEOPLE_OF
        or "-" in word
        or word in ("preferred", "ordinary", "class")
        or word in ("a", "b", "c", "h")
    )


def is_plain(word: str) -> bool:
    """A word that may say which kind of share is meant: no verb form, no word of speech."""
    return word not in NOT_BEFORE_SHARES and not word.endswith(("ed", "ing", "ly")) and word.isalpha()
