"""Each check finds its fault, names the sessions, and stays silent on sound bars."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analysis.market.bars import BAR_COLUMNS
from data.bundled.bundle import bundled_market
from data.catalogue.dossiers import dossier
from data.quality.checks import CHECKS, check_bars, clean
from tests.data.quality.listing import AFTERWARDS, DAY, XNYS, Case, on, split_series
from tests.standin import made_up_listing


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


def test_news_is_a_warning_and_known_news_no_more_than_a_note(sound: Case) -> None:
    bars = sound.bars.copy()
    bars.loc[DAY:, ["open", "high", "low", "close", "adj_close"]] *= 0.7
    case = replace(sound, bars=bars)
    assert case.finding("jumps").severity == "warning"
    assert case.finding("jumps", previous=bars).severity == "info"
    assert on(case.finding("jumps")) == ["2025-01-27"]


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
    here, files = Path(__file__), ("checks", "history", "sessions")
    tests = "".join(here.with_name(f"test_{name}.py").read_text() for name in files)
    for key, check in CHECKS.items():
        assert check.label
        assert check.explanation.endswith(".")
        assert f'"{key}"' in tests
