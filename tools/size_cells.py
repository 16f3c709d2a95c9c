"""What the tables of size and power are made of: populations of returns, and kinds of groups."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import ClassVar
from zlib import crc32

from analysis.claims.reported import Dossier
from analysis.inference.simulation_design import Dates, Population, SimulationDesign, Times, population
from analysis.market.events import Window
from analysis.market.prices import Instrument, Market
from analysis.study.design import StudyDesign
from analysis.study.donors import with_donors
from data.bundled.bundle import bundled_market
from data.bundled.calendars import sessions
from data.catalogue import dossiers as catalogue
from data.own.donors import donor_instruments
from tools.made_up import SHARED, made_up_population, resampled

EVENT = "deepseek-2025-01-27"
SINCE = dt.date(2022, 1, 3)
TIMES: tuple[Times, ...] = ("calm", "quiet", "lively", "rough")
WINDOWS = tuple(Window(*pair) for pair in ((0, 0), (0, 1), (-1, 1), (-5, 5), (-10, 10)))
ALIKE, CLOSE = "closely correlated", 0.8  # made-up returns too, and the correlation of abnormal returns
SECTORS, ACROSS, INSIDE = "grouped", 0.05, 0.65  # the correlation of all firms, and what a sector adds
SKEWED = "skewed"
POPULATIONS = ("made up", "bundled", ALIKE, SECTORS, SKEWED)
LEADING = {7: "SU.PA", 22: "NVDA"}  # shares with so many donors, one in each region
DONORS = (7, 22, 42)  # as few as events of the catalogue have in Europe, and as many as in the United States
MIXED, YEARS = 6, 28  # firms that are mixed of made-up donors, and how long: each day of each is a fit


@dataclass(frozen=True, slots=True)
class Cell:
    """Groups of one kind: how many firms and estimation sessions, how their dates lie, and when."""

    firms: int
    dates: Dates
    sessions: int = 250
    missing: float = 0.0
    times: Times = "all"
    model: ClassVar[str] = "market_model"
    donors: ClassVar[int] = 0

    @property
    def weight(self) -> int:
        """Firms on one date are what is studied most, and their sizes lie closest to the bound."""
        shared = self.dates in ("one", "late") and self.firms > 1
        return 4 if shared and self.sessions == 250 and not self.missing else 1

    @property
    def design(self) -> SimulationDesign:
        """The experiment, its samples aside."""
        estimation = Window(-10 - self.sessions, -11)
        return SimulationDesign(
            self.firms,
            dates=self.dates,
            estimation_window=estimation,
            windows=WINDOWS,
            missing=self.missing,
            times=self.times,
            model=self.model,
        )


def cells() -> Iterator[Cell]:
    """Every number of firms with every kind of dates; then one thing at a time is another."""
    yield Cell(1, "one")
    few: tuple[Dates, ...] = ("one", "own")
    some: tuple[Dates, ...] = ("one", "own", "week")
    every: tuple[Dates, ...] = ("one", "own", "week", "month", "unequal")
    for firms, schemes in ((2, few), (5, some), (10, every), (30, every)):
        yield from (Cell(firms, dates) for dates in schemes)
    single, few_shared, shared = Cell(1, "one"), Cell(5, "one"), Cell(30, "one")
    some_own, own, unequal = Cell(10, "own"), Cell(30, "own"), Cell(30, "unequal")
    yield from (replace(cell, times=times) for cell in (few_shared, own) for times in TIMES)
    for times in (TIMES[0], TIMES[-1]):
        yield from (replace(cell, times=times) for cell in (single, shared))
    yield from (replace(cell, times=times) for cell in (some_own, unequal) for times in TIMES[-2:])
    yield from (replace(cell, missing=0.02) for cell in (single, few_shared, own, unequal))
    yield from (replace(cell, missing=0.05) for cell in (single, few_shared, own, unequal))
    yield from (replace(cell, sessions=60) for cell in (single, few_shared, some_own, own, unequal))
    yield from (replace(cell, sessions=20) for cell in (single, few_shared, some_own, own, unequal))
    yield from (Cell(firms, "late") for firms in (5, 30))
    yield Cell(30, "two")


BUNDLED = (
    *(Cell(firms, "one") for firms in (1, 5, 10, 30)),
    *(Cell(firms, "own") for firms in (5, 10, 30)),
    *(Cell(firms, "unequal") for firms in (10, 30)),
    Cell(30, "week"),
    Cell(5, "late"),
    Cell(30, "two"),
    *(Cell(2, dates) for dates in ("one", "own")),
    *(replace(cell, missing=share) for cell in (Cell(5, "one"), Cell(30, "own")) for share in (0.02, 0.05)),
    *(replace(cell, sessions=20) for cell in (Cell(5, "one"), Cell(30, "own"))),
    Cell(30, "own", sessions=60),
)
CLOSEST = (  # to the bound, of bundled returns too: with four times the samples
    Cell(5, "one", sessions=60),
    *(
        replace(cell, times=times)
        for cell in (Cell(1, "one"), Cell(5, "one"), Cell(30, "one"), Cell(10, "own"), Cell(30, "own"))
        for times in (TIMES[0], TIMES[-1])
    ),
)

SPECIAL = {  # kinds of groups of other made-up returns, and how many times the samples
    ALIKE: {Cell(5, "one"): 4, Cell(30, "one"): 4, Cell(30, "two"): 1},
    SECTORS: {Cell(5, "one"): 4, Cell(30, "one"): 4, Cell(30, "two"): 1, Cell(30, "unequal"): 1},
    SKEWED: {Cell(firms, "own"): 4 for firms in (10, 15, 20, 30)},
}
POWERED = (Cell(5, "one"), Cell(30, "one"), Cell(5, "own"), Cell(30, "own"))


@dataclass(frozen=True, slots=True)
class Mixed(Cell):
    """Groups of one kind of which each firm is a mix of donors."""

    model: str = "synthetic"  # type: ignore[misc]
    donors: int = 0  # type: ignore[misc]


def mixed(of: Iterable[int]) -> Iterator[list[Mixed]]:
    """One firm and five, in all times, calm ones and rough ones, of each model and number of donors.

    The most donors mix one firm alone: each fit takes longest with them.
    """
    times: tuple[Times, ...] = ("all", TIMES[0], TIMES[-1])
    for model, donors in product(("synthetic", "synthetic_ridge"), of):
        firms = (1,) if donors == DONORS[-1] else (1, 5)
        yield [Mixed(n, "one", times=at, model=model, donors=donors) for n in firms for at in times]


def bundled_population(leading: str = "") -> Population:
    """The bundled shares of exchanges in the United States and Europe, from 2022: most are that old.

    Where a share leads, those of its region, with its donors.
    """
    dossier = catalogue.dossier(EVENT)
    market = bundled_market(dossier.instruments)
    symbols, donors = _beside(leading, dossier, market) if leading else (dossier.shares, {})
    known = {**market.instruments, **donors}
    whole = bundled_market(known.values())
    recent = {mic: sessions(mic, SINCE, market.provenance.as_of) for mic in whole.sessions}
    found: Population = population(replace(whole, sessions=recent), (*symbols, *donors))
    return found.apart(tuple(donors))


def _beside(leading: str, dossier: Dossier, market: Market) -> tuple[tuple[str, ...], dict[str, Instrument]]:
    """Shares of the region of one, and its donors, measured against the same benchmark."""
    pool = bundled_market(donor_instruments(dossier).values())
    asked = StudyDesign(dossier.event, (leading,), None, "synthetic")
    found, first = with_donors(asked, replace(market, pool=lambda: pool)), market.instrument(leading)
    donors = {s: replace(found.instrument(s), benchmark=first.benchmark) for s in found.donors[leading].used}
    return tuple(s for s in dossier.shares if market.instrument(s).region == first.region), donors


@cache
def drawn_from(name: str, seed: int, donors: int = 0) -> Population:
    """The returns of one of `POPULATIONS`; with donors of fewer firms and sessions, for each has a fit."""
    if name == "bundled":
        known = bundled_population(LEADING.get(donors, ""))
        return resampled(known, 250 * (YEARS if donors else 100), seed)
    if not donors:
        return _made_up(name, seed)
    found = made_up_population(MIXED + donors, 250 * YEARS, seed)
    return found.apart(found.symbols[:donors])


def _made_up(name: str, seed: int) -> Population:
    if name == SECTORS:
        return made_up_population(seed=seed, correlation=ACROSS, inside=INSIDE)
    if name == SKEWED:
        return made_up_population(seed=seed, correlation=0.0, spells=False, skewed=True)
    return made_up_population(seed=seed, correlation=CLOSE if name == ALIKE else SHARED)


def seed_of(seed: int, name: str, cell: Cell) -> int:
    """A seed of its own for every kind of group."""
    return crc32(f"{seed} {name} {cell}".encode())
