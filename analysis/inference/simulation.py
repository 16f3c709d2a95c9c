"""Size and power of the group tests, from returns on dates when nothing was known to happen.

Brown & Warner (1980, 1985): draw firms and dates, pretend an event, count how often a test rejects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from analysis.inference.daily import Daily
from analysis.inference.evidence import Evidence, Outcome
from analysis.inference.parametric import joint, joint_null
from analysis.inference.samples import Pseudo, Samples, draw, pseudo_scars
from analysis.inference.sampling import Sampling
from analysis.inference.significance import TESTS
from analysis.inference.simulation_design import Population, SimulationDesign, first_date
from analysis.inference.simulation_firms import firm_pvalues
from analysis.inference.trusted import doubt_of
from analysis.market.bars import Floats, Ints
from analysis.market.errors import DesignError, UnknownNameError
from analysis.study.donors import FEWEST

CHUNK = 250  # samples studied at once
BLOCK = 63  # sessions, a quarter of a year: spells of volatility hardly outlast them
BOOTSTRAP = 199  # draws of the joint test in each sample

Progress = Callable[[int, int], None]
Spread = Callable[[Callable[[Any], Any], Sequence[Any]], Iterable[Any]]
Place = tuple[str, str, float, float]
KEYS = ("test", "window", "effect", "variance_factor")
UNTOLD = "rsquared", "pooled"  # of one firm's mix, of long lists
COLUMNS = ("rejected", "error", "computed", "trusted")


def simulate(
    drawn_from: Population,
    design: SimulationDesign,
    tests: Sequence[str] = tuple(TESTS),
    progress: Progress | None = None,
    spread: Spread = map,
) -> pd.DataFrame:
    """How often each of `tests` (keys of `TESTS`) rejects at the level, by window and treatment.

    `spread` runs pieces of the work elsewhere; it maps a function over them, in their order.

    Returns
    -------
    DataFrame
        Rows: test x window x effect x variance_factor. Columns: `rejected` (share of the samples in which
        the test could be computed), `error` (its Monte-Carlo standard error; samples of one quarter
        of a year count as one cluster), `computed` (share of samples) and `trusted` (share of the samples
        in which the rule of the test trusts it).
    """
    return _simulated(drawn_from, design, tests, progress, spread)[0]


def simulate_samplings(
    drawn_from: Population,
    design: SimulationDesign,
    tests: Sequence[str] = tuple(TESTS),
    progress: Progress | None = None,
    spread: Spread = map,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same, and the medians of what decides trust, window by window.

    For medians the first samples are enough, so that `trusted` is of those alone.
    """
    table, drawn = _simulated(drawn_from, design, tests, progress, spread, judged=1)
    return table, drawn.groupby("window", sort=False).median()


