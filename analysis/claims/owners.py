"""From a noun of moving to its subject: "a 5% slide in X", "X's 5% slide", "X saw a 5% slide"."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.claims.clause import RANKING
from analysis.claims.clauses import OPENERS, Clauses
from analysis.claims.movers import Mover
from analysis.claims.phrases import Phrase
from analysis.claims.tokens import NAMING


class Owners(Clauses):
    """The subjects of one sentence's movers, nouns included."""

    def of_noun(self, mover: Mover, group: Sequence[int], left: int, last: Phrase | None) -> Phrase | None:
        """The subject of "a 5% slide in X", "X's 5% slide", "X saw a 5% slide"."""
        figure, end = group[0], max(mover.at, group[-1])
        placed = (
            end + 2 < len(self.tokens)
            and self.tokens[end + 2].note == "place"
            and self.tag(end + 3) != "POSS"
        )
        placed = placed or (self.word(end + 1) == "for" and self.tag(end + 2) == "PRON")
        if not placed and self.word(end + 1) in ("in", "of", "for", "by", "among", "at", "on", "off", "from"):
            listed = self._listed_behind(end + 2) if len(group) > 1 else None
            phrase = listed or self.governed(end + 2)
            if phrase is not None:
                return phrase
        start = min(figure, mover.at, left + 1)
        at = start - 1
        while self.tag(at) in ("DET", "HEDGE", "ADV") or (
            self.tag(at) == "WORD" and self.word(at) in PLAIN_ADJECTIVES
        ):
            at -= 1
        if self.tag(at) == "COMMA" and self._measures_a_thing(at - 1):
            return Phrase(at)
        if self.tag(at) == "POSS":
            return self.nouns.ending_at(at - 1)
        if self.tag(at) == "COLON" and (named := self.nouns.ending_at(at - 1)) is not None and named.subjects:
            return named
        if self.word(at) == "with":
            return self._with(at, last)
        if self.tag(at) == "PRON" and self.word(at) in ("its", "their"):
            return last if last is not None and last.subjects else self._its(at)
        if self.tag(at) == "SHARE":
            return self.nouns.ending_at(at)
        if self.tag(at) == "NAME" and at == start - 1:
            return self.nouns.ending_at(at)
        if at < 0 or self.tag(at) in ("STOP", "COLON"):
            return last or self._taken_along(end) or self._opening_noun(end)
        return self._of_the_noun_clause(at, last)

    def _measures_a_thing(self, amount: int) -> bool:
        """ "Reported revenue of $26 billion, a 48% increase": an amount of something that is no share."""
        near = range(max(0, amount - 4), amount)
        return self.tag(amount) == "AMOUNT" and any(self.tag(i) == "OTHER" for i in near)

    def _with(self, at: int, last: Phrase | None) -> Phrase | None:
        """ "X bucked the trend with a 1.3% gain", "X, which topped the index with a 2% jump"."""
        for position in range(at - 1, max(-1, at - 8), -1):
            if self.word(position) in ("which", "that", "who"):
                return self.nouns.ending_at(position - 1 - (self.tag(position - 1) == "COMMA"))
        led = next((i for i in range(at - 1, max(-1, at - 9), -1) if self.word(i) == "led"), 0)
        leader = self.nouns.ending_at(led - 1) if led else None
        if leader is not None and leader.subjects:
            return leader  # "X led losses among the banks with a 1.8% drop"
        made = next((i for i in range(at - 1, max(-1, at - 8), -1) if self.word(i) in ("making", "made")), 0)
        if made and self.tag(made + 1) in NAMING:
            return self.nouns.ending_at(made + 1)  # "making industrials the best sector with a 1.9% advance"
        named = self.nouns.ending_at(
            at - 1 - (self.tag(at - 1) == "WORD" and self.word(at - 1).endswith("ing"))
        )
        if named is not None and named.subjects and self.tag(named.start - 1) in ("", "STATE", *OPENERS):
            return named
        return self.first(at) or last

    def _its(self, at: int) -> Phrase:
        found = self.nouns.memory.firm("", self.nouns.near(at))
        return Phrase(at, (found,)) if found else Phrase(at)

    def _listed_behind(self, start: int) -> Phrase | None:
        """ "Gains of 2.3% and 1.8% for A and B": as many names as figures."""
        at = start
        while self.tag(at) in ("NAME", "COMMA", "CONJ"):
            at += 1
        names = [i for i in range(start, at) if self.tag(i) == "NAME"]
        if len(names) < 2 or any(self.tokens[i].note in ("other", "place") for i in names):
            return None
        return Phrase(start, tuple(self.nouns.subject(self.tokens[i]) for i in names))

    def _taken_along(self, end: int) -> Phrase | None:
        """ "A rally of 12% has taken X to a record", "a 9% fall left X at its lowest"."""
        for at in range(end + 1, min(len(self.tokens) - 1, end + 7)):
            if self.tag(at) == "CAUSE" or self.word(at) in ("taken", "took", "brought", "taking", "bringing"):
                phrase = self.governed(at + 1)
                return phrase if phrase is not None and phrase.subjects else None
            if self.tag(at) not in ("ADV", "AUX", "WORD"):
                return None
        return None

    def _opening_noun(self, end: int) -> Phrase | None:
        """ "A 12% drop on Thursday added to the pain": the firm of the sentences before."""
        found = self.nouns.memory.firm()
        return Phrase(end, (found,)) if found else None

    def _of_the_noun_clause(self, at: int, last: Phrase | None) -> Phrase | None:
        if self.tag(at) in ("COMMA", "PART", "PREP", "DASH", "CONJ", "LP") and last is not None:
            return self._fresh(at) or last
        if self.tag(at) in ("PART", "PREP") and (at == 0 or (at == 1 and self.word(0) in ("even", "just"))):
            return self._ahead(at)
        verb = at
        while (
            verb > 0
            and self.tag(verb)
            in ("WORD", "CAUSE", "PREP", "PART", "ADV", "DET", "SOFT", "STATE", "MOVE", "AUX", "COMMA")
            and at - verb < 5
        ):
            if self.word(verb) in RANKING:  # "X was the top Sensex laggard, with a 2% decline"
                return self.first(at) or last
            phrase = self.nouns.ending_at(verb - 1) if self.tag(verb - 1) in (*NAMING, "PRON") else None
            if phrase is not None:
                return phrase
            verb -= 1
        if any(self.tag(i) == "OTHER" for i in range(max(0, at - 3), at + 1)):
            return Phrase(at)
        return self.first(at) or last


PLAIN_ADJECTIVES = frozenset(
    "further combined total cumulative earlier early intraday initial massive another".split()
)
