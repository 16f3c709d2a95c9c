"""Noun phrases that are names: alone, in lists, behind the words that describe them."""

from __future__ import annotations

from analysis.claims import things
from analysis.claims.indices import future_of
from analysis.claims.kinds import ADJECTIVES, MARKETS
from analysis.claims.memory import Subject
from analysis.claims.phrases import Phrase, Phrases, is_plain
from analysis.claims.places import market_of
from analysis.claims.tokens import Token

NO_DESCRIPTION = frozenset(
    "hit beat cut won bought sold met set put kept sent gave got lent left cost rose ran held grew drew led "
    "sees owns hits cuts beats buys sells gives names wins adds news so far not meanwhile however only even "
    "too then well still yet".split()
)


class Names(Phrases):
    """Names of one sentence."""

    def _names(self, end: int) -> Phrase:
        positions, start = self._list(end)
        first = self.tokens[positions[0]]
        if any(self.tokens[i].note == "other" for i in positions):
            return Phrase(start)
        if len(positions) == 1 and first.note == "place":
            return self._place(end, start)
        governed = self._group_on_an_index(start, first) or self.governed(start)
        if governed is not None:
            return governed if governed.subjects or governed.start < start else Phrase(governed.start)
        subjects = [self.subject(self.tokens[i]) for i in positions if self.tokens[i].note != "place"]
        if self.role(start) == "future":
            subjects = [future_of(self, self.tokens[i].text) for i in positions]
        elif self._is_possessed_thing(positions[0]):
            return Phrase(start)
        return Phrase(self.head_of(start), tuple(subjects))

    def _group_on_an_index(self, start: int, name: Token) -> Phrase | None:
        """ "Gold miners on the TSX": the group, not the index that it is part of."""
        at = self.preposition(start)
        if at is None or name.kind != "index" or self.tokens[at].lower not in ("on", "in"):
            return None
        return self.ending_at(at - 1) if self.has("SECT", at - 1) else None

    def _list(self, end: int) -> tuple[list[int], int]:
        """Positions of the names of a list that ends here, and where the phrase begins."""
        positions = [end]
        start = self.before_modifiers(end)
        joined = False
        while start > 0:
            link, link_at = self.tokens[start - 1], start - 1
            before = start - 2
            if link.tag == "CONJ" and not joined and before >= 0 and self.tokens[before].tag == "COMMA":
                before -= 1
            elif link.tag == "COMMA" and not joined and not self._is_a_headline_list(end, before):
                break
            if link.tag not in ("CONJ", "COMMA") or before < 0:
                break
            if self.tokens[before].tag == "RP" and (opened := self.opening(before)) is not None:
                if any(t.tag == "FIG" for t in self.tokens[opened:before]):
                    break
                before = opened - 1
            while self.has("INDEX", before) and before:  # "the Kospi Composite Index and the DAX"
                before -= 1
            if (
                before < 0
                or self.tokens[before].tag != "NAME"
                or self.tokens[before].note in ("other", "place")
            ):
                break
            kinds = {self.subject(self.tokens[i]).kind for i in (before, end)}
            if kinds == {"index", "share"} and self.has("INDEX", link_at - 1):
                break  # "joined the MSCI index and X"
            joined = True
            positions.insert(0, before)
            start = self.before_modifiers(before)
        return positions, start

    def _is_a_headline_list(self, end: int, before: int) -> bool:
        """ "Reliance, HDFC Bank fall 2%": two names at the beginning, without an "and"."""
        known = self.has("NAME", before) and all(self.tokens[i].note == "known" for i in (before, end))
        return known and self.leads(before) and (self.has("MOVE", end + 1) or self.has("CAUSE", end + 1))

    def before_modifiers(self, end: int) -> int:
        """Where the words that describe a name begin: "its German rival X", "Japan's X"."""
        start = end
        while start > 0:
            before = self.tokens[start - 1]
            described = before.tag in ("DESC", "SECT", "INDEX") or (
                before.tag == "WORD" and self._describes(start - 1)
            )
            opened = self._opens_with_words(start)
            plain = before.tag in ("WORD", "HEDGE") and before.text.islower()
            if start > 1 and plain and self.has("DET", start - 2):
                start -= 2  # "the similar X", "the loss-making X"
            elif (
                described
                or before.tag == "DET"
                or (before.tag == "PRON" and before.lower in ("its", "their", "both", "all"))
            ):
                start -= 1
            elif before.tag == "POSS" and start > 1 and self._is_owner(self.tokens[start - 2]):
                start -= 2
            elif opened < start:
                start = opened
            else:
                break
        return start

    def _opens_with_words(self, start: int) -> int:
        """Where plain words begin that stand between an "and" or a comma and a name: "and rand hedge X"."""
        begin = start
        while begin > 0 and start - begin < 4 and self._is_plain(begin - 1):
            begin -= 1
        linked = begin > 0 and self.tokens[begin - 1].tag in ("CONJ", "COMMA", "PART")
        return begin if begin < start and linked else start

    def _is_plain(self, position: int) -> bool:
        """A word that may describe a name: no verb, no word of speech."""
        token = self.tokens[position]
        plain = token.text.islower() and is_plain(token.lower) and token.lower not in NO_DESCRIPTION
        return plain and token.tag in ("WORD", "OTHER", "DESC", "SECT")

    def _is_owner(self, token: Token) -> bool:
        return token.tag == "NAME" or token.lower in things.PEOPLE_OF  # "Hong Kong's"

    def _describes(self, position: int) -> bool:
        """A plain word describes where a describing noun stands behind it, or behind the next word."""
        token, after = self.tokens[position], self.tokens[position + 1]
        if after.tag == "WORD" and after.lower.isalpha() and self.has("DESC", position + 2):
            after = self.tokens[position + 2]
        word = token.lower
        return (
            word in things.PEOPLE_OF
            or word in ADJECTIVES
            or ("-" in word and token.text.islower())
            or (after.tag in ("DESC", "INDEX", "SECT") and not word.endswith(("ed", "ing")))
        )

    def _place(self, end: int, start: int) -> Phrase:
        name = self.tokens[end]
        listed = self.has("CONJ", start - 1) and start > 1 and self.tokens[start - 2].note == "place"
        if listed and self.has("PREP", start - 3):  # "indexes in Taiwan and Singapore"
            return Phrase(start)
        if name.lower in MARKETS and (start == 0 or self.leads(start)):
            listing = market_of(self.memory.directory, name.lower)
            return Phrase(
                start, (Subject(name.text, None, listing, "index" if listing else "sector", trust=0.7),)
            )
        return Phrase(start)

    def _is_possessed_thing(self, position: int) -> bool:
        """ "Apple's iPhone": what belongs to a firm and is no instrument itself."""
        if self.tokens[position].note == "known" or position < 2:
            return False
        owner = self.tokens[position - 2]
        return self.tokens[position - 1].tag == "POSS" and owner.tag == "NAME" and owner.kind == "share"
