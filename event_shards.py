"""Studies of very many events, spread over threads or a cluster: cut, studied twice, summed, printed."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.errors import DataError, DesignError
from analysis.event import Sessions, Window
from analysis.event_sums import (
    Moments,
    Shard,
    ShardDesign,
    cross_sectional,
    first_pass,
    merged_moments,
    merged_sums,
    outcomes,
    scar_deviation,
    second_pass,
)
from analysis.many_events import ClosedDay, ListedEvent, position_of
from analysis.study import CAR_WINDOWS, ESTIMATION_WINDOW, EVENT_WINDOW
from documents import Document, pair
from printing import Format, percent, print_csv, print_json, pvalue, show, table_of

if TYPE_CHECKING:
    from analysis.evidence import Outcome
    from analysis.kernels import Floats, Ints
    from data.shards import Dates, Files
    from workers import Spread

Step = Callable[[str, int, int], None]


@dataclass(frozen=True, eq=False, slots=True)
class Task:
    """What every shard is studied with: sessions, benchmark prices and all events, sorted by symbol."""

    sessions: Dates
    market: Floats
    symbols: tuple[str, ...]
    starts: Ints
    days: Ints
    design: ShardDesign


@dataclass(frozen=True, eq=False, slots=True)
class Summary:
    """What is left of the study: moments, tests of the tested window, and what was left out."""

    design: ShardDesign
    moments: Moments
    tests: Mapping[str, Outcome]
    excluded: Counter[str]


def study_shards(
    events: Sequence[ListedEvent],
    files: Sequence[Files],
    benchmark: str,
    closed_day: ClosedDay,
    design: ShardDesign,
    spread: Spread,
    step: Step,
) -> Summary:
    """Study events over shards of price files; every event has the same benchmark.

    Raises
    ------
    DesignError
        If an event names another benchmark, or none can be studied.
    DataError
        If prices cannot be read, or a symbol is in two shards.
    """
    from data.shards import benchmark_prices

    sessions, market = benchmark_prices(files, benchmark)
    task, excluded = _task(events, benchmark, sessions, market, closed_day, design)
    total = 2 * len(files)
    firsts = [*_counted(spread(partial(_first, task), files), step, 0, total)]
    found = _once([symbols for symbols, _ in firsts])
    moments = merged_moments(part for _, part in firsts)
    excluded["no prices"] += sum(
        int(task.starts[i + 1] - task.starts[i]) for i, s in enumerate(task.symbols) if s not in found
    )
    excluded += moments.excluded
    if moments.count[design.windows.index(design.tested)] < 2:
        reasons = "; ".join(f"{count:,}: {reason}" for reason, count in excluded.items())
        raise DesignError(f"fewer than two events to study. {reasons}")
    again = partial(_second, task, scar_deviation(moments, design))
    sums = merged_sums(_counted(spread(again, files), step, len(files), total))
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
    events: Sequence[ListedEvent],
    benchmark: str,
    sessions: Dates,
    market: Floats,
    closed_day: ClosedDay,
    design: ShardDesign,
) -> tuple[Task, Counter[str]]:
    """Events by symbol and day, each once, and how many have no day 0."""
    for event in events:
        if event.benchmark not in (None, benchmark):
            raise DesignError(
                f"line {event.line}: benchmark {event.benchmark}; with --workers or --cluster all events "
                f"have the one of --benchmark, {benchmark}"
            )
    names, symbol = np.unique([event.symbol for event in events], return_inverse=True)
    dates, date = np.unique(np.array([event.date for event in events]), return_inverse=True)
    grid = Sessions(benchmark, sessions)
    day = np.array([_position(one, grid, closed_day) for one in dates])[date]
    placed = np.unique((symbol * len(sessions) + day)[day >= 0])
    codes, days = np.divmod(placed, len(sessions))
    starts = np.searchsorted(codes, np.arange(len(names) + 1))
    excluded = Counter({"no session for its date": int((day < 0).sum())})
    excluded["the same day 0 as another event of its firm"] = int((day >= 0).sum()) - len(placed)
    return Task(sessions, market, tuple(names.tolist()), starts, days, design), excluded


def _position(date: dt.date, grid: Sessions, closed_day: ClosedDay) -> int:
    """Index of the session of a date, -1 without one."""
    try:
        return position_of(date, grid, closed_day)
    except DesignError:
        return -1


def _shard(task: Task, files: Files) -> tuple[tuple[str, ...], Shard]:
    """Prices of a shard's firms that have events, and those events."""
    from data.shards import prices_on

    symbols, prices = prices_on(files, task.symbols, task.sessions)
    which = np.searchsorted(np.array(task.symbols), np.array(symbols)) if symbols else np.empty(0, int)
    counts = np.diff(task.starts)[which]
    firm = np.repeat(np.arange(len(symbols)), counts)
    mine = [task.days[task.starts[i] : task.starts[i + 1]] for i in which]
    days = np.concatenate(mine) if mine else np.empty(0, np.int64)
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
    from data.event_list import read_events
    from data.shards import cut

    if model != "market_model":
        raise DesignError(f"--model {model}: --workers and --cluster know the market model only")
    fitting = tuple(window for window in CAR_WINDOWS if event_window.covers(window))
    windows = fitting if event_window in fitting else (*fitting, event_window)
    design = ShardDesign(estimation_window, event_window, windows, Window(0, 0))
    try:
        return study_shards(read_events(events), cut(prices), benchmark, closed_day, design, spread, step)
    except DataError as error:
        raise DesignError(str(error)) from None


