from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping

import numpy as np
import pytest

from analysis.inference.significance import TESTS
from analysis.inference.volatility import market_volatility
from analysis.many.events import MOST_SAID
from analysis.many.lists import list_design, study_events
from analysis.many.result import ManyEvents
from analysis.market.errors import DesignError, UnknownNameError
from analysis.market.events import ClosedDay, Event, Sessions, Window
from analysis.market.prices import Instrument, Market
from analysis.study.study import StudyDesign, event_study
from tests.analysis.many.lists import Row, listed
from tests.analysis.markets import market_of, with_bars

SIZE = 400
EVENT, ESTIMATION = Window(-2, 2), Window(-62, -3)
DAY = Window(0, 0)


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


def row(symbol: str, position: int, **more: object) -> Row:
    return Row(symbol, DATES[position].item(), **more)  # type: ignore[arg-type]


def studied(
    *rows: Row,
    market: Market = MARKET,
    closed_day: ClosedDay = "next",
    model: str = "market_model",
    estimation: Window = ESTIMATION,
    unread: Mapping[str, str] | None = None,
) -> ManyEvents:
    events = listed(*rows)
    design = list_design(events, "made up", model, EVENT, estimation)
    return study_events(events, market, design, closed_day, unread)


def labels(many: ManyEvents) -> list[str]:
    return list(many.columns.events.labels)


def reasons(many: ManyEvents) -> dict[str, str]:
    assert many.lost.count == len(many.lost.first)
    return dict(many.lost.first)


def doubt(many: ManyEvents, key: str, window: Window = DAY) -> str:
    return TESTS[key].doubt(many.group, window) or ""


def test_every_event_is_the_study_of_its_own_date() -> None:
    rows = [row("F0", 100), row("F0", 250), row("F1", 200, benchmark="NDX")]
    many = studied(*rows)
    place = many.design.car_windows.index(Window(-1, 1))
    for k, one in enumerate(rows):
        event = Event("e", "E", session=one.date)
        design = StudyDesign(event, (one.symbol,), one.benchmark, "market_model", EVENT, ESTIMATION)
        alone = event_study(design, MARKET)
        expected = alone.car(Window(-1, 1)).iloc[0]
        found = many.columns.car[place, k], many.columns.car_se[place, k], many.columns.df[k]
        assert labels(many)[k] == one.label
        assert many.columns.market[place, k] == pytest.approx(market_volatility(alone, Window(-1, 1))[0])
        assert found == pytest.approx(expected[["car", "se", "df"]].to_numpy(float), rel=1e-12)


@pytest.mark.parametrize(("rule", "shift"), [("next", 0), ("previous", -1)])
def test_an_event_on_a_closed_day_moves_by_the_rule(rule: ClosedDay, shift: int) -> None:
    many = studied(Row("F0", SATURDAY), row("F1", 100), closed_day=rule)
    reason = f"{DATES[MONDAY + shift]}: {SATURDAY} is no session of XTST"
    assert many.moved.first == ((f"F0@{SATURDAY}", reason),)
    assert many.columns.session[0] == DATES[MONDAY + shift]


def test_an_event_on_a_closed_day_is_dropped_on_demand() -> None:
    many = studied(Row("F0", SATURDAY), row("F1", 100), closed_day="drop")
    assert labels(many) == [f"F1@{DATES[100]}"]
    assert reasons(many)[f"F0@{SATURDAY}"].startswith(f"{SATURDAY} is no session of XTST")


def test_a_moment_belongs_to_the_first_session_that_closes_after_it() -> None:
    closes = DATES.astype("datetime64[s]") + np.timedelta64(21, "h")
    market = dataclasses.replace(MARKET, sessions={"XTST": Sessions("XTST", DATES, closes)})
    day = DATES[100]
    rows = [row("F0", 100, moment=f"{day}T20:59:59"), row("F1", 100, moment=f"{day}T21:00:00")]
    many = studied(*rows, market=market)
    assert many.columns.session.tolist() == [DATES[100].item(), DATES[101].item()]
    after = f"{DATES[101]}: the first session of XTST that closes after {day}T21:00:00 UTC"
    assert many.moved.first == ((rows[1].label, after),)


