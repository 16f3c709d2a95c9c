"""The specification curve on the command line."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json

import pytest

import app
from commands import DEFAULT_EVENT
from data.catalogue import dossier
from robustness import choices_of


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert app.main(list(arguments)) == 0
    return capsys.readouterr().out


def test_other_days_zero_are_those_of_the_timeline() -> None:
    choices = choices_of(dossier(DEFAULT_EVENT))
    assert choices.days_zero == (None, *(dt.date(2025, 1, day) for day in (20, 21, 24)))
    assert choices.benchmarks[0] is None
    assert "^IXIC" in choices.benchmarks


def test_the_preferred_specification_is_the_study(capsys: pytest.CaptureFixture[str]) -> None:
    curve = json.loads(printed(capsys, "robustness", "--format", "json"))
    study = json.loads(printed(capsys, "study", "--format", "json"))
    preferred = {row["target"]: row["preferred"] for row in curve["summary"] if row["day_zero"] == "default"}
    for symbol, firm in study["firms"].items():
        assert preferred[symbol] == pytest.approx(firm["car"][0]["car"], rel=1e-12)
    first = curve["curve"]["target"].index("group")
    assert curve["curve"]["pvalue"][first] == pytest.approx(study["group"]["portfolio"]["pvalue"], rel=1e-9)
    lengths = {len(column) for column in curve["curve"].values()}
    assert lengths == {curve["specifications"] * len(preferred)}


def test_text_keeps_the_questions_apart(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "robustness")
    assert "20,160 specifications" in text
    assert [line[:21] for line in text.splitlines() if "Were" in line] == [
        f"Were 2025-01-{day} day 0" for day in (20, 21, 24)
    ]
    assert "2025-01-20 is no session of XNYS" in text
    assert text.splitlines()[-1].startswith("Source: ")


def test_csv_has_a_row_per_specification_and_target(capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(printed(capsys, "robustness", "--format", "csv"))))
    assert len(rows) == 20_160 * 6
    assert all(bool(row["pvalue"]) != bool(row["reason"]) for row in rows)


def test_an_unknown_event_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["robustness", "deepsek-2025-01-27"]) == 2
    assert "Did you mean 'deepseek-2025-01-27'?" in capsys.readouterr().err
