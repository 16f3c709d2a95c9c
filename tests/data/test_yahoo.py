"""The fetcher with the real yfinance, against a stand-in for Yahoo that can fail in every known way."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.market.bars import BAR_COLUMNS
from analysis.market.errors import DataError
from data.bundled.bundle import bundled_market
from data.bundled.calendars import sessions
from data.catalogue.dossiers import dossier
from data.quality.checks import check_bars
from data.yahoo import CAUSES, FetchError, FetchPolicy, fetch_daily, fetch_hourly, hourly_days_left
from data.yahoo.errors import seconds_to_wait
from tests.standin import FAULTS, StandIn, listing_of, made_up_listing

START, END = dt.date(2025, 1, 20), dt.date(2025, 2, 8)
MONDAY = dt.date(2025, 1, 27)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """yfinance keeps one directory for a process."""
    return tmp_path_factory.mktemp("yfinance")


@pytest.fixture
def waits() -> list[float]:
    """Every wait that was asked for, none of it waited."""
    return []


@pytest.fixture
def policy(cache: Path, waits: list[float]) -> FetchPolicy:
    """No patience: two attempts, no waits."""
    return FetchPolicy(
        pause=0, jitter=0, attempts=2, backoff=2, timeout=1, budget=30, cache=cache, sleep=waits.append
    )


@pytest.fixture
def closes(yahoo: StandIn, policy: FetchPolicy) -> Callable[[], list[float]]:
    """Fetch NVDA's closes, whose time zone is known already, so that one request is one attempt."""
    fetch_daily("NVDA", START, END, policy=policy)
    yahoo.requests.clear()
    return lambda: fetch_daily("NVDA", START, END, policy=policy).bars["close"].to_list()


def served(yahoo: StandIn, symbol: str) -> pd.DataFrame:
    return yahoo.listings[symbol].bars.loc[str(START) : str(END - dt.timedelta(days=1))]


def failure(action: Callable[[], Any]) -> FetchError:
    with pytest.raises(FetchError) as caught:
        action()
    assert "\n" not in str(caught.value)
    return caught.value


# --- what is fetched --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("symbol", "currency", "timezone"),
    [
        ("NVDA", "USD", "America/New_York"),
        ("SAP.DE", "EUR", "Europe/Berlin"),
        ("6857.T", "JPY", "Asia/Tokyo"),
    ],
)
def test_bars_come_as_served_on_the_exchanges_own_dates(
    yahoo: StandIn, policy: FetchPolicy, symbol: str, currency: str, timezone: str
) -> None:
    fetched = fetch_daily(symbol, START, END, policy=policy)
    expected = served(yahoo, symbol)
    assert tuple(fetched.bars.columns) == BAR_COLUMNS
    assert fetched.bars.index.tz is None
    assert list(fetched.bars.index) == list(expected.index)
    np.testing.assert_allclose(fetched.bars, expected[list(BAR_COLUMNS)], rtol=1e-12)
    assert (fetched.currency, fetched.timezone) == (currency, timezone)
    assert fetched.library.startswith("yfinance 1.")
    assert fetched.retrieved.utcoffset() == dt.timedelta(0)


@pytest.mark.slow
def test_every_live_instrument_comes_back_as_it_was_served(yahoo: StandIn, policy: FetchPolicy) -> None:
    market = bundled_market(dossier("deepseek-2025-01-27").instruments)
    live = [i for i in market.instruments.values() if i.live and i.symbol in market.histories]
    yahoo.listings = {i.symbol: listing_of(i, market.histories[i.symbol].bars) for i in live}
    for instrument in live:
        expected = market.histories[instrument.symbol].bars
        fetched = fetch_daily(instrument.symbol, expected.index[0].date(), policy=policy)
        pd.testing.assert_frame_equal(
            fetched.bars[["close", "adj_close"]],
            expected[["close", "adj_close"]].astype(float),
            check_names=False,
            check_index_type=False,
        )
        assert fetched.currency == instrument.currency


