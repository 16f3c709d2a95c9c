"""What a command is about: events, firms and prices, from the catalogue or from the user's own files.

Whatever is wrong with the user's files is the user's to mend, and is raised as a DesignError.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast, get_args

from analysis.market.errors import DataError, DesignError, UndecidedError, some_of
from commands.filled import beside, indices_of, names_of, require_indices, require_named
from commands.source import DEFAULT_EVENT

if TYPE_CHECKING:
    import datetime as dt

    from analysis.market.events import Event
    from analysis.market.prices import Market
    from analysis.study.study import StudyResults
    from commands.source import Source
    from dashboard.views.cautions import Cautions
    from data.files.market import FileMarket
    from data.quality.caution import Caution

DateOrder = Literal["dmy", "mdy"]
NO_BENCHMARK = "none"


@dataclass(frozen=True, slots=True)
class PricePath:
    """Price files of the user's own, and how they are read.

    A `benchmark`, or an index that the `model` reads, is one of the store where they lack it, and so are the
    indices of other `models` that are tried, as far as the store has them; without a benchmark each firm has
    its own sessions.
    """

    path: Path
    benchmark: str | None
    accepted: frozenset[str] = frozenset()
    dates: DateOrder | None = None
    donors: Sequence[str] = ()
    model: str = ""
    models: Sequence[str] = ()

    @property
    def named(self) -> tuple[str, ...]:
        """The benchmark and the indices that must be there: no firms unless they are asked for."""
        return (*filter(None, [self.benchmark]), *indices_of(self.model))

    @property
    def tried(self) -> tuple[str, ...]:
        """Indices of models that are tried."""
        return tuple(symbol for model in self.models for symbol in indices_of(model))


@dataclass(frozen=True, slots=True)
class Day:
    """The day of an event as it was typed, with a time or without, and where it goes if it is closed."""

    text: str
    closed_day: str = "next"


@dataclass(frozen=True, eq=False, slots=True)
class Subject:
    """An event, its firms and their prices; what was left out before, and what must be said of the prices.

    `shorten` tells whether too few bars shorten the windows: of a reader's own, they do.
    """

    event: Event
    firms: Sequence[str]
    market: Market
    unread: Mapping[str, str]
    cautions: Sequence[Caution] = ()
    assumptions: Sequence[str] = ()
    shorten: bool = False

    def cautions_of(self, results: StudyResults) -> Cautions:
        """What must be said of the prices behind a study."""
        from commands.cautioned import cautioned, spans_of
        from dashboard.views.cautions import Cautions

        return Cautions(*cautioned(spans_of(results), self.cautions, self.assumptions), self.unread)


def of_catalogue(
    source: Source,
    slug: str | None,
    snapshot: str | None,
    symbols: Sequence[str] | None,
    benchmark: str | None = None,
) -> Subject:
    """An event of the catalogue; any instrument of the snapshot can be its benchmark."""
    dossier = source.dossier(slug or DEFAULT_EVENT)
    market = source.market(dossier.event.slug, snapshot)
    if benchmark is not None:
        market = with_bars(market, source, [benchmark], snapshot)
    odd = source.own_cautions(dossier.event.slug)
    firms = symbols or dossier.firms
    return Subject(dossier.event, firms, market, {}, odd, shorten=dossier.origin == "own")


def with_bars(market: Market, source: Source, symbols: Iterable[str], snapshot: str | None = None) -> Market:
    """A market with those symbols beside it of which the same snapshot has bars."""
    absent = [symbol for symbol in symbols if symbol not in market.instruments]
    other = source.market_of(absent, snapshot) if absent else market
    held = {symbol: other.instruments[symbol] for symbol in absent if other.has_bars(symbol)}
    if not held:
        return market
    return replace(market, instruments={**market.instruments, **held}).with_prices_of(other)


def chosen_benchmark(typed: str | None, model: str, files: bool) -> str | None:
    """The benchmark of a study as an option gives it: None for ``none``, and where `files` have no other.

    Raises
    ------
    DesignError
        If the model needs one.
    """
    from analysis.models.normal_returns import NORMAL_RETURNS

    named = typed not in (None, NO_BENCHMARK)
    reads = model in NORMAL_RETURNS and "benchmark" in NORMAL_RETURNS[model].needs
    if reads and not named and (files or typed):
        free = " or ".join(key for key, known in NORMAL_RETURNS.items() if not known.needs)
        raise DesignError(
            f"the model {model} needs --benchmark, a symbol of the files or of the newest snapshot; "
            f"--model {free} needs none"
            if files
            else f"--benchmark none: the model {model} reads one; leave it out for each firm's own, or name "
            f"a symbol of the snapshot; --model {free} reads none"
        )
    return typed if named else None


def of_files(source: Source, prices: PricePath, day: Day, symbols: Sequence[str] | None = None) -> Subject:
    """A day and the firms of price files."""
    read = _market(source, prices, symbols, timed=":" in day.text)
    unread = reasons(read.unread)
    firms = [symbol for symbol in symbols or _firms(read.market) if symbol not in unread]
    if not firms:
        raise DesignError(_no_firm(prices, unread))
    with mendable():
        known = _known(day, prices, firms)
    said = (*read.assumptions, *filter(None, [known.said]))
    event = _event(prices, known, day, read.market, firms)
    return Subject(event, firms, read.market, unread, read.cautions, said, shorten=True)


def _firms(market: Market) -> list[str]:
    """Symbols of price files that are neither a benchmark nor an index that a model reads."""
    return sorted(symbol for symbol in market.histories if market.instruments[symbol].group == "articles")


@dataclass(frozen=True, slots=True)
class _Known:
    """A day on the clocks of the firms' exchange, a moment if there is a time, and what is said of it."""

    date: dt.date
    moment: dt.datetime | None
    said: str


