"""The specification curve: the same study over every reasonable choice (Simonsohn, Simmons & Nelson 2020).

Day 0 is a question, not a choice: answers for different days 0 stand side by side and are never
pooled. Everything else a reader may choose is varied at once, and each combination is one
specification with an answer per firm and one for the group. Returns are gathered once; all days 0,
benchmarks and estimation windows are fitted together, and all CAR windows share one covariance.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from analysis.choices.grid import Answers, Sought, grid
from analysis.choices.influence import influence
from analysis.inference.significance import TESTS
from analysis.market.errors import DesignError, UnknownNameError
from analysis.market.events import Event, Window
from analysis.market.observations import Observation
from analysis.market.panels import event_panel
from analysis.market.prices import Market
from analysis.models.distributions import CONFIDENCE, reach, two_sided_t
from analysis.models.normal_returns import NORMAL_RETURNS
from analysis.study.study import (
    CAR_WINDOWS,
    EVENT_WINDOW,
    StudyDesign,
    event_study,
    observe,
)

GROUP = "group"
GROUP_TEST = "portfolio"  # of `TESTS`: by its p value an answer of the group counts as significant
MODELS = (
    "market_model",
    "market_adjusted",
    "constant_mean",
    "two_index",
    "market_model_lag",
    "fama_french_3",
    "fama_french_5",
)
QUESTION = ["day_zero", "target"]
LEVELS = ("day_zero", "benchmark", "model", "earlier_jumps", "length", "gap", "target", "window")
CHOICES = ["benchmark", "model", "earlier_jumps", "length", "gap", "window"]


@dataclass(frozen=True, slots=True)
class Choices:
    """What may reasonably be chosen, the preferred value first in each tuple.

    Parameters
    ----------
    days_zero : tuple of date or None
        Days 0, each its own question; None is the one that follows from the event.
    models : tuple of str
        Keys of `NORMAL_RETURNS`; one that cannot be fitted thousands of times (GARCH) is refused.
    benchmarks : tuple of str or None
        None is each instrument's own default.
    lengths, gaps : tuple of int
        Sessions of the estimation window, and sessions between its end and the start of
        `event_window`: length 250 and gap 0 before [-10, +10] is [-260, -11].
    windows : tuple of Window
        CAR windows inside `event_window`.
    earlier_jumps : tuple of str
        ``kept``, or ``dropped``: estimation days whose residual is an
        earlier jump (`Grid.without_jumps`) are left out.

    Raises
    ------
    DesignError
        If a tuple is empty or repeats a value, or a value cannot be computed.
    UnknownNameError
        If a model is unknown.
    """

    event: Event
    symbols: tuple[str, ...]
    days_zero: tuple[dt.date | None, ...] = (None,)
    models: tuple[str, ...] = MODELS
    benchmarks: tuple[str | None, ...] = (None,)
    lengths: tuple[int, ...] = (250, 180, 120)
    gaps: tuple[int, ...] = (0, 10, 20)
    windows: tuple[Window, ...] = CAR_WINDOWS
    earlier_jumps: tuple[str, ...] = ("kept", "dropped")
    event_window: Window = EVENT_WINDOW

    def __post_init__(self) -> None:
        for name in (field.name for field in fields(self)):
            values = getattr(self, name)
            if isinstance(values, tuple) and (not values or len(set(values)) < len(values)):
                raise DesignError(f"{name} of a specification curve: give at least one, and none twice")
        for model in self.models:
            if model not in NORMAL_RETURNS:
                raise UnknownNameError("model", model, NORMAL_RETURNS)
            if "donors" in NORMAL_RETURNS[model].needs:
                raise DesignError(f"model {model} needs donors, which no curve varies: study it on its own")
            if NORMAL_RETURNS[model].fit is not NORMAL_RETURNS[model].refit:
                raise DesignError(f"model {model} takes too long for a curve: study it on its own")
        if min(self.lengths) < 1 or min(self.gaps) < 0:
            raise DesignError("an estimation window needs a length of at least 1 and a gap of at least 0")
        if outside := [str(w) for w in self.windows if not self.event_window.covers(w)]:
            raise DesignError(f"{', '.join(outside)} not inside the event window {self.event_window}")
        if unknown := set(self.earlier_jumps) - {"kept", "dropped"}:
            raise DesignError(f"earlier jumps {', '.join(unknown)}: allowed are kept and dropped")

    @property
    def estimation_windows(self) -> tuple[Window, ...]:
        """One window per length and gap, gaps running fastest."""
        start = self.event_window.start
        return tuple(Window(start - g - n, start - g - 1) for n, g in product(self.lengths, self.gaps))

    def design(
        self, day_zero: dt.date | None, benchmark: str | None, model: str, estimation: Window
    ) -> StudyDesign:
        """The study that a specification stands for, before earlier jumps are dropped."""
        event = self.event_on(day_zero)
        return StudyDesign(event, self.symbols, benchmark, model, self.event_window, estimation)

    def event_on(self, day_zero: dt.date | None) -> Event:
        """The event, or the same with another day 0."""
        if day_zero is None:
            return self.event
        return replace(self.event, information_time=None, session=day_zero)


@dataclass(frozen=True, eq=False)
class SpecificationCurve:
    """The answers to every specification.

    Parameters
    ----------
    table : DataFrame
        One row per specification and target (a symbol, or ``group``): day_zero, benchmark, model,
        earlier_jumps, length, gap, window, target; firms (how many the answer rests on), effect
        (CAR, for the group CAAR), se, statistic, df, pvalue, ci_low, ci_high, rank (1 is the lowest
        effect of its day 0 and target); repeats (a benchmark that changes nothing: the model reads
        none, or it is the default already); reason, where the specification cannot be computed.
    market : Market
        What it was computed from.
    """

    choices: Choices
    table: pd.DataFrame
    market: Market

    @property
    def count(self) -> int:
        """Number of specifications, over all days 0."""
        return len(self.table) // self.table["target"].nunique()

    @cached_property
    def doubts(self) -> Mapping[Window, str | None]:
        """Why `GROUP_TEST` is not to be trusted in a window of the preferred specification, None where it is.

        Empty where that cannot be computed.
        """
        asked = self.choices
        preferred = asked.days_zero[0], asked.benchmarks[0], asked.models[0], asked.estimation_windows[0]
        try:
            results = event_study(asked.design(*preferred), self.market)
        except DesignError:
            return {}
        return {window: TESTS[GROUP_TEST].trusted(results, window) for window in asked.windows}

    @cached_property
    def distinct(self) -> pd.DataFrame:
        """The curve: specifications that were computed and do not repeat another."""
        return self.table[self.table["effect"].notna() & ~self.table["repeats"]]

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Per day 0 and target: how many were computed and failed, the range of effects, and shares.

        `preferred` is the effect of the first value of every choice.
        """
        curve = self.distinct.assign(
            negative=self.distinct["effect"] < 0, significant=self.distinct["pvalue"] < 1 - CONFIDENCE
        )
        by = curve.groupby(QUESTION)
        answer = by["effect"].agg(["size", "min", "median", "max"])
        answer.columns = pd.Index(["specifications", "lowest", "median", "highest"])
        answer[["share_negative", "share_significant"]] = by[["negative", "significant"]].mean()
        failed = self.table.assign(failed=self.table["reason"] != "").groupby(QUESTION)[["failed"]].sum()
        preferred = self.table.groupby(QUESTION)["effect"].nth(0).to_numpy()
        answer = failed.assign(preferred=preferred).join(answer)
        return answer.assign(specifications=answer["specifications"].fillna(0).astype(int))

    @cached_property
    def influence(self) -> pd.DataFrame:
        """Which choice moves the answer most, per day 0 and target, strongest first.

        eta_squared is the share of the variance of the effects that lies between the values of a
        choice; spread is the range of the median effect over these values, from that of `lowest` to
        that of `highest`; share_spread that of the share significant. Taken over the full grid, repeats
        included, so that every value of a choice meets the same values of all others.
        """
        return influence(self.table, LEVELS, QUESTION)


