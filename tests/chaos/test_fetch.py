"""The real yfinance against two stand-ins that were written apart: whatever comes, the store is sound."""

from __future__ import annotations

import datetime as dt
import math
import resource
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from data.refresh.refresh import refresh
from data.refresh.renewal import yahoo_feed
from data.store.runs import Result
from data.store.store import Store
from data.yahoo import FetchPolicy
from tests.chaos.second import TRANSPORT, Answer
from tests.chaos.truth import INSTRUMENTS, truth
from tests.chaos.weeks import closes, same, served
from tests.data.prices import market
from tests.standin import FAULTS, TAMPERED, StandIn
from tests.standin.listings import Listing

SYMBOL = "ALFA"
NOW = dt.datetime(2025, 9, 19, 22, 30, tzinfo=dt.timezone.utc)
TRUTH = truth(SYMBOL, NOW.date(), {dt.date(2025, 8, 1): 0.01}, {dt.date(2025, 6, 2): 2}).on(NOW.date())
MEMORY = 150  # MB that an answer may cost; a bomb of the second stand-in unpacks to 256

Spoil = Callable[[dict[str, Any]], Any]


# Met in `make test` too; the others in `make chaos`.
SHORT = {"nested", "a bomb", "torn", "no adjusted closes", "bars twice", "splits as a list", "before 1970"}


def _some(kinds: Iterable[str]) -> list[Any]:
    marks = {True: (), False: (pytest.mark.chaos,)}
    return [pytest.param(kind, marks=marks[kind in SHORT]) for kind in kinds if kind]


def _quote(result: dict[str, Any]) -> dict[str, list[Any]]:
    return result["indicators"]["quote"][0]


def _put(path: str, value: Any) -> Spoil:
    """Something else at a place in the answer, `path` as ``meta.currency``."""
    *way, last = path.split(".")

    def spoil(result: dict[str, Any]) -> None:
        for step in way:
            result = result[step]
        result[last] = value

    return spoil


def _on_a_day(column: str, value: Any) -> Spoil:
    return lambda result: _quote(result)[column].__setitem__(-3, value)


def _stamp(value: Any) -> Spoil:
    return lambda result: result["timestamp"].__setitem__(-3, value)


def _backwards(result: dict[str, Any]) -> None:
    adjusted = result["indicators"]["adjclose"][0]["adjclose"]
    for column in (result["timestamp"], adjusted, *_quote(result).values()):
        column.reverse()


def _twice(result: dict[str, Any]) -> None:
    for column in (
        result["timestamp"],
        result["indicators"]["adjclose"][0]["adjclose"],
        *_quote(result).values(),
    ):
        column.extend(column[-5:])


def _action(kind: str, **entry: Any) -> Spoil:
    return lambda result: result["events"][kind].update({"1": {"date": result["timestamp"][-3], **entry}})


SPOILS: Mapping[str, Spoil] = {
    "no closes": lambda result: _quote(result).pop("close"),
    "fewer closes than bars": lambda result: _quote(result)["close"].pop(),
    "no adjusted closes": lambda result: result["indicators"].pop("adjclose"),
    "a price as a text": _on_a_day("close", "12.5"),
    "a price as a list": _on_a_day("close", [1]),
    "an infinite price": _on_a_day("close", math.inf),
    "no number": _on_a_day("close", math.nan),
    "a price beyond any": _on_a_day("close", 1e308),
    "a volume beyond any": _on_a_day("volume", 10**30),
    "a negative price": _on_a_day("low", -1.0),
    "a yes for a price": _on_a_day("close", True),
    "backwards": _backwards,
    "bars twice": _twice,
    "the year 30828": _stamp(10**12),
    "before 1970": _stamp(-(10**10)),
    "a date as a text": _stamp("yesterday"),
    "an infinite date": _stamp(math.inf),
    "no listing": lambda result: result.pop("meta"),
    "a listing of nothing": _put("meta", None),
    "no zone": lambda result: result["meta"].pop("exchangeTimezoneName"),
    "a zone that is none": _put("meta.exchangeTimezoneName", "Mars/Olympus_Mons"),
    "a zone that is a path": _put("meta.exchangeTimezoneName", "../../etc/passwd"),
    "no currency": _put("meta.currency", None),
    "a currency that is none": _put("meta.currency", 7),
    "a symbol that is none": _put("meta.symbol", None),
    "actions as a list": _put("events", []),
    "no actions": _put("events", None),
    "splits as a list": _put("events.splits", [1, 2]),
    "a split as a text": _action("splits", numerator="2", denominator="1"),
    "a split backwards": _action("splits", numerator=-2, denominator=1),
    "a split into nothing": _action("splits", numerator=0, denominator=0),
    "a split of everything": _action("splits", numerator=1e308, denominator=1e-308),
    "a dividend of nothing": _action("dividends", amount=None),
    "a dividend as a text": _action("dividends", amount="0.5"),
    "an infinite dividend": _action("dividends", amount=math.inf),
    "a dividend beyond the price": _action("dividends", amount=1e6),
    "more bars than days": lambda result: _crowded(result),
}


