"""What explains the differences between events: CARs regressed on what a list says of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.market.bars import Floats
from analysis.market.errors import DesignError
from analysis.market.events import Window
from analysis.models.distributions import f_tail, reach, two_sided_t

if TYPE_CHECKING:
    from analysis.many.result import ManyEvents

FEW_CLUSTERS = 100  # dates or firms below which errors come out too small (docs/methodology.md)
COLLINEAR = 1e-7  # share of a column that others leave, below which it counts as theirs
INTERCEPT = "Intercept"
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A coefficient, or a mean, with its error clustered by date and by firm; NaN where there is none.

    `level` is a text of a column of texts; its coefficient is the difference from the column's base level.
    `events` are those that have the level, else all; `deviation` is the standard deviation of a column of
    numbers, by which its coefficient can be read, and 1 for others.
    """

    term: str
    level: str
    events: int
    value: float
    se: float
    statistic: float
    pvalue: float
    low: float
    high: float
    deviation: float = 1.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """The levels of a column of texts: their means, differences from the base, and a test that all are equal.

    `statistic` is Wald's, divided by `restrictions`; compared with F of `restrictions` and `df` degrees.
    """

    column: str
    base: str
    means: tuple[Estimate, ...]
    differences: tuple[Estimate, ...]
    statistic: float
    restrictions: int
    df: int
    pvalue: float


@dataclass(frozen=True, slots=True)
class Regression:
    """CARs of one window on columns, and each column of texts by itself."""

    window: Window
    events: int
    dates: int
    firms: int
    r2: float
    df: int
    coefficients: tuple[Estimate, ...]
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """A regression per CAR window, on which columns, and what to know before believing it."""

    columns: tuple[str, ...]
    bases: dict[str, str]
    regressions: tuple[Regression, ...]
    notes: tuple[str, ...]

    @property
    def formula(self) -> str:
        """The right side, as it would be written."""
        return " + ".join(self.columns)


@dataclass(frozen=True, eq=False, slots=True)
class _Sample:
    """Events with a CAR and all columns: `dates` and `firms` number the clusters."""

    car: Floats
    table: pd.DataFrame
    dates: npt.NDArray[np.int64]
    firms: npt.NDArray[np.int64]

    def clusters(self, chosen: Flags | slice = slice(None)) -> tuple[int, int]:
        """How many dates and firms some events are of."""
        return len(np.unique(self.dates[chosen])), len(np.unique(self.firms[chosen]))

    def has(self, name: str, level: str) -> Flags:
        return np.asarray(self.table[name] == level)

    @property
    def df(self) -> int:
        return min(self.clusters()) - 1

    def spread(self, name: str, level: str) -> bool:
        """Whether events of a level are of two dates and two firms at least: else they give no error."""
        return min(self.clusters(self.has(name, level))) > 1


def explained(many: ManyEvents, attributes: pd.DataFrame) -> Explained:
    """Regress the CARs of each window on columns of the list.

    Errors are clustered by date (day 0) and by firm (Cameron, Gelbach & Miller 2011), with t of the smaller
    number of clusters less one.

    Parameters
    ----------
    attributes : DataFrame
        Columns of numbers or categories; a row per line of the list, named by it.

    Raises
    ------
    DesignError
        If there are too few events, dates or firms, or a column says nothing that others do not say.
    """
    events = many.columns.events
    table = attributes.loc[events.line]
    known = np.isfinite(table.select_dtypes("number").to_numpy()).all(axis=1)
    known &= table.notna().all(axis=1).to_numpy()
    bases = {str(name): _base(str(name), table[name][known]) for name in table.select_dtypes("category")}
    dates, firms = many.columns.session.astype(np.int64), events.firm
    regressions, notes = [], _missing(table)
    for window, car in zip(many.design.car_windows, many.columns.car, strict=True):
        has = known & np.isfinite(car)
        sample = _Sample(car[has], table[has], dates[has], firms[has])
        regressions.append(_regression(sample, window, bases))
        notes.extend(note for note in _notes(sample, bases) if note not in notes)
    if any(np.isnan(one.se) for found in regressions for one in found.coefficients):
        notes.append(
            "where an error is missing, the clusters cannot give one: its two-way variance is not positive"
        )
    return Explained(tuple(map(str, table)), bases, tuple(regressions), tuple(notes))


