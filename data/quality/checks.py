"""What is wrong with fetched daily bars, in plain words: one entry of `CHECKS` per kind of fault."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter

import pandas as pd

from analysis.market.events import Sessions
from data.quality import history
from data.quality import sessions as of_sessions
from data.quality.cleaning import clean
from data.quality.delivery import Delivery, Observation, Severity

__all__ = ["CHECKS", "Check", "Finding", "Severity", "check_bars", "clean"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found.

    Parameters
    ----------
    check : str
        Key of `CHECKS`.
    severity : str
        ``info``; ``warning`` (the bars concerned are left out, or deserve a look); ``severe`` (the series
        must not replace an earlier one).
    sessions : tuple of date
        The sessions concerned.
    """

    symbol: str
    check: str
    severity: Severity
    sentence: str
    sessions: tuple[dt.date, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """A kind of fault: its name for people, why it matters, and how it is found."""

    label: str
    explanation: str
    observe: Callable[[Delivery], Iterator[Observation]]


def check_bars(
    symbol: str,
    bars: pd.DataFrame,
    sessions: Sessions,
    *,
    dividends: pd.Series[float] | None = None,
    splits: pd.Series[float] | None = None,
    previous: pd.DataFrame | None = None,
    currency: str | None = None,
    expected_currency: str | None = None,
    timezone: str | None = None,
    expected_timezone: str | None = None,
    now: dt.datetime | None = None,
    former: pd.DataFrame | None = None,
) -> tuple[Finding, ...]:
    """Everything that `CHECKS` finds in the daily bars of one symbol.

    Parameters
    ----------
    bars, previous : DataFrame
        Indexed by session (naive midnight), columns ``BAR_COLUMNS``; `bars` as they came, before `clean`,
        `previous` those of the last snapshot.
    sessions : Sessions
        Of the calendar that the instrument follows, covering the bars.
    dividends, splits : Series, optional
        By ex-date; a check that needs them is left out without them.
    now : datetime, optional
        Aware; without it no session counts as unfinished.
    former : DataFrame, optional
        Columns dividend and split by date, as the last snapshot has them.
    """
    delivery = Delivery(
        bars, sessions, dividends, splits, previous,
        currency, expected_currency, timezone, expected_timezone, now, former,
    )  # fmt: skip
    return tuple(
        Finding(symbol, key, severity, sentence, tuple(dates.astype("datetime64[D]").tolist()))
        for key, check in CHECKS.items()
        for severity, sentence, dates in check.observe(delivery)
    )


CHECKS: Mapping[str, Check] = {
    "missing_sessions": Check(
        "Missing sessions",
        "The exchange was open and there is no bar. Both returns around the gap are missing; none spans it.",
        of_sessions.missing_sessions,
    ),
    "closed_days": Check(
        "Bars on closed days",
        "The exchange was closed; the bar is dropped, for it would split one return into two.",
        of_sessions.closed_days,
    ),
    "null_bars": Check(
        "Empty bars",
        "The source sent a session without prices. Dropped, it would join two returns into one.",
        of_sessions.taken_as_missing(attrgetter("empty"), "without a price"),
    ),
    "stale_bars": Check(
        "Stale bars",
        "No volume, and open, high, low and close are equal, or a close that repeats for longer than chance: "
        "the day before was copied, so that day's move shows up on the next.",
        of_sessions.taken_as_missing(attrgetter("copies"), "copied from the day before"),
    ),
    "impossible_prices": Check(
        "Impossible prices",
        "Zero, negative or beyond any price, a high below the low, or an open or close outside them: one of "
        "the numbers is wrong, and which one is not known.",
        of_sessions.taken_as_missing(attrgetter("impossible"), "with impossible prices"),
    ),
    "unfinished_session": Check(
        "Unfinished session",
        "A bar of a session that still runs changes until the close; it is dropped until half an hour after.",
        of_sessions.unfinished_session,
    ),
    "future_bars": Check(
        "Bars from the future",
        "The bars, or those of the last snapshot, are dated after today: this computer's clock may have "
        "moved back.",
        of_sessions.future_bars,
    ),
    "behind": Check(
        "Behind the market",
        "Sessions ended at least a day ago and are not there yet: the source is late, or the listing ended.",
        of_sessions.behind,
    ),
    "jumps": Check(
        "Jumps without a split",
        "A move of more than 25 % and eight robust standard deviations. News can do that; near a simple "
        "ratio, without unusual volume, it is more likely a split that earlier prices are not adjusted for.",
        history.jumps,
    ),
    "split_applied": Check(
        "Split not applied",
        "On the day of a split the price moves by its ratio, or by the inverse: the prices before are not "
        "adjusted for it, or are adjusted twice.",
        history.split_applied,
    ),
    "split_twice": Check(
        "Split announced twice",
        "The same ratio twice within a month; adjusted for twice, all earlier prices would be wrong.",
        history.split_twice,
    ),
    "adjusted_close": Check(
        "Adjusted close",
        "Recomputed from the dividends, the adjustment differs: the return of the day is wrong by as much.",
        history.adjusted_close,
    ),
    "currency": Check(
        "Currency",
        "Prices come in another currency or unit than the catalogue states.",
        history.changed("currency"),
    ),
    "timezone": Check(
        "Time zone",
        "The listing moved, or the answer is about another one: dates could shift by a day.",
        history.changed("timezone"),
    ),
    "lost_sessions": Check(
        "Lost sessions",
        "The last snapshot has prices of sessions that are missing or unusable now.",
        history.lost_sessions,
    ),
    "rescaled": Check(
        "Rescaled prices",
        "All earlier prices changed by one factor: a split does that, a change of unit does too.",
        history.rescaled,
    ),
    "rewritten": Check(
        "Rewritten history",
        "Prices of past sessions differ from the last snapshot by more than 0.1 %. New dividends change the "
        "adjusted closes but no return, and are not counted.",
        history.rewritten,
    ),
    "revised": Check(
        "Revised bars",
        "The last bars are provisional: what the source corrects of them is taken.",
        history.revised,
    ),
}