def _crowded(result: dict[str, Any]) -> None:
    for column in (
        result["timestamp"],
        result["indicators"]["adjclose"][0]["adjclose"],
        *_quote(result).values(),
    ):
        column.extend(column[-1:] * 60_000)


class Source:
    """A source of one symbol that can be told what to say."""

    def __init__(self, folder: Path, say: Callable[..., None], policy: FetchPolicy) -> None:
        self.say, self.policy = say, policy
        self.store = Store(f"sqlite:///{folder}/prices.db", market)

    def refreshed(self) -> Result:
        """What becomes of the symbol in a refresh."""
        refresh(self.store, {SYMBOL: INSTRUMENTS[SYMBOL]}, yahoo_feed(self.policy), now=lambda: NOW)
        return self.store.runs(1)[0].results[SYMBOL]


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    folder, said = tmp_path_factory.mktemp("second"), [TRUTH]

    def say(**wrong: Any) -> None:
        said[0] = replace(TRUTH, **wrong)

    def says(symbol: str) -> Answer | None:
        return said[0] if symbol == SYMBOL else None

    with served(says, folder) as policy:
        source = Source(folder, say, policy)
        assert source.refreshed().fresh
        with closing(source.store):
            yield source


@pytest.fixture
def first(yahoo: StandIn, tmp_path: Path) -> Iterator[Source]:
    splits = tuple((ex, *ratio) for ex, ratio in TRUTH.splits.items())
    yahoo.listings = {SYMBOL: Listing(SYMBOL, TRUTH.bars, dividends=TRUTH.dividends, splits=splits)}
    policy = FetchPolicy(pause=0, jitter=0, attempts=1, backoff=0, timeout=0.5, cache=tmp_path / "yfinance")
    source = Source(tmp_path, lambda kind="": yahoo.fail(kind) if kind else yahoo.heal(), policy)
    assert source.refreshed().fresh
    with closing(source.store):
        yield source


def stands(source: Source, **wrong: Any) -> Result:
    """What a refresh says of a wrong answer; the store holds the truth then, and after the next one."""
    source.say(**wrong)
    began, used = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = source.refreshed()
    assert time.monotonic() - began < 30
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - used < MEMORY * 1024
    assert "\n" not in result.sentence
    assert "unexpected" not in result.sentence, result.sentence
    assert same(closes(source.store)[SYMBOL], TRUTH.bars), result.sentence
    source.say()
    again = source.refreshed()
    assert again.fresh, again.sentence
    assert same(closes(source.store)[SYMBOL], TRUTH.bars)
    return result


@pytest.mark.parametrize("kind", _some(TRANSPORT))
def test_an_answer_that_does_not_arrive_is_named_and_the_bars_are_kept(second: Source, kind: str) -> None:
    result = stands(second, transport=kind)
    assert not result.fresh
    assert "kept the previous bars: " in result.sentence


@pytest.mark.parametrize("kind", _some(SPOILS))
def test_an_answer_that_is_no_history_changes_nothing(second: Source, kind: str) -> None:
    stands(second, spoil=SPOILS[kind])


@pytest.mark.chaos
@pytest.mark.parametrize("kind", [*FAULTS, *TAMPERED])
def test_the_first_stand_in_is_withstood_alike(first: Source, kind: str) -> None:
    stands(first, kind=kind)
