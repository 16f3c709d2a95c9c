"""Errors of Aftershock. Each message is one line: what was found, where, and what is allowed.

::

    EventStudyError
    ├── DesignError        a choice that cannot be computed: windows, model, day 0
    │   └── NothingToStudyError  not one of the firms can be studied
    ├── UnknownNameError   an event, symbol, model, test or snapshot that does not exist
    ├── DataError          prices or files that cannot be used
    │   └── UndecidedError until a reader decides on them
    └── LaterError         nothing is wrong with what was asked; it can be answered later
        ├── StoreError     the price store cannot be used now (a DataError too)
        └── BusyError      too many ask at once
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Literal

MOST_LISTED = 80  # names in one message


def some_of(names: Iterable[str], most: int = 3) -> str:
    """The first names, and how many more there are."""
    known = sorted(names)
    more = f" and {len(known) - most:,} more" if len(known) > most else ""
    return ", ".join(known[:most]) + more


class EventStudyError(Exception):
    """Base of every error that a user can cause or meet."""


class DesignError(EventStudyError):
    """A study design that cannot be computed on the data at hand."""


class NothingToStudyError(DesignError):
    """Not one of the firms can be studied; `reasons` says why, by symbol."""

    def __init__(self, message: str, reasons: Mapping[str, str]) -> None:
        super().__init__(message)
        self.reasons = dict(reasons)


class DataError(EventStudyError):
    """Prices, files or answers from outside that cannot be used."""


def to_be_told(error: DataError) -> DataError:
    """An error to keep and tell later, without the frames it came through: they hold what was read."""
    error.__context__ = None
    return error.with_traceback(None)


class UndecidedError(DataError):
    """Prices that cannot be used until a reader decides.

    Parameters
    ----------
    sentence : str
        What is wrong; who asks the reader adds how to answer.
    question : str
        ``dates`` (does the day or the month stand first?) or ``accept`` (are the prices right as they are?).
    symbol : str
        Whose prices, where that matters.
    """

    def __init__(self, sentence: str, question: Literal["dates", "accept"], symbol: str = "") -> None:
        super().__init__(sentence, question, symbol)
        self.question, self.symbol = question, symbol

    def __str__(self) -> str:
        return str(self.args[0])


class LaterError(EventStudyError):
    """What cannot be answered now, whatever is asked."""


class StoreError(DataError, LaterError):
    """The price store cannot be used now, whatever is asked of it."""


class BusyError(LaterError):
    """Too many ask at once."""


class UnknownNameError(EventStudyError):
    """A name that is not known; the message lists what is, or the first of very many."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        same = [known for known in names if known.lower() == name.lower()]
        close = same or get_close_matches(name, names, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        more = f" and {len(names) - MOST_LISTED:,} more" if len(names) > MOST_LISTED else ""
        listed = ", ".join(names[:MOST_LISTED]) or "none"
        super().__init__(f"unknown {kind} {name!r}.{hint} Known: {listed}{more}.")
