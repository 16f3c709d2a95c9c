from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest

from analysis.inference.significance import TESTS
from analysis.many.lists import ClosedDay, ListedEvent, ManyEvents, study_events
from analysis.market.errors import DesignError, UnknownNameError
from analysis.market.events import Event, Window
from analysis.market.prices import Instrument, Market
from analysis.study.study import StudyDesign, event_study
from tests.analysis.markets import market_of, with_bars

SIZE = 400
WINDOWS = {"event_window": Window(-2, 2), "estimation_window": Window(-62, -3)}


def drawn(firms: int = 3) -> Market:
    """Firms F0, F1, ... that follow MKT, with a second index NDX."""
    rng = np.random.default_rng(11)
    index = rng.normal(0, 0.01, SIZE)
    followers = {f"F{j}": index + rng.normal(0, 0.02, SIZE) for j in range(firms)}
    return market_of({"MKT": index, "NDX": index + rng.normal(0, 0.01, SIZE)} | followers)


MARKET = drawn()
DATES = MARKET.sessions["XTST"].dates
MONDAY = int(np.flatnonzero((DATES[1:] - DATES[:-1]) > np.timedelta64(1, "D"))[30]) + 1
SATURDAY = (DATES[MONDAY] - 2).item()


def listed(symbol: str, position: int, **more: object) -> ListedEvent:
    return ListedEvent(symbol, DATES[position].item(), **more)  # type: ignore[arg-type]


def studied(*events: ListedEvent, market: Market = MARKET, closed_day: ClosedDay = "next") -> ManyEvents:
    return study_events(events, market, closed_day, **WINDOWS)  # type: ignore[arg-type]


def test_every_event_is_the_study_of_its_own_date() -> None:
    events = [listed("F0", 100), listed("F1", 200, benchmark="NDX"), listed("F0", 250)]
    car = studied(*events).results.car(Window(-1, 1))
    for event in events:
        alone = StudyDesign(Event("e", "E", session=event.date), (event.symbol,), event.benchmark, **WINDOWS)  # type: ignore[arg-type]
        expected = event_study(alone, MARKET).car(Window(-1, 1)).iloc[0]
        assert car.loc[event.label].to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-12)


@pytest.mark.parametrize(("rule", "shift"), [("next", 0), ("previous", -1)])
def test_an_event_on_a_closed_day_moves_by_the_rule(rule: ClosedDay, shift: int) -> None:
    many = studied(ListedEvent("F0", SATURDAY), listed("F1", 100), closed_day=rule)
    assert many.moved.dt.date.to_dict() == {f"F0@{SATURDAY}": DATES[MONDAY + shift].item()}


def test_an_event_on_a_closed_day_is_dropped_on_demand() -> None:
    many = studied(ListedEvent("F0", SATURDAY), listed("F1", 100), closed_day="drop")
    assert many.results.symbols == (f"F1@{DATES[100]}",)
    assert many.results.excluded[f"F0@{SATURDAY}"].startswith(f"{SATURDAY} is no session of XTST")


def test_what_cannot_be_studied_is_left_out_with_a_reason() -> None:
    no_benchmark = {**MARKET.instruments, "F2": Instrument("F2", "F2", "XTST", "EUR")}
    late, first = DATES[-1].item() + dt.timedelta(days=30), listed("F0", 100, line=2)
    many = studied(
        first,
        listed("F0", 100, line=7),
        ListedEvent("F0", late),
        listed("F0", 20),
        listed("XX", 100),
        listed("F2", 100),
        listed("F0", 120, benchmark="YY"),
        listed("F0", 130, benchmark="F0"),
        market=dataclasses.replace(MARKET, instruments=no_benchmark),
    )
    reasons = dict(many.results.excluded)
    assert many.results.symbols == (first.label,)
    assert reasons.pop(f"{first.label} (line 7)") == "listed before, on line 2"
    assert "is outside the data of XTST" in reasons.pop(f"F0@{late}")
    assert "needs 62 sessions before day 0; 20 are available" in reasons.pop(listed("F0", 20).label)
    assert reasons.pop(listed("XX", 100).label) == "no prices of XX"
    assert reasons.pop(listed("F2", 100).label) == "has no benchmark; name one in the list or for all"
    assert reasons.pop(listed("F0", 120).label) == "no prices of its benchmark YY"
    assert reasons.pop(listed("F0", 130).label) == "is its own benchmark"
    assert not reasons


def test_two_dates_that_move_to_one_session_count_once() -> None:
    many = studied(ListedEvent("F0", SATURDAY), listed("F0", MONDAY))
    assert many.results.excluded == {f"F0@{DATES[MONDAY]}": f"has the same day 0 as F0@{SATURDAY}"}


def test_events_of_one_firm_that_overlap_are_named_and_not_trusted() -> None:
    events = [listed("F0", 100 + 3 * step) for step in range(12)]
    many = studied(*events)
    assert len(many.overlaps) == 11
    assert many.overlaps.iloc[0].tolist() == [events[0].label, events[1].label, 2]
    assert any(line.startswith("11 events overlap the next one of their firm") for line in many.caution)
    reason = TESTS["cross_sectional"].trusted(many.results)
    assert reason is not None
    assert reason.startswith("11 of the 12 events overlap the next one of the same firm")


