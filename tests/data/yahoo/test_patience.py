"""How long a fetch waits, how often it asks, and when it gives up."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from email.utils import format_datetime

import pytest

from analysis.market.errors import DataError
from data.yahoo import FetchPolicy, fetch_daily
from data.yahoo.errors import seconds_to_wait
from tests.data.yahoo.asked import END, START, failure
from tests.standin import StandIn


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
