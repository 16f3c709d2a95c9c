"""What is found of each event, until the event, the prices or the program change."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path


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
    """Findings by event: those of bundled events on bundled prices come with them, others are kept."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[str, str]] = {}
        self._finding = threading.RLock()

    def known(self, slug: str) -> bool:
        """Whether something was found of an event before, on whatever prices."""
        from data.bundled.findings import findings
        from data.store.findings import Findings
        from data.store.place import findings_folder

        return slug in self._found or slug in findings() or bool(Findings(findings_folder()).read(slug)[0])

    def text(self, slug: str, event: str, prices: str, find: Callable[[str | None], str]) -> str:
        """What was found of an event as it is written, on some prices; else what `find` says.

        `find` is given what was found on the prices before, where nothing but the prices has changed.
        """
        from data.bundled.findings import findings

        bundled, text = findings().get(slug, ("", ""))
        if bundled == f"{event} {prices}":
            return text
        state = f"{event} {prices} {program()}"
        known, kept = self._found.get(slug, ("", ""))
        if known == state:
            return kept
        with self._finding:  # whoever else asks meanwhile finds it made
            first = text if _event(bundled) == event else None
            self._found[slug] = state, self._kept(slug, state, find, first)
        return self._found[slug][1]

    def _kept(self, slug: str, state: str, find: Callable[[str | None], str], first: str | None) -> str:
        from data.store.findings import Findings
        from data.store.place import findings_folder

        findings = Findings(findings_folder())
        known, text = findings.read(slug)
        if known != state:
            text = find(text if _apart(known) == _apart(state) else first)
            findings.write(slug, state, text)
        return text


def _event(bundled: str) -> str:
    return bundled.split(" ")[0]


def _apart(state: str) -> tuple[str, ...]:
    """A state without its prices."""
    return tuple(state.split(" ")[::2])
