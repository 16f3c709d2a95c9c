"""Instruments by name or ticker, as Yahoo knows them: for a reader who waits for suggestions."""

from __future__ import annotations

import functools
import time

from data.yahoo.client import connection, one_at_a_time
from data.yahoo.policy import FetchPolicy

PATIENCE = 4.0  # seconds: who types does not wait longer
REST = 60.0  # seconds without a question after one that failed
MOST, LONGEST = 6, 100
KINDS = ("EQUITY", "ETF", "INDEX", "FUTURE", "MUTUALFUND")

_failed = [-REST]  # when the last question failed, on the clock of `time.monotonic`
_session = functools.cache(connection)  # one of its own: a refresh counts its failures on the other


def search(text: str, policy: FetchPolicy | None = None) -> list[tuple[str, str]]:
    """Symbols and names that Yahoo finds for a text; none without a network, or while a refresh asks."""
    if time.monotonic() - _failed[0] < REST or not one_at_a_time.acquire(timeout=1.0):
        return []
    try:
        return _asked(text, policy or FetchPolicy())
    except Exception:  # whatever it is, suggestions are no reason to fail
        _failed[0] = time.monotonic()
        return []
    finally:
        one_at_a_time.release()


def _asked(text: str, policy: FetchPolicy) -> list[tuple[str, str]]:
    import yfinance

    session = _session(policy.cache)
    session.begin(policy, policy.clock() + PATIENCE)
    answer = yfinance.Search(
        text, max_results=MOST, news_count=0, lists_count=0, include_cb=False, recommended=0,
        session=session, timeout=PATIENCE,
    )  # fmt: skip
    quotes = [one for one in answer.quotes[:MOST] if one.get("quoteType") in KINDS]
    return [(str(one["symbol"]), _name(one)) for one in quotes if _is_symbol(one["symbol"])]


def _name(quote: dict[str, object]) -> str:
    name = quote.get("longname") or quote.get("shortname") or quote["symbol"]
    return " ".join(str(name).split())[:LONGEST]


def _is_symbol(given: object) -> bool:
    return isinstance(given, str) and 0 < len(given) <= 20 and given.isprintable() and " " not in given
