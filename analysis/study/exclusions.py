"""Why an observation cannot be studied: found for all at once, said for each in one line when asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.market.events import DAY_ZERO, Window
from analysis.market.panels import EventPanel
from analysis.market.reactions import REACTIONS
from analysis.market.trades import BETWEEN_TRADES
from analysis.models.least_squares import Fit, Flags, Ints, Terms
from analysis.models.normal_returns import NORMAL_RETURNS
from analysis.study.design import StudyDesign
from analysis.study.shorter import fitting

NO_FACTORS = "there are no factor returns for its region"


@dataclass(frozen=True, eq=False, slots=True)
class Exclusion:
    """Observations that share a reason: which, shape (N,), and the sentence for one of them."""

    out: Flags
    reason: Callable[[int], str]


@dataclass(frozen=True, eq=False, slots=True)
class Exclusions:
    """What speaks against the N observations of a panel; of several reasons the first is said."""

    entries: tuple[Exclusion, ...]

    @property
    def out(self) -> Flags:
        """Which observations cannot be studied, shape (N,)."""
        return np.asarray(np.logical_or.reduce([entry.out for entry in self.entries]))

    def reason(self, column: int) -> str:
        """Why one of them cannot."""
        return next(entry.reason(column) for entry in self.entries if entry.out[column])


def unusable(design: StudyDesign, panel: EventPanel, terms: Terms) -> Exclusions:
    """What is seen before any fit: short history, no factors, nothing on day 0, gaps."""
    model = NORMAL_RETURNS[design.model]
    entries = [*_short_histories(design, panel, panel.bars, panel.observations.firm)]
    if "benchmark" in model.needs:
        entries += _short_histories(design, panel, panel.benchmark_bars, panel.observations.benchmark)
    if "factors" in model.needs:
        regions = [panel.region(o) not in panel.market.factors for o in panel.observations]
        entries.append(Exclusion(np.array(regions, dtype=bool), lambda column: NO_FACTORS))
    return Exclusions((*entries, *_gaps(design, panel, terms)))


def _gaps(design: StudyDesign, panel: EventPanel, terms: Terms) -> list[Exclusion]:
    """Nothing on day 0, too few days before it, or a day 0 that the model knows nothing of."""
    row, rows = panel.rows(DAY_ZERO).start, panel.rows(design.estimation_window)
    known = terms.known(row, panel.returns[row])
    usable = terms.known(rows, panel.returns[rows]).sum(axis=0)
    needed = fewest_returns(design)

    def sources(column: int) -> str:
        return NORMAL_RETURNS[design.model].sources(panel.observations[column])

    def untraded(column: int) -> str:
        between = design.gaps == BETWEEN_TRADES
        missing = "that session has no bar" if between else REACTIONS[design.reaction].missing
        return f"no {design.reaction} on day 0 ({panel.dates[row, column]}): {missing}"

    def few(column: int) -> str:
        together = f" together with {sources(column)}" if sources(column) else ""
        return (
            f"{usable[column]} usable {design.reaction}s{together} in estimation window "
            f"{design.estimation_window}; at least {needed} are needed"
        )

    def unpaired(column: int) -> str:
        day = panel.dates[row, column]
        return f"{sources(column)}: no return on day 0 ({day}) that spans the same sessions"

    return [
        Exclusion(~np.isfinite(panel.returns[row]), untraded),
        Exclusion(usable < needed, few),
        Exclusion(~known, unpaired),
    ]


def fewest_returns(design: StudyDesign) -> int:
    """Usable returns of the estimation window that a study needs: half of it."""
    return max(len(design.estimation_window) // 2, 1)


def _short_histories(
    design: StudyDesign, panel: EventPanel, bars: tuple[Ints, Ints], code: Ints
) -> list[Exclusion]:
    """Observations of which a symbol's bars do not span both windows."""
    return [
        _short_history(kind, window, panel, bars, code)
        for kind, window in (("estimation", design.estimation_window), ("event", design.event_window))
    ]


def _short_history(
    kind: str, window: Window, panel: EventPanel, bars: tuple[Ints, Ints], code: Ints
) -> Exclusion:
    first, last = bars

    def reason(column: int) -> str:
        observation, symbol = panel.observations[column], panel.observations.names[code[column]]
        whose = "" if symbol == observation.symbol else f"its benchmark {symbol}: "
        if first[column] > 0 or last[column] < 0:
            dates, day = (
                panel.market.histories[symbol].dates,
                panel.dates[panel.rows(DAY_ZERO).start, column],
            )
            return f"{whose}prices run from {dates[0]} to {dates[-1]}, and day 0 is {day}"
        early = first[column] > window.start
        needed, side = (-window.start, "before") if early else (window.end, "after")
        available = max(-first[column] if early else last[column], 0)
        wanted = f"needs {needed} sessions {side} day 0; {available} are available"
        instead = _instead(kind, window, int(first[column]), int(last[column]))
        return f"{whose}{kind} window {window} {wanted}{instead}"

    return Exclusion((first > window.start) | ((last < window.end) & (window.end > 0)), reason)


def _instead(kind: str, window: Window, first: int, last: int) -> str:
    """What would fit."""
    if kind == "estimation":
        return f"; {fitting(window, first)}"
    start, end = max(window.start, first), min(window.end, last)
    return f"; {Window(start, end)} would fit" if start <= 0 <= end else ""


def unfitted(design: StudyDesign, panel: EventPanel, fit: Fit) -> Exclusions:
    """Why a fit says nothing: no degrees of freedom, no rank, or nothing left to explain."""
    n = len(fit.sigma)
    failed = np.isin(np.arange(n), list(fit.failed))

    def few(column: int) -> str:
        parameters = fit.nobs[column] - fit.df_resid[column]
        return f"{fit.nobs[column]} usable {design.reaction}s for {parameters} parameters"

    def dependent(column: int) -> str:
        sources = NORMAL_RETURNS[design.model].sources(panel.observations[column])
        return f"the returns of {sources} do not vary independently"

    def still(column: int) -> str:
        one = panel.observations[column]
        alone = "benchmark" in design.needs and one.benchmark == one.symbol
        return "it has no benchmark" if alone else STILL

    return Exclusions(
        (
            Exclusion(fit.df_resid < 3, few),
            Exclusion(failed, lambda column: fit.failed[column]),
            Exclusion(np.asarray(~np.isfinite(fit.coefficients).all(axis=1)), dependent),
            Exclusion(_still(design, panel, fit), still),
        )
    )


STILL = "its abnormal returns do not vary in the estimation window"


def _still(design: StudyDesign, panel: EventPanel, fit: Fit) -> Flags:
    """Observations whose residuals are rounding, measured by the size of the returns themselves."""
    suspect = ~(fit.sigma > 1e-6)
    scale = np.zeros(len(fit.sigma))
    rows = panel.returns[panel.rows(design.estimation_window)]
    scale[suspect] = np.nanstd(rows[:, suspect], axis=0)
    return np.asarray(~(fit.sigma > 1e-10 * scale))
