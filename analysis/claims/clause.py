"""What a clause holds: where it begins, its first phrase, what its prepositions govern, what it supposes."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.claims.movers import Mover
from analysis.claims.phrases import Phrase
from analysis.claims.subjects import Nouns
from analysis.claims.tokens import NAMING, Places, Token

# Nouns that speak of what may come: "a profit warning took 12% off the shares" happened.
FORETOLD = frozenset("warning forecast forecasts target targets estimates consensus fears".split())


RANKING = frozenset(
    "loser losers gainer gainers faller fallers riser risers decliner decliners performer performers "
    "laggard laggards winner winners".split()
)


class Clause(Places):
    """One sentence, where clauses are looked for."""

    def __init__(self, tokens: Sequence[Token], nouns: Nouns) -> None:
        super().__init__(tokens)
        self.nouns = nouns

    def clause_start(self, at: int) -> int:
        """Where the clause of a token begins."""
        return next((i + 1 for i in range(at - 1, -1, -1) if self.tag(i) in ("PART", "STOP", "COLON")), 0)

    def first(self, at: int) -> Phrase | None:
        """The phrase that a clause begins with."""
        for start in dict.fromkeys((self.clause_start(at), 0)):
            for position in range(start, at):
                tag = self.tag(position)
                if tag in ("MOVE", "STATE", "CAUSE", "FIG") and position > start:
                    break
                after = self.tag(position + 1)
                goes_on = (
                    after in (*NAMING, "PREP", "POSS", "CONJ", "OTHER") or self.word(position + 1) in RANKING
                )
                if goes_on or tag not in (NAMING if after == "WORD" else (*NAMING, "PRON")):
                    continue
                if self.tag(start) == "PREP" and after == "COMMA" and position - start < 6:
                    continue  # "Of the 13 sectors, X fell the most"
                phrase = self.nouns.ending_at(self.end_of_list(position))
                if phrase is not None and phrase.is_none and self.tokens[position].note == "place":
                    continue  # "in Milan the shares ..."
                if phrase is not None and (
                    phrase.subjects or tag != "NAME" or self.tag(position + 1) != "COMMA"
                ):
                    return phrase
        return None

    def end_of_list(self, position: int) -> int:
        """The last name of "A, B and C", from its first."""
        end = position
        while self.tag(end) == "NAME" and self.tag(end + 1) in ("COMMA", "CONJ") and self._continues(end + 1):
            end = self._next_name(end)
        return end if self.tag(end - 1) == "CONJ" or self.tag(end - 2) == "CONJ" else position

    def governed(self, start: int) -> Phrase | None:
        """The phrase that begins behind a preposition."""
        end = start
        limit = min(len(self.tokens), start + 14)
        best: Phrase | None = None
        while end < limit:
            tag = self.tag(end)
            own = (self.word(end) in ("its", "their") and self.word(end + 1) == "own") or (
                self.word(end) in ("both", "all") and self.tag(end + 1) in ("WORD", "OTHER", "NAME", "DET")
            )
            if (
                tag in (*NAMING, "PRON", "OTHER")
                and self.tag(end + 1) not in (*NAMING, "POSS", "TICKER")
                and not own
            ):
                phrase = self.nouns.ending_at(end)
                found = None if phrase is None else self.without_preposition(phrase, start, end)
                if found is not None and (found.subjects or best is None):
                    best = found
                if tag == "NAME" and self.tag(end + 1) in ("CONJ", "COMMA") and self._continues(end + 1):
                    end = self._next_name(end)
                    continue
                if self.tag(end + 1) == "PREP" and tag == "SHARE":
                    end += 1
                    continue
                return best
            if tag in ("MOVE", "STATE", "FIG", "PART", "STOP", "COMMA", "CAUSE", "LP", "AUX"):
                return best or (Phrase(start) if end > start else None)
            end += 1
        return best or Phrase(start)

    def _next_name(self, end: int) -> int:
        return next(i for i in range(end + 1, len(self.tokens)) if self.tag(i) == "NAME")

    def _continues(self, link: int) -> bool:
        """Whether a list of names goes on behind a comma or an "and"."""
        at = link + 1 + (self.tag(link + 1) == "CONJ")
        while self.tag(at) in ("DET", "DESC"):
            at += 1
        if self.tag(at) != "NAME":
            return False
        if self.tag(link) == "COMMA":
            return self.tag(at + 1) in ("CONJ", "COMMA")
        if self.tag(link - 2) == "COMMA":  # the last of three or more
            return True
        return self.tag(at + 1) not in (
            "MOVE",
            "STATE",
            "CAUSE",
            "FIG",
            "DIR",
            "HEDGE",
            "WORD",
            "AUX",
            "SHARE",
        )

    def without_preposition(self, phrase: Phrase, start: int, end: int) -> Phrase:
        """The names of a phrase read without the preposition that governs it here."""
        if phrase.subjects or self.tag(end) not in NAMING:
            return phrase
        inner = Nouns([*self.tokens[start : end + 1]], self.nouns.memory)
        found = inner.ending_at(end - start)
        return Phrase(start, found.subjects) if found is not None else phrase

    def is_hypothetical(self, mover: Mover, figure: int, phrase: Phrase | None) -> bool:
        """Whether a verb of expecting, a condition or a denial governs the move."""
        low, high = min(mover.at, figure), max(mover.at, figure)
        start = phrase.start if phrase is not None and phrase.start < low else low
        begin = low
        while begin > 0 and self.tag(begin - 1) not in ("PART", "COMMA", "CONJ", "STOP", "COLON", "FIG"):
            begin -= 1
        begin = max(begin, low - 7) if begin > start else begin
        if any(self._supposes(i) for i in range(begin, low)):
            return True
        if (
            mover.side != "bracket"
            and start < low
            and any(self.tag(i) == "HYPO" for i in range(max(0, start - 3), start))
            and self._binds(start)
        ):
            return True
        if self.word(begin - 1) in ("if", "unless", "until"):
            return True
        if self.word(begin - 1) in ("when", "once", "whenever") and self.word(mover.at) in (
            "falls",
            "drops",
            "rises",
            "gains",
            "loses",
            "declines",
            "slides",
        ):
            return True
        return mover.side == "behind" and self._denied_behind(high)

    def _supposes(self, position: int) -> bool:
        if self.word(position) in ("sees", "see"):
            share = any(self.tag(i) == "SHARE" for i in range(position + 1, position + 4))
            return self.word(position + 1) not in ("its", "their", "shares") and not share
        if any(
            self.word(i) in ("stop", "stopped", "prevent", "spare", "save")
            for i in range(position + 1, position + 7)
        ):
            return False  # "not even a buyback could stop X falling"
        named = self.tag(position - 1) in ("OTHER", "DET", "POSS") and self.word(position) in FORETOLD
        return self.tag(position) == "HYPO" and not (named and self.word(position + 1) not in ("of", "that"))

    def _binds(self, start: int) -> bool:
        """Whether the words just before a subject make it a condition or an expectation."""
        return self.tag(start - 1) in ("HYPO", "DET") or self.word(start - 1) in ("that", "the", "for")

    def _denied_behind(self, high: int) -> bool:
        for position in range(high + 1, min(len(self.tokens), high + 9)):
            if self.tag(position) in ("COMMA", "STOP", "PART"):
                return False
            if self.word(position) in ("would", "could", "may", "might", "will", "should"):
                return True
        return False
