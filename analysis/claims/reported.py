"""What was reported, and what the prices say about it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from analysis.claims.proposal import HEDGES, Hedge, ReadBasis
from analysis.market.events import Event
from analysis.market.prices import Instrument

Basis = Literal[ReadBasis, "none"]
PERCENT = "percent"
FORTNIGHT = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Article:
    """A text that reported on the event; `summary` is in our words, `link` its address where known."""

    id: str
    publisher: str
    title: str
    date: str
    summary: str
    link: str = ""


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
        True for the articles of the event's file, False for other outlets.
    date : date
        The session that the claim speaks of; after hours, the session before.
    basis : str
        What the figure measures: a key of `analysis.claims.bases.BASES`.
    qualifier : str
        How the figure was hedged: a key of `HEDGES`.
    printed, printed_high : str, optional
        The figure with its sign and every digit that was printed (``"-17"``, ``"+2.20"``), and the far
        end of a range; None where no figure is given.
    unit : str, optional
        ``percent``, ``points``, or money like ``billion USD``; None where no figure is given.
    time : datetime, optional
        Aware moment of the snapshot, if known.
    statement : str
        The claim in our words, for claims without a figure ("near a nine-week low").
    weeks : int, optional
        For a level claim: the span of the low or high, in weeks.
    period : str, optional
        For a period or a superlative: ``week``, ``ytd``, ``5-day``, ``since 2020-03-16``, ``ever``; see
        `analysis.claims.periods`.
    sign : int, optional
        For a superlative: -1 for the worst day, +1 for the best; for a level +1 for a high, else a low.
    shares_outstanding : float, optional
        For a claim about market value: how many shares there were.
    link : str
        Address of the text, where it is another than the article's.
    """

    id: str
    source: str
    featured: bool
    symbol: str | None
    date: dt.date
    basis: Basis
    qualifier: Hedge = "exact"
    printed: str | None = None
    printed_high: str | None = None
    unit: str | None = PERCENT
    time: dt.datetime | None = None
    statement: str = ""
    weeks: int | None = None
    period: str | None = None
    sign: int | None = None
    shares_outstanding: float | None = None
    note: str = ""
    link: str = ""

    @property
    def reported(self) -> float | None:
        """The move, decimal (-0.115 is -11.5 %); None where the figure is no percentage."""
        return self._decimal(self.printed)

    @property
    def reported_high(self) -> float | None:
        """The far end of a span, decimal; None where one figure was printed, or it is no percentage."""
        return self._decimal(self.printed_high)

    def _decimal(self, printed: str | None) -> float | None:
        return float(Decimal(printed) / 100) if printed and self.unit == PERCENT else None

    @property
    def decimals(self) -> int:
        """Decimals of the printed figure: -11.5 has 1."""
        return -int(Decimal(self.printed or "0").as_tuple().exponent)

    @property
    def figure(self) -> str | None:
        """The figure as it was printed, with its hedge and unit: ``nearly -17 %``, ``-593 billion USD``."""
        if self.printed is None:
            return None
        span = f"{self.printed} to {self.printed_high}" if self.printed_high else self.printed
        return f"{HEDGES[self.qualifier]}{span} {'%' if self.unit == PERCENT else self.unit}"


@dataclass(frozen=True, slots=True)
class ReportedFact:
    """A fact that is no price move, article by article: where they differ, the reader sees it."""

    name: str
    by_article: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything written by people about one event: the content of one catalogue file.

    `summary` says in a sentence what it was, `timing` how its time is known; `kind` sorts it among others.
    `origin` tells a bundled event from one of a reader's own.
    """

    event: Event
    instruments: tuple[Instrument, ...]
    articles: tuple[Article, ...]
    moves: tuple[ReportedMove, ...]
    facts: tuple[ReportedFact, ...]
    summary: str = ""
    timing: str = ""
    kind: str = ""
    origin: Literal["bundled", "own"] = "bundled"

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
        news = self.event.known_on
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