@pytest.mark.parametrize(("rule", "shift"), [("next", 0), ("previous", -1), ("drop", None)])
def test_a_moment_on_a_closed_day_follows_the_rule(rule: ClosedDay, shift: int | None) -> None:
    closes = DATES.astype("datetime64[s]") + np.timedelta64(21, "h")
    market = dataclasses.replace(MARKET, sessions={"XTST": Sessions("XTST", DATES, closes)})
    closed = Row("F0", SATURDAY, moment=f"{SATURDAY}T12:00:00")
    many = studied(closed, row("F1", 100), closed_day=rule, market=market)
    if shift is None:
        assert labels(many) == [f"F1@{DATES[100]}"]
        assert reasons(many)[f"F0@{SATURDAY}"].startswith(f"{SATURDAY} is no session of XTST")
    else:
        assert many.columns.session[0] == DATES[MONDAY + shift]


def test_a_moment_needs_closing_times() -> None:
    sessions = {"XTST": Sessions("XTST", DATES)}
    many = studied(
        row("F0", 100, moment=f"{DATES[100]}T12:00:00"),
        row("F1", 100),
        market=dataclasses.replace(MARKET, sessions=sessions),
    )
    assert list(reasons(many).values()) == ["XTST has no closing times: give a date without a time"]


def test_what_cannot_be_studied_is_left_out_with_a_reason() -> None:
    no_benchmark = {**MARKET.instruments, "F2": Instrument("F2", "F2", "XTST", "EUR")}
    late, first = DATES[-1].item() + dt.timedelta(days=30), row("F0", 100, line=2)
    many = studied(
        first,
        row("F0", 100, line=7),
        Row("F0", late),
        row("F0", 20),
        row("XX", 100),
        row("YZ", 100),
        row("F2", 100),
        row("F0", 120, benchmark="YY"),
        row("F0", 130, benchmark="F0"),
        market=dataclasses.replace(MARKET, instruments=no_benchmark),
        unread={"YZ": "YZ.csv, line 2: no price"},
    )
    why = reasons(many)
    assert labels(many) == [first.label]
    assert why.pop(f"{first.label} (line 7)") == "listed before, on line 2"
    assert "is outside the data of XTST" in why.pop(f"F0@{late}")
    assert "needs 62 sessions before day 0; 20 are available" in why.pop(row("F0", 20).label)
    assert why.pop(row("XX", 100).label) == "no prices of XX"
    assert why.pop(row("YZ", 100).label) == "YZ.csv, line 2: no price"
    assert why.pop(row("F2", 100).label) == "has no benchmark; name one in the list or for all"
    assert why.pop(row("F0", 120).label) == "no prices of its benchmark YY"
    assert why.pop(row("F0", 130).label) == "is its own benchmark"
    assert not why


def test_of_very_many_reasons_the_first_are_said_and_all_are_counted() -> None:
    missing = [Row(f"X{j:03d}", DATES[100].item()) for j in range(MOST_SAID + 50)]
    lost = studied(row("F0", 100), *missing).lost
    assert (lost.count, len(lost.first)) == (MOST_SAID + 50, MOST_SAID)
    assert [label for label, _ in lost.first] == [one.label for one in missing[:MOST_SAID]]


def test_two_dates_that_move_to_one_session_count_once() -> None:
    many = studied(Row("F0", SATURDAY), row("F0", MONDAY))
    assert reasons(many) == {f"F0@{DATES[MONDAY]}": f"has the same day 0 as F0@{SATURDAY}"}


def test_events_of_one_firm_that_overlap_are_named_and_not_trusted() -> None:
    rows = [row("F0", 100 + 2 * step) for step in range(12)]
    many = studied(*rows)
    first, second, shared = many.overlaps
    assert len(first) == 11
    assert [labels(many)[first[0]], labels(many)[second[0]], shared[0]] == [rows[0].label, rows[1].label, 3]
    assert any(line.startswith("11 events overlap the next one of their firm") for line in many.cautions)
    expected = "11 of the 12 events overlap the next one of the same firm"
    assert doubt(many, "cross_sectional", Window(-1, 1)).startswith(expected)
    assert doubt(many, "cross_sectional", Window(0, 0)) == ""


