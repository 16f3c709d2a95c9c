"""Where a return came from: alpha, what the benchmark explains, and the abnormal rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.choices.curve import GROUP
from analysis.inference.significance import TESTS
from analysis.market.errors import DataError, DesignError
from analysis.market.events import DAY_ZERO, Window
from analysis.market.observations import Observation
from analysis.market.prices import Instrument, Market
from analysis.models.normal_returns import NORMAL_RETURNS, SOURCES
from analysis.study.study import StudyDesign, StudyResults, event_study

COMPARED = ("constant_mean", "market_adjusted", "market_model")
COMPARISON = (
    "symbol",
    "model",
    "benchmark",
    "car",
    "statistic",
    "pvalue",
    "contaminated",
    "reason",
)
LATER = np.timedelta64(30, "m")  # closes further apart than this are not the same moment


def decomposition(results: StudyResults, window: Window = DAY_ZERO) -> pd.DataFrame:
    """Returns of a window as alpha + explained + abnormal, summed over its days with an abnormal return.

    Returns
    -------
    DataFrame
        symbol x [benchmark, beta, benchmark_return, return, alpha, explained, abnormal, contaminated];
        decimal. `explained` is beta times the benchmark's return for models with one benchmark.

    Raises
    ------
    DesignError
        If the window is not inside the event window.
    """
    abnormal = results.car(window)["car"]
    days = results.abnormal_returns.loc[window.start : window.end].notna()
    rows = results.panel.rows(window)
    benchmark = pd.DataFrame(results.panel.benchmark()[rows], index=days.index, columns=days.columns)
    table = pd.DataFrame(
        {
            "benchmark": results.benchmarks,
            "beta": results.parameters["beta"],
            "benchmark_return": benchmark.where(days).sum(min_count=1),
            "return": _moved(results, window),
            "alpha": results.parameters["alpha"] * days.sum(),
            "explained": results.expected_returns.loc[days.index].where(days).sum(min_count=1),
            "abnormal": abnormal,
            "contaminated": [any(_contaminated(results, o)) for o in results.panel.observations],
        },
        index=results.parameters.index,
    )
    table["explained"] -= table["alpha"]
    return table


def _moved(results: StudyResults, window: Window) -> pd.Series[float]:
    """Returns of a window, summed over its days with an abnormal return."""
    rows = results.panel.rows(window)
    days = np.isfinite(results.fit.residuals[rows])
    moved = np.where(days, results.panel.returns[rows], 0.0).sum(axis=0)
    return pd.Series(np.where(days.any(axis=0), moved, np.nan), index=results.parameters.index)


def remarks(results: StudyResults) -> tuple[str, ...]:
    """What a reader of a decomposition must know about the benchmarks, one sentence each."""
    read: dict[str, list[Observation]] = {}
    for observation in results.panel.observations:
        for symbol in _read(results, observation):
            read.setdefault(symbol, []).append(observation)
    sentences: list[str] = []
    for symbol, observations in read.items():
        instrument = results.panel.market.instrument(symbol)
        moved = results.panel.index(symbol)[results.panel.rows(DAY_ZERO)][0]
        day = pd.DataFrame(
            {"index": moved, "return": results.returns.loc[0].to_numpy()}, index=results.symbols
        )
        day = day.loc[[observation.label for observation in observations]]
        sentences += _contamination(instrument, day)
        sentences += _own_weight(instrument, day.rename(index=_names(results, observations)))
        sentences += _closing_times(results, symbol, observations)
    return tuple(sentences)


def _read(results: StudyResults, observation: Observation) -> tuple[str, ...]:
    """Symbols of the indices that the model reads for an observation."""
    needs = NORMAL_RETURNS[results.design.model].needs
    return tuple(observation.benchmark if n == "benchmark" else n for n in needs if n not in SOURCES)


def _contaminated(results: StudyResults, observation: Observation) -> Iterator[bool]:
    return (results.panel.market.instrument(s).contaminated for s in _read(results, observation))


def _contamination(benchmark: Instrument, day: pd.DataFrame) -> Iterator[str]:
    if benchmark.contaminated:
        yield (
            f"{benchmark.name} is contaminated: its {_percent(day['index'].mean())} on "
            "day 0 came in part through the same news, so it explains part of the effect away and leaves "
            "abnormal returns too small."
        )


def _own_weight(benchmark: Instrument, day: pd.DataFrame) -> Iterator[str]:
    """How much a firm's own weight in its benchmark matters, where the weights are known.

    Without a member of weight w, an index that returned R returns R + w (R - R_i) / (1 - w).
    """
    if benchmark.equal_members is None:
        yield (
            f"The weights of {benchmark.name} are not among the data: the benchmark without the firm's own "
            "share in it cannot be computed."
        )
        return
    weight = 1 / benchmark.equal_members
    change = weight * (day["index"] - day["return"]) / (1 - weight)
    firm = str(change.abs().idxmax())
    others = "; the other firms matter less" if len(change) > 1 else ""
    yield (
        f"{benchmark.name} weighs some {benchmark.equal_members} members equally. If {firm} is one of "
        f"them, the index without it would have returned "
        f"{abs(100 * change[firm]):.3f} percentage points "
        f"{'more' if change[firm] > 0 else 'less'} on day 0{others}."
    )


def _names(results: StudyResults, observations: Sequence[Observation]) -> dict[str, str]:
    """Names of the firms by their labels."""
    market = results.panel.market
    return {one.label: market.instrument(one.symbol).name for one in observations}


def _closing_times(results: StudyResults, symbol: str, observations: Sequence[Observation]) -> Iterator[str]:
    """Firms that do not close when an index does."""
    apart: dict[str, list[str]] = {}
    names, index = _names(results, observations), results.panel.market.instrument(symbol).name
    for observation in observations:
        delay = _delay(results, symbol, observation)
        if abs(delay) > LATER:
            hours = delay / np.timedelta64(1, "h")
            when = f"{abs(hours):.1f} hours {'after' if hours > 0 else 'before'}"
            apart.setdefault(when, []).append(names[observation.label])
    for when, firms in apart.items():
        yield (
            f"{index} closed {when} {', '.join(firms)} on day 0: the same date is not the same moment, its "
            "beta is too small, and part of what it explains falls on the neighbouring day."
        )


def _delay(results: StudyResults, symbol: str, observation: Observation) -> np.timedelta64:
    """By how much an index's close of day 0 lies after the share's; nought where times are unknown."""
    market = results.panel.market
    own = market.sessions_for(observation.symbol, observation.benchmark)
    other = market.sessions_for(symbol)
    if own.closes is None or other.closes is None:
        return np.timedelta64(0, "s")
    place = other.position(results.event_sessions[observation.label])
    return np.timedelta64(other.closes[place] - own.closes[observation.position])


def benchmark_comparison(
    design: StudyDesign,
    market: Market,
    benchmarks: Sequence[str | None],
    models: Sequence[str] = COMPARED,
    window: Window = DAY_ZERO,
) -> pd.DataFrame:
    """CARs of every firm and of the group under models and benchmarks, the return itself first.

    A benchmark None is each firm's own. Models that read no benchmark stand once, without one.
    What cannot be studied is a row with a reason and missing numbers.

    Returns
    -------
    DataFrame
        Columns symbol (or ``group``, tested by the portfolio t), model, benchmark, car, statistic,
        pvalue, contaminated, reason; model ``raw`` is the return, and benchmark ``default`` each
        firm's own.
    """
    rows: list[pd.DataFrame] = []
    for model in models:
        reads = "benchmark" in NORMAL_RETURNS[model].needs
        for benchmark in benchmarks if reads else (design.benchmark,):
            found = _compared(replace(design, model=model, benchmark=benchmark), market, window)
            found["benchmark"] = (benchmark or "default") if reads else ""
            rows += [found] if rows else [_raw(found), found]
    return pd.concat(rows, ignore_index=True)[list(COMPARISON)]


def _compared(design: StudyDesign, market: Market, window: Window) -> pd.DataFrame:
    """A study's part of the comparison; missing numbers with a reason where there is no study."""
    symbols = (*design.symbols, GROUP)
    try:
        results = event_study(design, market)
    except (DesignError, DataError) as error:
        found = pd.DataFrame(np.nan, index=list(symbols), columns=["return", "car", "statistic", "pvalue"])
        return _rows(found.assign(contaminated=False), design, dict.fromkeys(symbols, str(error)))
    car, moved = results.car(window), _moved(results, window)
    group = TESTS["portfolio"].function(results, window)
    flags = [any(_contaminated(results, observation)) for observation in results.panel.observations]
    found = pd.DataFrame(
        {
            "return": [*moved, moved.mean()],
            "car": [*car["car"], car["car"].mean()],
            "statistic": [*car["statistic"], group.statistic],
            "pvalue": [*car["pvalue"], group.pvalue],
            "contaminated": [*flags, any(flags)],
        },
        index=[*results.symbols, GROUP],
    )
    found = found.reindex(list(dict.fromkeys((*design.symbols, *found.index))))
    found["contaminated"] = found["contaminated"].eq(True)
    return _rows(found, design, {GROUP: group.reason or "", **results.excluded})


def _rows(found: pd.DataFrame, design: StudyDesign, reasons: Mapping[str, str]) -> pd.DataFrame:
    found = found.rename_axis("symbol").reset_index()
    return found.assign(model=design.model, reason=[reasons.get(symbol, "") for symbol in found["symbol"]])


def _raw(found: pd.DataFrame) -> pd.DataFrame:
    """The rows of a study turned into those of the returns themselves."""
    values = found["return"]
    return found.assign(
        car=values, model="raw", benchmark="", contaminated=False, statistic=np.nan, pvalue=np.nan
    )


def _percent(value: float, decimals: int = 2) -> str:
    return f"{100 * value:+.{decimals}f} %"
