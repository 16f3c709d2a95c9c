"""A refresh takes what is sound, keeps what it had for the rest, and says which."""

from __future__ import annotations

import dataclasses
import datetime as dt
from contextlib import closing

import numpy as np
import pandas as pd
import pytest

from analysis.market.errors import DataError
from data.quality.checks import Finding
from data.refresh.health import public, ready
from data.refresh.refresh import RefreshBusyError, refresh
from data.store.runs import open_reasons
from data.store.store import Store
from tests.data.prices import NOW, SESSIONS, SYMBOLS, bars, feed, instruments, level, market

LONGER = SESSIONS + 2


def fresh_bars(*symbols: str, at: float = 7.0) -> dict[str, pd.DataFrame | DataError]:
    return {symbol: bars(at, LONGER) for symbol in symbols or SYMBOLS}


class TestOutcome:
    def test_all_fresh(self, store: Store) -> None:
        outcome = refresh(store, instruments(), feed(fresh_bars()))
        assert (outcome.status, outcome.exit_code, outcome.snapshot) == ("fresh", 0, store.latest().id)
        assert store.latest().complete
        assert [level(store, symbol) for symbol in SYMBOLS] == [7.0, 7.0, 7.0]
        assert outcome.results["AAA"] == "22 sessions to 2025-01-31, 2 new"

    def test_a_symbol_that_fails_keeps_its_bars_and_is_named(self, store: Store) -> None:
        outcome = refresh(store, instruments(), feed(fresh_bars("AAA", "CCC")))
        assert (outcome.status, outcome.exit_code) == ("partly", 3)
        assert outcome.message.startswith("2 of 3 instruments fresh, not BBB")
        assert outcome.results["BBB"] == "kept the previous bars: no answer"
        assert [level(store, symbol) for symbol in SYMBOLS] == [7.0, 100.0, 7.0]
        assert not store.latest().complete

    def test_nothing_fresh_leaves_the_snapshot_as_it_is(self, store: Store) -> None:
        before = store.snapshots()
        outcome = refresh(store, instruments(), feed({}))
        assert (outcome.status, outcome.exit_code, outcome.snapshot) == ("nothing", 4, "bundled-20250130")
        assert store.snapshots() == before

    def test_what_nobody_foresaw_costs_one_instrument(self, store: Store) -> None:
        odd = bars().drop(columns="close")
        outcome = refresh(store, instruments(), feed({**fresh_bars(), "BBB": odd}))
        assert outcome.status == "partly"
        assert outcome.results["BBB"] == "kept the previous bars: unexpected KeyError: 'close'"

    def test_instruments_that_the_source_does_not_publish_are_not_asked_for(self, store: Store) -> None:
        listed = instruments()
        listed["BBB"] = dataclasses.replace(listed["BBB"], live=False)
        assert refresh(store, listed, feed(fresh_bars("AAA", "CCC"))).status == "fresh"


class TestGuard:
    def test_a_history_that_ends_earlier_is_not_taken(self, store: Store) -> None:
        outcome = refresh(store, instruments("AAA"), feed({"AAA": bars(7.0, SESSIONS - 3)}))
        assert "the answer ends on 24 Jan 2025, and bars to 29 Jan 2025 are held" in outcome.results["AAA"]
        assert level(store, "AAA") == 100.0

    def test_a_history_with_a_hole_is_not_taken(self, store: Store) -> None:
        holed = bars(7.0, LONGER)
        holed.iloc[6] = np.nan
        outcome = refresh(store, instruments("AAA"), feed({"AAA": holed}))
        assert "1 session would be lost, the first 2025-01-10" in outcome.results["AAA"]

    def test_a_bar_on_a_closed_day_is_no_loss(self, store: Store) -> None:
        """9 January 2025 was a day of mourning: the made-up bars have one, New York had none."""
        assert (
            refresh(store, instruments("AAA"), feed({"AAA": bars(7.0, LONGER).drop("2025-01-09")})).status
            == "fresh"
        )

    def test_a_severe_finding_keeps_the_previous_bars(self, store: Store) -> None:
        finding = Finding("AAA", "currency", "severe", "prices are in GBP, not in USD", ())
        outcome = refresh(store, instruments("AAA"), feed(fresh_bars(), finding))
        assert outcome.results["AAA"].startswith("kept the previous bars: prices are in GBP, not in USD; ")
        assert level(store, "AAA") == 100.0

    def test_bars_that_somebody_accepted_are_taken_and_the_objection_is_kept(self, store: Store) -> None:
        short = {symbol: bars(7.0, SESSIONS - 3) for symbol in ("AAA", "BBB")}
        source = dataclasses.replace(feed(short), accepted=frozenset({"AAA"}))
        outcome = refresh(store, instruments("AAA", "BBB"), source)
        assert "accepted; a check objected: the answer ends on 24 Jan 2025" in outcome.results["AAA"]
        assert (outcome.status, level(store, "AAA"), level(store, "BBB")) == ("partly", 7.0, 100.0)

    def test_bars_without_a_price_are_never_accepted(self, store: Store) -> None:
        source = dataclasses.replace(feed({"AAA": bars(np.nan)}), accepted=frozenset({"AAA"}))
        assert refresh(store, instruments("AAA"), source).status == "nothing"

    def test_damaged_bars_are_replaced(self, store: Store) -> None:
        import sqlalchemy as sa

        from data.store.schema import SERIES

        with store.database.writing() as connection:
            connection.execute(sa.update(SERIES).values(payload=b"damaged"))
        assert refresh(store, instruments("AAA"), feed(fresh_bars())).status == "fresh"
        assert level(store, "AAA") == 7.0


