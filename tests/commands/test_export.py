"""Files for others: of price files too, and what cannot be written."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path

import numpy as np
import pytest

from dashboard.views.words import sentence
from tests.commands.conftest import Run, assert_one_line


@pytest.mark.parametrize("command", [("export", "--format", "", "--out"), ("report", "--out")])
def test_a_place_that_cannot_be_written_is_one_clear_line(
    command: tuple[str, ...], tmp_path: Path, run: Run
) -> None:
    file = tmp_path / "file"
    file.touch()
    answer = run(command[0], "no-such-event", *command[1:], file / "below.html")
    assert answer.code == 1  # said before the event is looked for
    assert str(file) in answer.err
    assert "Not a directory" in answer.err
    assert len(answer.err.splitlines()) == 1
    assert "AFTERSHOCK_DEBUG" not in answer.err


DAY = "2021-02-15"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A firm and an index of 330 sessions; the firm lost half of its price on one day of the estimation."""
    path, random = tmp_path_factory.mktemp("files"), np.random.default_rng(4)
    days = np.busday_offset("2020-01-01", np.arange(330), roll="forward")
    index = random.normal(0, 0.01, len(days))
    own = index + 0.01 * random.normal(size=len(days))
    own[150] = -0.45
    for symbol, returns in (("MKT", index), ("AAA", own)):
        closes = 50 * np.cumprod(1 + returns)
        lines = [f"{day},{close:.6f}" for day, close in zip(days, closes, strict=True)]
        (path / f"{symbol}.csv").write_text("\n".join(["Date,Close", *lines]) + "\n")
    return path


@pytest.fixture
def own(folder: Path) -> tuple[str, ...]:
    return "--prices", str(folder), "--benchmark", "MKT", "--event-date", DAY


def test_tables_of_price_files_hold_the_numbers_that_their_study_prints(
    own: tuple[str, ...], tmp_path: Path, run: Run
) -> None:
    windows = (
        "--event-window",
        "-2",
        "2",
        "--estimation-window",
        "-130",
        "-11",
        "--model",
        "market_adjusted",
    )
    study = json.loads(run("study", *own, *windows, "--format", "json").out)
    answer = run("export", *own, *windows, "--format", "", "--tables", "csv", "--out", tmp_path)
    assert answer.code == 0, answer.err
    (file,) = tmp_path.glob("*_car-windows.csv")
    header, first = file.read_text(encoding="utf-8-sig").splitlines()[:2]
    found = dict(zip(header.split(","), first.split(","), strict=False))
    assert found["Firm"] == "AAA"
    assert float(found["CAR [0] [decimal]"]) == pytest.approx(
        study["firms"]["AAA"]["car"][0]["car"], rel=1e-9
    )


def test_what_can_decide_a_result_over_files_stands_before_it_on_every_page(
    own: tuple[str, ...], tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dashboard.render import report

    monkeypatch.setattr(report, "browser", lambda: None)
    monkeypatch.setattr(report, "_plotly", lambda: "")
    said = json.loads(run("study", *own, "--format", "json").out)["cautions"]
    assert "AAA fell by" in said[0]
    assert run("report", *own, "--out", tmp_path / "report.html").code == 0
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    text = unescape(page)
    assert text.index(sentence(said[0])) < text.index("95 %")
    assert all(sentence(one) in text for one in said)
    robust = run("robustness", *own)
    assert robust.out.startswith("Caution: AAA fell by")


def test_an_event_is_exported_against_any_instrument_of_the_snapshot(tmp_path: Path, run: Run) -> None:
    """KRE, a fund of banks, is no instrument of the event."""
    other = ("deepseek-2025-01-27", "--benchmark", "KRE")
    study = json.loads(run("study", *other, "--format", "json").out)
    answer = run("export", *other, "--format", "", "--tables", "csv", "--out", tmp_path)
    assert answer.code == 0, answer.err
    (file,) = tmp_path.glob("*_car-windows.csv")
    text = file.read_text(encoding="utf-8-sig")
    header, first = text.splitlines()[:2]
    found = dict(zip(header.split(","), first.split(","), strict=False))
    assert found["Firm"] == "NVIDIA"
    assert float(found["CAR [0] [decimal]"]) == pytest.approx(study["firms"]["NVDA"]["car"][0]["car"])
    assert "benchmark=KRE" not in text  # no page has such an address


@pytest.mark.parametrize(
    "command", [("export", "--out", "x"), ("report", "--out", "x.html"), ("robustness",)]
)
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--prices", "p", "--event-date", DAY), "the model market_model needs --benchmark"),
        (("--prices", "p", "--model", "constant_mean"), "--prices needs --event-date"),
        (("deepseek-2025-01-27", "--prices", "p"), "--prices brings its own prices"),
        (("--event-date", DAY), "has its own date and prices"),
        (("--model", "nothing"), "nothing"),
    ],
)
def test_options_that_do_not_go_together_are_one_line(
    command: tuple[str, ...], options: tuple[str, ...], said: str, run: Run,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    answer = run(*command, *options)
    assert_one_line(answer)
    assert said in answer.err
    assert not list(tmp_path.iterdir())
