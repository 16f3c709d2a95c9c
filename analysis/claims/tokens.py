"""A sentence as tagged tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.claims.adjuncts import Adjunct
from analysis.claims.directory import Listing
from analysis.claims.figures import Figure

NAMING = ("NAME", "SHARE", "INDEX", "FUT", "SECT", "DESC")  # tags of words that end a phrase of instruments


@dataclass(frozen=True, slots=True)
class Token:
    """A word or phrase with its tag; what further fields say depends on the tag."""

    text: str
    lower: str
    start: int
    end: int
    tag: str
    sign: int = 0
    note: str = ""
    figure: Figure | None = None
    listing: Listing | None = None
    ticker: str = ""
    verb: bool = False  # a noun that may be a verb as well, or a verb that may be a noun

    @property
    def kind(self) -> str:
        """What the directory lists a name as (share, index, future, fund); "" for other words."""
        return self.listing.kind if self.listing is not None else ""

    @property
    def is_instrument(self) -> bool:
        """Whether a firm or an index is named, listed or not: no place, no other thing."""
        return self.tag == "NAME" and self.note in ("known", "unknown")


@dataclass(frozen=True, slots=True)
class Tagged:
    """A sentence's tokens, and the phrases of time that were taken out from between them."""

    text: str
    tokens: tuple[Token, ...]
    adjuncts: tuple[Adjunct, ...]


class Places:
    """Tokens by their place in a sentence; outside it there is nothing, not an error."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens

    def tag(self, position: int) -> str:
        """The tag at a position, "" outside the sentence."""
        return self.tokens[position].tag if 0 <= position < len(self.tokens) else ""

    def word(self, position: int) -> str:
        """The word at a position, "" outside the sentence."""
        return self.tokens[position].lower if 0 <= position < len(self.tokens) else ""