def show_summary(summary: Summary, form: Format) -> None:
    """Print means, tests and what was left out."""
    if form == "json":
        print_json(summary_document(summary))
    elif form == "csv":
        print_csv([{"window": window, **row} for window, row in summary_document(summary)["caar"].items()])
    else:
        print_summary(summary)


def summary_document(summary: Summary) -> Document:
    """Mean abnormal returns and CARs, tests and reasons, decimal."""
    design, moments = summary.design, summary.moments
    t = cross_sectional(moments)
    columns = zip(design.windows, moments.count, moments.car, t.statistic, np.asarray(t.pvalue), strict=True)
    return {
        "design": {
            "model": "market_model",
            "event_window": pair(design.event),
            "estimation_window": pair(design.estimation),
        },
        "firms": moments.firms,
        "days": int(moments.sessions.sum()),
        "aar": [_number(x) for x in moments.abnormal / moments.days],
        "caar": {
            str(window): {
                "events": int(n),
                "caar": _number(car),
                "statistic": _number(s),
                "pvalue": _number(p),
            }
            for window, n, car, s, p in columns
        },
        "group": {
            key: {"statistic": _number(outcome.statistic), "pvalue": _number(outcome.pvalue)}
            for key, outcome in summary.tests.items()
        },
        "excluded": {reason: count for reason, count in sorted(summary.excluded.items()) if count},
    }


def _number(value: Any) -> float | None:
    return float(value) if math.isfinite(value) else None


def print_summary(summary: Summary) -> None:
    """The same as tables."""
    from analysis.significance import TESTS

    document, design = summary_document(summary), summary.design
    events = document["caar"][str(design.tested)]["events"]
    print(
        f"{events:,} events of {document['firms']:,} firms on {document['days']:,} days; market model, "
        f"estimation window {design.estimation}, event window {design.event}\n"
    )
    means = table_of("Mean cumulative abnormal returns", ("Window",), ("Events", "Mean", "t", "p"))
    for window, row in document["caar"].items():
        means.add_row(
            window,
            f"{row['events']:,}",
            percent(row["caar"]),
            f"{row['statistic']:.2f}",
            pvalue(row["pvalue"]),
        )
    tests = table_of(f"The events together in {design.tested}", ("Test",), ("Statistic", "p"))
    for key, outcome in document["group"].items():
        tests.add_row(TESTS[key].label, f"{outcome['statistic']:.2f}", pvalue(outcome["pvalue"]))
    show(means)
    show(tests, "The tests take the events for independent, except Corrado's and Kolari and Pynnonen's.")
    for reason, count in document["excluded"].items():
        print(f"Not studied: {count:,}: {reason}")