def test_dividends_and_splits_come_with_their_days(yahoo: StandIn, policy: FetchPolicy) -> None:
    listing = made_up_listing("NVDA", dividends={"2025-02-05": 0.5})
    yahoo.listings["NVDA"] = replace(listing, splits=((MONDAY, 10, 1),))
    fetched = fetch_daily("NVDA", START, END, policy=policy)
    assert fetched.dividends.to_dict() == {pd.Timestamp("2025-02-05"): 0.5}
    assert fetched.splits.to_dict() == {pd.Timestamp(MONDAY): 10.0}
    grid = sessions("XNYS", START, END)
    assert check_bars("NVDA", fetched.bars, grid, dividends=fetched.dividends) == ()


def test_capital_gains_of_a_fund_go_off_its_price_like_dividends(yahoo: StandIn, policy: FetchPolicy) -> None:
    listing = made_up_listing("NVDA", dividends={"2025-02-05": 9.0})
    yahoo.listings["NVDA"] = replace(listing, dividends={}, gains=listing.dividends)
    fetched = fetch_daily("NVDA", START, END, policy=policy)
    assert fetched.dividends.to_dict() == {pd.Timestamp("2025-02-05"): 9.0}
    grid = sessions("XNYS", START, END)
    assert check_bars("NVDA", fetched.bars, grid, dividends=fetched.dividends) == ()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("zero_in_a_ratio", "a split of 2:0"),
        ("split_without_a_date", "a split without a date"),
        ("bar_without_a_date", "a bar without a date"),
    ],
)
def test_what_is_odd_about_an_answer_is_named(
    yahoo: StandIn, policy: FetchPolicy, fault: str, said: str
) -> None:
    yahoo.fail(fault)
    assert said in str(failure(lambda: fetch_daily("NVDA", START, END, policy=policy)))


def test_without_an_end_bars_come_up_to_now(yahoo: StandIn, policy: FetchPolicy) -> None:
    fetched = fetch_daily("NVDA", START, policy=policy)
    assert fetched.bars.index[-1] == yahoo.listings["NVDA"].bars.index[-1]


@pytest.mark.parametrize("symbol", ["NVDA", "6857.T"])
def test_hourly_bars_come_in_utc_with_the_hours_before_and_after(
    yahoo: StandIn, policy: FetchPolicy, symbol: str
) -> None:
    hourly = yahoo.listings[symbol].hourly
    assert hourly is not None
    zone = yahoo.listings[symbol].timezone
    bars = fetch_hourly(symbol, MONDAY, MONDAY + dt.timedelta(days=1), policy=policy)
    expected = hourly[hourly.index.tz_convert(zone).date == MONDAY]
    assert list(bars.index) == list(expected.index)
    assert str(bars.index.tz) == "UTC"
    np.testing.assert_allclose(bars, expected, rtol=1e-12)


def test_hourly_bars_older_than_730_days_are_refused_in_words(yahoo: StandIn, policy: FetchPolicy) -> None:
    error = failure(lambda: fetch_hourly("NVDA", dt.date(2022, 1, 3), dt.date(2022, 1, 4), policy=policy))
    assert error.cause == "refused"
    assert "within the last 730 days" in str(error)


def test_hourly_bars_are_asked_for_once(yahoo: StandIn, policy: FetchPolicy, waits: list[float]) -> None:
    yahoo.fail("empty_result", routes=("hourly",))
    error = failure(lambda: fetch_hourly("NVDA", MONDAY, MONDAY + dt.timedelta(days=1), policy=policy))
    assert (error.cause, yahoo.count("hourly"), waits) == ("empty", 1, [])


def test_the_days_left_for_hourly_bars_run_out() -> None:
    assert hourly_days_left(MONDAY, dt.date(2026, 11, 21)) == 67
    assert hourly_days_left(MONDAY, dt.date(2027, 1, 27)) == 0
    assert hourly_days_left(MONDAY, dt.date(2030, 1, 1)) == 0


