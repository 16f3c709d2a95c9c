"""Noun phrases read from their end: which instrument they name, or that they name none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analysis.claims import words as w
from analysis.claims.kinds import (
    ADJECTIVES,
    GENERAL_INDEX,
    GENERAL_SECTOR,
    JUDGING,
    KINDS,
    MARKETS,
    NEEDS_A_KIND,
    NO_INDEX,
    NOT_BEFORE_SHARES,
)
from analysis.claims.memory import Memory, Subject
from analysis.claims.tokens import Token

MODIFIERS = ("WORD", "DESC", "SECT", "ADV", "OTHER", "INDEX", "HEDGE", "AMOUNT", "FUT")
LISTABLE = ("NAME", "INDEX", "SECT", "SHARE", "FUT")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase from token `start` on; without subjects it names no instrument."""

    start: int
    subjects: tuple[Subject, ...] = ()

    @property
    def is_none(self) -> bool:
        """Whether it names something that is no instrument."""
        return not self.subjects


class Nouns:
    """The noun phrases of one sentence."""

    def __init__(self, tokens: Sequence[Token], memory: Memory) -> None:
        self.tokens = tokens
        self.memory = memory

    def ending_at(self, end: int) -> Phrase | None:
        """The phrase whose last token is `end`; None where no phrase ends there."""
        if end < 0:
            return None
        tag = self.tokens[end].tag
        if tag == "RP":
            opened = self._opening(end)
            return None if opened is None else self.ending_at(opened - 1)
        readers = {
            "NAME": self._names,
            "SHARE": self._shares,
            "INDEX": self._index,
            "FUT": self._future,
            "DESC": self._description,
            "SECT": self._sector,
            "PRON": self._pronoun,
        }
        if tag in readers:
            phrase = readers[tag](end)
            return self._with_those_before(end, phrase) if phrase is not None and tag in LISTABLE else phrase
        return Phrase(end) if tag in ("WORD", "OTHER") else None

    def _with_those_before(self, end: int, phrase: Phrase) -> Phrase:
        """Indices and sectors in a list: "the STOXX 600 index and the DAX"."""
        link = phrase.start - 1
        if not phrase.subjects or self._is("CONJ", link) is False or any(s.mention for s in phrase.subjects):
            return phrase
        subjects, start = list(phrase.subjects), phrase.start
        while (
            link > 0
            and (self._is("CONJ", link) or self._is("COMMA", link))
            and self.tokens[link - 1].tag in LISTABLE
        ):
            link -= self._is("COMMA", link - 1) and self.tokens[link].lower != "and"
            if self.tokens[end].tag == "NAME" and self.tokens[link - 1].tag == "NAME":
                break
            before = self.ending_at(link - 1)
            if (
                before is None
                or not before.subjects
                or any(s.mention or s.kind == "share" for s in before.subjects)
            ):
                break
            subjects, start = [*before.subjects, *subjects], before.start
            link = start - 1
            if not (self._is("COMMA", link) or self._is("CONJ", link)):
                break
        return Phrase(start, tuple(subjects)) if start < phrase.start else phrase

    def _is(self, tag: str, position: int) -> bool:
        return position >= 0 and self.tokens[position].tag == tag

    def _opening(self, end: int) -> int | None:
        return next((i for i in range(end - 1, -1, -1) if self.tokens[i].tag == "LP"), None)

    def near(self, position: int) -> tuple[Subject, ...]:
        """Instruments named in the sentence before a token, those that begin a clause first."""
        named = [
            (i, t)
            for i, t in enumerate(self.tokens[:position])
            if t.tag == "NAME" and t.note in ("known", "unknown")
        ]
        leading = [t for i, t in reversed(named) if self._leads(i)]
        others = [t for i, t in reversed(named) if not self._leads(i)]
        spoken = {t.start for i, t in named if self._speaks(i)}
        return tuple(
            self.subject(t)
            for t in (*leading, *others)
            if t.start not in spoken and (t.note == "known" or t in leading)
        )

    def _speaks(self, position: int) -> bool:
        """An analyst's house that judges a share is not the firm that "the shares" stands for."""
        behind = [t.lower for t in self.tokens[position + 1 : position + 3]]
        whole = {t.lower for t in self.tokens}
        judged = whole & {
            "target",
            "targets",
            "rating",
            "downgrade",
            "upgrade",
            "downgraded",
            "upgraded",
            "analyst",
            "analysts",
            "neutral",
            "overweight",
            "underweight",
            "underperform",
        }
        return bool(judged and set(behind) & JUDGING)

    def _leads(self, position: int) -> bool:
        if self.tokens[position].tag == "NAME" and self.tokens[position].ticker:
            return True
        before = self.tokens[position - 1] if position else None
        return before is None or before.tag in ("PART", "CONJ", "COMMA", "STOP", "QUOTE", "COLON", "DASH")

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
        while start < end and self.tokens[start].lower in (
            "wider",
            "broader",
            "main",
            "benchmark",
            "narrower",
        ):
            start += 1
        return self.text_with(start, end)

    # ------------------------------------------------------------------ names and lists of them
    def _names(self, end: int) -> Phrase:
        positions, start = self._list(end)
        first = self.tokens[positions[0]]
        if any(self.tokens[i].note == "other" for i in positions):
            return Phrase(start)
        if len(positions) == 1 and first.note == "place":
            return self._place(end, start)
        governed = self._governed(start)
        if governed is not None:
            return governed if governed.subjects or governed.start < start else Phrase(governed.start)
        subjects = [self.subject(self.tokens[i]) for i in positions if self.tokens[i].note != "place"]
        if self._follows_a_preposition(start) == "future":
            subjects = [self._future_of(self.tokens[i].text) for i in positions]
        elif self._is_possessed_thing(positions[0]):
            return Phrase(start)
        return Phrase(self._head_of(start), tuple(subjects))

    def _list(self, end: int) -> tuple[list[int], int]:
        """Positions of the names of a list that ends here, and where the phrase begins."""
        positions = [end]
        start = self._before_modifiers(end)
        joined = False
        while start > 0:
            link = self.tokens[start - 1]
            before = start - 2
            if link.tag == "CONJ" and not joined and before >= 0 and self.tokens[before].tag == "COMMA":
                before -= 1
            elif link.tag == "COMMA" and not joined:
                break
            if link.tag not in ("CONJ", "COMMA") or before < 0:
                break
            if self.tokens[before].tag == "RP" and (opened := self._opening(before)) is not None:
                if any(t.tag == "FIG" for t in self.tokens[opened:before]):
                    break
                before = opened - 1
            if (
                before < 0
                or self.tokens[before].tag != "NAME"
                or self.tokens[before].note in ("other", "place")
            ):
                break
            joined = True
            positions.insert(0, before)
            start = self._before_modifiers(before)
        return positions, start

    def _before_modifiers(self, end: int) -> int:
        """Where the words that describe a name begin: "its German rival X", "Japan's X"."""
        start = end
        while start > 0:
            before = self.tokens[start - 1]
            described = before.tag in ("DESC", "SECT", "INDEX") or (
                before.tag == "WORD" and self._describes(start - 1)
            )
            if (
                described
                or before.tag == "DET"
                or (before.tag == "PRON" and before.lower in ("its", "their", "both", "all"))
            ):
                start -= 1
            elif before.tag == "POSS" and start > 1 and self.tokens[start - 2].tag == "NAME":
                start -= 2
            else:
                break
        return start

    def _describes(self, position: int) -> bool:
        """A plain word counts as a description where a describing noun stands behind it."""
        token, after = self.tokens[position], self.tokens[position + 1]
        word = token.lower
        return (
            word in w.PEOPLE_OF
            or word in ADJECTIVES
            or (after.tag in ("DESC", "INDEX", "SECT") and not word.endswith(("ed", "ing")))
        )

    def _place(self, end: int, start: int) -> Phrase:
        name = self.tokens[end]
        if name.lower in MARKETS and (start == 0 or self._leads(start)):
            return Phrase(start, (Subject(name.text, kind="sector", trust=0.7),))
        return Phrase(start)

    def _is_possessed_thing(self, position: int) -> bool:
        """ "Apple's iPhone": what belongs to a firm and is no instrument itself."""
        if self.tokens[position].note == "known" or position < 2:
            return False
        owner = self.tokens[position - 2]
        return (
            self.tokens[position - 1].tag == "POSS"
            and owner.tag == "NAME"
            and owner.listing is not None
            and owner.listing.kind == "share"
        )

    # ------------------------------------------------------------------ what stands before "of" and "in"
    def _preposition(self, start: int) -> int | None:
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

    def _head(self, preposition: int) -> int:
        head = preposition - 1
        while head >= 0 and self.tokens[head].lower in ("tied", "linked", "tracking", "pegged", "listed"):
            head -= 1
        return head

    def _follows_a_preposition(self, start: int) -> str:
        at = self._preposition(start)
        if at is None:
            if start and self.tokens[start - 1].lower == "tracking" and self.tokens[start - 2].tag == "FUT":
                return "future"
            return ""
        head = self._head(at)
        if head < 0:
            return "adverb"
        token = self.tokens[head]
        if token.tag == "FUT" or (token.lower in ("those", "that") and self.memory_future):
            return "future"
        if token.tag == "SHARE" or token.lower in ("those", "that", "trading", "price", "value"):
            return "share"
        return (
            "thing"
            if token.tag in ("WORD", "OTHER", "DESC", "SECT", "NOUN", "NAME", "INDEX", "AMOUNT")
            else "adverb"
        )

    @property
    def memory_future(self) -> bool:
        """Whether futures were spoken of in this sentence."""
        return any(
            t.tag == "FUT" or (t.listing is not None and t.listing.kind == "future") for t in self.tokens
        )

    def _governed(self, start: int) -> Phrase | None:
        """None where no preposition governs the phrase, or one that leaves it an instrument."""
        at = self._preposition(start)
        if at is None:
            return None
        word, role = self.tokens[at].lower, self._follows_a_preposition(start)
        if (
            role in ("share", "future")
            or word in ("by", "with", "from", "than", "to")
            or (word == "for" and role != "thing")
        ):
            return None
        if role == "thing" and word in (
            "of",
            "in",
            "at",
            "for",
            "on",
            "among",
            "across",
            "over",
            "between",
            "through",
            "via",
            "within",
        ):
            return Phrase(self._head(at))
        return None if role == "adverb" and word in ("among", "for") else Phrase(at)

    def _head_of(self, start: int) -> int:
        role = self._follows_a_preposition(start)
        if role not in ("share", "future"):
            return start
        at = self._preposition(start)
        head = self._head(at if at is not None else start)
        return max(0, head - (head > 0 and self.tokens[head - 1].tag in ("DET", "WORD")))

    # ------------------------------------------------------------------ shares
    def _shares(self, end: int) -> Phrase:
        start = end
        while start > 0 and self._qualifies(start - 1, end):
            start -= 1
        owner = start - 1
        before = self.tokens[owner] if owner >= 0 else None
        if before is not None and before.tag == "POSS":
            if (
                self.tokens[owner - 1].tag == "SECT"
                and owner > 1
                and self.tokens[owner - 2].lower in ("two", "three", "both")
            ):
                return self._several(owner - 2, end) or Phrase(start)
            return self._owned(end, owner - 1)
        if (
            before is not None
            and before.tag == "NAME"
            and before.note in ("known", "unknown")
            and not self._is_group(start, end)
        ):
            return self._owned(end, owner)
        if before is not None and before.tag == "PRON" and before.lower in ("its", "their", "whose"):
            return self._standing_for(owner, end, "")
        if (
            before is not None
            and before.lower in ("both", "two", "three")
            and (several := self._several(owner, end))
        ):
            return several
        if self._is_group(start, end):
            return self._group(start, end)
        begin = owner if before is not None and before.tag == "DET" else start
        if self._preposition(begin) is not None and self._follows_a_preposition(begin) == "thing":
            return Phrase(begin)
        return self._standing_for(begin, end, self.text(start, end))

    def _several(self, start: int, end: int) -> Phrase | None:
        """ "Both stocks", "the two lenders": the firms that were named together."""
        return self._all_of_them(self._with_article(start), self.text_with(start, end))

    def _all_of_them(self, start: int, mention: str) -> Phrase | None:
        found = self.memory.several()
        return Phrase(start, tuple(replace(s, mention=mention, trust=0.7) for s in found)) if found else None

    def _with_article(self, start: int) -> int:
        """Where a phrase begins whose noun or adjective stands at `start`."""
        return start - (start > 0 and self.tokens[start - 1].tag == "DET")

    def _qualifies(self, position: int, end: int) -> bool:
        token = self.tokens[position]
        if token.tag == "NAME":
            return token.note == "place"
        if token.tag == "WORD":
            return self._is_kind(token) or (position == end - 1 and _is_plain(token.lower))
        return token.tag in ("SHARE", "DESC", "SECT", "OTHER", "INDEX")

    def _is_kind(self, token: Token) -> bool:
        word = token.lower
        return (
            word in KINDS or word in w.PEOPLE_OF or "-" in word or word in ("preferred", "ordinary", "class")
        )

    def _is_group(self, start: int, end: int) -> bool:
        """Bank stocks, European shares, Chinese tech stocks: a plural with words that say which."""
        plural = self.tokens[end].lower in ("shares", "stocks", "equities")
        return plural and (start < end or self.tokens[end].lower in ("stocks", "equities"))

    def _group(self, start: int, end: int) -> Phrase:
        kinds = [
            t
            for t in self.tokens[start:end]
            if t.tag in ("DESC", "SECT", "OTHER", "NAME", "INDEX")
            or t.lower in w.PEOPLE_OF
            or t.lower in KINDS
        ]
        listed = [t for t in self.tokens[start:end] if t.lower.endswith("-listed")]
        if (self.tokens[end].lower == "shares" and not kinds) or listed:
            return self._standing_for(start, end, "")
        begin = self._with_article(start)
        return Phrase(begin, (Subject(self.text(start, end), kind="sector", trust=0.9),))

    def _owned(self, end: int, owner: int) -> Phrase:
        phrase = self.ending_at(owner)
        if phrase is None:
            return Phrase(end)
        if any(s.kind in ("index", "sector") and s.mention is None for s in phrase.subjects) and self.tokens[
            end
        ].lower in ("stocks", "shares"):
            name = self.text(phrase.start, end)
            firm = self.memory.directory.named(f"{phrase.subjects[0].name} Inc")  # the Dow is a firm too
            if firm is not None:
                return Phrase(phrase.start, (Subject(phrase.subjects[0].name, None, firm),))
            return Phrase(phrase.start, (Subject(name, kind="sector", trust=0.7),))
        mentioned = tuple(
            s if s.mention is None else replace(s, mention=self.text_with(phrase.start, end))
            for s in phrase.subjects
        )
        return Phrase(phrase.start, mentioned)

    def text_with(self, start: int, end: int) -> str:
        """What is printed from one token to another, articles included."""
        return "".join(
            " " * (i > start and self.tokens[i].start > self.tokens[i - 1].end) + self.tokens[i].text
            for i in range(start, end + 1)
        )

    def _standing_for(self, start: int, end: int, description: str) -> Phrase:
        found = self._relative(start) or self.memory.firm(description, self.near(start)) or self._ahead(end)
        if found is None:
            return Phrase(start)
        mention = self.text_with(start, end)
        return Phrase(start, (replace(found, mention=mention, trust=0.85 * found.trust),))

    def _relative(self, start: int) -> Subject | None:
        """ "SGH, which also saw its stock drop": what the relative pronoun stands for."""
        for position in range(start - 1, max(0, start - 6), -1):
            if self.tokens[position].tag in ("COMMA", "FIG", "CONJ"):
                return None
            if self.tokens[position].lower in ("which", "whose"):
                phrase = self.ending_at(position - 1 - (self.tokens[position - 1].tag == "COMMA"))
                return phrase.subjects[-1] if phrase is not None and phrase.subjects else None
        return None

    def _ahead(self, end: int) -> Subject | None:
        """A name that comes later in the sentence: "Its shares fell 5% after Boeing said"."""
        names = (self.subject(t) for t in self.tokens[end:] if t.tag == "NAME" and t.note == "known")
        return next((s for s in names if s.is_firm), None)

    # ------------------------------------------------------------------ indices, futures, sectors
    def _modified(self, end: int) -> int:
        start = end
        while start > 0:
            token = self.tokens[start - 1]
            possessed = token.tag == "POSS" and start > 1 and self.tokens[start - 2].tag == "NAME"
            if token.tag in MODIFIERS or (token.tag == "NAME" and start - 1 != end) or token.tag == "SHARE":
                if token.tag == "WORD" and not (
                    self._is_kind(token)
                    or (start == end and _is_plain(token.lower))
                    or token.text[0].isupper()
                ):
                    break
                start -= 1
            elif (
                token.tag == "CONJ"
                and self.tokens[end].tag != "SECT"
                and start > 1
                and self.tokens[start - 2].tag in ("SECT", "OTHER")
                and self.tokens[start].tag in ("SECT", "WORD", "OTHER")
            ) or possessed:
                start -= 2
            else:
                break
        return start

    def _index(self, end: int) -> Phrase:
        start = self._modified(end)
        inner = self.tokens[start:end]
        words = {t.lower for t in inner}
        begin = self._with_article(start)
        if self._bars(begin) or words & NO_INDEX or any(t.tag == "NAME" and t.note == "other" for t in inner):
            return Phrase(begin)
        printed = self.text(start, end)
        listing = self.memory.directory.named(printed)
        names = [t for t in inner if t.tag == "NAME" and t.listing is not None]
        if (
            listing is None
            and names
            and names[-1].listing is not None
            and names[-1].listing.kind != "share"
            and not self._narrows(inner)
        ):
            return Phrase(begin, (self.subject(names[-1]),))
        if listing is not None:
            return Phrase(begin, (Subject(printed, None, listing, listing.kind),))
        return self._unnamed_index(begin, start, end, printed, words)

    def _narrows(self, inner: Sequence[Token]) -> bool:
        """Whether words behind an index's name speak of a part of it ("Stoxx 600 technology index")."""
        last = max(i for i, t in enumerate(inner) if t.tag == "NAME")
        return any(t.lower not in GENERAL_INDEX for t in inner[last + 1 :])

    def _unnamed_index(self, begin: int, start: int, end: int, printed: str, words: set[str]) -> Phrase:
        places = [t for t in self.tokens[start:end] if t.tag == "NAME" and t.note == "place"]
        if places and not words - {p.lower for p in places} - GENERAL_INDEX - {"'s"}:
            listing = self.memory.directory.index_of(places[0].text)
            return Phrase(begin, (Subject(printed, None, listing, "index", trust=0.8),))
        if not words and self.tokens[end].lower in ("indices", "indexes", "benchmarks", "averages", "gauges"):
            return Phrase(begin)
        if words - GENERAL_INDEX or self.tokens[end].lower in (
            "market",
            "markets",
            "indexes",
            "indices",
            "benchmarks",
            "averages",
        ):
            if "bond" in words or self.tokens[end].lower in (
                "average",
                "measure",
                "indicator",
                "basket",
                "composite",
            ):
                return Phrase(begin)
            return Phrase(begin, (Subject(printed, kind="sector", trust=0.85),))
        if any(t.lower in ("vix", "volatility") for t in self.tokens):
            return Phrase(begin)
        found = self.memory.index(printed.lower(), self.near(start))
        if found is None:
            return Phrase(begin, (Subject(printed, kind="index", trust=0.6),))
        return Phrase(begin, (replace(found, mention=self.text_with(begin, end), trust=0.85),))

    def _bars(self, begin: int) -> bool:
        return self._follows_a_preposition(begin) == "thing" and self.tokens[begin - 1].lower in (
            "of",
            "in",
            "for",
            "on",
            "at",
        )

    def _future(self, end: int) -> Phrase:
        start = self._modified(end)
        inner = self.tokens[start:end]
        begin = self._with_article(start)
        if any(t.tag == "OTHER" or t.note == "other" or set(t.lower.split("-")) & w.NO_SHARE for t in inner):
            return Phrase(begin)
        names = [t for t in inner if t.tag == "NAME" and t.listing is not None]
        if names:
            return Phrase(begin, (self._future_of(names[-1].text),))
        return Phrase(begin, (Subject(self.text(start, end), kind="future", trust=0.7),))

    def _future_of(self, name: str) -> Subject:
        directory = self.memory.directory
        base = name.removesuffix(" index").removesuffix(" Index")
        listing = directory.named(f"{base} futures")
        if listing is None and (index := directory.named(base)) is not None:
            listing = directory.named(f"{index.name} futures")
        printed = name if "futures" in name.lower() else f"{name} futures"
        return Subject(printed, None, listing, "future")

    def _description(self, end: int) -> Phrase:
        start = self._modified(end)
        before = self.tokens[start - 1] if start else None
        begin = start
        if before is not None and before.tag == "DET" and before.lower in ("the", "this", "that"):
            begin -= 1
        elif before is not None and (
            before.tag in ("DET", "POSS") or (before.tag == "PRON" and before.lower in ("its", "their"))
        ):
            return Phrase(start - 1)
        elif any(t.tag == "POSS" for t in self.tokens[start:end]):
            return Phrase(start)
        role = self._follows_a_preposition(begin)
        if role == "thing" and self.tokens[begin - 1].lower in ("of", "in", "at", "for"):
            return Phrase(self._head(begin - 1))
        found = self._standing_for(begin, end, self.text(start, end))
        return Phrase(self._head_of(begin), found.subjects) if role == "share" else found

    def _sector(self, end: int) -> Phrase:
        start = self._modified(end)
        begin = self._with_article(start)
        before = self.tokens[begin - 1] if begin else None
        if before is not None and before.tag == "PRON" and before.lower in ("its", "their"):
            return Phrase(begin - 1)
        if (
            before is not None
            and before.lower in ("both", "two", "three")
            and (several := self._several(begin - 1, end))
        ):
            return several
        if self._preposition(begin) is not None and self._follows_a_preposition(begin) == "thing":
            head = self._head(begin - 1)
            if self.tokens[head].tag in ("SHARE",):
                return Phrase(head, (Subject(self.text(start, end), kind="sector", trust=0.9),))
            return Phrase(begin)
        word = self.tokens[end].lower
        if start == end and word in NEEDS_A_KIND:
            found = self._sector_before(start) if word in ("sector", "segment") else None
            return Phrase(begin, (replace(found, mention=self.text_with(begin, end)),) if found else ())
        if any(t.tag == "POSS" for t in self.tokens[start:end]) and word not in (
            "sector",
            "banks",
            "stocks",
            "lenders",
            "chipmakers",
            "miners",
        ):
            return Phrase(begin)
        return Phrase(begin, (Subject(self.text(start, end), kind="sector", trust=0.85),))

    def _sector_before(self, start: int) -> Subject | None:
        """The sector that "the sector" stands for: of this sentence, or of an earlier one."""
        for position in range(start - 1, -1, -1):
            if self.tokens[position].tag == "SECT" and self.tokens[position].lower not in GENERAL_SECTOR:
                phrase = self._sector(position)
                if phrase.subjects:
                    return phrase.subjects[-1]
        return self.memory.sector()

    def _pronoun(self, end: int) -> Phrase | None:
        token = self.tokens[end]
        if token.lower in ("each", "both", "all"):
            phrase = self.ending_at(end - 1 - (self.tokens[end - 1].tag == "COMMA")) if end else None
            if phrase is not None and phrase.subjects:
                return phrase
            return self._all_of_them(end, token.text)
        if token.lower in ("which", "that", "who"):
            before = end - 1 - (self.tokens[end - 1].tag == "COMMA" if end else 0)
            return self.ending_at(before)
        if token.lower not in ("it", "they", "them"):
            return Phrase(end)
        if token.lower == "they" and (all_of_them := self._all_of_them(end, token.text)):
            return all_of_them
        spoken = self.memory.anything(self.near(end)) if token.lower == "it" else None
        if spoken is not None and spoken.kind in ("index", "sector", "future"):
            return Phrase(end, (replace(spoken, mention=token.text, trust=0.8),))
        return self._standing_for(end, end, "")


def _is_plain(word: str) -> bool:
    """A word that may say which kind of share is meant: no verb form, no word of speech."""
    return word not in NOT_BEFORE_SHARES and not word.endswith(("ed", "ing", "ly")) and word.isalpha()
