"""Sessions without a sound bar, and bars without a session."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data.quality.checks import clean
from tests.data.quality.listing import AFTERWARDS, DAY, XNYS, Case, on, stale_copy


def test_a_session_without_a_bar(sound: Case) -> None:
    finding = replace(sound, bars=sound.bars.drop(DAY)).finding("missing_sessions")
    assert (finding.severity, on(finding)) == ("warning", ["2025-01-27"])
    assert finding.sentence == "1 session of XNYS without a bar: 27 Jan 2025."


def test_many_missing_sessions_are_severe(sound: Case) -> None:
    assert replace(sound, bars=sound.bars.drop(sound.bars.index[10:30])).finding(
        "missing_sessions"
    ).severity == ("severe")


def test_a_bar_on_a_closed_day_is_dropped(sound: Case) -> None:
    christmas = sound.with_bar(pd.Timestamp("2024-12-25"), **sound.bars.loc[DAY].to_dict())
    case = replace(christmas, bars=christmas.bars.sort_index())
    assert on(case.finding("closed_days")) == ["2024-12-25"]
    assert pd.Timestamp("2024-12-25") not in clean(case.bars, XNYS).index


def test_an_empty_bar_stays_missing(sound: Case) -> None:
    case = sound.with_bar(**dict.fromkeys(sound.bars.columns, np.nan))
    assert on(case.finding("null_bars")) == ["2025-01-27"]
    assert clean(case.bars, XNYS).loc[DAY].isna().all()


def test_a_stale_bar_is_taken_as_missing(sound: Case) -> None:
    case = sound.with_bar(**stale_copy(sound))
    assert on(case.finding("stale_bars")) == ["2025-01-27"]
    cleaned = clean(case.bars, XNYS)
    assert cleaned.loc[DAY].isna().all()
    assert len(cleaned) == len(sound.bars)


def test_a_flat_bar_of_an_index_without_volumes_is_not_stale(sound: Case) -> None:
    case = sound.with_bar(**stale_copy(sound))
    assert "stale_bars" not in replace(case, bars=case.bars.assign(volume=0.0)).findings()


def test_an_index_that_only_has_a_close_is_not_stale(sound: Case) -> None:
    bars = sound.bars.assign(volume=0.0)
    for name in ("open", "high", "low"):
        bars[name] = bars["close"]
    assert "stale_bars" not in replace(sound, bars=bars).findings()


@pytest.mark.parametrize(
    "prices",
    [{"close": 0.0}, {"adj_close": -1.0}, {"high": 50.0, "low": 90.0}, {"close": 1e4}, {"open": np.inf}],
    ids=["zero", "negative", "high below low", "close above the high", "infinite"],
)
def test_an_impossible_price_is_taken_as_missing(sound: Case, prices: dict[str, float]) -> None:
    case = sound.with_bar(**prices)
    assert on(case.finding("impossible_prices")) == ["2025-01-27"]
    assert clean(case.bars, XNYS).loc[DAY].isna().all()


def test_prices_that_differ_by_rounding_are_possible(sound: Case) -> None:
    high = float(sound.bars.loc[DAY, "close"])
    assert sound.with_bar(high=high - 0.01, open=high - 0.02).findings() == {}


@pytest.mark.parametrize(("hour", "dropped"), [(20, True), (21, True), (22, False)])
def test_a_running_session_is_dropped_until_half_an_hour_after_its_close(
    sound: Case, hour: int, dropped: bool
) -> None:
    now = dt.datetime(2025, 1, 27, hour, 15, tzinfo=dt.timezone.utc)  # New York closes at 21:00 UTC
    case = replace(sound, bars=sound.bars.loc[:DAY])
    assert ("unfinished_session" in case.findings(now=now)) is dropped
    assert (DAY not in clean(case.bars, XNYS, now).index) is dropped


def test_a_clock_that_moved_back_is_severe(sound: Case) -> None:
    now = dt.datetime(2025, 3, 27, 12, tzinfo=dt.timezone.utc)
    finding = replace(sound, bars=sound.bars.loc[:"2025-03-26"]).finding(
        "future_bars", previous=sound.bars, now=now
    )
    assert (finding.severity, on(finding)) == ("severe", ["2025-03-31"])  # the 28th may have begun
    assert "clock" in finding.sentence


def test_a_source_that_lags_is_named(sound: Case) -> None:
    finding = replace(sound, bars=sound.bars.loc[:"2025-03-26"]).finding("behind", now=AFTERWARDS)
    assert on(finding) == ["2025-03-27", "2025-03-28"]  # the 31st ended less than a day ago