def _simulated(
    drawn_from: Population,
    design: SimulationDesign,
    tests: Sequence[str],
    progress: Progress | None,
    spread: Spread,
    judged: int | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    _check(drawn_from, design, tests)
    random = np.random.default_rng(design.seed)
    drawn = [draw(drawn_from, design, size, random) for size in _chunks(design.samples)]
    ranked = {"placebo_rank", "recent_placebo_rank"} & set(tests)
    nothing = np.empty((0, 0))
    pseudo = (
        pseudo_scars(drawn_from, design.estimation_window, design.windows, design.model)
        if ranked
        else dict.fromkeys(design.windows, (nothing, nothing))
    )
    pieces: list[tuple[dict[Place, tuple[Floats, Floats]], list[dict[str, Any]]]] = []
    study = partial(_studied, drawn_from, design, tuple(tests), pseudo)
    believe = [judged is None or k < judged for k in range(len(drawn))]
    for found in spread(study, list(zip(drawn, believe, strict=True))):
        pieces.append(found)
        if progress:
            progress(sum(len(dates) for _, dates, _ in drawn[: len(pieces)]), design.samples)
    last = np.concatenate([dates[:, -1] for _, dates, _ in drawn])
    cluster = np.arange(design.samples) if design.dates == "own" else last // BLOCK
    rows = {}
    for place in pieces[0][0]:
        pvalues, trusted = (np.concatenate([piece[place][k] for piece, _ in pieces]) for k in (0, 1))
        rows[place] = _rates(pvalues, trusted, cluster, design.level)
    table = pd.DataFrame.from_dict(rows, orient="index", columns=list(COLUMNS))
    table.index = pd.MultiIndex.from_tuples(rows, names=KEYS)
    return table.sort_index(), pd.DataFrame([one for _, said in pieces for one in said])


def _studied(
    drawn_from: Population,
    design: SimulationDesign,
    tests: tuple[str, ...],
    pseudo: Pseudo,
    asked: tuple[tuple[Ints, Ints, int], bool],
) -> tuple[dict[Place, tuple[Floats, Floats]], list[dict[str, Any]]]:
    """p values of some samples and whether to trust them, by test, window and treatment; their samplings.

    `asked` are the samples, and whether their trust is: else it is NaN.
    """
    drawn, judged = asked
    samples = Samples(drawn_from, design, *drawn, pseudo)
    found, said = {}, []
    alone = dict(firm_pvalues(samples)) if design.mixed and design.firms == 1 else {}
    for window in design.windows:
        null = None
        for treatment in design.treatments:
            with np.errstate(all="ignore"):
                gathered = samples.evidence(window, treatment)
                if treatment is design.treatments[0]:
                    drawn_so = samples.samplings(gathered, window) if judged else []
                    trusted = {key: _trusted(key, drawn_so, gathered.caar) for key in tests}
                    if "joint" in tests and not design.missing:
                        null = joint_null(gathered, BOOTSTRAP)
                for key, pvalues in _pvalues(gathered, tests, null):
                    place = (key, str(window), treatment.effect, treatment.variance_factor)
                    found[place] = pvalues, trusted[key]
        names = [field.name for field in fields(Sampling) if field.name not in UNTOLD]
        said += [{"window": str(window)} | {name: getattr(one, name) for name in names} for one in drawn_so]
        for key in (key for key, at in alone if at == window):
            found[key, str(window), 0.0, 1.0] = alone[key, window], _trusted(key, drawn_so, pvalues)
    return found, said


def _trusted(key: str, drawn: Sequence[Sampling], like: Floats) -> Floats:
    """1.0 for samplings on which a test can be trusted, else 0.0; NaN where there are none."""
    if not drawn:
        return np.full(like.shape, np.nan)
    return np.array([float(doubt_of(key, one) is None) for one in drawn])


def _pvalues(gathered: Evidence, tests: Sequence[str], null: Floats | None) -> Iterator[tuple[str, Floats]]:
    """p values of every test; NaN where it needs more firms. What the joint test draws is at hand."""
    cores: dict[str, Callable[[Evidence], Outcome]] = {key: TESTS[key].core for key in tests}
    cores["joint"] = _joint_with_gaps if null is None else partial(joint, null=null)
    for key in tests:
        enough = gathered.car.shape[-1] >= TESTS[key].firms_needed
        yield key, cores[key](gathered).pvalue if enough else np.full(gathered.caar.shape, np.nan)


def _joint_with_gaps(gathered: Evidence) -> Outcome:
    """The joint test of one sample after the other, for each has complete days of its own."""
    names = [
        field.name for field in fields(Evidence) if isinstance(getattr(gathered, field.name), np.ndarray)
    ]
    names.remove("chosen")
    assert isinstance(gathered.daily, Daily)
    outcomes = []
    for k in range(len(gathered.car)):
        daily = replace(gathered.daily, estimation=gathered.daily.estimation[k])
        values: dict[str, Any] = {name: getattr(gathered, name)[k] for name in names}
        one = replace(gathered, daily=daily, **values)
        complete = np.isfinite(daily.estimation).all(axis=-1).sum() > 2 * len(one.car)
        outcomes.append(joint(one, joint_null(one, BOOTSTRAP)) if complete else None)
    nothing = np.nan
    both = [(nothing, nothing) if one is None else (one.statistic, one.pvalue) for one in outcomes]
    statistic, pvalue = np.array(both, dtype=float).T
    return Outcome(statistic, pvalue)


def _check(drawn_from: Population, design: SimulationDesign, tests: Sequence[str]) -> None:
    if unknown := [key for key in tests if key not in TESTS]:
        raise UnknownNameError("test", unknown[0], TESTS)
    sessions, firms = drawn_from.returns.shape
    if design.mixed and (given := drawn_from.donors.shape[1]) < FEWEST:
        raise DesignError(f"a synthetic control needs {FEWEST} donors or more, and {given} are named")
    if firms < design.firms:
        raise DesignError(f"{design.firms} firms a sample, but only {firms} have returns throughout")
    if (needed := first_date(design) + design.event_window.end) >= sessions:
        raise DesignError(
            f"{sessions} shared sessions; estimation window {design.estimation_window}, event window "
            f"{design.event_window} and enough placebo dates need {needed + 1}"
        )


def _chunks(samples: int) -> Iterator[int]:
    for start in range(0, samples, CHUNK):
        yield min(CHUNK, samples - start)


def _rates(
    pvalues: Floats, trusted: Floats, cluster: Ints, level: float
) -> tuple[float, float, float, float]:
    """Share rejected, its standard error with samples clustered, share computed, share trusted."""
    computed = np.isfinite(pvalues)
    believed = float(np.nanmean(np.where(np.isnan(trusted), np.nan, computed & (trusted == 1))))
    if not computed.any():
        return float("nan"), float("nan"), 0.0, believed
    rejected = pvalues[computed] <= level
    rate = float(rejected.mean())
    sums = np.bincount(cluster[computed], rejected - rate)
    return rate, float(np.sqrt((sums**2).sum()) / len(rejected)), float(computed.mean()), believed