# --- what goes wrong --------------------------------------------------------------------------------------

CAUSE_OF = {
    "rate_limited": "rate_limited",
    "server_error": "server_error",
    "bad_gateway": "server_error",
    "maintenance": "server_error",
    "forbidden": "forbidden",
    "malformed_json": "bad_answer",
    "truncated": "connection",
    "empty_result": "empty",
    "no_rows": "empty",
    "unknown_symbol": "unknown_symbol",
    "time_out": "timeout",
    "dropped": "connection",
    "slow_drip": "timeout",
    "gzip_bomb": "too_large",
    "zero_in_a_ratio": "bad_answer",
    "split_without_a_date": "bad_answer",
    "bar_without_a_date": "bad_answer",
    "tls": "tls",
    "other_symbol": "other_symbol",
}


def test_every_fault_of_the_stand_in_is_tried() -> None:
    assert set(FAULTS) | {"tls", "other_symbol"} == set(CAUSE_OF)


@pytest.mark.parametrize("fault", CAUSE_OF)
def test_a_fault_is_named_and_the_next_fetch_recovers(
    yahoo: StandIn, closes: Callable[[], list[float]], fault: str
) -> None:
    yahoo.fail(fault)
    error = failure(closes)
    assert (error.symbol, error.cause) == ("NVDA", CAUSE_OF[fault])
    assert str(error).startswith(f"NVDA: {CAUSES[error.cause].sentence}")
    assert str(error).endswith(CAUSES[error.cause].advice)
    assert error.retryable is CAUSES[error.cause].retryable
    yahoo.heal()
    assert closes() == served(yahoo, "NVDA")["close"].to_list()


@pytest.mark.parametrize("fault", [fault for fault, cause in CAUSE_OF.items() if CAUSES[cause].retryable])
def test_one_failure_is_overcome_by_asking_again(
    yahoo: StandIn, closes: Callable[[], list[float]], waits: list[float], fault: str
) -> None:
    asks_again_by_itself = {"forbidden", "dropped"}  # yfinance on 401, curl on a connection that was open
    yahoo.fail(fault, times=2 if fault in asks_again_by_itself else 1)
    assert closes() == served(yahoo, "NVDA")["close"].to_list()
    assert yahoo.count("daily") <= 3
    assert waits == [2.0]


@pytest.mark.parametrize("fault", ["unknown_symbol", "rate_limited"])
def test_a_refusal_costs_one_request_per_attempt(
    yahoo: StandIn, closes: Callable[[], list[float]], fault: str
) -> None:
    yahoo.fail(fault)
    failure(closes)
    assert yahoo.count() == (1 if fault == "unknown_symbol" else 2)


@pytest.mark.parametrize("fault", ["server_error", "time_out", "malformed_json", "empty_result", "dropped"])
def test_a_failing_call_for_the_time_zone_has_an_end(yahoo: StandIn, policy: FetchPolicy, fault: str) -> None:
    symbol = fault.upper()  # not seen before: its time zone has to be asked for
    yahoo.listings[symbol] = replace(yahoo.listings["NVDA"], symbol=symbol)
    yahoo.fail(fault, routes=("time_zone",))
    begun = time.monotonic()
    assert failure(lambda: fetch_daily(symbol, START, END, policy=policy)).symbol == symbol
    assert time.monotonic() - begun < 5
    yahoo.heal()
    assert len(fetch_daily(symbol, START, END, policy=policy).bars)


def test_no_network_at_all_is_named_and_the_next_fetch_recovers(
    yahoo: StandIn, closes: Callable[[], list[float]]
) -> None:
    with yahoo.unplugged():
        assert failure(closes).cause == "connection"
    assert closes() == served(yahoo, "NVDA")["close"].to_list()


