"""The connection that yfinance is given: every request paced, every wait limited, every refusal raised."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, Any

from curl_cffi import requests
from curl_cffi.curl import CURL_WRITEFUNC_ERROR

if TYPE_CHECKING:
    from data.yahoo.policy import FetchPolicy

CHART = "/v8/finance/chart/"
COOKIE_HOST = "https://fc.yahoo.com"  # answers 404 and sets the cookie: its status says nothing
RENEWABLE = (401, 403)  # yfinance renews cookie and crumb on these and asks again


MOST_BYTES = 8 * 1024 * 1024  # unpacked; sixty years of days take less than 3 MB


class TooLargeError(Exception):
    """An answer is larger than any history."""


class OutOfTimeError(TimeoutError):
    """The time for the whole refresh is used up."""


class PoliteSession(requests.Session):  # type: ignore[type-arg]
    """A curl_cffi session that keeps to a `FetchPolicy`.

    yfinance waits 10 s for a time zone and 30 s for a cookie whatever its caller says, asks a server
    that refused three times over, and forgets the header Retry-After. Here each request waits
    its turn, ends after `policy.timeout` seconds or at `deadline`, and raises on refusal.

    Attributes
    ----------
    policy : FetchPolicy
    deadline : float
        When to give up, on `policy.clock`.
    failed : int
        Symbols in a row for which Yahoo failed altogether, since the refresh began.
    in_vain : set of str
        Addresses for cookie and crumb that failed since then; bars come without, so they are left alone.
    answer : Response or None
        Yahoo's latest answer about a chart.
    """

    policy: FetchPolicy
    deadline: float = -math.inf
    failed: int = 0
    in_vain: set[str]
    answer: requests.Response | None = None
    _turn: float = 0.0

    def begin(self, policy: FetchPolicy, deadline: float) -> None:
        """Keep to a policy; a deadline other than before is a new refresh."""
        if deadline != self.deadline:
            self.failed = 0
            self.in_vain = set()
        self.policy, self.deadline = policy, deadline

    def request(self, method: Any, url: str, *rest: Any, **options: Any) -> Any:
        """Send a request; curl_cffi's errors and OutOfTimeError are raised."""
        about_prices = CHART in url
        if about_prices:
            self.answer = None
            self._await_turn()
        elif (address := url.partition("?")[0]) in self.in_vain:
            raise requests.exceptions.ConnectionError(f"{address} failed before in this refresh")
        options["timeout"] = self._limit()
        try:
            answer = self._bounded(method, url, *rest, **options)
            if about_prices:
                self.answer = answer
            if not (url.startswith(COOKIE_HOST) or answer.status_code in RENEWABLE):
                answer.raise_for_status()
        except requests.exceptions.RequestException:
            if not about_prices:
                self.in_vain.add(address)
            raise
        return answer

    def _bounded(self, *request: Any, **options: Any) -> Any:
        """An answer of at most `MOST_BYTES`, counted as they are unpacked; the rest is not read."""
        parts: list[bytes] = []
        left = MOST_BYTES

        def take(part: bytes) -> int:
            nonlocal left
            left -= len(part)
            if left < 0:
                return CURL_WRITEFUNC_ERROR
            parts.append(part)
            return len(part)

        try:
            answer = super().request(*request, **{**options, "content_callback": take})
        except requests.exceptions.RequestException as error:
            if left < 0:
                raise TooLargeError from error
            raise
        answer.content = b"".join(parts)
        return answer

    def _await_turn(self) -> None:
        clock, wait = self.policy.clock, self._turn - self.policy.clock()
        if wait > 0:
            self.policy.sleep(min(wait, self.policy.pause + self.policy.jitter))
        self._turn = clock() + self.policy.pause + random.uniform(0, self.policy.jitter)

    def _limit(self) -> float:
        left = self.deadline - self.policy.clock()
        if left <= 0:
            raise OutOfTimeError
        return min(self.policy.timeout, left)
