"""Who may work now, who waits, and who is told to come later."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from analysis.market.errors import BusyError


class Turns:
    """Lets `most` threads work at a time, and `queue` more wait; who has a turn keeps it for what it calls.

    A server's threads are the bound of all queues together: those that wait here answer nothing else.
    """

    def __init__(self, most: int, queue: int) -> None:
        self._free, self._thread = threading.Semaphore(most), threading.local()
        self._count, self.queue = threading.Lock(), queue
        self._most, self.working, self.waiting = most, 0, 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """Work that takes a turn; BusyError if too many wait already."""
        if getattr(self._thread, "works", False):
            yield
            return
        self._line_up()
        with self._free:
            self._note(waiting=-1, working=1)
            self._thread.works = True
            try:
                yield
            finally:
                self._thread.works = False
                self._note(working=-1)

    def room(self) -> None:
        """Nothing where one more may wait, else BusyError: to be asked before work that would be in vain."""
        if self.working + self.waiting >= self._most + self.queue:
            raise BusyError(
                "too many ask for the same kind of thing at the moment; try again in some seconds"
            )

    def _line_up(self) -> None:
        with self._count:
            self.room()
            self.waiting += 1

    def _note(self, waiting: int = 0, working: int = 0) -> None:
        with self._count:
            self.waiting, self.working = self.waiting + waiting, self.working + working
