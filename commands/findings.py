"""What is found of each event, until the event, the prices or the program change."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.market.errors import LaterError

if TYPE_CHECKING:
    from data.store.findings import Findings

log = logging.getLogger(__name__)

FIRST = 0.5  # seconds for the page that asks, before anything is found in the background


@cache
def program() -> str:
    """What changes when the code does that findings come from."""
    root = Path(__file__).parents[1]
    files = [path for part in ("analysis", "data", "dashboard/views") for path in (root / part).rglob("*.py")]
    states = sorted(
        f"{file.relative_to(root)} {(s := file.stat()).st_mtime_ns} {s.st_size}" for file in files
    )
    return sha256("\n".join(states).encode()).hexdigest()[:16]


class Found:
    """Findings by event: those of bundled events on bundled prices come with them, others are kept.

    `made` counts what was found in the background.
    """

    def __init__(self) -> None:
        self.made = 0
        self._found: dict[str, tuple[str, str]] = {}
        self._finding = threading.RLock()
        self._lock, self._at_work = threading.Lock(), False
        self._due: dict[str, tuple[str, Callable[[], str]]] = {}
        self._failed: dict[str, str] = {}

    def known(self, slug: str) -> bool:
        """Whether something was found of an event before, on whatever prices."""
        from data.bundled.findings import findings

        return slug in findings() or bool(_files().read(slug)[0])

    def text(self, slug: str, event: str, prices: str, find: Callable[[str | None], str]) -> str:
        """What was found of an event as it is written, on some prices; else what `find` says.

        `find` is given what was found on the prices before, where nothing but the prices has changed.
        """
        if text := self._at_hand(slug, event, prices):
            return text
        with self._finding:  # whoever else asks meanwhile finds it made
            if text := self._at_hand(slug, event, prices):
                return text
            text = find(self._before(slug, event))
            state = _state(event, prices)
            _files().write(slug, state, text)
            self._found[slug] = state, text
        return text

    def by_now(self, slug: str, event: str, prices: str, find: Callable[[], str]) -> tuple[str, bool]:
        """What is at hand of an event, and whether it is of these prices; else `find` runs in the background.

        Empty where nothing is at hand. What failed there is tried in sight, so that who asks hears why.
        """
        state = _state(event, prices)
        if self._due.get(slug, ("",))[0] == state:
            return self._last(slug), False
        if text := self._at_hand(slug, event, prices):
            return text, True
        if self._failed.get(slug) == state:
            return find(), True
        with self._lock:
            self._due[slug] = state, find
            begun, self._at_work = self._at_work, True
        if not begun:
            threading.Thread(target=self._work, name="found-later", daemon=True).start()
        return self._last(slug), False

    def _work(self) -> None:
        """Find what is due, half of the time: pages are made meanwhile."""
        time.sleep(FIRST)
        while due := self._next():
            slug, state, find = due
            began = time.monotonic()
            try:
                find()
            except LaterError:
                pass  # whoever asks next begins anew
            except Exception as error:
                log.warning("nothing was found of %s: %s", slug, error)
                self._failed[slug] = state
            self.made += 1
            time.sleep(time.monotonic() - began)

    def _next(self) -> tuple[str, str, Callable[[], str]] | None:
        with self._lock:
            self._at_work = bool(self._due)
            return (slug := next(iter(self._due)), *self._due.pop(slug)) if self._due else None

    def _at_hand(self, slug: str, event: str, prices: str) -> str:
        """What was found of an event on some prices; empty where nothing was."""
        from data.bundled.findings import findings

        bundled, text = findings().get(slug, ("", ""))
        if bundled == f"{event} {prices}":
            return text
        state = _state(event, prices)
        if self._found.get(slug, ("", ""))[0] != state:
            self._found[slug] = _files().read(slug)
        known, text = self._found[slug]
        return text if known == state else ""

    def _last(self, slug: str) -> str:
        """What was found of an event last, by whatever program; empty where nothing was."""
        from data.bundled.findings import findings

        return self._found.get(slug, ("", ""))[1] or findings().get(slug, ("", ""))[1]

    def _before(self, slug: str, event: str) -> str | None:
        """What this program found of an event as it is written, on whatever prices came before."""
        from data.bundled.findings import findings

        known, text = self._found.get(slug, ("", ""))
        if known.split(" ")[::2] == [event, program()]:
            return text
        bundled, text = findings().get(slug, ("", ""))
        return text if bundled.split(" ")[0] == event else None


def _state(event: str, prices: str) -> str:
    return f"{event} {prices} {program()}"


def _files() -> Findings:
    from data.store.findings import Findings
    from data.store.place import findings_folder

    return Findings(findings_folder())
