"""A wrong bar that got in does not keep the right history out for ever, and every change is on record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis.market.prices import Instrument
from data.refresh.health import ready
from data.refresh.refresh import refresh
from data.refresh.renewal import yahoo_feed
from data.store.runs import Result, open_reasons
from data.store.store import Store
from data.yahoo import FetchPolicy
from tests.data.prices import contents, daily, market
from tests.standin import StandIn
from tests.standin.listings import Listing, made_up_listing

SYMBOL = "HEAL"
INSTRUMENTS = {SYMBOL: Instrument(SYMBOL, "Healing", "XNYS", "USD")}
PRICES = ["open", "high", "low", "close", "adj_close"]
TRUE = made_up_listing(SYMBOL).bars

Day = Callable[..., Result]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(f"sqlite:///{tmp_path}/prices.db", market)) as opened:
        yield opened


@pytest.fixture
def on_day(yahoo: StandIn, store: Store, tmp_path: Path) -> Day:
    """Refresh on the evening of a day, when the source says certain bars and splits."""
    policy = FetchPolicy(pause=0, jitter=0, attempts=1, backoff=0, timeout=5, cache=tmp_path / "yfinance")

    def refreshed(
        day: str, bars: pd.DataFrame, splits: tuple[tuple[dt.date, float, float], ...] = (), **options: object
    ) -> Result:
        yahoo.listings = {SYMBOL: Listing(SYMBOL, bars, splits=splits)}
        evening = dt.datetime.fromisoformat(f"{day}T23:00+00:00")
        feed = replace(yahoo_feed(policy), **options)
        refresh(store, INSTRUMENTS, feed, now=lambda: evening)
        return store.runs(1)[0].results[SYMBOL]

    return refreshed


def closes(store: Store, snapshot: str | None = None) -> pd.Series:
    return store.market(INSTRUMENTS, snapshot).histories[SYMBOL].bars["close"]


def times(bars: pd.DataFrame, factor: float, first: str, last: str) -> pd.DataFrame:
    """Bars with the prices of some sessions multiplied."""
    out = bars.copy()
    out.loc[first:last, PRICES] *= factor
    return out


def test_a_provisional_last_bar_is_corrected_and_both_values_are_kept(store: Store, on_day: Day) -> None:
    wrong = times(TRUE, 1.04, "2025-03-10", "2025-03-10")
    assert on_day("2025-03-10", wrong[:"2025-03-10"]).fresh
    wrongly = store.latest().id
    corrected = on_day("2025-03-11", TRUE[:"2025-03-11"])
    assert corrected.fresh
    truth = float(TRUE.loc["2025-03-10", "close"])
    kept = {(session, field): (old, new) for session, field, old, new in corrected.changes}
    assert kept["2025-03-10", "close"] == pytest.approx((1.04 * truth, truth))
    assert closes(store)["2025-03-10"] == pytest.approx(truth)
    assert closes(store, wrongly)["2025-03-10"] == pytest.approx(1.04 * truth)


def test_a_bar_that_the_source_withdraws_is_gone_when_it_says_so_on_a_second_day(
    store: Store, on_day: Day
) -> None:
    assert on_day("2025-03-10", TRUE[:"2025-03-10"]).fresh
    without = TRUE.drop(pd.Timestamp("2025-03-10"))
    first = on_day("2025-03-11", without[:"2025-03-11"])
    assert (first.fresh, first.days) == (False, ["2025-03-11"])
    assert "would be lost: 10 Mar 2025" in first.sentence
    assert first.sentence.endswith("they are taken if the source says the same on 1 more day")
    assert not on_day("2025-03-11", without[:"2025-03-11"]).fresh, "twice on a day is once"
    second = on_day("2025-03-12", without[:"2025-03-12"])
    assert second.fresh
    assert ("2025-03-10", "close") in [
        (session, field) for session, field, _, new in second.changes if new is None
    ]
    assert pd.isna(closes(store).get("2025-03-10"))


def test_an_old_answer_is_never_taken_for_being_repeated(store: Store, on_day: Day) -> None:
    assert on_day("2025-03-10", TRUE[:"2025-03-10"]).fresh
    for day in ("2025-03-11", "2025-03-12", "2025-03-13"):
        result = on_day(day, TRUE[:"2025-03-06"])
        assert "the answer ends on 6 Mar 2025, and bars to 10 Mar 2025 are held" in result.sentence
    assert closes(store).index[-1] == pd.Timestamp("2025-03-10")
    assert on_day("2025-03-14", TRUE[:"2025-03-14"]).fresh


def test_a_factor_on_all_prices_is_on_record_as_one(on_day: Day) -> None:
    on_day("2025-03-10", TRUE[:"2025-03-10"])
    pence = times(TRUE, 100, "2024", "2025")
    for day in ("2025-03-11", "2025-03-12", "2025-03-13"):
        result = on_day(day, pence[:day])
    assert result.fresh
    assert [change[:2] for change in result.changes] == [["2025-03-10", "unit"]]


def test_a_split_that_is_applied_a_day_late_is_taken_at_once(store: Store, on_day: Day) -> None:
    """On its day the share also rose by 45 %, so that nothing looked like a split; then all was restated."""
    split = ((dt.date(2025, 3, 10), 2, 1),)
    late = times(times(TRUE, 2, "2024", "2025-03-07"), 1.45, "2025-03-10", "2025")
    assert on_day("2025-03-10", late[:"2025-03-10"]).fresh
    restated = times(TRUE, 1.45, "2025-03-10", "2025")
    result = on_day("2025-03-11", restated[:"2025-03-11"], split)
    assert result.fresh, result.sentence
    assert ("2025-03-10", "scale", 1.0, 0.5) in map(tuple, result.changes)
    assert closes(store)["2025-03-07"] == pytest.approx(TRUE.loc["2025-03-07", "close"])


def test_a_split_that_is_taken_back_while_the_price_falls_by_it_is_refused(store: Store, on_day: Day) -> None:
    """News of 8 % on its day does not hide it, nor that it is announced no longer."""
    split = ((dt.date(2025, 3, 7), 2, 1),)
    right = times(TRUE, 1.08, "2025-03-07", "2025")
    assert on_day("2025-03-10", right[:"2025-03-10"], split).fresh
    undone = times(right, 2, "2024", "2025-03-06")
    result = on_day("2025-03-11", undone[:"2025-03-11"])
    assert "A split of 2 to 1 was announced for 7 Mar 2025, and looks not applied" in result.sentence
    assert on_day("2025-03-12", right[:"2025-03-12"], split).fresh


def test_a_split_that_never_was_is_taken_back_at_once(store: Store, on_day: Day) -> None:
    wrong = times(TRUE, 1 / 2, "2024", "2025-03-06")
    on_day("2025-03-06", TRUE[:"2025-03-06"])
    result = on_day("2025-03-07", wrong[:"2025-03-07"], ((dt.date(2025, 3, 7), 2, 1),))
    assert "looks applied twice" in result.sentence
    assert on_day("2025-03-10", TRUE[:"2025-03-10"]).fresh


def test_a_store_without_a_usable_bar_takes_what_comes(store: Store, on_day: Day) -> None:
    empty = TRUE.iloc[:1] * 0.0
    store.write_snapshot(contents(daily(SYMBOL, empty)), store.latest())
    assert on_day("2025-03-10", TRUE[:"2025-03-10"]).fresh


class TestOldHistory:
    REWRITTEN = times(TRUE, 1.03, "2024-11-04", "2024-11-08")

    def test_it_takes_three_days_with_the_same_answer(
        self, store: Store, on_day: Day, yahoo: StandIn
    ) -> None:
        on_day("2025-03-10", TRUE[:"2025-03-10"])
        assert "on 2 more days" in on_day("2025-03-11", self.REWRITTEN[:"2025-03-11"]).sentence
        yahoo.fail("server_error", times=1)
        assert "Yahoo's server failed" in on_day("2025-03-12", self.REWRITTEN[:"2025-03-12"]).sentence
        assert "on 1 more day" in on_day("2025-03-13", self.REWRITTEN[:"2025-03-13"]).sentence
        taken = on_day("2025-03-14", self.REWRITTEN[:"2025-03-14"])
        assert taken.fresh
        assert "the source said so on 3 days; a check objected: History was rewritten" in taken.sentence
        assert closes(store)["2024-11-06"] == pytest.approx(1.03 * TRUE.loc["2024-11-06", "close"])

    def test_another_answer_begins_anew(self, on_day: Day) -> None:
        on_day("2025-03-10", TRUE[:"2025-03-10"])
        on_day("2025-03-11", self.REWRITTEN[:"2025-03-11"])
        other = times(TRUE, 1.05, "2024-11-04", "2024-11-08")
        assert on_day("2025-03-12", other[:"2025-03-12"]).days == ["2025-03-12"]
        assert on_day("2025-03-13", TRUE[:"2025-03-13"]).fresh

    def test_somebody_who_looked_need_not_wait(self, on_day: Day) -> None:
        on_day("2025-03-10", TRUE[:"2025-03-10"])
        taken = on_day("2025-03-11", self.REWRITTEN[:"2025-03-11"], accepted=frozenset({SYMBOL}))
        assert "accepted; a check objected: History was rewritten" in taken.sentence

    def test_what_contradicts_itself_is_never_taken_for_being_repeated(self, on_day: Day) -> None:
        on_day("2025-03-10", TRUE[:"2025-03-10"])
        pence = times(TRUE, 100, "2025-03-11", "2025")
        for day in ("2025-03-11", "2025-03-12", "2025-03-13", "2025-03-14"):
            result = on_day(day, pence[:day])
            assert not result.fresh
        assert result.sentence.endswith("`refresh --accept HEAL` takes them all the same")


class TestShorterHistory:
    SPLIT = ((dt.date(2025, 3, 12), 2, 1),)

    def test_what_the_source_no_longer_has_stays_and_is_said_until_it_is_over(
        self, store: Store, on_day: Day
    ) -> None:
        on_day("2025-03-10", TRUE[:"2025-03-10"])
        held = closes(store).copy()
        for day in ("2025-03-11", "2025-03-12", "2025-03-13", "2025-03-14"):
            result = on_day(day, TRUE["2025-01-02":day])
            assert result.fresh
            assert "history begins on 2 Jan 2025" in open_reasons(store.runs())[SYMBOL]
            assert "history begins on 2 Jan 2025" in ready(lambda: store)[1]
            assert [found.check for found in store.findings(store.latest())] == ["shorter_history"]
        pd.testing.assert_series_equal(closes(store)[: held.index[-1]], held, check_freq=False)
        assert closes(store).index[-1] == pd.Timestamp("2025-03-14")
        assert not on_day("2025-03-17", TRUE[:"2025-03-17"]).notice
        assert open_reasons(store.runs()) == {}

    def test_it_follows_a_split_that_the_source_applies(self, store: Store, on_day: Day) -> None:
        on_day("2025-03-10", TRUE[:"2025-03-10"])
        halved = times(TRUE, 0.5, "2024", "2025")
        result = on_day("2025-03-12", halved["2025-01-02":"2025-03-12"], self.SPLIT)
        assert result.fresh, result.sentence
        assert closes(store)["2024-11-06"] == pytest.approx(0.5 * TRUE.loc["2024-11-06", "close"])
        assert on_day("2025-03-13", halved[:"2025-03-13"], self.SPLIT).notice == ""

    def test_its_dividends_and_splits_stay_with_it(self, store: Store, on_day: Day) -> None:
        old = ((dt.date(2024, 11, 6), 3, 1),)
        on_day("2025-03-10", TRUE[:"2025-03-10"], old)
        assert on_day("2025-03-11", TRUE["2025-01-02":"2025-03-11"]).fresh
        held = {(each.kind, each.symbol): each for each in store.holdings(store.latest())}
        assert store.frame(held["actions", SYMBOL])["split"].to_dict() == {pd.Timestamp("2024-11-06"): 3.0}

    def test_what_contradicts_the_rest_is_refused_as_ever(self, on_day: Day) -> None:
        on_day("2025-03-10", TRUE[:"2025-03-10"])
        wrong = times(TRUE, 1.03, "2025-02-03", "2025-02-07")
        assert "History was rewritten" in on_day("2025-03-11", wrong["2025-01-02":"2025-03-11"]).sentence

    def test_with_too_little_in_common_it_is_never_taken_for_being_repeated(
        self, store: Store, on_day: Day
    ) -> None:
        on_day("2025-03-10", TRUE[:"2025-03-10"])
        for day in ("2025-03-11", "2025-03-12", "2025-03-13", "2025-03-14"):
            result = on_day(day, TRUE["2025-03-07":day])
            assert "the answer begins on 7 Mar 2025, and bars from" in result.sentence
        taken = on_day("2025-03-17", TRUE["2025-03-07":"2025-03-17"], accepted=frozenset({SYMBOL}))
        assert taken.fresh
        assert closes(store).index[0] == pd.Timestamp("2025-03-07")


def test_a_source_that_has_nothing_new_stands_open_until_it_has(store: Store, on_day: Day) -> None:
    on_day("2025-03-10", TRUE[:"2025-03-10"])
    assert not on_day("2025-03-13", TRUE[:"2025-03-10"]).notice, "a day or two late is no reason yet"
    assert on_day("2025-03-17", TRUE[:"2025-03-10"]).fresh
    said = "The last 4 finished sessions brought no bar, since 11 Mar 2025"
    assert open_reasons(store.runs()) == {SYMBOL: said}
    assert said in ready(lambda: store)[1]
    on_day("2025-03-18", TRUE[:"2025-03-18"])
    assert open_reasons(store.runs()) == {}
