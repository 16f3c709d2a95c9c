"""Noun phrases read from their end: which instrument they name, or that they name none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from analysis.claims.indices import future, index, modified
from analysis.claims.kinds import GENERAL_SECTOR, NEEDS_A_KIND
from analysis.claims.listed import Names
from analysis.claims.memory import Subject
from analysis.claims.phrases import Phrase
from analysis.claims.references import COUNTS, all_of_them, in_a_deal, one_of_two, several, standing_for
from analysis.claims.shares import shares
from analysis.claims.tags import ROLES_IN_DEALS

REGIONS = ("country", "nation", "world", "region", "continent", "state", "city")
GROUPS_OF_AN_INDEX = ("materials", "financials", "industrials", "utilities", "staples", "telecoms", "metals")
OWNED_SECTORS = (
    "sector",
    "banks",
    "stocks",
    "lenders",
    "chipmakers",
    "miners",
    "blue chips",
)  # "London's banks"
LISTABLE = ("NAME", "INDEX", "SECT", "SHARE", "FUT")


class Nouns(Names):
    """The noun phrases of one sentence."""

    def ending_at(self, end: int) -> Phrase | None:
        """The phrase whose last token is `end`; None where no phrase ends there."""
        if end < 0:
            return None
        tag = self.tokens[end].tag
        if tag == "RP":
            opened = self.opening(end)
            return None if opened is None else self.ending_at(opened - 1)
        if tag in READERS:
            phrase = READERS[tag](self, end)
            return self._with_those_before(end, phrase) if phrase is not None and tag in LISTABLE else phrase
        return Phrase(end) if tag in ("WORD", "OTHER") else None

    def _with_those_before(self, end: int, phrase: Phrase) -> Phrase:
        """Indices and sectors in a list: "the STOXX 600 index and the DAX"."""
        link = phrase.start - 1
        if not phrase.subjects or self.has("CONJ", link) is False or any(s.mention for s in phrase.subjects):
            return phrase
        subjects, start = list(phrase.subjects), phrase.start
        while (
            link > 0
            and (self.has("CONJ", link) or self.has("COMMA", link))
            and self.tokens[link - 1].tag in LISTABLE
        ):
            link -= self.has("COMMA", link - 1) and self.tokens[link].lower != "and"
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
            if not (self.has("COMMA", link) or self.has("CONJ", link)):
                break
        return Phrase(start, tuple(subjects)) if start < phrase.start else phrase

    def _spoken_of(self, end: int) -> Phrase | None:
        """The names that a verb's preposition governs: "it weighed on A and B, which fell"."""
        if not self.has("NAME", end):
            return None
        positions, start = self._list(end)
        at = self.preposition(start)
        head = self.tokens[at - 1] if at else None
        names = [self.tokens[i] for i in positions]
        verb = head is not None and head.tag == "WORD" and head.lower.endswith(("ed", "ing"))
        if not verb and (head is None or head.tag != "CAUSE"):
            return None
        if any(t.note in ("other", "place") for t in names):
            return None
        return Phrase(start, tuple(map(self.subject, names)))

    def _said_of(self, end: int) -> Phrase | None:
        """ "The biggest loss for the Nasdaq, which ended down 12.3%": the index, not its loss."""
        if not self.has("NAME", end) or self.tokens[end].note != "known":
            return None
        _, start = self._list(end)
        at = self.preposition(start)
        if at is None or not self.has("NOUN", at - 1):
            return None
        return Phrase(start, (self.subject(self.tokens[end]),))

    def _beside_which(self, end: int) -> Phrase | None:
        """ "They merge under Aeon, which fell": the name beside the pronoun, whatever governs it."""
        phrase = self.ending_at(end)
        if phrase is None or phrase.subjects or not self.tokens[end].is_instrument:
            return phrase
        start = self.before_modifiers(end)
        at = self.preposition(start)
        owned = self.has("POSS", start - 1) or (at is not None and self.has("OTHER", self.head(at)))
        return phrase if owned else Phrase(start, (self.subject(self.tokens[end]),))

    def _description(self, end: int) -> Phrase:
        if self.tokens[end].note == "deal":
            return in_a_deal(self, end, ROLES_IN_DEALS[self.tokens[end].lower])
        start = modified(self, end)
        if (members := self._of_an_index(start, end)) is not None:
            return members
        if self.tokens[end].lower in COUNTS and (them := several(self, start, end)):
            return them
        before = self.tokens[start - 1] if start else None
        if before is not None and before.tag == "POSS" and self.tokens[start - 2].lower in REGIONS:
            start -= 2  # "the country's largest lender"
            before = self.tokens[start - 1] if start else None
        begin = start
        if before is not None and before.tag == "DET" and before.lower in ("the", "this", "that"):
            begin -= 1
        elif before is not None and (
            before.tag in ("DET", "POSS") or (before.tag == "PRON" and before.lower in ("its", "their"))
        ):
            return Phrase(start - 1)
        elif any(
            t.tag == "POSS" and self.tokens[i - 1].lower not in REGIONS
            for i, t in enumerate(self.tokens[:end])
            if i >= start
        ):
            return Phrase(start)
        role = self.role(begin)
        if role == "thing" and self.tokens[begin - 1].lower in ("of", "in", "at", "for"):
            return Phrase(self.head(begin - 1))
        found = standing_for(self, begin, end, self.text(start, end))
        return Phrase(self.head_of(begin), found.subjects) if role == "share" else found

    def _of_an_index(self, start: int, end: int) -> Phrase | None:
        """ "The materials group", "the junior S&P/TSX venture exchange": no firm, whatever the word says."""
        if self._is_a_group_of_an_index(start, end):
            named = max((i + 1 for i in range(start, end) if self.has("POSS", i)), default=start)
            group = Subject(self.text(named, end), kind="sector", trust=0.8)
            return Phrase(self.with_article(start), (group,))
        word = self.tokens[end].lower
        indices = any(t.kind == "index" for t in self.tokens[start:end])
        if not indices or word not in ("exchange", "heavyweight", "benchmark"):
            return None
        return Phrase(start, (Subject(self.text(start, end), kind="index"),) if word == "exchange" else ())

    def _is_a_group_of_an_index(self, start: int, end: int) -> bool:
        """ "The TSX's energy group", "the materials group": members of an index, no firm."""
        inner = self.tokens[start:end]
        if self.tokens[end].lower != "group" or not inner:
            return False
        owned = inner[0].kind == "index" or any(t.lower.endswith("exchange") for t in inner)
        return inner[-1].lower in GROUPS_OF_AN_INDEX or (owned and inner[-1].tag == "SECT")

    def _sector(self, end: int) -> Phrase:
        start = modified(self, end)
        begin = self.with_article(start)
        before = self.tokens[begin - 1] if begin else None
        if before is not None and before.tag == "PRON" and before.lower in ("its", "their"):
            return Phrase(begin - 1)
        if before is not None and before.lower in COUNTS and (them := several(self, begin - 1, end)):
            return them
        at = self.preposition(begin)
        if at is not None and self.tokens[at].lower != "by" and self.role(begin) == "thing":
            head = self.head(begin - 1)
            if self.has("INDEX", head) and self.tokens[begin - 1].lower == "of":
                return self.ending_at(head) or Phrase(begin)  # "the KBW index of such banks"
            if self.tokens[head].tag in ("SHARE",):
                return Phrase(head, (Subject(self.text(start, end), kind="sector", trust=0.9),))
            return Phrase(begin)
        word = self.tokens[end].lower
        if start == end and word in NEEDS_A_KIND:
            found = self._sector_before(start) if word in ("sector", "segment") else None
            return Phrase(begin, (replace(found, mention=self.text_with(begin, end)),) if found else ())
        owner, owns = self.tokens[start], self.has("POSS", start + 1)
        if word == "segment" and owner.kind == "index" and owns:
            return Phrase(begin, (Subject(self.text(start + 2, end), kind="sector", trust=0.85),))
        placed = owner.note == "place" and start > 0 and owns
        possessed = any(t.tag == "POSS" for t in self.tokens[start:end])
        if possessed and not placed and word not in OWNED_SECTORS:
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

    def _is_a_thing(self, end: int) -> bool:
        """Whether what moved before a pronoun, in the same sentence, was no instrument."""
        moved = [i for i in range(end) if self.has("MOVE", i)]
        at = moved[-1] - 1 if moved else -1
        while at > 0 and self.tokens[at].tag in ("ADV", "AUX"):
            at -= 1
        return bool(moved) and self.has("OTHER", at) and not self.has("SHARE", at)

    def _pronoun(self, end: int) -> Phrase | None:
        token = self.tokens[end]
        if token.lower in ("former", "latter"):
            return one_of_two(self, end)
        if token.lower in COUNTS and token.lower != "both":
            return several(self, end, end)
        if token.lower in ("each", "both", "all"):
            phrase = self.ending_at(end - 1 - (self.tokens[end - 1].tag == "COMMA")) if end else None
            if phrase is not None and phrase.subjects:
                return phrase
            return all_of_them(self, end, token.text)
        if token.lower in ("which", "that", "who"):
            before = end - 1 - (self.tokens[end - 1].tag == "COMMA" if end else 0)
            return self._spoken_of(before) or self._said_of(before) or self._beside_which(before)
        if token.lower not in ("it", "they", "them"):
            return Phrase(end)
        if token.lower == "it" and self._is_a_thing(end):
            return Phrase(end)  # "TSMC's revenue jumped, though it fell from May"
        if token.lower == "they" and (them := all_of_them(self, end, token.text)):
            return them
        spoken = self.memory.anything(self.near(end)) if token.lower == "it" else None
        if spoken is not None and spoken.kind in ("index", "sector", "future"):
            return Phrase(end, (replace(spoken, mention=token.text, trust=0.8),))
        return standing_for(self, end, end, "")


READERS: Mapping[str, Callable[[Nouns, int], Phrase | None]] = {
    "NAME": Nouns._names,
    "SHARE": shares,
    "INDEX": index,
    "FUT": future,
    "DESC": Nouns._description,
    "SECT": Nouns._sector,
    "PRON": Nouns._pronoun,
}
