"""Fetches in a process of their own: what is kept between two, and what fails before the first bar."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.standin import StandIn

FETCH = """
import datetime, logging, sys
logging.basicConfig()  # as the server writes its log
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


def fetch_in_a_process(cache: Path, timeout: int = 30) -> tuple[str, str]:
    """Standard output and error of a process that fetches three symbols."""
    names = {"PAUSE": "0", "JITTER": "0", "ATTEMPTS": "1", "TIMEOUT": str(timeout), "CACHE": str(cache)}
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
    assert fetch_in_a_process(tmp_path, 3 if fault == "time_out" else 30) == ALL_FETCHED
    assert yahoo.count(route) == 1


@pytest.mark.slow
def test_a_broken_cache_is_named(yahoo: StandIn, tmp_path: Path) -> None:
    (tmp_path / "tkr-tz.db").write_bytes(b"no database" * 1000)
    _, error = fetch_in_a_process(tmp_path)
    assert error.startswith("NVDA: yfinance's notes on time zones cannot be used")
    assert error.count("\n") == 1
