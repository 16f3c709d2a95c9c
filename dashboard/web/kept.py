"""Things that are made once, kept, and shared by everybody who asks for them at the same time."""

from __future__ import annotations

import pickle
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

from dashboard.render.turns import Turns

Made = TypeVar("Made")

AT_ONCE = 2
WAITING = 20  # a server has more threads than that: some are left for what is kept


TURNS = Turns(AT_ONCE, WAITING)


class Kept(Generic[Made]):
    """The last `most` results of `make`, by its arguments; who asks while one is made waits for it.

    What fails is not kept: the next one who asks tries again. Only `AT_ONCE` are made at a time: more
    threads than processors make nothing sooner, and each needs the memory of its own temporary arrays.
    What is kept already is given at once.
    """

    def __init__(self, make: Callable[..., Made], most: int) -> None:
        self._make, self._most = make, most
        self._kept: OrderedDict[tuple[Hashable, ...], Future[Made]] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, *key: Hashable) -> Made:
        if (future := self._found(key)) is None:
            with TURNS.one():  # before anybody can wait for this one: whoever is waited for has a turn
                future, new = self._found_or_begun(key)
                if new:
                    self._fulfil(key, future)
        return future.result()

    def _found(self, key: tuple[Hashable, ...]) -> Future[Made] | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _found_or_begun(self, key: tuple[Hashable, ...]) -> tuple[Future[Made], bool]:
        with self._lock:
            if future := self._kept.get(key):
                return future, False
            future = self._kept[key] = Future()
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return future, True

    def _fulfil(self, key: tuple[Hashable, ...], future: Future[Made]) -> None:
        try:
            future.set_result(self._make(*key))
        except BaseException as error:
            with self._lock:
                self._kept.pop(key, None)
            future.set_exception(error)


class Packed(Generic[Made]):
    """The same, for large things: kept as compressed bytes, a tenth of the memory, and unpacked for who asks.

    A page of charts is some ten thousand small objects. Kept as such among those that come and go, they
    hold much more memory than their own.
    """

    def __init__(self, make: Callable[..., Made], most: int) -> None:
        self._kept = Kept(lambda *key: zlib.compress(pickle.dumps(make(*key)), 1), most)

    def __call__(self, *key: Hashable) -> Made:
        made: Made = pickle.loads(zlib.decompress(self._kept(*key)))
        return made