def _base(name: str, column: pd.Series[Any]) -> str:
    """The level that most events have, the first by name of several."""
    counts = column.value_counts().sort_index(kind="stable")
    counts = counts[counts > 0]
    if len(counts) < 2:
        raise DesignError(f"--explain: {name} is the same for all events that can be used: leave it out")
    return str(counts.index[int(np.argmax(counts.to_numpy()))])


def _missing(table: pd.DataFrame) -> list[str]:
    lacking = table.isna().sum()
    return [
        f"{n:,} of {len(table):,} events have no {name} and are left out of what explains it"
        for name, n in lacking.items()
        if n
    ]


def _notes(sample: _Sample, bases: dict[str, str]) -> Iterator[str]:
    for count, noun in zip(sample.clusters(), ("dates", "firms"), strict=True):
        if count < FEW_CLUSTERS:
            yield (
                f"only {count} {noun}: errors clustered by so few are too small; at 5 % 10 to 19 % of true "
                "nulls were rejected with 20 dates and firms, 7 to 10 % with 50"
            )
    for name in bases:
        for level in _levels(sample, name):
            if not sample.spread(name, level):
                shared = "date" if sample.clusters(sample.has(name, level))[0] < 2 else "firm"
                yield f"{name} {level}: its events are of one {shared}, which gives no error to compare it by"


def _levels(sample: _Sample, name: str) -> list[str]:
    """The levels of a column that an event has, by name."""
    column = sample.table[name]
    there = set(column.unique())
    return [str(level) for level in column.cat.categories if level in there]


def _regression(sample: _Sample, window: Window, bases: Mapping[str, str]) -> Regression:
    dates, firms = sample.clusters()
    for count, noun in ((dates, "date"), (firms, "firm")):
        if count < 2:
            raise DesignError(
                f"--explain in {window}: the events are of {count or 'no'} {noun}; errors clustered by date "
                "and by firm need at least two of each"
            )
    columns = _columns(sample, bases)
    _require_independent(columns, str(window))
    values, covariance, r2 = _fitted(sample, np.column_stack([*columns.values()]))
    coefficients = [
        _estimate(sample, (term, level), value, variance, _told(sample, term, level, bases))
        for (term, level), value, variance in zip(columns, values, np.diag(covariance), strict=True)
    ]
    compared = tuple(_comparison(sample, name, base) for name, base in bases.items())
    return Regression(window, len(sample.car), dates, firms, r2, sample.df, tuple(coefficients), compared)


def _columns(sample: _Sample, bases: Mapping[str, str]) -> dict[tuple[str, str], Floats]:
    """A constant, the numbers as they are, and 0 or 1 by level other than the base; by term and level."""
    out = {(INTERCEPT, ""): np.ones(len(sample.car))}
    for name in map(str, sample.table):
        if name not in bases:
            out[name, ""] = sample.table[name].to_numpy(dtype=float)
            continue
        for level in _levels(sample, name):
            if level != bases[name]:
                out[name, level] = sample.has(name, level).astype(float)
    return out