def test_events_apart_are_trusted_as_independent() -> None:
    many = studied(*(listed(f"F{j % 3}", 70 + 7 * j) for j in range(40)))
    assert many.overlaps.empty
    assert many.caution == ()
    assert TESTS["cross_sectional"].trusted(many.results) is None


def test_events_on_one_date_are_named_and_not_trusted() -> None:
    many = studied(listed("F0", 100), listed("F1", 100), listed("F2", 140))
    assert many.clusters.to_dict() == {DATES[100].astype("datetime64[s]").item(): 2}
    assert many.caution == (f"2 of 3 events share their day 0 with another; most on {DATES[100]} (2)",)
    assert "share 2 dates" in (TESTS["cross_sectional"].trusted(many.results) or "")


def test_several_events_of_one_firm_are_called_events() -> None:
    many = studied(listed("F0", 100), listed("F1", 100), listed("F0", 150))
    assert str(TESTS["patell"].trusted(many.results)).startswith("the 3 events share 2 dates")
    assert str(TESTS["patell"].trusted(studied(listed("F0", 100), listed("F1", 100)).results)).startswith(
        "the 2 firms share one date"
    )


def test_groups_are_studied_on_their_own() -> None:
    events = [listed("F0", 100, group="up"), listed("F1", 150, group="down"), listed("F2", 200, group="up")]
    groups = studied(*events).by_group()
    assert {name: results.symbols for name, results in groups.items()} == {
        "up": (events[0].label, events[2].label),
        "down": (events[1].label,),
    }


def test_an_empty_list_and_an_unknown_rule_are_refused() -> None:
    with pytest.raises(DesignError, match="the list holds no event"):
        studied()
    with pytest.raises(DesignError, match="'later': allowed are next, previous, drop"):
        studied(listed("F0", 100), closed_day="later")  # type: ignore[arg-type]
    with pytest.raises(DesignError, match=r"nothing to study\. F0@.*; and 8 more$"):
        studied(*(listed("F0", day) for day in range(2, 20)))
    with pytest.raises(UnknownNameError, match="unknown model"):
        study_events([listed("F0", 100)], MARKET, model="x")


@pytest.mark.slow
def test_ten_thousand_events_over_a_thousand_firms() -> None:
    market = drawn(1000)
    rng = np.random.default_rng(2)
    places = zip(rng.integers(0, 1000, 10_000), rng.integers(70, SIZE - 5, 10_000), strict=True)
    events = [listed(f"F{firm}", int(day), line=line) for line, (firm, day) in enumerate(places)]
    many = studied(*events, market=market)
    total = len(many.results.symbols) + len(many.results.excluded)
    assert total == 10_000
    assert many.results.car(Window(0, 0))["statistic"].std() == pytest.approx(1.0, abs=0.05)


def nasty() -> Market:
    """A share without variance, one twice, one with a day of +1000 %, one without bars on most days."""
    rng = np.random.default_rng(4)
    index = rng.normal(0, 0.01, SIZE)
    returns = {name: index + rng.normal(0, 0.02, SIZE) for name in ("F0", "SHOCK", "GAPS", "FIRST")}
    returns["SHOCK"][150] = 10.0
    market = market_of(
        {"MKT": index, "EVEN": np.full(SIZE, 0.001), "FLAT": np.zeros(SIZE), "SAME": returns["F0"], **returns}
    )
    gaps = market.histories["GAPS"]
    few = with_bars(gaps, gaps.bars.iloc[np.r_[0, 3:SIZE:3, SIZE]])
    return dataclasses.replace(market, histories={**market.histories, "GAPS": few})


@pytest.mark.parametrize("model", ["market_model", "market_adjusted", "constant_mean", "dimson"])
@pytest.mark.parametrize("symbols", [("F0",), ("F0", "SAME"), ("SHOCK",), ("F0", "SHOCK", "SAME", "FIRST")])
def test_few_identical_or_wild_firms_give_answers_or_reasons(model: str, symbols: tuple[str, ...]) -> None:
    events = [listed(symbol, 170) for symbol in symbols]
    results = study_events(events, nasty(), model=model, **WINDOWS).results  # type: ignore[arg-type]
    assert len(results.symbols) == len(symbols)
    for test in TESTS.values():
        outcome = test.function(results, Window(0, 1))
        assert (outcome.pvalue is None) == (outcome.reason is not None)
        assert outcome.pvalue is None or 0 <= outcome.pvalue <= 1


@pytest.mark.parametrize(
    ("symbol", "benchmark", "reason"),
    [
        ("FLAT", "MKT", "its abnormal returns do not vary"),
        ("F0", "EVEN", "the returns of EVEN do not vary independently"),
        ("GAPS", "MKT", "no return on day 0"),
        ("SAME", "F0", "its abnormal returns do not vary"),
    ],
)
def test_what_says_nothing_has_a_reason(symbol: str, benchmark: str, reason: str) -> None:
    event = listed(symbol, 170, benchmark=benchmark)
    results = studied(listed("F0", 120), event, market=nasty()).results
    assert reason in results.excluded.get(event.label, "")


def test_an_estimation_window_shorter_than_the_parameters_is_refused() -> None:
    with pytest.raises(DesignError, match="3 usable returns for 2 parameters"):
        study_events(
            [listed("F0", 120)], MARKET, event_window=Window(-2, 2), estimation_window=Window(-5, -3)
        )
