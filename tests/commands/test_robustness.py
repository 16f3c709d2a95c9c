"""The specification curve on the command line."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json

import pytest

import app
from analysis.choices.curve import SpecificationCurve, specification_curve
from analysis.inference.significance import TESTS
from analysis.market.events import Window
from analysis.study.study import StudyDesign, event_study
from commands.robustness import choices_of, show_robustness
from commands.source import DEFAULT_EVENT
from data.bundled.bundle import bundled_market
from data.catalogue.dossiers import dossier

EVENT = dossier(DEFAULT_EVENT)
MARKET = bundled_market(EVENT.instruments)


@pytest.fixture(scope="module")
def curve() -> SpecificationCurve:
    """The curve that the command prints."""
    return specification_curve(choices_of(EVENT), MARKET)


def test_other_days_zero_are_those_of_the_timeline() -> None:
    choices = choices_of(EVENT)
    assert choices.days_zero == (None, *(dt.date(2025, 1, day) for day in (20, 21, 24)))
    assert choices.benchmarks[0] is None
    assert "^IXIC" in choices.benchmarks


def test_the_preferred_specification_is_the_study(
    curve: SpecificationCurve, capsys: pytest.CaptureFixture[str]
) -> None:
    show_robustness(curve, MARKET.provenance, "json")
    printed = json.loads(capsys.readouterr().out)
    results = event_study(StudyDesign(EVENT.event, EVENT.firms), MARKET)
    preferred = {
        row["target"]: row["preferred"] for row in printed["summary"] if row["day_zero"] == "default"
    }
    for symbol, car in results.car(Window(0, 0))["car"].items():
        assert preferred[symbol] == pytest.approx(car, rel=1e-12)
    portfolio = TESTS["portfolio"].function(results, Window(0, 0))
    group = printed["curve"]["target"].index("group")
    assert printed["curve"]["pvalue"][group] == pytest.approx(portfolio.pvalue, rel=1e-9)
    lengths = {len(column) for column in printed["curve"].values()}
    assert lengths == {printed["specifications"] * len(preferred)}


def test_text_keeps_the_questions_apart(
    curve: SpecificationCurve, capsys: pytest.CaptureFixture[str]
) -> None:
    show_robustness(curve, MARKET.provenance, "text")
    text = capsys.readouterr().out
    assert "20,160 specifications" in text
    assert [line[:21] for line in text.splitlines() if "Were" in line and "cumulative" in line] == [
        f"Were 2025-01-{day} day 0" for day in (20, 21, 24)
    ]
    assert text.splitlines()[-1].startswith("Source: ")


def test_csv_has_a_row_per_specification_and_target(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["robustness", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == 20_160 * 6
    assert all(bool(row["pvalue"]) != bool(row["reason"]) for row in rows)


def test_an_unknown_event_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["robustness", "deepsek-2025-01-27"]) == 2
    assert "Did you mean 'deepseek-2025-01-27'?" in capsys.readouterr().err
