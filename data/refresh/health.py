"""What monitors ask: is the process alive, and can it serve its pages?"""

from __future__ import annotations

import re
from collections.abc import Callable

from analysis.market.errors import EventStudyError
from data.store.runs import REMEMBERED_RUNS, open_reasons
from data.store.store import Store

PRIVATE = re.compile(
    r"\s*\([^()]*(\([^()]*\)[^()]*)*\)"  # brackets
    r"|\S*[/\\]\S*"  # paths and addresses
    r"|\b[\w-]+(\.[\w-]+)*\.(com|net|org|local|\d+)(:\d+)?\b(?! %)"  # hosts
)


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
        reasons = open_reasons(opened.runs(REMEMBERED_RUNS))
    except EventStudyError as error:
        return False, public(str(error))
    stale = "".join(f"\nnot fresh: {symbol}: {public(reason)}" for symbol, reason in reasons.items())
    return True, f"snapshot {snapshot.id}, prices to {snapshot.as_of}{stale}"


def public(sentence: str) -> str:
    """A sentence without what strangers need not know: details in brackets, paths, hosts and addresses."""
    return PRIVATE.sub("", sentence)
