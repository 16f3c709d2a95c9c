"""A PostgreSQL connection that waits no longer than it may, also for a server that is frozen.

A frozen server takes what it is sent and never answers: neither its own statement time-out nor TCP ends that.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from typing import Any, Self

import psycopg
from psycopg.waiting import Ready

from data.store.database import ANSWER_SECONDS

GRACE = 2.0  # the server's own time-out comes first: the connection is whole after it
AT_ONCE = 1.0  # after an answer that did not come, a new connection is the pool's second try
_waited = threading.local()  # when this thread last waited in vain


class Bounded(psycopg.Connection[Any]):
    """Raises OperationalError and closes itself when an answer takes too long."""

    limit = ANSWER_SECONDS + GRACE

    @classmethod
    def connect(cls, *arguments: Any, **named: Any) -> Self:
        """Connect; not where this thread has just waited in vain, for it would wait as long again."""
        since = time.monotonic() - vars(_waited).pop("at", float("-inf"))
        if since < AT_ONCE:
            raise psycopg.OperationalError(f"no answer within {cls.limit:.0f} seconds")
        return super().connect(*arguments, **named)

    def wait(self, gen: Any, *arguments: Any, **named: Any) -> Any:
        """Wait for what a generator of psycopg asks for."""
        return super().wait(self._until(gen, time.monotonic() + self.limit), *arguments, **named)

    def _until(self, gen: Any, end: float) -> Generator[Any, Any, Any]:
        """The same generator, ended when time is up; it is woken a few times a second."""
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if ready == Ready.NONE and time.monotonic() > end:
                    self.pgconn.finish()
                    _waited.at = time.monotonic()
                    raise psycopg.OperationalError(f"no answer within {self.limit:.0f} seconds")
                wanted = gen.send(ready)
        except StopIteration as done:
            return done.value
