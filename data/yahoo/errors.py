"""How a fetch can fail: one error, and a table of causes that says what happened and what to do."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from analysis.market.errors import DataError


@dataclass(frozen=True, slots=True)
class Cause:
    """A way to fail: what happened, what to do, and what may help.

    Parameters
    ----------
    retryable : bool
        Whether asking again may help.
    altogether : bool
        Whether other symbols will hardly fare better.
    """

    sentence: str
    advice: str
    retryable: bool = True
    altogether: bool = False


CAUSES: Mapping[str, Cause] = {
    "rate_limited": Cause(
        "Yahoo refused: too many requests",
        "wait, then refresh again; a longer AFTERSHOCK_FETCH_PAUSE helps",
        altogether=True,
    ),
    "server_error": Cause(
        "Yahoo's server failed", "refresh again later; nothing is wrong on this side", altogether=True
    ),
    "bad_answer": Cause(
        "Yahoo's answer could not be read", "refresh again; if it stays so, look for a newer yfinance"
    ),
    "other_symbol": Cause("Yahoo answered about another symbol", "refresh again; check for a new symbol"),
    "empty": Cause("Yahoo sent no bars", "check the period; the listing may have ended"),
    "unknown_symbol": Cause("Yahoo knows no such symbol", "check its spelling and suffix", retryable=False),
    "forbidden": Cause(
        "Yahoo refused access", "refresh again later; Yahoo may block this address", altogether=True
    ),
    "refused": Cause("Yahoo refused the request", "check the symbol and the period", retryable=False),
    "too_large": Cause("Yahoo's answer is larger than any history", "refresh again later", retryable=False),
    "timeout": Cause(
        "no whole answer in time",
        "check the connection; AFTERSHOCK_FETCH_TIMEOUT sets the patience",
        altogether=True,
    ),
    "connection": Cause(
        "Yahoo could not be reached", "check the network and the proxy settings", altogether=True
    ),
    "tls": Cause(
        "the server's certificate is not trusted",
        "check this computer's clock; behind a proxy name its certificates in REQUESTS_CA_BUNDLE",
        retryable=False,
        altogether=True,
    ),
    "given_up": Cause(
        "not asked for, as Yahoo failed for the symbols before", "see their messages", retryable=False
    ),
    "budget": Cause(
        "the time for this refresh is used up",
        "refresh again; AFTERSHOCK_FETCH_BUDGET sets the seconds",
        retryable=False,
    ),
    "cache": Cause(
        "yfinance's notes on time zones cannot be used",
        "delete their directory, var/yahoo or what AFTERSHOCK_FETCH_CACHE names",
        retryable=False,
    ),
    "unexpected": Cause("yfinance failed", "report this with the version of yfinance", retryable=False),
}


class FetchError(DataError):
    """A symbol that could not be fetched.

    Attributes
    ----------
    symbol : str
    cause : str
        Key of `CAUSES`.
    retryable : bool
        Whether asking again may help.
    retry_after : float or None
        Seconds that Yahoo asks to wait.
    """

    def __init__(self, symbol: str, cause: str, detail: str = "", retry_after: float | None = None) -> None:
        entry = CAUSES[cause]
        wait = f"; Yahoo asks to wait {retry_after:.0f} s" if retry_after is not None else ""
        super().__init__(
            f"{symbol}: {entry.sentence}{f' ({detail})' if detail else ''}{wait}; {entry.advice}"
        )
        self.symbol, self.cause, self.retryable, self.retry_after = (
            symbol,
            cause,
            entry.retryable,
            retry_after,
        )


def explained(symbol: str, error: Exception, answer: Any = None) -> FetchError:
    """Which cause of `CAUSES` an exception is; `answer` is Yahoo's latest about prices, if there was one."""
    from curl_cffi.requests import exceptions as curl
    from peewee import DatabaseError
    from yfinance import exceptions as yahoo

    from data.yahoo.session import RENEWABLE, OutOfTimeError, TooLargeError

    if isinstance(error, curl.HTTPError) and error.response is not None:
        return _refused(symbol, error.response)
    if answer is not None and answer.status_code in RENEWABLE:
        return _refused(symbol, answer)
    causes: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
        (OutOfTimeError, "budget"),
        (TooLargeError, "too_large"),
        (DatabaseError, "cache"),
        (curl.Timeout, "timeout"),
        ((curl.SSLError, curl.CertificateVerifyError), "tls"),
        ((json.JSONDecodeError, RecursionError), "bad_answer"),
        (curl.RequestException, "connection"),
        (yahoo.YFRateLimitError, "rate_limited"),
        (yahoo.YFPricesMissingError, "empty"),
        (yahoo.YFTzMissingError, "unknown_symbol"),
        (yahoo.YFDataException, "server_error"),
        ((KeyError, IndexError, TypeError, AttributeError), "bad_answer"),
    )
    cause = next((cause for kind, cause in causes if isinstance(error, kind)), "unexpected")
    return FetchError(symbol, cause, _detail(error) if cause in ("connection", "cache", "unexpected") else "")


def _detail(error: Exception) -> str:
    """An error's own words in short."""
    return f"{type(error).__name__}: {str(error).partition('. See http')[0]}"[:160]


def _refused(symbol: str, answer: Any) -> FetchError:
    """The error of an answer whose status says no."""
    status = answer.status_code
    cause = {429: "rate_limited", 404: "unknown_symbol", 401: "forbidden", 403: "forbidden"}.get(
        status, "server_error" if status >= 500 else "refused"
    )
    try:
        said = answer.json()["chart"]["error"]["description"]
    except (ValueError, KeyError, TypeError):
        said = ""
    detail = f"HTTP {status}: {said}" if said else f"HTTP {status}"
    return FetchError(symbol, cause, detail, seconds_to_wait(answer.headers))


def seconds_to_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds that the header Retry-After asks for, given as such or as a date (RFC 9110, 10.2.3)."""
    asked = headers.get("Retry-After")
    if asked is None:
        return None
    try:
        if asked.strip().isdigit():
            return float(asked)
        # the server's own clock where it tells: ours may be wrong
        now = headers.get("Date")
        sent = parsedate_to_datetime(now) if now else dt.datetime.now(dt.timezone.utc)
        return max(0.0, (parsedate_to_datetime(asked) - sent).total_seconds())
    except (ValueError, TypeError):
        return None
