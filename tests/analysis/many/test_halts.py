"""Lists of events with missing days: as a whole and by blocks they say and measure the same."""

from __future__ import annotations

import dataclasses
import datetime as dt
from functools import cache

import numpy as np
import pytest

from analysis.inference.significance import TESTS
from analysis.many import blocks
from analysis.many.blocks import first_pass, merged_first, second_pass
from analysis.many.events import NONE, EventList
from analysis.many.lists import joined, list_design, scar_deviations, study_events
from analysis.many.result import ManyEvents
from analysis.market.events import Event, Window
from analysis.market.prices import Market
from analysis.market.trades import Gaps
from analysis.study.design import StudyDesign
from analysis.study.study import StudyResults, event_study
from tests.analysis.markets import market_of, with_bars

SIZE, FIRMS = 420, 12
WINDOWS = {"event_window": Window(-2, 3), "estimation_window": Window(-82, -3)}
GAPS: tuple[Gaps, ...] = ("missing", "trade-to-trade")


@cache
def thin() -> Market:
    """Firms that lack a tenth of their bars."""
    random = np.random.default_rng(8)
    index = random.normal(0, 0.01, SIZE)
    followers = {f"F{k:02d}": index + random.normal(0, 0.02, SIZE) for k in range(FIRMS)}
    whole = market_of({"MKT": index} | followers)
    histories = dict(whole.histories)
    for symbol in followers:
        known = histories[symbol]
        histories[symbol] = with_bars(known, known.bars[random.random(SIZE + 1) > 0.1])
    return dataclasses.replace(whole, histories=histories)


def events(count: int = 5) -> EventList:
    """So many events of each firm, on days of their own."""
    dates = thin().sessions["XTST"].dates
    firm = np.repeat(np.arange(FIRMS), count)
    day = 100 + 60 * np.tile(np.arange(count), FIRMS) + firm
    n = len(firm)
    return EventList(
        tuple(sorted(thin().histories)),
        firm,
        np.full(n, NONE),
        dates[day],
        np.full(n, np.datetime64("NaT"), dtype="datetime64[s]"),
        (),
        np.full(n, NONE),
        np.arange(n) + 2,
    )


def design(gaps: Gaps) -> StudyDesign:
    return list_design(events(), "a list", gaps=gaps, **WINDOWS)


@cache
def whole(gaps: Gaps) -> ManyEvents:
    return study_events(events(), thin(), design(gaps))


@cache
def in_blocks(gaps: Gaps) -> ManyEvents:
    """The same in two blocks of firms, each a few events at a time."""
    chosen, everything = design(gaps), events()
    parts = [everything.take(everything.firm < 5), everything.take(everything.firm >= 5)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "TOGETHER", 7)
        found = [first_pass(chosen, thin(), part) for part in parts]
        first = merged_first(found)
        spreads = first.spread.deviation, scar_deviations(first.columns)
        seconds = [second_pass(chosen, thin(), part.columns, *spreads) for part in found]
    return joined(chosen, thin(), first, seconds[0] + seconds[1])


def alone(label: str, gaps: Gaps) -> StudyResults:
    """One of the events as a study of its own."""
    symbol, day = label.split("@")
    event = Event("e", "E", session=dt.date.fromisoformat(day))
    return event_study(StudyDesign(event, (symbol,), None, gaps=gaps, **WINDOWS), thin())


@pytest.mark.parametrize("gaps", GAPS)
def test_both_roads_say_the_same(gaps: Gaps) -> None:
    one, other = whole(gaps), in_blocks(gaps)
    assert one.halted == other.halted
    assert one.partial == other.partial
    assert one.lost == other.lost
    assert one.halted.count > 5
    assert one.partial.count > 5
    assert one.cautions == other.cautions
    assert [text.split(" ", 1)[1] for text in one.cautions[-2:]] == [
        "events lack sessions in a window",
        "events have no bar on day 0 or +1 and reopened later",
    ]


@pytest.mark.parametrize("gaps", GAPS)
def test_both_roads_measure_the_same(gaps: Gaps) -> None:
    one, other = whole(gaps).columns, in_blocks(gaps).columns
    for name in ("car", "car_se", "sigma", "nobs", "held", "positive"):
        assert np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True), name


@pytest.mark.parametrize("gaps", GAPS)
@pytest.mark.parametrize(
    "key", ["cross_sectional", "patell", "boehmer", "corrado_rank", "corrado_zivney", "grank_t", "wilcoxon"]
)
def test_tests_of_days_and_ranks_agree(key: str, gaps: Gaps) -> None:
    for window in design(gaps).car_windows:
        one, other = (TESTS[key].result(many.group, window) for many in (whole(gaps), in_blocks(gaps)))
        assert (one.statistic, one.pvalue) == pytest.approx((other.statistic, other.pvalue), rel=1e-9)


@pytest.mark.parametrize("gaps", GAPS)
def test_every_event_holds_what_its_own_study_holds(gaps: Gaps) -> None:
    many = in_blocks(gaps)
    for place in range(0, len(many.columns.events), 4):
        own = alone(many.columns.events.label(place), gaps)
        for row, window in enumerate(many.design.car_windows):
            assert many.columns.held[row, place] == own.held(window)[0]
            assert many.columns.car[row, place] == pytest.approx(own.car(window)["car"].iloc[0], nan_ok=True)


def test_an_event_that_is_left_out_still_has_its_reopening_said() -> None:
    many = in_blocks("missing")
    lost, told = dict(many.lost.first), dict(many.halted.first)
    both = lost.keys() & told.keys()
    assert both
    assert all("no return on day 0" in lost[label] for label in both)
    assert any("its abnormal return was" in told[label] for label in both)


def test_returns_between_trades_keep_events_that_lack_the_day_before() -> None:
    assert len(whole("trade-to-trade").columns.events) > len(whole("missing").columns.events)
    held = [whole(gaps).columns.held.sum() / len(whole(gaps).columns.events) for gaps in GAPS]
    assert held[1] > held[0]


def test_only_the_first_are_put_into_words(monkeypatch: pytest.MonkeyPatch) -> None:
    told = whole("missing").halted
    monkeypatch.setattr(blocks, "MOST_SAID", 3)
    few = first_pass(design("missing"), thin(), events()).halted
    assert few.count == told.count
    assert few.first == told.first[:3]
