"""The event study: a frozen design in, frozen results out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Sized
from dataclasses import dataclass, replace

import numpy as np

from analysis.market.errors import DataError, DesignError, NothingToStudyError
from analysis.market.events import Window, day_zero
from analysis.market.observations import Observation
from analysis.market.panels import EventPanel, event_panel
from analysis.market.prices import Market
from analysis.market.reactions import REACTIONS
from analysis.models.least_squares import Fit, Ints, Terms
from analysis.models.normal_returns import NORMAL_RETURNS
from analysis.study.design import CAR_WINDOWS, ESTIMATION_WINDOW, EVENT_WINDOW, StudyDesign
from analysis.study.donors import require_donors, with_donors
from analysis.study.exclusions import Exclusions, unfitted, unusable
from analysis.study.halts import halted, reopenings
from analysis.study.results import StudyResults
from analysis.study.shorter import shortened, shortening

__all__ = [
    "CAR_WINDOWS",
    "ESTIMATION_WINDOW",
    "EVENT_WINDOW",
    "StudyDesign",
    "StudyResults",
    "event_study",
    "observe",
    "study_panel",
]

MOST_NAMED = 10  # symbols or reasons in one message


def event_study(design: StudyDesign, market: Market) -> StudyResults:
    """Run a study: day 0 per exchange, normal returns, abnormal returns and their covariance.

    The results name the design that was used, whose windows may be shorter (`StudyDesign.shorten`).

    Raises
    ------
    NothingToStudyError
        If no symbol of the design can be studied; the message gives each reason.
    UnknownNameError
        If a symbol or the benchmark is unknown.
    """
    if "donors" in design.needs:
        market = with_donors(design, market)
    observations, excluded = observe(design, market)
    require_some(observations, excluded, {})
    panel = _gathered(design, market, observations)
    used = shortened(design, panel) if design.shorten else design
    if used is design:
        return study_panel(design, panel, excluded)
    results = study_panel(used, _gathered(used, market, observations), excluded)
    return replace(results, shortening=shortening(design, used, results.panel))


def _gathered(design: StudyDesign, market: Market, observations: Sequence[Observation]) -> EventPanel:
    series = REACTIONS[design.reaction].series
    return event_panel(market, observations, span(design), series, design.gaps)


def span(design: StudyDesign) -> Window:
    """Event time from the first to the last session that a design looks at."""
    windows = design.estimation_window, design.event_window
    return Window(min(window.start for window in windows), max(window.end for window in windows))


def study_panel(design: StudyDesign, panel: EventPanel, excluded: Mapping[str, str]) -> StudyResults:
    """Study observations that are already gathered, leaving out those that cannot be fitted.

    Raises
    ------
    NothingToStudyError
        If none is left; the message gives each reason.
    """
    found = fitted(design, panel)
    excluded = {
        **excluded,
        **{panel.observations.labels[column]: reason for column, reason in found.reasons()},
    }
    moves = tuple(reopenings(design, panel, halted(design, panel)))
    require_some(found.panel.labels, excluded, {move.label: move.text for move in moves})
    terms = found.terms
    return StudyResults(design, found.panel, found.fit, terms.names, dict(terms.imposed), excluded, moves)


@dataclass(frozen=True, eq=False, slots=True)
class Fitted:
    """Observations that can be studied, their fits, and what became of the others.

    Parameters
    ----------
    panel, terms, fit : of the observations that are left
    lost : tuple of (array of int, Exclusions)
        What the steps of a study left out: which observations of the first panel each step looked at,
        and what spoke against them.
    """

    panel: EventPanel
    terms: Terms
    fit: Fit
    lost: tuple[tuple[Ints, Exclusions], ...]

    @property
    def kept(self) -> Ints:
        """Columns of the first panel that are left."""
        columns, last = self.lost[-1]
        return columns[~last.out]

    def reasons(self, most: int | None = None) -> list[tuple[int, str]]:
        """Columns of the first panel that were left out, and why; at most so many of the first."""
        out = [(columns[k], k, why) for columns, why in self.lost for k in np.flatnonzero(why.out).tolist()]
        out.sort(key=lambda entry: entry[0])
        return [(int(column), why.reason(place)) for column, place, why in out[:most]]

    @property
    def count_lost(self) -> int:
        """How many were left out."""
        return sum(int(exclusions.out.sum()) for _, exclusions in self.lost)


def fitted(design: StudyDesign, panel: EventPanel) -> Fitted:
    """Fit the observations of a panel that can be fitted."""
    model = NORMAL_RETURNS[design.model]
    everything = np.arange(len(panel.observations))
    terms = model.terms(panel)
    before = unusable(design, panel, terms)
    kept = everything[~before.out]
    if len(kept) < len(everything):
        panel, terms = panel.take(kept), terms.columns(kept)
    fit = model.fit(
        panel.returns, terms, panel.rows(design.estimation_window), panel.rows(design.event_window)
    )
    after = unfitted(design, panel, fit)
    lost = (everything, before), (kept, after)
    if after.out.any():
        good = ~after.out
        panel, terms, fit = panel.take(good), terms.columns(good), fit.observations(good)
    return Fitted(panel, terms, fit, lost)


def observe(design: StudyDesign, market: Market) -> tuple[list[Observation], dict[str, str]]:
    """One observation per symbol that has bars, a benchmark and a day 0; the others with a reason."""
    if design.benchmark is not None and not market.has_bars(market.instrument(design.benchmark).symbol):
        raise DesignError(f"no prices of the benchmark {design.benchmark}; choose another")
    observations: list[Observation] = []
    excluded: dict[str, str] = {}
    for symbol in design.symbols:
        traded = market.traded(symbol)
        if traded != symbol:
            excluded[symbol] = f"no prices; measured through its stand-in {traded}"
        if any(observation.label == traded for observation in observations):
            continue
        try:
            observations.append(_observation(design, market, traded))
        except (DesignError, DataError) as error:
            excluded[traded] = str(error)
    return observations, excluded


def _observation(design: StudyDesign, market: Market, symbol: str) -> Observation:
    if not market.has_bars(symbol):
        raise DataError("no prices")
    benchmark = design.benchmark or market.instrument(symbol).benchmark
    if "benchmark" in design.needs:
        benchmark = _usable(benchmark, symbol, market)
    elif benchmark is None or not market.has_bars(benchmark):
        benchmark = symbol  # nobody reads it
    if "donors" in design.needs:
        require_donors(market, symbol)
    return Observation(
        symbol, symbol, benchmark, day_zero(design.event, market.sessions_for(symbol, benchmark))
    )


def _usable(benchmark: str | None, symbol: str, market: Market) -> str:
    """A benchmark, if a share can be measured against it."""
    free = ", ".join(key for key, model in NORMAL_RETURNS.items() if not model.needs)
    if benchmark is None:
        raise DesignError(f"has no default benchmark; name one, or a model that needs none ({free})")
    if benchmark == symbol:
        raise DesignError("is its own benchmark")
    if not market.has_bars(benchmark):
        raise DataError(f"no prices of its benchmark {benchmark}; name another, or use {free}")
    return benchmark


def require_some(observations: Sized, excluded: Mapping[str, str], reopened: Mapping[str, str]) -> None:
    """Raise NothingToStudyError unless something is left; those who share a reason are named together.

    The reasons are followed by what firms that were halted did when they `reopened`.
    """
    if not len(observations):
        excluded = {s: "; ".join(filter(None, [why, reopened.get(s)])) for s, why in excluded.items()}
        sharing: dict[str, list[str]] = {}
        for symbol, reason in excluded.items():
            sharing.setdefault(reason, []).append(symbol)
        reasons = [f"{_named(symbols)}: {reason}" for reason, symbols in sharing.items()]
        raise NothingToStudyError(f"nothing to study. {'; '.join(_first(reasons))}", excluded)


def _named(symbols: Sequence[str]) -> str:
    return ", ".join(_first(symbols))


def _first(words: Sequence[str]) -> list[str]:
    more = len(words) - MOST_NAMED
    return [*words[:MOST_NAMED], *([f"and {more} more"] if more > 0 else [])]