def specification_curve(choices: Choices, market: Market) -> SpecificationCurve:
    """Answer every specification for every firm and for the group.

    A firm's answer is its CAR with the full prediction error, as `event_study` gives it; the
    group's is the CAAR with the portfolio test, as `TESTS` gives it. A specification that cannot be
    computed keeps its row, with a reason.

    Raises
    ------
    UnknownNameError
        If a symbol or a benchmark is unknown.
    """
    firms = tuple(dict.fromkeys(market.traded(symbol) for symbol in choices.symbols))
    with np.errstate(invalid="ignore", divide="ignore"):
        answers = [*_answers(choices, _sought(choices, market, firms))]
    levels: dict[str, Sequence[Any]] = {
        "day_zero": ["default" if day is None else day.isoformat() for day in choices.days_zero],
        "benchmark": ["default" if symbol is None else symbol for symbol in choices.benchmarks],
        "model": choices.models,
        "earlier_jumps": choices.earlier_jumps,
        "length": choices.lengths,
        "gap": choices.gaps,
        "target": (*firms, GROUP),
        "window": [str(window) for window in choices.windows],
    }
    rows = pd.MultiIndex.from_product(list(levels.values()), names=list(levels)).to_frame(index=False)
    for name in QUESTION:
        rows[name] = pd.Categorical(rows[name], categories=levels[name], ordered=True)
    table = _tested(rows, answers, len(choices.windows))
    return SpecificationCurve(choices, table, market)


