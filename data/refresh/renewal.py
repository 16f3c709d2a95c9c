"""The renewal of one instrument's bars: fetch, examine, and decide between them and the previous ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.market.errors import DataError
from analysis.market.events import Dates
from analysis.market.prices import Instrument
from data.bundled.calendars import sessions
from data.quality.checks import Finding, check_bars, clean
from data.store.snapshots import Series
from data.store.store import Store
from data.store.stored import Holding, Snapshot

if TYPE_CHECKING:
    from data.yahoo import Fetched, FetchPolicy

START = dt.date(2022, 1, 3)
HISTORY = dt.timedelta(days=3 * 365)  # before an event: placebo dates need more than its estimation window
SOURCE = "Yahoo Finance"
AROUND_EVENT = dt.timedelta(days=4)


@dataclass(frozen=True, eq=False, slots=True)
class Archive:
    """What the store holds before the refresh."""

    store: Store
    held: Mapping[tuple[str, str], Holding]

    @classmethod
    def of(cls, store: Store, snapshot: Snapshot) -> Archive:
        """What a snapshot of the store holds."""
        return cls(store, {(held.kind, held.symbol): held for held in store.holdings(snapshot)})

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
    hourly : callable (symbol, start, end) -> DataFrame
        Likewise.
    examine : callable (instrument, fetched, archive, now) -> (bars, findings)
        Bars fit to be kept, and what the checks found.
    accepted : frozenset of str
        Symbols whose bars are taken although a check objects: somebody looked at them.
    """

    daily: Callable[[str, dt.date], Fetched]
    hourly: Callable[[str, dt.date, dt.date], pd.DataFrame]
    examine: Callable[[Instrument, Fetched, Archive, dt.datetime], tuple[pd.DataFrame, Sequence[Finding]]]
    accepted: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False, slots=True)
class Renewal:
    """What a refresh found for one symbol; without series its previous bars stay."""

    symbol: str
    sentence: str
    series: Sequence[Series] = ()
    findings: Sequence[Finding] = ()
    library: str = ""


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
        dividends=fetched.dividends, splits=fetched.splits, previous=archive.frame("daily", symbol),
        currency=fetched.currency, expected_currency=instrument.currency,
        timezone=fetched.timezone, expected_timezone=(held.timezone or None) if held else None,
        now=now,
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
        bars, findings = feed.examine(instrument, fetched, archive, now)
        if not bars["close"].notna().any():
            return Renewal(symbol, f"{otherwise}: the fetched bars hold no price")
        objection = _objection(instrument, bars, findings, previous)
        if objection and symbol not in feed.accepted:
            return Renewal(symbol, f"{otherwise}: {objection}")
        hours, note = _hours(symbol, archive, feed, event_dates, now.date())
    except DataError as error:
        return Renewal(symbol, f"{otherwise}: {_without(symbol, error)}")
    except Exception as error:  # one instrument's oddity must not cost the others theirs
        return Renewal(symbol, f"{otherwise}: unexpected {type(error).__name__}: {error}")
    series = _series(fetched, {"daily": bars, "actions": _actions(fetched), "hourly": hours})
    note += f"; accepted although {objection}" if objection else ""
    return Renewal(symbol, _sentence(instrument, bars, previous) + note, series, findings, fetched.library)


def _series(fetched: Fetched, frames: Mapping[str, pd.DataFrame | None]) -> tuple[Series, ...]:
    origin = (SOURCE, fetched.retrieved.date(), fetched.currency, fetched.timezone)
    return tuple(
        Series(kind, fetched.symbol, frame, *origin)
        for kind, frame in frames.items()
        if frame is not None and len(frame)
    )


def _objection(
    instrument: Instrument, bars: pd.DataFrame, findings: Sequence[Finding], previous: pd.DataFrame | None
) -> str | None:
    """Why fetched bars must not replace the previous ones; None if they may."""
    if severe := [finding for finding in findings if finding.severity == "severe"]:
        return severe[0].sentence
    if previous is None:
        return None
    lost = np.setdiff1d(_priced(previous), _priced(bars))
    if len(lost):  # a bar on a closed day is no loss
        calendar = sessions(instrument.sessions_of, lost[0].item(), lost[-1].item())
        lost = np.intersect1d(lost, calendar.dates)
    if not len(lost):
        return None
    return f"{_count(len(lost), 'session')} would be lost, the first {lost[0]}, the last {lost[-1]}"


def _priced(bars: pd.DataFrame) -> Dates:
    """Dates with a close, datetime64[D]."""
    return bars.index[bars["close"].notna()].to_numpy().astype("datetime64[D]")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _hours(
    symbol: str, archive: Archive, feed: Feed, event_dates: Sequence[dt.date], today: dt.date
) -> tuple[pd.DataFrame | None, str]:
    """Hourly bars around the event days that were not fetched yet, beside the archived; and what failed.

    They are asked for at once, however many days there are: a symbol of many events costs no more requests.
    """
    from data.yahoo import hourly_days_left

    held, archived = archive.held.get(("hourly", symbol)), archive.frame("hourly", symbol)
    have: set[dt.date] = set()
    if archived is not None and held and held.source == SOURCE:  # bundled hours lack those before the opening
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
    return pd.concat({name: column.groupby(level=0).last() for name, column in columns.items()}, axis=1)


def _sentence(instrument: Instrument, bars: pd.DataFrame, previous: pd.DataFrame | None) -> str:
    new = len(bars) if previous is None else len(bars.index.difference(previous.index))
    text = f"{_count(len(bars), 'session')} to {bars.index[-1]:%Y-%m-%d}, {new:,} new"
    if instrument.stand_in and previous is None:
        text += f"; its own bars arrived: {instrument.stand_in} no longer stands in"
    return text
