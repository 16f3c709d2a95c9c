"""The moves of one sentence: figures with their subjects, alone, shared, in lists and with words left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from analysis.claims.brackets import Brackets
from analysis.claims.figures import Figure
from analysis.claims.memory import Subject
from analysis.claims.movers import Mover
from analysis.claims.phrases import Phrase

FLAT = ("flat", "unchanged", "steady", "little-changed")


@dataclass(frozen=True, slots=True)
class Move:
    """A figure said of a subject by the tokens `start` to `end`; `chain` numbers moves that share a verb."""

    subject: Subject
    sign: int
    figure: Figure
    hedge: str
    how: str
    start: int
    at: int
    end: int
    chain: int
    state: str = ""
    mover: int = 0


class Moves(Brackets):
    """Reads the moves of one sentence."""

    def read(self) -> Iterator[Move]:
        """The moves, in the order of their figures."""
        for group in self._groups():
            if self._parted(group[0]):
                self.last = None
            if self.tokens[group[0]].tag == "BYWORD":
                yield from self._by_word(group[0])
            else:
                yield from self._group(group)
            self.end_of_last = group[-1]

    def _parted(self, figure: int) -> bool:
        """A new clause since the last figure has a subject of its own, or none that can be inherited."""
        between = self.tokens[self.end_of_last + 1 : figure]
        return self.end_of_last >= 0 and any(t.tag == "STOP" or t.text == ";" for t in between)

    # ------------------------------------------------------------------ figures that stand together
    def _groups(self) -> Iterator[list[int]]:
        group: list[int] = []
        for position, token in enumerate(self.tokens):
            if token.tag == "BYWORD":
                if group:
                    yield group
                group = []
                yield [position]
            elif token.tag == "FIG":
                if group and not self._joins(group[-1], position):
                    yield group
                    group = []
                group.append(position)
        if group:
            yield group

    def _joins(self, before: int, figure: int) -> bool:
        """Whether a figure only follows another: "7.7% and 6.3%"."""
        left, _ = self.movers.hedged(figure)
        if left <= before:
            return False
        between = [t.tag for t in self.tokens[before + 1 : left + 1]]
        priced = (
            self.movers.word(before + 1) == "to" and between[1:2] == ["AMOUNT"] and between[2:] == ["CONJ"]
        )
        if priced:  # "dropped 7.6% to 441.7p and 5.5% to 722.8p, respectively"
            return self.movers.word(figure + 1) == "to" and self.movers.tag(figure + 2) == "AMOUNT"
        if not between or any(tag not in ("COMMA", "CONJ") for tag in between):
            return False
        mover = self.movers.of(before)
        return self._is_bare(figure) or (mover is not None and mover.side == "behind")

    def _is_bare(self, figure: int) -> bool:
        after = self.tokens[figure + 1] if figure + 1 < len(self.tokens) else None
        return after is None or after.lower not in ("in", "for") or not self._names_behind(figure + 2)

    def _names_behind(self, position: int) -> bool:
        near = self.tokens[position : position + 3]
        return any(t.tag in ("NAME", "SHARE", "INDEX", "SECT") and t.note != "place" for t in near)

    def _group(self, group: list[int]) -> Iterator[Move]:
        first, last = group[0], group[-1]
        mover = self.movers.of(first) or (self.movers.of(last) if last != first else None)
        if mover is None:
            yield from self._without_mover(group)
            return
        phrase, sign = self._subject(mover, group)
        if phrase is not None and phrase.subjects and mover.side != "bracket":
            self.chain += 1
        sign = sign or mover.sign
        state = self._state(phrase, mover, first) or self._opened(mover) or self._elided(phrase, mover)
        real = bool(phrase is not None and phrase.subjects and sign)
        hypothetical = real and self.clauses.is_hypothetical(mover, first, phrase)
        if mover.side != "bracket":
            self.last, self.carried, self.carried_is_real, self.state = (
                phrase,
                mover,
                real and not hypothetical,
                state,
            )
        if real and phrase is not None and not hypothetical:
            yield from self._assigned(phrase, group, replace(mover, sign=sign), state)

    def _subject(self, mover: Mover, group: Sequence[int]) -> tuple[Phrase | None, int]:
        figure = group[0]
        left, _ = self.movers.hedged(figure)
        if mover.side == "bracket":
            return self.before_a_bracket(left - 1), mover.sign or self.sign_around(left)
        if mover.side == "behind":
            return self.clauses.of_noun(mover, group, left, self.last), 0
        if mover.side == "direct":
            return self._direct(mover, figure, left), 0
        phrase = self.clauses.before(mover.at, self.last)
        if mover.how.startswith("noun") and (phrase is None or phrase.is_none):
            phrase = self.last  # "a late wave of buying cut its decline to 4.6%"
        return phrase, 0

    def _direct(self, mover: Mover, figure: int, left: int) -> Phrase | None:
        """The subject of "5% lower" or "down 5%": before a verb of state, or right before the words."""
        at = mover.at if mover.at < figure else left + 1
        while at > 0 and self.tokens[at - 1].tag in ("AMOUNT",):
            at -= 1
        said = at - 1 - (at > 1 and self.tokens[at - 2].tag == "COMMA")
        if self.movers.word(at - 1) == "or" and self.movers.tag(said - 1) == "DIR":
            return self.clauses.before(self._before_amounts(said - 1), self.last)
        if self.movers.is_a_verb(at - 1):
            at -= 1  # "frothed 4.2% higher"
        amount = at - 2 - (at > 2 and self.tokens[at - 2].tag == "COMMA")
        if at > 1 and self.tokens[at - 1].tag == "CONJ" and self.tokens[amount].tag == "AMOUNT":
            at = amount
        return self.clauses.before(at, self.last)

    def _before_amounts(self, direction: int) -> int:
        """ "Was more than 170 points lower, or 1.3% down": where the first measure begins."""
        at = direction
        while at > 0 and self.tokens[at - 1].tag in ("AMOUNT", "HEDGE"):
            at -= 1
        return at

    def _state(self, phrase: Phrase | None, mover: Mover, figure: int) -> str:
        """What the verb says of the phase: closed, opened, is trading, was last."""
        start = min(mover.at, figure)
        begin = start
        while (
            begin > 0
            and self.tokens[begin - 1].tag
            in ("STATE", "AUX", "ADV", "HEDGE", "WORD", "AMOUNT", "CONJ", "MOVE")
            and start - begin < 7
        ) or (begin > 1 and self.movers.tag(begin - 1) == "COMMA" and self.movers.word(begin) == "or"):
            begin -= 1
        if (
            mover.side == "behind"
            and phrase is not None
            and not any(t.tag == "FIG" for t in self.tokens[phrase.start : start])
        ):
            begin = min(begin, phrase.start)
        near = [
            t
            for i, t in enumerate(self.tokens[: max(mover.at, figure)])
            if i >= begin and not (t.lower == "trading" and self.movers.word(i - 1) == "of")
        ]
        found = [t.note for t in near if t.tag == "STATE" and t.note]
        if found:
            return found[-1]
        if any(t.lower == "last" for t in near) and any(t.tag == "STATE" for t in near):
            return "intraday"
        return self._at_a_level(begin)

    def _elided(self, phrase: Phrase | None, mover: Mover) -> str:
        """ "A closed 0.6% higher and B 0.4% higher": the verb before, where none stands behind an "and"."""
        if (
            phrase is None
            or mover.side != "direct"
            or self.end_of_last < 0
            or phrase.start < self.end_of_last
        ):
            return ""
        between = self.tokens[self.end_of_last + 1 : mover.at]
        names = {"NAME", "CONJ", "COMMA", "DET", "DIR", "HEDGE", "INDEX", "DESC", "SECT", "SHARE", "POSS"}
        return (
            self.state if {t.tag for t in between} <= names and any(t.tag == "CONJ" for t in between) else ""
        )

    def _at_a_level(self, begin: int) -> str:
        """ "Settled at 56,319, up 0.9%": the phase of the verb before a level."""
        tags = [self.movers.tag(begin - back) for back in (1, 2, 4)]
        level = tags[:2] == ["COMMA", "AMOUNT"] and self.movers.word(begin - 3) in ("at", "to")
        note = self.tokens[begin - 4].note if level and tags[2] == "STATE" else ""
        return note if note in ("close", "open") else ""

    def _opened(self, mover: Mover) -> str:
        """ "Wall Street opened lower, with the S&P 500 down 0.9%"."""
        if self.tokens[mover.at].tag != "DIR" or mover.side != "direct":
            return ""
        before = self.tokens[: mover.at]
        opened = [i for i, t in enumerate(before) if t.tag == "STATE" and t.note == "open"]
        return (
            "open"
            if opened
            and self.movers.tag(opened[-1] + 1) == "DIR"
            and self.movers.tag(opened[-1] + 2) == "COMMA"
            else ""
        )

    def _assigned(self, phrase: Phrase, group: list[int], mover: Mover, state: str) -> Iterator[Move]:
        """One move per subject and figure: shared, in order, or several of one subject."""
        subjects = self._without_the_flat(phrase.subjects, group)
        if len(group) == len(subjects):
            pairs = list(zip(subjects, group, strict=True))
        elif len(subjects) == 1:
            pairs = [(subjects[0], figure) for figure in group]
        else:
            pairs = [(subject, group[min(i, len(group) - 1)]) for i, subject in enumerate(subjects)]
        for subject, position in pairs:
            yield self._move(subject, position, mover, phrase.start, state, group)

    def _without_the_flat(self, subjects: tuple[Subject, ...], group: Sequence[int]) -> tuple[Subject, ...]:
        """ "A and B finished flat and 0.6% higher": the one that moved."""
        if len(subjects) != 2 or len(group) != 1:
            return subjects
        if self.movers.word(group[0] - 1) == "and" and self.movers.word(group[0] - 2) in FLAT:
            return subjects[1:]
        behind = group[0] + 1 + (self.movers.tag(group[0] + 1) == "DIR")
        flat = self.movers.word(behind) == "and" and self.movers.word(behind + 1) in FLAT
        return subjects[:1] if flat else subjects

    def _move(
        self, subject: Subject, position: int, mover: Mover, start: int, state: str, group: Sequence[int]
    ) -> Move:
        figure = self.tokens[position].figure
        assert figure is not None
        hedge = self.movers.hedged(position)[1] if position != group[0] else mover.hedge
        sign = figure.sign if figure.sign and mover.how in ("bracket", "list") else mover.sign
        end = max(position, mover.at)
        if end + 1 < len(self.tokens) and self.tokens[end + 1].tag == "DIR":
            end += 1
        return Move(
            subject,
            sign,
            figure,
            hedge,
            mover.how,
            min(start, position, mover.at),
            position,
            end,
            self.chain,
            state,
            min(mover.at, position),
        )

    # ------------------------------------------------------------------ figures without a mover of their own
    def _without_mover(self, group: list[int]) -> Iterator[Move]:
        figure = group[0]
        left, hedge = self.movers.hedged(figure)
        if self.movers.is_something_else(figure):
            return
        found = self.inferred(figure, left)
        if found is None:
            return
        phrase, mover = found
        if phrase.subjects and not self.clauses.is_hypothetical(mover, figure, phrase):
            state = self.state if mover.how == "gapping" else ""
            if mover.how.startswith("verb"):
                self.carried, self.carried_is_real = mover, True
            yield from self._assigned(phrase, group, replace(mover, hedge=hedge), state)
            self.last = phrase

    # ------------------------------------------------------------------ doubled, halved
    def _by_word(self, position: int) -> Iterator[Move]:
        token = self.tokens[position]
        following = self.movers.tag(position + 1)
        if following not in ("", "STOP", "COMMA", "PART", "CONJ", "DASH", "RP", "DIR") and self.movers.word(
            position + 1
        ) not in ("in", "from", "over", "since", "to", "on"):
            return
        left, hedge = self.movers.hedged(position)
        mover = Mover(token.sign, position, f"verb {token.text}", hedge=hedge)
        phrase = self.clauses.before(left + 1, self.last)
        if phrase is None or not phrase.subjects or self.clauses.is_hypothetical(mover, position, phrase):
            return
        self.last, self.carried, self.carried_is_real = phrase, mover, True
        self.chain += 1
        yield from self._assigned(phrase, [position], mover, "")
