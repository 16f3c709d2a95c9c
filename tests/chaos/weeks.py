"""A refresh every evening of a made-up world, by the real client; and what has to hold after each."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.refresh.health import ready
from data.refresh.refresh import refresh
from data.refresh.renewal import yahoo_feed
from data.store.runs import Result, Run, open_reasons
from data.store.store import Store
from data.yahoo import FetchPolicy
from tests.chaos.second import Answer, SecondStandIn
from tests.chaos.truth import INSTRUMENTS
from tests.chaos.untruths import FAULTS
from tests.chaos.world import Trouble, World
from tests.data.prices import market

EVENING = dt.time(22, 30, tzinfo=dt.timezone.utc)
NOT_ASKED, REPEATED = "not asked for", re.compile(r"the source said so on (\d+) days")
TOLD = ("warning", "severe")
SAME = 1e-5  # relative: answers have 32 bits
UNSEEN = {"provisional bar", "missing day", "late dividend"}  # nobody can tell on the day itself


@dataclass
class Diary:
    """What the weeks brought: how often each fault was met, and what was found wrong with the product."""

    met: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    changed: int = 0
    told: set[tuple[Trouble, dt.date]] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)


def live_through(world: World, folder: Path, diary: Diary) -> None:
    """Refresh on every day of a world; what does not hold is written into the diary."""
    today = world.days[0]

    def says(symbol: str) -> Answer | None:
        if today in world.dark:
            return None
        if trouble := world.trouble(symbol, today):
            diary.told.add((trouble, today))
        return world.says(symbol, today)

    with served(says, folder) as policy, closing(Store(f"sqlite:///{folder}/prices.db", market)) as store:
        seen: dict[str, str] = {}
        for today in world.days:
            before = closes(store)
            instruments = {symbol: INSTRUMENTS[symbol] for symbol in world.truths}
            refresh(store, instruments, yahoo_feed(policy), now=partial(dt.datetime.combine, today, EVENING))
            seen.setdefault(store.latest().id, fingerprint(store))
            _look(world, today, before, store, diary)
        _compare_with_truth(world, store, diary)
        _count_snapshots(seen, store, diary)


@contextmanager
def served(says: object, folder: Path) -> Iterator[FetchPolicy]:
    """The second stand-in, with this process pointed at it, and a client without patience."""
    policy = FetchPolicy(
        pause=0, jitter=0, attempts=1, backoff=0, timeout=1.5, budget=60, cache=folder / "yfinance"
    )
    with SecondStandIn(says) as standin, pytest.MonkeyPatch.context() as patch:  # type: ignore[arg-type]
        for name, value in standin.environment.items():
            patch.setenv(name, value)
        yield policy


def closes(store: Store, snapshot: str | None = None) -> dict[str, pd.DataFrame]:
    """Closes and adjusted closes that a snapshot has, by symbol, without rows of NaN."""
    histories = store.market(INSTRUMENTS, snapshot).histories
    return {s: histories[s].bars[["close", "adj_close"]].dropna() for s in INSTRUMENTS if s in histories}


def fingerprint(store: Store, snapshot: str | None = None) -> str:
    """What a snapshot holds, in short."""
    held = closes(store, snapshot)
    return str({symbol: int(pd.util.hash_pandas_object(bars).sum()) for symbol, bars in held.items()})


def _look(world: World, day: dt.date, before: dict[str, pd.DataFrame], store: Store, diary: Diary) -> None:
    run, held, none = store.runs(1)[0], closes(store), pd.DataFrame({"close": [], "adj_close": []})
    reasons, monitor = open_reasons(store.runs(100)), ready(lambda: store)[1]
    noted = {found.symbol for found in store.findings(store.latest()) if found.severity in TOLD}
    for symbol, result in run.results.items():
        trouble = None if day in world.dark else world.trouble(symbol, day)
        evening = Evening(
            kind="no network" if day in world.dark else trouble.kind if trouble else "",
            result=result,
            is_truth=same(held.get(symbol, none), world.truths[symbol].on(day).bars),
            is_open=symbol in reasons and f"not fresh: {symbol}" in monitor,
            is_noted=symbol in noted,
            is_described=bool(
                re.search(FAULTS[trouble.kind].opened, reasons.get(symbol, "")) if trouble else 1
            ),
            days=sum(each == trouble for each, _ in diary.told),
            is_concerned=bool(trouble) and world.concerns(trouble, before.get(symbol, none).index),
        )
        diary.met[evening.kind] += 1
        diary.refused += not result.fresh
        when = f"{day} {symbol}, {evening.kind or 'no fault'}"
        diary.wrong += [f"{when}: {wrong}: {result.sentence}" for wrong in evening.wrongs()]
        if symbol in before:
            _on_record(f"{day} {symbol}", before[symbol], held[symbol], run, symbol, diary)


@dataclass(frozen=True)
class Evening:
    """What a refresh left of one symbol.

    Parameters
    ----------
    kind : str
        Of the fault at work; empty for none.
    is_truth : bool
        Whether the store holds what a source without a fault says.
    is_open, is_noted : bool
        Whether a reason stands in status and /ready, and a warning among the findings.
    is_described : bool
        Whether what stands open is what the fault is.
    days : int
        On how many days the source has given an answer with this fault.
    is_concerned : bool
        Whether the fault is about something that was held.
    """

    kind: str
    result: Result
    is_truth: bool
    is_open: bool
    is_noted: bool
    is_described: bool
    days: int
    is_concerned: bool

    @property
    def is_believed(self) -> bool:
        """Whether the source has said so on enough days."""
        needed = FAULTS[self.kind].days if self.kind in FAULTS else None
        return needed is not None and self.days >= needed

    def wrongs(self) -> Iterator[str]:
        """What does not hold, in words."""
        sentence, fresh = self.result.sentence, self.result.fresh
        if "\n" in sentence or "unexpected" in sentence:
            yield "no clear line"
        if not fresh and not self.is_open:
            yield "refused, and the reason is not open"
        if fresh and not self.kind and not self.is_truth:
            yield "taken without a fault, and not the truth"
        if not (self.is_truth or self.is_open or self.is_noted or self.is_believed or self.kind in UNSEEN):
            yield "not the truth, and nobody says so"
        if not self.is_concerned or NOT_ASKED in sentence:
            return
        fault = FAULTS[self.kind]
        objected = bool(fault.said and re.search(fault.said, sentence))
        if fault.said and not self.is_believed and (fresh or not objected):
            yield f"on day {self.days} the objection is not said, or not kept to"
        if self.is_believed and objected and not fresh:
            yield f"still refused on day {self.days}"
        if objected and (counted := REPEATED.search(sentence)) and int(counted[1]) != self.days:
            yield f"said on {self.days} days"
        if fault.opened and not (fresh and self.is_truth and self.is_open and self.is_described):
            yield "what is held is lost, or nobody says what is missing"


def _on_record(
    where: str, before: pd.DataFrame, now: pd.DataFrame, run: Run, symbol: str, diary: Diary
) -> None:
    """Every close that is another, or gone, stands in the run with its old and new value."""
    kept = {(day, name): (old, new) for day, name, old, new in run.results[symbol].changes}
    scale = np.ones(len(before))
    for (day, name), (_, by) in kept.items():
        if name in ("scale", "unit"):
            scale[before.index < pd.Timestamp(day) if name == "scale" else slice(None)] *= by or 1
    was = before["close"] * scale
    for at, old in was.items():
        new = now["close"].get(at)
        if new is None or abs(new / old - 1) > 1.5e-3:
            diary.changed += 1
            if (str(at.date()), "close") not in kept:
                diary.wrong.append(
                    f"{where}: the close of {at.date()} went from {old} to {new}, without a record"
                )


def same(held: pd.DataFrame, bars: pd.DataFrame) -> bool:
    """Whether the same sessions have the same closes and adjusted closes."""
    wanted = bars[["close", "adj_close"]].dropna()
    return held.index.equals(wanted.index.astype(held.index.dtype)) and bool(
        np.allclose(held, wanted, rtol=SAME, atol=0)
    )


def _compare_with_truth(world: World, store: Store, diary: Diary) -> None:
    held, run = closes(store), store.runs(1)[0]
    if left := open_reasons(store.runs(100)):
        diary.wrong.append(f"at the end stands open: {left}")
    if not store.latest().complete or run.status != "fresh":
        diary.wrong.append(f"at the end: {run.message}")
    for symbol, truth in world.truths.items():
        if not same(held[symbol], truth.on(world.days[-1]).bars):
            diary.wrong.append(f"at the end {symbol} is not the truth")


def _count_snapshots(seen: dict[str, str], store: Store, diary: Diary) -> None:
    """No snapshot is gone that the rule keeps, and none holds anything else than on its first day."""
    there = {snapshot.id: snapshot for snapshot in store.snapshots()}
    newest_of_month = {name[:6]: name for name in seen if name[:8].isdigit()}
    for name in {*list(seen)[-30:], *newest_of_month.values()}:
        if name not in there:
            diary.wrong.append(f"snapshot {name} is lost")
    for name in there.keys() & seen.keys():
        if fingerprint(store, name) != seen[name]:
            diary.wrong.append(f"snapshot {name} has changed")