def test_a_symbol_that_yahoo_does_not_know(yahoo: StandIn, policy: FetchPolicy) -> None:
    error = failure(lambda: fetch_daily("NOPE", START, END, policy=policy))
    assert (error.cause, error.retryable) == ("unknown_symbol", False)
    assert yahoo.count(symbol="NOPE") == 1


# --- bars that are wrong ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "check"),
    [("null_bars", "null_bars"), ("stale_bars", "stale_bars"), ("split_twice", "split_twice")],
)
def test_wrong_bars_are_found_by_the_checks(
    yahoo: StandIn, policy: FetchPolicy, fault: str, check: str
) -> None:
    first = yahoo.listings["NVDA"].bars.index[0].date()
    yahoo.fail(fault)
    fetched = fetch_daily("NVDA", first, END, policy=policy) if fault == "split_twice" else None
    fetched = fetched or fetch_daily("NVDA", first, policy=policy)
    found = check_bars(
        "NVDA", fetched.bars, sessions("XNYS", first, dt.date(2025, 3, 31)), splits=fetched.splits
    )
    assert [finding.check for finding in found] == [check]


def test_another_currency_is_passed_on(yahoo: StandIn, policy: FetchPolicy) -> None:
    yahoo.fail("wrong_currency")
    assert fetch_daily("NVDA", START, END, policy=policy).currency == "GBp"


# --- patience ---------------------------------------------------------------------------------------------


def test_waits_double_and_the_server_may_ask_for_longer(
    yahoo: StandIn, policy: FetchPolicy, waits: list[float]
) -> None:
    patient = replace(policy, attempts=5, budget=1000)
    yahoo.fail("server_error", times=2)
    yahoo.fail("rate_limited", times=1, retry_after="120")
    yahoo.fail("rate_limited", times=1)
    fetch_daily("NVDA", START, END, policy=patient)
    assert waits == [2.0, 4.0, 120.0, 16.0]


def test_retry_after_may_be_a_date_on_the_servers_own_clock() -> None:
    sent = dt.datetime(2001, 1, 1, tzinfo=dt.timezone.utc)
    later = format_datetime(sent + dt.timedelta(seconds=90), usegmt=True)
    headers = {"Date": format_datetime(sent, usegmt=True), "Retry-After": later}
    assert seconds_to_wait(headers) == 90
    assert seconds_to_wait({"Retry-After": "soon"}) is None
    assert seconds_to_wait({}) is None


def test_a_wait_beyond_the_budget_is_not_begun(
    yahoo: StandIn, policy: FetchPolicy, waits: list[float]
) -> None:
    yahoo.fail("rate_limited", retry_after="3600")
    error = failure(lambda: fetch_daily("NVDA", START, END, policy=policy))
    assert (error.cause, error.retry_after, waits) == ("rate_limited", 3600, [])
    assert "asks to wait 3600 s" in str(error)


def test_after_the_budget_nothing_is_asked(yahoo: StandIn, policy: FetchPolicy) -> None:
    past = policy.clock() - 1
    assert failure(lambda: fetch_daily("NVDA", START, END, deadline=past, policy=policy)).cause == "budget"
    assert yahoo.count() == 0


def test_without_a_network_a_refresh_soon_gives_up(
    yahoo: StandIn, policy: FetchPolicy, waits: list[float]
) -> None:
    symbols = ("NVDA", "SAP.DE", "6857.T", "NVDA", "SAP.DE")
    with yahoo.unplugged():
        deadline = policy.deadline()
        causes = [
            failure(lambda symbol=symbol: fetch_daily(symbol, START, deadline=deadline, policy=policy)).cause
            for symbol in symbols
        ]
    assert causes == ["connection"] * 3 + ["given_up"] * 2
    assert len(waits) == 1
    assert len(fetch_daily("NVDA", START, deadline=policy.deadline(), policy=policy).bars)


