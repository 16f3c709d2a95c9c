from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.claims.reported import Dossier
from analysis.market.errors import DesignError
from analysis.market.events import Window
from dashboard.views import compare
from dashboard.views.brief import measured
from dashboard.views.compared import compared, told_apart
from dashboard.views.tables import To
from tests.dashboard.newsdesk import (
    BROKEN,
    LATER,
    SLUG,
    NoSessionInCommon,
    SeveralEvents,
    column,
    told,
)

SOURCE = SeveralEvents()


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


def test_a_comparison_reads_no_event_that_nobody_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SeveralEvents, "events", lambda source: pytest.fail("every event was read"))
    assert compare.view(SOURCE, {"events": f"{SLUG},{LATER}"}).sections


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
