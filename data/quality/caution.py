"""A caution: what a reader must know about the prices behind a result."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.quality.moves import JUMP_DEVIATIONS, JUMP_RETURN


@dataclass(frozen=True, slots=True)
class Caution:
    """Something odd about the prices of one symbol.

    Parameters
    ----------
    symbol, kind : str
        `kind` is a key of `KINDS`.
    sentence : str
        One sentence that names the symbol, the date and the size.
    date : datetime64[D], optional
        The session concerned, or the first of them; None if it is the whole series.
    size : float, optional
        The return of that session, decimal.
    deviations : float, optional
        The size in usual (robust) deviations of the symbol's log returns.
    severe : bool
        Whether the symbol is left out unless a reader accepts it.
    doubtful : bool
        Whether it casts doubt on the whole series, so that it stands before the result.
    spanning : tuple of datetime64[D]
        Sessions whose returns span two, which counts in a window of events.
    """

    symbol: str
    kind: str
    sentence: str
    date: np.datetime64 | None = None
    size: float | None = None
    deviations: float | None = None
    severe: bool = False
    doubtful: bool = False
    spanning: tuple[np.datetime64, ...] = ()


KINDS = {
    "returns": "Levels that look like returns",
    "constant": "A price that stands still",
    "constant_growth": "A price that always grows by the same rate",
    "spacing": "Weekly, monthly or other bars that are not daily",
    "shifted": "Dates that lie a day or a session early or late",
    "weekend": "Sessions on a weekend",
    "closed_days": "Bars of days on which the exchange was closed",
    "no_row": "Days without a row of the benchmark on which firms have prices",
    "stale": "Bars copied from the day before",
    "impossible": "Impossible prices",
    "unit": "A price in another unit",
    "split": "A split that was not applied",
    "jump": "A jump",
}


def decisive(
    caution: Caution, first: np.datetime64, last: np.datetime64, start: np.datetime64 | None = None
) -> bool:
    """Whether a caution can decide a result that uses the sessions from `first` to `last`.

    So can a move between them, both included, beyond 25 % and beyond 8 usual deviations; and what makes
    a whole series doubtful; and a return over two sessions in the window of the event, from `start`.
    """
    if caution.spanning:
        return any((first if start is None else start) <= day <= last for day in caution.spanning)
    if caution.size is None or caution.deviations is None:
        return caution.severe or caution.doubtful
    assert caution.date is not None
    large = abs(caution.size) > JUMP_RETURN and caution.deviations > JUMP_DEVIATIONS
    return bool(large and first <= caution.date <= last)
