"""Studies of very many events, spread over threads or a cluster: cut, studied twice, summed.

Sums are made block by block and added in the order of the blocks, which depends on the files alone.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.many.event_sums import (
    MODELS,
    Moments,
    Shard,
    ShardDesign,
    first_pass,
    merged_moments,
    merged_sums,
    outcomes,
    scar_deviation,
    second_pass,
)
from analysis.many.lists import ClosedDay, position_of
from analysis.market.errors import DataError, DesignError
from analysis.market.events import Sessions, Window
from analysis.study.study import CAR_WINDOWS, ESTIMATION_WINDOW, EVENT_WINDOW
from commands.workers import in_pieces

if TYPE_CHECKING:
    from analysis.inference.evidence import Outcome
    from analysis.kernels.compiled import Floats, Ints
    from commands.workers import Spread
    from data.files.event_table import EventTable
    from data.files.shards import Dates, Files

Step = Callable[[str, int, int], None]


@dataclass(frozen=True, eq=False, slots=True)
class Task:
    """What every block is studied with: sessions, benchmark prices and all events, sorted by symbol.

    Events of the i-th symbol have day 0 on the sessions `days[starts[i]:starts[i + 1]]`.
    """

    sessions: Dates
    market: Floats
    symbols: npt.NDArray[np.str_]
    starts: Ints
    days: npt.NDArray[np.int32]
    design: ShardDesign


@dataclass(frozen=True, eq=False, slots=True)
class Summary:
    """What is left of the study: moments, tests of the tested window, and what was left out."""

    design: ShardDesign
    moments: Moments
    tests: Mapping[str, Outcome]
    excluded: Counter[str]


def study_shards(
    events: EventTable,
    blocks: Sequence[Files],
    benchmark: str,
    closed_day: ClosedDay,
    design: ShardDesign,
    spread: Spread,
    step: Step,
) -> Summary:
    """Study events over blocks of price files; every event has the same benchmark.

    Raises
    ------
    DesignError
        If an event names another benchmark, or none can be studied.
    DataError
        If prices cannot be read, or a symbol is in two blocks.
    """
    from data.files.shards import benchmark_prices

    sessions, market = benchmark_prices(blocks, benchmark)
    task, excluded = _task(events, benchmark, sessions, market, closed_day, design)
    total = 2 * len(blocks)
    firsts = [*_counted(in_pieces(partial(_first, task), blocks, spread), step, 0, total)]
    found = _once([symbols for symbols, _ in firsts])
    moments = merged_moments(part for _, part in firsts)
    absent = ~np.isin(task.symbols, list(found))
    excluded["no prices"] += int(np.diff(task.starts)[absent].sum())
    excluded += moments.excluded
    if moments.count[design.windows.index(design.tested)] < 2:
        reasons = "; ".join(f"{count:,}: {reason}" for reason, count in excluded.items())
        raise DesignError(f"fewer than two events to study. {reasons}")
    again = partial(_second, task, scar_deviation(moments, design))
    sums = merged_sums(_counted(in_pieces(again, blocks, spread), step, len(blocks), total))
    return Summary(design, moments, outcomes(moments, sums, design), excluded)


def _counted(parts: Iterable[Any], step: Step, done: int, total: int) -> Iterator[Any]:
    for count, part in enumerate(parts, done + 1):
        step("shards", count, total)
        yield part


def _once(found: Iterable[Sequence[str]]) -> set[str]:
    seen: set[str] = set()
    for symbols in found:
        if twice := seen.intersection(symbols):
            raise DataError(f"{min(twice)} is in two groups of files; keep each symbol in one file")
        seen.update(symbols)
    return seen


def _task(
    events: EventTable,
    benchmark: str,
    sessions: Dates,
    market: Floats,
    closed_day: ClosedDay,
    design: ShardDesign,
) -> tuple[Task, Counter[str]]:
    """Events by symbol and day, each once, and how many have no day 0."""
    if others := [name for name in events.benchmarks if name != benchmark]:
        raise DesignError(
            f"benchmark {others[0]}: with --workers or --cluster all events have the one of --benchmark, "
            f"{benchmark}"
        )
    date, dates = pd.factorize(events.dates.astype("datetime64[s]"))
    grid = Sessions(benchmark, sessions)
    day = np.array([_position(one, grid, closed_day) for one in dates.astype("datetime64[D]").tolist()])[date]
    placed = np.sort((events.symbol * len(sessions) + day)[day >= 0])
    placed = placed[np.diff(placed, prepend=-1) > 0]
    codes, days = np.divmod(placed, len(sessions))
    starts = np.searchsorted(codes, np.arange(len(events.symbols) + 1))
    excluded = Counter({"no session for its date": int((day < 0).sum())})
    excluded["the same day 0 as another event of its firm"] = int((day >= 0).sum()) - len(placed)
    return Task(sessions, market, events.symbols, starts, days.astype(np.int32), design), excluded


def _position(date: dt.date, grid: Sessions, closed_day: ClosedDay) -> int:
    """Index of the session of a date, -1 without one."""
    try:
        return position_of(date, grid, closed_day)
    except DesignError:
        return -1


def _shard(task: Task, files: Files) -> tuple[tuple[str, ...], Shard]:
    """Prices of a block's firms that have events, and those events."""
    from data.files.shards import prices_on

    symbols, prices = prices_on(files, task.symbols, task.sessions)
    which = np.searchsorted(task.symbols, np.array(symbols, dtype=str))
    counts = np.diff(task.starts)[which]
    firm = np.repeat(np.arange(len(symbols)), counts)
    mine = [task.days[task.starts[i] : task.starts[i + 1]] for i in which]
    days = np.concatenate(mine).astype(np.int64) if mine else np.empty(0, np.int64)
    return symbols, Shard(prices, task.market, firm, days)


def _first(task: Task, files: Files) -> tuple[tuple[str, ...], Moments]:
    symbols, shard = _shard(task, files)
    return symbols, first_pass(shard, task.design)


def _second(task: Task, deviation: float, files: Files) -> Any:
    return second_pass(_shard(task, files)[1], task.design, deviation)


# ---- command ---------------------------------------------------------------------------------------


def study_files(
    events: Path,
    prices: Path,
    benchmark: str,
    spread: Spread,
    step: Step,
    *,
    closed_day: ClosedDay,
    model: str,
    event_window: Window = EVENT_WINDOW,
    estimation_window: Window = ESTIMATION_WINDOW,
) -> Summary:
    """Study a file of events over price files.

    Raises
    ------
    DesignError
        If the files cannot be read, or the study cannot be made by shards.
    """
    from data.files.event_table import read_event_table
    from data.files.shards import cut

    if model not in MODELS:
        raise DesignError(f"--model {model}: --workers and --cluster know {', '.join(MODELS)}")
    fitting = tuple(window for window in CAR_WINDOWS if event_window.covers(window))
    windows = fitting if event_window in fitting else (*fitting, event_window)
    design = ShardDesign(estimation_window, event_window, windows, Window(0, 0), model)
    try:
        return study_shards(
            read_event_table(events), cut(prices), benchmark, closed_day, design, spread, step
        )
    except DataError as error:
        raise DesignError(str(error)) from None