def _known(day: Day, prices: PricePath, firms: Sequence[str]) -> _Known:
    from analysis.market.events import ClosedDay
    from data.bundled.exchanges import exchange_of
    from data.files.event_list import day_or_moment

    if day.closed_day not in get_args(ClosedDay):
        allowed = ", ".join(get_args(ClosedDay))
        raise DesignError(f"closed day {day.closed_day!r}: allowed are {allowed}")
    zones = sorted({exchange_of(firm).zone for firm in firms})
    date, moment, assumed = day_or_moment(day.text, prices.dates, zones[0], "--event-date")
    if moment is None:
        return _Known(date, None, "")
    if assumed and len(zones) > 1:
        several = " and ".join(zones[:2])
        raise DesignError(
            f"--event-date {day.text}: its firms trade in {several}; add a zone, as in 16:30-05:00"
        )
    read = f", a time without a zone, read in that of the exchange ({zones[0]})" if assumed else ""
    said = f"{moment:%Y-%m-%d %H:%M} UTC{read}: day 0 is the first session that closes after it"
    return _Known(date, moment, said)


def _event(prices: PricePath, known: _Known, day: Day, market: Market, firms: Sequence[str]) -> Event:
    """An event known by its moment, or by its day: that counts where a closed day is not to move on."""
    from analysis.market.events import ClosedDay, Event

    slug, name = prices.path.name, f"Prices of {prices.path}"
    sessions = (market.sessions_for(firm, prices.benchmark) for firm in firms)
    held = {known.date in one.dates.tolist() for one in sessions} if day.closed_day != "next" else {True}
    if known.moment is not None and len(held) > 1:
        raise DesignError(
            f"--event-date {day.text}: {known.date} is a session of some firms and not of others; name "
            "--benchmark, or leave out the time"
        )
    if known.moment is None or held == {False}:
        return Event(slug, name, session=known.date, closed_day=cast(ClosedDay, day.closed_day))
    return Event(slug, name, information_time=known.moment)


def _no_firm(prices: PricePath, unread: Mapping[str, str]) -> str:
    if unread:
        symbol, reason = next(iter(unread.items()))
        whose = "" if reason.startswith(symbol) else f"{symbol}: "
        return f"no firm is left in {prices.path}: {whose}{reason}"
    return f"{prices.path}: no firm beside the benchmark {prices.benchmark}"


def _market(
    source: Source, prices: PricePath, symbols: Sequence[str] | None, timed: bool = False
) -> FileMarket:
    from analysis.market.errors import UnknownNameError
    from data.files.market import Reading, file_market
    from data.files.prices import read_prices

    named = (*prices.named, *(symbols or ()), *prices.donors)
    wanted = None if symbols is None else {*named, *prices.tried}
    with mendable():
        own = read_prices(prices.path, wanted, prices.dates)
        files = beside(source, own, (*prices.named, *prices.tried))
        require_indices(prices.model, files, prices.path)
        missing = [s for s in named if s not in names_of(files)]
        if missing:
            every = files if wanted is None else read_prices(prices.path, None, prices.dates)
            require_named(every.unread)
            raise UnknownNameError("symbol", missing[0], sorted(names_of(every)))
        if unread := [s for s in (*prices.named, *prices.donors) if s in files.unread]:
            raise files.unread[unread[0]]
        require_accepted(prices.accepted, names_of(files))
        alone = prices.benchmark is None
        indices = (*indices_of(prices.model), *sorted(names_of(files) - names_of(own) - {*prices.named}))
        benchmarks = tuple(filter(None, [prices.benchmark]))
        taken = prices.accepted, timed, prices.benchmark
        return file_market(files, Reading(prices.path, benchmarks, *taken, alone=alone, indices=indices))


def require_accepted(accepted: Collection[str], known: Collection[str]) -> None:
    """Refuse a symbol that is to be taken and is not there.

    Raises
    ------
    DesignError
        Names it, and what there is.
    """
    if absent := sorted(set(accepted).difference(known)):
        raise DesignError(f"--accept {absent[0]}: no such symbol in this study; it has {some_of(known)}")


def shares(source: Source, slug: str | None, prices: PricePath | None) -> tuple[Market, Sequence[str]]:
    """A market and the shares to draw from: of an event's catalogue file, or of price files."""
    if prices is not None:
        market = _market(source, prices, None).market
        return market, _firms(market)
    dossier = source.dossier(slug or DEFAULT_EVENT)
    if not dossier.shares:
        raise DesignError(f"{dossier.event.slug}: no instrument has a region; shares to draw from need one")
    return source.market(dossier.event.slug), dossier.shares


@contextmanager
def mendable() -> Iterator[None]:
    """Whatever is wrong with a file is the user's to mend."""
    try:
        yield
    except DataError as error:
        raise DesignError(in_options(error)) from None


HOW = {
    "dates": "{}; add --dates dmy (day first) or --dates mdy (month first)",
    "accept": "{} --accept {} takes it as it is",
}


def in_options(error: DataError) -> str:
    """What is wrong, and which option decides it."""
    if not isinstance(error, UndecidedError):
        return str(error)
    return HOW[error.question].format(error, error.symbol)


def reasons(unread: Mapping[str, DataError]) -> dict[str, str]:
    """Why symbols were left out."""
    return {symbol: in_options(error) for symbol, error in unread.items()}