def _require_independent(columns: Mapping[tuple[str, str], Floats], window: str) -> None:
    """Every column says something that those before it do not say, and events are more than columns."""
    n = len(columns[INTERCEPT, ""])
    if n <= len(columns):
        raise DesignError(
            f"--explain in {window}: {n} events for {len(columns)} coefficients; at least {len(columns) + 1}"
        )
    before = np.empty((n, 0))
    for (term, level), column in list(columns.items())[1:]:
        what, around = f"{term} {level}".strip(), column - column.mean()
        if np.ptp(column) <= 1e-12 * np.abs(column).max():
            raise DesignError(f"--explain in {window}: {what} is the same for all events: leave it out")
        scaled = around / np.sqrt((around**2).sum())
        rest = scaled - before @ (before.T @ scaled)
        if (size := float(np.sqrt((rest**2).sum()))) < COLLINEAR:
            raise DesignError(
                f"--explain in {window}: {what} follows from the columns before it (collinear): leave one out"
            )
        before = np.column_stack([before, rest / size])


def _fitted(sample: _Sample, x: Floats) -> tuple[Floats, Floats, float]:
    """Coefficients, their two-way clustered covariance, and R squared, by statsmodels.

    Columns are scaled while it solves: market values in won beside a constant are no matter of rank.
    """
    from statsmodels.regression.linear_model import OLS

    scale = np.abs(x).max(axis=0)
    clusters = np.column_stack(
        [np.unique(codes, return_inverse=True)[1] for codes in (sample.dates, sample.firms)]
    )
    fit = OLS(sample.car, x / scale).fit(cov_type="cluster", cov_kwds={"groups": clusters})
    return fit.params / scale, fit.cov_params() / np.outer(scale, scale), float(fit.rsquared)


def _told(sample: _Sample, term: str, level: str, bases: Mapping[str, str]) -> bool:
    """Whether an error can be told: not where a level that a coefficient compares is of one date or firm."""
    if term == INTERCEPT:
        return all(sample.spread(name, base) for name, base in bases.items())
    return not level or (sample.spread(term, level) and sample.spread(term, bases[term]))


def _estimate(
    sample: _Sample, named: tuple[str, str], value: float, variance: float, told: bool = True
) -> Estimate:
    """A number with its error, t of the fewer clusters less one, and interval."""
    se = float(np.sqrt(variance)) if told and variance > 0 else float("nan")
    statistic, half = float(value) / se, float(reach(sample.df)) * se
    pvalue = float(two_sided_t(np.array([statistic]), sample.df)[0])
    events = int(sample.has(*named).sum()) if named[1] else len(sample.car)
    low, high = float(value) - half, float(value) + half
    deviation = float(sample.table[named[0]].std()) if named[0] in sample.table and not named[1] else 1.0
    return Estimate(*named, events, float(value), se, statistic, pvalue, low, high, deviation)


def _comparison(sample: _Sample, name: str, base: str) -> Comparison:
    """The levels of a column by itself: a regression on 0 or 1 for each has their means."""
    levels = _levels(sample, name)
    means, covariance, _ = _fitted(
        sample, np.column_stack([sample.has(name, x) for x in levels]).astype(float)
    )
    others = [k for k, level in enumerate(levels) if level != base]
    contrast = np.eye(len(levels))[others]
    contrast[:, levels.index(base)] -= 1
    apart, between = contrast @ means, contrast @ covariance @ contrast.T
    told = {level: sample.spread(name, level) for level in levels}
    return Comparison(
        name,
        base,
        tuple(
            _estimate(sample, (name, level), means[k], covariance[k, k], told[level])
            for k, level in enumerate(levels)
        ),
        tuple(
            _estimate(sample, (name, levels[k]), apart[i], between[i, i], told[levels[k]] and told[base])
            for i, k in enumerate(others)
        ),
        *_wald(apart, between, sample.df, all(told.values())),
    )


def _wald(apart: Floats, between: Floats, df: int, told: bool) -> tuple[float, int, int, float]:
    """Wald's statistic over its restrictions, these, the df, and p by F; NaN without a covariance."""
    count = len(apart)
    if not told or count > df or np.linalg.eigvalsh(between).min() <= 0:
        return float("nan"), count, df, float("nan")
    statistic = float(apart @ np.linalg.solve(between, apart)) / count
    return statistic, count, df, f_tail(count, df, statistic)
