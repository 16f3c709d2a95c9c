"""Figures in brackets: whose they are, and which way they go."""

from __future__ import annotations

from analysis.claims.kinds import KINDS_OF_SECTOR
from analysis.claims.memory import Subject
from analysis.claims.phrases import Phrase
from analysis.claims.unsaid import HEADINGS, Unsaid

MOVING = ("MOVE", "DIR", "NOUN")


class Brackets(Unsaid):
    """Figures in brackets of one sentence."""

    def before_a_bracket(self, at: int) -> Phrase | None:
        """What stands before a bracket, over plain words: "with X not far behind (+3.1%)"."""
        phrase = self.nouns.ending_at(at)
        if (
            self.movers.tag(at) == "WORD"
            and self.movers.word(at) in KINDS_OF_SECTOR
            and self.tokens[at].text.istitle()
        ):
            return Phrase(
                at, (Subject(self.tokens[at].text, kind="sector", trust=0.7),)
            )  # "Mining (down 3.5%)"
        while (phrase is None or phrase.is_none) and self.movers.tag(at) in (
            "WORD",
            "DIR",
            "ADV",
            "PREP",
            "HYPO",
        ):
            at -= 1
            phrase = self.nouns.ending_at(at) if self.movers.tag(at) == "NAME" else None
        return phrase

    def sign_around(self, bracket: int) -> int:
        """The direction of a bare figure in brackets: of the list's heading, or of its clause."""
        before = [t for t in self.tokens[:bracket] if t.tag in MOVING or t.lower in HEADINGS]
        if before:
            return HEADINGS.get(before[-1].lower) or before[-1].sign
        after = [
            t
            for t in self.tokens[bracket:]
            if t.tag in ("MOVE", "NOUN") or (t.tag == "CAUSE" and t.sign) or t.lower in HEADINGS
        ]
        return (HEADINGS.get(after[0].lower) or after[0].sign) if after else self.memory.heading_sign
