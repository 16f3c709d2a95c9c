"""What is simulated: returns to draw from, how firms and dates are drawn, and what is done to day 0."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
import pandas as pd

from analysis.inference.rank_tests import FEWEST_PLACEBOS
from analysis.market.bars import Floats
from analysis.market.errors import DesignError, UnknownNameError
from analysis.market.events import DAY_ZERO, Window
from analysis.market.panels import paired_returns
from analysis.market.prices import Market
from analysis.models.normal_returns import NORMAL_RETURNS
from analysis.study.study import ESTIMATION_WINDOW

Dates = Literal["one", "late", "two", "week", "month", "own", "unequal"]
Times = Literal["all", "calm", "quiet", "usual", "lively", "rough"]
MODELS = ("market_model", "synthetic", "synthetic_ridge")
FIFTHS = get_args(Times)[1:]  # of the dates, from the calmest to the roughest times before them


@dataclass(frozen=True, eq=False, slots=True)
class Population:
    """Returns to draw from: T sessions on which all F firms and their benchmarks traded.

    Parameters
    ----------
    returns, benchmarks : array, shape (T, F)
    donors : array, shape (T, J), optional
        Returns of shares of which a synthetic control of any firm is made.
    """

    symbols: tuple[str, ...]
    returns: Floats
    benchmarks: Floats
    donors: Floats = field(default_factory=lambda: np.empty((0, 0)))

    def apart(self, donors: Sequence[str]) -> Population:
        """The same with some of its firms as donors of the others.

        Raises
        ------
        UnknownNameError
            If there is no such firm.
        """
        if unknown := [symbol for symbol in donors if symbol not in self.symbols]:
            raise UnknownNameError("donor", unknown[0], self.symbols)
        chosen = np.isin(self.symbols, donors)
        firms = tuple(symbol for symbol in self.symbols if symbol not in donors)
        return Population(
            firms, self.returns[:, ~chosen], self.benchmarks[:, ~chosen], self.returns[:, chosen]
        )


@dataclass(frozen=True, slots=True)
class Treatment:
    """What a pretended event does: adds `effect` to every day-0 return and scales its variance.

    Raises
    ------
    DesignError
        If the effect is not finite or the factor is negative.
    """

    effect: float = 0.0
    variance_factor: float = 1.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.effect) and 0 <= self.variance_factor < math.inf):
            raise DesignError(
                f"effect {self.effect} and variance factor {self.variance_factor}: the effect must be a "
                "number, the factor a number from 0 on"
            )


@dataclass(frozen=True, slots=True)
class SimulationDesign:
    """An experiment: `samples` groups of `firms`, and the windows in which they are tested.

    Every treatment is applied to the same samples. The model is estimated on the `estimation_window`.

    Parameters
    ----------
    dates : {"one", "late", "two", "week", "month", "own", "unequal"}
        One day 0 for all firms; the same, but half of them do everything a session after the others; two
        for half of the firms each; one for each within 5 or 21 sessions; own ones; own ones for a third of
        the firms and one for all others. The windows of two, own and unequal dates never meet.
    windows : tuple of Window
    missing : float
        Share of the bars that are missing: each takes two returns with it.
    times : {"all", "calm", "quiet", "usual", "lively", "rough"}
        Of which dates: all, or one fifth of them, by the volatility of the benchmark before them compared
        with that of the estimation window.
    model : str
        One of `MODELS`: the market model, or one with donors.

    Raises
    ------
    DesignError
        If a number is below one, a share not between 0 and 1, or a choice unknown.
    """

    firms: int = 5
    samples: int = 1000
    dates: Dates = "one"
    treatments: tuple[Treatment, ...] = (Treatment(),)
    estimation_window: Window = ESTIMATION_WINDOW
    windows: tuple[Window, ...] = (DAY_ZERO,)
    missing: float = 0.0
    times: Times = "all"
    level: float = 0.05
    seed: int = 20250127
    model: str = "market_model"

    def __post_init__(self) -> None:
        if self.firms < 1 or self.samples < 1:
            raise DesignError(
                f"{self.firms} firms and {self.samples} samples: at least one of each is needed"
            )
        if not 0 < self.level < 1:
            raise DesignError(f"level {self.level} is not between 0 and 1; 0.05 is usual")
        if not 0 <= self.missing < 0.5:
            raise DesignError(f"{self.missing} of the bars missing: a share from 0 to 0.5 is needed")
        choices = (("dates", get_args(Dates)), ("times", get_args(Times)), ("model", MODELS))
        for name, known in choices:
            if (given := getattr(self, name)) not in known:
                raise DesignError(f"{name} {given!r}: allowed are {', '.join(known)}")
        if self.estimation_window.end >= self.event_window.start:
            raise DesignError(
                f"estimation window {self.estimation_window} has to end before event window "
                f"{self.event_window} starts"
            )

    @property
    def mixed(self) -> bool:
        """Whether the model has donors."""
        return "donors" in NORMAL_RETURNS[self.model].needs

    @property
    def event_window(self) -> Window:
        """The sessions from the first to the last that any window needs, day 0 among them."""
        starts, ends = [w.start for w in self.windows], [w.end for w in self.windows]
        return Window(min(0, *starts), max(0, *ends))


def population(market: Market, symbols: Sequence[str]) -> Population:
    """The returns of firms and of their default benchmarks on the sessions that all of them share.

    Firms that lack more than a tenth of the sessions are left out.
    """
    columns = {}
    for symbol in symbols:
        instrument = market.instrument(symbol)
        if instrument.benchmark is None or not {symbol, instrument.benchmark} <= set(market.histories):
            continue
        calendar = market.calendar(symbol, instrument.benchmark)
        dates = pd.DatetimeIndex(market.sessions[calendar].dates)
        benchmark = paired_returns(market, instrument.benchmark, calendar)
        pair = {"firm": market.returns([symbol], calendar)[:, 0], "benchmark": benchmark}
        columns[symbol] = pd.DataFrame(pair, index=dates)
    if not columns:
        raise DesignError("no symbol with bars and a default benchmark to draw from")
    table = pd.concat(columns, axis=1, sort=True)
    known = table.xs("firm", axis=1, level=1)
    kept = [symbol for symbol in columns if known[symbol].notna().mean() >= 0.9]
    complete = table[kept].dropna()
    returns, benchmarks = (complete.xs(name, axis=1, level=1).to_numpy() for name in ("firm", "benchmark"))
    return Population(tuple(kept), returns, benchmarks)


def first_date(design: SimulationDesign) -> int:
    """First session that has an estimation window and enough placebo dates before it."""
    return FEWEST_PLACEBOS - 1 + len(design.event_window) - design.estimation_window.start
