"""What monitors ask: is the process alive, and can it serve its pages?"""

from __future__ import annotations

from collections.abc import Callable

from analysis.market.errors import EventStudyError
from data.store.store import Store


def alive() -> tuple[bool, str]:
    """Whether the process answers; says nothing about its data."""
    return True, "alive"


def ready(store: Callable[[], Store]) -> tuple[bool, str]:
    """Whether a snapshot can be read and its bars are undamaged, and one sentence about it.

    `store` opens the store, so that one which cannot be opened is an answer, not an error.
    """
    try:
        opened = store()
        snapshot = opened.latest()
        opened.frame(opened.holdings(snapshot)[0])
    except EventStudyError as error:
        return False, str(error)
    return True, f"snapshot {snapshot.id}, prices to {snapshot.as_of}"
