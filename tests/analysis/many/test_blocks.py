"""Sums over blocks of events against the study of all events at once."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from functools import cache, reduce

import numpy as np
import pytest

from analysis.inference.group_test import SignificanceResult
from analysis.inference.significance import TESTS
from analysis.inference.trusted import RULES
from analysis.many.blocks import Second, Spread, first_pass, merged_first, second_pass
from analysis.many.events import EventList
from analysis.many.lists import joined, list_design, scar_deviations, study_events
from analysis.many.result import ManyEvents
from analysis.market.events import Sessions, Window
from analysis.market.prices import Instrument, Market
from analysis.study.design import StudyDesign
from analysis.study.study import CAR_WINDOWS
from tests.analysis.many.lists import Row, listed
from tests.analysis.markets import market_of, with_bars

SIZE, FIRMS = 420, 40
OF_PAIRS = {"portfolio", "adjusted_patell", "kolari_pynnonen"}  # one correlation stands for all pairs
OF_THE_WHOLE = {"placebo_rank", "recent_placebo_rank", "joint"}  # need the days of every event
ALIKE = sorted(set(TESTS) - OF_PAIRS - OF_THE_WHOLE)


@cache
def market() -> Market:
    """Forty firms on two exchanges and three benchmarks; some have gaps, some short histories."""
    random = np.random.default_rng(21)
    index = random.standard_t(5, SIZE) * 0.006
    returns = {f"F{k:02d}": index + random.standard_t(5, SIZE) * 0.012 for k in range(FIRMS)}
    indices = {
        "MKT": index,
        "NDX": index + random.normal(0, 0.004, SIZE),
        "OWN": random.normal(0, 0.01, SIZE),
    }
    made = market_of(indices | returns)
    histories, dates = dict(made.histories), made.sessions["XTST"].dates
    for k in range(0, FIRMS, 3):
        gone = random.choice(SIZE, 25, replace=False)
        known = histories[f"F{k:02d}"]
        histories[f"F{k:02d}"] = with_bars(known, known.bars.drop(known.bars.index[gone]))
    known = histories["F07"]
    histories["F07"] = with_bars(known, known.bars.iloc[250:])
    closed = np.delete(dates, [150, 260, 333])
    other = {f"F{k:02d}": Instrument(f"F{k:02d}", "", "XOTH", "EUR", benchmark="NDX") for k in (4, 5, 6)}
    sessions = {"XTST": Sessions("XTST", dates), "XOTH": Sessions("XOTH", closed)}
    return dataclasses.replace(
        made, histories=histories, sessions=sessions, instruments={**made.instruments, **other}
    )


def events(several_days: bool) -> EventList:
    """300 events, some of a firm together, many on shared days, some with a benchmark of their own."""
    random = np.random.default_rng(22)
    dates = market().sessions["XTST"].dates
    days = random.integers(120, SIZE - 12, 300) if several_days else random.choice([200, 300, 350], 300)
    rows = []
    for line, day in enumerate(days.tolist()):
        benchmark = ("NDX", "OWN", None, None)[line % 4]
        weekend = np.timedelta64(line % 9 == 0, "D")
        rows.append(Row(f"F{line % (FIRMS + 1):02d}", (dates[day] + weekend).item(), benchmark, line=line))
    return listed(*rows)


def design_of(listed_events: EventList, model: str = "market_model") -> StudyDesign:
    return list_design(listed_events, "made up", model, Window(-10, 10), Window(-100, -11))


def by_blocks(everything: EventList, design: StudyDesign, blocks: int = 4) -> ManyEvents:
    """The study of the same events, a few firms at a time."""
    parts = [everything.take(everything.firm % blocks == k) for k in range(blocks)]
    found = [first_pass(design, market(), part) for part in parts]
    first = merged_first(found)
    spreads = first.spread.deviation, scar_deviations(first.columns)
    second = reduce(Second.__add__, (second_pass(design, market(), one.columns, *spreads) for one in found))
    return joined(design, market(), first, second)


def numbers(outcome: SignificanceResult) -> list[float]:
    """What a test found, without what it has not."""
    return [value for value in (outcome.statistic, outcome.pvalue, outcome.df) if value is not None]


@cache
def both(several_days: bool, model: str = "market_model") -> tuple[ManyEvents, ManyEvents]:
    """The study of all events at once, and that of blocks."""
    everything = events(several_days)
    design = design_of(everything, model)
    return study_events(everything, market(), design), by_blocks(everything, design)


def test_there_is_enough_to_compare() -> None:
    whole, _ = both(several_days=True)
    assert len(whole.columns.events) > 200
    assert whole.lost.count > 20
    assert len(whole.overlaps[0]) > 20
    assert len(whole.clusters) > 20
    assert whole.moved.count > 5
    assert len(np.unique(whole.columns.nobs)) > 3


@pytest.mark.parametrize("several_days", [True, False])
def test_each_event_and_each_reason_is_the_same(several_days: bool) -> None:
    whole, blocks = both(several_days)
    assert list(blocks.columns.events.labels) == list(whole.columns.events.labels)
    for name in ("session", "position", "nobs", "df"):
        np.testing.assert_array_equal(getattr(blocks.columns, name), getattr(whole.columns, name))
    for name in ("sigma", "positive", "car", "car_se"):
        found, wanted = getattr(blocks.columns, name), getattr(whole.columns, name)
        np.testing.assert_allclose(found, wanted, rtol=1e-11, atol=1e-15, err_msg=name)
    assert blocks.moved == whole.moved
    assert blocks.lost.count == whole.lost.count
    assert blocks.lost.first == tuple(sorted(whole.lost.first))
    assert blocks.clusters == whole.clusters
    assert blocks.cautions == whole.cautions
    np.testing.assert_allclose(blocks.abnormal, whole.abnormal, rtol=1e-10, atol=1e-16)


@pytest.mark.parametrize("model", ["market_model", "market_adjusted", "constant_mean"])
@pytest.mark.parametrize("key", ALIKE)
def test_tests_that_are_defined_alike_give_the_same(key: str, model: str) -> None:
    for several_days in (True, False):
        whole, blocks = both(several_days, model)
        for window in CAR_WINDOWS:
            wanted, found = (TESTS[key].result(many.group, window) for many in (whole, blocks))
            assert (found.nobs, found.distribution, found.reason) == (
                wanted.nobs,
                wanted.distribution,
                wanted.reason,
            )
            assert (found.statistic is None) == (key == "calendar_time" and not several_days)
            assert numbers(found) == pytest.approx(numbers(wanted), rel=1e-8), window


@pytest.mark.parametrize("several_days", [True, False])
def test_one_correlation_stands_for_all_pairs(several_days: bool) -> None:
    whole, blocks = both(several_days)
    assert blocks.pooled == pytest.approx(whole.group.sampling(Window(0, 0)).correlation, abs=0.01)
    for window in CAR_WINDOWS:
        for key in OF_PAIRS:
            wanted, found = (TESTS[key].result(many.group, window) for many in (whole, blocks))
            assert numbers(found)[0] == pytest.approx(numbers(wanted)[0], rel=0.2, abs=0.02), (key, window)
        found_se, wanted_se = (float(many.group.evidence(window).caar_se) for many in (blocks, whole))
        assert found_se == pytest.approx(wanted_se, rel=0.2)


def test_what_needs_every_day_of_every_event_says_so() -> None:
    _, blocks = both(several_days=True)
    for key in OF_THE_WHOLE:
        found = TESTS[key].result(blocks.group, Window(0, 0))
        assert found.pvalue is None
        assert found.reason


def test_a_few_events_in_blocks_have_no_joint_test_and_no_error() -> None:
    few = events(several_days=True).take(slice(0, 12))
    blocks = by_blocks(few, design_of(few))
    assert len(blocks.columns.events) < 12
    assert TESTS["joint"].result(blocks.group, Window(0, 1)).pvalue is None


@pytest.mark.parametrize("blocks", [1, 2, 7])
def test_the_number_of_blocks_changes_rounding_alone(blocks: int) -> None:
    everything = events(several_days=True)
    found = by_blocks(everything, design_of(everything), blocks)
    _, wanted = both(several_days=True)
    for key, test in TESTS.items():
        for window in CAR_WINDOWS:
            one, other = (test.result(many.group, window) for many in (found, wanted))
            assert numbers(one) == pytest.approx(numbers(other), rel=1e-8), (key, window)


def test_fits_of_a_few_at_a_time_are_those_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    everything = events(several_days=True)
    design = design_of(everything)
    wanted = first_pass(design, market(), everything)
    monkeypatch.setattr("analysis.many.blocks.TOGETHER", 7)
    found = first_pass(design, market(), everything)
    np.testing.assert_array_equal(found.columns.car, wanted.columns.car)
    np.testing.assert_array_equal(found.columns.car_se, wanted.columns.car_se)
    assert (found.lost, found.moved) == (wanted.lost, wanted.moved)
    np.testing.assert_allclose(found.ranks.total, wanted.ranks.total, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("level", [0.0, 1e6])
def test_the_spread_of_parts_is_that_of_all(level: float) -> None:
    values = level + np.random.default_rng(3).normal(size=(4, 50))
    values[1, ::2] = np.nan
    values[2, 1:] = np.nan
    values[3] = level + 1
    found = reduce(Spread.__add__, map(Spread.of, np.split(values, [0, 1, 20], axis=1))).deviation
    assert found[0] == pytest.approx(np.std(values[0], ddof=1), rel=1e-8)
    assert found[1] == pytest.approx(np.nanstd(values[1], ddof=1), rel=1e-8)
    assert np.isnan(found[2:]).all()  # one value, and values that are all the same


def test_groups_of_blocks_are_those_of_the_whole() -> None:
    whole, blocks = both(several_days=True)
    chosen = np.arange(0, len(whole.columns.events), 3)
    for window in CAR_WINDOWS:
        wanted, found = (many.group_of(chosen).evidence(window) for many in (whole, blocks))
        assert float(found.caar) == pytest.approx(float(wanted.caar), rel=1e-10)
        assert float(found.caar_se) == pytest.approx(float(wanted.caar_se), rel=0.05)


def test_of_blocks_the_correlation_of_events_that_share_days_is_not_measured_and_said_so() -> None:
    whole, blocks = (many.group.sampling(Window(0, 0)) for many in both(several_days=True))
    assert blocks.pooled
    assert not whole.pooled
    for key in ("boehmer", "kolari_pynnonen"):
        apart = replace(blocks, overlapping=0, crossing=0)
        assert "it is not measured how the events that share days" in str(RULES[key](apart)), key
