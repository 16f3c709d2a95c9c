"""Pages over many events: the gallery, the comparison, and what was said first."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from analysis.claims.judgements import VERDICTS
from analysis.claims.reported import Dossier
from analysis.market.errors import DesignError
from analysis.market.events import Window
from dashboard.render.records import records
from dashboard.views import compare, fractions, gallery, overview, said
from dashboard.views.brief import Brief, BriefClaim, measured, shelf
from dashboard.views.case import Case
from dashboard.views.changed import Changed
from dashboard.views.choices import Choices
from dashboard.views.compared import compared, told_apart
from dashboard.views.content import Chart, Credit, EventCards, Message, View
from dashboard.views.fractions import Told
from dashboard.views.pages import OUTSIDE, OutsidePage
from dashboard.views.tables import To
from tests.dashboard.newsdesk import (
    BROKEN,
    LATER,
    SLUG,
    MadeUpSource,
    NoSessionInCommon,
    SeveralEvents,
    column,
    made_up_case,
    told,
)

EVERY_PAGE = pytest.mark.parametrize("page", OUTSIDE.values(), ids=lambda page: page.TITLE)
SOURCE = SeveralEvents()


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


# ---- an event in brief -----------------------------------------------------------------------------


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


# ---- the gallery -----------------------------------------------------------------------------------


def cards(view: View) -> list[str]:
    return [card.slug for block in view.lead if isinstance(block, EventCards) for card in block.cards]


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({}, [SLUG, LATER]),
        ({"sort": "newest"}, [LATER, SLUG]),
        ({"sort": "move"}, [SLUG, LATER]),
        ({"sort": "disputed"}, [LATER, SLUG]),
        ({"sort": "nonsense"}, [SLUG, LATER]),
        ({"kind": "policy"}, [LATER]),
        ({"year": "1999"}, []),
        ({"region": "Europe"}, [SLUG, LATER]),
        ({"q": "quiet"}, [LATER]),
        ({"q": "the one alpha"}, [SLUG, LATER]),
    ],
)
def test_cards_are_sorted_narrowed_and_searched(asked: dict[str, str], shown: list[str]) -> None:
    assert cards(gallery.view(SOURCE, asked)) == shown


def test_the_gallery_names_what_cannot_be_read_and_what_to_do_where_nothing_fits() -> None:
    assert "1 event cannot be read broken.toml: moves: found 3" in told(gallery.view(SOURCE, {}))
    assert "Search for less" in told(gallery.view(SOURCE, {"q": "zebra"}))


def test_filters_offer_what_there_is() -> None:
    every = shelf(SOURCE).briefs
    assert gallery.options(every, "kind") == [("policy", "Policy")]
    assert gallery.options(every, "year") == [("2021", "2021")]


# ---- the comparison --------------------------------------------------------------------------------


def test_an_event_beside_itself_is_shown_once_and_that_is_said() -> None:
    found = compared(SOURCE, [SLUG, SLUG])
    assert len(found.cases) == 1
    text = told(compare.view(SOURCE, {"events": f"{SLUG},{SLUG}"}))
    assert "named twice" in text
    assert "Choose at least two events Nothing that can be measured is chosen beside A shock." in text


def test_what_cannot_be_compared_is_left_out_with_its_reason() -> None:
    view = compare.view(SOURCE, {"events": f"{SLUG},{BROKEN},{LATER},nonsense"})
    assert "broken.toml" in told(view)
    assert "nonsense: no event is called so" in told(view)
    assert column(view.exhibits["side-by-side-table"].content, "Event") == (
        To("A shock", event=SLUG),
        To("A quiet day", event=LATER),
    )


def test_events_of_no_session_in_common_are_shown_and_no_mean_is_made_of_them() -> None:
    found = compared(NoSessionInCommon(), [SLUG, LATER])
    assert found.pooled is None
    view = compare.view(NoSessionInCommon(), {"events": f"{SLUG},{LATER}"})
    assert len(column(view.exhibits["side-by-side-table"].content, "Event")) == 2
    assert "No tests over all of them" in told(view)
    assert "Choose events on the same prices" in told(view)


def test_fifty_events_can_be_compared_and_a_day_of_a_firm_counts_once() -> None:
    class Fifty(SeveralEvents):
        def dossier(self, slug: str) -> Dossier:
            found = super().dossier(SLUG if slug.startswith("same") else slug)
            return replace(found, event=replace(found.event, slug=slug))

    slugs = [f"same-{k}" for k in range(49)]
    view = compare.view(Fifty(), {"events": ",".join((*slugs, LATER))})
    assert len(column(view.exhibits["side-by-side-table"].content, "Event")) == 50
    assert "144 firm-events left out of the mean" in told(view)  # a firm's day counts once


def test_the_first_comparison_is_of_the_first_event_and_the_newest() -> None:
    class Wide(SeveralEvents):
        def events(self) -> tuple[str, ...]:
            return (SLUG, "a", "b", "c", LATER)

        def listed(self) -> tuple[str, ...]:
            return self.events()

        def dossier(self, slug: str) -> Dossier:
            return super().dossier(slug if slug == LATER else SLUG)

    assert compare.named(Wide(), {})[:2] == [SLUG, LATER]
    assert compare.named(Wide(), {"events": "c,a"}) == ["c", "a"]


def test_an_interval_that_misleads_is_not_given() -> None:
    doubted = told(compare.view(SOURCE, {"events": f"{SLUG},{LATER}"}))
    assert "No interval is given: the portfolio t, which would make it, misleads here" in doubted
    assert "6 of 6 firm-events share their day 0 with another" in doubted


def test_more_events_than_can_be_compared_are_refused() -> None:
    with pytest.raises(DesignError, match="at most 50"):
        compared(SOURCE, [str(k) for k in range(51)])


def test_the_mean_over_all_events_is_that_of_their_firms() -> None:
    found = compared(SOURCE, [SLUG, LATER])
    assert found.pooled is not None
    every = [firm.abnormal_return for one in found.told for firm in one.firms]
    assert found.pooled.group.evidence(Window(0, 0)).caar == pytest.approx(np.mean(every))


def test_the_fall_is_the_first_of_all_days() -> None:
    (raw, net), _ = compared(SOURCE, [SLUG, LATER]).standings
    assert raw is not None
    assert net is not None
    assert (raw.rank, net.rank) == (1, 1)


# ---- what was said first ---------------------------------------------------------------------------


def claim(outlet: str = "The One", verdict: str = "confirmed", **more: object) -> BriefClaim:
    known: dict[str, object] = {
        "id": "1", "outlet": outlet, "symbol": "AAA", "name": "Alpha",
        "basis": "close", "figure": "−10 %", "when": "at the close",
        "reported": -0.1, "close": -0.08, "verdict": verdict, "date": "2021-03-24",
    }  # fmt: skip
    return BriefClaim(**known | more)  # type: ignore[arg-type]


def test_records_of_fractions_say_whom_they_are_about_beside_their_basis() -> None:
    told = [Told(measured(SOURCE, SLUG), claim())]
    rows = list(records(fractions.chart(told, Credit.of(SOURCE.market(SLUG).provenance))))
    (row,) = (row for row in rows if row.text)
    assert (row.symbol, row.name, row.value, row.text) == ("AAA", "Alpha", pytest.approx(1.25), "−10 %")
    assert (str(row.date), row.more) == (
        "2021-03-24",
        (("basis", "At the close"), ("verdict", "Confirmed"), ("event", "A shock")),
    )


def test_a_figure_is_a_fraction_of_the_close_unless_that_is_nearly_nothing() -> None:
    event = measured(SOURCE, SLUG)
    assert Told(event, claim()).fraction == pytest.approx(1.25)
    assert Told(event, claim(close=0.005)).fraction is None
    assert Told(event, claim(reported=None)).fraction is None


def test_beyond_the_close_is_farther_its_way_and_the_page_says_how_far() -> None:
    event = measured(SOURCE, SLUG)
    early = {"basis": "intraday", "close": -0.10}
    every = [Told(event, claim(reported=move, **early)) for move in (-0.11, -0.104, -0.05, 0.40)]
    title, lead = said.finding(every)
    assert title.startswith("1 of 4 early figures")
    assert "the same way and more than 5\u00a0% farther" in lead
    assert "1 figure went the other way" in lead
    table = fractions.by_hours([Told(event, replace(one.claim, hours=1.0)) for one in every])
    assert column(table, "Beyond the close") == (1.0,)


def test_a_comparison_reads_no_event_that_nobody_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SeveralEvents, "events", lambda source: pytest.fail("every event was read"))
    assert compare.view(SOURCE, {"events": f"{SLUG},{LATER}"}).sections


def test_an_outlet_has_a_share_from_ten_decided_claims_on() -> None:
    event = measured(SOURCE, SLUG)
    many = [Told(event, claim("Often", "confirmed" if k < 6 else "contradicted")) for k in range(10)]
    few = [Told(event, claim("Seldom", verdict)) for verdict in ("confirmed", "not_checkable", "confirmed")]
    few.append(Told(event, claim("Once")))
    table = said.by_outlet([*few, *many])
    assert column(table, "Outlet") == ("Often", "Seldom", "1 other")
    never = said.by_outlet([Told(event, claim("Never", "not_checkable"))] * 3)
    assert column(never, "Share confirmed") == (None,)
    assert column(table, "Decided") == (10, 2, 1)
    assert column(table, "Share confirmed") == (0.6, None, None)


def test_hours_count_from_the_news_where_both_moments_are_known() -> None:
    event = measured(SOURCE, SLUG)
    table = fractions.by_hours(
        [Told(event, claim(hours=2.0)), Told(event, claim(hours=4.0)), Told(event, claim())]
    )
    assert column(table, "Hours since the news") == ("0 to 3", "3 to 6")
    assert column(table, "Figures") == (1.0, 1.0)
    assert column(table, "Lower quartile") == (None, None)  # of one figure there is none
    assert column(table, "Median") == (-10.0 / -8.0,) * 2


def test_claims_are_searched_and_narrowed_and_lead_to_their_event() -> None:
    every = said.told(shelf(SOURCE).briefs)
    assert len(said.chosen(every, {})) == 8  # those without a figure are no claims about prices
    assert {one.claim.outlet for one in said.chosen(every, {"q": "elsewhere beta"})} == {"Elsewhere"}
    assert said.chosen(every, {"verdict": "confirmed", "q": "quiet"}) == []
    view = said.view(SOURCE, {"q": "quiet beta"})
    assert column(view.exhibits["claims-list"].content, "Event") == (To("A quiet day", event=LATER),)


# ---- new prices ------------------------------------------------------------------------------------


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


def pending_of(view: View) -> list[str]:
    return [block.title for block in view.lead if isinstance(block, Message) and block.key == "pending"]


def test_a_card_whose_finding_is_not_ready_says_so() -> None:
    class Hurried(SeveralEvents):
        def found_by_now(self, slug: str, find: Callable[[str | None], str]) -> tuple[str, bool]:
            return ("", False) if slug == LATER else super().found_by_now(slug, find)

    view = gallery.view(Hurried(), {})
    assert "1 of 2 findings being computed on the newest prices" in pending_of(view)
    (waiting,) = [
        c for block in view.lead if isinstance(block, EventCards) for c in block.cards if c.slug == LATER
    ]
    assert waiting.tags[-1] == "being computed"
    assert pending_of(gallery.view(SOURCE, {})) == [""]


def test_a_card_says_when_new_prices_changed_its_event() -> None:
    once = Changed("2025-01-01", "the headline", "It rose", "It fell")
    card = gallery.card(replace(measured(SOURCE, SLUG), changed=(once,)))
    assert card.tags[-1] == "changed by prices of 1\u00a0Jan\u00a02025"


def test_events_of_one_name_are_told_apart_by_their_days_and_else_by_their_short_names() -> None:
    one = measured(SOURCE, SLUG)
    same = [replace(one, slug=slug, date=day) for slug, day in (("a", "2021-03-24"), ("b", "2021-03-25"))]
    assert [each.short for each in told_apart(same)] == [
        "A shock (24\u00a0Mar\u00a02021)", "A shock (25\u00a0Mar\u00a02021)"
    ]  # fmt: skip
    twins = told_apart([replace(each, date="2021-03-24") for each in same])
    assert [each.short[-3:] for each in twins] == ["(a)", "(b)"]
    assert told_apart([one]) == [one]


@pytest.mark.parametrize(
    ("waits", "told"),
    [
        ([38], "That took 38 sessions."),
        ([1, 30, 46, 90], "the two events in the middle took 30 and 46 sessions"),
        ([5, 5], "the middle event took 5 sessions"),
    ],
)
def test_the_middle_of_an_even_number_is_no_one_events(waits: list[int], told: str) -> None:
    assert told in compare._middle(waits)


def test_a_filter_that_leaves_nothing_has_a_title() -> None:
    assert gallery.finding(()) == ("No event to show", "")
