"""The market that price files give: judged bars, and the sessions of each benchmark."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from analysis.market.bars import Bars, joined
from analysis.market.errors import DataError, UndecidedError
from analysis.market.events import Dates, Sessions
from analysis.market.prices import Instrument, Market, PriceHistory, Provenance
from data.bundled.exchanges import Exchange, closing_times, exchange_of
from data.files.no_rows import NoRows, cautions_of, no_rows
from data.files.pairs import beside_their_benchmark
from data.files.prices import PriceFiles
from data.files.sessions import benchmark_sessions
from data.quality.caution import Caution
from data.quality.judge import judge, order

USED = ("high", "low", "close", "adj_close", "volume")


@dataclass(frozen=True, eq=False)
class FileMarket:
    """A market from files, and what must be said of it.

    Parameters
    ----------
    unread : mapping of symbol to reason
        Symbols that are left out: their files cannot be read, or their prices cannot be right.
    cautions : tuple of Caution
    assumptions : tuple of str
    no_rows : tuple of NoRows
        What some of the `cautions` are of, for parts of a study to be put together.
    """

    market: Market
    unread: Mapping[str, DataError]
    cautions: tuple[Caution, ...]
    assumptions: tuple[str, ...]
    no_rows: tuple[NoRows, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """How prices of files are read.

    Parameters
    ----------
    benchmarks : tuple of str
        Symbols whose dates are sessions (`benchmark_sessions`).
    accepted : frozenset of str
        Symbols that are taken whatever the judge says.
    timed : bool
        Whether events have times, so that closing times matter.
    default : str, optional
        The benchmark of a symbol unless it names another. It is never guessed from the others' benchmarks.
    pairs : frozenset of (firm, benchmark)
        Who is studied against whom; with `default`, every firm is against that.
    alone : bool
        Whether the dates of every symbol are sessions, for firms without a benchmark.
    indices : tuple of str
        Other symbols that models read: neither firms nor benchmarks, with sessions of their own.
    """

    path: Path
    benchmarks: tuple[str, ...]
    accepted: frozenset[str] = frozenset()
    timed: bool = False
    default: str | None = None
    pairs: frozenset[tuple[str, str]] = frozenset()
    alone: bool = False
    indices: tuple[str, ...] = ()

    @property
    def named(self) -> tuple[str, ...]:
        """Benchmarks and indices: no firms."""
        return *self.benchmarks, *self.indices


def file_market(files: PriceFiles, reading: Reading) -> FileMarket:
    """Judge the bars of files and make a market of them.

    Raises
    ------
    UndecidedError
        If the prices of a benchmark cannot be right.
    """
    histories, out, said = judged_histories(files, reading.accepted)
    if wrong := [symbol for symbol in reading.named if symbol in out]:
        raise UndecidedError(f"benchmark {wrong[0]}: {out[wrong[0]]}", "accept", wrong[0])
    market = _market(reading, files, histories)
    firms = histories.keys() - {*reading.named}
    pairs = {(firm, reading.default) for firm in firms} if reading.default else reading.pairs
    beside, lost = beside_their_benchmark(market, pairs), tuple(no_rows(market, pairs))
    told = tuple(sorted([*said, *beside, *cautions_of(lost)], key=order))
    return FileMarket(market, {**files.unread, **out}, told, files.assumptions, lost)


def with_histories(files: PriceFiles, histories: Sequence[PriceHistory]) -> PriceFiles:
    """Files with prices from elsewhere beside theirs; the source names these."""
    if not histories:
        return files
    bars = joined([files.bars, *map(_bars, histories)])
    named = ", ".join(f"{history.symbol} from {history.source}" for history in histories)
    newest = max(files.retrieved, *(history.retrieved for history in histories))
    return replace(files, bars=bars, source=f"{files.source}; {named}", retrieved=newest)


def _bars(history: PriceHistory) -> Bars:
    starts = np.array([0, len(history.dates)], dtype=np.int64)
    return Bars((history.symbol,), starts, history.dates, history.columns)


def judged_histories(
    files: PriceFiles, accepted: Collection[str] = ()
) -> tuple[dict[str, PriceHistory], dict[str, UndecidedError], tuple[Caution, ...]]:
    """Prices of files by symbol; those left out, with the reason; what must be said of the others."""
    judged = judge(files.bars, keep=(*USED, "open"))
    out = {s: _refusal(c) for s, c in judged.severe.items() if s not in accepted}
    histories = {history.symbol: history for history in _histories(judged.bars.without(out), files)}
    return histories, out, tuple(caution for caution in judged.cautions if caution.symbol not in out)


def _refusal(caution: Caution) -> UndecidedError:
    sentence = caution.sentence.removeprefix(caution.symbol).lstrip(": ")
    return UndecidedError(sentence, "accept", caution.symbol)


def _histories(bars: Bars, files: PriceFiles) -> Iterator[PriceHistory]:
    for place, symbol in enumerate(bars.symbols):
        rows = slice(int(bars.starts[place]), int(bars.starts[place + 1]))
        columns = {name: values[rows] for name, values in bars.columns.items()}
        if "close" not in columns:
            columns["close"] = columns["adj_close"]
        yield PriceHistory(symbol, bars.dates[rows], columns, files.source, files.retrieved)


def sessions_market(
    benchmarks: PriceFiles,
    reading: Reading,
    names: Sequence[str],
    sessions: Mapping[str, Sessions],
    as_of: dt.date | None,
) -> Market:
    """A market that knows the sessions of firms, some their own, and no price but those of the benchmarks."""
    market = file_market(benchmarks, reading).market
    firms = {name: _instrument(name, reading) for name in names}
    provenance = replace(market.provenance, as_of=as_of or market.provenance.as_of)
    return replace(market, instruments=firms, sessions={**sessions, **market.sessions}, provenance=provenance)


def _market(reading: Reading, files: PriceFiles, histories: Mapping[str, PriceHistory]) -> Market:
    kept = dict.fromkeys([*reading.named, *(histories if reading.alone else ())])
    known: dict[bytes, Dates] = {}  # most symbols share theirs
    dates = {}
    for one in filter(histories.__contains__, kept):
        days = benchmark_sessions(histories[one])
        dates[one] = known.setdefault(days.tobytes(), days)
    sessions = {symbol: Sessions(symbol, days) for symbol, days in dates.items()}
    for exchange in {exchange_of(symbol) for symbol in histories} if reading.timed else ():
        for symbol, days in dates.items():
            sessions[f"{symbol}{_closing(exchange)}"] = Sessions(symbol, days, closing_times(exchange, days))
    instruments = {symbol: _instrument(symbol, reading) for symbol in histories}
    ends = (history.dates[-1].item() for history in histories.values() if len(history.dates))
    last = last_day(histories, reading) or max(ends, default=files.retrieved)
    provenance = Provenance(reading.path.name, files.source, files.retrieved, last)
    return Market(instruments, histories, sessions, provenance)


def last_day(histories: Mapping[str, PriceHistory], reading: Reading) -> dt.date | None:
    """The last day of the firms, if there is any: what they are measured against may come from elsewhere."""
    firms = (history for symbol, history in histories.items() if symbol not in reading.named)
    return max((firm.dates[-1].item() for firm in firms if len(firm.dates)), default=None)


def _instrument(symbol: str, reading: Reading) -> Instrument:
    kinds = {**dict.fromkeys(reading.indices, "index"), **dict.fromkeys(reading.benchmarks, "benchmark")}
    own = None if symbol in kinds else reading.default
    closing = _closing(exchange_of(symbol)) if reading.timed else ""
    return Instrument(symbol, symbol, "", "", kinds.get(symbol, "articles"), benchmark=own, closing=closing)


def _closing(exchange: Exchange) -> str:
    return f" to {exchange.mic}"
