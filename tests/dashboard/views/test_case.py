"""Views of one design share what it finds; each part is computed once."""

from __future__ import annotations

from analysis.market.events import Window
from dashboard.views.choices import Choices
from dashboard.web.site import Site
from tests.dashboard.newsdesk import SLUG, MadeUpSource, made_up_case


def test_views_that_look_at_other_windows_share_the_study():
    site = Site(MadeUpSource())
    one, other = site.case(Choices(SLUG)), site.case(Choices(SLUG, car_window=Window(0, 1)))
    assert one is not other
    assert one.study is other.study


def test_views_of_another_model_have_a_study_of_their_own():
    site = Site(MadeUpSource())
    assert site.case(Choices(SLUG)).study is not site.case(Choices(SLUG, model="constant_mean")).study


def test_a_question_about_a_firm_is_asked_once():
    asked = []

    def question(results, symbol):
        asked.append(symbol)
        return len(results.symbols)

    case = made_up_case()
    first, second = case.study.symbols[:2]
    answers = [case.studies.once(question, symbol) for symbol in (first, second, first)]
    assert asked == [first, second]
    assert answers == [len(case.study.symbols)] * 3


def test_a_firm_looks_the_same_whatever_else_is_chosen():
    every, alone = made_up_case(), made_up_case(symbols=("BBB",))
    assert alone.look("BBB") == every.look("BBB") == 1
    assert alone.look("AAA") is None
    assert every.look("CCR") == 2