def _answers(choices: Choices, sought: Sought) -> Iterator[Answers]:
    """Answers per model and treatment of jumps."""
    estimations, shared = choices.estimation_windows, sought.shared_days(choices.windows)
    for model in choices.models:
        design = choices.design(choices.days_zero[0], None, model, estimations[0])
        kept = grid(design, estimations, sought)
        for jumps in choices.earlier_jumps:
            yield (kept if jumps == "kept" else kept.without_jumps()).answers(choices.windows, shared)


def _sought(choices: Choices, market: Market, firms: Sequence[str]) -> Sought:
    """Observations of every day 0 and benchmark; reasons for what cannot be one, be that everything."""
    first, estimations = choices.models[0], choices.estimation_windows
    found: list[Observation] = []
    studies = [*product(choices.days_zero, choices.benchmarks)]
    column = np.full((len(studies), len(firms)), -1)
    absent = np.full(column.shape, "", dtype=object)
    for number, (day_zero, benchmark) in enumerate(studies):
        try:
            here, excluded = observe(choices.design(day_zero, benchmark, first, estimations[0]), market)
        except DesignError as error:
            here, excluded = [], dict.fromkeys(firms, str(error))
        absent[number] = [excluded.get(firm, "") for firm in firms]
        column[number, [firms.index(one.label) for one in here]] = np.arange(len(here)) + len(found)
        found += here
    span = Window(min(window.start for window in estimations), choices.event_window.end)
    return Sought(event_panel(market, found, span), column, absent)


def _tested(rows: pd.DataFrame, answers: Sequence[Answers], windows: int) -> pd.DataFrame:
    """The table: tests, intervals, repeats and ranks of all specifications at once."""
    effect, se, df, firms, reasons = (
        np.stack([getattr(answer, name) for answer in answers], axis=1).ravel()
        for name in ("effect", "se", "df", "firms", "reasons")
    )
    reason = np.repeat(reasons, windows)
    with np.errstate(invalid="ignore", divide="ignore"):
        statistic = effect / se
    silent = np.where(np.isnan(effect), "no abnormal return in the window", "the firms' errors cancel out")
    reason = np.where(np.isnan(statistic) & (reason == ""), silent, reason)
    half = reach(df) * se
    table = rows.assign(firms=firms.astype(int), effect=effect, se=se, statistic=statistic, df=df)
    table = table.assign(
        pvalue=two_sided_t(statistic, df), ci_low=effect - half, ci_high=effect + half, reason=reason
    )
    same = [name for name in rows if name != "benchmark"] + ["effect", "se"]
    repeats = table.duplicated(same) & table["effect"].notna()
    ranked = table["effect"].mask(repeats).groupby([table[name] for name in QUESTION])
    return table.assign(repeats=repeats, rank=ranked.rank(method="first").astype("Int64"))
