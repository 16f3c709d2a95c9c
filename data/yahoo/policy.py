"""How patient and how polite the fetcher is."""

from __future__ import annotations

import math
import os
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from analysis.market.errors import DataError
from data.yahoo.errors import FetchError

if TYPE_CHECKING:
    import tenacity

DEFAULT_CACHE = Path(__file__).resolve().parents[2] / "var" / "yahoo"
LONGEST_BACKOFF = 60.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """How patient and how polite the fetcher is; all in seconds, `attempts` a count.

    Parameters
    ----------
    pause, jitter : float
        Between two requests pass `pause` seconds and up to `jitter` more.
    attempts : int
        How often a symbol is asked for before it is given up.
    backoff : float
        Wait before the second attempt; doubles with each further one, to at most a minute.
        The server's Retry-After goes before it.
    timeout : float
        For one request, from connecting to the last byte.
    budget : float
        For a whole refresh.
    cache : Path
        Where yfinance keeps time zones and its cookie; the first fetch of a process decides.

    Raises
    ------
    DataError
        If a value is negative, or no attempt or no time is allowed.
    """

    pause: float = 0.5
    jitter: float = 0.5
    attempts: int = 4
    backoff: float = 2.0
    timeout: float = 20.0
    budget: float = 900.0
    cache: Path = DEFAULT_CACHE
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False, compare=False)
    clock: Callable[[], float] = field(default=time.monotonic, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name in ("pause", "jitter", "backoff", "attempts", "timeout", "budget"):
            value = getattr(self, name)
            optional = name in ("pause", "jitter", "backoff")
            if not math.isfinite(value) or value < 0 or (value == 0 and not optional):
                allowed = "0 or more" if optional else "more than 0"
                raise DataError(f"fetch policy: {name} is {value}; allowed: {allowed}")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> FetchPolicy:
        """The policy with what AFTERSHOCK_FETCH_PAUSE, _JITTER, _ATTEMPTS ... _CACHE say; else DataError."""
        read = {"attempts": int, "cache": Path}
        chosen: dict[str, Any] = {}
        for entry in fields(cls):
            name = f"AFTERSHOCK_FETCH_{entry.name.upper()}"
            if entry.name in ("sleep", "clock") or name not in environ:
                continue
            try:
                chosen[entry.name] = read.get(entry.name, float)(environ[name])
            except ValueError:
                raise DataError(f"{name}={environ[name]!r} is no number; give seconds, or unset it") from None
        return cls(**chosen)

    def deadline(self) -> float:
        """When a refresh that begins now has to end, on `clock`."""
        return self.clock() + self.budget

    def patiently(self, attempt: Callable[[], T], deadline: float) -> T:
        """What `attempt` returns; it is called again after a FetchError that may pass.

        Between attempts lies what the server asked for by Retry-After, else the back-off. The last error
        is raised after `attempts`, or as soon as the wait would reach `deadline`.
        """
        import tenacity

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(lambda e: isinstance(e, FetchError) and e.retryable),
            stop=lambda state: (
                state.attempt_number >= self.attempts or self.clock() + state.upcoming_sleep >= deadline
            ),
            wait=self._wait,
            sleep=self.sleep,
            reraise=True,
        )
        return retrying(attempt)

    def _wait(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, FetchError) else None
        doubled = min(self.backoff * 2.0 ** (state.attempt_number - 1), LONGEST_BACKOFF)
        return (doubled if asked is None else asked) + random.uniform(0, self.jitter)
