"""Fetching one symbol: yfinance's answer in the project's words."""

from __future__ import annotations

import datetime as dt
import functools
import json
import logging
import threading
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from analysis.market.bars import BAR_COLUMNS
from data.yahoo.errors import CAUSES, FetchError, explained
from data.yahoo.oddity import oddity
from data.yahoo.policy import FetchPolicy

if TYPE_CHECKING:
    from data.yahoo.session import PoliteSession

HOURLY_DAYS = 730
MOST_ROWS = 50_000  # a hundred years of days, six of hours
GIVE_UP = 3  # symbols in a row, within one refresh
HOURLY_COLUMNS = ("open", "high", "low", "close", "volume")
T = TypeVar("T")


@dataclass(frozen=True, eq=False, slots=True)
class Fetched:
    """What Yahoo says about one symbol.

    Parameters
    ----------
    bars : DataFrame
        Indexed by exchange-local session date (naive midnight), columns `BAR_COLUMNS`: prices as traded,
        but for splits. A bar without values is a row of NaN.
    dividends : Series
        Amount by ex-date, a fund's capital gains included: both go off the price.
    splits : Series
        New shares per old one by date, as announced: a date may come twice.
    retrieved : datetime
        UTC, aware.
    tells_actions : bool
        Whether the source tells dividends and splits; if not, none is no contradiction.
    """

    symbol: str
    bars: pd.DataFrame
    dividends: pd.Series[float]
    splits: pd.Series[float]
    currency: str
    timezone: str
    library: str
    retrieved: dt.datetime
    tells_actions: bool = True


def fetch_daily(
    symbol: str,
    start: dt.date,
    end: dt.date | None = None,
    *,
    deadline: float | None = None,
    policy: FetchPolicy | None = None,
) -> Fetched:
    """Daily bars of sessions from `start` to before `end` (None: to now).

    Parameters
    ----------
    deadline : float, optional
        From `FetchPolicy.deadline`, shared by all symbols of a refresh. When Yahoo fails altogether for
        three of them in a row, the others are given up without being asked for.

    Raises
    ------
    FetchError
        After the last attempt; nothing partial is returned.
    """

    def ask(session: PoliteSession) -> Fetched:
        frame, meta = _history(session, symbol, start, end, interval="1d")
        return Fetched(
            symbol,
            _daily_bars(frame),
            _daily(frame.filter(["Dividends", "Capital Gains"]).sum(axis=1)),
            _announced_splits(session, meta["exchangeTimezoneName"]),
            meta["currency"] or "",
            meta["exchangeTimezoneName"],
            f"yfinance {version('yfinance')}",
            dt.datetime.now(dt.timezone.utc),
        )

    return _fetched(symbol, ask, deadline, policy)


def fetch_hourly(
    symbol: str,
    start: dt.date,
    end: dt.date,
    *,
    deadline: float | None = None,
    policy: FetchPolicy | None = None,
) -> pd.DataFrame:
    """Hourly bars with pre- and post-market: open high low close volume by the bar's opening (UTC, aware).

    `end` is not included. Asked for once: what fails now is had by the next refresh. Raises FetchError;
    Yahoo refuses dates more than 730 days back.
    """

    def ask(session: PoliteSession) -> pd.DataFrame:
        frame, _ = _history(session, symbol, start, end, interval="1h")
        bars = frame.rename(columns=str.lower)[list(HOURLY_COLUMNS)].astype(float)
        bars.index = pd.DatetimeIndex(frame.index).tz_convert("UTC").as_unit("us").rename("opening")
        return bars.dropna(subset=["close"])

    return _fetched(symbol, ask, deadline, replace(policy or FetchPolicy(), attempts=1))


def hourly_days_left(event_date: dt.date, today: dt.date) -> int:
    """Days until Yahoo stops serving the hourly bars of a date; 0 when it has."""
    return max(0, (event_date + dt.timedelta(days=HOURLY_DAYS) - today).days)


# --- asking -----------------------------------------------------------------------------------------------

one_at_a_time = threading.Lock()  # yfinance is one object per process


def connection(cache: Path) -> PoliteSession:
    """A new connection, and yfinance told not to hide what fails."""
    import yfinance

    from data.yahoo.session import PoliteSession

    yfinance.set_tz_cache_location(str(cache))
    yfinance.config.debug.hide_exceptions = False
    logging.getLogger("yfinance").setLevel(logging.CRITICAL)  # what fails is raised, and told by who asked
    return PoliteSession(impersonate="chrome")


