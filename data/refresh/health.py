"""What monitors ask: is the process alive, and can it serve its pages?"""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Callable

from analysis.market.errors import EventStudyError
from data.store.runs import REMEMBERED_RUNS, open_reasons
from data.store.store import Store

LOG = logging.getLogger("aftershock")

BRACKETS = re.compile(r"\s*\([^()]*(\([^()]*\)[^()]*)*\)")
PLACES = re.compile(
    r"\S*[/\\]\S*"  # paths and addresses
    r"|\b(\d{1,3}\.){3}\d{1,3}(:\d+)?\b|(?<![\w.])([\da-f]{0,4}:){3,}[\da-f]*"  # addresses of machines
    r"|\b([\w-]+\.)+([a-z][a-z-]+|(?i:com|net|org|local|internal|corp))(:\d+)?\b"  # hosts, not symbols
    r"|\b[A-Za-z][\w-]*:\d{2,5}\b|(?<=host: )\S+|(?<=host name )\S+|[\w-]+(?= port \d)"  # those of one word
)


def alive() -> tuple[bool, str]:
    """Whether the process answers; says nothing about its data."""
    return True, "alive"


def ready(
    store: Callable[[], Store], oldest: dt.timedelta | None = None, today: dt.date | None = None
) -> tuple[bool, str]:
    """Whether a snapshot can be read, undamaged and not older than `oldest`, and one sentence about it.

    The sentence holds no path and no host: anybody may ask. The log has them.

    `store` opens the store, so that one which cannot be opened is an answer, not an error.
    """
    try:
        opened = store()
        snapshot = opened.latest()
        opened.frame(opened.holdings(snapshot)[0])
        reasons = open_reasons(opened.runs(REMEMBERED_RUNS))
    except EventStudyError as error:
        LOG.error("not ready: %s", error)
        return False, "the prices cannot be read; the server's log says why"
    said = f"snapshot {snapshot.id}, prices to {snapshot.as_of}"
    age = (today or dt.datetime.now(dt.timezone.utc).date()) - snapshot.as_of
    if oldest is not None and age > oldest:
        return False, f"{said}: {age.days} days old, and allowed are {oldest.days}"
    stale = "".join(f"\nnot fresh: {symbol}: {public(reason)}" for symbol, reason in reasons.items())
    return True, said + stale


def public(sentence: str) -> str:
    """A sentence for strangers: without details in brackets, and with an ellipsis for paths and hosts."""
    return PLACES.sub("…", BRACKETS.sub("", sentence))
