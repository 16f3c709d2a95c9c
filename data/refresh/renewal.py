"""The renewal of one instrument's bars: fetch, examine, and decide between them and the previous ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from analysis.market.errors import DataError
from analysis.market.prices import Instrument
from data.bundled.calendars import sessions
from data.quality.checks import Finding, check_bars, clean
from data.quality.delivery import Delivery
from data.quality.revision import Change, recorded
from data.quality.words import count
from data.refresh.disagreement import beside_refused, disagreement
from data.refresh.front import CHECK as SHORTER
from data.refresh.front import with_front
from data.refresh.objection import answer_of, days_of, objection
from data.store.runs import REMEMBERED_RUNS, Result, last_results
from data.store.snapshots import Series
from data.store.store import Store
from data.store.stored import Holding, Snapshot

if TYPE_CHECKING:
    from data.yahoo import Fetched, FetchPolicy

START = dt.date(2022, 1, 3)
HISTORY = dt.timedelta(days=3 * 365)  # before an event: placebo dates need more than its estimation window
SOURCE = "Yahoo Finance"
LATE = 3  # sessions without a bar: a source that is late has them by then
AROUND_EVENT = dt.timedelta(days=4)


@dataclass(frozen=True, eq=False, slots=True)
class Archive:
    """What the store holds before the refresh."""

    store: Store
    held: Mapping[tuple[str, str], Holding]
    results: Mapping[str, Result] = field(default_factory=dict)

    @classmethod
    def of(cls, store: Store, snapshot: Snapshot) -> Archive:
        """What a snapshot of the store holds, and what became of its symbols before."""
        held = {(held.kind, held.symbol): held for held in store.holdings(snapshot)}
        return cls(store, held, last_results(store.runs(REMEMBERED_RUNS)))

    def frame(self, kind: str, symbol: str) -> pd.DataFrame | None:
        """Previous numbers; None where there are none, or damaged ones, which then are replaced."""
        holding = self.held.get((kind, symbol))
        with suppress(DataError):
            return self.store.frame(holding) if holding else None
        return None


@dataclass(frozen=True, slots=True)
class Feed:
    """Where fresh bars come from and how they are examined: plain callables.

    Parameters
    ----------
    daily : callable (symbol, start) -> Fetched
        Raises DataError when there are no bars.
    hourly : callable (symbol, start, end) -> DataFrame, or None
        Likewise; None where the source has no hours.
    source : str
        Its name, which stands beside the bars.
    beside : Feed or None
        Another source, whose closes the bars are held against; its bars are never taken.
    examine : callable (instrument, fetched, archive, now) -> (bars, findings)
        Bars fit to be kept, and what the checks found.
    accepted : frozenset of str
        Symbols whose bars are taken although a check objects: somebody looked at them.
    """

    daily: Callable[[str, dt.date], Fetched]
    hourly: Callable[[str, dt.date, dt.date], pd.DataFrame] | None
    examine: Callable[[Instrument, Fetched, Archive, dt.datetime], tuple[pd.DataFrame, Sequence[Finding]]]
    accepted: frozenset[str] = frozenset()
    source: str = SOURCE
    beside: Feed | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Renewal:
    """What a refresh found for one symbol; without series its previous bars stay."""

    symbol: str
    sentence: str
    series: Sequence[Series] = ()
    findings: Sequence[Finding] = ()
    library: str = ""
    answer: str = ""
    days: Sequence[str] = ()
    changes: Sequence[Change] = ()
    notice: str = ""

    @property
    def result(self) -> Result:
        """What the run keeps of it."""
        changes = [(str(each.session), each.field, each.old, each.new) for each in self.changes]
        return Result(self.sentence, bool(self.series), self.answer, self.days, changes, self.notice)


def yahoo_feed(policy: FetchPolicy | None = None, accepted: Iterable[str] = ()) -> Feed:
    """The feed of the live source, within the policy's budget from now on."""
    from data import yahoo

    policy = policy or yahoo.FetchPolicy.from_environment()
    deadline = policy.deadline()
    return Feed(
        partial(yahoo.fetch_daily, deadline=deadline, policy=policy),
        partial(yahoo.fetch_hourly, deadline=deadline, policy=policy),
        examine,
        frozenset(accepted),
    )


