"""Fixtures of the stand-in; `tests/conftest.py` makes them known to all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.standin.listings import made_up_listings
from tests.standin.server import StandIn

SYMBOLS = ("NVDA", "SAP.DE", "6857.T")


@pytest.fixture(scope="session")
def yahoo_server() -> Iterator[StandIn]:
    """One server for the whole test run."""
    with StandIn() as standin:
        yield standin


@pytest.fixture
def yahoo(yahoo_server: StandIn, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A healthy stand-in that knows `SYMBOLS`, with this process pointed at it."""
    for name, value in yahoo_server.environment.items():
        monkeypatch.setenv(name, value)
    yahoo_server.listings = made_up_listings(SYMBOLS)
    yahoo_server.requests.clear()
    yield yahoo_server
    yahoo_server.heal()
    yahoo_server.delay = 0.0
