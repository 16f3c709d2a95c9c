"""From a mover to its subject: over auxiliaries, insertions between commas, and shared subjects."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.claims.movers import Mover
from analysis.claims.phrases import Phrase
from analysis.claims.subjects import Nouns
from analysis.claims.tokens import Places, Token

SKIPPED = ("ADV", "AUX", "STATE", "QUOTE", "AMOUNT", "CAUSE")
SKIPPED_WORDS = frozenset("further initially again last now recently already still yet so far trading even "
                          "ever just well more briefly currently only reportedly later "
    "continued continuing went managed started sharply soon itself themselves also "
    "earlier early trade trades quickly".split())  # fmt: skip
OPENERS = ("COMMA", "CONJ", "PART", "DASH", "COLON", "STOP", "QUOTE", "LP")
LIKE = ("by", "like", "including", "with", "as", "especially", "particularly", "than")


class Clauses(Places):
    """The subjects of one sentence's movers."""

    def __init__(self, tokens: Sequence[Token], nouns: Nouns) -> None:
        super().__init__(tokens)
        self.nouns = nouns

    # ------------------------------------------------------------------ subjects before a verb
    def before(self, mover: int, last: Phrase | None) -> Phrase | None:
        """The phrase that is the subject of a mover; `last` is the subject of the mover before it."""
        at = self._over_auxiliaries(mover - 1)
        tag, word = self.tag(at), self.word(at)
        participle = (
            self.tag(at + 1) == "DIR"
            or self.word(at + 1).endswith("ing")
            or self.word(at + 1) in ("each", "both")
        )
        if at < 0:
            return last if last else self._ahead(mover)
        if tag in ("COMMA", "DASH"):
            return self._beside(at, last) if participle else self._around(at, last)
        if tag == "RP":
            return self.nouns.ending_at(at)
        if tag == "POSS":
            return self.nouns.ending_at(at - 1)
        if tag == "LP":
            return self.nouns.ending_at(at - 1)
        if tag in ("PART", "PREP") and at == 0 and self.word(1).endswith("ing"):
            return self._ahead(mover)
        if tag in ("CONJ", "PART", "COLON", "STOP") or word in ("to", "then", "before", "after"):
            return self._shared(at, last)
        phrase = self.nouns.ending_at(at)
        if phrase is None or (phrase.is_none and self._recovers(at)):
            return self._shared(at, last)
        return phrase

    def _recovers(self, at: int) -> bool:
        """ "... before recovering some ground to close 23% lower"."""
        return any(self.word(i) in RECOVERING for i in range(max(0, at - 4), at + 1))

    def _over_auxiliaries(self, at: int) -> int:
        while at >= 0:
            tag, word = self.tag(at), self.word(at)
            if word == "to" and self.tag(at - 1) in ("MOVE", "SOFT") and self.tag(at - 2) != "DET":
                at -= 2
                continue
            following = word == "to" and (
                self.word(at - 1)
                in ("continued", "continuing", "went", "managed", "started", "began", "on", "was", "were")
                or self.tag(at - 1) == "STATE"
            )
            distributive = (
                tag == "PRON"
                and word in ("each", "both", "all")
                and self.tag(at - 1) not in ("COMMA", "", "PART", "STOP")
            )
            if tag in SKIPPED or word in SKIPPED_WORDS or following or distributive:
                at -= 1
            else:
                return at
        return at

    def _shared(self, at: int, last: Phrase | None) -> Phrase | None:
        """The subject of the verb before: "opened 1% lower and was off 2%"."""
        if last is not None:
            return last
        return self.first(at)

    def _beside(self, comma: int, last: Phrase | None) -> Phrase | None:
        """The subject of "X, down 3%": what the insertion stands beside, or what the clause speaks of."""
        tag = self.tag(comma - 1)
        if tag in ("AMOUNT", "FIG"):
            return self._of_the_clause(comma, last)
        if tag == "PRON" and self.word(comma - 1) in ("each", "both"):
            return self.nouns.ending_at(comma - 1)
        phrase = self.nouns.ending_at(comma - 1)
        if phrase is None:
            return self._of_the_clause(comma, last)
        before = self.word(phrase.start - 1)
        if phrase.is_none:
            return phrase if self.tag(comma - 1) == "OTHER" else self._of_the_clause(comma, last)
        if self.tag(phrase.start - 1) in ("", *OPENERS, "CAUSE") or before in LIKE:
            return phrase
        if before in ("was", "were", "is", "are") and not any(
            s.mention or RANKED & set(s.name.lower().split()) for s in phrase.subjects
        ):
            return phrase
        wider = self._of_the_clause(comma, last)
        return wider if wider is not None and not wider.is_none else phrase

    def _of_the_clause(self, at: int, last: Phrase | None) -> Phrase | None:
        start = self.clause_start(at)
        if any(
            t.tag == "OTHER"
            and t.lower not in ("orders",)
            and t.lower not in ("price", "prices", "gold", "oil", "volume")
            for t in self.tokens[start:at]
        ):
            return Phrase(start)
        return self.first(at) or last

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
                ends = (
                    tag in ("NAME", "SHARE", "INDEX", "FUT", "SECT", "DESC", "PRON")
                    and after
                    not in (
                        "PREP",
                        "POSS",
                        "NAME",
                        "SHARE",
                        "INDEX",
                        "FUT",
                        "CONJ",
                        "SECT",
                        "DESC",
                        "WORD",
                        "OTHER",
                    )
                ) or (tag in ("NAME", "DESC", "SHARE", "INDEX", "SECT", "FUT") and after == "WORD")
                if not ends:
                    continue
                phrase = self.nouns.ending_at(position)
                if phrase is not None and (
                    phrase.subjects or tag != "NAME" or self.tag(position + 1) != "COMMA"
                ):
                    return phrase
        return None

    def _around(self, comma: int, last: Phrase | None) -> Phrase | None:
        """The subject before an insertion: "the company, which gets 40% of its sales abroad, fell"."""
        for opening in range(comma - 1, -1, -1):
            if self.tag(opening) not in ("COMMA", "DASH") or opening == 0:
                continue
            phrase = self.nouns.ending_at(opening - 1)
            if (phrase is not None and phrase.is_none) or (
                phrase is not None and any(s.mention for s in phrase.subjects)
            ):
                named = self.nouns.ending_at(comma - 1)
                if named is not None and named.subjects and named.start == opening + 1:
                    return named
            begins = phrase is not None and (phrase.start == 0 or self.tag(phrase.start - 1) in OPENERS)
            if (
                phrase is not None
                and begins
                and (phrase.subjects or self.tag(opening - 1) not in ("NAME", "WORD"))
            ):
                return phrase
        direct = self.nouns.ending_at(comma - 1)
        if (
            direct is not None
            and direct.subjects
            and (direct.start == 0 or self.tag(direct.start - 1) in OPENERS)
            and last is None
        ):
            return direct
        return self._shared(comma, last)

    def _ahead(self, mover: int) -> Phrase | None:
        """ "Up 3%, Nvidia led the gains": the first instrument behind."""
        for position in range(mover + 1, len(self.tokens)):
            if self.tag(position) == "NAME" and self.tag(position + 1) not in ("NAME", "SHARE", "POSS"):
                return self.nouns.ending_at(position)
        return None

    # ------------------------------------------------------------------ subjects of nouns and brackets
    def of_noun(self, mover: Mover, figure: int, left: int, last: Phrase | None) -> Phrase | None:
        """The subject of "a 5% slide in X", "X's 5% slide", "X saw a 5% slide"."""
        end = max(mover.at, figure)
        if self.word(end + 1) in ("in", "of", "for", "by", "among", "at", "on", "off", "from"):
            phrase = self._governed(end + 2)
            if phrase is not None:
                return phrase
        start = min(figure, mover.at, left + 1)
        at = start - 1
        while self.tag(at) in ("DET", "HEDGE", "ADV") or (
            self.tag(at) == "WORD" and self.word(at) in PLAIN_ADJECTIVES
        ):
            at -= 1
        if self.tag(at) == "POSS":
            return self.nouns.ending_at(at - 1)
        if self.tag(at) == "COLON" and (named := self.nouns.ending_at(at - 1)) is not None and named.subjects:
            return named
        if self.word(at) == "with":
            return self._with(at, last)
        if self.tag(at) == "PRON" and self.word(at) in ("its", "their"):
            return last if last is not None and last.subjects else self.nouns.ending_at(at) and self._its(at)
        if self.tag(at) == "SHARE":
            return self.nouns.ending_at(at)
        if self.tag(at) == "NAME" and at == start - 1:
            return self.nouns.ending_at(at)
        if at < 0 or self.tag(at) in ("STOP", "COLON"):
            return last or self._opening_noun(end)
        return self._of_the_noun_clause(at, last)

    def _with(self, at: int, last: Phrase | None) -> Phrase | None:
        """ "X bucked the trend with a 1.3% gain", "X, which topped the index with a 2% jump"."""
        for position in range(at - 1, max(-1, at - 8), -1):
            if self.word(position) in ("which", "that", "who"):
                return self.nouns.ending_at(position - 1 - (self.tag(position - 1) == "COMMA"))
        named = self.nouns.ending_at(
            at - 1 - (self.tag(at - 1) == "WORD" and self.word(at - 1).endswith("ing"))
        )
        if named is not None and named.subjects and self.tag(named.start - 1) in ("", "STATE", *OPENERS):
            return named
        return self.first(at) or last

    def _its(self, at: int) -> Phrase | None:
        found = self.nouns.memory.firm("", self.nouns.near(at))
        return Phrase(at, (found,)) if found else Phrase(at)

    def _opening_noun(self, end: int) -> Phrase | None:
        """ "A 12% drop on Thursday added to the pain": the firm of the sentences before."""
        found = self.nouns.memory.firm()
        return Phrase(end, (found,)) if found else None

    def _of_the_noun_clause(self, at: int, last: Phrase | None) -> Phrase | None:
        if self.tag(at) in ("COMMA", "PART", "PREP", "DASH", "CONJ", "LP") and last is not None:
            return last
        if at == 0 and self.tag(at) in ("PART", "PREP"):
            return self._ahead(at)
        verb = at
        while (
            verb > 0
            and self.tag(verb)
            in ("WORD", "CAUSE", "PREP", "PART", "ADV", "DET", "SOFT", "STATE", "MOVE", "AUX", "COMMA")
            and at - verb < 5
        ):
            phrase = (
                self.nouns.ending_at(verb - 1)
                if self.tag(verb - 1) in ("NAME", "SHARE", "INDEX", "FUT", "DESC", "SECT", "PRON")
                else None
            )
            if phrase is not None:
                return phrase
            verb -= 1
        if any(self.tag(i) == "OTHER" for i in range(max(0, at - 3), at + 1)):
            return Phrase(at)
        return self.first(at) or last

    def _governed(self, start: int) -> Phrase | None:
        """The phrase that begins behind a preposition."""
        end = start
        limit = min(len(self.tokens), start + 14)
        best: Phrase | None = None
        while end < limit:
            tag = self.tag(end)
            if tag in ("NAME", "SHARE", "INDEX", "FUT", "SECT", "DESC", "PRON", "OTHER") and self.tag(
                end + 1
            ) not in ("POSS", "SHARE", "INDEX", "FUT", "NAME", "SECT", "DESC", "TICKER"):
                phrase = self.nouns.ending_at(end)
                found = None if phrase is None else self._without_preposition(phrase, start, end)
                if found is not None and (found.subjects or best is None):
                    best = found
                if (
                    self.tag(end + 1) in ("CONJ", "COMMA")
                    and self.tag(end) == "NAME"
                    and self._continues(end + 1)
                ):
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

    def _without_preposition(self, phrase: Phrase, start: int, end: int) -> Phrase:
        """The names of a phrase read without the preposition that governs it here."""
        if phrase.subjects or self.tag(end) not in ("NAME", "SHARE", "INDEX", "SECT", "FUT", "DESC"):
            return phrase
        inner = Nouns([*self.tokens[start : end + 1]], self.nouns.memory)
        found = inner.ending_at(end - start)
        return Phrase(start, found.subjects) if found is not None else phrase

    # ------------------------------------------------------------------ moves that did not happen
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
            return self.word(position + 1) not in ("its", "their", "shares", "the")
        return self.tag(position) == "HYPO"

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


RECOVERING = frozenset(
    "recovering recovered paring pared trimming trimmed regaining regained erasing "
    "erased clawing recouping".split()
)
RANKED = frozenset(
    "worst best biggest largest worst-performing best-performing performing weakest strongest top".split()
)
PLAIN_ADJECTIVES = frozenset(
    "further combined total cumulative earlier early intraday initial massive another".split()
)
