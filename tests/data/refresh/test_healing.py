"""A wrong bar that got in does not keep the right history out for ever, and every change is on record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

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
        day: str,
        bars: pd.DataFrame,
        splits: tuple[tuple[dt.date, float, float], ...] = (),
        dividends: Mapping[dt.date, float] = MappingProxyType({}),
        **options: object,
    ) -> Result:
        yahoo.listings = {SYMBOL: Listing(SYMBOL, bars, dividends=dividends, splits=splits)}
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
    for day in ("2025-03-11", "2025-03-12", "2025-03-13", "2025-03-14", "2025-03-17", "2025-03-18"):
        result = on_day(day, TRUE[:"2025-03-06"])
        assert "the answer ends on 6 Mar 2025, and bars to 10 Mar 2025 are held" in result.sentence
    assert closes(store).index[-1] == pd.Timestamp("2025-03-10")
    assert on_day("2025-03-19", TRUE[:"2025-03-19"]).fresh


def test_the_last_bar_of_an_ended_listing_is_gone_when_the_source_is_without_it_for_a_week(
    store: Store, on_day: Day
) -> None:
    on_day("2025-03-05", TRUE[:"2025-03-05"])
    for day in ("2025-03-06", "2025-03-07", "2025-03-10", "2025-03-11"):
        result = on_day(day, TRUE[:"2025-03-04"])
        assert "the answer ends on 4 Mar 2025, and bars to 5 Mar 2025 are held; they are taken" in (
            result.sentence
        )
    assert on_day("2025-03-12", TRUE[:"2025-03-04"]).fresh
    assert closes(store).index[-1] == pd.Timestamp("2025-03-04")
    assert on_day("2025-03-13", TRUE[:"2025-03-13"]).fresh, "it was a copy after all: the bar comes back"


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


class TestSmallSplit:
    """Its day's move tells nothing: what happened to the prices before does."""

    EX = dt.date(2025, 3, 11)

    @pytest.mark.parametrize("ratio", [(102, 100), (105, 100), (1054, 1000), (103, 100), (11, 10)])
    @pytest.mark.parametrize("move", [0.93, 1.04])
    def test_that_was_applied_is_taken_whatever_the_day_brought(
        self, store: Store, on_day: Day, ratio: tuple[int, int], move: float
    ) -> None:
        by = ratio[0] / ratio[1]
        right = times(TRUE, move, "2025-03-11", "2025")
        on_day("2025-03-10", times(right, by, "2024", "2025-03-10")[:"2025-03-10"])
        result = on_day("2025-03-11", right[:"2025-03-11"], ((self.EX, *ratio),))
        assert result.fresh, result.sentence
        assert closes(store)["2025-03-10"] == pytest.approx(TRUE.loc["2025-03-10", "close"])

    @pytest.mark.parametrize(
        ("wrongly", "said"),
        [(1.05, "split of 1.05 to 1, and earlier prices are unchanged"), (1 / 1.05, "History was rewritten")],
        ids=["not applied", "applied twice"],
    )
    def test_that_was_not_applied_or_twice_takes_three_days(
        self, store: Store, on_day: Day, wrongly: float, said: str
    ) -> None:
        split = ((self.EX, 105, 100),)
        on_day("2025-03-10", times(TRUE, 1.05, "2024", "2025-03-10")[:"2025-03-10"])
        wrong = times(TRUE, wrongly, "2024", "2025-03-10")
        for day, left in (("2025-03-11", "on 2 more days"), ("2025-03-12", "on 1 more day")):
            result = on_day(day, wrong[:day], split)
            assert said in result.sentence
            assert left in result.sentence
        assert on_day("2025-03-13", TRUE[:"2025-03-13"], split).fresh
        assert closes(store)["2025-03-10"] == pytest.approx(TRUE.loc["2025-03-10", "close"])

    def test_that_is_undone_takes_three_days(self, store: Store, on_day: Day) -> None:
        split = ((self.EX, 105, 100),)
        on_day("2025-03-11", TRUE[:"2025-03-11"], split)
        undone = times(TRUE, 1.05, "2024", "2025-03-10")
        result = on_day("2025-03-12", undone[:"2025-03-12"])
        assert "The split of 1.05 to 1 of 11 Mar 2025 was taken back" in result.sentence
        assert "on 2 more days" in result.sentence
        assert on_day("2025-03-13", TRUE[:"2025-03-13"], split).fresh

    def test_that_was_known_before_its_day_is_no_reason(self, on_day: Day) -> None:
        """Early on its day the prices before were restated already, and the day had no bar yet."""
        split = ((self.EX, 105, 100),)
        on_day("2025-03-07", times(TRUE, 1.05, "2024", "2025-03-10")[:"2025-03-07"])
        assert on_day("2025-03-10", TRUE[:"2025-03-10"], split).fresh
        assert on_day("2025-03-11", times(TRUE, 0.955, "2025-03-11", "2025")[:"2025-03-11"], split).fresh


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

    @pytest.mark.parametrize(
        ("factor", "last"),
        [(1.0095, "2025-01-01"), (1.004, "2024-11-04"), (0.994, "2024-11-04"), (1.009, "2024-11-04")],
    )
    def test_a_small_rewrite_takes_as_long(self, on_day: Day, factor: float, last: str) -> None:
        on_day("2025-03-10", TRUE[:"2025-03-10"])
        little = times(TRUE, factor, "2024-11-04" if last == "2024-11-04" else "2024", last)
        assert "on 2 more days" in on_day("2025-03-11", little[:"2025-03-11"]).sentence
        assert "on 1 more day" in on_day("2025-03-12", little[:"2025-03-12"]).sentence
        assert on_day("2025-03-13", little[:"2025-03-13"]).fresh

    def test_rounding_is_no_rewrite(self, on_day: Day) -> None:
        on_day("2025-03-10", TRUE[:"2025-03-10"])
        assert on_day("2025-03-11", TRUE.round(2)[:"2025-03-11"]).fresh

    def test_adjusted_closes_follow_a_dividend_that_becomes_known_late(self, on_day: Day) -> None:
        on_day("2025-03-10", TRUE[:"2025-03-10"])
        paid = made_up_listing(SYMBOL, dividends={"2024-12-05": 0.8})
        assert on_day("2025-03-11", paid.bars[:"2025-03-11"], dividends=paid.dividends).fresh

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
