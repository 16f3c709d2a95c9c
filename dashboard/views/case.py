"""One event under one choice: everything that a page reads, computed when first asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

from analysis.claims.reported import Dossier
from analysis.claims.verdicts import MoveCheck, check_moves
from analysis.market.errors import DesignError, NothingToStudyError
from analysis.market.prices import Instrument, Market
from analysis.market.reactions import OWN_MEAN
from analysis.study.study import StudyDesign, StudyResults, event_study
from dashboard.views import words
from dashboard.views.cautions import NONE, Cautions, cautions_of
from dashboard.views.choices import Choices, design
from dashboard.views.source import DataSource

Found = TypeVar("Found")


@dataclass(frozen=True, eq=False)
class Studies:
    """What one design finds on one snapshot, each part computed when first asked for.

    Views that differ in what they look at, not in what is computed, share it.
    """

    design: StudyDesign
    dossier: Dossier
    market: Market
    _found: dict[Any, Any] = field(default_factory=dict)

    def kept(self, question: Callable[..., Found], *about: Any) -> Found:
        """What a function of `analysis` finds on the prices, asked of it once for the same arguments."""
        key = (question, about)
        if key not in self._found:
            self._found[key] = question(*about)
        answer: Found = self._found[key]
        return answer

    def once(self, question: Callable[[StudyResults, str], Found], symbol: str) -> Found:
        """What a function of `analysis` finds for a firm of the study, asked of it once."""
        return self.kept(question, self.study, symbol)

    @cached_property
    def study(self) -> StudyResults:
        """Results for the chosen firms."""
        return event_study(self.design, self.market)

    @cached_property
    def unstudied(self) -> dict[str, str]:
        """Why not one of the firms can be studied, by symbol; empty where one can."""
        try:
            self.study  # noqa: B018
        except NothingToStudyError as error:
            return error.reasons
        return {}

    @cached_property
    def volume(self) -> StudyResults:
        """The same study of volumes; DesignError where none are known."""
        return event_study(
            replace(self.design, reaction="volume", model=OWN_MEAN, benchmark=None, donors=()), self.market
        )

    @cached_property
    def checks(self) -> tuple[MoveCheck, ...]:
        """Every reported move with its verdict, by the same study of every instrument that a claim names."""
        results: StudyResults | None
        try:
            results = event_study(replace(self.design, symbols=self.dossier.claimed), self.market)
        except DesignError:  # no price of what the claims name: the event still has its own firms
            results = None if self.unstudied else self.study
        return check_moves(self.dossier.moves, self.market, results)


@dataclass(frozen=True, eq=False)
class Case:
    """An event, the prices around it and the study that the reader asked for.

    `source` tells what else there is; without it the case stands alone. `shared` has what other
    pages of the same design have found. `placed`: whether pages of it have an address.
    """

    choices: Choices
    dossier: Dossier
    market: Market
    source: DataSource | None = None
    shared: Studies | None = None
    placed: bool = True

    @cached_property
    def studies(self) -> Studies:
        """What the chosen design finds."""
        return self.shared or Studies(design(self.choices, self.dossier), self.dossier, self.market)

    @cached_property
    def cautions(self) -> Cautions:
        """What a reader must know before relying on the study."""
        prices = self.source.cautions(self.choices.event, self.study) if self.source else NONE
        return cautions_of(self.study, prices, self.choices.car_window)

    @property
    def excluded(self) -> dict[str, str]:
        """Firms that could not be studied, with the reason."""
        return {**self.cautions.unread, **self.study.excluded}

    @property
    def design(self) -> StudyDesign:
        """The study asked for."""
        return self.studies.design

    @property
    def study(self) -> StudyResults:
        """Results for the chosen firms."""
        return self.studies.study

    @cached_property
    def events(self) -> tuple[tuple[str, str], ...]:
        """Slug and name of the events that a reader can change to, the default first."""
        if self.source is None:
            return ()
        return tuple((slug, self.source.dossier(slug).event.name) for slug in self.source.events())

    @cached_property
    def snapshots(self) -> tuple[str, ...]:
        """Names of the price snapshots that a reader can change to."""
        return tuple(self.source.snapshots()) if self.source else ()

    @cached_property
    def featured(self) -> tuple[MoveCheck, ...]:
        """The checks of the articles' claims, without those that report no move."""
        return tuple(c for c in self.studies.checks if c.reported.featured and c.reported.basis != "none")

    @cached_property
    def leading(self) -> str:
        """The firm that is told of first: the first with a claim of the articles, else what moved most."""
        named = {self.market.traded(c.reported.symbol) for c in self.featured if c.reported.symbol}
        first = next((symbol for symbol in self.study.symbols if symbol in named), "")
        return first or str(self.study.abnormal_returns.loc[0].abs().idxmax())

    @cached_property
    def publishers(self) -> dict[str, str]:
        """Names of the papers, by the id of their article."""
        return {article.id: words.publisher(article) for article in self.dossier.articles}

    @cached_property
    def links(self) -> dict[str, str]:
        """Addresses of the articles, by their id; empty where none is known."""
        return {article.id: article.link for article in self.dossier.articles}

    def instrument(self, symbol: str) -> Instrument:
        """The instrument of a symbol."""
        return self.market.instrument(symbol)

    def name(self, symbol: str | None) -> str:
        """Name of an instrument as people say it; starred where a stand-in is shown in its place."""
        if symbol is None:
            return words.DASH
        return self._starred.get(symbol) or self.instrument(symbol).name

    @cached_property
    def _starred(self) -> dict[str, str]:
        """Names of instruments that are shown through a stand-in, by their symbol and by its."""
        names: dict[str, str] = {}
        for instrument in self.dossier.instruments:
            if instrument.stand_in and self.market.traded(instrument.symbol) == instrument.stand_in:
                for symbol in (instrument.symbol, instrument.stand_in):
                    names.setdefault(symbol, f"{instrument.name}*")
        return names

    def sentence(self, text: str) -> str:
        """A text of the analysis as a sentence, with names in place of the symbols that it lists."""
        known = "|".join(map(re.escape, sorted(self.market.instruments, key=len, reverse=True)))
        found = re.compile(rf"(?<![\w.@-])(?:{known})(?=[,:])")
        return words.sentence(found.sub(lambda symbol: self.name(symbol[0]), text) if known else text)

    def names(self, symbols: Sequence[str]) -> tuple[str, ...]:
        """Names of several instruments."""
        return tuple(self.name(symbol) for symbol in symbols)

    def look(self, symbol: str) -> int | None:
        """Which look a firm has, in every chart and whatever else is chosen; None for what is no firm."""
        return self._looks.get(symbol) if symbol in self.study.symbols else None

    @cached_property
    def _looks(self) -> dict[str, int]:
        """Places of the event's instruments, its default firms first; a stand-in has its firm's."""
        every = (*self.dossier.firms, *(instrument.symbol for instrument in self.dossier.instruments))
        traded = dict.fromkeys(self.market.traded(symbol) for symbol in every)
        return {symbol: place for place, symbol in enumerate(traded)}

    def choosing(self, **other: Any) -> Choices:
        """These choices with some of them changed."""
        return replace(self.choices, **other)

    @property
    def stand_ins(self) -> str:
        """One sentence on instruments that are shown through another; empty if there is none."""
        replaced = [i for i in self.dossier.instruments if self.market.traded(i.symbol) != i.symbol]
        shown = () if self.studies.unstudied else self.study.symbols
        return " ".join(
            f"* {i.name} ({i.symbol}) is shown through {i.stand_in}, {self.instrument(i.stand_in).name}, "
            f"in {self.instrument(i.stand_in).currency}."
            for i in replaced
            if i.stand_in in shown
        )
