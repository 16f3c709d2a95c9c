"""What a percentage may be instead of a move: a share, a rate, a distance from an average."""

from __future__ import annotations

from analysis.claims import things
from analysis.claims.tokens import Places

# What a figure "below" or "above" is measured against: no move where it is one of the first.
MEASURES = frozenset(
    "average estimates expectations consensus forecast target fair value book peers pre-pandemic inflation "
    "normal averages limit forecasts level levels nav".split()
)
MARKS = frozenset(
    "close closing price issue offer ipo listing high peak low record debut finish where".split()
)


VALUES = (
    "value;worth;market value;market cap;market capitalisation;"
    "market capitalization;stock market value;share price;market valuation"
).split(";")


class Measures(Places):
    """Figures of one sentence that are no moves."""

    def is_something_else(self, figure: int) -> bool:
        after = figure + 1
        if self.tag(after) == "DASH":
            after += 1
        word = self.word(after)
        if word in ("more", "less") and self.tag(after + 1) in ("", "STOP", "COMMA"):
            return False
        if self.tag(after) == "DIR" and self.tag(after + 1) in ("", "STOP", "COMMA", "CONJ", "PART"):
            return False  # "was 2.3% cheaper"
        if word in things.NO_MOVE_BEHIND and not (
            word == "share" and self.word(after + 1) in ("price", "value")
        ):
            return True
        if word in ("a", "per") and self.word(after + 1) in ("year", "annum", "month"):
            return True
        if (word == "of" and self.tag(after + 1)) or (
            word in ("in", "off")
            and self.word(after + 1) in ("its", "their")
            and self.word(after + 2) in ("workforce", "staff")
        ):
            return not self._of_value(after + 1)
        return False

    def _of_value(self, position: int) -> bool:
        if self.word(position) in ("value", "market value"):
            return True
        near = [self.word(i) for i in range(position, position + 5)]
        return near[0] in ("its", "their", "the", "his", "her") and any(x in near for x in VALUES)

    def ends_there(self, position: int, word: str) -> bool:
        """Whether an adverb ends the phrase: "2% below the average" is a level, "2% up" a move."""
        following = self.tag(position + 1)
        if word in ("up", "down", "ahead"):
            return following not in ("FIG",)
        thing = [self.word(i) for i in range(position + 1, position + 7)]
        if word in ("off", "behind") or not any(thing):
            return following in ("", "STOP", "COMMA", "CONJ", "PART", "RP")
        near = set(thing)
        if near & MEASURES:
            return bool(near & {"close", "closing"})
        return following in ("", "STOP", "COMMA", "CONJ", "PART", "RP") or bool(near & MARKS)