def examine(
    instrument: Instrument, fetched: Fetched, archive: Archive, now: dt.datetime
) -> tuple[pd.DataFrame, Sequence[Finding]]:
    """The bars that a study can use, and what the quality checks say about all that came."""
    symbol, bars = instrument.symbol, fetched.bars
    held = archive.held.get(("daily", symbol))
    first, last = bars.index[0].date(), max(bars.index[-1].date(), now.date())
    calendar = sessions(instrument.sessions_of, first, last)
    findings = check_bars(
        symbol, bars, calendar,
        dividends=fetched.dividends if fetched.tells_actions else None, splits=fetched.splits,
        previous=archive.frame("daily", symbol),
        currency=fetched.currency, expected_currency=instrument.currency,
        timezone=fetched.timezone, expected_timezone=(held.timezone or None) if held else None,
        now=now, former=archive.frame("actions", symbol),
    )  # fmt: skip
    return clean(bars, calendar, now).dropna(how="all"), findings


def renew(
    instrument: Instrument, archive: Archive, feed: Feed, event_dates: Sequence[dt.date], now: dt.datetime
) -> Renewal:
    """Fetch and examine one instrument; whatever is wrong with it becomes the renewal's sentence."""
    symbol = instrument.symbol
    previous = archive.frame("daily", symbol)
    otherwise = "no bars" if previous is None else "kept the previous bars"
    try:
        held = [] if previous is None else [previous.index[0].date()]
        fetched = feed.daily(symbol, min([START, *held, *(day - HISTORY for day in event_dates)]))
        fetched, front = _with_front(fetched, previous, archive, feed)
        bars, findings = feed.examine(instrument, fetched, archive, now)
        findings = [*findings, *front]
        if not bars["close"].notna().any():
            return Renewal(symbol, f"{otherwise}: the fetched bars hold no price")
        said = objection(instrument, bars, findings, previous)
        answer = answer_of(bars, previous, said) if said else ""
        days = days_of(answer, archive.results.get(symbol), now) if said else ()
        if said and symbol not in feed.accepted and not said.outweighed(days):
            other = beside_refused(symbol, bars, feed.source, feed.beside)
            sentence = f"{otherwise}: {said.waiting(symbol, days)}{other}"
            return Renewal(symbol, sentence, answer=answer, days=days)
        hours, note = _hours(symbol, archive, feed, event_dates, now.date())
        changes = _changes(instrument, fetched, bars, archive)
        if feed.beside:
            findings = [*findings, *disagreement(symbol, bars, feed.source, feed.beside)]
    except DataError as error:
        return Renewal(symbol, f"{otherwise}: {_without(symbol, error)}")
    except Exception as error:  # one instrument's oddity must not cost the others theirs
        return Renewal(symbol, f"{otherwise}: unexpected {type(error).__name__}: {error}")
    source = _sources(feed, archive.held.get(("daily", symbol))) if front else feed.source
    series = _series(source, fetched, {"daily": bars, "actions": _actions(fetched), "hourly": hours})
    if said:
        why = f"the source said so on {len(days)} days" if said.outweighed(days) else "accepted"
        note += f"; {why}; a check objected: {said.sentence}"
    sentence = _sentence(instrument, bars, previous) + note
    return Renewal(
        symbol, sentence, series, findings, fetched.library, changes=changes, notice=_notice(findings)
    )


def _with_front(
    fetched: Fetched, previous: pd.DataFrame | None, archive: Archive, feed: Feed
) -> tuple[Fetched, list[Finding]]:
    """What was fetched, with the earlier sessions at hand unless somebody accepted it as it is."""
    if fetched.symbol in feed.accepted:
        return fetched, []
    return with_front(fetched, previous, archive.frame("actions", fetched.symbol))


