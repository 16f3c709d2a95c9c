"""What is asked of a list of events, and how its price files are read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.many.events import EventList
from analysis.market.bars import Ints
from analysis.market.errors import DataError
from analysis.market.events import ClosedDay
from analysis.study.design import StudyDesign
from commands.filled import absent_firms, beside, indices_of, require_indices, require_named
from commands.subjects import DateOrder

if TYPE_CHECKING:
    from commands.source import Source
    from data.files.market import Reading
    from data.files.prices import PriceFiles


@dataclass(frozen=True, slots=True)
class ListRequest:
    """What was asked: a file of events, prices to study them by, and the choices of the study."""

    events: Path
    prices: Path | None = None
    benchmark: str | None = None
    closed_day: ClosedDay = "next"
    accepted: frozenset[str] = frozenset()
    dates: DateOrder | None = None
    choices: Mapping[str, Any] = field(default_factory=dict)
    formula: str = ""


def absent_from(request: ListRequest, events: EventList, known: Collection[str]) -> str:
    """Which firms of a list its price files lack, in a sentence."""
    from data.files.prices import read_prices

    path = request.prices
    assert path is not None
    return absent_firms(
        events.firms, known, path, lambda: read_prices(path, None, request.dates).bars.symbols
    )


def with_benchmarks(
    request: ListRequest, source: Source, files: PriceFiles, reading: Reading, model: str
) -> PriceFiles:
    """Files with the benchmarks that they lack; the one that was asked for must be there, and all indices."""
    files, symbol = beside(source, files, reading.benchmarks), request.benchmark
    unread = files.unread
    if symbol is not None and (symbol in unread or symbol not in files.bars.symbols):
        require_named({} if symbol in unread else unread)
        where = (
            f"{request.prices}: no prices of the benchmark {symbol}; name one of the files or of the newest"
        )
        raise unread.get(symbol) or DataError(f"{where} snapshot, spelled as there")
    require_indices(model, files, reading.path)
    return files


def wanted_of(events: EventList, reading: Reading) -> frozenset[str]:
    """Symbols that price files are asked for."""
    return frozenset((*events.names, *reading.benchmarks))


def reading_of(request: ListRequest, events: EventList, design: StudyDesign) -> Reading:
    """How the price files of a list are read."""
    from data.files.market import Reading

    named = np.unique(events.benchmark[events.benchmark >= 0])
    benchmarks = tuple(dict.fromkeys([*(events.names[k] for k in named), *indices_of(design.model)]))
    assert request.prices is not None
    timed = bool((~np.isnat(events.moment)).any())
    alone = "benchmark" not in design.needs and bool((events.benchmark < 0).any())
    pairs = _pairs(events, named)
    return Reading(request.prices, benchmarks, request.accepted, timed, pairs=pairs, alone=alone)


def _pairs(events: EventList, benchmarks: Ints) -> frozenset[tuple[str, str]]:
    """Each firm with the benchmarks that it is studied against."""
    has = events.benchmark >= 0
    seen = np.zeros((len(events.names), len(benchmarks)), bool)
    seen[events.firm[has], np.searchsorted(benchmarks, events.benchmark[has])] = True
    names = events.names
    return frozenset((names[firm], names[benchmarks[k]]) for firm, k in np.argwhere(seen).tolist())
