"""What makes a figure a move: the verb, adverb, noun, bracket or list that it hangs on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from analysis.claims import words as w
from analysis.claims.measures import Measures
from analysis.claims.tokens import NAMING

PLAIN = (
    "lower",
    "higher",
    "weaker",
    "firmer",
    "softer",
    "stronger",
)  # "recovered a little to end 17.8% lower"
ENDING = "above;below;off;short of;shy of;beneath;behind;ahead;up;down".split(";")
OF_A_PHRASE = ("COMMA", "WORD", "DET", "PREP", "ADV")
REACHING = ("hit", "hits", "hitting", "touched", "locked", "reached", "at")
TAKEN = ("knock", "wip", "taken", "shav", "slic", "lop", "eras")


@dataclass(frozen=True, slots=True)
class Mover:
    """The move that a figure belongs to.

    `at` is the token that moves, `how` the construction, `side` where to look for the subject.
    """

    sign: int
    at: int
    how: str
    side: str = "before"  # before, behind (a noun), bracket, direct, for
    hedge: str = "exact"


class Movers(Measures):
    """The movers of one sentence's figures."""

    def hedged(self, figure: int) -> tuple[int, str]:
        """The token before a figure and its hedges, and what the hedges say."""
        printed = self.tokens[figure].figure
        hedge = (printed.hedge if printed else None) or "exact"
        left = figure - 1
        if self.tag(left) == "WORD" and self.word(left - 1) in ("a", "an", "another"):
            left -= 2
        if self.word(left) == "worse" and self.word(left - 1) == "even":  # "an even worse 2%"
            left -= 3
        while left >= 0 and (
            self.tag(left) == "HEDGE"
            or (
                self.word(left) in ("between", "from", "minus", "even", "maybe", "perhaps")
                and self._is_range(left, figure)
            )
        ):
            said = self.tokens[left].note
            if said and said != "exact":
                hedge = said
            left -= 1
        after = figure + 1
        if self.tag(after) == "HEDGE" and self.word(after) in ("or so", "at least"):
            hedge = self.tokens[after].note
        return left, hedge

    def is_a_verb(self, at: int) -> bool:
        """A plain past form that no table knows, behind a name or a noun of the market."""
        token = self.tokens[at] if at > 0 else None
        return (
            token is not None
            and token.tag == "WORD"
            and token.text.islower()
            and token.lower.endswith("ed")
            and self.tokens[at - 1].tag in (*NAMING, "PRON")
        )

    def _is_range(self, left: int, figure: int) -> bool:
        printed = self.tokens[figure].figure
        return self.word(left) in ("minus", "even", "maybe", "perhaps") or bool(printed and printed.high)

    def of(self, figure: int, depth: int = 0) -> Mover | None:
        """The mover of a figure (or of an amount that stands beside one); None where there is none."""
        left, hedge = self.hedged(figure)
        if depth == 0 and self.is_something_else(figure):
            return None
        rules = (
            self._taken_off,
            self._circuit,
            self._verb,
            self._direction_behind,
            self._direction,
            self._noun_behind,
            self._noun_of,
            self._by_the_limit,
            self._softened,
        )
        for rule in rules:
            found = rule(figure, left)
            if found is not None:
                return replace(found, hedge=hedge)
        found = self._beside_an_amount(figure, left, depth) or (
            self._bracket(left, figure) if depth == 0 else None
        )
        return replace(found, hedge=hedge) if found else None

    # ------------------------------------------------------------------ verbs and adverbs
    def _verb(self, figure: int, left: int) -> Mover | None:
        if self.tag(left) == "COMMA" and self.word(left + 1) == "by":  # "fell on the news, by 2%"
            left = next(
                (i for i in range(left, max(-1, left - 5), -1) if self.tag(i) not in OF_A_PHRASE), left
            )
        left -= self.word(left) in ("back", "away")
        token = self.tokens[left] if left >= 0 else None
        if token is None or token.tag != "MOVE":
            return None
        behind = self.tokens[figure + 1] if figure + 1 < len(self.tokens) else None
        if (
            behind is not None
            and behind.tag == "DIR"
            and behind.sign != token.sign
            and (behind.lower in PLAIN or self.ends_there(figure + 1, behind.lower))
        ):
            return Mover(behind.sign, left, f"{behind.text} behind the figure")
        return Mover(token.sign, left, f"verb {token.text}")

    def _taken_off(self, figure: int, left: int) -> Mover | None:
        """ "Knocked 7% off the shares", "7% was wiped off the shares"."""
        passive = self.word(figure + 1) in ("was", "were") and self.word(figure + 2).startswith(TAKEN)
        if passive and self.word(figure + 3) in ("off", "from"):
            return Mover(-1, figure + 2, f"verb {self.tokens[figure + 2].text}", "behind")
        behind = [i for i in range(figure + 1, figure + 6) if self.word(i).startswith(TAKEN)]
        if behind and self.word(left) in ("saw", "seen", "see", "had") and self.word(behind[0] + 1) == "off":
            return Mover(
                -1, left, f"verb {self.tokens[behind[0]].text}"
            )  # "saw a fifth of its value wiped off"
        if self.word(figure + 1) not in ("off", "from") or not self.word(left).startswith(
            ("knock", "wip", "took", "taking", "shav", "slic", "cut", "lop", "eras")
        ):
            return None
        return (
            Mover(-1, figure, f"verb {self.tokens[left].text}", "behind")
            if self.word(figure + 2) not in ("its", "their") or self.word(figure + 3) != "workforce"
            else None
        )

    def _direction_behind(self, figure: int, left: int) -> Mover | None:
        after = figure + 1
        while self.tag(after) == "ADV" or self.word(after) == "or so":
            after += 1
        if self.tag(after) == "COMMA" and self.tag(after + 1) == "DIR" and self._follows_an_amount(left):
            after += 1  # "65 points, or 0.8%, lower"
        beyond = after + (self.tag(after) == "COMMA")
        if self.word(beyond) == "or" and self.tag(beyond + 1) == "AMOUNT":  # "0.6%, or 8 points, lower"
            behind = beyond + 2 + (self.tag(beyond + 2) == "COMMA" and beyond > after)
            after = behind if self.tag(behind) == "DIR" else after
        token = self.tokens[after] if after < len(self.tokens) else None
        if token is None or token.tag != "DIR" or self.tag(left) == "DIR" or self.word(after + 1) == "than":
            return None
        if token.lower in ENDING and not self.ends_there(after, token.lower):
            return None
        return Mover(token.sign, figure, f"{token.text} behind the figure", "direct")

    def _follows_an_amount(self, left: int) -> bool:
        before = left - (self.word(left) == "or")
        return self.tag(before - (self.tag(before) == "COMMA")) == "AMOUNT"

    def _direction(self, figure: int, left: int) -> Mover | None:
        skip = left - (self.word(left) == "by")
        skip -= self.tag(skip) == "COMMA" and self.word(skip + 1) == "by"
        while self.tag(skip) == "ADV":
            skip -= 1
        token = self.tokens[skip] if skip >= 0 else None
        noun = self.tag(figure + 1) == "NOUN" and self.word(figure + 2) in ("in", "of")
        if (
            token is None
            or noun  # "weighed down by a 1% fall in the sector"
            or token.tag != "DIR"
            or token.lower in ("above", "below", "behind", "beneath")
            or (
                token.lower == "ahead"
                and self.tag(skip - 1) not in ("STATE", "NAME")
                and not self.word(skip - 1).endswith("ed")
            )
        ):
            return None
        at, how = skip, f"{token.text} before the figure"
        if self.tag(skip - 1) == "MOVE":
            at = skip - 1
        return Mover(
            token.sign, at, how, "direct" if self.tag(at - 1) not in ("STATE", "CAUSE") else "before"
        )

    # ------------------------------------------------------------------ nouns
    def _noun_behind(self, figure: int, left: int) -> Mover | None:
        after = figure + 1
        for _ in range(3):
            if (
                self.tag(after) in ("WORD", "DASH", "ADV", "SHARE", "DESC", "INDEX", "HEDGE")
                and not self.word(after).endswith("ed")
                and self.word(after) not in ("and", "in", "more")
            ):
                after += 1
        token = self.tokens[after] if after < len(self.tokens) else None
        if (
            token is not None
            and token.tag == "MOVE"
            and token.lower in w.NOUNS
            and token.end - self.tokens[figure].end < 24
        ):
            token = replace(token, tag="NOUN", sign=w.NOUNS[token.lower])
        if token is None or token.tag != "NOUN" or after - figure > 4:
            return None
        return Mover(token.sign, after, f"noun {token.text}", "behind")

    def _by_the_limit(self, figure: int, left: int) -> Mover | None:
        """ "Rallied by its daily limit of 5%", "fell the maximum 10%"."""
        near = [i for i in range(max(0, left - 5), left + 1) if self.word(i) in ("limit", "maximum", "band")]
        if not near or any(self.tag(i) == "FIG" for i in range(near[0], left)):
            return None
        verb = next((i for i in range(near[0] - 1, max(-1, near[0] - 6), -1) if self.tag(i) == "MOVE"), None)
        return (
            Mover(self.tokens[verb].sign, verb, f"verb {self.tokens[verb].text}")
            if verb is not None
            else None
        )

    def _circuit(self, figure: int, left: int) -> Mover | None:
        """ "Hit the 20% lower circuit", "was locked in its 5% upper circuit"."""
        sign = {"lower": -1, "upper": 1}.get(self.word(figure + 1), 0)
        if not sign or not self.word(figure + 2).startswith(("circuit", "limit")):
            return None
        verb = next((i for i in range(left, max(-1, left - 4), -1) if self.word(i) in REACHING), None)
        return Mover(sign, verb, f"{self.word(figure + 1)} circuit") if verb is not None else None

    def _noun_of(self, figure: int, left: int) -> Mover | None:
        at = left - 1 if self.word(left) in ("of", "by", "at") else left
        while self.tag(at) in ("ADV", "WORD") and left - at < 3 and self.word(left) == "of":
            at -= 1
        token = self.tokens[at] if at >= 0 else None
        printed = self.tokens[figure].figure
        if (
            token is not None
            and token.lower in ("low", "high", "trough", "peak")
            and printed
            and printed.sign
        ):
            return Mover(printed.sign, at, f"noun {token.text}", "behind")  # "a low of minus 5.4%"
        if token is not None and at < left and token.tag == "MOVE" and token.lower in w.NOUNS:
            return Mover(w.NOUNS[token.lower], at, f"noun {token.text}", "behind")
        if token is None or token.tag != "NOUN" or (at == left and self.tokens[figure].figure is None):
            return None
        return Mover(token.sign, at, f"noun {token.text}", "behind")

    def _softened(self, figure: int, left: int) -> Mover | None:
        """ "Trimmed its loss to 2%", "extended gains to 4%", "taking its loss since January to 20%"."""
        if self.word(left) not in ("to", "at"):
            return None
        for at in range(left - 1, max(-1, left - 8), -1):
            if self.tokens[at].tag == "NOUN" or (self.tokens[at].tag == "MOVE" and self.word(at) in w.NOUNS):
                sign, how = w.NOUNS[self.word(at)], f"noun {self.tokens[at].text}"
                soft = [i for i in range(at - 1, max(-1, at - 8), -1) if self.tag(i) == "SOFT"]
                if not soft:
                    return None
                owned = self.tag(at - 1) == "POSS" and self.tokens[at - 2].end == self.tokens[at - 1].start
                return Mover(sign, at, how, "behind") if owned else Mover(sign, soft[0], how)
            if self.tag(at) in ("FIG", "PART", "COLON") and self.word(at) != "since":
                return None
        return None

    # ------------------------------------------------------------------ beside amounts, in brackets
    def _beside_an_amount(self, figure: int, left: int, depth: int) -> Mover | None:
        """ "Lost 820 points, or 2.16%", "down $3.38 (5.8%)", "fell to 4,100, a 2% ..."."""
        at = left
        while self.tag(at) in ("CONJ", "COMMA", "LP", "DASH", "HEDGE", "COLON", "BAR") or self.word(at) in (
            "or",
            "equivalent",
            "to",
            "about",
        ):
            at -= 1
        if self.tag(at) == "RP" and self.tag(at - 1) == "AMOUNT":  # "83 francs (€53) or 5%"
            at -= 3
        if self.tag(at) == "DIR" and self.tag(at - 1) == "AMOUNT" and at < left:  # "50 points lower or 0.3%"
            at -= 1
        level = self.tokens[at].text.replace(",", "").replace(".", "").isdigit() if at >= 0 else False
        if (
            level and self.word(at - 1) in ("at", "to") and self.tag(at - 2) == "AMOUNT"
        ):  # "16 points at 7279"
            at -= 2
        bare = self.word(at).isdigit() and self.word(at + 1) in (",", "or")  # "shed 32, or 2.9%"
        if depth > 1 or at == left or not (self.tag(at) == "AMOUNT" or bare):
            return None
        note = self.tokens[at].note
        found = self.of(at, depth + 1)
        if found is None and note == "points" and self.tag(figure + 1) == "DIR":
            return None
        return found

    def _bracket(self, left: int, figure: int) -> Mover | None:
        if self.tag(left) != "LP":
            return None
        printed = self.tokens[figure].figure
        sign = printed.sign if printed and printed.sign else 0
        return Mover(sign, left, "bracket", "bracket")
