"""Each check finds its fault, names the sessions, and stays silent on sound bars."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analysis.market.bars import BAR_COLUMNS
from analysis.market.events import Sessions
from data.bundled.bundle import bundled_market
from data.bundled.calendars import sessions
from data.catalogue.dossiers import dossier
from data.quality.checks import CHECKS, Finding, check_bars, clean
from tests.standin import made_up_listing

XNYS = sessions("XNYS", dt.date(2024, 10, 1), dt.date(2025, 4, 30))
DAY = pd.Timestamp("2025-01-27")
EX_DATE = "2025-02-05"
PRICES = ["open", "high", "low", "close", "adj_close"]
AFTERWARDS = dt.datetime(2025, 4, 1, 12, tzinfo=dt.timezone.utc)


@dataclass(frozen=True)
class Case:
    """Sound bars of one share on New York's sessions, and what belongs to them."""

    bars: pd.DataFrame
    sessions: Sessions = XNYS

    def with_bar(self, day: pd.Timestamp = DAY, **prices: float) -> Case:
        bars = self.bars.copy()
        bars.loc[day, list(prices)] = list(prices.values())
        return replace(self, bars=bars)

    def findings(self, **options: Any) -> dict[str, Finding]:
        return {f.check: f for f in check_bars("TEST", self.bars, self.sessions, **options)}

    def finding(self, check: str, **options: Any) -> Finding:
        found = self.findings(**options)
        assert check in found, f"found only {list(found)}"
        return found[check]


@pytest.fixture
def sound() -> Case:
    return Case(made_up_listing("TEST", dividends={EX_DATE: 0.5}).bars)


@pytest.fixture
def dividends() -> pd.Series[float]:
    return pd.Series([0.5], pd.DatetimeIndex([EX_DATE]))


def on(finding: Finding) -> list[str]:
    return [str(day) for day in finding.sessions]


def stale_copy(case: Case) -> dict[str, float]:
    """The bar that says nothing new on DAY."""
    before = case.bars.loc[: DAY - pd.Timedelta(days=1)].iloc[-1]
    flat = dict.fromkeys(("open", "high", "low", "close"), before["close"])
    return flat | {"adj_close": before["adj_close"], "volume": 0.0}


def split_series(*days: str, ratio: float = 10.0) -> pd.Series[float]:
    return pd.Series([ratio] * len(days), pd.DatetimeIndex(list(days)))


def test_sound_bars_have_no_finding(sound: Case, dividends: pd.Series[float]) -> None:
    everything = {
        "dividends": dividends,
        "splits": split_series(),
        "previous": sound.bars,
        "currency": "USD",
        "expected_currency": "USD",
        "now": AFTERWARDS,
    }
    assert sound.findings(**everything) == {}


def test_the_bundled_bars_show_news_and_no_fault() -> None:
    market = bundled_market(dossier("deepseek-2025-01-27").instruments)
    found = [
        finding
        for symbol, history in market.histories.items()
        for finding in check_bars(symbol, history.bars, market.sessions_for(symbol), previous=history.bars)
    ]
    assert ("VST", "jumps", "info", (DAY.date(),)) in {
        (f.symbol, f.check, f.severity, f.sessions) for f in found
    }
    # Sessions of 2015 to 2019 that the sources lack, one by one in data/README.md.
    lacking = ("ASML.AS", "BESI.AS", "SU.PA", "LR.PA", "VRT", "VST", "6857.T", "8035.T", "9984.T")
    assert {(f.symbol, f.check) for f in found if f.check != "jumps"} == {
        *((symbol, "missing_sessions") for symbol in lacking),
        ("NQ=F", "missing_sessions"),  # holidays without a settlement
        ("NQ=F", "closed_days"),  # a day of mourning for shares, not for futures
        ("STOXX600-NR", "closed_days"),  # the index is computed on 1 May
    }
    assert {f.severity for f in found} <= {"info", "warning"}


def test_no_bars_at_all_is_no_crash(sound: Case) -> None:
    assert replace(sound, bars=sound.bars.iloc[:0]).findings(now=AFTERWARDS) == {}


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


def test_news_is_a_warning_and_known_news_no_more_than_a_note(sound: Case) -> None:
    bars = sound.bars.copy()
    bars.loc[DAY:, ["open", "high", "low", "close", "adj_close"]] *= 0.7
    case = replace(sound, bars=bars)
    assert case.finding("jumps").severity == "warning"
    assert case.finding("jumps", previous=bars).severity == "info"
    assert on(case.finding("jumps")) == ["2025-01-27"]


def stepped(sound: Case, factor: float) -> Case:
    """Prices from a day on multiplied."""
    bars = sound.bars.copy()
    bars.loc[DAY:, ["open", "high", "low", "close", "adj_close"]] *= factor
    return replace(sound, bars=bars)


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


BROKEN = st.tuples(
    st.integers(0, 40),
    st.sampled_from(BAR_COLUMNS),
    st.sampled_from([np.nan, np.inf, -np.inf, -1.0, 0.0, 1e-300, 1e300]),
)


@example([], [(0, "high", -np.inf), (0, "close", np.inf)])
@given(st.lists(BROKEN, max_size=12), st.lists(BROKEN, max_size=12))
@settings(max_examples=30, deadline=None)
def test_whatever_arrives_is_examined_and_only_possible_prices_are_kept(
    now_broken: list[tuple[int, str, float]], once_broken: list[tuple[int, str, float]]
) -> None:
    bars = made_up_listing("TEST").bars.iloc[:41]
    now, once = bars.copy(), bars.copy()
    for frame, broken in ((now, now_broken), (once, once_broken)):
        for row, column, value in broken:
            frame.iloc[row, frame.columns.get_loc(column)] = value
    dividends = pd.Series([0.5, 0.5], now.index[[0, 20]])
    for finding in check_bars("TEST", now, XNYS, dividends=dividends, previous=once, now=AFTERWARDS):
        assert finding.check in CHECKS
        assert "nan" not in finding.sentence
    cleaned = clean(now, XNYS, AFTERWARDS)
    prices = cleaned[["open", "high", "low", "close", "adj_close"]].to_numpy()
    assert (np.isnan(prices) | (np.isfinite(prices) & (prices > 0))).all()
    pd.testing.assert_frame_equal(clean(cleaned, XNYS, AFTERWARDS), cleaned)


def test_every_check_has_words_for_people_and_a_test() -> None:
    tests = Path(__file__).read_text()
    for key, check in CHECKS.items():
        assert check.label
        assert check.explanation.endswith(".")
        assert f'"{key}"' in tests