class TestFindings:
    def test_findings_stay_with_the_bars_they_are_about(self, store: Store) -> None:
        days = (dt.date(2025, 1, 24),)
        first = [
            Finding(symbol, "stale", "warning", f"{symbol} did not trade", days) for symbol in ("AAA", "BBB")
        ]
        refresh(store, instruments(), feed(fresh_bars(), *first))
        second = Finding("AAA", "jump", "info", "AAA jumped", ())
        refresh(store, instruments(), feed(fresh_bars("AAA"), second))
        assert store.findings(store.latest()) == (second, first[1])


class TestStandIn:
    def test_own_bars_retire_the_stand_in(self, store: Store) -> None:
        listed = instruments("AAA", "NEW")
        listed["NEW"] = dataclasses.replace(listed["NEW"], stand_in="AAA")
        assert store.market(listed).traded("NEW") == "AAA"
        outcome = refresh(store, listed, feed(fresh_bars("AAA", "NEW")))
        assert outcome.results["NEW"].endswith("its own bars arrived: AAA no longer stands in")
        assert store.market(listed).traded("NEW") == "NEW"


DAY = {"AAA": [dt.date(2025, 1, 27)]}


class TestHourly:
    def test_the_days_of_many_events_are_one_request_and_hours_between_are_not_kept(
        self, store: Store
    ) -> None:
        asked = []

        def hourly(symbol: str, start: dt.date, end: dt.date) -> pd.DataFrame:
            asked.append((symbol, start, end))
            return pd.DataFrame({"close": 1.0}, pd.date_range(start, end, freq="h", tz="UTC"))

        source = dataclasses.replace(feed(fresh_bars("AAA", "BBB")), hourly=hourly)
        days = {"AAA": [dt.date(2024, 9, 3), dt.date(2025, 1, 27)]}
        for _ in range(2):
            refresh(store, instruments("AAA", "BBB"), source, event_dates=days, now=lambda: NOW)
        assert asked == [("AAA", dt.date(2024, 8, 30), dt.date(2025, 1, 31))]
        kept = pd.DatetimeIndex(store.market(instruments("AAA")).hourly["AAA"].index).date
        assert {day for day in kept if dt.date(2024, 9, 8) <= day <= dt.date(2025, 1, 22)} == set()
        assert set(days["AAA"]) <= set(kept)

    def test_hourly_bars_of_the_event_day_are_archived_once(self, store: Store) -> None:
        asked = []

        def hourly(symbol: str, start: dt.date, end: dt.date) -> pd.DataFrame:
            asked.append((symbol, start, end))
            hours = pd.date_range("2025-01-27T14:30", periods=7, freq="h", tz="UTC")
            return pd.DataFrame({"close": np.arange(7.0)}, hours)

        source = dataclasses.replace(feed(fresh_bars()), hourly=hourly)
        for _ in range(2):
            refresh(store, instruments("AAA"), source, event_dates=DAY, now=lambda: NOW)
        assert asked == [("AAA", dt.date(2025, 1, 23), dt.date(2025, 1, 31))]
        assert len(store.market(instruments("AAA")).hourly["AAA"]) == 7

    def test_hours_that_came_before_are_kept_once(self, store: Store) -> None:
        """A symbol that did not trade on the day is asked for again and again."""

        def hourly(symbol: str, start: dt.date, end: dt.date) -> pd.DataFrame:
            hours = pd.date_range("2025-01-24T14:30", periods=7, freq="h", tz="UTC")
            return pd.DataFrame({"close": np.arange(7.0)}, hours)

        source = dataclasses.replace(feed(fresh_bars()), hourly=hourly)
        for _ in range(3):
            refresh(store, instruments("AAA"), source, event_dates=DAY, now=lambda: NOW)
        assert len(store.market(instruments("AAA")).hourly["AAA"]) == 7

    def test_bundled_hours_are_fetched_once_more_for_those_before_the_opening(self, url: str) -> None:
        columns = ["open", "high", "low", "close"]
        regular = pd.date_range("2025-01-27T14:30", periods=7, freq="h", tz="UTC")
        early = pd.date_range("2025-01-27T09:00", periods=6, freq="h", tz="UTC").append(regular)
        bundle = dataclasses.replace(market(), hourly={"AAA": pd.DataFrame(1.0, regular, columns)})
        asked = []

        def hourly(symbol: str, start: dt.date, end: dt.date) -> pd.DataFrame:
            asked.append(symbol)
            return pd.DataFrame(2.0, early, [*columns, "volume"])

        source = dataclasses.replace(feed(fresh_bars()), hourly=hourly)
        with closing(Store(url, lambda: bundle)) as store:
            for _ in range(2):
                refresh(store, instruments("AAA"), source, event_dates=DAY, now=lambda: NOW)
            hours = store.market(instruments("AAA")).hourly["AAA"]
        assert (asked, len(hours), set(hours["close"])) == (["AAA"], 13, {2.0})

    def test_hours_that_cannot_be_had_are_said_and_fail_nothing(self, store: Store) -> None:
        outcome = refresh(store, instruments("AAA"), feed(fresh_bars()), event_dates=DAY, now=lambda: NOW)
        assert outcome.status == "fresh"
        assert "no hourly bars around 2025-01-27" in outcome.results["AAA"]

    def test_hours_too_old_are_not_asked_for(self, store: Store) -> None:
        day = {"AAA": [dt.date(2020, 1, 27)]}
        outcome = refresh(store, instruments("AAA"), feed(fresh_bars()), event_dates=day, now=lambda: NOW)
        assert "hourly" not in outcome.results["AAA"]


