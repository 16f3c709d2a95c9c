"""Claims on the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.commands.conftest import Run


def test_every_reported_claim_has_a_verdict(document: Callable[..., Any], run: Run) -> None:
    claims = document("reported")
    assert list(claims[0]) == [
        *("id", "source", "symbol", "basis", "qualifier", "reported", "close", "low", "high", "open"),
        *("abnormal_return", "verdict", "reason"),
    ]
    assert {str(number) for number in range(1, 12)} <= {claim["id"] for claim in claims}
    assert all(claim["verdict"] and claim["reason"] for claim in claims)
    asml = next(claim for claim in claims if claim["id"] == "6")
    assert (asml["verdict"], round(asml["close"], 4)) == ("seen_intraday", -0.0701)
    assert "Seen during the day" in run("reported").out
