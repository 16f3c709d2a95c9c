"""The stand-in is Yahoo as far as the real client can tell."""

from __future__ import annotations

import pytest
from curl_cffi import requests

from tests.standin import StandIn

CHART = "https://query2.finance.yahoo.com/v8/finance/chart/NVDA"
DAYS = {"interval": "1d", "period1": "1737936000", "period2": "1738368000"}  # 27 to 31 January 2025


def test_a_trusted_client_gets_the_bars_of_the_period(yahoo: StandIn) -> None:
    answer = requests.get(CHART, params=DAYS, timeout=5).json()["chart"]["result"][0]
    assert len(answer["timestamp"]) == 5
    assert answer["meta"]["exchangeTimezoneName"] == "America/New_York"


def test_without_its_certificate_nobody_is_fooled(yahoo: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name)
    with pytest.raises(requests.exceptions.CertificateVerifyError):
        requests.get(CHART, params=DAYS, timeout=5)


def test_a_fault_counts_down_and_heals(yahoo: StandIn) -> None:
    yahoo.fail("bad_gateway", symbol="NVDA", times=1)
    assert [requests.get(CHART, params=DAYS, timeout=5).status_code for _ in range(2)] == [502, 200]
    assert yahoo.count("daily", "NVDA") == 2


def test_it_can_be_away_and_come_back(yahoo: StandIn) -> None:
    with yahoo.unplugged(), pytest.raises(requests.exceptions.RequestException):
        requests.get(CHART, params=DAYS, timeout=5)
    assert requests.get(CHART, params=DAYS, timeout=5).ok
