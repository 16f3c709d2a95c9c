"""What was reported, and what the prices say about it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from analysis.market.events import Event
from analysis.market.prices import Instrument

Basis = Literal["close", "intraday", "low", "late", "premarket", "futures", "level", "rank", "none"]
Qualifier = Literal["exact", "about", "nearly", "over"]
FORTNIGHT = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Article:
    """A text that reported on the event; `summary` is in our words."""

    id: str
    publisher: str
    title: str
    date: str
    summary: str


@dataclass(frozen=True, slots=True)
class ReportedMove:
    """One claim about a price, as printed.

    Parameters
    ----------
    id : str
        Stable key, e.g. ``"6"`` for the articles' claims and ``"o12"`` for other outlets'.
    source : str
        Article id, or the outlet's name.
    featured : bool
        True for the articles that the project is about, False for other outlets.
    reported : float, optional
        The move, decimal (-0.115 is -11.5 %); None where no figure is given.
    decimals : int
        Decimals of the printed percentage: -11.5 % has 1.
    qualifier, basis : str
        How the figure was hedged, and what it measures.
    time : datetime, optional
        Aware moment of the snapshot, if known.
    statement : str
        The claim in our words, for claims without a figure ("near a nine-week low").
    weeks : int, optional
        For a level claim: the span of the low, in weeks.
    """

    id: str
    source: str
    featured: bool
    symbol: str | None
    date: dt.date
    basis: Basis
    qualifier: Qualifier = "exact"
    reported: float | None = None
    decimals: int = 0
    time: dt.datetime | None = None
    statement: str = ""
    weeks: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReportedFact:
    """A fact that is no price move, article by article: where they differ, the reader sees it."""

    name: str
    by_article: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything written by people about one event: the content of one catalogue file."""

    event: Event
    instruments: tuple[Instrument, ...]
    articles: tuple[Article, ...]
    moves: tuple[ReportedMove, ...]
    facts: tuple[ReportedFact, ...]

    def group(self, name: str) -> tuple[str, ...]:
        """Symbols of one group: ``articles``, ``wider`` or ``benchmark``."""
        return tuple(i.symbol for i in self.instruments if i.group == name)

    @property
    def firms(self) -> tuple[str, ...]:
        """Symbols studied unless others are named: those of the articles, without their indices."""
        return tuple(symbol for symbol in self.group("articles") if not symbol.startswith("^"))

    @property
    def indices(self) -> tuple[str, ...]:
        """Symbols of the indices that the articles name."""
        return tuple(symbol for symbol in self.group("articles") if symbol.startswith("^"))

    @property
    def earlier_days(self) -> tuple[dt.date, ...]:
        """Days of the fortnight before the news that the timeline names for the whole market.

        On each the market may have learnt of it: other answers to the question of day 0.
        """
        news = self.event.session or self.event.information_time.date()  # type: ignore[union-attr]  # one is given
        context = {e.date for e in self.event.timeline if e.kind == "context" and not e.symbols}
        return tuple(sorted(day for day in context if news - FORTNIGHT <= day < news))

    @property
    def shares(self) -> tuple[str, ...]:
        """Symbols of all shares listed in the United States or Europe: what simulations draw from."""
        listed = (i for i in self.instruments if i.region and i.group in ("articles", "wider"))
        return tuple(i.symbol for i in listed if not i.symbol.startswith("^"))

    @property
    def claimed(self) -> tuple[str, ...]:
        """Symbols that a claim names and that have a benchmark; the firms where there is none."""
        named = {move.symbol for move in self.moves}
        return tuple(i.symbol for i in self.instruments if i.symbol in named and i.benchmark) or self.firms
