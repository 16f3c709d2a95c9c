"""What stands for a page where it is shared."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.views import gallery, method
from dashboard.views.brief import Brief, BriefClaim
from dashboard.views.content import Chart
from dashboard.views.cover import ABOUT, LONGEST, cover, of_events
from dashboard.views.pages import PAGES, Page
from tests.dashboard.newsdesk import MadeUpSource, made_up_case

CREDIT = gallery.credit(MadeUpSource())


def event(name: str, *claims: tuple[str, float | None, str, float | None]) -> Brief:
    """An event of whose firms this was said: whom, how much, the verdict, and the close."""
    told = tuple(
        BriefClaim(
            f"{name}{k}",
            "The Outlet",
            whom,
            "intraday",
            f"{said:+.0%}" if said else "a record",
            "",
            said,
            close,
            verdict,
            "2021-06-01",
        )
        for k, (whom, said, verdict, close) in enumerate(claims)
    )
    return Brief(name.lower(), name, "2021-06-01", "", claims=told)


def rows(*events: Brief) -> list[tuple[str, str]]:
    chart = of_events(events, CREDIT)
    return [(row.label, row.detail.replace("\u00a0", " ")) for row in chart.rows] if chart else []


def test_of_each_event_the_figure_farthest_from_the_close_stands_the_farthest_first() -> None:
    near = event("Near", ("Alpha", -0.12, "seen_intraday", -0.10), ("Beta", -0.11, "seen_intraday", -0.10))
    far = event("Far", ("Gamma", 0.35, "seen_intraday", 0.237))
    assert rows(near, far) == [("Far", "Gamma +35%, closed +23.7 %"), ("Near", "Alpha -12%, closed −10.0 %")]


def test_how_many_events_are_not_drawn_is_said_in_the_picture() -> None:
    told = [event(f"E{place}", ("Alpha", 0.3, "seen_intraday", 0.2)) for place in range(8)]
    for events, said in ((told, True), (told[:6], False)):
        chart = of_events(events, CREDIT)
        assert chart
        assert chart.marks[0][1].endswith("; 6 of 8 events") is said


def test_only_what_prices_stood_at_is_drawn() -> None:
    other_day = event("Other day", ("Alpha", 0.4, "contradicted", -0.06), ("Beta", 0.1, "confirmed", 0.1))
    no_bars = event("No bars", ("Alpha", 0.1, "seen_intraday", None))
    no_figure = event("No figure", ("Alpha", None, "seen_intraday", 0.1))
    assert rows(other_day, no_bars, no_figure) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.TITLE)
def test_a_page_with_charts_has_its_first_one(page: Page) -> None:
    view = page.view(made_up_case())
    charts = [one for one in view.exhibits.values() if isinstance(one.content, Chart)]
    assert (cover(view) == charts[0]) if charts else (cover(view).title == view.title)


def test_a_page_without_charts_has_its_finding_in_words_as_far_as_they_can_be_read() -> None:
    view = replace(method.view(made_up_case()), words="word " * 100)
    title, chart = cover(view)
    assert (title, chart.kind) == (view.title, "words")  # type: ignore[union-attr]
    assert chart.summary.startswith("word word")  # type: ignore[union-attr]
    assert len(chart.summary) <= LONGEST  # type: ignore[union-attr]
    assert cover(replace(view, words="")).content.summary == ABOUT  # type: ignore[union-attr]
