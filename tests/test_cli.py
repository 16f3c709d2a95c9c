"""The command line, as a user meets it."""

from __future__ import annotations

import csv
import io
import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import app
from analysis.normal_returns import NORMAL_RETURNS

ROOT = Path(__file__).parents[1]
REFERENCE = Path(__file__).parent / "reference"
CASES = sorted(path.parent for path in REFERENCE.glob("*/expected.json"))
WINDOWS = ("--estimation-window", "-270", "-21", "--event-window", "-10", "10")
OWN_FILES = ("--benchmark", "MKT", "--event-date", "2022-04-04", *WINDOWS)


class Answer(NamedTuple):
    """What a command gave back."""

    code: int
    out: str
    err: str


Run = Callable[..., Answer]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process."""

    def run(*arguments: str | Path) -> Answer:
        code = app.main([str(argument) for argument in arguments])
        return Answer(code, *capsys.readouterr())

    return run


@pytest.fixture
def document(run: Run) -> Callable[..., Any]:
    """Run a command with ``--format json`` and read what it prints."""

    def document(*arguments: str | Path) -> Any:
        answer = run(*arguments, "--format", "json")
        assert answer.code == 0, answer.err
        return json.loads(answer.out, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))

    return document


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    """A copy of the reference price files, to break."""
    return Path(shutil.copytree(CASES[0] / "prices", tmp_path / "prices"))


# ---- results --------------------------------------------------------------------------------------


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
    assert list(answer) == ["design", "firms", "group", "summary", "excluded"]
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
    assert list(firm["car"][0]) == ["window", "car", "se", "statistic", "df", "pvalue", "ci"]
    assert list(firm["diagnostics"]["normality"]) == ["label", "statistic", "pvalue", "verdict", "sentence"]
    assert firm["inference"]["placebo"] == firm["placebo_pvalue"]
    assert all(0 < pvalue <= 1 for pvalue in firm["inference"].values())
    assert (answer["summary"]["firms"], answer["summary"]["dates"]) == (5, 1)
    assert answer["summary"]["headline"] == ["portfolio", "placebo_rank"]
    assert "ASMIY" in answer["excluded"]["ASM.AS"]


def test_the_study_finds_the_fall_of_the_day(document: Callable[..., Any]) -> None:
    firms = document("study")["firms"]
    falls = {symbol: round(100 * firm["returns"][10], 2) for symbol, firm in firms.items()}
    assert falls == {"NVDA": -16.97, "ASML.AS": -7.01, "ASMIY": -11.34, "ENR.DE": -19.95, "SU.PA": -9.48}


def test_choices_reach_the_study(document: Callable[..., Any]) -> None:
    answer = document(
        *("study", "deepseek-2025-01-27", "--symbols", "NVDA", "ENR.DE", "--model", "constant_mean"),
        *("--benchmark", "SPY", "--event-window", "-2", "3", "--estimation-window", "-120", "-11"),
    )
    assert list(answer["firms"]) == ["NVDA", "ENR.DE"]
    assert answer["design"] == {
        "event_session": "2025-01-27",
        "benchmark": "SPY",
        "model": "constant_mean",
        "event_window": [-2, 3],
        "estimation_window": [-120, -11],
    }
    assert answer["firms"]["NVDA"]["beta"] == 0


def test_text_and_csv_tell_the_same_as_json(run: Run, document: Callable[..., Any]) -> None:
    firm = document("study")["firms"]["NVDA"]
    text, table = run("study").out, list(csv.DictReader(io.StringIO(run("study", "--format", "csv").out)))
    assert f"{100 * firm['returns'][10]:+.2f} %" in text
    assert f"{100 * firm['abnormal_returns'][10]:+.2f} %" in text
    day = next(row for row in table if row["symbol"] == "NVDA" and row["event_time"] == "0")
    assert float(day["abnormal_returns"]) == firm["abnormal_returns"][10]


def test_what_reacts_can_be_the_volume_or_the_range(run: Run, document: Callable[..., Any]) -> None:
    answer = document("study", "--reaction", "volume")
    assert (answer["design"]["reaction"], answer["design"]["model"]) == ("volume", "constant_mean")
    abnormal = answer["firms"]["NVDA"]["abnormal_returns"][10]
    text = run("study", "--reaction", "volume").out
    assert "abnormal volume" in text
    assert f"{abnormal:+.2f}" in text
    assert [key for key, test in answer["group"].items() if test["trusted"]] == ["placebo_rank"]
    assert "+3.36 %" in run("study", "--reaction", "range").out


@pytest.mark.parametrize("model", ["market_model", "two_index"])
def test_the_text_says_when_its_model_misleads(model: str, run: Run) -> None:
    words = run("study", "--model", model).out.split()
    assert NORMAL_RETURNS[model].caution in " ".join(words)


def test_every_reported_claim_has_a_verdict(document: Callable[..., Any], run: Run) -> None:
    claims = document("reported")
    assert list(claims[0]) == [
        *("id", "source", "symbol", "basis", "qualifier", "reported", "close", "low", "high", "open"),
        *("abnormal_return", "verdict", "reason"),
    ]
    assert {str(number) for number in range(1, 12)} <= {claim["id"] for claim in claims}
    assert all(claim["verdict"] and claim["reason"] for claim in claims)
    asml = next(claim for claim in claims if claim["id"] == "6")
    assert (asml["verdict"], round(asml["close"], 4)) == ("seen_intraday", -0.0701)
    assert "Seen during the day" in run("reported").out


def test_status_tells_what_prices_there_are(run: Run) -> None:
    answer = run("status")
    assert answer.code == 0
    assert "2025-12-31" in answer.out


# ---- bad input: one line, exit 2 --------------------------------------------------------------------


BAD_CHOICES = {
    "event": (("study", "tulips-1637"), "unknown event 'tulips-1637'"),
    "event of reported": (("reported", "tulips-1637"), "unknown event"),
    "symbol": (("study", "--symbols", "NVDIA"), "unknown symbol 'NVDIA'. Did you mean 'NVDA'?"),
    "benchmark": (("study", "--benchmark", "SPYY"), "unknown symbol 'SPYY'"),
    "model": (("study", "--model", "market"), "Did you mean 'market_model'?"),
    "reaction": (("study", "--reaction", "mood"), "Known: range, return, volume"),
    "reaction and model": (
        ("study", "--reaction", "volume", "--model", "market_model"),
        "choose the model 'constant_mean'",
    ),
    "reaction of a list": (("study", "--reaction", "volume", "--events", "x.csv"), "studies returns"),
    "format": (("study", "--format", "xml"), "'xml' is not one of"),
    "overlap": (("study", "--estimation-window", "-260", "-10"), "overlaps event window [-10, +10]"),
    "day 0": (("study", "--event-window", "1", "5"), "must contain day 0"),
    "backwards": (("study", "--event-window", "5", "-5"), "the start lies after the end"),
    "history": (("study", "--estimation-window", "-900", "-11"), "needs 900 sessions before day 0"),
    "half a window": (("study", "--event-window", "5"), "requires 2 arguments"),
    "no number": (("study", "--event-window", "a", "b"), "--event-window"),
    "astronomic": (("study", "--estimation-window", "-99999999999", "-11"), "reaches farther than"),
    "beyond any number": (("study", "--event-window", "9", "9" * 21), "reaches farther than"),
    "empty event": (("study", ""), "EVENT"),
    "empty folder": (("export", "--out", ""), "it is empty"),
    "empty file": (("report", "--out", " "), "it is empty"),
    "nothing to export": (("export", "--out", "x", "--format", "", "--tables", ","), "nothing to write"),
    "twice": (("study", "--symbols", "NVDA", "NVDA"), "NVDA is named twice"),
    "no symbols": (("study", "--symbols"), "'--symbols' requires an argument"),
    "option": (("study", "--modle", "x"), "No such option: --modle"),
    "command": (("stduy",), "Did you mean 'study'?"),
    "date without files": (("study", "--event-date", "2025-01-27"), "--event-date goes with --prices"),
    "files without date": (("study", "--prices", "."), "--prices needs"),
    "port": (("--port", "99999"), "--port"),
    "host": (("--host", "no.such.host.invalid", "--port", "0"), "cannot listen on no.such.host.invalid"),
}


@pytest.mark.parametrize(("arguments", "message"), BAD_CHOICES.values(), ids=BAD_CHOICES)
def test_a_bad_choice_is_one_clear_line(arguments: tuple[str, ...], message: str, run: Run) -> None:
    answer = run(*arguments)
    assert message in answer.err
    assert_one_line(answer)


BAD_DATES = {
    "2022-04-02": "is no session",
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


HEADER = "Date,Open,High,Low,Close,Adj Close,Volume\n"
BAD_FILES = {
    "missing column": ("Date,Open,High,Low,Close,Volume\n2022-04-01,1,1,1,1,1\n", "Adj Close"),
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


def test_a_folder_without_prices_or_benchmark_is_one_clear_line(
    tmp_path: Path, prices: Path, run: Run
) -> None:
    for folder in (tmp_path / "nowhere", tmp_path):
        assert_one_line(run("study", "--prices", folder, *OWN_FILES))
    (prices / "MKT.csv").unlink()
    assert_one_line(run("study", "--prices", prices, *OWN_FILES))


def assert_one_line(answer: Answer) -> None:
    """A usage error: exit 2, nothing on stdout, one line on stderr that is no traceback."""
    assert answer.code == 2, answer.err
    assert answer.out == ""
    assert answer.err.count("\n") == 1
    assert answer.err.startswith("error: ")


# ---- as a process ---------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [("export", "--format", "", "--out"), ("report", "--out")])
def test_a_place_that_cannot_be_written_is_one_clear_line(
    command: tuple[str, ...], tmp_path: Path, run: Run
) -> None:
    file = tmp_path / "file"
    file.touch()
    answer = run(*command, file / "below.html")
    assert answer.code == 1
    assert str(file) in answer.err
    assert "Not a directory" in answer.err
    assert len(answer.err.splitlines()) == 1
    assert "AFTERSHOCK_DEBUG" not in answer.err


def test_a_port_in_use_is_one_clear_line(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        answer = subprocess.run(
            [sys.executable, "app.py", "--port", port],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
        )
    assert answer.returncode == 2
    assert answer.stderr.count("\n") == 1
    assert f"127.0.0.1:{port}" in answer.stderr


def test_results_go_to_stdout_and_nothing_else_does(environment: dict[str, str]) -> None:
    command = [sys.executable, "app.py", "study", "--format", "json"]
    answer = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert answer.stderr == ""
    assert json.loads(answer.stdout)["firms"]


def test_a_reader_who_stops_reading_gets_no_traceback(environment: dict[str, str]) -> None:
    command = f"{sys.executable} app.py study --format json | head -c 10"
    answer = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, shell=True)
    assert answer.stderr == ""


def test_the_web_process_starts_without_statsmodels_and_yfinance(environment: dict[str, str]) -> None:
    show = "import app, sys; app.server; print(sorted({'statsmodels', 'yfinance'} & set(sys.modules)))"
    answer = subprocess.run(
        [sys.executable, "-c", show], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


HEAVY = {"scipy", "sqlalchemy", "pydantic", "statsmodels", "numba", "dash", "plotly", "exchange_calendars"}


@pytest.mark.parametrize("form", ["text", "json", "csv"])
def test_a_study_takes_pandas_and_little_else(form: str, environment: dict[str, str], tmp_path: Path) -> None:
    """Twice: the first time the event file may have to be checked, which takes pydantic."""
    own = environment | {"AFTERSHOCK_DATABASE_URL": f"sqlite:///{tmp_path}/prices.db"}
    code = (
        f"import app, sys; app.main(['study', '--format', '{form}']);"
        f"print(sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)"
    )
    for _ in range(2):
        answer = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=own, capture_output=True, text=True, check=True
        )
    assert answer.stderr.strip() == "[]"
