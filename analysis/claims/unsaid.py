"""Figures without a mover of their own: compared, left out, in lists, behind the cause of a move."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.claims.clauses import OPENERS
from analysis.claims.kinds import KINDS_OF_SECTOR
from analysis.claims.memory import Memory, Subject
from analysis.claims.movers import Mover, Movers
from analysis.claims.owners import Owners
from analysis.claims.phrases import Phrase
from analysis.claims.subjects import Nouns
from analysis.claims.tokens import NAMING, Token
from analysis.claims.words import signed

HEADINGS = signed(
    (-1, "losers decliners fallers laggards losses loser faller decliner falls sinkers".split()),
    (1, "gainers winners risers advancers gains gainer riser winner rises climbers leaders".split()),
)


class Unsaid:
    """What is carried from figure to figure in one sentence, and what it says of figures that stand bare."""

    def __init__(self, tokens: Sequence[Token], memory: Memory) -> None:
        self.tokens = tokens
        self.memory = memory
        self.nouns = Nouns(tokens, memory)
        self.movers = Movers(tokens)
        self.clauses = Owners(tokens, self.nouns)
        self.last: Phrase | None = None  # the subject of the mover before
        self.carried: Mover | None = None  # its mover
        self.carried_is_real = False
        self.state = ""
        self.chain = 0
        self.end_of_last = -1

    def inferred(self, figure: int, left: int) -> tuple[Phrase, Mover] | None:
        """The subject and the move of a figure without a mover of its own; None where nothing says them."""
        rules = (
            self._compared,
            self._followed,
            self._behind_a_preposition,
            self._then,
            self._gapped,
            self._headed,
            self._listed,
            self._lifted,
            self._cut_in_half,
        )
        return next((found for rule in rules if (found := rule(figure, left)) is not None), None)

    def _compared(self, figure: int, left: int) -> tuple[Phrase, Mover] | None:
        """ "Against 3% for the Russell 2000"."""
        if self.carried is None or not self.carried_is_real or self.movers.word(figure + 1) != "for":
            return None
        compared = [self.movers.word(i) for i in (left, left - 1)]
        if not any(
            word in ("against", "versus", "compared", "with", "than", "to", "and", "vs") for word in compared
        ):
            return None
        phrase = self.clauses.governed(figure + 2)
        return (phrase, Mover(self.carried.sign, figure, "compared", "for")) if phrase else None

    def _followed(self, figure: int, left: int) -> tuple[Phrase, Mover] | None:
        """ "... with an 8.8% leap, followed by X with 5.1%"."""
        named = self.movers.word(left) == "with" and self.movers.tag(left - 1) == "NAME"
        if self.carried is None or not self.carried_is_real or not named:
            return None
        phrase = self.nouns.ending_at(left - 1)
        if phrase is None or self.movers.word(phrase.start - 2) not in ("followed", "and"):
            return None
        return phrase, Mover(self.carried.sign, figure, "gapping", "gapping")

    def _behind_a_preposition(self, figure: int, left: int) -> tuple[Phrase, Mover] | None:
        """ "A 5% drop in A and 3% in B"."""
        if (
            self.carried is None
            or self.carried.side != "behind"
            or self.movers.word(figure + 1) not in ("in", "for")
        ):
            return None
        if self.movers.tag(left) not in ("CONJ", "COMMA"):
            return None
        phrase = self.clauses.governed(figure + 2)
        return (
            (phrase, Mover(self.carried.sign, figure, "gapping", "for"))
            if phrase and self.carried_is_real
            else None
        )

    def _then(self, figure: int, left: int) -> tuple[Phrase, Mover] | None:
        """ "A rose 13%, then 78% on the following day"."""
        placed = self.movers.tag(left) == "CONJ" and self.tokens[left - 1].note == "place"
        placed = placed and self.movers.word(left - 2) == "in" and self.movers.tag(left - 3) == "FIG"
        placed = placed or self._is_the_next_day(figure, left)
        if (
            (self.movers.word(left) not in ("then", "including") and not placed)
            or self.last is None
            or self.carried is None
        ):
            return None
        if not self.carried_is_real or self.movers.tag(figure + 1) == "DIR":
            return None
        return self.last, Mover(self.carried.sign, figure, "gapping", "gapping")

    def _is_the_next_day(self, figure: int, left: int) -> bool:
        """ "Fell 10.8% that day and 12.2% the next"."""
        between = self.tokens[self.end_of_last + 1 : left]
        plain = all(t.tag == "DET" or t.lower in ("day", "session", "week", "month", "year") for t in between)
        behind = [self.movers.word(i) for i in (figure + 1, figure + 2)]
        return (
            self.movers.tag(left) == "CONJ"
            and plain
            and behind[0] == "the"
            and behind[1] in ("next", "following")
        )

    def _gapped(self, figure: int, left: int) -> tuple[Phrase, Mover] | None:
        """ "A sank 10%, B 8% and C 12%", "the Nifty 263 points or 1.1%"."""
        amount = left - (self.movers.word(left) == "or")
        amount -= self.movers.tag(amount) == "COMMA"
        left = amount - 1 if self.movers.tag(amount) == "AMOUNT" else left
        left -= self.movers.word(left) in ("both", "each") and self.movers.tag(left - 1) in NAMING
        apart = (
            self.movers.tag(left) == "COMMA"
            and (
                self.movers.tag(figure + 1) in ("", "STOP", "COMMA", "CONJ", "PART")
                or self.movers.word(figure + 1) == "on"
            )
            and self.carried_is_real
        )
        left -= self.movers.tag(left) == "POSS" or (apart and self.movers.tag(left - 1) == "NAME")
        if apart and self.movers.tag(left) == "COMMA":
            left = self._before_an_insertion(left)
        if self.carried is None:
            return None
        if self.movers.tag(left) in ("WORD", "OTHER"):
            return self._gapped_sector(figure, left)
        if self.movers.tag(left) not in (*NAMING, "RP"):
            return None
        phrase = self.nouns.ending_at(left)
        if (
            phrase is None
            or not phrase.subjects
            or self.movers.tag(phrase.start - 1) not in (*OPENERS, "HEDGE")
        ):
            return None
        if not self.carried_is_real and not all(s.listing for s in phrase.subjects):
            return None
        figured = self.tokens[figure].figure
        sign = (figured.sign if figured else None) or self.carried.sign
        return phrase, Mover(sign, figure, "gapping", "gapping")

    def _gapped_sector(self, figure: int, left: int) -> tuple[Phrase, Mover] | None:
        """ "Industrials shed 1.41% and property 0.33%": beside sectors a bare kind is one too."""
        others = self.last.subjects if self.last is not None else ()
        sectors = bool(others) and all(s.kind in ("sector", "index") for s in others) and self.carried_is_real
        first = left - (self.movers.word(left - 1) in ("general", "precious", "real", "food"))
        if (
            not sectors
            or self.movers.word(left) not in KINDS_OF_SECTOR
            or self.movers.tag(first - 1) not in OPENERS
        ):
            return None
        assert self.carried is not None
        subject = Subject(self.nouns.text_with(first, left), kind="sector", trust=0.8)
        return Phrase(first, (subject,)), Mover(self.carried.sign, figure, "gapping", "gapping")

    def _before_an_insertion(self, comma: int) -> int:
        """The name in "... and C, hurt by a ruling, 4.7%"; the comma itself where there is none."""
        for opening in range(comma - 1, max(self.end_of_last, comma - 12), -1):
            if self.tokens[opening].tag == "COMMA":
                named = self.movers.tag(opening - 1) == "NAME" and self.movers.tag(opening - 2) in (
                    "CONJ",
                    "COMMA",
                )
                return opening - 1 if named else comma
        return comma

    def _headed(self, figure: int, left: int) -> tuple[Phrase, Mover] | None:
        """ "Indexes down: Dow 0.4%, S&P 500 0.2%"."""
        colon = next((i for i, t in enumerate(self.tokens[:left]) if t.tag == "COLON"), 0)
        moved = not any(t.tag == "FIG" for t in self.tokens[:colon])
        signs = {t.sign for t in self.tokens[:colon] if t.tag == "DIR" or (moved and t.tag == "MOVE")}
        left -= self.movers.tag(left) == "COMMA"  # "down went the banks: A, 4.8%; B, 3.9%"
        if len(signs) != 1 or self.movers.tag(left) != "NAME":
            return None
        phrase = self.nouns.ending_at(left)
        begins = phrase is not None and self.movers.tag(phrase.start - 1) in OPENERS
        return (phrase, Mover(signs.pop(), figure, "list", "list")) if phrase and begins else None

    def _listed(self, figure: int, left: int) -> tuple[Phrase, Mover] | None:
        """ "Name: -2.1 per cent", "NAME | +3.4%", "DAX 8,571.95 -253.26 -2.87%"."""
        figured = self.tokens[figure].figure
        signs = (HEADINGS[t.lower] for t in self.tokens[:left] if t.lower in HEADINGS)
        heading = next(signs, self.memory.heading_sign)
        sign = (figured.sign if figured else None) or heading
        at = left
        while at >= 0 and (
            self.movers.tag(at) in ("COLON", "BAR", "DASH", "AMOUNT")
            or (self.movers.tag(at) == "COMMA" and at == left)
            or self._is_quote(at)
        ):
            at -= 1
        if not sign or self.movers.tag(at) not in (*NAMING, "RP"):
            return None
        phrase = self.nouns.ending_at(at)
        if phrase is None or not phrase.subjects or not self.clauses.begins(phrase):
            return None
        return phrase, Mover(sign, figure, "list", "list")

    def _is_quote(self, at: int) -> bool:
        return self.movers.tag(at) == "WORD" and self.tokens[at].text.lstrip("+-").isdigit()

    def _lifted(self, figure: int, left: int) -> tuple[Phrase, Mover] | None:
        """ "Lifting Exxon and Chevron by more than 2%"."""
        if self.movers.tag(left) not in (*NAMING, "RP", "PRON"):
            return None
        phrase = self.nouns.ending_at(left)
        if phrase is None or not phrase.subjects:
            return None
        before = phrase.start - 1
        said = self.tokens[before].sign if self.movers.tag(before) == "DIR" else 0
        before -= bool(said)  # "pulled down X by 2.5%"
        if self.movers.tag(before) != "CAUSE":
            return None
        sign = said or self.tokens[before].sign or self._sign_behind(figure)
        return (phrase, Mover(sign, before, f"verb {self.tokens[before].text}")) if sign else None

    def _sign_behind(self, figure: int) -> int:
        """ "Pulled A 6% and B 5.5% lower": the direction behind the next figure."""
        after = next(
            (i for i in range(figure + 1, min(len(self.tokens), figure + 7)) if self.tokens[i].tag == "FIG"),
            0,
        )
        direction = self.tokens[after + 1] if after and after + 1 < len(self.tokens) else None
        plain = all(
            t.tag in ("CONJ", "COMMA", "RP", "PRON", *NAMING) for t in self.tokens[figure + 1 : after]
        )
        return direction.sign if direction and direction.tag == "DIR" and plain else 0

    def _cut_in_half(self, figure: int, left: int) -> tuple[Phrase, Mover] | None:
        figured = self.tokens[figure].figure
        if (
            figured is None
            or not figured.words
            or self.movers.word(left) != "in"
            or self.movers.word(left - 1) not in ("cut", "cutting", "sliced")
        ):
            return None
        phrase = self.clauses.before(left - 1, self.last)
        return (phrase, Mover(-1, left - 1, "verb cut")) if phrase else None
