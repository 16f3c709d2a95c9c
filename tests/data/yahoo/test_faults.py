"""The real yfinance against a stand-in for Yahoo that can fail in every known way."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from data.bundled.calendars import sessions
from data.quality.checks import check_bars
from data.yahoo import CAUSES, FetchPolicy, fetch_daily
from tests.data.yahoo.asked import END, START, failure, served
from tests.standin import FAULTS, StandIn

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


def patience(fault: str) -> float:
    """Seconds for an answer: few where none comes, so that nothing but the fault itself decides."""
    return 1.0 if CAUSE_OF[fault] == "timeout" else 30.0


@pytest.mark.parametrize("fault", CAUSE_OF)
def test_a_fault_is_named_and_the_next_fetch_recovers(
    yahoo: StandIn, closes: Callable[..., list[float]], fault: str
) -> None:
    yahoo.fail(fault)
    error = failure(lambda: closes(patience(fault)))
    assert (error.symbol, error.cause) == ("NVDA", CAUSE_OF[fault])
    assert str(error).startswith(f"NVDA: {CAUSES[error.cause].sentence}")
    assert str(error).endswith(CAUSES[error.cause].advice)
    assert error.retryable is CAUSES[error.cause].retryable
    yahoo.heal()
    assert closes() == served(yahoo, "NVDA")["close"].to_list()


@pytest.mark.parametrize("fault", [fault for fault, cause in CAUSE_OF.items() if CAUSES[cause].retryable])
def test_one_failure_is_overcome_by_asking_again(
    yahoo: StandIn, closes: Callable[..., list[float]], waits: list[float], fault: str
) -> None:
    asks_again_by_itself = {"forbidden", "dropped"}  # yfinance on 401, curl on a connection that was open
    yahoo.fail(fault, times=2 if fault in asks_again_by_itself else 1)
    assert closes(2 * patience(fault)) == served(yahoo, "NVDA")["close"].to_list()
    assert yahoo.count("daily") <= 3
    assert waits == [2.0]


@pytest.mark.parametrize("fault", ["unknown_symbol", "rate_limited"])
def test_a_refusal_costs_one_request_per_attempt(
    yahoo: StandIn, closes: Callable[..., list[float]], fault: str
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
    hurried = replace(policy, timeout=1)
    assert failure(lambda: fetch_daily(symbol, START, END, policy=hurried)).symbol == symbol
    assert time.monotonic() - begun < 10  # yfinance alone waits so long for one attempt
    yahoo.heal()
    assert len(fetch_daily(symbol, START, END, policy=policy).bars)


def test_no_network_at_all_is_named_and_the_next_fetch_recovers(
    yahoo: StandIn, closes: Callable[..., list[float]]
) -> None:
    with yahoo.unplugged():
        assert failure(closes).cause == "connection"
    assert closes() == served(yahoo, "NVDA")["close"].to_list()


def test_a_symbol_that_yahoo_does_not_know(yahoo: StandIn, policy: FetchPolicy) -> None:
    error = failure(lambda: fetch_daily("NOPE", START, END, policy=policy))
    assert (error.cause, error.retryable) == ("unknown_symbol", False)
    assert yahoo.count(symbol="NOPE") == 1


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
