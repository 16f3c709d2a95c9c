"""Names are looked for at Yahoo where there is a network, and nobody waits where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.yahoo import FetchPolicy
from data.yahoo import search as searching
from tests.standin import StandIn, made_up_listing


@pytest.fixture
def policy(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> FetchPolicy:
    monkeypatch.setattr(searching, "_failed", [-searching.REST])
    cache: Path = tmp_path_factory.getbasetemp()
    return FetchPolicy(pause=0, jitter=0, attempts=1, backoff=0, timeout=4, cache=cache)


def test_a_name_gives_symbols(yahoo: StandIn, policy: FetchPolicy) -> None:
    yahoo.listings = {"KO": made_up_listing("KO"), "SAP.DE": made_up_listing("SAP.DE")}
    assert searching.search("sap works", policy) == [("SAP.DE", "Sap Works")]
    assert searching.search("nobody", policy) == []


def test_without_a_network_there_is_nothing_and_no_second_question(
    yahoo: StandIn, policy: FetchPolicy
) -> None:
    with yahoo.unplugged():
        assert searching.search("sap", policy) == []
    assert searching.search("sap", policy) == []
    assert yahoo.count("search") == 0
