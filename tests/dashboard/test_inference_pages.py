"""Inference and Robustness: what they say is what the analysis found."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

import numpy as np
import pytest

from analysis.choices.curve import GROUP, specification_curve
from analysis.inference.placebo import placebo
from analysis.inference.significance import TESTS
from analysis.market.events import TimelineEntry, Window
from dashboard import figures, theme
from dashboard.case import Case
from dashboard.exhibits import Exhibit, exhibits, words
from dashboard.pages import inference, other_days, robustness
from tests.dashboard.newsdesk import made_up_case


@pytest.fixture(scope="module")
def of_inference() -> dict[str, Exhibit]:
    return exhibits(inference.layout(made_up_case()))


@pytest.fixture(scope="module")
def of_robustness() -> dict[str, Exhibit]:
    return exhibits(robustness.layout(made_up_case()))


def column(exhibit: Exhibit, name: str) -> tuple[object, ...]:
    return next(c.values for c in exhibit.columns if c.name == name)


def test_every_test_has_a_row_and_trusted_ones_come_first(of_inference: dict[str, Exhibit]) -> None:
    verdicts = [str(text).split()[0] for text in column(of_inference["group-tests"], "Trusted here?")]
    assert len(verdicts) == len(TESTS)
    assert verdicts.index("Misleads") > verdicts.index("Trusted")
    assert "Trusted" not in verdicts[verdicts.index("Misleads") :]


def test_choice_of_trusted_tests_leaves_the_others_out() -> None:
    case = made_up_case(tests="trusted")
    trusted = [key for key, test in TESTS.items() if test.trusted(case.study, case.view.car_window) is None]
    assert len(exhibits(inference.layout(case))["group-tests"].columns[0].values) == len(trusted)


def test_placebo_p_on_the_page_is_that_of_the_analysis(of_inference: dict[str, Exhibit]) -> None:
    case = made_up_case()
    found = placebo(case.study, case.view.car_window)
    assert column(of_inference["placebo-firms"], "Placebo p") == tuple(found.pvalues)


def test_finding_counts_the_dates_that_were_as_extreme() -> None:
    case = made_up_case()
    title = words(inference.finding(case, placebo(case.study, case.view.car_window)))
    assert "earlier dates moved these firms as far, for the variability of the time" in title


def test_histogram_counts_every_date_and_marks_the_event() -> None:
    draws = np.linspace(-0.05, 0.05, 101)
    figure = figures.histogram(draws, -0.2, "event", theme.series(0), 200)
    assert sum(figure["data"][0]["y"]) == 101
    assert figure["layout"]["shapes"][0]["x0"] == -0.2
    assert figure["layout"]["xaxis"]["range"][0] < -0.2


def test_histogram_without_dates_still_draws() -> None:
    assert figures.histogram(np.empty(0), -0.1, "event", theme.series(0), 200)["data"][0]["y"] == []


def test_curve_holds_every_distinct_specification_sorted(of_robustness: dict[str, Exhibit]) -> None:
    case = made_up_case()
    curve = specification_curve(robustness.choices(case), case.market)
    effects = column(of_robustness["specification-curve"], "Effect")
    assert list(effects) == sorted(robustness.answers(curve, GROUP)["effect"])
    assert len(effects) == curve.summary.loc[("default", GROUP), "specifications"]


def test_matrix_ticks_once_per_specification_and_choice() -> None:
    case = made_up_case()
    curve = specification_curve(robustness.choices(case), case.market)
    table = robustness.answers(curve, GROUP)
    figure = exhibits(robustness.layout(case))["specification-curve"].panels[0].figure
    ticks = [shape["path"] for shape in figure["layout"]["shapes"] if shape.get("yref") == "y2"]
    assert sum(path.count("M") for path in ticks) == len(table) * len(robustness.varied(table))


def test_every_interval_is_drawn_from_its_low_to_its_high_end() -> None:
    case = made_up_case()
    table = robustness.answers(specification_curve(robustness.choices(case), case.market), GROUP)
    figure = exhibits(robustness.layout(case))["specification-curve"].panels[0].figure
    (path,) = (shape["path"] for shape in figure["layout"]["shapes"] if shape.get("yref") == "y")
    drawn = np.array([re.split("[,V]", stroke) for stroke in path.split("M")[1:]], dtype=float)
    assert drawn[:, 0].tolist() == list(range(1, len(table) + 1))
    assert drawn[:, 1:] == pytest.approx(table[["ci_low", "ci_high"]].to_numpy(), rel=1e-5)


def test_curve_of_one_firm_is_drawn_when_asked_for() -> None:
    case = made_up_case(target="BBB")
    assert robustness.target_of(case) == "BBB"
    assert words(robustness.layout(case)[0]).split(":")[0].endswith(case.name("BBB"))


def test_stand_in_answers_for_the_firm_it_stands_for() -> None:
    assert robustness.target_of(made_up_case(target="CCC")) == "CCR"


def test_each_benchmark_is_a_row_and_a_contaminated_one_is_called_so() -> None:
    case = made_up_case()
    contaminated = dataclasses.replace(case.instrument("OTHER"), contaminated=True)
    market = dataclasses.replace(case.market, instruments={**case.market.instruments, "OTHER": contaminated})
    table = exhibits(robustness.layout(Case(case.view, case.dossier, market)))["benchmark-comparison"]
    rows = dict(zip(column(table, "Measured against"), column(table, "Alpha <b>"), strict=True))
    assert rows["Nothing: the return itself"] == case.study.returns.loc[0, "AAA"]
    assert rows["Each share's own benchmark"] == case.study.car(Window(0, 0)).loc["AAA", "car"]
    assert "Another market (contaminated)" in rows
    assert column(table, "Group")[2] == case.study.caar(Window(0, 0))


def test_without_an_earlier_day_on_the_timeline_no_other_day_is_asked_about() -> None:
    assert "names no other day" in words(other_days.section(made_up_case()))


def test_earlier_days_are_asked_about_beside_day_zero() -> None:
    case = made_up_case()
    day = min(case.study.event_sessions.values()) - dt.timedelta(days=7)
    event = dataclasses.replace(case.dossier.event, timeline=(TimelineEntry(day, "A hint"),))
    asked = Case(case.view, dataclasses.replace(case.dossier, event=event), case.market)
    table = exhibits([other_days.section(asked)])["other-days"]
    assert column(table, "What happened")[1] == "A hint."
    assert column(table, "Effect")[0] == case.study.caar(Window(0, 0))
