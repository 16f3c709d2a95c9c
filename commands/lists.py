"""Studies of lists of events: read, studied as a whole or block by block, on one process or many.

Where blocks run changes nothing: they follow from the price files, and their sums are added in their order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial, reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.many.blocks import First, Second, first_pass, merged_first, second_pass
from analysis.many.events import EventList, Said
from analysis.many.explain import Explained, explained
from analysis.many.lists import MOST_WHOLE, joined, list_design, scar_deviations, study_events
from analysis.many.result import ManyEvents
from analysis.market.bars import joined as joined_bars
from analysis.market.errors import DataError, UnknownNameError
from analysis.market.events import ClosedDay
from analysis.study.design import StudyDesign
from analysis.study.study import require_some
from commands.filled import absent_firms, names_of
from commands.list_request import ListRequest, absent_from, reading_of, wanted_of, with_benchmarks
from commands.source import DEFAULT_EVENT
from commands.subjects import DateOrder, mendable, reasons, require_accepted, with_bars
from commands.workers import in_pieces

if TYPE_CHECKING:
    import datetime as dt

    from analysis.market.events import Sessions
    from analysis.market.prices import Market, Provenance
    from commands.source import Source
    from commands.workers import Spread
    from data.files.blocks import Block
    from data.files.market import FileMarket, Reading
    from data.files.no_rows import NoRows
    from data.files.prices import PriceFiles
    from data.quality.caution import Caution

Step = Callable[[str, int, int], None]
FEW = 8  # blocks that are read once for both passes


@dataclass(frozen=True, eq=False, slots=True)
class ListStudy:
    """A study of a list, what must be said of its prices, and where they come from."""

    many: ManyEvents
    provenance: Provenance
    cautions: Sequence[Caution] = ()
    assumptions: Sequence[str] = ()
    explained: Explained | None = None


def study_list(request: ListRequest, source: Source, spread: Spread, step: Step) -> ListStudy:
    """Study a list of events; `source` gives the prices, or benchmarks, that the request does not bring.

    Raises
    ------
    DesignError
        If a file cannot be read, or nothing can be studied.
    """
    from data.files.event_list import read_events

    with mendable():
        events, said, attributes = read_events(request.events, request.dates, request.formula)
        design = list_design(events, request.events.name, **request.choices)
        events = events.with_benchmark(request.benchmark)
        require_accepted(request.accepted, events.names)
        if request.prices is None:
            market = with_bars(source.market(DEFAULT_EVENT), source, events.names)
            study = _over_market(request, design, events, market, said)
        elif len(events) <= MOST_WHOLE:
            study = _whole(request, design, events, said, source)
        else:
            study = _in_blocks(request, design, events, said, source, spread, step)
    return study if attributes is None else replace(study, explained=explained(study.many, attributes))


def _over_market(
    request: ListRequest, design: StudyDesign, events: EventList, market: Market, said: str
) -> ListStudy:
    """Over prices that are at hand."""
    known = [name for name in events.names if market.has_bars(name)]
    if request.benchmark not in (None, *known):
        raise UnknownNameError("symbol", str(request.benchmark), market.histories)
    absent = absent_firms(
        events.firms, known, "the newest snapshot (--prices names files)", lambda: market.histories
    )
    told = _told(absent, said)
    if len(events) <= MOST_WHOLE:
        many = study_events(events, market, design, request.closed_day)
        return ListStudy(many, market.provenance, (), told)
    first = first_pass(design, market, events, request.closed_day)
    second = second_pass(design, market, first.columns, *_spreads(first))
    return ListStudy(joined(design, market, first, second), market.provenance, (), told)


def _whole(
    request: ListRequest, design: StudyDesign, events: EventList, said: str, source: Source
) -> ListStudy:
    """All prices at once."""
    from data.files.market import file_market
    from data.files.prices import read_prices

    assert request.prices is not None
    reading = reading_of(request, events, design)
    files = read_prices(request.prices, wanted_of(events, reading), request.dates)
    absent = absent_from(request, events, names_of(files))
    read = file_market(with_benchmarks(request, source, files, reading, design.model), reading)
    many = study_events(events, read.market, design, request.closed_day, reasons(read.unread))
    return ListStudy(many, read.market.provenance, read.cautions, _told(absent, said, *read.assumptions))


def _told(absent: str, *others: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, [absent, *others])))


# ---- block by block --------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Task:
    """What every block is studied with; `benchmarks` are their bars. Markets of a `few` blocks are kept."""

    design: StudyDesign
    events: EventList
    closed_day: ClosedDay
    reading: Reading
    dates: DateOrder | None
    benchmarks: PriceFiles
    few: bool


@dataclass(frozen=True, eq=False, slots=True)
class Found:
    """What the first pass over a block gives, which symbols it has, their sessions and the last day."""

    symbols: tuple[str, ...]
    sessions: Mapping[str, Sessions]
    as_of: dt.date | None
    first: First
    cautions: tuple[Caution, ...]
    assumptions: tuple[str, ...]
    no_rows: tuple[NoRows, ...]


def _in_blocks(
    request: ListRequest,
    design: StudyDesign,
    events: EventList,
    said: str,
    source: Source,
    spread: Spread,
    step: Step,
) -> ListStudy:
    from data.files.blocks import blocks
    from data.files.market import sessions_market
    from data.files.no_rows import cautions_of

    assert request.prices is not None
    reading, parts = reading_of(request, events, design), blocks(request.prices)
    found_there = _benchmarks(parts, reading, request, events)
    benchmarks = with_benchmarks(request, source, found_there, reading, design.model)
    few = len(parts) <= FEW
    task = Task(design, events, request.closed_day, reading, request.dates, benchmarks, few)
    total = 2 * len(parts)
    found = [*_counted(in_pieces(partial(_first, task), parts, spread), step, 0, total)]
    first = merged_first([one.first for one in found])
    absent = absent_from(request, events, {symbol for one in found for symbol in one.symbols})
    first = first.with_lost(_absent(task, [one.symbols for one in found]))
    spreads = _spreads(first)
    pieces = [(part, one.first.columns) for part, one in zip(parts, found, strict=True)]
    seconds = in_pieces(partial(_second_of, task, spreads), pieces, spread)
    second = reduce(Second.__add__, _counted(seconds, step, len(parts), total))
    sessions = {calendar: known for one in found for calendar, known in one.sessions.items()}
    as_of = max((one.as_of for one in found if one.as_of), default=None)
    market = sessions_market(task.benchmarks, reading, first.columns.events.names, sessions, as_of)
    told = sorted({text for one in found for text in one.assumptions})
    lost = cautions_of(part for one in found for part in one.no_rows)
    cautions = sorted(
        {*lost, *(c for one in found for c in one.cautions if c.kind != "no_row")},
        key=lambda c: (c.symbol, c.kind, str(c.date)),
    )
    return ListStudy(
        joined(design, market, first, second), market.provenance, tuple(cautions), _told(absent, said, *told)
    )


def _benchmarks(
    parts: Sequence[Block], reading: Reading, request: ListRequest, events: EventList
) -> PriceFiles:
    """Bars of the benchmarks, wherever they are; a single block is read once for all that is wanted of it."""
    wanted = frozenset(reading.benchmarks) if len(parts) > 1 else wanted_of(events, reading)
    read = [_files_of(part, wanted, request.dates) for part in parts]
    bars = joined_bars([files.bars.only(reading.benchmarks) for files in read])
    unread = {symbol: reason for files in read for symbol, reason in files.unread.items()}
    return replace(read[0], bars=bars, unread=unread, retrieved=max(files.retrieved for files in read))


def _counted(parts: Iterable[Any], step: Step, done: int, total: int) -> Iterator[Any]:
    for count, part in enumerate(parts, done + 1):
        step("blocks", count, total)
        yield part


def _absent(task: Task, symbols: Sequence[tuple[str, ...]]) -> Said:
    """Events of firms that no block has; a firm in two blocks is refused."""
    seen: set[str] = set()
    for some in symbols:
        if twice := seen.intersection(some):
            raise DataError(f"{min(twice)} is in two groups of files; keep each symbol in one")
        seen.update(some)
    events = task.events.ordered()
    known = np.array([name in seen for name in events.names], dtype=bool)
    return Said.of(
        np.flatnonzero(~known[events.firm]),
        events.label,
        lambda place: f"no prices of {events.names[events.firm[place]]}",
    )


@lru_cache(maxsize=1)
def _files_of(block: Block, wanted: frozenset[str], dates: DateOrder | None) -> PriceFiles:
    from data.files.blocks import read_block

    return read_block(block, wanted, dates)


def _market_of(task: Task, block: Block) -> tuple[FileMarket, tuple[str, ...]]:
    """The market of a block's firms and all benchmarks, and the symbols of the block."""
    return _kept(task, block) if task.few else _made(task, block)


