"""What is odd about an answer that is JSON and yet no history: yfinance fails on it in words of its own."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

ACTIONS = {"splits": "split", "dividends": "dividend", "capitalGains": "capital gain"}


def oddity(answer: Any) -> str:
    """The first thing that is odd, in words; empty if nothing is, or the answer is no chart at all."""
    with suppress(ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        return next(_oddities(answer.json()["chart"]["result"][0]), "")
    return ""


def _oddities(result: Mapping[str, Any]) -> Iterator[str]:
    if not all(map(_is_stamp, result.get("timestamp", ()))):
        yield "a bar without a date"
    daily = result["meta"]["dataGranularity"] == "1d"
    if daily and "timestamp" in result and "adjclose" not in result["indicators"]:
        yield "no adjusted closes"  # yfinance takes the closes for them
    for kind, word in ACTIONS.items():
        for action in result.get("events", {}).get(kind, {}).values():
            if not _is_stamp(action.get("date")):
                yield f"a {word} without a date"
    for split in result.get("events", {}).get("splits", {}).values():
        up, down = split.get("numerator"), split.get("denominator")
        if not (_is_share(up) and _is_share(down)):
            yield f"a split of {up}:{down}"


def _is_stamp(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value) and value > 0
