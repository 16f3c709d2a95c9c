"""Pages over many events: the gallery, the comparison, and what was said first."""

from __future__ import annotations

import pickle
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from analysis.claims.judgements import VERDICTS
from analysis.market.events import Window
from dashboard.views import gallery, overview
from dashboard.views.brief import Brief, measured, shelf
from dashboard.views.case import Case
from dashboard.views.changed import Changed
from dashboard.views.choices import Choices
from dashboard.views.content import Chart
from dashboard.views.pages import OUTSIDE, OutsidePage
from tests.dashboard.newsdesk import (
    BROKEN,
    LATER,
    SLUG,
    MadeUpSource,
    SeveralEvents,
    made_up_case,
    told,
)

SOURCE = SeveralEvents()

EVERY_PAGE = pytest.mark.parametrize("page", OUTSIDE.values(), ids=lambda page: page.TITLE)


@EVERY_PAGE
def test_a_page_is_data_that_compares_by_value_and_can_be_downloaded(page: OutsidePage) -> None:
    view = page.view(SOURCE, {})
    assert view.title
    assert pickle.loads(pickle.dumps(view)) == view == page.view(SOURCE, {})
    for exhibit in view.exhibits.values():
        content = exhibit.content
        table = content.table if isinstance(content, Chart) else content
        assert len({len(one.values) for column in table.columns for one in column.flat}) == 1


@EVERY_PAGE
def test_a_page_of_no_event_says_so(page: OutsidePage) -> None:
    class Nothing(MadeUpSource):
        def events(self) -> tuple[str, ...]:
            return ()

    assert "yet" in told(page.view(Nothing(), {}))


def test_a_brief_says_what_the_study_and_the_verdicts_say() -> None:
    case, one = made_up_case(), measured(SOURCE, SLUG)
    assert one.verdicts == {**dict.fromkeys(VERDICTS, 0), **Counter(c.verdict for c in case.studies.checks)}
    assert one.move == pytest.approx(case.study.returns.loc[0].mean())
    assert one.path[10:12] == pytest.approx(np.cumsum(case.study.aar.to_numpy())[10:12])
    day = case.study.car(Window(0, 0))
    for firm in one.firms:
        assert (firm.abnormal_return, firm.low) == tuple(day.loc[firm.symbol, ["car", "ci_low"]])


def test_a_brief_that_was_kept_as_text_is_the_same() -> None:
    one = measured(SOURCE, SLUG)
    assert Brief.of_text(one.as_text()) == one


def test_a_broken_event_hides_no_other() -> None:
    found = shelf(SOURCE)
    assert [one.slug for one in found.briefs] == [SLUG, LATER]
    assert list(found.unread) == [BROKEN]


def test_an_event_without_prices_says_why_it_has_no_finding() -> None:
    class Elsewhere(MadeUpSource):
        def dossier(self, slug: str):  # type: ignore[no-untyped-def]
            found = super().dossier(slug)
            return replace(found, event=replace(found.event, session=found.event.session.replace(year=1999)))

    one = measured(Elsewhere(), SLUG)
    assert "outside the data" in one.problem
    assert "is outside the data of XTST" in told(gallery.view(Elsewhere(), {}))


def test_a_headline_and_a_verdict_that_new_prices_change_are_said_with_old_new_and_date() -> None:
    now = measured(SOURCE, SLUG)
    first, *others = now.claims
    old = replace(now, headline="It rose", claims=(replace(first, verdict="contradicted"), *others))
    headline, verdict = measured(SOURCE, SLUG, old.as_text()).news
    assert headline == (
        f"On 1\u00a0Jan\u00a02025 new prices changed the headline: it was “It rose” and is “{now.headline}”."
    )
    assert verdict.endswith("(The One) from contradicted to confirmed.")


def test_what_changed_before_stays_said_and_the_same_prices_change_nothing() -> None:
    now = measured(SOURCE, SLUG)
    assert measured(SOURCE, SLUG, now.as_text()).news == ()
    once = Changed("2025-01-01", "the headline", "It rose", "It fell")
    assert measured(SOURCE, SLUG, replace(now, changed=(once,)).as_text()).changed == (once,)


def test_the_event_says_on_its_page_what_it_was_and_what_new_prices_changed() -> None:
    class Changed(SeveralEvents):
        def news(self, slug: str) -> tuple[str, ...]:
            return ("The verdict changed.",)

    case = Case(Choices(LATER), SOURCE.dossier(LATER), SOURCE.market(LATER), Changed())
    assert "The verdict changed." in told(overview.view(case))
    assert "Nothing <happened>." in told(overview.view(case))
    snapshot = replace(case, choices=Choices(LATER, snapshot="made up"))
    assert "The verdict changed." not in told(overview.view(snapshot))
