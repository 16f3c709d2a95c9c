"""A fetcher that waits for nothing, and for nobody's sake is hurried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from data.yahoo import FetchPolicy, fetch_daily
from tests.data.yahoo.asked import END, START
from tests.standin import StandIn


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
    """Two attempts, no waits between them, and more time than a busy machine takes for an answer."""
    return FetchPolicy(
        pause=0, jitter=0, attempts=2, backoff=2, timeout=30, budget=300, cache=cache, sleep=waits.append
    )


@pytest.fixture
def closes(yahoo: StandIn, policy: FetchPolicy) -> Callable[..., list[float]]:
    """Fetch NVDA's closes, whose time zone is known already, so that one request is one attempt."""
    fetch_daily("NVDA", START, END, policy=policy)
    yahoo.requests.clear()

    def fetched(timeout: float = policy.timeout) -> list[float]:
        patience = replace(policy, timeout=timeout)
        return fetch_daily("NVDA", START, END, policy=patience).bars["close"].to_list()

    return fetched
