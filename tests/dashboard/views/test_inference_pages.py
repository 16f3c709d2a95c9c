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
from analysis.inference.trust import group_of
from analysis.market.events import TimelineEntry, Window
from dashboard.render.figures import drawn
from dashboard.views import inference, other_days, robustness, yardsticks
from dashboard.views.case import Case
from dashboard.views.content import Chart, Note
from dashboard.views.pages import Page
from dashboard.views.tables import Table
from dashboard.views.words import sentence
from tests.dashboard.newsdesk import column, made_up_case

Shown = dict[str, Chart | Table]


def shown(page: Page, case: Case) -> Shown:
    return {key: exhibit.content for key, exhibit in page.view(case).exhibits.items()}


@pytest.fixture(scope="module")
def of_inference() -> Shown:
    return shown(inference, made_up_case())


@pytest.fixture(scope="module")
def of_robustness() -> Shown:
    return shown(robustness, made_up_case())


def test_every_test_is_trusted_or_misleads_and_each_reason_is_said_once(of_inference: Shown) -> None:
    case = made_up_case()
    group, window = group_of(case.study), case.choices.car_window
    trusted = [
        test.label
        for test in TESTS.values()
        if test.objection(group, window, test.result(group, window)) is None
    ]
    name = "Test and what it asks"
    assert list(column(of_inference["group-tests"], name)) == trusted
    others = column(of_inference["misleading-tests"], name)
    assert {*trusted, *others} == {test.label for test in TESTS.values()}
    *_, reasons = inference.group_tests(group_of(case.study), case.choices.car_window)
    assert isinstance(reasons, Note)
    for test in TESTS.values():
        if doubt := test.objection(group, window, test.result(group, window)):
            assert reasons.text.count(sentence(doubt)) == 1


def test_choice_of_trusted_tests_leaves_the_others_out() -> None:
    view = inference.view(made_up_case(tests="trusted"))
    assert "group-tests" in view.exhibits
    assert "misleading-tests" not in view.exhibits


def test_placebo_p_on_the_page_is_that_of_the_analysis(of_inference: Shown) -> None:
    case = made_up_case()
    found = placebo(case.study, case.choices.car_window)
    assert column(of_inference["placebo-firms"], "Placebo p") == tuple(found.pvalues)


def test_finding_counts_the_dates_that_were_as_extreme() -> None:
    case = made_up_case()
    found = placebo(case.study, case.choices.car_window)
    dates = len(found.dates)
    for scar, extreme in ((None, found.as_extreme), (0.0, dates)):  # its p value ranks SCARs, not CARs
        event = found.event if scar is None else found.event.assign(scar=scar)
        pseudo = dataclasses.replace(found, event=event)
        assert pseudo.group_pvalue == pytest.approx((1 + extreme) / (1 + dates))
        title, _ = inference.finding(case, pseudo)
        assert title.startswith(f"{extreme or 'None'} of {dates} earlier dates ")
        assert title.endswith("as unusual for these firms")


def test_finding_quotes_only_tests_that_are_trusted_here() -> None:
    case = made_up_case()
    _, told = inference.finding(case, placebo(case.study, case.choices.car_window))
    for test in TESTS.values():
        if test.trusted(case.study, case.choices.car_window) is not None:
            assert f"{test.label}:" not in told
    assert "Kolari-Pynnonen t:" in told or "No test of the group can be trusted" in told


def test_curve_holds_every_distinct_specification_sorted(of_robustness: Shown) -> None:
    case = made_up_case()
    curve = specification_curve(robustness.choices(case), case.market)
    effects = column(of_robustness["specification-curve"], "Effect")
    assert list(effects) == sorted(robustness.answers(curve, GROUP)["effect"])
    assert len(effects) == curve.summary.loc[("default", GROUP), "specifications"]


def test_matrix_ticks_once_per_specification_and_choice() -> None:
    case = made_up_case()
    curve = specification_curve(robustness.choices(case), case.market)
    table = robustness.answers(curve, GROUP)
    figure = drawn(robustness.curve_chart(case, curve, GROUP))[0]
    ticks = [shape["path"] for shape in figure["layout"]["shapes"] if shape.get("yref") == "y2"]
    assert sum(path.count("M") for path in ticks) == len(table) * len(robustness.varied(table))


def test_every_interval_is_drawn_from_its_low_to_its_high_end() -> None:
    case = made_up_case()
    curve = specification_curve(robustness.choices(case), case.market)
    table = robustness.answers(curve, GROUP)
    figure = drawn(robustness.curve_chart(case, curve, GROUP))[0]
    (path,) = (shape["path"] for shape in figure["layout"]["shapes"] if shape.get("yref") == "y")
    ends = np.array([re.split("[,V]", stroke) for stroke in path.split("M")[1:]], dtype=float)
    assert ends[:, 0].tolist() == list(range(1, len(table) + 1))
    assert ends[:, 1:] == pytest.approx(table[["ci_low", "ci_high"]].to_numpy(), rel=1e-5)


def test_curve_of_one_firm_is_drawn_when_asked_for() -> None:
    case = made_up_case(target="BBB")
    assert robustness.target_of(case) == "BBB"
    assert robustness.view(case).title.startswith(f"{case.name('BBB')} fell between")


def test_share_of_significant_answers_names_its_test_and_says_where_it_is_not_trusted() -> None:
    case = made_up_case()
    reason = TESTS["portfolio"].trusted(case.study, case.choices.car_window)
    told = robustness.view(case).words
    assert "significant at the 5 % level by the portfolio t" in told
    assert f"That test is not to be trusted here: {reason}" in told
    assert "by its t test" in robustness.view(made_up_case(target="BBB")).words


def test_stand_in_answers_for_the_firm_it_stands_for() -> None:
    assert robustness.target_of(made_up_case(target="CCC")) == "CCR"


def test_each_benchmark_is_a_row_and_a_contaminated_one_is_called_so() -> None:
    case = made_up_case()
    contaminated = dataclasses.replace(case.instrument("OTHER"), contaminated=True)
    market = dataclasses.replace(case.market, instruments={**case.market.instruments, "OTHER": contaminated})
    table = yardsticks.comparison(Case(case.choices, case.dossier, market))
    rows = dict(zip(column(table, "Measured against"), column(table, "Alpha <b>"), strict=True))
    assert rows["Nothing: the return itself"] == case.study.returns.loc[0, "AAA"]
    assert rows["Each share's own benchmark"] == case.study.car(Window(0, 0)).loc["AAA", "car"]
    assert "Another market (contaminated)" in rows
    assert column(table, "Group")[2] == case.study.caar(Window(0, 0))


def test_without_an_earlier_day_on_the_timeline_no_other_day_is_asked_about() -> None:
    said = other_days.dates_table(made_up_case())
    assert isinstance(said, Note)
    assert "names no other day" in said.text


def test_earlier_days_are_asked_about_beside_day_zero() -> None:
    case = made_up_case()
    day = min(case.study.event_sessions.values()) - dt.timedelta(days=7)
    event = dataclasses.replace(case.dossier.event, timeline=(TimelineEntry(day, "A hint"),))
    asked = Case(case.choices, dataclasses.replace(case.dossier, event=event), case.market)
    table = other_days.dates_table(asked)
    assert isinstance(table, Table)
    assert column(table, "What happened")[1] == "A hint."
    assert column(table, "Effect")[0] == case.study.caar(Window(0, 0))
