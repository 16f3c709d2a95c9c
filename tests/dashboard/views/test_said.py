from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.render.records import records
from dashboard.views import fractions, said
from dashboard.views.brief import BriefClaim, measured, shelf
from dashboard.views.content import Credit
from dashboard.views.fractions import Told
from dashboard.views.tables import To
from tests.dashboard.newsdesk import (
    LATER,
    SLUG,
    SeveralEvents,
    column,
)

SOURCE = SeveralEvents()


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
