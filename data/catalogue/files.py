"""The files of the event catalogue, before any of them is read."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

EVENTS = Path(__file__).parents[1] / "events"
KEPT = 1024  # files: more than a catalogue has, so that pages never read one twice


def events(directory: Path = EVENTS) -> dict[str, Path]:
    """Catalogue files by slug, in order of their names."""
    return {path.stem: path for path in sorted(directory.glob("*.toml"))}


def fingerprint(path: Path) -> str:
    """The SHA-256 of a file, read again when it changes."""
    state = path.stat()
    return _fingerprint(path, state.st_mtime_ns, state.st_size)


@lru_cache(KEPT)
def _fingerprint(path: Path, changed: int, size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