def test_requests_keep_their_distance(yahoo: StandIn, policy: FetchPolicy, waits: list[float]) -> None:
    slow = replace(policy, pause=3.0, jitter=1.0)
    fetch_daily("NVDA", START, END, policy=slow)
    waits.clear()
    fetch_daily("SAP.DE", START, END, policy=slow)
    assert waits
    assert all(2.5 < wait <= 4.0 for wait in waits)


def test_the_policy_can_be_set_from_outside() -> None:
    assert FetchPolicy.from_environment({}) == FetchPolicy()
    chosen = FetchPolicy.from_environment({"AFTERSHOCK_FETCH_PAUSE": "0", "AFTERSHOCK_FETCH_ATTEMPTS": "7"})
    assert (chosen.pause, chosen.attempts) == (0.0, 7)


@pytest.mark.parametrize(
    ("name", "value"), [("PAUSE", "-1"), ("TIMEOUT", "0"), ("BUDGET", "nan"), ("ATTEMPTS", "two")]
)
def test_a_policy_that_makes_no_sense_is_refused(name: str, value: str) -> None:
    with pytest.raises(DataError, match=f"(?i){name}"):
        FetchPolicy.from_environment({f"AFTERSHOCK_FETCH_{name}": value})


# --- a process of its own ---------------------------------------------------------------------------------

FETCH = """
import datetime, sys
from data.yahoo import FetchError, FetchPolicy, fetch_daily
policy = FetchPolicy.from_environment()
deadline = policy.deadline()
for symbol in ("NVDA", "SAP.DE", "6857.T"):
    try:
        start, end = datetime.date(2025, 1, 20), datetime.date(2025, 2, 8)
        print(len(fetch_daily(symbol, start, end, deadline=deadline, policy=policy).bars))
    except FetchError as error:
        sys.exit(str(error))
"""
ALL_FETCHED = ("14\n15\n15\n", "")


def fetch_in_a_process(cache: Path) -> tuple[str, str]:
    """Standard output and error of a process that fetches three symbols."""
    names = {"PAUSE": "0", "JITTER": "0", "ATTEMPTS": "1", "TIMEOUT": "1", "CACHE": str(cache)}
    settings = {f"AFTERSHOCK_FETCH_{name}": value for name, value in names.items()}
    command = [sys.executable, "-c", FETCH]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=60, env=os.environ | settings
    )
    return done.stdout, done.stderr


@pytest.mark.slow
def test_a_second_process_asks_for_no_time_zone_and_no_cookie_again(yahoo: StandIn, tmp_path: Path) -> None:
    routes = []
    for _ in ("cold", "warm"):
        yahoo.requests.clear()
        assert fetch_in_a_process(tmp_path) == ALL_FETCHED
        routes.append({route: yahoo.count(route) for route in ("cookie", "crumb", "time_zone", "daily")})
    cold, warm = routes
    assert cold == {"cookie": 1, "crumb": 1, "time_zone": 3, "daily": 3}
    assert warm == {"cookie": 0, "crumb": 1, "time_zone": 0, "daily": 3}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("route", "fault"),
    [("cookie", "time_out"), ("cookie", "dropped"), ("crumb", "time_out"), ("crumb", "rate_limited")],
)
def test_bars_come_without_a_cookie_or_crumb_too(
    yahoo: StandIn, tmp_path: Path, route: str, fault: str
) -> None:
    yahoo.fail(fault, routes=(route,))
    assert fetch_in_a_process(tmp_path) == ALL_FETCHED
    assert yahoo.count(route) == 1


@pytest.mark.slow
def test_a_broken_cache_is_named(yahoo: StandIn, tmp_path: Path) -> None:
    (tmp_path / "tkr-tz.db").write_bytes(b"no database" * 1000)
    _, error = fetch_in_a_process(tmp_path)
    assert error.startswith("NVDA: yfinance's notes on time zones cannot be used")
    assert error.count("\n") == 1