def _made(task: Task, block: Block) -> tuple[FileMarket, tuple[str, ...]]:
    from data.files.market import file_market

    files = _files_of(block, wanted_of(task.events, task.reading), task.dates)
    symbols = tuple(sorted(task.events.firms & {*files.bars.symbols, *files.unread}))
    bars = files.bars
    if frames := set(task.benchmarks.bars.symbols) - set(bars.symbols):
        bars = joined_bars([task.benchmarks.bars.only(frames), bars])
    return file_market(replace(files, bars=bars), task.reading), symbols


_kept = lru_cache(FEW)(_made)


def _first(task: Task, block: Block) -> Found:
    from data.files.market import last_day

    read, symbols = _market_of(task, block)
    here = set(symbols)
    mine = np.array([name in here for name in task.events.names], dtype=bool)
    events = task.events.take(mine[task.events.firm])
    first = first_pass(task.design, read.market, events, task.closed_day, reasons(read.unread))
    market = read.market
    sessions = {key: known for key, known in market.sessions.items() if known.exchange in here}
    as_of = last_day(market.histories, task.reading)
    return Found(symbols, sessions, as_of, first, read.cautions, read.assumptions, read.no_rows)


def _second_of(task: Task, spreads: tuple[Any, Any], piece: tuple[Block, Any]) -> Second:
    block, columns = piece
    return second_pass(task.design, _market_of(task, block)[0].market, columns, *spreads)


def _spreads(first: First) -> tuple[Any, Any]:
    """What the second pass needs of the whole first one."""
    require_some(first.columns.sigma, *map(dict, (first.lost.first, first.halted.first)))
    return first.spread.deviation, scar_deviations(first.columns)
