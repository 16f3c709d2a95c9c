"""Splits, dividends and bars that were another before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.data.quality.listing import DAY, EX_DATE, PRICES, Case, on, split_series, stale_copy, stepped


def test_a_jump_near_a_whole_ratio_looks_like_a_split(sound: Case) -> None:
    finding = stepped(sound, 0.1).finding("jumps")
    assert finding.severity == "severe"
    assert "about 10:1" in finding.sentence
    assert "no split was announced" in finding.sentence


@pytest.mark.parametrize(
    ("ratio", "news"),
    [(2.0, 1.08), (2.0, 0.92), (2.0, 0.82), (1.5, 1.08), (1.7, 0.9), (7.0, 1.3), (0.05, 0.75), (3.0, 1.0)],
)
def test_news_does_not_hide_an_announced_split_that_was_not_applied(
    sound: Case, ratio: float, news: float
) -> None:
    announced = split_series("2025-01-27", ratio=ratio)
    flat = sound.with_bar(
        **{
            name: sound.bars.iloc[sound.bars.index.get_loc(DAY) - 1]["close"]
            for name in ("open", "high", "low", "close")
        }
    )
    finding = stepped(flat, news / ratio).finding("split_applied", splits=announced)
    assert (finding.severity, on(finding)) == ("severe", ["2025-01-27"])
    assert "looks not applied" in finding.sentence
    twice = stepped(sound, ratio).finding("split_applied", splits=announced)
    assert "looks applied twice" in twice.sentence
    assert "split_applied" not in stepped(sound, news).findings(splits=announced)


@pytest.mark.parametrize(("ratio", "check"), [(1.05, "rescaled"), (1.1, "rescaled"), (2.0, "split_applied")])
def test_a_small_split_is_found_unapplied_by_what_was_held_before(
    sound: Case, ratio: float, check: str
) -> None:
    place = sound.bars.index.get_loc(DAY)
    flat = sound.with_bar(close=sound.bars["close"].iloc[place - 1])
    late = stepped(flat, 1 / ratio)
    finding = late.finding(
        check, splits=split_series("2025-01-27", ratio=ratio), previous=late.bars.iloc[:place]
    )
    assert finding.severity == "severe"


@pytest.mark.parametrize("factor", [100.0, 1000.0, 0.01, 0.001])
@pytest.mark.parametrize("volume", [1.0, 5.0])
def test_another_unit_is_severe_without_a_snapshot_before_and_whatever_was_traded(
    sound: Case, factor: float, volume: float
) -> None:
    case = stepped(sound, factor)
    case.bars.loc[DAY, "volume"] *= volume
    finding = case.finding("jumps")
    assert finding.severity == "severe"
    assert f"{max(factor, 1 / factor):,.0f}" in finding.sentence


def test_a_split_that_is_undone_is_severe_at_first(sound: Case) -> None:
    held = replace(sound, bars=sound.bars.copy())
    former = pd.DataFrame({"dividend": np.nan, "split": 2.0}, pd.DatetimeIndex([DAY]))
    undone = sound.bars.copy()
    undone.loc[: DAY - pd.Timedelta(days=1), PRICES] *= 2
    case = replace(sound, bars=undone)
    announced = case.findings(previous=held.bars, former=former, splits=split_series("2025-01-27", ratio=2))
    assert announced["split_applied"].severity == "severe"
    withdrawn = case.findings(previous=held.bars, former=former, splits=split_series())
    assert withdrawn["jumps"].severity == "severe"


def test_a_split_on_the_last_held_day_explains_the_restated_prices_before_it(sound: Case) -> None:
    late = sound.bars.copy()
    late.loc[: DAY - pd.Timedelta(days=1), PRICES] *= 2
    found = sound.findings(previous=late.loc[:DAY], splits=split_series("2025-01-27", ratio=2))
    assert {check: finding.severity for check, finding in found.items()} == {"rescaled": "info"}


def test_revised_bars_of_the_last_five_sessions_are_a_note(sound: Case) -> None:
    held, last = sound.bars.copy(), sound.bars.index[-5]
    held.loc[last:, PRICES] *= 1.05
    assert sound.finding("revised", previous=held).severity == "info"
    held.loc[sound.bars.index[-6] :, PRICES] = sound.bars.loc[sound.bars.index[-6] :, PRICES] * 1.05
    assert sound.finding("rewritten", previous=held).severity == "severe"


@pytest.mark.parametrize("second", ["2025-01-27", "2025-01-28"])
def test_a_split_announced_twice(sound: Case, second: str) -> None:
    finding = sound.finding("split_twice", splits=split_series("2025-01-27", second))
    assert finding.sentence.startswith("A split of 10 to 1 is announced twice")
    assert "split_twice" not in sound.findings(splits=split_series("2024-10-07", "2025-01-27"))


def test_a_dividend_that_the_adjustment_ignores(sound: Case, dividends: pd.Series[float]) -> None:
    case = replace(sound, bars=sound.bars.assign(adj_close=sound.bars["close"]))
    finding = case.finding("adjusted_close", dividends=dividends)
    assert (finding.severity, on(finding)) == ("warning", [EX_DATE])


def test_an_adjustment_without_a_dividend(sound: Case) -> None:
    case = replace(sound, bars=sound.bars.copy())
    case.bars.loc[: DAY - pd.Timedelta(days=1), "adj_close"] *= 0.9
    finding = case.finding("adjusted_close", dividends=pd.Series([], pd.DatetimeIndex([]), dtype=float))
    assert finding.severity == "severe"
    assert "2025-01-27" in on(finding)
    assert "by 10.00 %" in finding.sentence


@pytest.mark.parametrize(
    ("check", "options"),
    [
        ("currency", {"currency": "GBp", "expected_currency": "GBP"}),
        ("timezone", {"timezone": "Europe/London", "expected_timezone": "America/New_York"}),
    ],
)
def test_another_currency_or_time_zone_is_severe(sound: Case, check: str, options: dict[str, str]) -> None:
    finding = sound.finding(check, **options)
    assert finding.severity == "severe"
    assert all(name in finding.sentence for name in options.values())


def test_sessions_that_got_lost_are_severe(sound: Case) -> None:
    stale = sound.with_bar(**stale_copy(sound))
    finding = replace(stale, bars=stale.bars.iloc[2:]).finding("lost_sessions", previous=sound.bars)
    assert (finding.severity, on(finding)) == ("severe", ["2024-10-01", "2024-10-02", "2025-01-27"])


def test_rewritten_history_says_what_where_and_how_much(sound: Case) -> None:
    close = float(sound.bars.loc[DAY, "close"])
    finding = sound.with_bar(close=close * 1.005).finding("rewritten", previous=sound.bars)
    assert (finding.severity, on(finding)) == ("severe", ["2025-01-27"])
    assert finding.sentence.endswith("close of 1 session, most on 27 Jan 2025 by 0.50 %.")
    worse = sound.with_bar(adj_close=close * 1.05).finding("rewritten", previous=sound.bars)
    assert worse.severity == "severe"


def test_a_new_dividend_is_no_rewritten_history(sound: Case) -> None:
    later = sound.bars.assign(adj_close=sound.bars["adj_close"] * 0.98, volume=1.0)
    assert replace(sound, bars=later).findings(previous=sound.bars) == {}


@pytest.mark.parametrize(
    ("splits", "severity"), [(split_series("2025-03-20"), "info"), (split_series(), "severe")]
)
def test_rescaled_prices_need_a_split(sound: Case, splits: pd.Series[float], severity: str) -> None:
    bars = sound.bars.copy()
    bars.iloc[:, :5] /= 10
    found = replace(sound, bars=bars).findings(previous=sound.bars.loc[:"2025-03-14"], splits=splits)
    assert {check: f.severity for check, f in found.items()} == {"rescaled": severity}


def test_an_announced_split_that_changed_nothing_is_named(sound: Case) -> None:
    finding = sound.finding(
        "rescaled", previous=sound.bars.loc[:"2025-03-14"], splits=split_series("2025-03-20")
    )
    assert finding.sentence == "There was a split of 10 to 1, and earlier prices are unchanged."
