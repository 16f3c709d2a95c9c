"""Where the pages stand on their server: at its root, or below a path that they share it with."""

from __future__ import annotations

import os

PREFIX = "AFTERSHOCK_PREFIX"


def prefix() -> str:
    """The path below which everything stands, such as ``/aftershock``; empty at the root."""
    return os.environ.get(PREFIX, "").rstrip("/")


def rooted(path: str) -> str:
    """The address of a path of ours, as browsers ask for it."""
    return prefix() + path
