"""Small inputs after public bug reports: the right answer, whichever road asks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.commands.conftest import Run, assert_one_line
from tests.commands.roads import Asked, by_blocks, by_definition, cars, excluded, options
from tests.reference import cases
from tests.reference.cases import DAY, NEXT, Case


def spoiled(how: str) -> Case:
    """Three firms whose benchmark is sound, or misses a price on day +1, or repeats that of day 0."""
    if how == "sound":
        return cases.three_firms()
    return cases.benchmark_without(NEXT) if how == "missing" else cases.benchmark_copied_on(NEXT)


@pytest.mark.parametrize("how", ["sound", "missing", "copied"])
def test_a_benchmark_that_misses_a_day_gives_no_return_on_it(how: str, asked: Asked, alone: Asked) -> None:
    index = cases.closes()["MKT"].copy()
    if how != "sound":
        index[NEXT] = np.nan
    listed, single = asked(spoiled(how)), alone(spoiled(how))
    for symbol in "ABC":
        for place, (window, car) in enumerate(by_definition(cases.closes()[symbol], index).items()):
            assert cars(listed, window)[f"{symbol}@{DAY}"] == pytest.approx(car, abs=1e-12)
            assert single["firms"][symbol]["car"][place]["car"] == pytest.approx(car, abs=1e-12)
    if how != "sound":
        assert listed["windows"]["[0, +1]"]["mean"] == pytest.approx(0.001543, abs=5e-7)


def test_a_benchmark_without_a_price_on_day_0_is_refused(
    asked: Asked, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = cases.benchmark_without(DAY)
    prices, events = case.write(tmp_path)
    reason = f"MKT: no return on day 0 ({DAY}) that spans the same sessions"
    ways = [("--event-date", DAY), ("--events", events), ("--events", events, "--workers", "2")]
    for way in ways:
        answer = run("study", "--prices", prices, *options(case), *way)
        assert_one_line(answer)
        assert reason in answer.err
    by_blocks(monkeypatch)
    for way in ways[1:]:
        answer = run("study", "--prices", prices, *options(case), *way)
        assert_one_line(answer)
        assert reason in answer.err


def test_closes_alone_tell_dates_a_session_off_and_closes_that_stand_still(
    asked: Asked, alone: Asked
) -> None:
    """Firm A is dated a session late; the benchmark repeats its close for four days from day +1 on."""
    closes = cases.closes()[["MKT", "A", "B"]].copy()
    closes["A"] = closes["A"].shift(1)
    standing = closes.index[closes.index > DAY][:4]
    closes.loc[standing, "MKT"] = closes.loc[DAY, "MKT"]
    known = {
        name: one.dropna().rename("Adj Close").to_frame() for name, one in closes.rename_axis("Date").items()
    }
    case = Case({str(name): bars for name, bars in known.items()}, cases.listed("A", "B"))
    listed, single = asked(case), alone(case)
    for said in (listed["cautions"], single["cautions"]):
        assert any(
            one.startswith("A: its returns go with those of MKT on the session before") for one in said
        )
        assert any(one.startswith("MKT: 4 of 522 bars repeat the close before") for one in said)
    assert single["firms"]["B"]["car"][1]["sessions"] == 1
    wanted = by_definition(closes["B"], closes["MKT"].drop(standing).reindex(closes.index))["[-10, +10]"]
    assert cars(listed, "[-10, +10]")[f"B@{DAY}"] == pytest.approx(wanted, abs=1e-12)


def test_a_firm_of_copied_bars_is_left_out(asked: Asked, alone: Asked) -> None:
    case = cases.thin_trading()
    listed, single = asked(case), alone(case)
    reason = "111 usable returns together with MKT in estimation window [-260, -11]; at least 125 are needed"
    assert list(cars(listed)) == [f"A@{DAY}", f"C@{DAY}"]
    assert cars(listed)[f"A@{DAY}"] == pytest.approx(-0.011013, abs=5e-7)
    assert excluded(listed) == {f"B@{DAY}": reason}
    assert single["excluded"] == {"B": reason}
    assert single["firms"]["A"]["car"][0]["car"] == cars(listed)[f"A@{DAY}"]
    assert any(line.startswith("A: 156 of 522 bars copied") for line in listed["cautions"])


def test_a_halt_after_the_news_is_no_return_of_zero(asked: Asked, alone: Asked) -> None:
    case = cases.halted()
    listed, single = asked(case), alone(case)
    halt = case.prices["AAA"]["Adj Close"]
    for place, (window, car) in enumerate(by_definition(halt, cases.closes()["MKT"]).items()):
        assert cars(listed, window)[f"AAA@{DAY}"] == pytest.approx(car, abs=1e-12)
        assert single["firms"]["AAA"]["car"][place]["car"] == pytest.approx(car, abs=1e-12)
    assert cars(listed, "[0, +1]")[f"AAA@{DAY}"] == cars(listed, "[0]")[f"AAA@{DAY}"]


def test_what_never_varies_is_left_out(asked: Asked, alone: Asked) -> None:
    listed, single = asked(cases.constant()), alone(cases.constant())
    assert list(cars(listed)) == [f"A@{DAY}", f"OK@{DAY}"]
    assert list(single["firms"]) == ["A", "OK"]
    for symbol, reason in (("FLAT", "its price is constant"), ("GROW", "its growth is constant")):
        assert reason in excluded(listed)[f"{symbol}@{DAY}"]
        assert reason in single["excluded"][symbol]
    assert excluded(listed)[f"FELL@{DAY}"] == single["excluded"]["FELL"]


LINES = ("F,2024-05-27,EU", "F,2024-08-05,US")


@pytest.mark.parametrize("lines", [LINES, LINES[::-1], (*LINES, "G,2024-08-05,F")])
def test_the_order_of_benchmarks_does_not_matter(asked: Asked, lines: Sequence[str]) -> None:
    listed = asked(cases.two_benchmarks(*lines))
    found = cars(listed)
    assert found["F@2024-05-27"] == pytest.approx(0.026763399045632828, abs=1e-15)
    assert found["F@2024-08-05"] == pytest.approx(-0.002669, abs=5e-7)
    assert set(listed["events"]["nobs"]) == {250}
    us = by_definition(cases.closes()["F"], cases.closes()["US"].dropna(), "2024-08-05")
    assert found["F@2024-08-05"] == pytest.approx(us["[0]"], abs=1e-13)


@pytest.mark.parametrize("others", [(), ("F,2024-05-27,EU",)])
def test_an_event_never_takes_the_benchmark_of_another(asked: Asked, others: Sequence[str]) -> None:
    lines = ("F,2024-08-05,US", "F,2024-06-17,US", "G,2024-08-05,", *others)
    listed = asked(cases.two_benchmarks(*lines))
    assert excluded(listed) == {"G@2024-08-05": "has no benchmark; name one in the list or for all"}


def test_a_model_that_reads_no_benchmark_needs_none(asked: Asked, alone: Asked) -> None:
    """B has a row without a price on day +1; only A names a benchmark."""
    known = dict(cases.three_firms().prices)
    known["B"] = known["B"].drop(NEXT).reindex(known["B"].index)
    lines = f"symbol,event_date,benchmark\nA,{DAY},MKT\nB,{DAY},\nC,{DAY},\n"
    case = Case(known, lines, None)
    listed, single = asked(case, "--model", "constant_mean"), alone(case, "--model", "constant_mean")
    for window, place in (("[0]", 0), ("[0, +1]", 1)):
        found = {f"{s}@{DAY}": firm["car"][place]["car"] for s, firm in single["firms"].items() if s != "MKT"}
        assert cars(listed, window) == found
    assert single["firms"]["B"]["car"][1]["sessions"] == 1
    assert excluded(listed) == {}


@pytest.mark.parametrize("volumes", [0, 1])
def test_a_series_that_is_flat_by_nature_is_not_stale(asked: Asked, alone: Asked, volumes: int) -> None:
    case = cases.fund(volumes)
    right = pytest.approx(-0.0011399184607582512, abs=1e-13)
    assert cars(asked(case))[f"FUND@{DAY}"] == right
    assert alone(case)["firms"]["FUND"]["car"][0]["car"] == right


@pytest.mark.parametrize(
    ("day", "ratio"), [(None, "a factor of about 100"), (cases.SPLIT, "about 4:1"), (DAY, "about 4:1")]
)
def test_prices_that_cannot_be_right_are_left_out_unless_accepted(
    day: str | None, ratio: str, tmp_path: Path, alone: Asked, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = cases.unadjusted_split(day) if day else cases.hundredfold()
    words = (day or cases.SPLIT, ratio)
    prices, events = case.write(tmp_path)
    command = ("study", "--events", events, "--prices", prices, *options(case), "--format", "json")
    for _ in ("whole", "blocks"):
        refused, accepted = (json.loads(run(*command, *more).out) for more in ((), ("--accept", "AAA")))
        assert list(cars(refused)) == [f"A@{DAY}", f"BBB@{DAY}"]
        assert all(word in excluded(refused)[f"AAA@{DAY}"] for word in words)
        assert list(cars(accepted)) == [f"A@{DAY}", f"AAA@{DAY}", f"BBB@{DAY}"]
        assert any(all(word in line for word in words) for line in accepted["cautions"])
        by_blocks(monkeypatch)
    assert all(word in alone(case)["excluded"]["AAA"] for word in words)
    known = cases.closes()["MKT"]
    right = by_definition(case.prices["AAA"]["Adj Close"], known)["[0]"]
    single = alone(case, "--accept", "AAA")
    assert single["firms"]["AAA"]["car"][0]["car"] == pytest.approx(right, rel=1e-9)


def test_the_word_on_an_accepted_split_stands_before_the_result(tmp_path: Path, run: Run) -> None:
    case = cases.unadjusted_split(cases.SPLIT)
    prices, events = case.write(tmp_path)
    for way in (("--events", events), ("--event-date", DAY)):
        text = run("study", "--prices", prices, *options(case), *way, "--accept", "AAA").out
        before, _ = text.split("estimation window [", 1)
        assert "Caution: AAA fell by 75.40 % on 10 Jan 2024, a ratio of about 4:1" in before


def test_news_after_the_close_belongs_to_the_next_session(asked: Asked, alone: Asked) -> None:
    case = cases.after_the_close()
    listed = asked(case)
    assert set(listed["events"]["event_session"]) == {NEXT}
    assert listed["moved"]["count"] == 2
    for moved in listed["moved"]["first"]:
        assert moved["reason"].startswith(
            f"{NEXT}: the first session of MKT that closes after {DAY}T20:30:00"
        )
    assert any("without a zone" in line for line in listed["cautions"])
    assert cars(listed)[f"AAA@{DAY}"] == alone(case, day=NEXT)["firms"]["AAA"]["car"][0]["car"]


def test_a_group_may_have_the_name_of_the_total(asked: Asked, run: Run, tmp_path: Path) -> None:
    listed = asked(cases.group_named_all())
    assert listed["windows"]["[0]"]["events"] == 4
    assert listed["windows"]["[0]"]["mean"] == pytest.approx(-0.014567, abs=5e-7)
    assert {name: group["events"] for name, group in listed["groups"].items()} == {"All": 2, "Other": 2}
    assert listed["groups"]["All"]["caar"]["[0]"] == pytest.approx(np.mean([*cars(listed).values()][:2]))
    text = run(
        "study", "--events", tmp_path / "events.csv", "--prices", tmp_path / "p", "--benchmark", "MKT"
    ).out
    rows = [line.split() for line in text.splitlines()]
    assert ["All", "4", "−1.46"] in [row[:3] for row in rows]
    assert ["Group", "All", "2"] in [row[:3] for row in rows]


def test_stamps_in_utc_are_days_of_tokyo(asked: Asked, alone: Asked) -> None:
    case = cases.tokyo()
    right = pytest.approx(-0.0011399184607582512, abs=1e-13)
    listed, single = asked(case), alone(case)
    assert cars(listed)[f"7203.T@{DAY}"] == right
    assert single["firms"]["7203.T"]["car"][0]["car"] == right
    assert single["firms"]["7203.T"]["event_session"] == DAY
    for document in (listed, single):
        assert any("of the next day" in line for line in document["cautions"])


def test_of_a_list_one_event_may_be_left_by_every_road(asked: Asked, alone: Asked) -> None:
    case = replace(cases.shares("A"), events=cases.listed("A", "NONE"))
    listed, single = asked(case), alone(case)
    assert cars(listed) == {f"A@{DAY}": single["firms"]["A"]["car"][0]["car"]}
    assert excluded(listed) == {f"NONE@{DAY}": "no prices of NONE"}
    test = listed["windows"]["[0, +1]"]["tests"]["adjusted_patell"]
    assert test["pvalue"] == pytest.approx(single["windows"]["[0, +1]"]["tests"]["adjusted_patell"]["pvalue"])
