"""What changed between two snapshots, symbol by symbol."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.store.store import Store
from data.store.stored import Holding, Snapshot


@dataclass(frozen=True, slots=True)
class Change:
    """How one series differs between an older and a newer snapshot.

    Parameters
    ----------
    kind : str
        ``daily``, ``hourly`` or ``actions``.
    added, removed, rewritten : int
        Rows that only the newer has, only the older has, and both have with other numbers.
    largest : float
        Largest relative change of a rewritten number, decimal.
    """

    symbol: str
    kind: str
    added: int
    removed: int
    rewritten: int
    largest: float = 0.0

    @property
    def sentence(self) -> str:
        """The change in words."""
        rows = f"{self.added:,} added, {self.removed:,} removed, {self.rewritten:,} rewritten"
        visible = f"{self.largest:.2%}".replace("%", " %")
        return rows if visible == "0.00 %" else f"{rows}, a number by up to {visible}"


def compare(store: Store, older: Snapshot, newer: Snapshot) -> tuple[Change, ...]:
    """What differs between two snapshots, by symbol; series that are the same are not read."""
    before, after = ({(held.symbol, held.kind): held for held in store.holdings(s)} for s in (older, newer))
    return tuple(_changes(store, before, after))


Held = dict[tuple[str, str], Holding]


def _changes(store: Store, before: Held, after: Held) -> Iterator[Change]:
    for symbol, kind in sorted(before.keys() | after.keys()):
        old, new = before.get((symbol, kind)), after.get((symbol, kind))
        if old is None or new is None:
            yield Change(symbol, kind, new.rows if new else 0, old.rows if old else 0, 0)
        elif old.series != new.series:
            yield _difference(symbol, kind, store.frame(old), store.frame(new))


def _difference(symbol: str, kind: str, old: pd.DataFrame, new: pd.DataFrame) -> Change:
    both = old.index.intersection(new.index)
    columns = list(old.columns.intersection(new.columns))
    was, now = (frame.loc[both, columns].to_numpy() for frame in (old, new))
    differs = ~((was == now) | (np.isnan(was) & np.isnan(now)))
    size = np.abs(now - was) / np.where(was == 0, 1, np.abs(was))
    largest = np.max(size[differs & np.isfinite(size)], initial=0.0)
    rewritten = int(differs.any(axis=1).sum())
    return Change(symbol, kind, len(new) - len(both), len(old) - len(both), rewritten, float(largest))