class TestRuns:
    def test_a_run_tells_who_when_and_what(self, store: Store) -> None:
        seen = []

        def progress(done: int, total: int, symbol: str, sentence: str) -> None:
            seen.append((done, total, symbol, store.runs()[0].status))

        source = feed(fresh_bars("AAA"))
        refresh(store, instruments(), source, started_by="button", progress=progress, now=lambda: NOW)
        run = store.runs()[0]
        assert seen == [(1, 3, "AAA", "running"), (2, 3, "BBB", "running"), (3, 3, "CCC", "running")]
        assert (run.started_by, run.started, run.finished, run.status) == ("button", NOW, NOW, "partly")
        assert (run.done, run.total, run.snapshot) == (3, 3, store.latest().id)
        assert run.results["BBB"].sentence == "kept the previous bars: no answer"

    def test_a_run_that_breaks_off_is_marked(self, store: Store) -> None:
        def broken(symbol: str, start: dt.date) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            refresh(store, instruments(), dataclasses.replace(feed({}), daily=broken))
        assert store.runs()[0].status == "failed"
        assert refresh(store, instruments(), feed(fresh_bars())).status == "fresh"

    def test_a_second_refresh_says_who_holds_the_first(self, store: Store) -> None:
        with store.database.lock("refresh").attempt() as mine:
            assert mine
            with pytest.raises(
                RefreshBusyError, match=r"already running \(pid \d+ on .* since \d\d:\d\d:\d\d UTC\)"
            ):
                refresh(store, instruments(), feed(fresh_bars()))
        assert store.runs() == ()

    def test_why_a_symbol_is_not_fresh_is_said_until_it_is_and_without_paths_and_hosts(
        self, store: Store
    ) -> None:
        source = feed(
            {**fresh_bars("AAA", "CCC"), "BBB": DataError("BBB: query2.yahoo.com:443 (x (y)) gave up")}
        )
        refresh(store, instruments(), source)
        refresh(store, instruments("AAA"), feed(fresh_bars()))
        assert open_reasons(store.runs()).keys() == {"BBB"}
        well, told = ready(lambda: store)
        assert well
        assert told.splitlines()[1] == "not fresh: BBB: kept the previous bars: … gave up"
        refresh(store, instruments("BBB"), feed(fresh_bars()))
        assert open_reasons(store.runs()) == {}
        assert "not fresh" not in ready(lambda: store)[1]
        figures = (
            "BRK.B split 1.1 to 1; prices are 0.9346 times 6857.T, 2:1 or 10:1, by 1,234.50 % at 16:30:00."
        )
        assert public(figures) == figures
        for host in (
            "db.internal",
            "proxy.corp:3128",
            "dbhost01:5432",
            "10.0.0.5:80",
            "fe80::1:2:3",
            "a-b.lan",
        ):
            assert public(f"no answer of {host}, tried twice") == "no answer of …, tried twice"
        assert public("cannot resolve host: dbhost01") == "cannot resolve host: …"
        assert public('host name "dbhost01" is unknown') == "host name … is unknown"
        assert public("cannot connect to dbhost01 port 5432") == "cannot connect to … port 5432"
        assert public("The close of 1 session, most by 0.50 % in /var/x.db") == (
            "The close of 1 session, most by 0.50 % in …"
        )
