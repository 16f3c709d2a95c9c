"""What a reading proposes: a market move that was reported, with the characters it came from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

Hedge = Literal["exact", "about", "nearly", "over", "up_to", "at_least"]
HEDGES: dict[Hedge, str] = {
    "exact": "",
    "about": "about ",
    "nearly": "nearly ",
    "over": "over ",
    "up_to": "up to ",
    "at_least": "at least ",
}
ReadBasis = Literal[
    "close",
    "open",
    "high",
    "low",
    "intraday",
    "late",
    "premarket",
    "afterhours",
    "futures",
    "period",
    "unknown",
    "points",
    "market_value",
    "level",
    "rank",
    "superlative",
]


@dataclass(frozen=True, slots=True)
class Proposal:
    """One reported move, as printed.

    Parameters
    ----------
    text : str
        The words that it was read from.
    start, end : int
        Characters of the input: ``input[start:end]`` is `text`.
    subject : str
        The name as printed; for a pronoun or a description the name it stands for.
    mention : str, optional
        The pronoun or description, where the name itself is not in the clause.
    symbol : str, optional
        Yahoo's symbol, where the text makes it clear.
    sign : int, optional
        +1 or -1, of the move; None for a rank or a level.
    value, value_high : str, optional
        The figure as printed, and the upper end of a range. Percent, unless `basis` says otherwise.
    value_text : str, optional
        The words, where no figure is printed ("a third").
    qualifier, basis, period : str
        How the figure is hedged, which price it speaks of, over which time.
    date : date, optional
        The day, where the text fixes it.
    confidence : float
        Between 0 and 1: less where a name is unknown or a pronoun was resolved.
    why : str
        What the reading rests on, in words.
    """

    text: str
    start: int
    end: int
    subject: str
    mention: str | None
    symbol: str | None
    sign: int | None
    value: str | None
    value_high: str | None
    value_text: str | None
    qualifier: Hedge
    basis: ReadBasis
    period: str
    date: dt.date | None
    confidence: float
    why: str
