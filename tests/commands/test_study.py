"""A study of one event on the command line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analysis.models.normal_returns import NORMAL_RETURNS
from tests.commands.conftest import CASES, Run, assert_one_line

WINDOWS = ("--estimation-window", "-270", "-21", "--event-window", "-10", "10")
OWN_FILES = ("--benchmark", "MKT", "--event-date", "2022-04-04", *WINDOWS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_own_price_files_give_the_reference_answers(case: Path, document: Callable[..., Any]) -> None:
    expected = json.loads((case / "expected.json").read_text())
    answer = document("study", "--prices", case / "prices", *OWN_FILES)
    assert answer["design"] == expected["design"]
    assert answer["firms"].keys() == expected["firms"].keys()
    for symbol, firm in expected["firms"].items():
        given = answer["firms"][symbol]
        for name in ("alpha", "beta", "sigma", "nobs", "df", "abnormal_returns", "standard_errors"):
            assert given[name] == pytest.approx(firm[name], rel=1e-9, abs=1e-12), (symbol, name)
        for car, wanted in zip(given["car"], firm["car"], strict=True):
            assert car["window"] == wanted.pop("window")
            assert {key: car[key] for key in wanted} == pytest.approx(wanted, rel=1e-9, abs=1e-12), symbol


def test_a_study_has_the_published_shape(document: Callable[..., Any]) -> None:
    answer = document("study")
    assert list(answer) == [
        *("schema", "design", "firms", "aar", "windows", "group", "summary", "groups", "moved", "overlaps"),
        *("clusters", "excluded", "cautions"),
    ]
    assert answer["schema"] == 2
    day_zero = answer["windows"]["[0]"]
    assert list(day_zero) == ["events", "mean", "se", "ci", "cautions", "tests", "calendar_alphas"]
    assert day_zero["calendar_alphas"] == {}
    alphas = answer["windows"]["[-10, +10]"]["calendar_alphas"]
    assert list(alphas) == ["market_model", "fama_french_3", "fama_french_5"]
    assert not any(alpha["trusted"] for alpha in alphas.values())
    assert day_zero["tests"] == answer["group"]
    assert day_zero["mean"] == pytest.approx(answer["aar"][10], rel=1e-12)
    assert {test["trusted"] for test in answer["windows"]["[0, +1]"]["tests"].values()} == {True, False}
    assert list(answer["design"]) == [
        "event_session",
        "benchmark",
        "model",
        "event_window",
        "estimation_window",
    ]
    firm = answer["firms"]["NVDA"]
    assert list(firm) == [
        *("benchmark", "event_session", "alpha", "beta", "sigma", "nobs", "df", "event_time", "returns"),
        *("expected_returns", "abnormal_returns", "standard_errors", "statistics", "pvalues", "car"),
        *("diagnostics", "placebo_pvalue", "inference"),
    ]
    assert {len(firm[name]) for name in ("event_time", "returns", "pvalues")} == {21}
    assert list(firm["car"][0]) == [
        *("window", "car", "se", "statistic", "df", "pvalue", "stepdown", "ci", "sessions", "of"),
    ]
    assert list(firm["diagnostics"]["normality"]) == ["label", "statistic", "pvalue", "verdict", "sentence"]
    assert firm["inference"]["placebo"] == firm["placebo_pvalue"]
    assert firm["car"][0]["stepdown"] >= firm["inference"]["stepdown"]
    assert all(0 < pvalue <= 1 for pvalue in firm["inference"].values())
    assert (answer["summary"]["firms"], answer["summary"]["dates"]) == (5, 1)
    assert answer["summary"]["headline"] == [
        "placebo_rank",
        "recent_placebo_rank",
        "kolari_pynnonen",
        "corrado_rank",
    ]
    assert "ASMIY" in answer["excluded"]["ASM.AS"]


def test_a_synthetic_control_says_what_it_is_made_of(document: Callable[..., Any], run: Run) -> None:
    answer = document("study", "--model", "synthetic", "--symbols", "NVDA")
    donors = answer["firms"]["NVDA"]["donors"]
    assert sum(donors["weights"].values()) == pytest.approx(1, abs=0.01)
    assert donors["left_out"]["AMD"] == "an instrument of the event"
    assert {"AMD", "CRWD", "NVDA"}.isdisjoint(donors["used"])
    trusted = [key for key, test in answer["group"].items() if test["trusted"]]
    assert (trusted, donors["trusted"]) == (["recent_placebo_rank"], True)
    answer = run("study", "--model", "synthetic", "--symbols", "NVDA", "--donors", "AMD", "AVGO", "MU")
    assert_one_line(answer)
    assert "NVDA: 3 donors, at least 5 are needed" in answer.err


def test_the_study_finds_the_fall_of_the_day(document: Callable[..., Any]) -> None:
    firms = document("study")["firms"]
    falls = {symbol: round(100 * firm["returns"][10], 2) for symbol, firm in firms.items()}
    assert falls == {"NVDA": -16.97, "ASML.AS": -7.01, "ASMIY": -11.34, "ENR.DE": -19.95, "SU.PA": -9.48}


def test_choices_reach_the_study(document: Callable[..., Any]) -> None:
    answer = document(
        *("study", "deepseek-2025-01-27", "--symbols", "NVDA", "ENR.DE", "--model", "market_adjusted"),
        *("--benchmark", "SPY", "--event-window", "-2", "3", "--estimation-window", "-120", "-11"),
    )
    assert list(answer["firms"]) == ["NVDA", "ENR.DE"]
    assert answer["design"] == {
        "event_session": "2025-01-27",
        "benchmark": "SPY",
        "model": "market_adjusted",
        "event_window": [-2, 3],
        "estimation_window": [-120, -11],
    }
    assert answer["firms"]["NVDA"]["beta"] == 1


def test_text_and_csv_tell_the_same_as_json(run: Run, document: Callable[..., Any]) -> None:
    firm = document("study")["firms"]["NVDA"]
    text, table = run("study").out, list(csv.DictReader(io.StringIO(run("study", "--format", "csv").out)))
    assert f"{100 * firm['returns'][10]:+.2f} %".replace("-", "−") in text
    assert f"{100 * firm['abnormal_returns'][10]:+.2f} %".replace("-", "−") in text
    assert "< 0.001" in text, "p values as everywhere"
    assert "\u00a0" not in text, "plain spaces, for who searches in it"
    day = next(row for row in table if row["symbol"] == "NVDA" and row["event_time"] == "0")
    assert float(day["abnormal_returns"]) == float(f"{firm['abnormal_returns'][10]:.10g}")


def test_what_reacts_can_be_the_volume_or_the_range(run: Run, document: Callable[..., Any]) -> None:
    answer = document("study", "--reaction", "volume")
    assert (answer["design"]["reaction"], answer["design"]["model"]) == ("volume", "constant_mean")
    abnormal = answer["firms"]["NVDA"]["abnormal_returns"][10]
    text = run("study", "--reaction", "volume").out
    assert "abnormal volume" in text
    assert f"{abnormal:+.2f}" in text
    assert not any(test["trusted"] for test in answer["group"].values())
    assert "moved 1.08 times as much" in answer["group"]["placebo_rank"]["reason"]
    assert "+3.36 %" in run("study", "--reaction", "range").out


@pytest.mark.parametrize("model", ["market_model", "two_index"])
def test_the_text_says_when_its_model_misleads(model: str, run: Run) -> None:
    words = run("study", "--model", model).out.split()
    assert NORMAL_RETURNS[model].caution in " ".join(words)


# ---- bad input -------------------------------------------------------------------------------------


BAD_DATES = {
    "2012-04-02": "outside the data",
    "2021-03-15": "sessions before day 0",
    "2022-02-30": "--event-date",
    "tomorrow": "--event-date",
}


@pytest.mark.parametrize(("date", "message"), BAD_DATES.items())
def test_a_bad_date_is_one_clear_line(date: str, message: str, prices: Path, run: Run) -> None:
    answer = run("study", "--prices", prices, "--benchmark", "MKT", "--event-date", date, *WINDOWS)
    assert message in answer.err
    assert_one_line(answer)


MOMENTS = {
    "2022-04-04": "2022-04-04",
    "04/04/2022": "2022-04-04",
    "2022-04-04 10:00": "2022-04-04",
    "2022-04-04 16:30": "2022-04-05",
    "2022-04-05T01:00Z": "2022-04-05",
    "2022-04-03": "2022-04-04",
    "2022-04-02 12:00": "2022-04-04",
}


@pytest.mark.parametrize(("text", "session"), MOMENTS.items())
def test_a_date_of_ones_own_may_have_a_time(
    text: str, session: str, prices: Path, document: Callable[..., Any]
) -> None:
    own = ("--prices", prices, "--benchmark", "MKT", *WINDOWS)
    answer = document("study", *own, "--event-date", text)
    assert answer["design"]["event_session"] == session
    zone = [said for said in answer["cautions"] if "(America/New_York)" in said]
    assert len(zone) == (text in ("2022-04-04 10:00", "2022-04-04 16:30", "2022-04-02 12:00"))


@pytest.mark.parametrize("text", ["2022-04-02", "2022-04-02 12:00"])
def test_a_closed_day_of_a_single_study_moves_as_in_lists(
    text: str, prices: Path, run: Run, document: Callable[..., Any]
) -> None:
    own = ("--prices", prices, "--benchmark", "MKT", *WINDOWS, "--event-date", text, "--closed-day")
    before = document("study", *own, "previous")
    assert before["design"]["event_session"] == "2022-04-01"
    assert set(before["moved"].values()) == {"2022-04-01: 2022-04-02 is no session of its exchange"}
    dropped = run("study", *own, "drop")
    assert "2022-04-02 is no session of MKT; the neighbouring sessions are" in dropped.err
    assert_one_line(dropped)


def test_a_day_that_is_closed_for_some_firms_alone_is_not_judged_by_the_first(prices: Path, run: Run) -> None:
    """F1 has a bar on that Saturday, the others have none."""
    lines = (prices / "F1.csv").read_text().splitlines(keepends=True)
    place = next(k for k, line in enumerate(lines) if line > "2022-04-02" and line[0].isdigit())
    lines.insert(place, lines[place].replace(lines[place][:10], "2022-04-02"))
    (prices / "F1.csv").write_text("".join(lines))
    own = ("--prices", prices, "--model", "constant_mean", *WINDOWS, "--event-date", "2022-04-02 12:00")
    answer = run("study", *own, "--closed-day", "previous")
    assert_one_line(answer)
    assert "2022-04-02 is a session of some firms and not of others; name --benchmark" in answer.err


BAD_CHOICES = {
    "--event-date 04/05/2022": "add --dates dmy (day first) or --dates mdy",
    "--event-date 2022-04-04 --closed-day later": "allowed are next, previous, drop",
    "--event-date 2022-04-04 --accept XXX": "--accept XXX: no such symbol in this study; it has F1",
}


@pytest.mark.parametrize(("options", "message"), BAD_CHOICES.items())
def test_a_choice_that_cannot_be_is_one_clear_line(
    options: str, message: str, prices: Path, run: Run
) -> None:
    answer = run("study", "--prices", prices, "--benchmark", "MKT", *WINDOWS, *options.split())
    assert message in answer.err
    assert_one_line(answer)


HEADER = "Date,Open,High,Low,Close,Adj Close,Volume\n"
BAD_FILES = {
    "missing column": ("Date,Open,High,Low,Volume\n2022-04-01,1,1,1,1\n", "Volume"),
    "unparsable date": (HEADER + "2022-04-31,1,1,1,1,1,1\n", "2022-04-31"),
    "duplicate date": (HEADER + "2022-04-01,1,1,1,1,1,1\n" * 2, "2022-04-01"),
    "negative price": (HEADER + "2022-04-01,1,1,1,1,-1,1\n", "-1"),
    "zero price": (HEADER + "2022-04-01,1,1,1,1,0,1\n", "0"),
    "text in numbers": (HEADER + "2022-04-01,1,1,1,1,one,1\n", "one"),
    "empty file": ("", "empty"),
    "header only": (HEADER, "F1"),
    "binary": ("\0\1\2\3" * 100, "F1"),
}


@pytest.mark.parametrize(("content", "message"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_bad_price_file_is_one_clear_line(content: str, message: str, prices: Path, run: Run) -> None:
    (prices / "F1.csv").write_text(content)
    answer = run("study", "--prices", prices, *OWN_FILES, "--symbols", "F1")
    assert "F1.csv" in answer.err
    assert message in answer.err
    assert_one_line(answer)


def test_a_bad_price_file_among_good_ones_is_left_out_with_the_reason(
    prices: Path, document: Callable[..., Any]
) -> None:
    (prices / "F1.csv").write_text(HEADER + "2022-04-01,1,1,1,1,one,1\n")
    answer = document("study", "--prices", prices, *OWN_FILES)
    assert "F1" not in answer["firms"]
    assert "'one'" in answer["excluded"]["F1"]
    named = document("study", "--prices", prices, *OWN_FILES, "--symbols", "F1", "F2")
    assert list(named["firms"]) == ["F2"]
    assert "'one'" in named["excluded"]["F1"]


def test_bars_on_days_without_the_benchmark_are_counted_not_passed_over(prices: Path, run: Run) -> None:
    said = "Not used: F1: 2 bars on days that are no sessions of MKT, the first 2022-01-15"
    with (prices / "F1.csv").open("a") as file:
        file.write("2022-01-16,132,132,132,132,132,1\n2022-01-15,132,132,132,132,132,1\n")
    printed = run("study", "--prices", prices, *OWN_FILES).out.splitlines()
    assert said.replace("2022-01-15", "15 Jan 2022") in printed
    answer = run("study", "--prices", prices, *OWN_FILES, "--format", "json")
    assert said in json.loads(answer.out)["cautions"]


def test_a_folder_without_prices_or_benchmark_is_one_clear_line(
    tmp_path: Path, prices: Path, run: Run
) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "nowhere", tmp_path / "empty"):
        assert_one_line(run("study", "--prices", folder, *OWN_FILES))
    (prices / "MKT.csv").unlink()
    assert_one_line(run("study", "--prices", prices, *OWN_FILES))


def test_every_window_says_whether_its_tests_can_be_trusted(document: Callable[..., Any]) -> None:
    answer = document("study")
    windows = {name: window["tests"] for name, window in answer["windows"].items()}
    assert all(isinstance(test["trusted"], bool) for tests in windows.values() for test in tests.values())
    assert windows["[0]"] == answer["group"]
    assert windows["[0]"]["placebo_rank"]["trusted"]
    assert not windows["[-10, +10]"]["placebo_rank"]["trusted"]
    assert windows["[-10, +10]"]["placebo_rank"]["reason"].startswith("the window has 21 days")
    assert windows["[-10, +10]"]["kolari_pynnonen"]["trusted"]


def test_donors_of_price_files_need_not_be_among_the_firms(
    prices: Path, run: Run, document: Callable[..., Any]
) -> None:
    own = ("study", "--prices", prices, *OWN_FILES, "--model", "synthetic", "--symbols", "F1", "--donors")
    donors = ["F2", "F3", "F4", "F5", "F6"]
    answer = document(*own, *donors)
    assert answer["firms"]["F1"]["donors"]["used"] == donors
    assert list(answer["firms"]) == ["F1"]
    unknown = run(*own, *donors[:-1], "NONE")
    assert "'NONE'" in unknown.err
    assert_one_line(unknown)