_session = functools.cache(connection)  # the process's


def _fetched(
    symbol: str, ask: Callable[[PoliteSession], T], deadline: float | None, policy: FetchPolicy | None
) -> T:
    """What `ask` brings, as patiently as `policy` and `deadline` allow.

    Once Yahoo failed altogether for a symbol, the next one is asked for only once: where there is no network,
    a refresh does not wait for every symbol anew.
    """
    policy = policy or FetchPolicy()
    with one_at_a_time:
        session = _session(policy.cache)
        session.begin(policy, policy.deadline() if deadline is None else deadline)
        if session.failed >= GIVE_UP:
            raise FetchError(symbol, "given_up")
        if session.failed:
            policy = replace(policy, attempts=1)
        try:
            fetched = policy.patiently(lambda: _once(symbol, ask, session), session.deadline)
        except FetchError as error:
            session.failed = session.failed + 1 if CAUSES[error.cause].altogether else 0
            raise
        session.failed = 0
        return fetched


def _once(symbol: str, ask: Callable[[PoliteSession], T], session: PoliteSession) -> T:
    """One attempt; whatever goes wrong is a FetchError."""
    from yfinance.data import YfData

    YfData.cache_get.cache_clear()  # it also remembers answers that failed
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", pd.errors.Pandas4Warning)  # raised inside yfinance
            return ask(session)
    except FetchError:
        raise
    except Exception as error:
        if odd := oddity(session.answer):
            raise FetchError(symbol, "bad_answer", odd) from error
        raise explained(symbol, error, session.answer) from error


def _history(
    session: PoliteSession, symbol: str, start: dt.date, end: dt.date | None, interval: str
) -> tuple[pd.DataFrame, Mapping[str, Any]]:
    """yfinance's frame and what Yahoo says about the listing."""
    import yfinance

    ticker = yfinance.Ticker(symbol, session=session)
    frame = ticker.history(
        start=start,
        end=end,
        interval=interval,
        prepost=interval != "1d",
        auto_adjust=False,
        actions=True,
        repair=False,
        keepna=True,
        timeout=session.policy.timeout,
    )
    if odd := oddity(session.answer):
        raise FetchError(symbol, "bad_answer", odd)
    meta = ticker.history_metadata
    if meta["symbol"].upper() != symbol.upper():
        raise FetchError(symbol, "other_symbol", meta["symbol"])
    if len(frame) > MOST_ROWS:
        raise FetchError(symbol, "too_large", f"{len(frame):,} bars")
    if frame["Close"].isna().all():
        raise FetchError(symbol, "empty")
    return frame, meta


# --- reading ----------------------------------------------------------------------------------------------


def _dates(index: pd.Index[Any]) -> pd.DatetimeIndex:
    """Exchange-local dates, naive: yfinance's index carries the exchange's zone."""
    return pd.DatetimeIndex(index).tz_localize(None).normalize().as_unit("us").rename("date")


def _daily_bars(frame: pd.DataFrame) -> pd.DataFrame:
    """yfinance's frame in our columns; a bar without a close has no volume either."""
    bars = frame.rename(columns=lambda name: name.lower().replace(" ", "_"))[list(BAR_COLUMNS)].astype(float)
    bars.index = _dates(frame.index)
    bars.loc[bars["close"].isna(), "volume"] = np.nan
    return bars[~bars.index.duplicated(keep="last")].sort_index()


def _daily(column: pd.Series[float]) -> pd.Series[float]:
    """The days of a column of actions on which there is one."""
    days = column[column.fillna(0) != 0].astype(float)
    days.index = _dates(days.index)
    return days


def _announced_splits(session: PoliteSession, timezone: str) -> pd.Series[float]:
    """Splits as Yahoo lists them: yfinance multiplies those of one day, so a repetition would be lost."""
    assert session.answer is not None
    events = json.loads(session.answer.text)["chart"]["result"][0].get("events", {})
    splits = sorted(events.get("splits", {}).values(), key=lambda split: split["date"])
    days = [dt.datetime.fromtimestamp(split["date"], ZoneInfo(timezone)).date() for split in splits]
    index = pd.DatetimeIndex(pd.to_datetime(days)).as_unit("us").rename("date")
    return pd.Series([split["numerator"] / split["denominator"] for split in splits], index, dtype=float)
