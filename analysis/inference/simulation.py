"""Size and power of the group tests, from real returns on dates when nothing was known to happen.

Brown & Warner (1980, 1985): draw firms and dates, pretend an event, count how often a test rejects.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from analysis.inference.daily import Daily
from analysis.inference.evidence import Evidence, Outcome, dependence, residual_correlations
from analysis.inference.parametric import joint, joint_null
from analysis.inference.rank_tests import FEWEST_PLACEBOS
from analysis.inference.significance import TESTS
from analysis.market.bars import Floats, Ints
from analysis.market.errors import DesignError, UnknownNameError
from analysis.market.events import Window
from analysis.market.panels import paired_returns
from analysis.market.prices import Market
from analysis.models.normal_returns import Fit, Terms, least_squares
from analysis.study.study import ESTIMATION_WINDOW

CHUNK = 250  # samples studied at once
BOOTSTRAP = 199  # draws of the joint test in each sample
MOST_PLACEBOS = 500

Progress = Callable[[int, int], None]
Spread = Callable[[Callable[[Any], Any], Sequence[Any]], Iterable[Any]]


@dataclass(frozen=True, eq=False, slots=True)
class Population:
    """Returns to draw from: T sessions on which all F firms and their benchmarks traded.

    Parameters
    ----------
    returns, benchmarks : array, shape (T, F)
    """

    symbols: tuple[str, ...]
    returns: Floats
    benchmarks: Floats


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
    """An experiment: `samples` groups of `firms`, on one date each or on a date per firm.

    Every treatment is applied to the same samples. The market model is estimated on the
    `estimation_window`; the tests look at day 0.

    Raises
    ------
    DesignError
        If a number is below one, or the level is not between 0 and 1.
    """

    firms: int = 5
    samples: int = 1000
    shared_date: bool = True
    treatments: tuple[Treatment, ...] = (Treatment(),)
    estimation_window: Window = ESTIMATION_WINDOW
    level: float = 0.05
    seed: int = 20250127

    def __post_init__(self) -> None:
        if self.firms < 1 or self.samples < 1:
            raise DesignError(
                f"{self.firms} firms and {self.samples} samples: at least one of each is needed"
            )
        if not 0 < self.level < 1:
            raise DesignError(f"level {self.level} is not between 0 and 1; 0.05 is usual")


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
        benchmark = paired_returns(market, instrument.benchmark, calendar)
        pair = {"firm": market.returns([symbol], calendar)[:, 0], "benchmark": benchmark}
        columns[symbol] = pd.DataFrame(pair, index=pd.DatetimeIndex(market.sessions[calendar].dates))
    if not columns:
        raise DesignError("no symbol with bars and a default benchmark to draw from")
    table = pd.concat(columns, axis=1, sort=True)
    known = table.xs("firm", axis=1, level=1)
    kept = [symbol for symbol in columns if known[symbol].notna().mean() >= 0.9]
    complete = table[kept].dropna()
    returns, benchmarks = (complete.xs(name, axis=1, level=1).to_numpy() for name in ("firm", "benchmark"))
    return Population(tuple(kept), returns, benchmarks)


def simulate(
    drawn_from: Population,
    design: SimulationDesign,
    tests: Sequence[str] = tuple(TESTS),
    progress: Progress | None = None,
    spread: Spread = map,
) -> pd.DataFrame:
    """How often each of `tests` (keys of `TESTS`) rejects at the level, by treatment.

    `spread` runs pieces of the work elsewhere; it maps a function over them, in their order.

    Returns
    -------
    DataFrame
        Rows: test x effect x variance_factor. Columns: `rejected` (share of the samples in which
        the test could be computed), `error` (its Monte-Carlo standard error; samples of one date
        count as one cluster) and `computed` (share of samples).
    """
    _check(drawn_from, design, tests)
    random = np.random.default_rng(design.seed)
    drawn = [_draw(drawn_from, design, size, random) for size in _chunks(design.samples)]
    pseudo = _pseudo_scars(drawn_from, design) if "placebo_rank" in tests else np.empty((0, 0))
    pvalues: dict[tuple[str, float, float], list[Floats]] = {}
    clusters: list[Ints] = []
    work = partial(_studied, drawn_from, design, tuple(tests), pseudo)
    for (_, dates), found in zip(drawn, spread(work, drawn), strict=True):
        for place, values in found:
            pvalues.setdefault(place, []).append(values)
        clusters.append(dates[:, 0])
        if progress:
            progress(sum(map(len, clusters)), design.samples)
    cluster = np.concatenate(clusters) if design.shared_date else np.arange(design.samples)
    rows = {place: _rate(np.concatenate(values), cluster, design.level) for place, values in pvalues.items()}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["rejected", "error", "computed"])
    table.index = pd.MultiIndex.from_tuples(rows, names=["test", "effect", "variance_factor"])
    return table.sort_index()


def _studied(
    drawn_from: Population,
    design: SimulationDesign,
    tests: tuple[str, ...],
    pseudo: Floats,
    drawn: tuple[Ints, Ints],
) -> list[tuple[tuple[str, float, float], Floats]]:
    """P values of some samples, by test and treatment."""
    return list(_pvalues(_evidence(drawn_from, design, *drawn, pseudo), design.treatments, tests))


def _check(drawn_from: Population, design: SimulationDesign, tests: Sequence[str]) -> None:
    if unknown := [key for key in tests if key not in TESTS]:
        raise UnknownNameError("test", unknown[0], TESTS)
    sessions, firms = drawn_from.returns.shape
    if firms < design.firms:
        raise DesignError(f"{design.firms} firms a sample, but only {firms} have returns throughout")
    if _first_date(design) >= sessions:
        raise DesignError(
            f"{sessions} shared sessions; estimation window {design.estimation_window} and "
            f"{FEWEST_PLACEBOS} placebo dates need {_first_date(design) + 1}"
        )


def _first_date(design: SimulationDesign) -> int:
    """First session that has an estimation window and enough placebo dates before it."""
    return FEWEST_PLACEBOS - 1 - design.estimation_window.end - design.estimation_window.start


def _chunks(samples: int) -> Iterator[int]:
    for start in range(0, samples, CHUNK):
        yield min(CHUNK, samples - start)


def _draw(
    drawn_from: Population, design: SimulationDesign, size: int, random: np.random.Generator
) -> tuple[Ints, Ints]:
    """Firms without repetition and dates of `size` samples, shape (size, N) each."""
    sessions, firms = drawn_from.returns.shape
    chosen = random.permuted(np.tile(np.arange(firms), (size, 1)), axis=1)[:, : design.firms]
    width = 1 if design.shared_date else design.firms
    dates = random.integers(_first_date(design), sessions, size=(size, width))
    return chosen, np.broadcast_to(dates, chosen.shape)


def _fit(drawn_from: Population, design: SimulationDesign, firms: Ints, dates: Ints) -> Fit:
    """Market models of firms on dates (flat arrays); rows are the estimation window and then day 0."""
    rows = np.append(design.estimation_window.event_time, 0)[:, None] + dates
    benchmark = drawn_from.benchmarks[rows, firms]
    regressors = np.stack([np.ones_like(benchmark), benchmark], axis=2)
    terms = Terms(("alpha", "beta"), regressors, np.zeros_like(benchmark))
    last = len(rows) - 1
    return least_squares(drawn_from.returns[rows, firms], terms, slice(0, last), slice(last, last + 1))


def _evidence(
    drawn_from: Population, design: SimulationDesign, firms: Ints, dates: Ints, pseudo: Floats
) -> Evidence:
    fit = _fit(drawn_from, design, firms.ravel(), dates.ravel())
    shape = firms.shape
    by_sample = fit.residuals.reshape(-1, *shape).swapaxes(0, 1)
    estimation, event = by_sample[:, :-1], by_sample[:, -1:]
    error = fit.errors[0].reshape(shape)
    together = dates[:, :, None] == dates[:, None, :]
    correlation, caar_se = dependence(np.where(together, residual_correlations(estimation), 0.0), error)
    return Evidence(
        daily=Daily(estimation, event, error[:, None], fit.sigma.reshape(shape), dates[:, None]),
        chosen=np.ones(1, dtype=bool),
        car=event[:, 0],
        car_se=error,
        sigma=fit.sigma.reshape(shape),
        nobs=fit.nobs.reshape(shape),
        df_resid=fit.df_resid.reshape(shape),
        correlation=correlation,
        caar_se=caar_se,
        placebos=lambda: (error, _placebos(pseudo, design, firms, dates)),
    )


def _treated(gathered: Evidence, treatment: Treatment) -> Evidence:
    """The evidence after a treatment of day 0, which no estimate has seen."""
    assert isinstance(gathered.daily, Daily)
    event = gathered.daily.event * np.sqrt(treatment.variance_factor) + treatment.effect
    return replace(gathered, daily=replace(gathered.daily, event=event), car=event[:, 0])


def _pseudo_scars(drawn_from: Population, design: SimulationDesign) -> Floats:
    """Standardised abnormal returns on every session with an estimation window, else NaN, (T, F)."""
    sessions, firms = drawn_from.returns.shape
    out = np.full((sessions, firms), np.nan)
    first = -design.estimation_window.start
    for firm in range(firms):
        dates = np.arange(first, sessions)
        fit = _fit(drawn_from, design, np.full(len(dates), firm), dates)
        out[first:, firm] = fit.residuals[-1] / fit.errors[0]
    return out


def _placebos(pseudo: Floats, design: SimulationDesign, firms: Ints, dates: Ints) -> Floats:
    """Mean standardised abnormal return of each sample on the dates before its own, shape (S, Q)."""
    gap = -design.estimation_window.end
    lags = np.arange(gap, gap + MOST_PLACEBOS)
    place = dates[:, None, :] - lags[:, None]
    drawn = np.where(place >= 0, pseudo[np.maximum(place, 0), firms[:, None, :]], np.nan)
    return np.asarray(drawn.mean(axis=-1))


def _pvalues(
    gathered: Evidence, treatments: Sequence[Treatment], tests: Sequence[str]
) -> Iterator[tuple[tuple[str, float, float], Floats]]:
    """p values of every test under every treatment; NaN where it needs more firms."""
    cores = _cores(gathered, tests)
    nothing = np.full(gathered.caar.shape, np.nan)
    for treatment in treatments:
        treated = _treated(gathered, treatment)
        for key, core in cores.items():
            with np.errstate(all="ignore"):
                enough = treated.car.shape[-1] >= TESTS[key].firms_needed
                values = core(treated).pvalue if enough else nothing
            yield (key, treatment.effect, treatment.variance_factor), values


def _cores(gathered: Evidence, tests: Sequence[str]) -> dict[str, Callable[[Evidence], Outcome]]:
    """Array functions of the tests; what the joint test draws does not depend on the treatment."""
    cores = {key: TESTS[key].core for key in tests}
    if "joint" in cores:
        with np.errstate(all="ignore"):
            cores["joint"] = partial(joint, null=joint_null(gathered, BOOTSTRAP))
    return cores


def _rate(pvalues: Floats, cluster: Ints, level: float) -> tuple[float, float, float]:
    """Share rejected, its standard error with samples clustered, and share computed."""
    computed = np.isfinite(pvalues)
    if not computed.any():
        return float("nan"), float("nan"), 0.0
    rejected = pvalues[computed] <= level
    rate = float(rejected.mean())
    sums = np.bincount(cluster[computed], rejected - rate)
    return rate, float(np.sqrt((sums**2).sum()) / len(rejected)), float(computed.mean())
