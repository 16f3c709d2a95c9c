from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from dashboard.views import gallery
from dashboard.views.brief import measured, shelf
from dashboard.views.changed import Changed
from dashboard.views.content import EventCards, Message, View
from tests.dashboard.newsdesk import (
    LATER,
    SLUG,
    SeveralEvents,
    told,
)

SOURCE = SeveralEvents()


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


def test_a_filter_that_leaves_nothing_has_a_title() -> None:
    assert gallery.finding(()) == ("No event to show", "")
