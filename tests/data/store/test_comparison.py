"""Two snapshots are compared symbol by symbol."""

from __future__ import annotations

import pytest

from data.store.comparison import Change, compare
from data.store.store import Store
from tests.data.prices import SESSIONS, bars, contents, daily


def test_unchanged_bars_are_not_named(store: Store) -> None:
    older = store.latest()
    newer = store.write_snapshot(contents(daily("AAA", bars(100.0))), older)
    assert compare(store, older, newer) == ()


def test_new_sessions_new_symbols_and_rewritten_prices_are_told_apart(store: Store) -> None:
    older, rewritten = store.latest(), bars(100.0)
    rewritten.iloc[4, 3] = 101.0
    series = [daily("AAA", bars(100.0, SESSIONS + 2)), daily("BBB", rewritten), daily("NEW", bars())]
    changes = compare(store, older, store.write_snapshot(contents(*series), older))
    assert changes == (
        Change("AAA", "daily", added=2, removed=0, rewritten=0),
        Change("BBB", "daily", added=0, removed=0, rewritten=1, largest=pytest.approx(0.01)),
        Change("NEW", "daily", added=SESSIONS, removed=0, rewritten=0),
    )
    assert changes[1].sentence == "0 added, 0 removed, 1 rewritten, a number by up to 1.00 %"


def test_the_other_way_round_what_was_added_is_removed(store: Store) -> None:
    older = store.latest()
    newer = store.write_snapshot(contents(daily("AAA", bars(100.0, SESSIONS + 2))), older)
    assert compare(store, newer, older) == (Change("AAA", "daily", added=0, removed=2, rewritten=0),)
