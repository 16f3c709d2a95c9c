"""Made once, shared, bounded; what fails is tried again."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from dash.html import Div

from dashboard.web.kept import AT_ONCE, Kept, Packed


def test_many_who_ask_at_once_get_one_thing_made_once():
    calls: list[int] = []
    gate = threading.Event()

    def make(key: int) -> object:
        calls.append(key)
        gate.wait(5)
        return object()

    kept = Kept(make, 4)
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(kept, 1) for _ in range(8)]
        gate.set()
        assert len({id(one.result()) for one in asked}) == 1
    assert calls == [1]


def test_few_are_made_at_a_time_however_many_ask():
    working: list[int] = []
    most: list[int] = []

    def make(key: int) -> int:
        working.append(key)
        time.sleep(0.01)
        most.append(len(working))
        working.remove(key)
        return key

    kept = [Kept(make, 4), Kept(make, 4)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda key: kept[key % 2](key), range(12))) == list(range(12))
    assert max(most) <= AT_ONCE


def test_what_is_made_of_other_things_keeps_its_turn_and_what_is_there_needs_none():
    base = Kept(lambda key: time.sleep(0.01) or key, 4)
    whole = Kept(lambda key: key + base(key % 3), 24)
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(whole, key) for key in range(24)]
        assert [one.result(10) for one in asked] == [key + key % 3 for key in range(24)]
        gate = threading.Event()
        for key in range(AT_ONCE):
            pool.submit(Kept(lambda _: gate.wait(10), 1), key)
        assert pool.submit(whole, 23).result(5) == 25
        gate.set()


def test_the_one_not_asked_for_longest_goes_first():
    calls: list[int] = []
    kept = Kept(lambda key: calls.append(key), 2)
    for key in (1, 2, 1, 3, 1, 2):
        kept(key)
    assert calls == [1, 2, 3, 2]


def test_what_fails_is_told_and_tried_again():
    answers = iter([ValueError("not yet"), "there"])

    def make() -> str:
        answer = next(answers)
        if isinstance(answer, ValueError):
            raise answer
        return answer

    kept = Kept(make, 1)
    with pytest.raises(ValueError, match="not yet"):
        kept()
    assert kept() == "there"


def test_what_is_packed_is_made_once_and_everybody_gets_their_own():
    calls: list[int] = []

    def make(key: int) -> list[Div]:
        calls.append(key)
        return [Div("a part", id="part")]

    packed = Packed(make, 2)
    one, other = packed(1), packed(1)
    assert calls == [1]
    assert str(one) == str(other) == str(make(1))
    assert one[0] is not other[0]