def test_events_apart_are_trusted_as_independent() -> None:
    many = studied(*(row(f"F{j % 3}", 70 + 7 * j) for j in range(40)))
    assert len(many.overlaps[0]) == 0
    assert many.cautions == ()
    assert doubt(many, "cross_sectional") == ""


def test_events_on_one_date_are_named_and_not_trusted() -> None:
    many = studied(row("F0", 100), row("F1", 100), row("F2", 140))
    assert many.clusters == [(DATES[100], 2)]
    assert many.cautions == (f"2 of 3 events share their day 0 with another; most on {DATES[100]} (2)",)
    assert doubt(many, "cross_sectional").startswith("one date holds 2 of 3 firms")


def test_several_events_of_one_firm_are_called_events() -> None:
    several = studied(row("F0", 100), row("F1", 100), row("F0", 150))
    assert doubt(several, "boehmer").startswith("one date holds 2 of 3 events")
    single = studied(row("F0", 100), row("F1", 100))
    assert doubt(single, "boehmer").startswith("the 2 firms share one date")


def test_groups_are_studied_on_their_own() -> None:
    rows = [row("F0", 100, group="up"), row("F1", 150, group="down"), row("F2", 200, group="up")]
    many = studied(*rows)
    groups = many.by_group()
    assert {name: [labels(many)[k] for k in chosen] for name, chosen in groups.items()} == {
        "down": [rows[1].label],
        "up": [rows[0].label, rows[2].label],
    }
    up = [dataclasses.replace(one, group=None) for one in (rows[0], rows[2])]
    for window in many.design.car_windows:
        alone = studied(*up).group.evidence(window)
        found = many.group_of(groups["up"]).evidence(window)
        assert float(found.caar) == pytest.approx(float(alone.caar), rel=1e-12)
        assert float(found.caar_se) == pytest.approx(float(alone.caar_se), rel=1e-12)


def test_events_that_share_no_day_at_all_are_uncorrelated() -> None:
    apart = studied(row("F0", 100), row("F1", 200)).group
    car, errors = apart.evidence(Window(0, 0)).car, apart.evidence(Window(0, 0)).car_se
    found = {key: TESTS[key].result(apart, Window(0, 0)).statistic for key in TESTS}
    assert found["portfolio"] == pytest.approx(car.sum() / np.sqrt((errors**2).sum()), rel=1e-12)
    assert found["adjusted_patell"] == found["patell"]
    assert found["kolari_pynnonen"] == found["boehmer"]


def test_events_years_apart_do_not_share_the_correlation_of_the_others() -> None:
    together, alone = [row("F0", 100), row("F1", 100)], row("F2", 200)
    day = Window(0, 0)
    pair, three = (studied(*rows).group.evidence(day) for rows in (together, [*together, alone]))
    variance = (float(pair.caar_se) * 2) ** 2 + three.car_se[2] ** 2
    assert float(three.caar_se) == pytest.approx(np.sqrt(variance) / 3, rel=1e-12)
    assert float(three.correlation) == pytest.approx(float(pair.correlation) / 3, rel=1e-12)


def test_an_empty_list_and_an_unknown_rule_are_refused() -> None:
    with pytest.raises(DesignError, match="the list holds no event"):
        studied()
    with pytest.raises(DesignError, match="'later': allowed are next, previous, drop"):
        studied(row("F0", 100), closed_day="later")  # type: ignore[arg-type]
    with pytest.raises(DesignError, match=r"nothing to study\. F0@.*; and 8 more$"):
        studied(*(row("F0", day) for day in range(2, 20)))
    with pytest.raises(UnknownNameError, match="unknown model"):
        studied(row("F0", 100), model="x")


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
    many = studied(*(row(symbol, 170) for symbol in symbols), market=nasty(), model=model)
    assert len(many.columns.events) == len(symbols)
    for test in TESTS.values():
        outcome = test.result(many.group, Window(0, 1))
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
    event = row(symbol, 170, benchmark=benchmark)
    many = studied(row("F0", 120), event, market=nasty())
    assert reason in reasons(many).get(event.label, "")


def test_an_estimation_window_shorter_than_the_parameters_is_refused() -> None:
    with pytest.raises(DesignError, match="3 usable returns for 2 parameters"):
        studied(row("F0", 120), estimation=Window(-5, -3))
