"""The specification curve on the command line."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re

import pandas as pd
import pytest

import app
from analysis.choices.curve import SpecificationCurve, specification_curve
from analysis.choices.permutation import PermutationTest
from analysis.inference.significance import TESTS
from analysis.market.events import Window
from analysis.study.study import StudyDesign, event_study
from commands.robustness import choices_of, robustness_document, show_robustness
from commands.source import DEFAULT_EVENT
from data.bundled.bundle import bundled_market
from data.catalogue.dossiers import dossier
from tests.dashboard.newsdesk import mixed_case

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
    assert printed["group_test"]["label"] == "Portfolio t"
    assert printed["group_test"]["windows"]["[0]"] == {
        "trusted": False,
        "reason": TESTS["portfolio"].trusted(results, Window(0, 0)),
    }
    lengths = {len(column) for column in printed["curve"].values()}
    assert lengths == {printed["specifications"] * len(preferred)}


def test_text_keeps_the_questions_apart(
    curve: SpecificationCurve, capsys: pytest.CaptureFixture[str]
) -> None:
    show_robustness(curve, MARKET.provenance, "text")
    text = capsys.readouterr().out
    assert "20,160 specifications" in text
    assert [line[:22] for line in text.splitlines() if "Were" in line and "cumulative" in line] == [
        f"Were {day} Jan 2025 day 0" for day in (20, 21, 24)
    ]
    assert "of the group by the portfolio t; not to be trusted in [0], " in text
    assert text.splitlines()[-1].startswith("Source: ")


def test_a_permutation_test_is_printed_and_in_the_document(
    curve: SpecificationCurve, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = {"specifications": 4, "median": -0.2, "share_significant": 1.0, "mean_t": -3.0}
    event = pd.DataFrame({"NVDA": figures}).T
    draws = pd.concat({day: event * day / 10 for day in range(1, 4)}, names=["date", "target"]).assign(
        specifications=4
    )
    test = PermutationTest(event, draws)
    show_robustness(curve, MARKET.provenance, "text", test=test)
    assert re.search(r"NVDA +Median effect +−20.00 % +4.00 % +0.250 +3", capsys.readouterr().out)
    document = robustness_document(curve, test)["permutation"]["NVDA"]["mean_t"]
    assert document == pytest.approx({"event": -3.0, "usual": 0.6, "pvalue": 0.25, "dates": 3})


def test_csv_has_a_row_per_specification_and_target(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["robustness", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == 20_160 * 6
    assert all(bool(row["pvalue"]) != bool(row["reason"]) for row in rows)


def test_an_unknown_event_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["robustness", "deepsek-2025-01-27"]) == 2
    assert "Did you mean 'deepseek-2025-01-27'?" in capsys.readouterr().err


def test_the_second_opinion_of_the_page_is_printed_too(
    curve: SpecificationCurve, capsys: pytest.CaptureFixture[str]
) -> None:
    case = mixed_case()
    show_robustness(curve, MARKET.provenance, "json", case=case)
    (firm,) = json.loads(capsys.readouterr().out)["second_opinion"]["firms"].values()
    control = case.study.abnormal_returns.loc[0, "NVDA"]
    assert firm["abnormal_returns"]["synthetic"] == pytest.approx(control)
    assert firm["donors"]["placebo_firms"] is not None
    show_robustness(curve, MARKET.provenance, "text", case=case)
    assert "For NVIDIA on day 0 the market model" in capsys.readouterr().out.replace("\n", " ")
