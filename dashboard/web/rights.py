"""Who may make events of their own on a server, and how often."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

MOST_ADDRESSES = 4_096


@dataclass(frozen=True, slots=True)
class Rights:
    """Who may make events here.

    Parameters
    ----------
    mode : str
        ``private``: the reader owns the server, all events are listed and need no secret; ``open``: an event
        is known by its id and changed by its secret; ``off``.
    token : str
        A password for those who make events, or empty.
    """

    mode: str = "off"
    token: str = ""

    @property
    def private(self) -> bool:
        """Whether the reader owns the server."""
        return self.mode == "private"


@dataclass(eq=False)
class Limits:
    """How often one address has asked."""

    now: Callable[[], float] = time.monotonic
    _asked: OrderedDict[tuple[str, int], deque[float]] = field(default_factory=OrderedDict)

    def passes(self, address: str, limit: tuple[int, float]) -> bool:
        """Whether one more is allowed; it is counted if so."""
        most, span = limit
        key, now = (address, most), self.now()
        times = self._asked.pop(key, deque())
        while times and now - times[0] > span:
            times.popleft()
        self._asked[key] = times
        while len(self._asked) > MOST_ADDRESSES:
            self._asked.popitem(last=False)
        if len(times) >= most:
            return False
        times.append(now)
        return True