def _sources(feed: Feed, held: Holding | None) -> str:
    """Where the bars come from that partly were at hand."""
    return "; ".join(dict.fromkeys([*(held.source.split("; ") if held else ()), feed.source]))


def _notice(findings: Sequence[Finding]) -> str:
    """What an operator has to know of bars that were taken: the source has no longer all, or nothing new."""
    told = [
        found.sentence
        for found in findings
        if found.check == SHORTER or (found.check == "behind" and len(found.sessions) >= LATE)
    ]
    return " ".join(told).rstrip(".")


def _changes(
    instrument: Instrument, fetched: Fetched, bars: pd.DataFrame, archive: Archive
) -> Sequence[Change]:
    """What the bars have otherwise than the previous ones."""
    previous = archive.frame("daily", instrument.symbol)
    if previous is None:
        return ()
    first, last = (pick(bars.index[end], previous.index[end]).date() for pick, end in ((min, 0), (max, -1)))
    delivery = Delivery(
        bars,
        sessions(instrument.sessions_of, first, last),
        fetched.dividends,
        fetched.splits,
        previous,
        former=archive.frame("actions", instrument.symbol),
    )
    return recorded(delivery)


def _series(source: str, fetched: Fetched, frames: Mapping[str, pd.DataFrame | None]) -> tuple[Series, ...]:
    origin = (source, fetched.retrieved.date(), fetched.currency, fetched.timezone)
    return tuple(
        Series(kind, fetched.symbol, frame, *origin)
        for kind, frame in frames.items()
        if frame is not None and len(frame)
    )


def _hours(
    symbol: str, archive: Archive, feed: Feed, event_dates: Sequence[dt.date], today: dt.date
) -> tuple[pd.DataFrame | None, str]:
    """Hourly bars around the event days that were not fetched yet, beside the archived; and what failed.

    They are asked for at once, however many days there are: a symbol of many events costs no more requests.
    """
    from data.yahoo import hourly_days_left

    if feed.hourly is None:
        return None, ""
    held, archived = archive.held.get(("hourly", symbol)), archive.frame("hourly", symbol)
    have: set[dt.date] = set()
    if (
        archived is not None and held and held.source == feed.source
    ):  # bundled hours lack those before the opening
        have = set(pd.DatetimeIndex(archived.index).date)
    wanted = [date for date in event_dates if date not in have and hourly_days_left(date, today)]
    if not wanted:
        return None, ""
    try:
        fetched = feed.hourly(symbol, min(wanted) - AROUND_EVENT, max(wanted) + AROUND_EVENT)
    except DataError as error:
        days = ", ".join(map(str, wanted))
        return None, f"; no hourly bars around {days}: {_without(symbol, error)}"
    near = [any(abs(day - date) <= AROUND_EVENT for date in wanted) for day in _days_of(fetched)]
    joined = pd.concat([fetched[near], archived])  # fetched bars go before archived ones of the same hour
    return joined[~joined.index.duplicated()].sort_index(), ""


def _days_of(bars: pd.DataFrame) -> list[dt.date]:
    return list(pd.DatetimeIndex(bars.index).date)


def _without(symbol: str, error: DataError) -> str:
    """An error's words without the symbol that they begin with: it stands before them already."""
    return str(error).removeprefix(f"{symbol}: ")


def _actions(fetched: Fetched) -> pd.DataFrame:
    """Dividends and splits by date; a split announced twice is one split."""
    columns = {"dividend": fetched.dividends, "split": fetched.splits}
    return pd.concat(
        {name: column.groupby(level=0).last() for name, column in columns.items()}, axis=1, sort=True
    )


def _sentence(instrument: Instrument, bars: pd.DataFrame, previous: pd.DataFrame | None) -> str:
    new = len(bars) if previous is None else len(bars.index.difference(previous.index))
    text = f"{count(len(bars), 'session')} to {bars.index[-1]:%Y-%m-%d}, {new:,} new"
    if instrument.stand_in and previous is None:
        text += f"; its own bars arrived: {instrument.stand_in} no longer stands in"
    return text
